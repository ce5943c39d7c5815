// inputs_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What a VCF may come in, other than a regular file of text, gzip or BGZF.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "htslib_files.h"
#include "packing.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {
namespace {

using ::testing::HasSubstr;

std::string Header(const std::string& samples = "") {
  return "##fileformat=VCFv4.2\n"
         "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
         "##FILTER=<ID=q10,Description=\"low\">\n"
         "##contig=<ID=chr1,length=248956422>\n"
         "##contig=<ID=chr2,length=242193529>\n"
         "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"depth\">\n"
         "##INFO=<ID=AF,Number=A,Type=Float,Description=\"frequency\">\n"
         "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"known\">\n"
         "##INFO=<ID=GENE,Number=1,Type=String,Description=\"name\">\n"
         "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n"
         "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"depths\">\n"
         "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" +
         samples + "\n";
}

/// Records that a BCF gives back as they were: floats of few digits, no field twice, nothing dropped.
std::string Records(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) {
    text += (i % 2 == 0 ? "chr2\t" : "chr1\t") + std::to_string(i * 7) + (i % 3 == 0 ? "\trs" : "\t.\t") +
            (i % 3 == 0 ? std::to_string(i) + "\t" : "") + (i % 5 == 0 ? "ACGT\tA,<DEL>" : "A\tC,G") +
            (i % 4 == 0 ? "\t.\t.\t" : "\t29.5\tq10\t") + "DP=" + std::to_string(i) + ";AF=0.5,." +
            (i % 2 == 0 ? ";DB" : "") + ";GENE=g" + std::to_string(i) + "%2C\tGT:AD\t0|1:3,4,.\t./.:.\n";
  }
  return text;
}

struct Text {
  Status status;
  std::string header;
  std::string body;
};

Text ReadAll(const std::string& path, Interrupted interrupted = {}) {
  const auto opened = VcfFile::Open(path, std::move(interrupted));
  if (!opened.ok()) {
    return {opened.status(), "", ""};
  }
  Text text{Status::Ok(), std::string((*opened)->header_text()), ""};
  Batch batch;
  for (;;) {
    const Result<bool> more = (*opened)->Next(batch);
    if (!more.ok()) {
      text.status = more.status();
      return text;
    }
    if (!*more) {
      return text;
    }
    text.body += batch.text;
  }
}

class Bcf : public ::testing::TestWithParam<const char*> {
 protected:
  TestFolder folder_;
};

TEST_P(Bcf, GivesTheTextOfTheVcfThatItStandsFor) {
  for (const int count : {0, 1, 300, 100'000}) {
    SCOPED_TRACE(count);
    const std::string body = Records(count);
    const std::string vcf = folder_.Write("a.vcf", Header("\tFORMAT\ts1\ts2") + body);
    ASSERT_TRUE(Convert(vcf, folder_.Path("a.bcf"), GetParam()));
    const Text text = ReadAll(folder_.Path("a.bcf"));
    EXPECT_EQ(text.status.message(), "");
    EXPECT_TRUE(text.body == body) << text.body.substr(0, 500);
    EXPECT_EQ((*VcfFile::Open(folder_.Path("a.bcf")))->header().samples, (std::vector<std::string>{"s1", "s2"}));
    EXPECT_EQ((*VcfFile::Open(folder_.Path("a.bcf")))->packing(), Packing::kBcf);
  }
}

TEST_P(Bcf, ThatIsCutOffOrCorruptIsAnErrorAndNeverACrash) {
  const std::string vcf = folder_.Write("a.vcf", Header("\tFORMAT\ts1\ts2") + Records(40));
  ASSERT_TRUE(Convert(vcf, folder_.Path("a.bcf"), "wbu"));
  std::ifstream file(folder_.Path("a.bcf"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  const auto pack = [](std::string_view bytes) {
    return GetParam() == std::string("wb") ? Bgzf(bytes) : std::string(bytes);
  };
  const Text good = ReadAll(folder_.Write("b.bcf", pack(whole)));
  ASSERT_EQ(good.status.message(), "");
  constexpr size_t kStep = 13;
  int errors = 0;
  for (size_t size = 1; size < whole.size(); size += kStep) {
    const Text text = ReadAll(folder_.Write("b.bcf", pack(whole.substr(0, size))));
    EXPECT_TRUE(!text.status.ok() || good.body.starts_with(text.body)) << size;
    errors += text.status.ok() ? 0 : 1;
  }
  EXPECT_GT(errors, static_cast<int>(whole.size() / kStep) - 5) << "only a cut between two records is none";
  for (size_t at = 9; at < whole.size(); at += kStep) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    (void)ReadAll(folder_.Write("b.bcf", pack(bytes)));
  }
}

INSTANTIATE_TEST_SUITE_P(, Bcf, ::testing::Values("wb", "wbu"),
                         [](const auto& info) { return std::string(info.param) == "wb" ? "Bgzf" : "Plain"; });

TEST(Compressed, DataThatIsCutOffOrCorruptIsAnError) {
  const TestFolder folder;
  const std::string text = Header() + "chr1\t1\t.\tA\tC\t.\t.\t.\n";
  const struct {
    std::string name;
    std::string packed;
  } cases[] = {{"gzip", Gzip(text)}, {"zstd", Zstd(text)}, {"bzip2", Bzip2(text)}};
  for (const auto& [name, packed] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(ReadAll(folder.Write("a", packed + std::string(512, '\0'))).status.message(), "");
    EXPECT_THAT(ReadAll(folder.Write("a", packed + "x")).status.message(),
                HasSubstr("bytes that are no " + name + " follow the data at byte " + std::to_string(packed.size())));
    for (size_t size = 8; size < packed.size(); ++size) {
      EXPECT_FALSE(ReadAll(folder.Write("a", packed.substr(0, size))).status.ok()) << size;
    }
    EXPECT_THAT(ReadAll(folder.Write("a", packed.substr(0, packed.size() - 1))).status.message(),
                HasSubstr("within the " + name + " member that begins at byte 0"));
  }
  std::string gzip = Gzip(text);
  gzip[gzip.size() - 6] ^= 1;
  EXPECT_THAT(ReadAll(folder.Write("a", gzip)).status.message(), HasSubstr("checksum"));
}

TEST(Compressed, GzipOfManySmallMembersIsReadInFull) {
  const TestFolder folder;
  std::string packed = Gzip(Header());
  std::string body;
  for (int i = 1; i < 3000; ++i) {
    const std::string line = "chr1\t" + std::to_string(i) + "\t.\tA\tC\t.\t.\t" + std::string(i % 300, 'x') + "\n";
    const size_t cut = static_cast<size_t>(i) % line.size();
    packed += Gzip(line.substr(0, cut)) + Gzip(line.substr(cut)) + (i % 7 == 0 ? Gzip("") : "");
    body += line;
  }
  const Text text = ReadAll(folder.Write("a.vcf.gz", packed));
  EXPECT_EQ(text.status.message(), "");
  EXPECT_TRUE(text.body == body);
}

TEST(Pipe, IsReadAsTheFileWouldBe) {
  const TestFolder folder;
  std::string body;
  for (int i = 1; i <= 300'000; ++i) {
    body += "chr1\t" + std::to_string(i) + "\t.\tA\tC\t.\t.\tDP=12\n";
  }
  for (const std::string& content : {Header() + body, Gzip(Header() + body), Bgzf(Header() + body)}) {
    const std::string path = folder.Path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    EXPECT_NE(PipeBehind(path), "");
    std::thread writer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the reader waits for it
      std::ofstream(path, std::ios::binary) << content;
    });
    const Text text = ReadAll(path);
    writer.join();
    EXPECT_EQ(text.status.message(), "");
    EXPECT_TRUE(text.body == body);
    unlink(path.c_str());
  }
}

TEST(Pipe, ThatSaysNothingCanBeInterrupted) {
  const TestFolder folder;
  const std::string path = folder.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::atomic<int> asked = 0;
  EXPECT_EQ(ReadAll(path, [&] { return ++asked == 3; }).status.code(), StatusCode::kInterrupted);
}

TEST(Pipe, HasOneNameForAllItsPaths) {
  const TestFolder folder;
  EXPECT_EQ(PipeBehind(folder.Write("a.vcf", Header())), "");
  EXPECT_EQ(PipeBehind(folder.Path("missing")), "");
  EXPECT_NE(PipeBehind("-"), "");
  ASSERT_EQ(mkfifo(folder.Path("pipe").c_str(), 0600), 0);
  const int descriptor = open(folder.Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_EQ(PipeBehind("/dev/fd/" + std::to_string(descriptor)), PipeBehind(folder.Path("pipe")));
  close(descriptor);
}

}  // namespace
}  // namespace varjoin::vcf
