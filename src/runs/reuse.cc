// reuse.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/reuse.h"

#include <algorithm>
#include <array>

#include "annotate/annotate.h"
#include "annotate/input.h"
#include "base/checksum.h"
#include "base/text.h"

namespace varjoin {
namespace {

/// Keys that do not change what is in the output, and those whose meaning is taken apart below.
constexpr std::array<std::string_view, 14> kLeftOut = {
    "vcf_path",
    "output_path",
    "out_dir",
    "keep_going",
    "one_table",
    "force",
    "reuse",
    "duckdb_config.memory_limit",
    "duckdb_config.threads",
    "duckdb_config.temp_directory",
    "duckdb_config.enable_object_cache",
    "--json",
    "--run-config",
    "progress",
};

bool IsNameByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

std::string StampText(const FileStamp& stamp) {
  return Fingerprint({{CanonicalPath(stamp.path), stamp.size, stamp.modified}});
}

Result<std::string> InputsText(const std::vector<std::string>& inputs) {
  if (IsOnePipe(inputs)) {
    return BadInput("--reuse: {} can't be compared with an earlier run's; name a file", PipeName(inputs[0]));
  }
  std::string text;
  for (const std::string& input : inputs) {
    VARJOIN_ASSIGN(const std::vector<std::string> paths, ExpandPattern(input));
    VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, StampsOf(paths));
    for (const FileStamp& stamp : stamps) {
      text += StampText(stamp) + "\n";
    }
  }
  return text;
}

/// A condition that asks elsewhere has another answer when that has changed, which nobody can tell from its text.
Status CheckWhere(const std::string& where) {
  const std::string text = " " + ReplaceAll(ToLower(where), "distinct from", "");
  for (const char* const word : {"select", "from"}) {
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const char after = (text + " ")[at + std::string_view(word).size()];
      if (!IsNameByte(text[at - 1]) && !IsNameByte(after)) {
        return BadInput("what --where selects from elsewhere may have changed since another run");
      }
    }
  }
  return Status::Ok();
}

std::string ChoicesText(const std::vector<ConfigChoice>& configuration) {
  std::string text;
  for (const ConfigChoice& choice : configuration) {
    if (std::find(kLeftOut.begin(), kLeftOut.end(), choice.key) != kLeftOut.end()) {
      continue;
    }
    text += choice.key + "\n";
    for (const std::string& value : choice.values) {
      text += fmt::format("\t{}\n", value);
      for (const std::string_view part : Split(value, ',')) {  // BED files among regions
        const auto stamp = StampOf(std::string(part));
        text += stamp.ok() ? fmt::format("\t\t{}\n", StampText(*stamp)) : "";
      }
    }
  }
  return text;
}

Result<std::string> SourceText(const Source& source) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> files, FilesOf(source));
  std::string text = ToJson(source) + "\n" + Fingerprint(files) + "\n";
  if (!source.reference.empty()) {
    VARJOIN_ASSIGN(const FileStamp reference, StampOf(source.reference));
    text += StampText(reference) + "\n";
  }
  return text;
}

/// Whether a file is still the one of a record's stamp.
bool IsIntact(const RunJson& of_record) {
  const RunJson& path = ValueAt(of_record, {"path"});
  const auto stamp = path.is_string() ? StampOf(path.get<std::string>()) : Result<FileStamp>(BadInput("no file"));
  return stamp.ok() && ValueAt(of_record, {"size"}) == stamp->size &&
         ValueAt(of_record, {"modified"}) == stamp->modified;
}

}  // namespace

Result<std::string> SourceKey(const SourceRequest& wanted, const Catalog& catalog) {
  if (!wanted.file.empty()) {
    VARJOIN_ASSIGN(const FileStamp file, StampOf(wanted.file));
    return StampText(file) + "\n";
  }
  VARJOIN_ASSIGN(Source source, catalog.Find(wanted.name));
  source.checked_at.clear();  // changes nothing about the result
  return SourceText(source);
}

Result<std::string> ReuseKey(const AnnotateRequest& request, const std::vector<ConfigChoice>& configuration,
                             const Catalog& catalog, const std::string& version) {
  VARJOIN_RETURN_IF_ERROR(CheckWhere(request.filters.where));
  VARJOIN_ASSIGN(std::string text, InputsText(request.inputs));
  for (const SourceRequest& wanted : request.sources) {
    VARJOIN_ASSIGN(const std::string of_source, SourceKey(wanted, catalog));
    text += of_source;
  }
  const std::string output = request.output.empty() ? DefaultOutput(request, catalog.home()) : request.output;
  text += fmt::format("{}\n{}\n{}{}\n{}\n", CanonicalPath(output), version, ChoicesText(configuration), UserOf(request),
                      SampleOf(request));
  return fmt::format("{:016x}", Checksum(text.data(), text.size()));
}

std::optional<RunJson> FindReusable(const RunStore& store, const std::string& key) {
  for (RunJson& record : store.List()) {
    const bool has_key = ValueAt(record, {"state"}) == run_state::kDone && ValueAt(record, {"reuse_key"}) == key;
    const RunJson& index = ValueAt(record, {"output_index"});
    if (has_key && IsIntact(ValueAt(record, {"output_file"})) && (index.is_null() || IsIntact(index))) {
      return std::move(record);
    }
  }
  return std::nullopt;
}

}  // namespace varjoin
