// portrait.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/portrait.h"

#include <algorithm>

#include "base/text.h"
#include "vcf/inspect.h"
#include "vcf/region_index.h"
#include "vcf/schema.h"

namespace varjoin::vcf {
namespace {

constexpr std::string_view kFieldKeys[] = {"contig", "FILTER", "INFO", "FORMAT"};

/// Header lines in which a caller gives its version.
constexpr std::pair<std::string_view, std::string_view> kVersionKeys[] = {
    {"DeepVariant_version", "DeepVariant"},
    {"bcftools_callVersion", "bcftools call"},
    {"hailversion", "Hail"},
    {"GLnexusVersion", "GLnexus"},
    {"DRAGENVersion", "DRAGEN"},
};

/// The value of KEY=value or KEY="value" within <…>; "" where there is none.
std::string Attribute(std::string_view text, std::string_view key) {
  const std::string wanted = std::string(key) + "=";
  size_t at = text.find("<" + wanted);
  at = at == std::string_view::npos ? text.find("," + wanted) : at;
  if (at == std::string_view::npos) {
    return "";
  }
  text.remove_prefix(at + 1 + wanted.size());
  const bool quoted = text.starts_with('"');
  text.remove_prefix(quoted ? 1 : 0);
  return std::string(text.substr(0, text.find_first_of(quoted ? "\"" : ",>")));
}

void AddOnce(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(std::move(name));
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> MetaLines(std::string_view header_text) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (std::string_view line : Split(header_text, '\n')) {
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    const size_t equals = line.find('=');
    if (!line.starts_with("##") || equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = line.substr(2, equals - 2);
    if (std::find(std::begin(kFieldKeys), std::end(kFieldKeys), key) == std::end(kFieldKeys)) {
      lines.emplace_back(key, line.substr(equals + 1));
    }
  }
  return lines;
}

std::vector<std::string> Callers(const std::vector<std::pair<std::string, std::string>>& meta_lines) {
  std::vector<std::string> callers;
  std::vector<std::string> tools;  // of GATK, which names them in ##source too
  for (const auto& [key, value] : meta_lines) {
    if (key.starts_with("GATKCommandLine")) {
      const std::string tool = Attribute(value, "ID");
      const std::string version = Attribute(value, "Version");
      tools.push_back(tool);
      AddOnce(callers, "GATK " + tool + (version.empty() ? "" : " " + version));
    }
    for (const auto& [version_key, name] : kVersionKeys) {
      if (key == version_key) {
        AddOnce(callers, std::string(name) + " " + value);
      }
    }
  }
  for (const auto& [key, value] : meta_lines) {
    if (key == "source" && std::find(tools.begin(), tools.end(), value) == tools.end()) {
      AddOnce(callers, value);
    }
  }
  return callers;
}

Result<Portrait> MakePortrait(const std::string& path, Interrupted interrupted) {
  VARJOIN_ASSIGN(const std::unique_ptr<VcfFile> file, VcfFile::Open(path, std::move(interrupted)));
  Portrait portrait;
  portrait.path = file->path();
  portrait.bytes = file->size();
  portrait.packing = file->packing();
  portrait.header = file->header();
  portrait.callers = Callers(MetaLines(file->header_text()));
  portrait.estimated_records = file->EstimateRecords();
  portrait.all_seen = file->PeekIsAll();
  Inspection alone;
  alone.paths = {portrait.path};
  alone.headers = {portrait.header};
  VARJOIN_ASSIGN(portrait.assembly, AssemblyOf(alone));
  DeclareFieldsSeen(file->Peek(), portrait.header);
  if (path != kStandardInput) {
    const RegionIndex::Found found = RegionIndex::Find(path, portrait.packing);
    portrait.index = found.path;
    portrait.index_problem = found.problem;
    if (found.index != nullptr) {
      portrait.contig_records = found.index->Records();
    }
  }
  return portrait;
}

}  // namespace varjoin::vcf
