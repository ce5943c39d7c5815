// real_files_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Files of the wild, all columns: nothing in them is bad, and no record or allele is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "memory_column.h"
#include "support/places.h"
#include "vcf/inspect.h"
#include "vcf/record_parser.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {
namespace {

struct RealFile {
  std::string path;
  int64_t records;
  int64_t rows;
};

void PrintTo(const RealFile& file, std::ostream* out) {
  *out << file.path;
}

class RealFilesTest : public ::testing::TestWithParam<RealFile> {};

INSTANTIATE_TEST_SUITE_P(All, RealFilesTest,
                         ::testing::Values(RealFile{"people/HG002_GIAB_chr22.vcf.gz", 50284, 50861},
                                           RealFile{"people/NA12878_PlatinumGenomes_chr21.vcf.gz", 65370, 66050},
                                           RealFile{"people/NA12878_WES_MegaBOLT.vcf.gz", 74755, 75413},
                                           RealFile{"people/NA12878_chr20_GATK4.vqsr.vcf", 7517, 7624},
                                           RealFile{"people/antku_small.vcf", 793, 802},
                                           RealFile{"databases/clinvar_20260226_part.plain-gzip.vcf.gz", 69302, 69302},
                                           RealFile{"databases/gnomad4_genomes_chrX.vcf.bgz", 5005, 5005},
                                           RealFile{"databases/pharmcat_positions.vcf", 1202, 1261},
                                           RealFile{"gvcf/NA24143.g.vcf.gz", 17931, 19963},
                                           RealFile{"cohort/1KG_phase3_subset_chrX.vcf.gz", 1069, 1089},
                                           RealFile{"cohort/NYGC_3202s_chr12_100.vcf.gz", 100, 105},
                                           RealFile{"annotated/HG002_VEP115_golden_chr1_100.vcf.gz", 100, 100}));

TEST_P(RealFilesTest, AreReadInFull) {
  const std::string path = test::ProjectRoot() + "/../shared/data/" + GetParam().path;
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "the real files are not at " << test::ProjectRoot() << "/../shared/data";
  }
  const Result<Inspection> input = Inspect({path}, {});
  ASSERT_TRUE(input.ok()) << input.status().message();
  auto plan = std::make_shared<ParsePlan>();
  plan->path = path;
  plan->header = input->headers[0];
  plan->columns = input->columns;
  std::vector<std::unique_ptr<MemoryColumn>> columns;
  std::vector<ColumnBuffer*> buffers;
  for (const Column& column : plan->columns) {
    columns.push_back(std::make_unique<MemoryColumn>(column));
    buffers.push_back(columns.back().get());
  }
  const Result<std::unique_ptr<VcfFile>> file = VcfFile::Open(path);
  ASSERT_TRUE(file.ok()) << file.status().message();
  RecordParser parser(plan);
  const RecordParser::ChunkLimits limits;
  uint64_t rows = 0;
  for (Batch batch;;) {
    const Result<bool> more = (*file)->Next(batch);
    ASSERT_TRUE(more.ok()) << more.status().message();
    if (!*more) {
      break;
    }
    parser.Begin(batch);
    for (uint64_t chunk = 1; chunk > 0; rows += chunk) {
      for (const auto& column : columns) {
        column->Reset(limits.rows);
      }
      const Result<uint64_t> filled = parser.Fill(buffers, limits);
      ASSERT_TRUE(filled.ok()) << filled.status().message();
      chunk = *filled;
    }
  }
  const ScanReport report = parser.TakeReport();
  EXPECT_EQ(report.records, GetParam().records);
  EXPECT_EQ(report.rows, GetParam().rows);
  EXPECT_EQ(rows, static_cast<uint64_t>(GetParam().rows));
  EXPECT_THAT(report.Sentences(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace varjoin::vcf
