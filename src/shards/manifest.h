// manifest.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// shards/ cuts the work of `annotate --out-dir` into shards that any scheduler may run, anywhere, in any order and more
// than once, and joins what they have made. It has no scheduler of its own: all that is known is in files. It may
// include base/, system/, vcf/, duck/, sources/, annotate/ and runs/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotate/request.h"
#include "base/files.h"
#include "base/status.h"
#include "vcf/text_source.h"

namespace varjoin {

/// A stretch of one input: all of it, or what `part` or `contig` says.
struct ShardPiece {
  size_t input = 0;  ///< in Manifest::inputs
  std::optional<vcf::VirtualRange> part = {};
  std::string contig = {};
  uint64_t bytes = 0;  ///< of the input, as it lies on disk; by contig: by its share of the records
};

/// What is run at once. No pieces: there was nothing left for it.
struct Shard {
  std::vector<ShardPiece> pieces;

  uint64_t Bytes() const;
};

struct ShardInput {
  FileStamp file;      ///< absolute path
  std::string output;  ///< of merging
};

/// What a shard will probably take. CPU seconds are `fixed_cpu_seconds` and `cpu_seconds_per_mb` for each million bytes
/// of input; memory does not grow with the shard.
struct ExpectedCost {
  bool known = false;
  double fixed_cpu_seconds = 0;
  double cpu_seconds_per_mb = 0;
  double memory_mb = 0;    ///< resident, at its peak
  std::string basis = {};  ///< a sentence: what was measured, or why nothing was

  double CpuSeconds(const Shard& shard) const;
};

struct Manifest {
  std::string path = {};  ///< of the file, absolute
  std::string version = {};
  std::string made_at = {};
  std::string home = {};         ///< VARJOIN_HOME, where the sources are
  AnnotateRequest request = {};  ///< of every piece, but for its input, part and output
  /// The sources and other files that the output depends on, and what they were.
  std::vector<std::pair<std::string, std::string>> fingerprints = {};
  std::vector<ShardInput> inputs = {};
  std::vector<Shard> shards = {};
  ExpectedCost cost = {};

  std::string key = {};  ///< one text for all that the merged outputs depend on
  void SetKey();

  /// The folder beside the manifest that has the shards' outputs and states.
  std::string Folder() const;
  std::string PartPath(size_t shard, size_t piece) const;  ///< the shard counts from 1, as users count
  std::string StatePath(size_t shard) const;
  std::string LockPath(size_t shard) const;
  std::string MergedPath() const;  ///< what merging has made
};

/// Errors: it can't be read, is no manifest, or one of another version of varjoin.
Result<Manifest> ReadManifest(const std::string& path, const std::string& version);

/// All at once, in place of an old one.
Status WriteManifest(const Manifest& manifest);

/// Error: an input is not what it was when the manifest was made.
Status CheckInput(const Manifest& manifest, size_t input);

/// Error: a source, or another file that the output depends on, is not what it was.
Status CheckSources(const Manifest& manifest);

/// What Manifest::fingerprints has, as it is now.
Result<std::vector<std::pair<std::string, std::string>>> FingerprintsOf(const AnnotateRequest& request,
                                                                        const std::string& home);

}  // namespace varjoin
