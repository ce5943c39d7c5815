// read_vcf.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The table function read_vcf. DuckDB's threads take numbered batches, inflate and parse them straight into DuckDB's
// vectors; the batch number, given as partition data, keeps file order with all threads at work.
#include <algorithm>
#include <limits>

#include "base/files.h"
#include "base/text.h"
#include "duck/functions.h"
#include "duck/vector_columns.h"
#include "duckdb.hpp"
#include "duckdb/function/table_function.hpp"
#include "vcf/inspect.h"
#include "vcf/record_parser.h"
#include "vcf/vcf_file.h"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::column_t;
using duckdb::DataChunk;
using duckdb::idx_t;
using duckdb::LogicalType;

const column_t kRecordTextColumn = duckdb::VIRTUAL_COLUMN_START;

/// Batches are numbered over all files of a scan: file i's from i times this. DuckDB wants numbers below 10^13.
constexpr uint64_t kBatchesPerFile = 1'000'000'000;
constexpr size_t kMostFiles = 9'999;

struct ScanFunctionInfo : duckdb::TableFunctionInfo {
  explicit ScanFunctionInfo(std::shared_ptr<ScanLog> log_p) : log(std::move(log_p)) {}
  std::shared_ptr<ScanLog> log;
};

struct VcfBindData : duckdb::TableFunctionData {
  std::shared_ptr<ScanLog> log;
  vcf::Inspection input;
  std::vector<FileStamp> stamps;  ///< of the files that `input` tells of
  bool split = true;
  vcf::OnBadRecord on_bad_record = vcf::OnBadRecord::kFail;
};

/// A file of the scan that is open, and what it takes to read it.
struct OpenFile {
  std::unique_ptr<vcf::VcfFile> file;
  std::shared_ptr<const vcf::ParsePlan> plan;
  size_t index = 0;  ///< of the file in the scan
};

[[noreturn]] void Throw(ScanLog& log, const Status& status) {
  log.SetError(status);
  if (status.code() == StatusCode::kFailed) {
    throw duckdb::IOException(status.message());
  }
  throw duckdb::InvalidInputException(status.message());
}

template <typename T>
T OrThrow(ScanLog& log, Result<T> result) {
  if (!result.ok()) {
    Throw(log, result.status());
  }
  return *std::move(result);
}

/// All threads' view of a scan: which file is open and where the next one starts. Thread-safe.
class VcfScan : public duckdb::GlobalTableFunctionState {
 public:
  VcfScan(const VcfBindData& bind, std::vector<vcf::Column> columns) : bind_(bind), columns_(std::move(columns)) {
    bind_.log->bytes_read = 0;
    bind_.log->bytes_total = bind_.input.bytes;
    bind_.log->records = 0;
    current_ = Open(0, 0);
  }

  idx_t MaxThreads() const override { return std::numeric_limits<int32_t>::max(); }

  const std::vector<vcf::Column>& columns() const { return columns_; }
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
    if (OrThrow(log(), StampOf(path)) != bind_.stamps[index]) {
      Throw(log(), Failed("{}: was changed after the statement was prepared", path));
    }
    auto open = std::make_shared<OpenFile>();
    open->file = OrThrow(log(), vcf::VcfFile::Open(path));
    open->index = index;
    auto plan = std::make_shared<vcf::ParsePlan>();
    plan->path = path;
    plan->header = bind_.input.headers[index];
    plan->columns = columns_;
    plan->split = bind_.split;
    plan->on_bad_record = bind_.on_bad_record;
    plan->records_before = records_before;
    open->plan = std::move(plan);
    return open;
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
    bytes_before_ += ended->file->size();
    log().bytes_read = bytes_before_;
    ReportEnd(*ended);
    const size_t next = ended->index + 1;
    current_ = next < bind_.input.paths.size() ? Open(next, records_before_) : nullptr;
  }

  void ReportEnd(const OpenFile& ended) {
    if (ended.file->LacksEndMarker()) {
      vcf::ScanReport report;
      report.Add(vcf::NoteKind::kMissingEndMarker, ended.file->path(), "", 0, "");
      log().Merge(report);
    }
  }

  const VcfBindData& bind_;
  const std::vector<vcf::Column> columns_;
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
  explicit VcfScanThread(const VcfScan& scan) {
    for (const vcf::Column& column : scan.columns()) {
      owned_.push_back(std::make_unique<VectorColumn>(column));
      buffers_.push_back(owned_.back().get());
    }
  }

  /// The next rows; leaves `output` empty at the end. A chunk's rows are all of one batch.
  void Scan(ClientContext& context, VcfScan& scan, DataChunk& output) {
    while (batch_.memory != nullptr || TakeBatch(context, scan)) {
      for (size_t i = 0; i < owned_.size(); ++i) {
        owned_[i]->Attach(output.data[i], STANDARD_VECTOR_SIZE, memory_);
      }
      const uint64_t rows = OrThrow(scan.log(), parser_->Fill(buffers_, limits_));
      if (rows > 0) {
        output.SetCardinality(rows);
        return;
      }
      scan.log().Merge(parser_->TakeReport());
      batch_ = {};
      memory_.reset();
    }
  }

  idx_t batch_number() const { return batch_number_; }

 private:
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
    batch_number_ = file_->index * kBatchesPerFile + batch_.number;
    memory_ = duckdb::make_buffer<BatchMemory>(batch_.memory);
    parser_->Begin(batch_);
    return true;
  }

  const vcf::RecordParser::ChunkLimits limits_{.rows = STANDARD_VECTOR_SIZE};
  std::vector<std::unique_ptr<VectorColumn>> owned_;
  std::vector<vcf::ColumnBuffer*> buffers_;
  std::shared_ptr<OpenFile> file_;
  std::unique_ptr<vcf::RecordParser> parser_;
  vcf::Batch batch_;
  duckdb::buffer_ptr<duckdb::VectorBuffer> memory_;
  idx_t batch_number_ = 0;
};

std::vector<std::string> PathsOf(ScanLog& log, const duckdb::Value& argument) {
  std::vector<std::string> patterns;
  if (argument.type().id() == duckdb::LogicalTypeId::LIST) {
    for (const duckdb::Value& path : duckdb::ListValue::GetChildren(argument)) {
      patterns.push_back(path.ToString());
    }
  } else {
    patterns.push_back(argument.ToString());
  }
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> expanded = OrThrow(log, ExpandPattern(pattern));
    paths.insert(paths.end(), expanded.begin(), expanded.end());
  }
  if (paths.empty()) {
    Throw(log, BadInput("read_vcf was given no file"));
  }
  if (paths.size() > kMostFiles) {
    Throw(log, BadInput("read_vcf was given {} files; it reads at most {} at once", paths.size(), kMostFiles));
  }
  return paths;
}

vcf::OnBadRecord OnBadRecordOf(ScanLog& log, const std::string& text) {
  if (text == "fail") {
    return vcf::OnBadRecord::kFail;
  }
  if (text == "skip") {
    return vcf::OnBadRecord::kSkip;
  }
  if (text == "null") {
    return vcf::OnBadRecord::kNull;
  }
  Throw(log, BadInput("on_bad_record is '{}', expected fail, skip or null", text));
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(ClientContext&, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto bind = duckdb::make_uniq<VcfBindData>();
  bind->log = input.info->Cast<ScanFunctionInfo>().log;
  if (input.inputs[0].IsNull()) {
    Throw(*bind->log, BadInput("read_vcf was given NULL instead of a file"));
  }
  const std::vector<std::string> paths = PathsOf(*bind->log, input.inputs[0]);
  for (const auto& [name, value] : input.named_parameters) {
    if (value.IsNull()) {
      Throw(*bind->log, BadInput("read_vcf: {} is NULL", name));
    }
    if (name == "split") {
      bind->split = value.GetValue<bool>();
    } else if (name == "on_bad_record") {
      bind->on_bad_record = OnBadRecordOf(*bind->log, value.ToString());
    }
  }
  for (const std::string& path : paths) {
    bind->stamps.push_back(OrThrow(*bind->log, StampOf(path)));
  }
  bind->input = OrThrow(*bind->log, vcf::Inspect(paths, {.split = bind->split}));
  for (const vcf::Column& column : bind->input.columns) {
    names.push_back(column.name);
    types.push_back(TypeOf(column));
  }
  return bind;
}

std::vector<vcf::Column> ProjectedColumns(const VcfBindData& bind, const duckdb::vector<column_t>& ids) {
  std::vector<vcf::Column> columns;
  for (const column_t id : ids) {
    if (id < bind.input.columns.size()) {
      columns.push_back(bind.input.columns[id]);
    } else if (id == kRecordTextColumn) {
      columns.push_back(vcf::RecordTextColumn());
    }
  }
  return columns;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(ClientContext&, duckdb::TableFunctionInitInput& input) {
  const auto& bind = input.bind_data->Cast<VcfBindData>();
  return duckdb::make_uniq<VcfScan>(bind, ProjectedColumns(bind, input.column_ids));
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext&,
                                                              duckdb::TableFunctionInitInput&,
                                                              duckdb::GlobalTableFunctionState* global) {
  return duckdb::make_uniq<VcfScanThread>(global->Cast<VcfScan>());
}

void Scan(ClientContext& context, duckdb::TableFunctionInput& input, DataChunk& output) {
  input.local_state->Cast<VcfScanThread>().Scan(context, input.global_state->Cast<VcfScan>(), output);
}

duckdb::OperatorPartitionData PartitionData(ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
  return duckdb::OperatorPartitionData(input.local_state->Cast<VcfScanThread>().batch_number());
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(ClientContext&, const duckdb::FunctionData* bind) {
  return duckdb::make_uniq<duckdb::NodeStatistics>(bind->Cast<VcfBindData>().input.estimated_records);
}

double ScanPercentage(ClientContext&, const duckdb::FunctionData* bind, const duckdb::GlobalTableFunctionState*) {
  const ScanLog& log = *bind->Cast<VcfBindData>().log;
  return log.bytes_total == 0 ? -1.0
                              : 100.0 * static_cast<double>(log.bytes_read) / static_cast<double>(log.bytes_total);
}

duckdb::virtual_column_map_t VirtualColumns(ClientContext&, duckdb::optional_ptr<duckdb::FunctionData>) {
  duckdb::virtual_column_map_t columns;
  columns.insert({kRecordTextColumn, duckdb::TableColumn("record_text", LogicalType::BLOB)});
  columns.insert({duckdb::COLUMN_IDENTIFIER_EMPTY, duckdb::TableColumn("", LogicalType::BOOLEAN)});
  return columns;
}

}  // namespace

void RegisterReadVcf(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log) {
  duckdb::TableFunctionSet set("read_vcf");
  for (const LogicalType& paths : {LogicalType(LogicalType::VARCHAR), LogicalType::LIST(LogicalType::VARCHAR)}) {
    duckdb::TableFunction function({paths}, Scan, Bind, InitGlobal, InitLocal);
    function.named_parameters["split"] = LogicalType::BOOLEAN;
    function.named_parameters["on_bad_record"] = LogicalType::VARCHAR;
    function.function_info = duckdb::make_shared_ptr<ScanFunctionInfo>(log);
    function.projection_pushdown = true;
    function.cardinality = Cardinality;
    function.table_scan_progress = ScanPercentage;
    function.get_partition_data = PartitionData;
    function.get_virtual_columns = VirtualColumns;
    set.AddFunction(function);
  }
  loader.RegisterFunction(set);
}

}  // namespace varjoin::duck
