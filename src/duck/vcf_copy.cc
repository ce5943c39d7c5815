// vcf_copy.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// COPY (SELECT record, record_text … ) TO 'x.vcf' (FORMAT vcf): rows that have the text of their records become VCF or
// BCF again, through the writer that `annotate` uses.
#include <algorithm>
#include <optional>

#include "base/files.h"
#include "base/output_file.h"
#include "base/text.h"
#include "duck/functions.h"
#include "duck/info_texts.h"
#include "duck/vcf_scan.h"
#include "duck/vcf_type.h"
#include "duckdb.hpp"
#include "duckdb/execution/execution_context.hpp"
#include "duckdb/function/copy_function.hpp"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/parallel/task_scheduler.hpp"
#include "duckdb/planner/operator/logical_copy_to_file.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "vcf/annotated_header.h"
#include "vcf/annotated_line.h"
#include "vcf/record_file.h"
#include "vcf/record_line.h"
#include "vcf/record_writer.h"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::UnifiedVectorFormat;
using duckdb::Value;

constexpr const char* kVcf = "vcf";
constexpr const char* kVcfGz = "vcf.gz";
constexpr const char* kBcf = "bcf";
constexpr const char* kNoFile = ".varjoin-has-no-such-file";
constexpr const char* kStandardOutputPath = "/dev/stdout";
constexpr int kUsualLevel = 6;
constexpr int kHighestLevel = 12;  ///< of libdeflate

struct CopyInfo : duckdb::CopyFunctionInfo {
  CopyInfo(std::shared_ptr<ScanLog> log_p, std::shared_ptr<Pipes> pipes_p)
      : log(std::move(log_p)), pipes(std::move(pipes_p)) {}
  std::shared_ptr<ScanLog> log;
  std::shared_ptr<Pipes> pipes;
};

struct CopyBind : duckdb::TableFunctionData {
  std::shared_ptr<ScanLog> log;
  std::shared_ptr<Pipes> pipes;
  std::string path;
  vcf::RecordFormat format = vcf::RecordFormat::kVcf;
  int level = kUsualLevel;
  std::string header_of;  ///< the file that has the header
  bool reads_several = false;
  std::optional<idx_t> record;  ///< places of columns
  idx_t text = 0;
  std::optional<idx_t> alt_index;
  std::vector<idx_t> info;
  std::vector<vcf::NewField> fields;  ///< one each of `info`
};

void Check(ScanLog& log, const Status& status) {
  if (!status.ok()) {
    Throw(log, status);
  }
}

vcf::RecordFormat FormatOf(const std::string& format, const std::string& path) {
  if (format == kBcf || (format == kVcf && path.ends_with(".bcf"))) {
    return vcf::RecordFormat::kBcf;
  }
  const bool packed = path.ends_with(".gz") || path.ends_with(".bgz");
  return format == kVcfGz || packed ? vcf::RecordFormat::kVcfGz : vcf::RecordFormat::kVcf;
}

std::optional<idx_t> PlaceOf(const duckdb::vector<duckdb::string>& names, const std::string& wanted) {
  for (idx_t i = 0; i < names.size(); ++i) {
    if (EqualNoCase(names[i], wanted)) {
      return i;
    }
  }
  return std::nullopt;
}

/// A number by which rows are told apart.
std::optional<idx_t> NumberPlace(CopyBind& bind, const char* name, const duckdb::vector<duckdb::string>& names,
                                 const duckdb::vector<LogicalType>& types) {
  const std::optional<idx_t> place = PlaceOf(names, name);
  if (place && !types[*place].IsIntegral()) {
    Throw(*bind.log, BadInput("COPY to VCF: the column {} is of type {}, and has to be a whole number", name,
                              types[*place].ToString()));
  }
  return place;
}

/// A column that becomes an INFO field of Number=A.
void AddField(CopyBind& bind, const std::string& column, const duckdb::vector<duckdb::string>& names,
              const duckdb::vector<LogicalType>& types) {
  const std::optional<idx_t> place = PlaceOf(names, column);
  if (!place) {
    const std::vector<std::string> candidates(names.begin(), names.end());
    Throw(*bind.log, BadInput("COPY to VCF: INFO names a column '{}', which the SELECT does not have{}", column,
                              DidYouMean(column, candidates)));
  }
  const LogicalType& type = types[*place];
  const bool list = type.id() == LogicalTypeId::LIST;
  const LogicalType& element = list ? duckdb::ListType::GetChildType(type) : type;
  if (element.IsNested()) {
    Throw(*bind.log, BadInput("COPY to VCF: the column '{}' is of type {}, which INFO can't hold; make it text with "
                              "CAST(to_json({}) AS VARCHAR)",
                              column, type.ToString(), column));
  }
  const std::string key = vcf::InfoKey(names[*place]);
  if (std::any_of(bind.fields.begin(), bind.fields.end(), [&](const auto& field) { return field.id == key; })) {
    Throw(*bind.log, BadInput("COPY to VCF: two columns would both be INFO/{}; give one another name with AS", key));
  }
  bind.info.push_back(*place);
  bind.fields.push_back({.id = key,
                         .number = "A",
                         .type = list ? "String" : VcfTypeOf(type.ToString()),
                         .description = fmt::format("Column {} of a query", names[*place]),
                         .source = {},
                         .version = {}});
}

void TakeOption(CopyBind& bind, const std::string& name, const duckdb::vector<Value>& values,
                const duckdb::vector<duckdb::string>& names, const duckdb::vector<LogicalType>& types) {
  if (name == "header" && values.size() == 1 && values[0].type().id() == LogicalTypeId::VARCHAR) {
    bind.header_of = values[0].ToString();
  } else if (name == "info" && !values.empty()) {
    for (const Value& value : values) {
      const bool list = value.type().id() == LogicalTypeId::LIST;
      for (const Value& column : list ? duckdb::ListValue::GetChildren(value) : duckdb::vector<Value>{value}) {
        AddField(bind, column.ToString(), names, types);
      }
    }
  } else if (name == "compression_level" && values.size() == 1 && values[0].type().IsIntegral() &&
             values[0].GetValue<int64_t>() >= 0 && values[0].GetValue<int64_t>() <= kHighestLevel) {
    bind.level = values[0].GetValue<int32_t>();
  } else {
    Throw(*bind.log,
          BadInput("COPY to VCF: can't do anything with the option {}; there are HEADER 'file.vcf.gz' (whose "
                   "header is taken), INFO (column, …) and COMPRESSION_LEVEL 0 to 12",
                   ToUpper(name)));
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(ClientContext&, duckdb::CopyFunctionBindInput& input,
                                              const duckdb::vector<duckdb::string>& names,
                                              const duckdb::vector<LogicalType>& types) {
  const auto& info = input.function_info->Cast<CopyInfo>();
  auto bind = duckdb::make_uniq<CopyBind>();
  bind->log = info.log;
  bind->pipes = info.pipes;
  bind->path = input.info.file_path;
  bind->format = FormatOf(ToLower(input.info.format), bind->path);
  const std::optional<idx_t> text = PlaceOf(names, "record_text");
  if (!text) {
    Throw(*bind->log,
          BadInput("COPY to VCF: the SELECT has no column record_text, the text of each record; read_vcf has "
                   "it, by its name only: SELECT record, record_text FROM read_vcf('x.vcf.gz')"));
  }
  if (types[*text].id() != LogicalTypeId::BLOB && types[*text].id() != LogicalTypeId::VARCHAR) {
    Throw(*bind->log,
          BadInput("COPY to VCF: the column record_text is of type {}, and has to be text", types[*text].ToString()));
  }
  bind->text = *text;
  bind->record = NumberPlace(*bind, "record", names, types);
  bind->alt_index = NumberPlace(*bind, "alt_index", names, types);
  for (const auto& [name, values] : input.info.options) {
    TakeOption(*bind, ToLower(name), values, names, types);
  }
  if (!bind->info.empty() && (!bind->record || !bind->alt_index)) {
    Throw(*bind->log,
          BadInput("COPY to VCF: INFO values belong to alleles, and the SELECT has no column {}, which tells "
                   "them apart; add it, as read_vcf has it",
                   bind->record ? "alt_index" : "record"));
  }
  return bind;
}

/// The files that scans below read.
void CollectPaths(ScanLog& log, const duckdb::LogicalOperator& plan, std::set<std::string>& paths) {
  if (plan.type == duckdb::LogicalOperatorType::LOGICAL_GET) {
    const auto& get = plan.Cast<duckdb::LogicalGet>();
    if (get.function.name == "read_vcf" && !get.parameters.empty()) {
      const Value& files = get.parameters[0];
      const bool list = files.type().id() == LogicalTypeId::LIST;
      for (const Value& file : list ? duckdb::ListValue::GetChildren(files) : duckdb::vector<Value>{files}) {
        const std::string path = file.ToString();
        const std::vector<std::string> expanded =
            vcf::PipeBehind(path).empty() ? OrThrow(log, ExpandPattern(path)) : std::vector<std::string>{path};
        paths.insert(expanded.begin(), expanded.end());
      }
    }
  }
  for (const auto& child : plan.children) {
    CollectPaths(log, *child, paths);
  }
}

/// Finds the file whose header the output gets, where no option names it: the one that is read. The writer replaces an
/// old file by itself: DuckDB is told of another name, since it removes the file after an error, the old one too.
void PreparePlan(duckdb::OptimizerExtensionInput& input, duckdb::unique_ptr<duckdb::LogicalOperator>& plan) {
  if (plan->type == duckdb::LogicalOperatorType::LOGICAL_EXPLAIN) {
    return PreparePlan(input, plan->children[0]);
  }
  if (plan->type != duckdb::LogicalOperatorType::LOGICAL_COPY_TO_FILE) {
    return;
  }
  auto& copy = plan->Cast<duckdb::LogicalCopyToFile>();
  if (copy.function.name != kVcf && copy.function.name != kVcfGz && copy.function.name != kBcf) {
    return;
  }
  auto& bind = copy.bind_data->Cast<CopyBind>();
  if (copy.per_thread_output || copy.partition_output || copy.rotate) {
    Throw(*bind.log, BadInput("COPY to VCF: makes one file; leave PER_THREAD_OUTPUT, PARTITION_BY and FILE_SIZE_BYTES "
                              "out"));
  }
  copy.use_tmp_file = false;
  copy.file_path += kNoFile;
  copy.preserve_order = duckdb::PreserveOrderType::PRESERVE_ORDER;
  if (bind.header_of.empty()) {
    std::set<std::string> paths;
    CollectPaths(*bind.log, *copy.children[0], paths);
    bind.header_of = paths.size() == 1 ? *paths.begin() : "";
    bind.reads_several = paths.size() > 1;
  }
}

/// The file that is being written. One thread's.
class VcfCopy : public duckdb::GlobalFunctionData {
 public:
  VcfCopy(ClientContext& context, const CopyBind& bind) : bind_(bind), values_(bind.info.size()) {
    if (bind.header_of.empty()) {
      Throw(*bind.log, BadInput("COPY to VCF: needs a header, and {}; name the file that has it: (FORMAT vcf, HEADER "
                                "'x.vcf.gz')",
                                bind.reads_several ? "the SELECT reads several VCFs" : "the SELECT reads no VCF"));
    }
    const vcf::Inspection input =
        OrThrow(*bind.log,
                vcf::Inspect({bind.header_of}, {}, bind.pipes->Opener([&context] { return context.IsInterrupted(); })));
    const vcf::Header& header = input.headers[0];
    columns_ = vcf::RecordLine::kFixedColumns + (header.has_format ? 1 : 0) + header.samples.size();
    std::vector<std::string> keys;
    for (const vcf::NewField& field : bind.fields) {
      keys.push_back(field.id);
    }
    annotator_.emplace(std::move(keys), vcf::ExistingInfo::kReplace, vcf::LineEndOf(input.header_text));
    if (bind.path != kStandardOutputPath) {
      file_.emplace(OrThrow(*bind.log, AtomicFile::Begin(bind.path)));
      output_ = OrThrow(*bind.log, OutputFile::Open(file_->temporary_path(), bind.path));
    }
    const auto threads = duckdb::TaskScheduler::GetScheduler(context).NumberOfThreads();
    writer_ = OrThrow(*bind.log,
                      vcf::RecordWriter::Open(output_, vcf::AnnotatedHeader(input.header_text, bind.fields, {}, {}),
                                              {.format = bind.format,
                                               .threads = static_cast<int>(threads),
                                               .level = bind.level,
                                               .indexed = file_.has_value() && bind.format != vcf::RecordFormat::kVcf,
                                               .name = bind.path}));
  }

  void Add(duckdb::DataChunk& rows) {
    const Numbers records(rows, bind_.record);
    const Numbers alleles(rows, bind_.alt_index);
    std::vector<std::unique_ptr<InfoTexts>> info;
    for (const idx_t place : bind_.info) {
      info.push_back(std::make_unique<InfoTexts>(rows.data[place], rows.size()));
    }
    UnifiedVectorFormat texts;
    rows.data[bind_.text].ToUnifiedFormat(rows.size(), texts);
    for (idx_t row = 0; row < rows.size(); ++row) {
      const idx_t at = texts.sel->get_index(row);
      if (!texts.validity.RowIsValid(at)) {
        Throw(*bind_.log, BadInput("COPY to VCF: a row has no record_text (NULL); leave such rows out with WHERE "
                                   "record_text IS NOT NULL"));
      }
      const auto& text = UnifiedVectorFormat::GetData<duckdb::string_t>(texts)[at];
      StartRow(records.At(row, *bind_.log), {text.GetData(), text.GetSize()});
      if (!info.empty()) {
        TakeValues(alleles.At(row, *bind_.log).value_or(0), info, row);
      }
    }
  }

  void Finish() {
    WriteRecord();
    Check(*bind_.log, writer_->Finish());
    Check(*bind_.log, output_.Close());
    if (!file_) {
      return;
    }
    std::optional<AtomicFile> index;
    if (bind_.format != vcf::RecordFormat::kVcf) {
      std::string problem;
      auto made = OrThrow(*bind_.log, vcf::WriteIndexBeside(*writer_, bind_.path, problem));
      if (made) {
        index.emplace(*std::move(made));
      }
    }
    Check(*bind_.log, vcf::PutInPlace(*file_, index, bind_.path, /*replace=*/true));
  }

 private:
  /// A column of whole numbers, where there is one.
  class Numbers {
   public:
    Numbers(duckdb::DataChunk& rows, std::optional<idx_t> place) : numbers_(LogicalType::BIGINT, nullptr) {
      if (place) {
        duckdb::Vector read(LogicalType::BIGINT, std::max<idx_t>(rows.size(), STANDARD_VECTOR_SIZE));
        duckdb::VectorOperations::DefaultCast(rows.data[*place], read, rows.size());
        numbers_.Reference(read);
        numbers_.ToUnifiedFormat(rows.size(), format_);
        has_ = true;
      }
    }

    std::optional<int64_t> At(idx_t row, ScanLog& log) const {
      if (!has_) {
        return std::nullopt;
      }
      const idx_t at = format_.sel->get_index(row);
      if (!format_.validity.RowIsValid(at)) {
        Throw(log, BadInput("COPY to VCF: a row has no number in the column record or alt_index (NULL)"));
      }
      return UnifiedVectorFormat::GetData<int64_t>(format_)[at];
    }

   private:
    duckdb::Vector numbers_;
    UnifiedVectorFormat format_;
    bool has_ = false;
  };

  /// The row's record, unless it is the one at hand.
  void StartRow(std::optional<int64_t> record, std::string_view text) {
    if (has_record_ && record && *record == record_) {
      if (text != line_) {
        Throw(*bind_.log, BadInput("COPY to VCF: record {} has two texts; are the rows of one read_vcf()?", record_));
      }
      return;
    }
    if (has_record_ && record && *record < record_) {
      Throw(*bind_.log,
            BadInput("COPY to VCF: record {} comes after record {}; add ORDER BY record", *record, record_));
    }
    if (has_record_ && !record && text == line_) {
      Throw(
          *bind_.log,
          BadInput("COPY to VCF: two rows in a row have the same record_text ({}); select the column record too, which "
                   "tells whether they are one record (of several ALTs) or two",
                   PlaceOfLine(text)));
    }
    WriteRecord();
    CheckLine(text);
    has_record_ = true;
    record_ = record.value_or(0);
    line_ = text;
    allele_count_ = annotator_->Start(line_);
    for (std::vector<std::string>& of_field : values_) {
      of_field.assign(allele_count_, ".");
    }
    taken_.assign(allele_count_, false);
  }

  void TakeValues(int64_t allele, const std::vector<std::unique_ptr<InfoTexts>>& info, idx_t row) {
    if (allele == 0) {
      return;
    }
    if (allele < 0 || static_cast<size_t>(allele) > allele_count_) {
      Throw(*bind_.log, BadInput("COPY to VCF: {}: alt_index is {}, and the record has {} ALTs", PlaceOfLine(line_),
                                 allele, allele_count_));
    }
    const auto at = static_cast<size_t>(allele) - 1;
    if (taken_[at]) {
      Throw(*bind_.log,
            BadInput("COPY to VCF: {}: two rows for ALT {}; make them one: any_value(…) or list(…) with GROUP "
                     "BY record, alt_index, record_text, and ORDER BY record",
                     PlaceOfLine(line_), allele));
    }
    taken_[at] = true;
    for (size_t field = 0; field < info.size(); ++field) {
      std::string text;
      if (info[field]->Append(row, text)) {
        values_[field][at] = std::move(text);
      }
    }
  }

  void CheckLine(std::string_view text) const {
    const auto columns = static_cast<size_t>(std::count(text.begin(), text.end(), '\t')) + 1;
    if (columns != columns_) {
      Throw(*bind_.log, BadInput("COPY to VCF: {}: the record has {} columns, the header of {} has {}",
                                 PlaceOfLine(text), columns, bind_.header_of, columns_));
    }
    if (text.find_first_of("\r\n") != std::string_view::npos) {
      Throw(*bind_.log, BadInput("COPY to VCF: {}: record_text has a line end in it", PlaceOfLine(text)));
    }
  }

  static std::string PlaceOfLine(std::string_view text) {
    const std::vector<std::string_view> columns = Split(text.substr(0, 100), '\t');
    return fmt::format("{}:{}", columns[0], columns.size() > 1 ? columns[1] : "?");
  }

  void WriteRecord() {
    if (!has_record_) {
      return;
    }
    std::vector<std::string> values;
    for (const std::vector<std::string>& of_field : values_) {
      const bool any = std::any_of(of_field.begin(), of_field.end(), [](const auto& value) { return value != "."; });
      values.push_back(any ? Join(of_field, ",") : "");
    }
    annotator_->Append(std::vector<std::string_view>(values.begin(), values.end()), "", writer_->line());
    Check(*bind_.log, writer_->EndLine());
  }

  const CopyBind& bind_;
  size_t columns_ = 0;
  std::optional<vcf::LineAnnotator> annotator_;
  std::optional<AtomicFile> file_;
  OutputFile output_ = OutputFile::StandardOutput();
  std::unique_ptr<vcf::RecordWriter> writer_;
  bool has_record_ = false;
  int64_t record_ = 0;
  std::string line_;
  size_t allele_count_ = 0;
  std::vector<std::vector<std::string>> values_;  ///< by field, then allele
  std::vector<bool> taken_;                       ///< by allele
};

struct NoState : duckdb::LocalFunctionData {};

duckdb::unique_ptr<duckdb::GlobalFunctionData> InitGlobal(ClientContext& context, duckdb::FunctionData& bind,
                                                          const duckdb::string&) {
  return duckdb::make_uniq<VcfCopy>(context, bind.Cast<CopyBind>());
}

duckdb::unique_ptr<duckdb::LocalFunctionData> InitLocal(duckdb::ExecutionContext&, duckdb::FunctionData&) {
  return duckdb::make_uniq<NoState>();
}

void Sink(duckdb::ExecutionContext&, duckdb::FunctionData&, duckdb::GlobalFunctionData& copy,
          duckdb::LocalFunctionData&, duckdb::DataChunk& rows) {
  copy.Cast<VcfCopy>().Add(rows);
}

void Combine(duckdb::ExecutionContext&, duckdb::FunctionData&, duckdb::GlobalFunctionData&,
             duckdb::LocalFunctionData&) {}

void Finalize(ClientContext&, duckdb::FunctionData&, duckdb::GlobalFunctionData& copy) {
  copy.Cast<VcfCopy>().Finish();
}

/// One thread, in the rows' order.
duckdb::CopyFunctionExecutionMode ExecutionMode(bool, bool) {
  return duckdb::CopyFunctionExecutionMode::REGULAR_COPY_TO_FILE;
}

}  // namespace

std::string VcfTypeOf(const std::string& type) {
  static const std::set<std::string> integers = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "BOOLEAN"};
  if (integers.contains(type)) {
    return "Integer";
  }
  return type == "FLOAT" || type == "DOUBLE" || type.starts_with("DECIMAL") ? "Float" : "String";
}

void RegisterVcfCopy(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log,
                     const std::shared_ptr<Pipes>& pipes) {
  const auto info = duckdb::make_shared_ptr<CopyInfo>(log, pipes);
  for (const char* const name : {kVcf, kVcfGz, kBcf}) {
    duckdb::CopyFunction function(name);
    function.extension = name;
    function.function_info = info;
    function.copy_to_bind = Bind;
    function.copy_to_initialize_global = InitGlobal;
    function.copy_to_initialize_local = InitLocal;
    function.copy_to_sink = Sink;
    function.copy_to_combine = Combine;
    function.copy_to_finalize = Finalize;
    function.execution_mode = ExecutionMode;
    loader.RegisterFunction(function);
  }
  duckdb::OptimizerExtension prepare;
  prepare.pre_optimize_function = PreparePlan;
  duckdb::OptimizerExtension::Register(duckdb::DBConfig::GetConfig(loader.GetDatabaseInstance()), prepare);
}

}  // namespace varjoin::duck
