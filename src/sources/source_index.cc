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

namespace varjoin {
namespace {

constexpr size_t kSortedRows = 2048;       ///< taken from a sorter at once
constexpr int64_t kProfiledRows = 65'536;  ///< of a statement
/// A user may allow rows of outputs to lose their order, but an index keeps its source's.
constexpr const char* kOrderSetting = "preserve_insertion_order";

/// All that an index depends on: another text, and the index is stale.
Result<std::string> DefinitionOf(const Source& source) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  std::string text =
      fmt::format("{}\n{} {} {} {} {}\n", Fingerprint(stamps), SqlName(source.key.chrom), SqlName(source.key.start),
                  SqlName(source.key.ref), SqlName(source.key.alt), source.chrom_type);
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
  std::string columns = fmt::format(
      "CAST({} AS VARCHAR) AS chrom, TRY_CAST({} AS BIGINT) AS \"start\", {} AS ref, {} AS alt",
      SqlName(source.key.chrom), SqlName(source.key.start), SqlName(source.key.ref), SqlName(source.key.alt));
  for (const SourceColumn& column : source.columns) {
    if (database.IndexHolds(column.type)) {
      columns += fmt::format(", CAST({0} AS {1}) AS {0}", SqlName(column.name), column.type);
    }
  }
  return columns;
}

/// Chunks on their way from the thread that reads to the one that writes.
class ChunkQueue {
 public:
  /// False: the other side has stopped.
  bool Put(duck::RowChunk chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || chunks_.size() < kMostWaiting; });
    if (!stopped_) {
      chunks_.push_back(std::move(chunk));
      changed_.notify_all();
    }
    return !stopped_;
  }

  /// False: there will be no more.
  bool Take(duck::RowChunk& chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !chunks_.empty(); });
    if (chunks_.empty()) {
      return false;
    }
    chunk = std::move(chunks_.front());
    chunks_.pop_front();
    changed_.notify_all();
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
        added = add(chunk.rows);
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
                                                   const std::vector<std::string>& files,
                                                   const std::vector<index::ColumnSchema>& schema) {
  index::Profiler profiler(schema);
  VARJOIN_ASSIGN(const std::string sample, SampleSql(database, files, SelectedSql(database, source)));
  if (!sample.empty()) {
    VARJOIN_ASSIGN(const auto stream, database.StreamRows(sample, /*with_place=*/false));
    VARJOIN_RETURN_IF_ERROR(ForEachBatch(*stream, {}, [&](const index::RowBatch& batch) {
      profiler.Add(batch);
      return Status::Ok();
    }));
  }
  return profiler.Decide();
}

Status WriteFrom(index::RowSorter& sorter, index::IndexWriter& writer) {
  VARJOIN_RETURN_IF_ERROR(sorter.Sort());
  index::RowBatch batch;
  while (true) {
    VARJOIN_ASSIGN(const bool more, sorter.Next(kSortedRows, batch));
    if (!more) {
      return Status::Ok();
    }
    VARJOIN_ASSIGN(const bool sorted, writer.Add(batch));
    if (!sorted) {
      return Failed("the rows of an index are not in order: this is a fault of varjoin's, please report it");
    }
  }
}

/// A statement whose rows become an index.
struct RowsOfSource {
  std::string sql;
  std::vector<index::ColumnSchema> schema;
  std::vector<index::ColumnCoding> columns;
  index::ContigLengths lengths;
};

/// Writes the rows as they come. False: they are not sorted.
Result<bool> WriteAsTheyCome(duck::Database& database, const RowsOfSource& rows, const IndexBuild& build,
                             index::IndexWriter& writer) {
  VARJOIN_ASSIGN(const auto stream, database.StreamRows(rows.sql, /*with_place=*/false));
  bool sorted = true;
  const Status written = ForEachBatch(*stream, build, [&](const index::RowBatch& batch) {
    VARJOIN_ASSIGN(sorted, writer.Add(batch));
    return sorted ? Status::Ok() : Failed("not sorted");
  });
  return written.ok() || !sorted ? Result<bool>(sorted) : Result<bool>(written);
}

Status WriteSorted(duck::Database& database, const RowsOfSource& rows, const IndexBuild& build,
                   index::IndexWriter& writer) {
  VARJOIN_ASSIGN(const auto stream, database.StreamRows(rows.sql, /*with_place=*/false));
  index::RowSorter sorter(rows.schema, rows.lengths, build.temp_folder, build.memory);
  VARJOIN_RETURN_IF_ERROR(
      ForEachBatch(*stream, build, [&](const index::RowBatch& batch) { return sorter.Add(batch); }));
  return WriteFrom(sorter, writer);
}

Status WriteIndex(duck::Database& database, const Source& source, const IndexBuild& build, const std::string& path,
                  index::Facts facts) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  std::vector<std::string> files;
  for (const FileStamp& stamp : stamps) {
    files.push_back(stamp.path);
  }
  const auto started = std::chrono::steady_clock::now();
  RowsOfSource rows{.sql = fmt::format("SELECT {} FROM {}", SelectedSql(database, source), ReadParquetSql(files)),
                    .schema = {},
                    .columns = {},
                    .lengths = LengthsOf(source)};
  VARJOIN_ASSIGN(auto described, database.StreamRows(rows.sql + " LIMIT 0", /*with_place=*/false));
  rows.schema = described->schema();
  described.reset();
  VARJOIN_ASSIGN(rows.columns, ProfileOf(database, source, files, rows.schema));

  std::optional<index::IndexWriter> writer;
  const auto begin = [&]() -> Status {
    writer.reset();
    VARJOIN_ASSIGN(auto begun, index::IndexWriter::Begin(path, rows.columns, rows.lengths));
    writer.emplace(std::move(begun));
    return Status::Ok();
  };
  VARJOIN_RETURN_IF_ERROR(begin());
  VARJOIN_ASSIGN(const bool sorted, WriteAsTheyCome(database, rows, build, *writer));
  if (!sorted) {
    VARJOIN_RETURN_IF_ERROR(begin());
    VARJOIN_RETURN_IF_ERROR(WriteSorted(database, rows, build, *writer));
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  facts["seconds"] = fmt::format("{:.1f}", seconds);
  facts["made_at"] = NowUtc();
  return writer->Finish(std::move(facts));
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

Result<std::shared_ptr<const index::IndexFile>> OpenIndex(const Catalog& catalog, const Source& source) {
  const std::string path = catalog.IndexPath(source.name);
  if (!FileExists(path)) {
    return BadInput("source '{}' has no index; {}", source.name, BuildHint(source));
  }
  auto file = index::IndexFile::Open(path);
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
  VARJOIN_ASSIGN(const std::string order, database.Setting(kOrderSetting));
  VARJOIN_RETURN_IF_ERROR(database.Execute(fmt::format("SET {} = true", kOrderSetting)));
  const Status built = BuildInOrder(database, catalog, source, build);
  const Status restored = database.Execute(fmt::format("SET {} = {}", kOrderSetting, order));
  return built.ok() ? restored : built;
}

Status BuildIndexOf(duck::Database& database, const std::string& sql, const Source& source, const std::string& path,
                    const IndexBuild& build) {
  VARJOIN_ASSIGN(const auto stream, database.StreamRows(sql, /*with_place=*/true));
  index::Profiler profiler(stream->schema());
  index::RowSorter sorter(stream->schema(), LengthsOf(source), build.temp_folder, build.memory);
  int64_t profiled = 0;
  VARJOIN_RETURN_IF_ERROR(ForEachBatch(*stream, build, [&](const index::RowBatch& batch) {
    if (profiled < kProfiledRows) {
      profiler.Add(batch);
      profiled += static_cast<int64_t>(batch.rows());
    }
    return sorter.Add(batch);
  }));
  VARJOIN_ASSIGN(auto writer, index::IndexWriter::Begin(path, profiler.Decide(), LengthsOf(source)));
  VARJOIN_RETURN_IF_ERROR(WriteFrom(sorter, writer));
  return writer.Finish({{"source", source.name}});
}

}  // namespace varjoin
