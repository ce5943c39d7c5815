// inspect.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/inspect.h"

#include "vcf/vcf_file.h"

namespace varjoin::vcf {

Result<Inspection> Inspect(const std::vector<std::string>& paths, const SchemaOptions& options) {
  Inspection inspection;
  inspection.paths = paths;
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(const auto file, VcfFile::Open(path));
    Header header = file->header();
    DeclareFieldsSeen(file->Peek(), header);
    inspection.headers.push_back(std::move(header));
    inspection.estimated_records += file->EstimateRecords();
    inspection.bytes += file->size();
  }
  inspection.columns = MakeSchema(inspection.headers, options);
  return inspection;
}

}  // namespace varjoin::vcf
