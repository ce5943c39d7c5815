// inspect.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/inspect.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "genome/assembly.h"

namespace varjoin::vcf {
namespace {

std::string AssemblyOf(const Header& header) {
  std::vector<std::pair<std::string, std::optional<int64_t>>> contigs;
  for (const ContigDefinition& contig : header.contigs) {
    contigs.emplace_back(contig.name, contig.length);
  }
  const std::string told = AssemblyOfContigs(contigs);
  return told.empty() ? AssemblyOfReference(header.reference) : told;
}

/// Error: two files give a contig different lengths.
Status CheckLengths(const Inspection& inspection) {
  std::map<std::string, std::pair<int64_t, size_t>> lengths;
  for (size_t i = 0; i < inspection.headers.size(); ++i) {
    for (const ContigDefinition& contig : inspection.headers[i].contigs) {
      if (!contig.length) {
        continue;
      }
      const auto& [length, file] = lengths.try_emplace(contig.name, *contig.length, i).first->second;
      if (length != *contig.length && file != i) {
        return BadInput("contig {} has {} bases in {} and {} in {}: they are of different assemblies; read them apart",
                        contig.name, length, inspection.paths[file], *contig.length, inspection.paths[i]);
      }
    }
  }
  return Status::Ok();
}

}  // namespace

Result<std::string> AssemblyOf(const Inspection& inspection) {
  std::string found;
  size_t from = 0;
  for (size_t i = 0; i < inspection.headers.size(); ++i) {
    const std::string assembly = AssemblyOf(inspection.headers[i]);
    if (!found.empty() && !assembly.empty() && assembly != found) {
      return BadInput("{} is of assembly {} and {} of assembly {}; read them apart", inspection.paths[from], found,
                      inspection.paths[i], assembly);
    }
    if (!assembly.empty()) {
      found = assembly;
      from = i;
    }
  }
  VARJOIN_RETURN_IF_ERROR(CheckLengths(inspection));
  return found;
}

Result<std::shared_ptr<VcfFile>> OpenVcf(const std::string& path) {
  if (!PipeBehind(path).empty()) {
    return BadInput("{}: is a pipe or a device, and is read twice here; save it to a file first", path);
  }
  VARJOIN_ASSIGN(std::shared_ptr<VcfFile> file, VcfFile::Open(path));
  return file;
}

Result<Inspection> Inspect(const std::vector<std::string>& paths, const SchemaOptions& options, const Opener& open) {
  Inspection inspection;
  inspection.paths = paths;
  bool expects_more = false;  // INFO keys without a header line
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(const auto file, open(path));
    Header header = file->header();
    if (inspection.headers.empty()) {
      inspection.header_text = file->header_text();
    }
    const bool has_info_lines = !header.info.empty();
    const std::vector<std::string> undeclared = DeclareFieldsSeen(file->Peek(), header);
    const bool in_info = std::any_of(undeclared.begin(), undeclared.end(),
                                     [](const std::string& field) { return field.starts_with("INFO/"); });
    expects_more = expects_more || (!file->PeekIsAll() && (in_info || !has_info_lines));
    const size_t samples = options.long_rows ? CountChosen(header, options.samples) : 1;
    inspection.estimated_rows += file->EstimateRecords() * std::max<size_t>(samples, 1);
    inspection.headers.push_back(std::move(header));
    inspection.bytes += file->size();
  }
  VARJOIN_RETURN_IF_ERROR(CheckSamples(inspection.headers, options.samples));
  SchemaOptions decided = options;
  decided.info_other = options.info_other.value_or(expects_more);
  inspection.columns = MakeSchema(inspection.headers, decided);
  return inspection;
}

}  // namespace varjoin::vcf
