// source_index.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source_index.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "base/text.h"
#include "index/index_writer.h"
#include "index/row_sorter.h"
#include "sources/parquet_files.h"
#include "sources/register.h"

namespace varjoin {
namespace {

constexpr size_t kSortedRows = 2048;         ///< taken from a sorter at once
constexpr size_t kProfiledValues = 1 << 20;  ///< of a statement's first rows
constexpr size_t kBytesOnWay = 16 << 20;     ///< of rows between the reader and the writer
constexpr const char* kOrderSetting = "preserve_insertion_order";

/// All that an index depends on: another text, and the index is stale.
Result<std::string> DefinitionOf(const Source& source) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  std::string text =
      fmt::format("{}\n{} {} {} {} {}\n", Fingerprint(stamps), SqlName(source.key.chrom), SqlName(source.key.start),
                  SqlName(source.key.ref), SqlName(source.key.alt), source.chrom_type);
  if (source.zero_based) {
    text += "zero-based\n";
  }
  for (const auto& [name, other] : source.contig_aliases) {
    text += fmt::format("{} is {}\n", name, other);
  }
  for (const SourceColumn& column : source.columns) {
    text += fmt::format("{} {}\n", SqlName(column.name), column.type);
  }
  return text;
}

std::string BuildHint(const Source& source) {
  return fmt::format("build it with `varjoin source index {}`", source.name);
}

/// An error about an index file, with the command that mends it in full.
Status WithBuildHint(const Status& status, const Source& source) {
  const std::string named =
      ReplaceAll(status.message(), "`varjoin source index`", fmt::format("`varjoin source index {}`", source.name));
  return {status.code(), named != status.message() ? named : fmt::format("{}; {}", named, BuildHint(source))};
}

index::ContigLengths LengthsOf(const Source& source) {
  index::ContigLengths lengths;
  for (const SourceContig& contig : source.contigs) {
    if (contig.length) {
      lengths.emplace(contig.name, *contig.length);
    }
  }
  return lengths;
}

/// What is selected for an index: the key, and the columns in the types that they have in all files together.
std::string SelectedSql(duck::Database& database, const Source& source) {
  std::string columns = fmt::format("{} AS chrom, {} AS \"start\", {} AS ref, {} AS alt", ChromSql(source),
                                    StartSql(source), SqlName(source.key.ref), SqlName(source.key.alt));
  for (const SourceColumn& column : source.columns) {
    if (database.IndexHolds(column.type)) {
      columns += fmt::format(", CAST({0} AS {1}) AS {0}", SqlName(column.name), column.type);
    }
  }
  return columns;
}

/// About what a chunk takes: of every value, what DuckDB has and what its view has, and of every column the whole
/// vector, which stays however few rows a filter leaves of it. One text in 16 tells for all.
size_t BytesOf(const duck::RowChunk& chunk) {
  constexpr size_t kVector = 32 << 10;
  constexpr size_t kStep = 16;
  constexpr size_t kKey = 128;
  size_t bytes = chunk.rows.rows() * kKey + chunk.rows.columns.size() * kVector;
  for (const index::ColumnValues& values : chunk.rows.columns) {
    bytes += 2 * (values.numbers.size() * sizeof(uint64_t) + values.texts.size() * sizeof(std::string_view));
    for (size_t row = 0; row < values.texts.size(); row += kStep) {
      bytes += values.valid[row] != 0 ? kStep * values.texts[row].size() : 0;
    }
  }
  return bytes;
}

/// Chunks on their way from the thread that reads to the one that writes.
class ChunkQueue {
 public:
  /// False: the other side has stopped.
  bool Put(duck::RowChunk chunk) {
    std::unique_lock lock(mutex_);
    const size_t bytes = BytesOf(chunk);
    changed_.wait(lock, [&] {
      return stopped_ || bytes_ == 0 || (chunks_.size() < kMostWaiting && bytes_ + bytes <= kBytesOnWay);
    });
    if (!stopped_) {
      bytes_ += bytes;
      chunks_.push_back(std::move(chunk));
      changed_.notify_all();
    }
    return !stopped_;
  }

  /// What was taken before is no longer needed. False: there will be no more.
  bool Take(duck::RowChunk& chunk) {
    chunk = {};
    std::unique_lock lock(mutex_);
    bytes_ -= taken_;
    taken_ = 0;
    changed_.notify_all();
    changed_.wait(lock, [this] { return stopped_ || !chunks_.empty(); });
    if (chunks_.empty()) {
      return false;
    }
    taken_ = BytesOf(chunks_.front());
    chunk = std::move(chunks_.front());
    chunks_.pop_front();
    return true;
  }

  /// What was put may still be taken.
  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr size_t kMostWaiting = 8;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<duck::RowChunk> chunks_;
  size_t bytes_ = 0;  ///< of chunks_, and of the one that was taken last
  size_t taken_ = 0;  ///< the latter
  bool stopped_ = false;
};

/// Reads the rows of a statement, while another thread hands them to `add`, in order.
template <typename Add>
Status ForEachBatch(duck::RowStream& stream, const IndexBuild& build, const Add& add) {
  ChunkQueue queue;
  Status added;
  std::thread adder([&] {
    duck::RowChunk chunk;
    try {
      while (added.ok() && queue.Take(chunk)) {
        added = add(chunk);
      }
    } catch (const std::exception& error) {
      added = Failed("{}", error.what());
    }
    queue.Stop();
  });
  Status read;
  int64_t rows = 0;
  while (true) {
    duck::RowChunk chunk;
    const Result<bool> more = stream.Next(chunk);
    const int64_t count = static_cast<int64_t>(chunk.rows.rows());
    if (!more.ok() || !*more || !queue.Put(std::move(chunk))) {
      read = more.status();
      break;
    }
    rows += count;
    build.on_rows(rows);
  }
  queue.Stop();
  adder.join();
  return read.ok() ? added : read;
}

/// How the columns are best written, by a sample of the source.
Result<std::vector<index::ColumnCoding>> ProfileOf(duck::Database& database, const Source& source,
                                                   const std::vector<std::string>& files, const std::string& rows) {
  VARJOIN_ASSIGN(auto described, database.StreamRows(rows + " LIMIT 0", /*with_place=*/false));
  index::Profiler profiler(described->schema());
  described.reset();
  VARJOIN_ASSIGN(const std::string sample, SampleSql(database, source, files, SelectedSql(database, source)));
  if (!sample.empty()) {
    VARJOIN_ASSIGN(const auto stream, database.StreamRows(sample, /*with_place=*/false));
    VARJOIN_RETURN_IF_ERROR(ForEachBatch(*stream, {}, [&](const duck::RowChunk& chunk) {
      profiler.Add(chunk.rows);
      return Status::Ok();
    }));
  }
  return profiler.Decide();
}

/// A statement whose rows become an index.
struct RowsOfSource {
  std::string sql;
  bool sorted = true;  ///< it gives the rows in the source's order; otherwise with their places, to be sorted
  index::ContigLengths lengths;
  std::vector<index::ColumnCoding> columns;  ///< of unsorted rows: empty, as the first of them suggest
};

/// Makes an index of rows: writes them as they come while they are in order, else sorts them first.
class RowsWriter {
 public:
  RowsWriter(const RowsOfSource& rows, const std::vector<index::ColumnSchema>& schema, const IndexBuild& build,
             std::string path)
      : rows_(rows), schema_(schema), build_(build), path_(std::move(path)), profiler_(schema) {
    if (!rows.sorted) {
      Sort();
    }
  }

  Status Add(const duck::RowChunk& chunk) {
    if (!sorter_) {
      return Write(chunk.rows);
    }
    if (!rows_.sorted && profiled_ < kProfiledValues) {
      profiler_.Add(chunk.rows);
      profiled_ += chunk.rows.rows() * schema_.size();
    }
    return sorter_->Add(chunk.rows);
  }

  /// After an error of Add(): rows that are written were found not to be in order. All must be added again.
  bool MustBeginAgain() const { return not_in_order_ && !sorter_; }
  void BeginAgain() { Sort(); }

  Result<index::IndexWriter> Finish() {
    if (!writer_) {
      VARJOIN_RETURN_IF_ERROR(Begin());
    }
    if (sorter_) {
      VARJOIN_RETURN_IF_ERROR(WriteFromSorter());
    }
    return *std::move(writer_);
  }

 private:
  void Sort() {
    writer_.reset();
    sorter_.emplace(schema_, rows_.lengths, build_.temp_folder, build_.memory);
  }

  Status Begin() {
    const std::vector<index::ColumnCoding> columns = rows_.sorted ? rows_.columns : profiler_.Decide(/*trained=*/false);
    VARJOIN_ASSIGN(auto begun, index::IndexWriter::Begin(path_, columns, rows_.lengths));
    writer_.emplace(std::move(begun));
    return Status::Ok();
  }

  Status Write(const index::RowBatch& batch) {
    if (!writer_) {
      VARJOIN_RETURN_IF_ERROR(Begin());
    }
    VARJOIN_ASSIGN(const bool in_order, writer_->Add(batch));
    not_in_order_ = !in_order;
    return in_order ? Status::Ok() : Failed("the rows of an index are not in order");
  }

  Status WriteFromSorter() {
    VARJOIN_RETURN_IF_ERROR(sorter_->Sort());
    index::RowBatch batch;
    while (true) {
      VARJOIN_ASSIGN(const bool more, sorter_->Next(kSortedRows, batch));
      if (!more) {
        return Status::Ok();
      }
      VARJOIN_ASSIGN(const bool in_order, writer_->Add(batch));
      if (!in_order) {
        return Failed("the rows of an index are not in order: this is a fault of varjoin's, please report it");
      }
    }
  }

  const RowsOfSource& rows_;
  std::vector<index::ColumnSchema> schema_;
  const IndexBuild& build_;
  std::string path_;
  index::Profiler profiler_;
  size_t profiled_ = 0;  ///< values
  bool not_in_order_ = false;
  std::optional<index::IndexWriter> writer_;
  std::optional<index::RowSorter> sorter_;
};

/// Writes the index of a statement's rows, but for its end.
Result<index::IndexWriter> WriteRows(duck::Database& database, const RowsOfSource& rows, const IndexBuild& build,
                                     const std::string& path) {
  std::optional<RowsWriter> writer;
  while (true) {
    VARJOIN_ASSIGN(const auto stream, database.StreamRows(rows.sql, /*with_place=*/!rows.sorted));
    if (!writer) {
      writer.emplace(rows, stream->schema(), build, path);
    }
    const Status added = ForEachBatch(*stream, build, [&](const duck::RowChunk& chunk) { return writer->Add(chunk); });
    if (!writer->MustBeginAgain()) {
      VARJOIN_RETURN_IF_ERROR(added);
      return writer->Finish();
    }
    writer->BeginAgain();
  }
}

Status WriteIndex(duck::Database& database, const Source& source, const IndexBuild& build, const std::string& path,
                  index::Facts facts) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  std::vector<std::string> files;
  for (const FileStamp& stamp : stamps) {
    files.push_back(stamp.path);
  }
  const auto started = std::chrono::steady_clock::now();
  RowsOfSource rows{
      .sql = fmt::format("SELECT {} FROM {}", SelectedSql(database, source), ReadSourceSql(source, files)),
      .sorted = true,
      .lengths = LengthsOf(source),
      .columns = {}};
  VARJOIN_ASSIGN(rows.columns, ProfileOf(database, source, files, rows.sql));
  VARJOIN_ASSIGN(index::IndexWriter writer, WriteRows(database, rows, build, path));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  facts["seconds"] = fmt::format("{:.1f}", seconds);
  facts["made_at"] = NowUtc();
  return writer.Finish(std::move(facts));
}

/// Runs `build` in a database with these settings, and then with those that it had.
Status WithSettings(duck::Database& database, const std::map<std::string, std::string>& settings,
                    const std::function<Status()>& build) {
  std::map<std::string, std::string> before;
  for (const auto& [name, value] : settings) {
    VARJOIN_ASSIGN(before[name], database.Setting(name));
    VARJOIN_RETURN_IF_ERROR(database.Execute(fmt::format("SET {} = {}", name, value)));
  }
  Status built = build();
  for (const auto& [name, value] : before) {
    const Status restored = database.Execute(fmt::format("SET {} = {}", name, value));
    // Interrupted, the database runs nothing more, and what is built is complete.
    built = built.ok() && restored.code() != StatusCode::kInterrupted ? restored : built;
  }
  return built;
}

/// How hits are best searched for. Where a filter leaves few rows of many, DuckDB 1.5.6 keeps a megabyte for every row
/// group of an ordered result until its end; and sorting the hits costs less than the threads' waiting for each other.
/// And of a source with very many columns, each thread holds some 150 MB.
Result<std::map<std::string, std::string>> SettingsForHits(duck::Database& database, const Source& source) {
  constexpr size_t kManyColumns = 64;
  VARJOIN_ASSIGN(const std::string threads, database.Setting("threads"));
  const int64_t few = std::max(1, std::stoi(threads) / 2);
  std::map<std::string, std::string> settings = {{kOrderSetting, "false"}};
  if (source.columns.size() > kManyColumns) {
    settings["threads"] = std::to_string(few);
  }
  return settings;
}

/// BuildIndex() in a database that keeps the order of rows.
Status BuildInOrder(duck::Database& database, const Catalog& catalog, const Source& source, const IndexBuild& build) {
  const std::string path = catalog.IndexPath(source.name);
  VARJOIN_RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path));
  VARJOIN_ASSIGN(const std::string before, DefinitionOf(source));
  const Status written =
      WriteIndex(database, source, build, file.temporary_path(), {{"source", source.name}, {"definition", before}});
  if (!written.ok()) {
    return {written.code(), ReplaceAll(written.message(), file.temporary_path(), path)};
  }
  VARJOIN_ASSIGN(const std::string after, DefinitionOf(source));
  if (before != after) {
    return Failed("the files of source '{}' were changed while they were read; nothing is changed, run again",
                  source.name);
  }
  return file.Commit(/*replace=*/true);
}

}  // namespace

Status KeepingOrder(duck::Database& database, const std::function<Status()>& step) {
  return WithSettings(database, {{kOrderSetting, "true"}}, step);
}

Result<std::shared_ptr<const index::IndexFile>> OpenIndexes::Open(const std::string& path) {
  VARJOIN_ASSIGN(FileStamp stamp, StampOf(path));
  auto& [of, file] = files_[path];
  if (file == nullptr || of != stamp) {
    VARJOIN_ASSIGN(file, index::IndexFile::Open(path));
    of = std::move(stamp);
  }
  return file;
}

Result<std::shared_ptr<const index::IndexFile>> OpenIndex(const Catalog& catalog, const Source& source,
                                                          OpenIndexes* opened) {
  const std::string path = catalog.IndexPath(source.name);
  if (source.interval) {
    return BadInput("source '{}' has intervals, which need no index", source.name);
  }
  if (!FileExists(path)) {
    return BadInput("source '{}' has no index; {}", source.name, BuildHint(source));
  }
  auto file = opened == nullptr ? index::IndexFile::Open(path) : opened->Open(path);
  if (!file.ok()) {
    return WithBuildHint(file.status(), source);
  }
  VARJOIN_ASSIGN(const std::string definition, DefinitionOf(source));
  if ((*file)->Fact("definition") != definition) {
    return BadInput("the index of source '{}' is stale: the source has changed since; {}", source.name,
                    BuildHint(source));
  }
  return file;
}

std::string IndexState(const Catalog& catalog, const Source& source) {
  if (source.interval) {
    return "-";
  }
  if (!FileExists(catalog.IndexPath(source.name))) {
    return "none";
  }
  return OpenIndex(catalog, source).ok() ? "current" : "no use";
}

void UseCatalogIndexes(duck::Database& database, const Catalog& catalog) {
  database.SetIndexResolver([catalog](const std::string& name) -> Result<duck::LookupSource> {
    VARJOIN_ASSIGN(const Source source, catalog.Find(name));
    duck::LookupSource found;
    VARJOIN_ASSIGN(found.file, OpenIndex(catalog, source));
    VARJOIN_ASSIGN(found.reference, OpenReferenceOf(source));
    return found;
  });
}

std::vector<std::string> ColumnsWithoutIndex(duck::Database& database, const Source& source) {
  std::vector<std::string> columns;
  for (const SourceColumn& column : source.columns) {
    if (!database.IndexHolds(column.type)) {
      columns.push_back(column.name);
    }
  }
  return columns;
}

Status BuildIndex(duck::Database& database, const Catalog& catalog, const Source& source, const IndexBuild& build) {
  if (source.interval) {
    return BadInput("source '{}' has intervals, which need no index: they are loaded when a run begins", source.name);
  }
  return KeepingOrder(database, [&] { return BuildInOrder(database, catalog, source, build); });
}

Result<std::shared_ptr<const index::IndexFile>> RefreshIndex(duck::Database& database, const Catalog& catalog,
                                                             Source& source, const IndexBuild& build) {
  VARJOIN_ASSIGN(const bool changed, RefreshSource(database, source));
  if (changed) {  // the index must fit what the catalog says
    VARJOIN_RETURN_IF_ERROR(catalog.Put(source).status());
  }
  VARJOIN_RETURN_IF_ERROR(BuildIndex(database, catalog, source, build));
  return OpenIndex(catalog, source);
}

Status BuildIndexOf(duck::Database& database, const std::string& sql, const Source& source, const std::string& path,
                    const IndexBuild& build) {
  const RowsOfSource rows{.sql = sql, .sorted = false, .lengths = LengthsOf(source), .columns = {}};
  VARJOIN_ASSIGN(const auto settings, SettingsForHits(database, source));
  return WithSettings(database, settings, [&]() -> Status {
    VARJOIN_ASSIGN(index::IndexWriter writer, WriteRows(database, rows, build, path));
    return writer.Finish({{"source", source.name}});
  });
}

}  // namespace varjoin
