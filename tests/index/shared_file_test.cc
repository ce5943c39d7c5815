// shared_file_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// One index file, many threads with a look-up each.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "scratch.h"
#include "source.h"

namespace varjoin::index {
namespace {

TEST(SharedFile, GivesTenThreadsTheSameAnswers) {
  const Scratch scratch;
  RandomSource random(99);
  Source source = random.Make(20'000);
  SortRows(source);
  const std::vector<Asked> asked = random.Queries(source, 4000);
  const std::vector<int> columns = AllColumns(source);
  const std::vector<std::string> expected = PlainMap(source).Hits(asked, columns);
  ASSERT_GT(expected.size(), 1000U);
  const auto file = Build(scratch.Path("shared.vji"), source);
  ASSERT_NE(file, nullptr);

  std::vector<int> right(10);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < right.size(); ++i) {
    threads.emplace_back([&, i] {
      Lookup lookup(file, columns);
      const std::vector<Query> queries = QueriesOf(*file, asked);
      for (int time = 0; time < 3; ++time) {
        right[i] += lookup.Find(queries).ok() && HitsOf(lookup) == expected ? 1 : 0;
      }
    });
  }
  std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });
  EXPECT_EQ(right, std::vector<int>(right.size(), 3));
}

}  // namespace
}  // namespace varjoin::index
