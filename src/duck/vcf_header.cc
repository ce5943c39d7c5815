// vcf_header.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The table function vcf_header: a VCF's header as rows.
#include <algorithm>

#include "base/files.h"
#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/function/table_function.hpp"
#include "vcf/portrait.h"
#include "vcf/schema.h"

namespace varjoin::duck {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

using Row = duckdb::vector<Value>;

const std::pair<const char*, LogicalType> kColumns[] = {
    {"kind", LogicalType::VARCHAR},     {"id", LogicalType::VARCHAR},          {"number", LogicalType::VARCHAR},
    {"type", LogicalType::VARCHAR},     {"description", LogicalType::VARCHAR}, {"length", LogicalType::BIGINT},
    {"assembly", LogicalType::VARCHAR}, {"declared", LogicalType::BOOLEAN},    {"filename", LogicalType::VARCHAR}};

struct HeaderBindData : duckdb::TableFunctionData {
  std::vector<Row> rows;
};

struct HeaderScan : duckdb::GlobalTableFunctionState {
  size_t next = 0;
};

struct HeaderFunctionInfo : duckdb::TableFunctionInfo {
  explicit HeaderFunctionInfo(std::shared_ptr<ScanLog> log_p) : log(std::move(log_p)) {}
  std::shared_ptr<ScanLog> log;
};

/// NULL for "", and for what is no UTF-8.
Value Text(const std::string& text) {
  return text.empty() || !Value::StringIsValid(text) ? Value(LogicalType::VARCHAR) : Value(text);
}

const char* NameOf(vcf::FieldType type) {
  switch (type) {
    case vcf::FieldType::kInteger:
      return "Integer";
    case vcf::FieldType::kFloat:
      return "Float";
    case vcf::FieldType::kFlag:
      return "Flag";
    case vcf::FieldType::kString:
      break;
  }
  return "String";
}

class RowsOfHeader {
 public:
  RowsOfHeader(std::string path, std::vector<Row>& rows) : path_(std::move(path)), rows_(rows) {}

  /// A row without values, but for kind and id.
  Row& Add(const char* kind, const std::string& id) {
    Row& row = rows_.emplace_back();
    for (const auto& [name, type] : kColumns) {
      row.emplace_back(type);
    }
    row[0] = Value(kind);
    row[1] = Text(id);
    row[7] = Value::BOOLEAN(true);
    row[8] = Text(path_);
    return row;
  }

  void AddFields(const char* kind, const std::vector<vcf::FieldDefinition>& fields) {
    for (const vcf::FieldDefinition& field : fields) {
      Row& row = Add(kind, field.id);
      row[2] = Text(field.number_text);
      row[3] = Value(NameOf(field.type));
      row[4] = Text(field.description);
      row[7] = Value::BOOLEAN(field.declared);
    }
  }

 private:
  const std::string path_;
  std::vector<Row>& rows_;
};

Status AddFile(const std::string& path, const vcf::Interrupted& interrupted, std::vector<Row>& rows) {
  VARJOIN_ASSIGN(const std::unique_ptr<vcf::VcfFile> file, vcf::VcfFile::Open(path, interrupted));
  vcf::Header header = file->header();
  vcf::DeclareFieldsSeen(file->Peek(), header);
  RowsOfHeader of(file->path(), rows);
  for (const auto& [key, value] : vcf::MetaLines(file->header_text())) {
    of.Add("meta", key)[4] = Text(value);
  }
  for (const vcf::ContigDefinition& contig : header.contigs) {
    Row& row = of.Add("contig", contig.name);
    row[5] = contig.length ? Value::BIGINT(*contig.length) : Value(LogicalType::BIGINT);
    row[6] = Text(contig.assembly);
  }
  for (const vcf::FieldDefinition& filter : header.filters) {
    of.Add("filter", filter.id)[4] = Text(filter.description);
  }
  of.AddFields("info", header.info);
  of.AddFields("format", header.format);
  for (const std::string& sample : header.samples) {
    of.Add("sample", sample);
  }
  return Status::Ok();
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  for (const auto& [name, type] : kColumns) {
    names.push_back(name);
    types.push_back(type);
  }
  auto bind = duckdb::make_uniq<HeaderBindData>();
  const std::string pattern = input.inputs[0].IsNull() ? "" : input.inputs[0].ToString();
  Result<std::vector<std::string>> paths = vcf::PipeBehind(pattern).empty()
                                               ? ExpandPattern(pattern)
                                               : Result<std::vector<std::string>>(std::vector<std::string>{pattern});
  Status status = paths.status();
  for (size_t i = 0; status.ok() && i < paths->size(); ++i) {
    status = AddFile((*paths)[i], [&context] { return context.IsInterrupted(); }, bind->rows);
  }
  if (!status.ok()) {
    input.info->Cast<HeaderFunctionInfo>().log->SetError(status);
    throw duckdb::InvalidInputException(status.message());
  }
  return bind;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(duckdb::ClientContext&,
                                                                duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<HeaderScan>();
}

void Scan(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const std::vector<Row>& rows = input.bind_data->Cast<HeaderBindData>().rows;
  size_t& next = input.global_state->Cast<HeaderScan>().next;
  const size_t count = std::min<size_t>(rows.size() - next, STANDARD_VECTOR_SIZE);
  for (size_t row = 0; row < count; ++row) {
    for (size_t column = 0; column < output.ColumnCount(); ++column) {
      output.SetValue(column, row, rows[next + row][column]);
    }
  }
  next += count;
  output.SetCardinality(count);
}

}  // namespace

void RegisterVcfHeader(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log) {
  duckdb::TableFunction function("vcf_header", {LogicalType::VARCHAR}, Scan, Bind, InitGlobal);
  function.function_info = duckdb::make_shared_ptr<HeaderFunctionInfo>(log);
  loader.RegisterFunction(function);
}

}  // namespace varjoin::duck
