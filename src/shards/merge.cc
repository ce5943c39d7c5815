// merge.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "shards/merge.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/folder_output.h"
#include "base/output_file.h"
#include "base/text.h"
#include "shards/json_file.h"
#include "vcf/concatenate.h"
#include "vcf/index_builder.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr size_t kShardsNamed = 20;  ///< in a message

/// What is not done, in words, with how to go on.
Status NotDone(const Manifest& manifest, const std::vector<ShardState>& states) {
  std::vector<std::string> named;
  size_t missing = 0;
  size_t first = 0;
  bool failed = false;
  for (size_t i = 0; i < states.size(); ++i) {
    const ShardPhase phase = states[i].phase;
    if (phase == ShardPhase::kDone) {
      continue;
    }
    first = ++missing == 1 ? i + 1 : first;
    failed = failed || phase == ShardPhase::kFailed;
    if (named.size() < kShardsNamed) {
      named.push_back(
          fmt::format("{} ({}{})", i + 1, NameOf(phase), phase == ShardPhase::kFailed ? ": " + states[i].error : ""));
    }
  }
  return {failed ? StatusCode::kFailed : StatusCode::kTryAgain,
          fmt::format(
              "{} of {} shards are not done, and nothing is merged: {}{}; run them, as in: varjoin run-shard {} "
              "{}",
              missing, states.size(), Join(named, ", "),
              missing > named.size() ? fmt::format(" and {} more", missing - named.size()) : "", manifest.path, first)};
}

Result<std::vector<InputParts>> PartsOf(const Manifest& manifest) {
  std::vector<ShardState> states;
  bool done = true;
  for (size_t i = 0; i < manifest.shards.size(); ++i) {
    states.push_back(StateOf(manifest, i + 1));
    done = done && states.back().phase == ShardPhase::kDone;
  }
  if (!done) {
    return NotDone(manifest, states);
  }
  std::vector<InputParts> parts(manifest.inputs.size());
  for (size_t i = 0; i < states.size(); ++i) {
    const std::vector<ShardPiece>& pieces = manifest.shards[i].pieces;
    if (states[i].pieces.size() != pieces.size()) {
      return Failed("{}: does not fit the manifest; run the shard again: varjoin run-shard {} {}",
                    manifest.StatePath(i + 1), manifest.path, i + 1);
    }
    for (size_t piece = 0; piece < pieces.size(); ++piece) {
      parts[pieces[piece].input].push_back(std::move(states[i].pieces[piece]));
    }
  }
  if (std::any_of(parts.begin(), parts.end(), [](const InputParts& of_input) { return of_input.empty(); })) {
    return BadInput("{}: has no shard for an input; plan anew", manifest.path);
  }
  return parts;
}

/// As a run over all of the input would judge.
Status CheckOverlap(const Manifest& manifest, const ShardInput& input, const InputParts& parts,
                    std::vector<std::string>& notes) {
  std::map<std::string, int64_t> common;
  int64_t records = 0;
  for (const PieceResult& part : parts) {
    records += part.records;
    for (const auto& [source, contigs] : part.common_contigs) {
      common[source] += contigs;
    }
  }
  if (records == 0 || !manifest.request.join_columns.empty()) {
    return Status::Ok();
  }
  for (const auto& [source, contigs] : common) {
    const std::string text = fmt::format("{}: has no contig in common with source '{}'", input.file.path, source);
    if (contigs == 0 && common.size() == 1 && !manifest.request.allow_no_overlap) {
      return BadInput("{}. Are they of the same species and assembly? If this is meant, plan with --allow-no-overlap",
                      text);
    }
    if (contigs == 0) {
      notes.push_back(text);
    }
  }
  return Status::Ok();
}

int64_t RowsOf(const InputParts& parts) {
  int64_t rows = 0;
  for (const PieceResult& part : parts) {
    rows += part.rows;
  }
  return rows;
}

std::vector<std::string> PathsOf(const InputParts& parts) {
  std::vector<std::string> paths;
  for (const PieceResult& part : parts) {
    paths.push_back(part.file.path);
  }
  return paths;
}

Status MergeVcf(const InputParts& parts, const std::string& target, const MergeSession& session,
                std::vector<std::string>& notes) {
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(target));
  VARJOIN_ASSIGN(OutputFile output, OutputFile::Open(file.temporary_path(), target));
  VARJOIN_RETURN_IF_ERROR(vcf::ConcatenateVcfs(PathsOf(parts), "##varjoin_command=", output));
  VARJOIN_RETURN_IF_ERROR(output.Close());
  // The index is made beside the parts, and is put in place after the file that it is of.
  const std::string beside = parts[0].file.path + ".index";
  VARJOIN_ASSIGN(const std::string ending,
                 vcf::IndexOfVcf(file.temporary_path(), beside, session.limits.threads.value));
  std::error_code error;
  for (const char* const old : {".tbi", ".csi"}) {
    fs::remove(target + old, error);
  }
  VARJOIN_RETURN_IF_ERROR(file.Commit(/*replace=*/true));
  if (ending.empty()) {
    notes.push_back(fmt::format("{}: has no index: its records are not sorted; to sort it: bcftools sort", target));
    return Status::Ok();
  }
  VARJOIN_ASSIGN(AtomicFile index, AtomicFile::Begin(target + ending));
  fs::copy_file(beside + ending, index.temporary_path(), fs::copy_options::overwrite_existing, error);
  if (error) {
    return WriteError(target + ending, error.value());
  }
  VARJOIN_RETURN_IF_ERROR(index.Commit(/*replace=*/true));
  fs::remove(beside + ending, error);
  return Status::Ok();
}

/// One run has made all of it: that file is the output.
Status CopyWhole(const std::string& part, const std::string& path, const std::string& target) {
  std::error_code error;
  fs::copy_file(part, path, fs::copy_options::overwrite_existing, error);
  return error ? WriteError(target, error.value()) : Status::Ok();
}

Status MergeTable(const Manifest& manifest, const InputParts& parts, const std::string& target,
                  const MergeSession& session) {
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(target));
  if (parts.size() == 1) {
    VARJOIN_RETURN_IF_ERROR(CopyWhole(parts[0].file.path, file.temporary_path(), target));
  } else {
    const Result<int64_t> rows = MergeParquet(manifest, parts, file.temporary_path(), session);
    if (!rows.ok()) {
      return {rows.status().code(), ReplaceAll(rows.status().message(), file.temporary_path(), target)};
    }
  }
  return file.Commit(/*replace=*/true);
}

/// A folder with a Parquet for each piece, whose records are numbered as in the input.
Status MergeDataset(const Manifest& manifest, const InputParts& parts, const std::string& target,
                    const MergeSession& session) {
  VARJOIN_ASSIGN(const TempFolder beside, TempFolder::Make(fs::path(target).parent_path().string()));
  const std::string made = beside.path() + "/output";
  VARJOIN_RETURN_IF_ERROR(MakeFolders(made));
  int64_t records = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string path = fmt::format("{}/part-{:05}.parquet", made, i + 1);
    if (records == 0 || manifest.request.bare_names) {
      VARJOIN_RETURN_IF_ERROR(CopyWhole(parts[i].file.path, path, target));
    } else {
      VARJOIN_RETURN_IF_ERROR(MergeParquet(manifest, {parts[i]}, path, session, records).status());
    }
    records += parts[i].records;
  }
  VARJOIN_RETURN_IF_ERROR(WriteJson(fmt::format("{}/{}", made, kFolderMarkFile), {{"varjoin_version", manifest.version},
                                                                                  {"command", manifest.request.command},
                                                                                  {"num_rows", RowsOf(parts)},
                                                                                  {"files", parts.size()}}));
  return CommitFolder(made, target, /*replace=*/true);
}

/// Where the output of an input goes: a dataset has its name without the ending.
std::string TargetOf(const ShardInput& input, bool dataset) {
  return dataset ? fs::path(input.output).replace_extension().string() : input.output;
}

/// The file that tells of an output: of a dataset its mark.
std::string FileOf(const ShardInput& input, bool dataset) {
  const std::string target = TargetOf(input, dataset);
  return dataset ? fmt::format("{}/{}", target, kFolderMarkFile) : target;
}

Status CheckTargets(const Manifest& manifest, const MergeOptions& options) {
  if (options.dataset && manifest.request.format != "parquet") {
    return BadInput("--dataset: is for Parquet, and these shards make {}; leave it out", manifest.request.format);
  }
  const bool replace = options.force || manifest.request.force || MergingHasBegun(manifest);
  for (const ShardInput& input : manifest.inputs) {
    const std::string target = TargetOf(input, options.dataset);
    if (FileExists(target) && !replace) {
      return BadInput("{}: exists; use --force to replace it", target);
    }
    VARJOIN_RETURN_IF_ERROR(options.dataset ? CheckFolderTarget(target, replace) : Status::Ok());
  }
  return Status::Ok();
}

}  // namespace

Result<Merged> MergeShards(const Manifest& manifest, const MergeOptions& options, const MergeSession& session) {
  Merged merged{.outputs = MergedOf(manifest), .notes = {}};
  merged.was_done = !merged.outputs.empty();
  for (size_t i = 0; i < merged.outputs.size(); ++i) {
    merged.was_done = merged.was_done && merged.outputs[i].file.path == FileOf(manifest.inputs[i], options.dataset);
  }
  if (merged.was_done) {
    return merged;
  }
  merged.outputs.clear();
  VARJOIN_RETURN_IF_ERROR(CheckSources(manifest));
  for (size_t i = 0; i < manifest.inputs.size(); ++i) {
    VARJOIN_RETURN_IF_ERROR(CheckInput(manifest, i));
  }
  VARJOIN_ASSIGN(const std::vector<InputParts> parts, PartsOf(manifest));
  VARJOIN_RETURN_IF_ERROR(CheckTargets(manifest, options));
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(manifest.MergedPath() + ".lock", /*seconds=*/0.5));
  for (size_t i = 0; i < parts.size(); ++i) {
    VARJOIN_RETURN_IF_ERROR(CheckOverlap(manifest, manifest.inputs[i], parts[i], merged.notes));
  }
  VARJOIN_RETURN_IF_ERROR(WriteMerged(manifest, {}));  // from here on, what is at their places is ours
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string target = TargetOf(manifest.inputs[i], options.dataset);
    if (session.database.Interrupted()) {
      return Status(StatusCode::kInterrupted, "interrupted");
    }
    session.on_phase(fmt::format("{} of {}: {}", i + 1, parts.size(), target));
    VARJOIN_RETURN_IF_ERROR(options.dataset                        ? MergeDataset(manifest, parts[i], target, session)
                            : manifest.request.format == "parquet" ? MergeTable(manifest, parts[i], target, session)
                                                                   : MergeVcf(parts[i], target, session, merged.notes));
    VARJOIN_ASSIGN(const FileStamp stamp, StampOf(FileOf(manifest.inputs[i], options.dataset)));
    merged.outputs.push_back({.file = stamp, .rows = RowsOf(parts[i])});
  }
  VARJOIN_RETURN_IF_ERROR(WriteMerged(manifest, merged.outputs));
  for (const InputParts& of_input : options.clean ? parts : std::vector<InputParts>()) {
    for (const PieceResult& part : of_input) {
      std::error_code ignored;
      for (const char* const ending : {"", ".tbi", ".csi"}) {
        fs::remove(part.file.path + ending, ignored);
      }
    }
  }
  return merged;
}

}  // namespace varjoin
