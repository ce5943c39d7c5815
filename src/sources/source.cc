// source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "genome/assembly.h"
#include "genome/contig.h"

namespace varjoin {
namespace {

using nlohmann::json;

constexpr std::string_view kEnsembl = "ensembl";

json ContigJson(const SourceContig& contig) {
  return contig.length ? json{contig.name, *contig.length} : json{contig.name};
}

json PartsJson(const KeyColumns& key) {
  json parts;
  for (const auto& [part, column] : PartsOf(key)) {
    parts[part] = column;
  }
  return parts;
}

Source FromJson(const json& stored) {
  Source source;
  source.name = stored.at("name");
  source.kind = stored.at("kind") == "imported" ? Source::Kind::kImported : Source::Kind::kRegistered;
  source.patterns = stored.at("patterns");
  const json& key = stored.at("key");
  source.key = {key.at("chrom"), key.at("start"), key.value("ref", ""), key.value("alt", ""), key.value("end", "")};
  source.chrom_type = stored.at("chrom_type");
  for (const json& column : stored.at("columns")) {
    source.columns.push_back({column.at("name"), column.at("type"), column.value("number", ""),
                              column.value("vcf_type", ""), column.value("description", "")});
  }
  for (const json& contig : stored.at("contigs")) {
    source.contigs.push_back(
        {contig.at(0), contig.size() > 1 ? std::optional<int64_t>(contig.at(1).get<int64_t>()) : std::nullopt});
  }
  source.contigs_of_file = stored.at("contigs_of_file").get<std::map<std::string, std::vector<int>>>();
  source.rows = stored.at("rows");
  source.zero_based = stored.value("zero_based", false);
  source.hive = stored.value("hive", false);
  source.interval = stored.value("interval", false);
  source.contig_aliases = stored.value("contig_aliases", ContigAliases());
  source.checked_at = stored.value("checked_at", "");
  source.input_fingerprint = stored.value("input_fingerprint", "");
  source.assembly = stored.at("assembly");
  source.reference = stored.value("reference", "");
  source.reference_fingerprint = stored.value("reference_fingerprint", "");
  source.fingerprint = stored.at("fingerprint");
  source.warnings = stored.at("warnings");
  source.made_from = stored.at("made_from");
  source.made_at = stored.at("made_at");
  return source;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> PartsOf(const KeyColumns& key) {
  if (!key.end.empty()) {
    return {{"chrom", key.chrom}, {"start", key.start}, {"end", key.end}};
  }
  return {{"chrom", key.chrom}, {"start", key.start}, {"ref", key.ref}, {"alt", key.alt}};
}

std::string_view KindName(Source::Kind kind) {
  return kind == Source::Kind::kImported ? "imported" : "registered";
}

std::vector<std::string> ViewNames(const Source& source) {
  if (EqualNoCase(source.name, kEnsembl)) {
    return {"ensembl_variations", "ensembl_snv"};
  }
  return {source.name};
}

std::string AssemblyToldBy(const std::vector<SourceContig>& contigs) {
  std::vector<std::pair<std::string, std::optional<int64_t>>> named;
  for (const SourceContig& contig : contigs) {
    named.emplace_back(contig.name, contig.length);
  }
  return AssemblyOfContigs(named);
}

std::string NumberedSexNote(const Source& source) {
  std::set<std::string> names;
  for (const SourceContig& contig : source.contigs) {
    names.insert(CanonicalContig(contig.name, contig.length).value_or(contig.name));
  }
  if (!names.contains("23") || names.contains("X") || names.contains("27") || source.contig_aliases.contains("23")) {
    return "";
  }
  return "contig 23 is taken as it is written and matches no X; if this is PLINK's 23 for X, 24 for Y and 26 for MT, "
         "give a file of such lines (`23 X`) with --contig-aliases";
}

bool IsReservedColumn(const std::string& name) {
  return EqualNoCase(name, "file_index") || EqualNoCase(name, "file_row_number");
}

std::string LiteralPattern(const std::string& path) {
  std::string pattern;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      pattern += {'[', c, ']'};
    } else {
      pattern += c;
    }
  }
  return pattern;
}

namespace {

/// Text is what folders' names are: 1 and X are of one column.
std::string ReadSql(const std::vector<std::string>& files, bool hive) {
  std::vector<std::string> quoted;
  quoted.reserve(files.size());
  for (const std::string& file : files) {
    quoted.push_back(SqlString(LiteralPattern(file)));
  }
  return fmt::format("read_parquet([{}], {}, union_by_name = true)", Join(quoted, ", "), HiveSql(hive));
}

}  // namespace

std::string HiveSql(bool hive) {
  return hive ? "hive_partitioning = true, hive_types_autocast = false" : "hive_partitioning = false";
}

std::string ReadParquetSql(const std::vector<std::string>& files) {
  return ReadSql(files, /*hive=*/false);
}

std::string ReadSourceSql(const Source& source, const std::vector<std::string>& files) {
  return ReadSql(files, source.hive);
}

std::string ChromSql(const Source& source, const std::string& row) {
  return AliasSql(source.contig_aliases, fmt::format("CAST({}{} AS VARCHAR)", row, SqlName(source.key.chrom)));
}

std::string StartSql(const Source& source, const std::string& row) {
  return fmt::format("TRY_CAST({}{} AS BIGINT){}", row, SqlName(source.key.start), source.zero_based ? " + 1" : "");
}

std::string AllelesSql(const Source& source) {
  return source.key.end.empty() ? fmt::format("{}, {}", SqlName(source.key.ref), SqlName(source.key.alt))
                                : "CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)";
}

std::string ToJson(const Source& source) {
  json columns = json::array();
  for (const SourceColumn& column : source.columns) {
    json entry = {{"name", column.name}, {"type", column.type}};
    for (const auto& [key, value] : {std::pair{"number", &column.number}, std::pair{"vcf_type", &column.vcf_type},
                                     std::pair{"description", &column.description}}) {
      if (!value->empty()) {
        entry[key] = *value;
      }
    }
    columns.push_back(std::move(entry));
  }
  json contigs = json::array();
  for (const SourceContig& contig : source.contigs) {
    contigs.push_back(ContigJson(contig));
  }
  json stored = {
      {"name", source.name},
      {"kind", KindName(source.kind)},
      {"patterns", source.patterns},
      {"key", PartsJson(source.key)},
      {"chrom_type", source.chrom_type},
      {"columns", std::move(columns)},
      {"contigs", std::move(contigs)},
      {"contigs_of_file", source.contigs_of_file},
      {"rows", source.rows},
      {"assembly", source.assembly},
      {"reference", source.reference},
      {"reference_fingerprint", source.reference_fingerprint},
      {"fingerprint", source.fingerprint},
      {"warnings", source.warnings},
      {"made_from", source.made_from},
      {"made_at", source.made_at},
  };
  if (source.zero_based) {
    stored["zero_based"] = true;
  }
  if (source.interval) {
    stored["interval"] = true;
  }
  if (source.hive) {
    stored["hive"] = true;
  }
  if (!source.contig_aliases.empty()) {
    stored["contig_aliases"] = source.contig_aliases;
  }
  for (const auto& [key, value] :
       {std::pair{"checked_at", &source.checked_at}, std::pair{"input_fingerprint", &source.input_fingerprint}}) {
    if (!value->empty()) {
      stored[key] = *value;
    }
  }
  return stored.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Source> SourceFromJson(const std::string& text) {
  try {
    return FromJson(json::parse(text));
  } catch (const json::exception& error) {
    return Failed("the catalog's entry of a source can't be read ({}); remove it and add it again", error.what());
  }
}

Status CheckSourceName(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool good =
      !name.empty() && name.size() <= 64 && is_letter(name[0]) &&
      std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
  if (!good) {
    return BadInput(
        "'{}' can't be a source's name: use letters, digits and underscores, a letter first, at most 64 characters",
        name);
  }
  for (const std::string_view taken : {"sources", "ensembl_variations", "ensembl_snv"}) {
    if (EqualNoCase(name, taken)) {
      return BadInput("'{}' can't be a source's name: varjoin uses it itself; choose another", name);
    }
  }
  return Status::Ok();
}

Result<std::shared_ptr<const Reference>> OpenReferenceOf(const Source& source) {
  if (source.reference.empty()) {
    return std::shared_ptr<const Reference>();
  }
  const char* const next = "bring it back, import the source again, or name the FASTA with `annotate --reference`";
  auto reference = Reference::Open(source.reference);
  if (!reference.ok()) {
    return BadInput("source '{}' was imported with a reference that can't be had any more: {}; {}", source.name,
                    reference.status().message(), next);
  }
  if (Fingerprint({(*reference)->stamp()}) != source.reference_fingerprint) {
    return BadInput("{}: has changed since source '{}' was imported with it; {}", source.reference, source.name, next);
  }
  return reference;
}

Result<std::vector<FileStamp>> FilesOf(const Source& source) {
  std::vector<std::string> paths;
  for (const std::string& pattern : source.patterns) {
    const Result<std::vector<std::string>> expanded = ExpandPattern(pattern);
    if (!expanded.ok()) {
      return BadInput("the Parquet of source '{}' is gone: {}; add it again with `varjoin source {} {} …`", source.name,
                      expanded.status().message(), source.kind == Source::Kind::kImported ? "import" : "add",
                      source.name);
    }
    paths.insert(paths.end(), expanded->begin(), expanded->end());
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<FileStamp> stamps;
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(FileStamp stamp, StampOf(path));
    stamps.push_back(std::move(stamp));
  }
  return stamps;
}

}  // namespace varjoin
