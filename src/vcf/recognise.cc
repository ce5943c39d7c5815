// recognise.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/recognise.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view magic;  ///< the first bytes
  std::string_view text;   ///< {} stands for the path
};

constexpr Kind kKinds[] = {
    {"BCF\2"sv,
     "a BCF file of a version before 2.2, which is not read; convert it: bcftools view -Oz -o out.vcf.gz {}"},
    {"BCF\4"sv, "a BCF file of the first version, which is not read; convert it with the bcftools of samtools 0.1"},
    {"BAM\1"sv, "a BAM file (aligned reads); call its variants first"},
    {"CRAM"sv, "a CRAM file (aligned reads); call its variants first"},
    {"@HD\t"sv, "a SAM file (aligned reads); call its variants first"},
    {"@SQ\t"sv, "a SAM file (aligned reads); call its variants first"},
    {"TBI\1"sv, "a tabix index; name the VCF that it belongs to"},
    {"CSI\1"sv, "a CSI index; name the VCF that it belongs to"},
    {"PAR1"sv, "a Parquet file; as a source of annotations it is added with: varjoin source add NAME {}"},
    {"\x28\xB5\x2F\xFD"sv, "compressed twice, with zstd inside; decompress it once"},
    {"BZh"sv, "compressed twice, with bzip2 inside; decompress it once"},
    {"\xFD"
     "7zXZ\0"sv,
     "compressed with xz, which is not read; decompress it: xz -dk {}"},
    {"PK\3\4"sv, "a zip archive; unpack it: unzip {}"},
    {"PK\5\6"sv, "an empty zip archive"},
    {"\x1F\x8B"sv, "compressed with gzip twice; decompress it once: gzip -dc {} > out.vcf.gz"},
    {"\xFF\xFE"sv, "UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 {} > out.vcf"},
    {"\xFE\xFF"sv, "UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 {} > out.vcf"},
    {"#\0"sv, "UTF-16 text; convert it: iconv -f UTF-16LE -t UTF-8 {} > out.vcf"},
    {"\0#"sv, "UTF-16 text; convert it: iconv -f UTF-16BE -t UTF-8 {} > out.vcf"},
    {"version https://git-lfs"sv, "only a Git LFS pointer to the file; fetch it: git lfs pull"},
};

constexpr std::string_view kMarkup[] = {"<!doctype html", "<html", "<?xml"};

}  // namespace

std::string RecogniseOther(std::string_view bytes, std::string_view path) {
  for (const Kind& kind : kKinds) {
    if (bytes.starts_with(kind.magic)) {
      return fmt::format(fmt::runtime(kind.text), path);
    }
  }
  const auto text =
      std::find_if_not(bytes.begin(), bytes.end(), [](char c) { return c == ' ' || (c >= 9 && c <= 13); });
  bytes.remove_prefix(static_cast<size_t>(text - bytes.begin()));
  for (const std::string_view start : kMarkup) {
    if (EqualNoCase(bytes.substr(0, start.size()), start)) {
      return "a web page (HTML or XML), perhaps the error message of a failed download; fetch the file again";
    }
  }
  return "";
}

}  // namespace varjoin::vcf
