// make_plan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "shards/make_plan.h"

#include <algorithm>

#include "annotate/annotate.h"
#include "annotate/many_inputs.h"
#include "annotate/output_format.h"
#include "base/text.h"
#include "sources/catalog.h"
#include "sources/source_index.h"
#include "vcf/body_cutter.h"
#include "vcf/input_file.h"

namespace varjoin {
namespace {

constexpr uint64_t kLittleTrial = 250'000;  ///< bytes of an input
constexpr uint64_t kLargeTrial = 4'000'000;
constexpr double kMbOfAThread = 100;  ///< what a run that streams may hold, see WithWorkingMemory()

/// What can't be had of shards, or would depend on where they run.
Status CheckRequest(const PlanRequest& request) {
  const AnnotateRequest& all = request.all;
  for (const std::string& input : all.inputs) {
    if (input == vcf::kStandardInput) {
      return BadInput("standard input is read once, and can't be cut into shards; save it to a file first");
    }
  }
  if (request.by == ShardBy::kChrom && !all.filters.regions.empty()) {
    return BadInput("--by chrom: reads regions of its own; leave --regions out, or use --shards");
  }
  if (!all.format.empty() && all.format != "parquet" && all.format != "vcf.gz") {
    return BadInput("-O {}: shards are joined to parquet or vcf.gz; convert the result with varjoin convert",
                    all.format);
  }
  return Status::Ok();
}

/// Paths that mean the same in any folder.
AnnotateRequest Anywhere(AnnotateRequest request) {
  request.format = request.format.empty() ? "parquet" : request.format;
  request.sorted = true;
  request.user = UserOf(request);
  std::vector<std::string> regions;
  for (const std::string& text : request.filters.regions) {
    if (FileExists(text)) {
      regions.push_back(AbsolutePath(text));
      continue;
    }
    for (const std::string_view part : Split(text, ',')) {
      regions.emplace_back(FileExists(std::string(part)) ? AbsolutePath(std::string(part)) : std::string(part));
    }
  }
  request.filters.regions = std::move(regions);
  for (std::string* const path : {&request.reference, &request.contig_aliases}) {
    *path = path->empty() ? "" : AbsolutePath(*path);
  }
  for (SourceRequest& source : request.sources) {
    source.file = source.file.empty() ? "" : AbsolutePath(source.file);
  }
  return request;
}

/// Why a trial would not tell what a shard costs; "": it does.
std::string WhyNoTrial(const Manifest& manifest) {
  const Catalog catalog(manifest.home);
  for (const SourceRequest& wanted : manifest.request.sources) {
    if (!wanted.file.empty()) {
      continue;
    }
    const Result<Source> source = catalog.Find(wanted.name);
    if (source.ok() && !source->interval && !OpenIndex(catalog, *source).ok()) {
      return fmt::format(
          "source '{0}' has no current index, so that each shard searches all of its Parquet; make it first: varjoin "
          "source index {0}",
          source->name);
    }
  }
  return manifest.request.engine == "duckdb" ? "--engine duckdb: each shard searches all of the sources' Parquet" : "";
}

/// A run over the first so many bytes of an input.
Result<AnnotateReport> Trial(const Manifest& manifest, const std::string& path, uint64_t bytes,
                             const std::string& temp_folder, const RunPiece& run) {
  VARJOIN_ASSIGN(const auto cutter, vcf::BodyCutter::Open(path));
  AnnotateRequest request = manifest.request;
  request.inputs = {path};
  request.output = temp_folder + "/trial." + request.format;
  request.force = true;
  request.allow_no_overlap = true;
  VARJOIN_ASSIGN(const uint64_t end, cutter->PlaceOf(cutter->begin_byte() + bytes));
  request.filters.part = vcf::VirtualRange{cutter->begin(), end};
  return run(request, fmt::format("trial of {}: ", HumanBytes(bytes)));
}

/// Measures on the largest input that can be cut. CPU seconds are a line through a little and a larger trial.
Result<ExpectedCost> Measure(const Manifest& manifest, const std::string& temp_folder, const RunPiece& run) {
  ExpectedCost cost{.basis = WhyNoTrial(manifest)};
  const auto largest =
      std::max_element(manifest.inputs.begin(), manifest.inputs.end(),
                       [](const ShardInput& a, const ShardInput& b) { return a.file.size < b.file.size; });
  if (!cost.basis.empty()) {
    return cost;
  }
  VARJOIN_ASSIGN(const auto cutter, vcf::BodyCutter::Open(largest->file.path));
  if (!cutter->CanCut()) {
    cost.basis = fmt::format("not measured: {} can't be read in part", largest->file.path);
    return cost;
  }
  const uint64_t large = std::min(kLargeTrial, cutter->size() - cutter->begin_byte());
  const uint64_t little = std::min(kLittleTrial, large / 4);
  VARJOIN_ASSIGN(const AnnotateReport first, Trial(manifest, largest->file.path, little, temp_folder, run));
  VARJOIN_ASSIGN(const AnnotateReport second, Trial(manifest, largest->file.path, large, temp_folder, run));
  const double more_cpu = second.total.cpu_seconds - first.total.cpu_seconds;
  cost.known = true;
  cost.cpu_seconds_per_mb = std::max(0.0, more_cpu) / (static_cast<double>(large - little) / 1e6);
  cost.fixed_cpu_seconds =
      std::max(0.0, first.total.cpu_seconds - cost.cpu_seconds_per_mb * static_cast<double>(little) / 1e6);
  cost.memory_mb = static_cast<double>(std::max(first.total.peak_rss_bytes, second.total.peak_rss_bytes)) / 1e6 +
                   kMbOfAThread * second.limits.threads.value;
  cost.basis = fmt::format(
      "CPU: a line through runs over the first {} and {} of {}, which took {:.2f} and {:.2f} CPU seconds with {} "
      "threads; memory: their peak, and {:.0f} MB a thread that a longer run may fill",
      HumanBytes(little), HumanBytes(large), largest->file.path, first.total.cpu_seconds, second.total.cpu_seconds,
      second.limits.threads.value, kMbOfAThread);
  return cost;
}

/// The records of a part are counted from its beginning until they are merged.
Status CheckWhere(const Manifest& manifest) {
  const std::string where = " " + ToLower(manifest.request.filters.where) + " ";
  const auto is_part = [](const ShardPiece& piece) { return piece.part || !piece.contig.empty(); };
  const bool has_parts = std::any_of(manifest.shards.begin(), manifest.shards.end(), [&](const Shard& shard) {
    return std::any_of(shard.pieces.begin(), shard.pieces.end(), is_part);
  });
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  constexpr std::string_view kRecord = "record";
  for (size_t at = where.find(kRecord); has_parts && at != std::string::npos; at = where.find(kRecord, at + 1)) {
    if (!is_letter(where[at - 1]) && !is_letter(where[at + kRecord.size()])) {
      return BadInput(
          "--where: names `record`, whose numbers are known only when shards are merged; filter the merged "
          "output, or use --by sample");
    }
  }
  return Status::Ok();
}

/// The manifest without its shards' cost; no outputs need to be free yet.
Result<Manifest> Draft(const PlanRequest& request, std::vector<std::string>& notes) {
  AnnotateRequest all = Anywhere(request.all);
  VARJOIN_ASSIGN(const std::vector<AnnotateRequest> requests,
                 RequestsOf(all, {.folder = AbsolutePath(request.folder), .one_table = {}, .may_exist = true}));
  Manifest manifest{.path = AbsolutePath(request.path.empty() ? request.folder + "/" + kManifestName : request.path),
                    .version = request.version,
                    .made_at = NowUtc(),
                    .home = AbsolutePath(request.home),
                    .request = std::move(all)};
  for (const AnnotateRequest& one : requests) {
    VARJOIN_ASSIGN(const FileStamp file, StampOf(AbsolutePath(one.inputs[0])));
    manifest.inputs.push_back({.file = file, .output = one.output});
  }
  manifest.request.inputs.clear();
  VARJOIN_ASSIGN(manifest.fingerprints, FingerprintsOf(manifest.request, manifest.home));
  VARJOIN_ASSIGN(manifest.shards, CutInputs(manifest.inputs, request.by, request.shards, notes));
  VARJOIN_RETURN_IF_ERROR(CheckWhere(manifest));
  manifest.SetKey();
  return manifest;
}

}  // namespace

Result<PlannedShards> PlanShards(const PlanRequest& request, bool measure, const std::string& temp_folder,
                                 const RunPiece& run) {
  VARJOIN_RETURN_IF_ERROR(CheckRequest(request));
  PlannedShards planned;
  VARJOIN_ASSIGN(planned.manifest, Draft(request, planned.notes));
  Manifest& manifest = planned.manifest;
  if (FileExists(manifest.path)) {
    Result<Manifest> old = ReadManifest(manifest.path, request.version);
    if (old.ok() && old->key == manifest.key) {
      manifest = *std::move(old);
      planned.is_old = true;
      return planned;
    }
    if (!request.all.force) {
      return BadInput("{}: exists, and is a plan of something else; use --force to replace it", manifest.path);
    }
  }
  AnnotateRequest all = manifest.request;
  all.inputs = request.all.inputs;
  VARJOIN_RETURN_IF_ERROR(
      RequestsOf(all, {.folder = AbsolutePath(request.folder), .one_table = {}, .may_exist = request.all.force})
          .status());
  if (measure) {
    VARJOIN_ASSIGN(manifest.cost, Measure(manifest, temp_folder, run));
  } else {
    manifest.cost.basis = "not measured: --no-trial";
  }
  if (!manifest.cost.known && measure) {
    planned.notes.push_back("the cost of shards is not known: " + manifest.cost.basis);
  }
  VARJOIN_RETURN_IF_ERROR(MakeFolders(request.folder));
  VARJOIN_RETURN_IF_ERROR(MakeFolders(manifest.Folder()));
  VARJOIN_RETURN_IF_ERROR(WriteManifest(manifest));
  return planned;
}

}  // namespace varjoin
