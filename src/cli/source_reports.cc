// source_reports.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/source_reports.h"

#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "sources/catalog.h"
#include "sources/file_source.h"
#include "sources/source_check.h"
#include "sources/source_index.h"

namespace varjoin::cli {
namespace {

constexpr size_t kContigsShown = 30;

std::string CurrentText(const Source& source) {
  const auto stamps = FilesOf(source);
  if (!stamps.ok()) {
    return "no: " + stamps.status().message();
  }
  return Fingerprint(*stamps) == source.fingerprint ? "yes" : "no: the files have changed since";
}

/// The state of a source's index in words; and the index, if it is current.
std::string IndexText(const Catalog& catalog, const Source& source, std::shared_ptr<const index::IndexFile>& current) {
  if (source.interval) {
    return "none: intervals need none";
  }
  if (!FileExists(catalog.IndexPath(source.name))) {
    return fmt::format("none; build it with `varjoin source index {}`", source.name);
  }
  auto file = OpenIndex(catalog, source);
  if (!file.ok()) {
    return "no use: " + file.status().message();
  }
  current = *std::move(file);
  const index::IndexCounts& counts = current->counts();
  return fmt::format("current, {} ({:.1f} bytes a row), built {} in {} s", HumanBytes(current->size()),
                     static_cast<double>(current->size()) / static_cast<double>(std::max<int64_t>(1, counts.rows)),
                     current->Fact("made_at"), current->Fact("seconds"));
}

/// Bytes a row of the index that belong to a column: "3.92", or "" where it has none.
std::string BytesText(const index::IndexFile* file, const std::string& column) {
  const int number = file == nullptr ? -1 : file->FindColumn(column);
  if (number < 0) {
    return "";
  }
  const auto bytes = static_cast<double>(file->BytesOfColumns()[static_cast<size_t>(number)]);
  return fmt::format("{:.2f}", bytes / static_cast<double>(std::max<int64_t>(1, file->counts().rows)));
}

nlohmann::json IndexJson(const Catalog& catalog, const Source& source) {
  std::shared_ptr<const index::IndexFile> file;
  nlohmann::json json = {{"state", IndexText(catalog, source, file)}, {"current", false}};
  if (file == nullptr) {
    return json;
  }
  json = {{"current", true},
          {"path", file->path()},
          {"bytes", file->size()},
          {"rows", file->counts().rows},
          {"unmatchable", file->counts().unmatchable},
          {"repeated", file->counts().repeated},
          {"not_minimal", file->counts().not_minimal},
          {"made_at", file->Fact("made_at")},
          {"seconds", file->Fact("seconds")}};
  for (size_t i = 0; i < file->columns().size(); ++i) {
    json["bytes_of_columns"][file->columns()[i].schema.name] = file->BytesOfColumns()[i];
  }
  return json;
}

/// Of the files; "gone" if one is.
std::string SizeText(const Source& source) {
  const auto stamps = FilesOf(source);
  uint64_t bytes = 0;
  for (const FileStamp& stamp : stamps.ok() ? *stamps : std::vector<FileStamp>()) {
    bytes += stamp.size;
  }
  return stamps.ok() ? HumanBytes(bytes) : "gone";
}

std::string Percent(int64_t part, int64_t whole) {
  return fmt::format("{:.3g} %", 100.0 * static_cast<double>(part) / static_cast<double>(std::max<int64_t>(1, whole)));
}

/// "12 rows (0.4 %)", or `none`.
std::string RowsText(int64_t count, const SourceCheck& check, const std::string& what) {
  return count == 0 ? "none" : fmt::format("{} ({}){}", Counted(count, "row"), Percent(count, check.rows), what);
}

std::string ContigsText(const SourceCheck& check) {
  std::string text = std::to_string(check.contigs.size());
  for (size_t i = 0; i < std::min(check.contigs.size(), kContigsShown); ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? ": " : ", ", check.contigs[i].first, WithCommas(check.contigs[i].second));
  }
  return check.contigs.size() > kContigsShown ? text + fmt::format(" and {} more", check.contigs.size() - kContigsShown)
                                              : text;
}

std::string RepeatedText(const SourceCheck& check, const index::IndexFile* file) {
  if (check.repeated || file != nullptr) {
    const int64_t repeated = check.repeated ? *check.repeated : file->counts().repeated;
    return RowsText(repeated, check, " with the allele of another row");
  }
  return "not counted, since the rows are not sorted; an index counts them";
}

std::string CheckText(const Source& source, const SourceCheck& check, const index::IndexFile* file,
                      const std::string& index) {
  const auto line = [](const char* name, const std::string& text) { return fmt::format("  {:<12} {}\n", name, text); };
  std::string text = fmt::format("{} ({}): {}, {} in {}\n", source.name, KindName(source.kind),
                                 Counted(check.rows, "row"), HumanBytes(check.bytes), Counted(check.files, "file"));
  text += line("files", check.files_changed ? "have changed since the catalog's entry was made" : "unchanged");
  text += line("order", check.unsorted.empty() ? "by contig and position"
                                               : "not by position, which is allowed: " + check.unsorted);
  text += line("duplicates", RepeatedText(check, file));
  text += line("NULL keys", RowsText(check.null_keys, check, " without chrom, start, ref or alt: matching nothing"));
  text += line("not minimal", RowsText(check.not_minimal, check,
                                       " that could be trimmed: matching only what writes the allele in the same way"));
  text += line("no sequence",
               RowsText(check.unmatchable, check, " with symbolic or joined alleles, or `-`: matching nothing"));
  if (check.low_starts > 0) {
    text +=
        line("position < 1",
             RowsText(check.low_starts, check,
                      source.zero_based ? "" : "; do positions count from 0? Then add the source with --zero-based"));
  }
  text += line("contigs", ContigsText(check));
  return text + line("index", index);
}

nlohmann::json CheckJson(const SourceCheck& check, const index::IndexFile* file) {
  nlohmann::json contigs = nlohmann::json::object();
  for (const auto& [name, rows] : check.contigs) {
    contigs[name] = rows;
  }
  nlohmann::json json = {{"files_changed", check.files_changed},
                         {"files", check.files},
                         {"bytes", check.bytes},
                         {"rows", check.rows},
                         {"null_keys", check.null_keys},
                         {"not_minimal", check.not_minimal},
                         {"unmatchable", check.unmatchable},
                         {"starts_below_1", check.low_starts},
                         {"sorted", check.unsorted.empty()},
                         {"contigs", std::move(contigs)}};
  json["repeated"] = nullptr;
  if (check.repeated || file != nullptr) {
    json["repeated"] = check.repeated ? *check.repeated : file->counts().repeated;
  }
  return json;
}

/// "chrom, pos, ref, alt"
std::string KeyText(const KeyColumns& key) {
  std::vector<std::string> columns;
  for (const auto& [part, column] : PartsOf(key)) {
    columns.push_back(column);
  }
  return Join(columns, ", ");
}

/// The index, read through, if there is one that is current. Null: there is none. Error: it is stale or damaged.
Result<std::shared_ptr<const index::IndexFile>> CheckedIndex(const Catalog& catalog, const Source& source) {
  if (!FileExists(catalog.IndexPath(source.name))) {
    return std::shared_ptr<const index::IndexFile>();
  }
  VARJOIN_ASSIGN(auto file, OpenIndex(catalog, source));
  VARJOIN_RETURN_IF_ERROR(file->CheckAll());
  return file;
}

}  // namespace

int RunSourceList(bool json) {
  const Catalog catalog(DefaultHome());
  const auto sources = catalog.List();
  if (!sources.ok()) {
    return Fail(sources.status());
  }
  if (json) {
    nlohmann::json all = nlohmann::json::array();
    for (const Source& source : *sources) {
      all.push_back(nlohmann::json::parse(ToJson(source)));
      all.back()["index_state"] = IndexState(catalog, source);
    }
    for (const auto& [home, source] : ListCachedFiles(catalog)) {
      all.push_back(nlohmann::json::parse(ToJson(source)));
      all.back()["index_state"] = IndexState(Catalog(home), source);
      all.back()["cache"] = home;
    }
    return Print(all.dump(2) + "\n");
  }
  const std::vector<CachedFile> cached = ListCachedFiles(catalog);
  if (sources->empty() && cached.empty()) {
    Say(
        fmt::format("The catalog {} has no sources yet. Add one with `varjoin source add NAME FILE.parquet` or "
                    "`varjoin source import NAME FILE.vcf.gz`.",
                    catalog.path()));
    return 0;
  }
  std::string table = fmt::format("{:<20} {:<11} {:<9} {:>15} {:>9}  {:<8} {}\n", "NAME", "KIND", "ASSEMBLY", "ROWS",
                                  "SIZE", "INDEX", "CHECKED");
  for (const Source& source : *sources) {
    table += fmt::format("{:<20} {:<11} {:<9} {:>15} {:>9}  {:<8} {}\n", source.name, KindName(source.kind),
                         source.assembly.empty() ? "?" : source.assembly, WithCommas(source.rows), SizeText(source),
                         IndexState(catalog, source), source.checked_at.empty() ? "never" : source.checked_at);
  }
  for (const auto& [home, source] : cached) {
    const std::string file = Join(source.made_from.empty() ? source.patterns : source.made_from, ", ");
    table += fmt::format("{:<20} {:<11} {:<9} {:>15} {:>9}  {:<8} {}\n", source.name, "cache",
                         source.assembly.empty() ? "?" : source.assembly, WithCommas(source.rows), SizeText(source),
                         IndexState(Catalog(home), source), file);
  }
  return Print(table);
}

int RunSourceShow(const std::string& name, bool json) {
  const Catalog catalog(DefaultHome());
  const auto source = catalog.Find(name);
  if (!source.ok()) {
    return Fail(source.status());
  }
  if (json) {
    nlohmann::json all = nlohmann::json::parse(ToJson(*source));
    all["index"] = IndexJson(catalog, *source);
    return Print(all.dump(2) + "\n");
  }
  std::shared_ptr<const index::IndexFile> file;
  const std::string index = IndexText(catalog, *source, file);
  std::vector<std::string> contigs;
  for (const SourceContig& contig : source->contigs) {
    contigs.push_back(contig.name);
  }
  const size_t more = contigs.size() > 30 ? contigs.size() - 30 : 0;
  contigs.resize(contigs.size() - more);
  std::string text = fmt::format(
      "{} ({})\n  rows      {}\n  assembly  {}\n  current   {}\n  made      {}\n  SQL name  {}\n  key       {}\n"
      "  contigs   {}{}\n",
      source->name, KindName(source->kind), WithCommas(source->rows),
      source->assembly.empty() ? "unknown" : source->assembly, CurrentText(*source), source->made_at,
      Join(ViewNames(*source), ", "), KeyText(source->key), Join(contigs, ", "),
      more > 0 ? fmt::format(" and {} more", more) : "");
  for (const std::string& pattern : source->patterns) {
    text += fmt::format("  files     {}\n", pattern);
  }
  for (const std::string& input : source->made_from) {
    text += fmt::format("  made from {}\n", input);
  }
  if (!source->reference.empty()) {
    text += fmt::format("  reference {}\n", source->reference);
  }
  for (const std::string& warning : source->warnings) {
    text += fmt::format("  warning   {}\n", warning);
  }
  text += fmt::format("  index     {}\n  columns{:>45}\n", index, file == nullptr ? "" : "index, bytes/row");
  for (const SourceColumn& column : source->columns) {
    text += fmt::format("    {:<24} {:<12} {:>10} {}\n", column.name, column.type, BytesText(file.get(), column.name),
                        column.description);
  }
  return Print(text);
}

int RunSourceCheck(const std::string& name, bool json, const ResourceOptions& resources) {
  const Catalog catalog(DefaultHome());
  const auto source = catalog.Find(name);
  if (!source.ok()) {
    return Fail(source.status());
  }
  const auto session = DatabaseSession::Open(resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const auto check = [&] {
    Progress progress(**session);
    return CheckSource((*session)->database(), *source, [&](int64_t rows) {
      progress.SetPhase(
          fmt::format("checking {}: {} of {} rows", source->name, WithCommas(rows), WithCommas(source->rows)));
    });
  }();
  if (!check.ok()) {
    return Fail(check.status());
  }
  const auto file = CheckedIndex(catalog, *source);
  const index::IndexFile* const index = file.ok() ? file->get() : nullptr;
  const std::string state = !file.ok()         ? "no use: " + file.status().message()
                            : source->interval ? "none: intervals need none"
                            : index == nullptr
                                ? fmt::format("none; build it with `varjoin source index {}`", source->name)
                                : fmt::format("whole and current, {}", HumanBytes(index->size()));
  const int printed = Print(json ? CheckJson(*check, index).dump(2) + "\n" : CheckText(*source, *check, index, state));
  if (const Status marked = catalog.MarkChecked(*source, NowUtc()); !marked.ok()) {
    Note("when it was checked could not be kept: " + marked.message());
  }
  if (check->files_changed) {
    return Fail(BadInput(
        "the files of source '{}' have changed since it was {}; `varjoin source {} {}` takes them as they are now",
        source->name, KindName(source->kind), source->kind == Source::Kind::kImported ? "import" : "add",
        source->name));
  }
  return file.ok() ? printed : Fail(file.status());
}

}  // namespace varjoin::cli
