// record_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/write_error.h"

namespace varjoin::vcf {
namespace {

/// An index that must not be found beside a new file. While it is out of the way, it is another file's temporary one:
/// it goes with the object, or is swept by a later run.
struct OldIndex {
  std::string path;
  AtomicFile aside;
};

Result<std::vector<OldIndex>> PutAside(const std::string& output) {
  std::vector<OldIndex> indexes;
  for (const char* const ending : {".tbi", ".csi"}) {
    const std::string path = output + ending;
    if (FileExists(path)) {
      VARJOIN_ASSIGN(AtomicFile aside, AtomicFile::Begin(path));
      indexes.push_back({path, std::move(aside)});
    }
  }
  for (const OldIndex& index : indexes) {
    if (std::rename(index.path.c_str(), index.aside.temporary_path().c_str()) != 0) {
      return WriteError(index.path, errno);
    }
  }
  return indexes;
}

void PutBack(const std::vector<OldIndex>& indexes) {
  for (const OldIndex& index : indexes) {
    const char* const aside = index.aside.temporary_path().c_str();
    if (std::rename(aside, index.path.c_str()) != 0) {
      (void)!link(aside, index.path.c_str());  // a disk that lets nothing be renamed may still do that
    }
  }
}

}  // namespace

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
  VARJOIN_ASSIGN(const std::vector<OldIndex> old_indexes, PutAside(output));
  if (const Status in_place = file.Commit(replace); !in_place.ok()) {
    if (FileExists(file.temporary_path())) {
      PutBack(old_indexes);
    }
    return in_place;
  }
  const Status indexed = index ? index->Commit(/*replace=*/true) : Status::Ok();
  return indexed.ok()
             ? indexed
             : Status(indexed.code(), fmt::format("{} is complete, but has no index: {}; make it with tabix or "
                                                  "bcftools index",
                                                  output, indexed.message()));
}

}  // namespace varjoin::vcf
