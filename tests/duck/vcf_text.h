// vcf_text.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// VCFs for the tests of read_vcf.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/text.h"

namespace varjoin::duck {

inline constexpr const char* kHeader =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr1,length=248956422>\n"
    "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n"
    "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
    "##INFO=<ID=AD,Number=R,Type=Integer,Description=\"Depths\">\n"
    "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"dbSNP\">\n"
    "##INFO=<ID=GENE,Number=.,Type=String,Description=\"Genes\">\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
    "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Likelihoods\">\n"
    "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n";

inline std::string Header(const std::string& samples = "") {
  return std::string(kHeader) + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" +
         (samples.empty() ? "" : "\tFORMAT\t" + samples) + "\n";
}

inline bool HasTwoAlts(int record) {
  return record % 7 == 0;
}

/// Record `i` from 1: chr1:1000+i, one sample; every seventh one has two ALTs.
inline std::string Record(int i) {
  const bool two = HasTwoAlts(i);
  return fmt::format("chr1\t{}\t{}\tA\t{}\t{}\tPASS\tDP={};AF={};AD={}{}{}\tGT:PL:DP\t{}:{}:{}\n", 1000 + i,
                     i % 3 == 0 ? "." : fmt::format("rs{}", i), two ? "G,TTTTTTTTTTTTTTTTTTTT" : "G", i % 100, i,
                     two ? "0.25,0.5" : "0.125", two ? "3,4,5" : "3,4", i % 4 == 0 ? ";DB" : "",
                     i % 5 == 0 ? "" : ";GENE=BRCA1,a_gene_of_a_longer_name%3B", two ? "1/2" : "0/1",
                     two ? "9,8,7,6,5,4" : "9,0,9", i % 1000);
}

inline std::string Records(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) {
    text += Record(i);
  }
  return text;
}

inline int RowsOf(int records) {
  return records + records / 7;
}

inline std::string ReadVcf(const std::string& path, const std::string& options = "") {
  return "read_vcf(" + SqlString(path) + options + ")";
}

}  // namespace varjoin::duck
