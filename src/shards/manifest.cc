// manifest.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "shards/manifest.h"

#include <filesystem>

#include "annotate/output_format.h"
#include "base/checksum.h"
#include "base/text.h"
#include "runs/reuse.h"
#include "shards/json_file.h"
#include "sources/catalog.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;  ///< of the manifest
constexpr double kBytesOfMb = 1e6;

std::string Hex(const std::string& text) {
  return fmt::format("{:016x}", Checksum(text.data(), text.size()));
}

Json PieceJson(const ShardPiece& piece) {
  Json json = {{"input", piece.input + 1}, {"bytes", piece.bytes}};
  if (piece.part) {
    json["begin"] = piece.part->begin;
    json["end"] = piece.part->end == vcf::VirtualRange::kToTheEnd ? Json() : Json(piece.part->end);
  }
  if (!piece.contig.empty()) {
    json["contig"] = piece.contig;
  }
  return json;
}

ShardPiece PieceFromJson(const Json& json) {
  ShardPiece piece{
      .input = json.at("input").get<size_t>() - 1, .contig = json.value("contig", ""), .bytes = json.at("bytes")};
  if (json.contains("begin")) {
    const Json& end = json.at("end");
    piece.part = vcf::VirtualRange{json.at("begin").get<uint64_t>(),
                                   end.is_null() ? vcf::VirtualRange::kToTheEnd : end.get<uint64_t>()};
  }
  return piece;
}

Json ShardsJson(const Manifest& manifest) {
  Json shards = Json::array();
  for (const Shard& shard : manifest.shards) {
    Json pieces = Json::array();
    for (const ShardPiece& piece : shard.pieces) {
      pieces.push_back(PieceJson(piece));
    }
    Json json = {{"shard", shards.size() + 1}, {"bytes", shard.Bytes()}};
    if (manifest.cost.known) {
      json["expected_cpu_seconds"] = manifest.cost.CpuSeconds(shard);
      json["expected_memory_mb"] = manifest.cost.memory_mb;
    }
    json["pieces"] = pieces;
    shards.push_back(std::move(json));
  }
  return shards;
}

Json InputsJson(const Manifest& manifest) {
  Json inputs = Json::array();
  for (const ShardInput& input : manifest.inputs) {
    Json json = ToJson(input.file);
    json["output"] = input.output;
    inputs.push_back(std::move(json));
  }
  return inputs;
}

Json CostJson(const ExpectedCost& cost) {
  Json json = {{"known", cost.known}, {"basis", cost.basis}};
  if (cost.known) {
    json["fixed_cpu_seconds"] = cost.fixed_cpu_seconds;
    json["cpu_seconds_per_mb"] = cost.cpu_seconds_per_mb;
    json["memory_mb"] = cost.memory_mb;
  }
  return json;
}

Manifest FromJson(const Json& json) {
  Manifest manifest;
  manifest.version = json.at("varjoin_version");
  manifest.made_at = json.at("made_at");
  manifest.home = json.at("home");
  manifest.request = RequestFromJson(json.at("request"));
  manifest.fingerprints = json.at("fingerprints").get<decltype(manifest.fingerprints)>();
  for (const Json& input : json.at("inputs")) {
    manifest.inputs.push_back({.file = StampFromJson(input), .output = input.at("output")});
  }
  for (const Json& shard : json.at("shards")) {
    Shard& added = manifest.shards.emplace_back();
    for (const Json& piece : shard.at("pieces")) {
      added.pieces.push_back(PieceFromJson(piece));
    }
  }
  const Json& cost = json.at("cost");
  manifest.cost = {.known = cost.at("known"),
                   .fixed_cpu_seconds = cost.value("fixed_cpu_seconds", 0.0),
                   .cpu_seconds_per_mb = cost.value("cpu_seconds_per_mb", 0.0),
                   .memory_mb = cost.value("memory_mb", 0.0),
                   .basis = cost.at("basis")};
  return manifest;
}

/// Whether every piece is of an input that there is.
bool IsWhole(const Manifest& manifest) {
  for (const Shard& shard : manifest.shards) {
    for (const ShardPiece& piece : shard.pieces) {
      if (piece.input >= manifest.inputs.size()) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

uint64_t Shard::Bytes() const {
  uint64_t bytes = 0;
  for (const ShardPiece& piece : pieces) {
    bytes += piece.bytes;
  }
  return bytes;
}

double ExpectedCost::CpuSeconds(const Shard& shard) const {
  return fixed_cpu_seconds * static_cast<double>(shard.pieces.size()) +
         cpu_seconds_per_mb * static_cast<double>(shard.Bytes()) / kBytesOfMb;
}

void Manifest::SetKey() {
  Json request_json = ToJson(request);
  for (const char* const key : {"force", "command"}) {
    request_json.erase(key);
  }
  Manifest without_cost = *this;
  without_cost.cost = {};
  const Json all = {version, home, request_json, fingerprints, InputsJson(*this), ShardsJson(without_cost)};
  key = Hex(all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string Manifest::Folder() const {
  return fs::path(path).replace_extension(".parts").string();
}

std::string Manifest::PartPath(size_t shard, size_t piece) const {
  return fmt::format("{}/shard-{:05}-{}.{}", Folder(), shard, piece + 1, request.format);
}

std::string Manifest::StatePath(size_t shard) const {
  return fmt::format("{}/shard-{:05}.json", Folder(), shard);
}

std::string Manifest::LockPath(size_t shard) const {
  return fmt::format("{}/shard-{:05}.lock", Folder(), shard);
}

std::string Manifest::MergedPath() const {
  return Folder() + "/merged.json";
}

Result<Manifest> ReadManifest(const std::string& path, const std::string& version) {
  VARJOIN_ASSIGN(const Json json, ReadJson(path));
  if (json.value("varjoin_manifest", Json()) != kFormat) {
    return BadInput("{}: is no manifest of shards; varjoin plan makes one", path);
  }
  if (json.value("varjoin_version", Json()) != version) {
    return BadInput("{}: was made by varjoin {}, and this is {}; use that one, or plan anew", path,
                    json.value("varjoin_version", Json()).dump(), version);
  }
  try {
    Manifest manifest = FromJson(json);
    manifest.path = AbsolutePath(path);
    if (IsWhole(manifest)) {
      manifest.SetKey();
      return manifest;
    }
  } catch (const Json::exception&) {  // told below
  }
  return BadInput("{}: the manifest is damaged; make it anew with varjoin plan", path);
}

Status WriteManifest(const Manifest& manifest) {
  return WriteJson(manifest.path, {{"varjoin_manifest", kFormat},
                                   {"varjoin_version", manifest.version},
                                   {"made_at", manifest.made_at},
                                   {"key", manifest.key},
                                   {"home", manifest.home},
                                   {"request", ToJson(manifest.request)},
                                   {"fingerprints", manifest.fingerprints},
                                   {"inputs", InputsJson(manifest)},
                                   {"cost", CostJson(manifest.cost)},
                                   {"shards", ShardsJson(manifest)}});
}

Status CheckInput(const Manifest& manifest, size_t input) {
  const FileStamp& then = manifest.inputs[input].file;
  VARJOIN_ASSIGN(const FileStamp now, StampOf(then.path));
  return now == then ? Status::Ok()
                     : BadInput("{}: was changed since the shards were planned ({} bytes, then {}); plan anew",
                                then.path, now.size, then.size);
}

Result<std::vector<std::pair<std::string, std::string>>> FingerprintsOf(const AnnotateRequest& request,
                                                                        const std::string& home) {
  std::vector<std::pair<std::string, std::string>> fingerprints;
  for (const SourceRequest& source : request.sources) {
    VARJOIN_ASSIGN(const std::string text, SourceKey(source, Catalog(home)));
    fingerprints.emplace_back(fmt::format("source '{}'", source.name), Hex(text));
  }
  std::vector<std::string> files = request.filters.regions;
  files.insert(files.end(), {request.reference, request.contig_aliases});
  for (const std::string& file : files) {
    if (const auto stamp = StampOf(file); stamp.ok()) {
      fingerprints.emplace_back(file, Hex(Fingerprint({*stamp})));
    }
  }
  return fingerprints;
}

Status CheckSources(const Manifest& manifest) {
  VARJOIN_ASSIGN(const auto now, FingerprintsOf(manifest.request, manifest.home));
  for (size_t i = 0; i < manifest.fingerprints.size(); ++i) {
    if (i >= now.size() || now[i] != manifest.fingerprints[i]) {
      return BadInput("{}: was changed since the shards were planned; plan anew", manifest.fingerprints[i].first);
    }
  }
  return Status::Ok();
}

}  // namespace varjoin
