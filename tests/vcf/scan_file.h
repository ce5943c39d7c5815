// scan_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/places.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {

inline const std::string kHeader =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr1,length=248956422>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

inline std::string Record(int64_t position, size_t padding = 0) {
  return "chr1\t" + std::to_string(position) + "\t.\tA\tC\t.\tPASS\tX=" + std::string(padding, 'x') + "\n";
}

inline std::string Records(int64_t count, size_t padding = 0) {
  std::string text;
  for (int64_t i = 1; i <= count; ++i) {
    text += Record(i, padding);
  }
  return text;
}

inline bool IsRecord(std::string_view line) {
  return !line.empty() && line != "\r";
}

inline int64_t CountLines(std::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    count += IsRecord(text.substr(at, end - at)) ? 1 : 0;
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  return count;
}

/// All that a scan by so many threads gives.
struct Scan {
  Status status;
  std::string text;  ///< of all batches in order
  std::vector<int64_t> first_records;
  int64_t records = 0;
  bool lacks_end_marker = false;
};

inline Scan ReadAll(const std::string& path, int threads = 1) {
  Scan scan;
  Result<std::unique_ptr<VcfFile>> opened = VcfFile::Open(path);
  if (!opened.ok()) {
    scan.status = opened.status();
    return scan;
  }
  VcfFile& file = **opened;
  std::mutex mutex;
  std::vector<Batch> batches;
  const auto read = [&] {
    while (true) {
      Batch batch;
      const Result<bool> more = file.Next(batch);
      const std::lock_guard lock(mutex);
      if (!more.ok()) {
        scan.status = more.status();
        return;
      }
      if (!*more) {
        scan.records = file.Records();
        return;
      }
      batches.push_back(std::move(batch));
    }
  };
  std::vector<std::thread> readers;
  for (int i = 1; i < threads; ++i) {
    readers.emplace_back(read);
  }
  read();
  for (std::thread& reader : readers) {
    reader.join();
  }
  std::sort(batches.begin(), batches.end(), [](const Batch& a, const Batch& b) { return a.number < b.number; });
  int64_t next_record = 1;
  for (size_t i = 0; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].number, i);
    EXPECT_EQ(batches[i].first_record, next_record);
    EXPECT_TRUE(batches[i].text.ends_with('\n'));
    next_record += CountLines(batches[i].text);
    scan.text += batches[i].text;
    scan.first_records.push_back(batches[i].first_record);
  }
  if (scan.status.ok()) {
    EXPECT_EQ(file.Records(), next_record - 1);
    EXPECT_EQ(file.BytesRead(), file.size());
    EXPECT_GE(file.EstimateRecords(), 1u);
  }
  scan.lacks_end_marker = file.LacksEndMarker();
  return scan;
}

class VcfFileTest : public ::testing::Test {
 protected:
  Scan ReadContent(std::string_view content, int threads = 1) {
    return ReadAll(folder_.Write("a.vcf", content), threads);
  }

  std::string ErrorOf(std::string_view content) { return ReadContent(content).status.message(); }

  TestFolder folder_;
};

}  // namespace varjoin::vcf
