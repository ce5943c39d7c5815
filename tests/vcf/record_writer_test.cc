// record_writer_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <htslib/bgzf.h>
#include <htslib/kstring.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

namespace varjoin::vcf {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string kHeader =
    "##fileformat=VCFv4.3\n##contig=<ID=chr1>\n##contig=<ID=chr2>\n"
    "##INFO=<ID=T,Number=1,Type=String,Description=\"t\">\n"
    "##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

class RecordWriting : public ::testing::Test {
 protected:
  RecordWriting() : folder_(fs::temp_directory_path() / ("varjoin-writer-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~RecordWriting() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  /// Sorted records of many sizes, some beyond a block, on two contigs.
  static std::vector<std::string> Lines(size_t count) {
    std::mt19937 random(7);
    std::vector<std::string> lines;
    for (size_t i = 0; i < count; ++i) {
      const size_t size = i % 997 == 0 ? 200'000 : random() % 300;
      std::string text;
      while (text.size() < size) {
        text += static_cast<char>('a' + random() % 26);
      }
      const bool second = i >= count / 2;
      lines.push_back((second ? "chr2\t" : "chr1\t") + std::to_string(10 * (second ? i - count / 2 : i) + 1) +
                      "\t.\tAC\tG\t.\t.\tT=" + text + "x" +
                      (i % 50 == 0 ? ";END=" + std::to_string(10 * i + 400'000) : ""));
    }
    return lines;
  }

  Status Write(const std::string& name, const std::vector<std::string>& lines, RecordWriterOptions options,
               std::string* problem = nullptr) {
    std::ofstream(Path(name)).close();
    Result<OutputFile> file = OutputFile::Open(Path(name), name);
    EXPECT_TRUE(file.ok());
    options.name = name;
    VARJOIN_ASSIGN(const auto writer, RecordWriter::Open(*file, kHeader, options));
    for (const std::string& line : lines) {
      writer->line() += line + "\n";
      VARJOIN_RETURN_IF_ERROR(writer->EndLine());
    }
    VARJOIN_RETURN_IF_ERROR(writer->Finish());
    VARJOIN_RETURN_IF_ERROR(file->Close());
    if (options.indexed) {
      std::string why;
      const Result<bool> saved = writer->SaveIndex(Path(name) + std::string(writer->IndexEnding()), why);
      EXPECT_TRUE(saved.ok()) << saved.status().message();
      EXPECT_EQ(*saved, why.empty());
      if (problem != nullptr) {
        *problem = why;
      }
    }
    return Status::Ok();
  }

  static std::string Unpacked(const std::string& path) {
    BGZF* const file = bgzf_open(path.c_str(), "r");
    std::string text;
    std::vector<char> buffer(1 << 20);
    for (ssize_t got = 0; (got = bgzf_read(file, buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<size_t>(got));
    }
    EXPECT_EQ(bgzf_check_EOF(file), 1) << "no end marker";
    EXPECT_EQ(bgzf_close(file), 0);
    return text;
  }

  const fs::path folder_;
};

TEST_F(RecordWriting, KeepsEveryByteAndItsOrderWhateverTheThreads) {
  const std::vector<std::string> lines = Lines(20'000);
  std::string expected = kHeader;
  for (const std::string& line : lines) {
    expected += line + "\n";
  }
  const auto bytes_of = [](const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  std::string with_one;
  for (const int threads : {1, 2, 7}) {
    ASSERT_TRUE(Write("x.vcf.gz", lines, {.format = RecordFormat::kVcfGz, .threads = threads, .level = 1}).ok());
    EXPECT_TRUE(Unpacked(Path("x.vcf.gz")) == expected) << threads;
    const std::string packed = bytes_of(Path("x.vcf.gz"));
    EXPECT_TRUE(threads == 1 || packed == with_one) << "other bytes with " << threads << " threads";
    with_one = packed;
  }
  ASSERT_TRUE(Write("x.vcf", lines, {.format = RecordFormat::kVcf}).ok());
  EXPECT_TRUE(bytes_of(Path("x.vcf")) == expected);
}

TEST_F(RecordWriting, HasAnIndexByWhichEveryRegionFindsItsRecords) {
  const std::vector<std::string> lines = Lines(3'000);
  ASSERT_TRUE(Write("x.vcf.gz", lines, {.format = RecordFormat::kVcfGz, .threads = 2, .indexed = true}).ok());
  htsFile* const file = hts_open(Path("x.vcf.gz").c_str(), "r");
  tbx_t* const index = tbx_index_load(Path("x.vcf.gz").c_str());
  ASSERT_NE(index, nullptr);
  kstring_t found = KS_INITIALIZE;
  for (int64_t begin = 1; begin < 20'000; begin += 613) {
    for (const std::string contig : {"chr1", "chr2"}) {
      const int64_t end = begin + 50;
      std::vector<std::string> expected;
      for (const std::string& line : lines) {
        const int64_t start = std::stoll(line.substr(5));
        const size_t at = line.find(";END=");
        const int64_t last = at == std::string::npos ? start + 1 : std::stoll(line.substr(at + 5));
        if (line.starts_with(contig) && start <= end && last >= begin) {
          expected.push_back(line);
        }
      }
      std::vector<std::string> got;
      const std::string region = contig + ":" + std::to_string(begin) + "-" + std::to_string(end);
      hts_itr_t* const records = tbx_itr_querys(index, region.c_str());
      while (tbx_itr_next(file, index, records, &found) >= 0) {
        got.emplace_back(found.s, found.l);
      }
      tbx_itr_destroy(records);
      EXPECT_TRUE(got == expected) << region << ": " << got.size() << " records for " << expected.size();
    }
  }
  ks_free(&found);
  tbx_destroy(index);
  hts_close(file);
}

TEST_F(RecordWriting, OfBcfGivesTheSameRecordsAndAnIndex) {
  const std::vector<std::string> lines = Lines(3'000);
  ASSERT_TRUE(Write("x.bcf", lines, {.format = RecordFormat::kBcf, .threads = 2, .indexed = true}).ok());
  htsFile* const file = hts_open(Path("x.bcf").c_str(), "r");
  bcf_hdr_t* const header = bcf_hdr_read(file);
  hts_idx_t* const index = bcf_index_load(Path("x.bcf").c_str());
  ASSERT_NE(index, nullptr);
  bcf1_t* const record = bcf_init();
  kstring_t text = KS_INITIALIZE;
  for (const std::string& line : lines) {
    ASSERT_EQ(bcf_read(file, header, record), 0);
    ks_clear(&text);
    vcf_format(header, record, &text);
    ASSERT_EQ(std::string(text.s, text.l), line + "\n");
  }
  EXPECT_EQ(bcf_read(file, header, record), -1);
  hts_itr_t* const found = bcf_itr_querys(index, header, "chr2:10001-10001");
  ASSERT_GE(bcf_itr_next(file, found, record), 0);
  EXPECT_LE(record->pos, 10'000);
  hts_itr_destroy(found);
  ks_free(&text);
  bcf_destroy(record);
  hts_idx_destroy(index);
  bcf_hdr_destroy(header);
  hts_close(file);
}

TEST_F(RecordWriting, HasNoIndexWhereRecordsAreNotSorted) {
  std::string problem;
  const RecordWriterOptions options{.format = RecordFormat::kVcfGz, .indexed = true};
  ASSERT_TRUE(Write("x.vcf.gz", {"chr1\t9\t.\tA\tC\t.\t.\t.", "chr1\t5\t.\tA\tC\t.\t.\t."}, options, &problem).ok());
  EXPECT_THAT(problem, HasSubstr("not sorted"));
  ASSERT_TRUE(Write("x.vcf.gz", {"1\t9\t.\tA\tC\t.\t.\t.", "2\t5\t.\tA\tC\t.\t.\t.", "1\t9\t.\tA\tC\t.\t.\t."}, options,
                    &problem)
                  .ok());
  EXPECT_THAT(problem, HasSubstr("not sorted"));
}

TEST_F(RecordWriting, OfBcfTakesLinesThatEndInCrLf) {
  ASSERT_TRUE(Write("x.bcf", {"chr1\t9\t.\tA\tC\t.\t.\tT=ab\r"}, {.format = RecordFormat::kBcf}).ok());
  const std::string bytes = Unpacked(Path("x.bcf"));
  EXPECT_NE(bytes.find("ab"), std::string::npos);
  EXPECT_EQ(bytes.find('\r'), std::string::npos);
}

TEST_F(RecordWriting, OfBcfNamesTheKeyThatTheHeaderLacks) {
  for (const auto& [line, part] : {std::pair{"chr1\t9\t.\tA\tC\t.\t.\tNEW=1", "chr1:9: 'NEW'"},
                                   std::pair{"chr9\t9\t.\tA\tC\t.\t.\t.", "chr9:9"}}) {
    const Status status = Write("x.bcf", {line}, {.format = RecordFormat::kBcf});
    EXPECT_EQ(status.code(), StatusCode::kBadInput);
    EXPECT_THAT(status.message(), HasSubstr(part));
    EXPECT_THAT(status.message(), HasSubstr("vcf.gz"));
  }
}

TEST_F(RecordWriting, SaysThatTheLargestFileIsReached) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 100'000, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Status status = Write("x.vcf.gz", Lines(20'000), {.format = RecordFormat::kVcfGz, .threads = 2, .level = 1});
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(status.code(), StatusCode::kTryAgain);
  EXPECT_THAT(status.message(), HasSubstr("x.vcf.gz"));
}

}  // namespace
}  // namespace varjoin::vcf
