// vcf_scan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/vcf_scan.h"

#include <algorithm>
#include <limits>
#include <mutex>

#include "duck/memory_reservation.h"
#include "duck/vector_columns.h"
#include "vcf/region_index.h"
#include "vcf/vcf_file.h"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::DataChunk;
using duckdb::idx_t;

/// What DuckDB puts in order, and makes row groups of, are runs of chunks. With fewer chunks in a run, a cohort's
/// Parquet takes three times the space; with more, an ordered COPY of wide rows holds more of them. Number n of a batch
/// (all from the 64th on have one number, and come from one thread) of a file of the scan. Below 10^13, as DuckDB
/// wants.
constexpr uint64_t kChunksPerRun = 8;
constexpr uint64_t kRunsPerBatch = 64;
constexpr uint64_t kBatchesPerFile = 15'000'000;
/// A file of the scan that is open, and what it takes to read it.
struct OpenFile {
  std::shared_ptr<vcf::VcfFile> file;
  std::shared_ptr<const vcf::ParsePlan> plan;
  size_t index = 0;          ///< of the file in the scan
  bool counts_part = false;  ///< records are counted among those that are read, not from the file's beginning
  bool is_part = false;      ///< for they are those of a part of the file
};

/// The records that a scan is about; null: all.
std::shared_ptr<const vcf::RegionFilter> FilterOf(const VcfBindData& bind) {
  if (bind.regions != nullptr) {
    return bind.regions;
  }
  std::optional<vcf::Regions> regions = bind.where.AllowedRegions();
  return regions ? std::make_shared<vcf::RegionFilter>(*std::move(regions), vcf::RegionFilter::Mode::kStart) : nullptr;
}

/// All threads' view of a scan: which file is open and where the next one starts. Thread-safe.
class VcfScan : public duckdb::GlobalTableFunctionState {
 public:
  VcfScan(ClientContext& context, const VcfBindData& bind, Projection projection)
      : bind_(bind), projection_(std::move(projection)), filter_(FilterOf(bind)), reserved_(context) {
    // Besides each thread's batch: the first one, the read-ahead, and those whose texts are told by their places.
    reserved_.Grow(2 * vcf::Batch::kUsualBytes + (projection_.record_place ? RecordTexts::kMostBytes : 0));
    bind_.log->bytes_read = 0;
    bind_.log->bytes_total = bind_.BytesToRead();
    bind_.log->records = 0;
    current_ = Open(0, 0);
  }

  idx_t MaxThreads() const override { return std::numeric_limits<int32_t>::max(); }

  const Projection& projection() const { return projection_; }
  ScanLog& log() const { return *bind_.log; }

  std::shared_ptr<OpenFile> Current() {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  /// The next batch of the scan and the file that it comes from. False: the end.
  bool Next(std::shared_ptr<OpenFile>& from, vcf::Batch& batch) {
    for (;;) {
      from = Current();
      if (from == nullptr) {
        return false;
      }
      if (OrThrow(log(), from->file->Next(batch))) {
        CountBytes(*from);
        return true;
      }
      OpenAfter(from);
    }
  }

 private:
  std::shared_ptr<OpenFile> Open(size_t index, int64_t records_before) {
    const std::string& path = bind_.input.paths[index];
    auto open = std::make_shared<OpenFile>();
    if (bind_.IsPipe(index)) {
      open->file = OrThrow(log(), bind_.pipes->Take(path));
    } else {
      if (OrThrow(log(), StampOf(path)) != bind_.stamps[index]) {
        Throw(log(), Failed("{}: was changed after the statement was prepared", path));
      }
      open->file = OrThrow(log(), vcf::VcfFile::Open(path));
    }
    open->index = index;
    if (filter_ != nullptr) {
      Select(*open);
    }
    if (bind_.part) {
      open->counts_part = true;
      open->is_part = true;
      open->file->RestrictToLines(*bind_.part);
    }
    auto plan = std::make_shared<vcf::ParsePlan>();
    plan->path = open->file->path();
    plan->header = bind_.input.headers[index];
    plan->columns = projection_.columns;
    plan->split = bind_.schema.split;
    plan->long_rows = bind_.schema.long_rows;
    plan->on_bad_record = bind_.on_bad_record;
    plan->chosen_samples = vcf::ChosenSamples(plan->header, bind_.schema.samples);
    plan->records_before = records_before;
    open->plan = std::move(plan);
    return open;
  }

  /// Leaves what is outside of the filter's regions out, by the file's index where that can't be seen.
  void Select(OpenFile& open) {
    const bool counts_anew = filter_->mode() == vcf::RegionFilter::Mode::kOverlap;
    open.counts_part = counts_anew;
    open.file->Select(filter_);
    // An index tells nothing of the records before a stretch, which `record` counts.
    if (bind_.part || bind_.IsPipe(open.index) || (projection_.has_record && !counts_anew)) {
      return;
    }
    const vcf::RegionIndex::Found found = vcf::RegionIndex::Find(bind_.input.paths[open.index], open.file->packing());
    if (found.index != nullptr) {
      open.counts_part = true;
      open.file->Restrict(found.index->Ranges(*filter_, bind_.input.headers[open.index]), found.index->path());
    } else if (!found.path.empty()) {
      vcf::ScanReport report;
      report.Add(vcf::NoteKind::kUnusedIndex, open.file->path(), found.path, 0, found.problem);
      log().Merge(report);
    }
  }

  void CountBytes(const OpenFile& open) {
    const std::lock_guard lock(mutex_);
    if (current_.get() == &open) {
      log().bytes_read = bytes_before_ + open.file->BytesRead();
    }
  }

  /// Goes on to the file after `ended`, unless another thread has done so.
  void OpenAfter(const std::shared_ptr<OpenFile>& ended) {
    const std::lock_guard lock(mutex_);
    if (current_ != ended) {
      return;
    }
    records_before_ += ended->file->Records();
    bytes_before_ += ended->file->BytesRead();
    log().bytes_read = bytes_before_;
    ReportEnd(*ended);
    const size_t next = ended->index + 1;
    current_ = next < bind_.input.paths.size() ? Open(next, records_before_) : nullptr;
  }

  void ReportEnd(const OpenFile& ended) {
    if (bind_.regions != nullptr && records_before_ == 0 && ended.index + 1 == bind_.input.paths.size()) {
      vcf::ScanReport report;
      report.Add(vcf::NoteKind::kEmptyRegions, bind_.input.paths.size() == 1 ? ended.file->path() : "the files", "", 0,
                 "");
      log().Merge(report);
    }
    if (ended.file->LacksEndMarker()) {
      vcf::ScanReport report;
      report.Add(vcf::NoteKind::kMissingEndMarker, ended.file->path(), "", 0, "");
      log().Merge(report);
    }
  }

  const VcfBindData& bind_;
  const Projection projection_;
  const std::shared_ptr<const vcf::RegionFilter> filter_;  ///< null: everything is read
  MemoryReservation reserved_;
  std::mutex mutex_;
  std::shared_ptr<OpenFile> current_;
  int64_t records_before_ = 0;
  uint64_t bytes_before_ = 0;
};

/// Keeps a batch's text alive for as long as a vector points into it.
struct BatchMemory : duckdb::VectorBuffer {
  explicit BatchMemory(std::shared_ptr<char[]> memory_p)
      : duckdb::VectorBuffer(duckdb::VectorBufferType::OPAQUE_BUFFER), memory(std::move(memory_p)) {}
  std::shared_ptr<char[]> memory;
};

/// One thread's part of a scan.
class VcfScanThread : public duckdb::LocalTableFunctionState {
 public:
  VcfScanThread(ClientContext& context, const VcfScan& scan) : reserved_(context) {
    reserved_.Grow(vcf::Batch::kUsualBytes);
    for (const vcf::Column& column : scan.projection().columns) {
      owned_.push_back(std::make_unique<VectorColumn>(column));
      buffers_.push_back(owned_.back().get());
    }
  }

  /// The next rows; leaves `output` empty at the end. A chunk's rows are all of one batch.
  void Scan(ClientContext& context, VcfScan& scan, DataChunk& output) {
    while (batch_.memory != nullptr || TakeBatch(context, scan)) {
      for (size_t i = 0; i < owned_.size(); ++i) {
        owned_[i]->Attach(output.data[scan.projection().places[i]], STANDARD_VECTOR_SIZE, memory_);
      }
      const uint64_t rows = OrThrow(scan.log(), WithHint(parser_->Fill(buffers_, limits_)));
      if (rows > 0) {
        run_number_ = batch_number_ * kRunsPerBatch + std::min(chunks_of_batch_++ / kChunksPerRun, kRunsPerBatch - 1);
        for (const idx_t place : scan.projection().filenames) {
          output.data[place].Reference(duckdb::Value(file_->plan->path));
        }
        if (scan.projection().record_place && holds_texts_) {
          TellPlaces(output.data[*scan.projection().record_place], rows);
        }
        output.SetCardinality(rows);
        return;
      }
      scan.log().Merge(parser_->TakeReport());
      batch_ = {};
      memory_.reset();
    }
  }

  /// Of the run of the chunk at hand, among all of the scan; not below those of the chunks before it.
  idx_t run_number() const { return run_number_; }

 private:
  /// Puts the places of texts in their place.
  static void TellPlaces(duckdb::Vector& texts, uint64_t rows) {
    auto* const values = duckdb::FlatVector::GetData<duckdb::string_t>(texts);
    for (uint64_t row = 0; row < rows; ++row) {
      const auto place = TextPlace::Of({values[row].GetData(), values[row].GetSize()});
      values[row] = duckdb::string_t(place.data(), TextPlace::kBytes);
    }
  }

  /// An error names the record by its number, which means something else where a part of the file is read.
  Result<uint64_t> WithHint(Result<uint64_t> rows) const {
    if (rows.ok() || !file_->counts_part) {
      return rows;
    }
    const char* const counted = file_->is_part ? " (records are counted within the part of the file that was read)"
                                               : " (records are counted within the regions read)";
    return Status(rows.status().code(), rows.status().message() + counted);
  }

  bool TakeBatch(ClientContext& context, VcfScan& scan) {
    if (context.IsInterrupted()) {
      throw duckdb::InterruptException();
    }
    std::shared_ptr<OpenFile> from;
    if (!scan.Next(from, batch_)) {
      batch_ = {};
      return false;
    }
    if (from != file_) {
      parser_ = std::make_unique<vcf::RecordParser>(from->plan);
      file_ = std::move(from);
    }
    reserved_.Grow(batch_.text.size());
    batch_number_ = file_->index * kBatchesPerFile + batch_.number;
    memory_ = duckdb::make_buffer<BatchMemory>(batch_.memory);
    chunks_of_batch_ = 0;
    holds_texts_ = scan.projection().record_place && scan.log().texts.Hold(batch_number_, batch_.text, batch_.memory);
    parser_->Begin(batch_);
    return true;
  }

  MemoryReservation reserved_;
  const vcf::RecordParser::ChunkLimits limits_{.rows = STANDARD_VECTOR_SIZE};
  std::vector<std::unique_ptr<VectorColumn>> owned_;
  std::vector<vcf::ColumnBuffer*> buffers_;
  std::shared_ptr<OpenFile> file_;
  std::unique_ptr<vcf::RecordParser> parser_;
  vcf::Batch batch_;
  duckdb::buffer_ptr<duckdb::VectorBuffer> memory_;
  idx_t batch_number_ = 0;  ///< among all files
  uint64_t chunks_of_batch_ = 0;
  bool holds_texts_ = false;  ///< of the batch: its rows may tell their places
  idx_t run_number_ = 0;
};

}  // namespace

void Throw(ScanLog& log, const Status& status) {
  log.SetError(status);
  if (status.code() == StatusCode::kFailed) {
    throw duckdb::IOException(status.message());
  }
  throw duckdb::InvalidInputException(status.message());
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> StartVcfScan(ClientContext& context, const VcfBindData& bind,
                                                                  Projection projection) {
  return duckdb::make_uniq<VcfScan>(context, bind, std::move(projection));
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> StartVcfScanThread(ClientContext& context,
                                                                       duckdb::GlobalTableFunctionState& scan) {
  return duckdb::make_uniq<VcfScanThread>(context, scan.Cast<VcfScan>());
}

void ScanVcf(ClientContext& context, duckdb::LocalTableFunctionState& thread, duckdb::GlobalTableFunctionState& scan,
             DataChunk& output) {
  thread.Cast<VcfScanThread>().Scan(context, scan.Cast<VcfScan>(), output);
}

idx_t RunNumber(const duckdb::LocalTableFunctionState& thread) {
  return thread.Cast<VcfScanThread>().run_number();
}

}  // namespace varjoin::duck
