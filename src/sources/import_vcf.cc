// import_vcf.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "sources/import_rows.h"
#include "vcf/inspect.h"

namespace varjoin {
namespace {

/// INFO fields that hold a list of consequences, whose parts the header names (VEP, gnomAD, SnpEff, bcftools csq).
constexpr const char* kConsequenceFields[] = {"CSQ", "vep", "ANN", "BCSQ"};

/// What becomes a column of the source: all but the key and what belongs to one input only.
bool IsKept(const vcf::Column& column) {
  return column.origin == vcf::Origin::kId || column.origin == vcf::Origin::kQual ||
         column.origin == vcf::Origin::kFilter || column.origin == vcf::Origin::kInfo;
}

std::vector<std::string> NamesOf(const vcf::Inspection& input) {
  std::vector<std::string> names;
  for (const vcf::Column& column : input.columns) {
    names.push_back(column.name);
  }
  return names;
}

SourceColumn KeptColumn(const vcf::Column& column, std::vector<std::string>& taken) {
  SourceColumn kept;
  kept.name = IsReservedColumn(column.name) ? FreeColumnName(column.name, taken) : column.name;
  if (column.origin == vcf::Origin::kInfo) {
    const char* const types[] = {"Integer", "Float", "Flag", "String"};
    kept.number = column.field.number_text;
    kept.vcf_type = types[static_cast<int>(column.field.type)];
    kept.description = column.field.description;
  }
  return kept;
}

std::string Trimmed(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(" '\""), text.size());
  return std::string(text.substr(first, text.find_last_not_of(" '\"") + 1 - first));
}

/// The names that a description gives to the parts of a value: "… Format: Allele|Consequence|…", or, of SnpEff,
/// "… 'Allele | Annotation | …'". None: it gives none.
std::vector<std::string> PartsOf(const std::string& description) {
  const size_t format = description.find("Format:");
  const size_t quote = description.find('\'');
  const size_t begin = format != std::string::npos ? format + 7 : quote;
  if (begin == std::string::npos) {
    return {};
  }
  std::vector<std::string> parts;
  std::vector<std::string> taken;
  for (const std::string_view part : Split(std::string_view(description).substr(begin), '|')) {
    const std::string name = Trimmed(part);
    std::string free = name.empty() ? "part" : name;
    for (int i = 2; std::any_of(taken.begin(), taken.end(), [&](const auto& t) { return EqualNoCase(t, free); }); ++i) {
      free = fmt::format("{}_{}", name, i);
    }
    taken.push_back(free);
    parts.push_back(free);
  }
  return parts.size() < 2 ? std::vector<std::string>{} : parts;
}

bool IsConsequence(const vcf::Column& column) {
  return column.origin == vcf::Origin::kInfo && column.type == vcf::ValueType::kText &&
         std::any_of(std::begin(kConsequenceFields), std::end(kConsequenceFields),
                     [&](const char* name) { return EqualNoCase(column.field.id, name); });
}

/// The value as LIST(STRUCT): what a value has more of than there are names stays with the last one.
std::string SplitSql(const vcf::Column& column, const std::vector<std::string>& parts) {
  const std::string name = "v." + SqlName(column.name);
  const std::string list = column.list ? name : fmt::format("string_split({}, ',')", name);
  std::string fields;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const std::string value =
        last ? fmt::format("array_to_string(parts[{}:], '|')", i + 1) : fmt::format("parts[{}]", i + 1);
    fields += fmt::format("{}{} := nullif({}, '')", i == 0 ? "" : ", ", SqlName(parts[i]), value);
  }
  return fmt::format(
      "list_transform(list_transform({}, lambda entry: string_split(entry, '|')), lambda parts: "
      "struct_pack({}))",
      list, fields);
}

std::string QuotedList(const std::vector<std::string>& paths) {
  std::vector<std::string> quoted;
  for (const std::string& path : paths) {
    quoted.push_back(SqlString(path));
  }
  return Join(quoted, ", ");
}

/// Adds the columns, and their values to the statement.
std::string AddColumns(const ImportRequest& request, const vcf::Inspection& input, ImportRows& rows) {
  std::string select;
  if (request.interval) {
    rows.columns.push_back(EndColumn());
    select = ", v.\"end\" AS \"end\"";
  }
  std::vector<std::string> taken = NamesOf(input);
  bool found = false;
  for (const vcf::Column& column : input.columns) {
    if (!IsKept(column)) {
      continue;
    }
    SourceColumn& kept = rows.columns.emplace_back(KeptColumn(column, taken));
    const bool split = request.split_csq && IsConsequence(column);
    const std::vector<std::string> parts = split ? PartsOf(column.field.description) : std::vector<std::string>{};
    if (split && parts.empty()) {
      rows.notes.push_back(
          fmt::format("INFO/{} stays text: its header line gives no names to its parts (Format: A|B|…)", column.name));
    }
    found = found || !parts.empty();
    select += fmt::format(", {} AS {}", parts.empty() ? "v." + SqlName(column.name) : SplitSql(column, parts),
                          SqlName(kept.name));
  }
  if (request.split_csq && !found) {
    rows.notes.push_back(fmt::format("--split-csq: no field was split; it splits {} where the header names their parts",
                                     fmt::join(kConsequenceFields, ", ")));
  }
  return select;
}

}  // namespace

SourceColumn EndColumn() {
  return {.name = "end", .type = {}, .number = {}, .vcf_type = {}, .description = "the last base of the interval"};
}

std::string FreeColumnName(const std::string& name, std::vector<std::string>& taken) {
  std::string free = name;
  const auto is_taken = [&](const std::string& other) { return EqualNoCase(other, free); };
  while (IsReservedColumn(free) || std::any_of(taken.begin(), taken.end(), is_taken)) {
    free = "info_" + free;
  }
  taken.push_back(free);
  return free;
}

Result<ImportRows> RowsOfVcfs(const ImportRequest& request, const std::vector<std::string>& paths) {
  if (request.zero_based || !request.mapping.empty()) {
    return BadInput("{}: is a VCF, whose positions are 1-based and whose columns have their names; leave out {}",
                    paths[0], request.zero_based ? "--zero-based" : "--map");
  }
  VARJOIN_ASSIGN(const vcf::Inspection input, vcf::Inspect(paths, {.info_other = false}));
  ImportRows rows;
  VARJOIN_ASSIGN(rows.assembly, vcf::AssemblyOf(input));
  for (const vcf::Header& header : input.headers) {
    rows.samples = std::max(rows.samples, static_cast<int>(header.samples.size()));
    for (const vcf::ContigDefinition& contig : header.contigs) {
      rows.lengths.emplace(contig.name, contig.length);
    }
  }
  const std::string columns = AddColumns(request, input, rows);
  rows.sql = fmt::format(
      "SELECT v.chrom, v.\"start\" AS \"start\", v.ref, v.alt{}, v.record AS {}, v.alt_index AS {} "
      "FROM read_vcf([{}], on_bad_record := {}, info_other := false) v",
      columns, SqlName(kRecordColumn), SqlName(kAltIndexColumn), QuotedList(input.paths),
      SqlString(request.on_bad_record));
  return rows;
}

}  // namespace varjoin
