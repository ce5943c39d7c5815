// small_files.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests of the command: a person and a source that are small enough to know by heart.
#pragma once

#include <string>

#include "support/workbench.h"

namespace varjoin::test {

/// Three records, four alleles, two of them (1:100 A>G and 1:100 A>T) in SmallSource().
inline std::string SmallPerson() {
  return Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
              "INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">",
              "FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">"},
             {"chr1 100 rs1 A G,T 30 PASS DP=10;AF=0.5,0.25 GT 0/1", "chr1 150 . C T . . DP=11;AF=0.1 GT 1/1",
              "chr2 300 rs9 G A 7 LowQual DP=12;AF=0.2 GT 0/0"},
             "\tFORMAT\tann");
}

/// As a VCF to import. Two rows for 1:100 A>G.
inline std::string SmallSource() {
  return Vcf({"INFO=<ID=SIG,Number=1,Type=String,Description=\"Significance\">",
              "INFO=<ID=SCORE,Number=A,Type=Integer,Description=\"Score\">"},
             {"1 100 a1 A G . . SIG=bad;SCORE=1", "1 100 a2 A G . . SIG=worse;SCORE=2",
              "1 100 a3 A T . . SIG=good;SCORE=3", "2 400 a4 G C . . SIG=other;SCORE=4"});
}

/// As the rows of a Parquet file to register, with columns id, SIG and DP.
inline std::string SmallTable() {
  return "SELECT * FROM (VALUES ('1', 100::BIGINT, 'A', 'G', 'rs1', 'bad', 91), ('1', 150, 'C', 'G', 'rs2', 'none', "
         "92), "
         "('2', 300, 'G', 'A', 'rs9', 'fine', 93)) t(chrom, \"start\", ref, alt, id, SIG, DP)";
}

/// A Workbench with person.vcf, and SmallSource() imported as `demo`.
class SmallBench : public Workbench {
 public:
  SmallBench() {
    Write("person.vcf", SmallPerson());
    Write("demo.vcf", SmallSource());
    MustRun({"source", "import", "demo", "demo.vcf"});
  }

  /// Annotates person.vcf with these arguments into o.parquet.
  Outcome Annotate(Words arguments) const {
    arguments.insert(arguments.begin(), {"annotate", "person.vcf", "-o", "o.parquet"});
    return Varjoin(arguments);
  }

  /// SELECT `columns` FROM the output.
  Words Output(const std::string& columns, const std::string& name = "o.parquet") const {
    return Rows("SELECT " + columns + " FROM read_parquet('" + Path(name) + "')");
  }
};

}  // namespace varjoin::test
