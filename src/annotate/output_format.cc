// output_format.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_format.h"

#include "base/text.h"

namespace varjoin {
namespace {

constexpr size_t kMostBloomFilters = 64;

struct Ending {
  std::string_view text;
  OutputFormat format;
};

/// The first one of a format is its name.
constexpr Ending kEndings[] = {{"parquet", OutputFormat::kParquet}, {"csv", OutputFormat::kCsv},
                               {"tsv", OutputFormat::kTsv},         {"json", OutputFormat::kJson},
                               {"ndjson", OutputFormat::kJson},     {"jsonl", OutputFormat::kJson},
                               {"vcf", OutputFormat::kVcf},         {"vcf.gz", OutputFormat::kVcfGz},
                               {"vcf.bgz", OutputFormat::kVcfGz},   {"bcf", OutputFormat::kBcf}};

/// The ending that a name has after a dot, or that the text is; null: none.
const Ending* Find(std::string_view name, bool whole) {
  const std::string lower = ToLower(name);
  for (const Ending& ending : kEndings) {
    if (whole ? lower == ending.text : lower.ends_with("." + std::string(ending.text))) {
      return &ending;
    }
  }
  return nullptr;
}

}  // namespace

std::string_view NameOf(OutputFormat format) {
  for (const Ending& ending : kEndings) {
    if (ending.format == format) {
      return ending.text;
    }
  }
  return "";
}

bool IsRecords(OutputFormat format) {
  return format == OutputFormat::kVcf || format == OutputFormat::kVcfGz || format == OutputFormat::kBcf;
}

std::string CopyOptions(OutputFormat format, size_t columns) {
  switch (format) {
    case OutputFormat::kCsv:
      return "FORMAT csv, HEADER true";
    case OutputFormat::kTsv:
      return "FORMAT csv, HEADER true, DELIMITER '\t'";
    case OutputFormat::kJson:
      return "FORMAT json";
    default:
      // The writer holds the filters of all columns of all row groups until it writes the footer.
      return columns > kMostBloomFilters ? "FORMAT parquet, WRITE_BLOOM_FILTER false" : "FORMAT parquet";
  }
}

bool TellsFormat(const std::string& output) {
  return Find(output, /*whole=*/false) != nullptr;
}

Result<OutputFormat> OutputFormatOf(const std::string& wanted, const std::string& output) {
  const Ending* const found = wanted.empty() ? Find(output, /*whole=*/false) : Find(wanted, /*whole=*/true);
  if (found == nullptr && wanted.empty()) {
    return BadInput(
        "{}: its name tells no format; name a .parquet, .vcf, .vcf.gz, .bcf, .csv, .tsv or .json file, or give -O",
        output == kStandardOutput ? "-o -" : output);
  }
  if (found == nullptr) {
    return BadInput("-O {}: there is no such format; it is one of parquet, vcf, vcf.gz, bcf, csv, tsv, json", wanted);
  }
  if (output == kStandardOutput && found->format == OutputFormat::kParquet) {
    return BadInput("-o -: Parquet can't be written to a pipe; name a file, or give -O vcf, csv, tsv or json");
  }
  return found->format;
}

}  // namespace varjoin
