// record_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_file.h"

#include <filesystem>
#include <utility>

#include "base/text.h"
#include "base/write_error.h"

namespace varjoin::vcf {

Result<std::optional<AtomicFile>> WriteIndexBeside(RecordWriter& writer, const std::string& output,
                                                   std::string& problem) {
  const std::string path = output + std::string(writer.IndexEnding());
  VARJOIN_ASSIGN(AtomicFile index, AtomicFile::Begin(path));
  const Result<bool> saved = writer.SaveIndex(index.temporary_path(), problem);
  if (!saved.ok()) {
    return Status(saved.status().code(), ReplaceAll(saved.status().message(), index.temporary_path(), path));
  }
  std::optional<AtomicFile> complete;
  if (*saved) {
    complete.emplace(std::move(index));
  }
  return complete;
}

Status PutInPlace(AtomicFile& file, std::optional<AtomicFile>& index, const std::string& output, bool replace) {
  // Before the old files are touched.
  VARJOIN_RETURN_IF_ERROR(SyncFile(file.temporary_path(), output));
  VARJOIN_RETURN_IF_ERROR(index ? SyncFile(index->temporary_path(), output) : Status::Ok());
  for (const char* const ending : {".tbi", ".csi"}) {
    std::error_code ignored;
    std::filesystem::remove(output + ending, ignored);
  }
  VARJOIN_RETURN_IF_ERROR(file.Commit(replace));
  const Status indexed = index ? index->Commit(/*replace=*/true) : Status::Ok();
  return indexed.ok()
             ? indexed
             : Status(indexed.code(), fmt::format("{} is complete, but has no index: {}; make it with tabix or "
                                                  "bcftools index",
                                                  output, indexed.message()));
}

}  // namespace varjoin::vcf
