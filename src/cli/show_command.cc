// show_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "vcf/portrait.h"

namespace varjoin::cli {
namespace {

using nlohmann::ordered_json;

constexpr size_t kNamesShown = 12;
constexpr size_t kContigsShown = 8;

struct ShowOptions {
  std::string path;
  bool json = false;
};

/// The first few of many names, and how many more there are.
std::string Few(const std::vector<std::string>& names, size_t most) {
  const size_t shown = std::min(names.size(), most);
  std::string text = Join(std::span(names).first(shown), ", ");
  if (names.size() > shown) {
    text += fmt::format(", … ({} more)", names.size() - shown);
  }
  return text.empty() ? "none" : text;
}

std::string Line(std::string_view name, std::string_view value) {
  return fmt::format("{:<10} {}\n", name, value);
}

std::vector<std::string> NamesOf(const std::vector<vcf::FieldDefinition>& fields) {
  std::vector<std::string> names;
  for (const vcf::FieldDefinition& field : fields) {
    names.push_back(field.id + (field.declared ? "" : " (no header line)"));
  }
  return names;
}

uint64_t TotalRecords(const vcf::Portrait& portrait) {
  uint64_t total = 0;
  for (const auto& [contig, records] : portrait.contig_records) {
    total += records;
  }
  return total;
}

std::string RecordsText(const vcf::Portrait& portrait) {
  if (!portrait.contig_records.empty()) {
    std::vector<std::string> contigs;
    for (const auto& [contig, records] : portrait.contig_records) {
      contigs.push_back(contig + " " + WithCommas(static_cast<int64_t>(records)));
    }
    return fmt::format("{} by the index: {}", WithCommas(static_cast<int64_t>(TotalRecords(portrait))),
                       Few(contigs, kNamesShown));
  }
  const std::string count = WithCommas(static_cast<int64_t>(portrait.estimated_records));
  return portrait.all_seen ? count : "about " + count + " (an estimate; an index tells exactly: bcftools index FILE)";
}

std::string IndexText(const vcf::Portrait& portrait) {
  if (portrait.index.empty()) {
    return "none";
  }
  return portrait.index_problem.empty() ? portrait.index : portrait.index + ", not used: it " + portrait.index_problem;
}

std::string ContigsText(const vcf::Header& header) {
  std::vector<std::string> names;
  for (const vcf::ContigDefinition& contig : header.contigs) {
    names.push_back(contig.name);
  }
  return names.empty() ? "none in the header" : fmt::format("{}: {}", names.size(), Few(names, kContigsShown));
}

std::string Counted(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}: {}", names.size(), Few(names, kNamesShown));
}

std::string Text(const vcf::Portrait& portrait) {
  const vcf::Header& header = portrait.header;
  std::string text = Line("file", portrait.path);
  text += Line("packing",
               std::string(NameOf(portrait.packing)) + (portrait.bytes == 0 ? "" : ", " + HumanBytes(portrait.bytes)));
  text += Line("version", header.version.empty() ? "not given" : header.version);
  text += Line("made by", portrait.callers.empty() ? "the header does not say" : Few(portrait.callers, kNamesShown));
  text += Line("assembly", portrait.assembly.empty() ? "not told by the contigs" : portrait.assembly);
  if (!header.reference.empty()) {
    text += Line("reference", header.reference);
  }
  text += Line("samples", Counted(header.samples));
  text += Line("records", RecordsText(portrait));
  text += Line("index", IndexText(portrait));
  text += Line("contigs", ContigsText(header));
  text += Line("FILTER", Counted(NamesOf(header.filters)));
  text += Line("INFO", Counted(NamesOf(header.info)));
  text += Line("FORMAT", Counted(NamesOf(header.format)));
  return text;
}

ordered_json Json(const std::vector<vcf::FieldDefinition>& fields) {
  ordered_json json = ordered_json::array();
  for (const vcf::FieldDefinition& field : fields) {
    json.push_back({{"id", field.id},
                    {"number", field.number_text},
                    {"description", field.description},
                    {"declared", field.declared}});
  }
  return json;
}

ordered_json Json(const vcf::Portrait& portrait) {
  const vcf::Header& header = portrait.header;
  ordered_json contigs = ordered_json::array();
  for (const vcf::ContigDefinition& contig : header.contigs) {
    contigs.push_back({{"name", contig.name}, {"length", contig.length ? ordered_json(*contig.length) : nullptr}});
  }
  ordered_json records = ordered_json::object();
  for (const auto& [contig, count] : portrait.contig_records) {
    records[contig] = count;
  }
  const bool indexed = !portrait.contig_records.empty();
  return {{"path", portrait.path},
          {"file_size_bytes", portrait.bytes},
          {"packing", NameOf(portrait.packing)},
          {"version", header.version},
          {"made_by", portrait.callers},
          {"assembly", portrait.assembly},
          {"reference", header.reference},
          {"samples", header.samples},
          {"records", indexed ? TotalRecords(portrait) : portrait.estimated_records},
          {"records_are_exact", indexed || portrait.all_seen},
          {"records_by_contig", std::move(records)},
          {"index", portrait.index},
          {"index_problem", portrait.index_problem},
          {"contigs", std::move(contigs)},
          {"filters", Json(header.filters)},
          {"info", Json(header.info)},
          {"format", Json(header.format)}};
}

int RunShow(const ShowOptions& options) {
  const Result<vcf::Portrait> portrait = vcf::MakePortrait(options.path, WasInterrupted);
  if (!portrait.ok()) {
    return Fail(portrait.status());
  }
  return Print(options.json ? Json(*portrait).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"
                            : Text(*portrait));
}

}  // namespace

void AddShow(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("show", "What a VCF holds, on one screen");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("IN", options->path, "a VCF or BCF file; `-` is standard input")->required();
  command->add_flag("--json", options->json, "as JSON, with every contig and field");
  command->footer(
      "Examples:\n"
      "  varjoin show person.vcf.gz\n"
      "  varjoin show person.vcf.gz --json\n"
      "  varjoin query \"SELECT * FROM vcf_header('person.vcf.gz')\"");
  command->callback([options, &action] { action = [options] { return RunShow(*options); }; });
}

}  // namespace varjoin::cli
