// read_vcf.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The table function read_vcf: what it is called with. vcf_scan.h does the rest.
#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "duck/functions.h"
#include "duck/pipes.h"
#include "duck/start_filter.h"
#include "duck/vcf_scan.h"
#include "duck/vector_columns.h"
#include "duckdb.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "genome/contig.h"
#include "vcf/inspect.h"
#include "vcf/vcf_file.h"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::column_t;
using duckdb::DataChunk;
using duckdb::idx_t;
using duckdb::LogicalType;

const column_t kRecordTextColumn = duckdb::VIRTUAL_COLUMN_START;
const column_t kRecordPlaceColumn = duckdb::VIRTUAL_COLUMN_START + 1;

constexpr size_t kMostFiles = 9'999;

constexpr const char* kFunctionName = "read_vcf";
constexpr const char* kFilename = "filename";
constexpr const char* kLong = "long";  ///< of `genotypes`, and in short of `samples`

struct ScanFunctionInfo : duckdb::TableFunctionInfo {
  ScanFunctionInfo(std::shared_ptr<ScanLog> log_p, std::shared_ptr<Pipes> pipes_p)
      : log(std::move(log_p)), pipes(std::move(pipes_p)) {}
  std::shared_ptr<ScanLog> log;
  std::shared_ptr<Pipes> pipes;
};

/// A text, or a list of texts.
std::vector<std::string> TextsOf(const duckdb::Value& value) {
  std::vector<std::string> texts;
  if (value.type().id() != duckdb::LogicalTypeId::LIST) {
    return {value.ToString()};
  }
  for (const duckdb::Value& text : duckdb::ListValue::GetChildren(value)) {
    texts.push_back(text.ToString());
  }
  return texts;
}

std::vector<std::string> PathsOf(ScanLog& log, const duckdb::Value& argument) {
  const std::vector<std::string> patterns = TextsOf(argument);
  std::vector<std::string> paths;
  std::set<std::string> pipes;
  for (const std::string& pattern : patterns) {
    const std::string pipe = vcf::PipeBehind(pattern);
    if (!pipe.empty() && !pipes.insert(pipe).second) {
      Throw(log, ReadTwice(pattern));
    }
    const std::vector<std::string> expanded =
        pipe.empty() ? OrThrow(log, ExpandPattern(pattern)) : std::vector<std::string>{pattern};
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

/// Whether the numbers of alleles are wanted beside the text of GT.
bool HasNumbers(ScanLog& log, const std::string& gt) {
  if (gt != "numbers" && gt != "text") {
    Throw(log, BadInput("gt is '{}', expected text, or numbers (GT_alleles and GT_phased beside GT)", gt));
  }
  return gt == "numbers";
}

/// Whether there is a row per sample.
bool IsLong(ScanLog& log, const std::string& genotypes) {
  if (genotypes != kLong && genotypes != "list") {
    Throw(log, BadInput("genotypes is '{}', expected list (of all samples, in one row) or long (a row per sample)",
                        genotypes));
  }
  return genotypes == kLong;
}

/// A list names the samples to read, as a text names the only one; the text 'long' stands for genotypes := 'long'.
void BindSamples(VcfBindData& bind, const duckdb::Value& value) {
  if (value.type().id() != duckdb::LogicalTypeId::LIST && value.ToString() == kLong) {
    bind.schema.long_rows = true;
    return;
  }
  bind.schema.samples = TextsOf(value);
  if (bind.schema.samples.empty()) {
    Throw(*bind.log, BadInput("read_vcf: samples is an empty list; name some, or leave it out"));
  }
}

/// Error: a contig of the regions is not in any header, but is under another name. One that is unknown altogether is a
/// note: records may be on contigs that the header does not have.
void CheckContigs(ScanLog& log, const vcf::Inspection& input, const vcf::Regions& regions) {
  std::set<std::string> names;
  std::map<std::string, std::string> by_canonical;
  for (const vcf::Header& header : input.headers) {
    for (const vcf::ContigDefinition& contig : header.contigs) {
      names.insert(contig.name);
      if (const auto canonical = CanonicalContig(contig.name, std::nullopt)) {
        by_canonical.emplace(*canonical, contig.name);
      }
    }
  }
  std::vector<std::string> unknown;
  for (const auto& [contig, intervals] : regions.contigs()) {
    if (names.empty() || names.contains(contig)) {
      continue;
    }
    const auto canonical = CanonicalContig(contig, std::nullopt);
    if (const auto other = canonical ? by_canonical.find(*canonical) : by_canonical.end();
        other != by_canonical.end()) {
      Throw(log, BadInput("regions: {} has no contig '{}'; it calls it '{}'", input.paths[0], contig, other->second));
    }
    unknown.push_back(contig);
  }
  if (!unknown.empty()) {
    vcf::ScanReport report;
    report.Add(vcf::NoteKind::kUnknownContig, input.paths[0], unknown[0], 0,
               unknown.size() == 1 ? "" : fmt::format(", nor are {} others", unknown.size() - 1));
    log.Merge(report);
  }
}

void BindRegions(VcfBindData& bind, const std::vector<std::string>& texts) {
  std::set<std::string, std::less<>> contigs;
  for (const vcf::Header& header : bind.input.headers) {
    for (const vcf::ContigDefinition& contig : header.contigs) {
      contigs.insert(contig.name);
    }
  }
  vcf::Regions regions =
      OrThrow(*bind.log, vcf::ParseRegions(texts, [&](std::string_view name) { return contigs.contains(name); }));
  CheckContigs(*bind.log, bind.input, regions);
  bind.regions = std::make_shared<vcf::RegionFilter>(std::move(regions), vcf::RegionFilter::Mode::kOverlap);
}

/// The part of the only file that is read: [begin, end], as vcf::VirtualRange has them.
void BindPart(VcfBindData& bind, const duckdb::Value& value) {
  const auto& places = duckdb::ListValue::GetChildren(value);
  if (places.size() != 2 || places[0].IsNull() || places[1].IsNull() || bind.input.paths.size() != 1) {
    Throw(*bind.log, BadInput("read_vcf: part is [begin, end] of one file"));
  }
  const std::string& path = bind.input.paths[0];
  const vcf::Packing packing =
      bind.IsPipe(0) ? vcf::Packing::kGzip : OrThrow(*bind.log, vcf::VcfFile::Open(path))->packing();
  if (packing != vcf::Packing::kBgzf && packing != vcf::Packing::kPlain) {
    Throw(*bind.log, BadInput("{}: a part of it can't be read: it is not BGZF or plain text", path));
  }
  bind.part = {places[0].GetValue<uint64_t>(), places[1].GetValue<uint64_t>()};
  bind.part_is_virtual = packing == vcf::Packing::kBgzf;
  if (bind.part->begin > bind.part->end) {
    Throw(*bind.log, BadInput("{}: part begins after its end", path));
  }
}

/// Opens the files to see what they hold.
void BindFiles(ClientContext& context, VcfBindData& bind, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const bool pipe = !vcf::PipeBehind(path).empty();
    bind.stamps.push_back(pipe ? FileStamp() : OrThrow(*bind.log, StampOf(path)));
  }
  bind.input = OrThrow(
      *bind.log, vcf::Inspect(paths, bind.schema, bind.pipes->Opener([&context] { return context.IsInterrupted(); })));
  vcf::ScanReport report;
  for (const std::string& field : vcf::FieldsThatDiffer(bind.input.headers)) {
    report.Add(vcf::NoteKind::kFieldsDiffer, paths[0], field, 0, "");
  }
  bind.log->Merge(report);
}

void BindColumns(VcfBindData& bind, duckdb::vector<LogicalType>& types, duckdb::vector<duckdb::string>& names) {
  for (const vcf::Column& column : bind.input.columns) {
    if (bind.filename && EqualNoCase(column.name, kFilename)) {
      Throw(*bind.log,
            BadInput("{}: has a field '{}' of its own; leave out filename := true", bind.input.paths[0], column.name));
    }
    names.push_back(column.name);
    types.push_back(TypeOf(column));
  }
  if (bind.filename) {
    names.push_back(kFilename);
    types.push_back(LogicalType::VARCHAR);
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto bind = duckdb::make_uniq<VcfBindData>();
  const auto& info = input.info->Cast<ScanFunctionInfo>();
  bind->log = info.log;
  bind->pipes = info.pipes;
  if (input.inputs[0].IsNull()) {
    Throw(*bind->log, BadInput("read_vcf was given NULL instead of a file"));
  }
  const std::vector<std::string> paths = PathsOf(*bind->log, input.inputs[0]);
  std::vector<std::string> regions;
  for (const auto& [name, value] : input.named_parameters) {
    if (value.IsNull()) {
      Throw(*bind->log, BadInput("read_vcf: {} is NULL", name));
    }
    if (name == "split") {
      bind->schema.split = value.GetValue<bool>();
    } else if (name == "on_bad_record") {
      bind->on_bad_record = OnBadRecordOf(*bind->log, value.ToString());
    } else if (name == "filename") {
      bind->filename = value.GetValue<bool>();
    } else if (name == "info_other") {
      bind->schema.info_other = value.GetValue<bool>();
    } else if (name == "samples") {
      BindSamples(*bind, value);
    } else if (name == "gt") {
      bind->schema.gt_numbers = HasNumbers(*bind->log, value.ToString());
    } else if (name == "genotypes") {
      bind->schema.long_rows = IsLong(*bind->log, value.ToString());
    } else if (name == "regions") {
      regions = TextsOf(value);
    }
  }
  BindFiles(context, *bind, paths);
  if (input.named_parameters.contains("regions")) {
    BindRegions(*bind, regions);
  }
  if (const auto part = input.named_parameters.find("part"); part != input.named_parameters.end()) {
    BindPart(*bind, part->second);
  }
  BindColumns(*bind, types, names);
  return bind;
}

Projection ProjectionOf(const VcfBindData& bind, const duckdb::vector<column_t>& ids) {
  Projection projection;
  for (idx_t place = 0; place < ids.size(); ++place) {
    const column_t id = ids[place];
    if (id < bind.input.columns.size()) {
      projection.columns.push_back(bind.input.columns[id]);
      projection.places.push_back(place);
      projection.has_record |= bind.input.columns[id].origin == vcf::Origin::kRecord;
    } else if (id == kRecordTextColumn || id == kRecordPlaceColumn) {
      projection.columns.push_back(vcf::RecordTextColumn());
      projection.places.push_back(place);
      if (id == kRecordPlaceColumn) {
        projection.record_place = place;
      }
    } else if (bind.filename && id == bind.input.columns.size()) {
      projection.filenames.push_back(place);
    }
  }
  return projection;
}

/// Narrows the scan by conditions on chrom and start, which DuckDB applies all the same.
void PushDown(ClientContext& context, duckdb::LogicalGet& get, duckdb::FunctionData* data,
              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) {
  auto& bind = data->Cast<VcfBindData>();
  const auto role_of = [&](const duckdb::Expression& expression) {
    if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) {
      return StartFilter::Role::kOther;
    }
    const auto& binding = expression.Cast<duckdb::BoundColumnRefExpression>().binding;
    if (binding.table_index != get.table_index) {
      return StartFilter::Role::kOther;
    }
    const idx_t id = get.GetColumnIds()[binding.column_index].GetPrimaryIndex();
    if (id >= bind.input.columns.size()) {
      return StartFilter::Role::kOther;
    }
    const vcf::Origin origin = bind.input.columns[id].origin;
    return origin == vcf::Origin::kChrom   ? StartFilter::Role::kChrom
           : origin == vcf::Origin::kStart ? StartFilter::Role::kStart
                                           : StartFilter::Role::kOther;
  };
  for (const auto& filter : filters) {
    bind.where.Add(context, *filter, role_of);
  }
}

/// Refuses a plan that scans a pipe twice.
void CheckPipes(const duckdb::LogicalOperator& plan, std::set<std::string>& pipes) {
  if (plan.type == duckdb::LogicalOperatorType::LOGICAL_GET) {
    const auto& get = plan.Cast<duckdb::LogicalGet>();
    const auto* bind = get.function.name == kFunctionName ? &get.bind_data->Cast<VcfBindData>() : nullptr;
    for (size_t i = 0; bind != nullptr && i < bind->stamps.size(); ++i) {
      const std::string& path = bind->input.paths[i];
      if (bind->IsPipe(i) && !pipes.insert(vcf::PipeBehind(path)).second) {
        Throw(*bind->log, ReadTwice(path));
      }
    }
  }
  for (const auto& child : plan.children) {
    CheckPipes(*child, pipes);
  }
}

void CheckPlan(duckdb::OptimizerExtensionInput&, duckdb::unique_ptr<duckdb::LogicalOperator>& plan) {
  std::set<std::string> pipes;
  CheckPipes(*plan, pipes);
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(ClientContext& context,
                                                                duckdb::TableFunctionInitInput& input) {
  const auto& bind = input.bind_data->Cast<VcfBindData>();
  return StartVcfScan(context, bind, ProjectionOf(bind, input.column_ids));
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext& context,
                                                              duckdb::TableFunctionInitInput&,
                                                              duckdb::GlobalTableFunctionState* global) {
  return StartVcfScanThread(context.client, *global);
}

void Scan(ClientContext& context, duckdb::TableFunctionInput& input, DataChunk& output) {
  ScanVcf(context, *input.local_state, *input.global_state, output);
}

duckdb::OperatorPartitionData PartitionData(ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
  return duckdb::OperatorPartitionData(RunNumber(*input.local_state));
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(ClientContext&, const duckdb::FunctionData* bind) {
  // A claim that is too high would make the VCF the side of a join that is streamed, where it should be held.
  constexpr uint64_t kPartOfRegions = 10;
  const auto& vcf = bind->Cast<VcfBindData>();
  const uint64_t rows =
      vcf.part && vcf.input.bytes > 0
          ? static_cast<uint64_t>(static_cast<double>(vcf.input.estimated_rows) *
                                  static_cast<double>(vcf.BytesToRead()) / static_cast<double>(vcf.input.bytes)) +
                1
          : vcf.input.estimated_rows;
  return duckdb::make_uniq<duckdb::NodeStatistics>(vcf.regions != nullptr ? rows / kPartOfRegions + 1 : rows);
}

double ScanPercentage(ClientContext&, const duckdb::FunctionData* bind, const duckdb::GlobalTableFunctionState*) {
  const ScanLog& log = *bind->Cast<VcfBindData>().log;
  return log.bytes_total == 0 ? -1.0
                              : 100.0 * static_cast<double>(log.bytes_read) / static_cast<double>(log.bytes_total);
}

duckdb::virtual_column_map_t VirtualColumns(ClientContext&, duckdb::optional_ptr<duckdb::FunctionData>) {
  duckdb::virtual_column_map_t columns;
  columns.insert({kRecordPlaceColumn, duckdb::TableColumn(duckdb::string(kRecordPlace), LogicalType::BLOB)});
  columns.insert({kRecordTextColumn, duckdb::TableColumn("record_text", LogicalType::BLOB)});
  columns.insert({duckdb::COLUMN_IDENTIFIER_EMPTY, duckdb::TableColumn("", LogicalType::BOOLEAN)});
  return columns;
}

}  // namespace

void RegisterReadVcf(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log,
                     const std::shared_ptr<Pipes>& pipes) {
  duckdb::TableFunctionSet set(kFunctionName);
  const auto info = duckdb::make_shared_ptr<ScanFunctionInfo>(log, pipes);
  for (const LogicalType& paths : {LogicalType(LogicalType::VARCHAR), LogicalType::LIST(LogicalType::VARCHAR)}) {
    duckdb::TableFunction function({paths}, Scan, Bind, InitGlobal, InitLocal);
    function.named_parameters["split"] = LogicalType::BOOLEAN;
    function.named_parameters["on_bad_record"] = LogicalType::VARCHAR;
    function.named_parameters["filename"] = LogicalType::BOOLEAN;
    function.named_parameters["regions"] = LogicalType::ANY;
    function.named_parameters["part"] = LogicalType::LIST(LogicalType::UBIGINT);
    function.named_parameters["samples"] = LogicalType::ANY;
    function.named_parameters["genotypes"] = LogicalType::VARCHAR;
    function.named_parameters["gt"] = LogicalType::VARCHAR;
    function.named_parameters["info_other"] = LogicalType::BOOLEAN;
    function.function_info = info;
    function.pushdown_complex_filter = PushDown;
    function.projection_pushdown = true;
    function.cardinality = Cardinality;
    function.table_scan_progress = ScanPercentage;
    function.get_partition_data = PartitionData;
    function.get_virtual_columns = VirtualColumns;
    set.AddFunction(function);
  }
  loader.RegisterFunction(set);
  duckdb::OptimizerExtension check;
  check.optimize_function = CheckPlan;
  duckdb::OptimizerExtension::Register(duckdb::DBConfig::GetConfig(loader.GetDatabaseInstance()), check);
}

}  // namespace varjoin::duck
