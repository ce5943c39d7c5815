// random_sources_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Ugly sources and queries by chance: an index finds what a plain map finds.
#include <gtest/gtest.h>

#include <algorithm>

#include "scratch.h"
#include "source.h"

namespace varjoin::index {
namespace {

constexpr size_t kBatch = 2048;

/// The query that a hit as HitsOf() shows it belongs to.
std::string QueryOf(std::span<const Asked> asked, const std::string& hit) {
  const Asked& one = asked[std::stoul(hit)];
  return "\n           " + one.chrom + ":" + std::to_string(one.start) + ":" + one.ref.substr(0, 100) + ":" +
         one.alt.substr(0, 100);
}

/// Looks up `asked` in batches and compares with the plain map. Returns the number of hits.
size_t Compare(Lookup& lookup, const PlainMap& plain, std::span<const Asked> asked, const std::vector<int>& columns) {
  size_t hits = 0;
  for (size_t at = 0; at < asked.size(); at += kBatch) {
    const std::span<const Asked> batch = asked.subspan(at, std::min(kBatch, asked.size() - at));
    const Status found = lookup.Find(QueriesOf(lookup.file(), batch));
    EXPECT_TRUE(found.ok()) << found.message();
    const std::vector<std::string> expected = plain.Hits(batch, columns);
    const std::vector<std::string> got = HitsOf(lookup);
    const auto [want, have] = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
    EXPECT_TRUE(want == expected.end() && have == got.end())
        << "hit " << want - expected.begin() << " of the batch at " << at << "\n  expected "
        << (want == expected.end() ? "none" : *want + QueryOf(batch, *want)) << "\n  found    "
        << (have == got.end() ? "none" : *have + QueryOf(batch, *have));
    if (!found.ok() || testing::Test::HasFailure()) {
      return hits;
    }
    hits += got.size();
  }
  return hits;
}

/// The number of hits.
size_t TryOne(uint64_t seed, size_t rows, size_t queries) {
  SCOPED_TRACE("seed " + std::to_string(seed) + ", rows " + std::to_string(rows));
  const Scratch scratch;
  RandomSource random(seed);
  Source source = random.Make(rows);
  Building building;
  building.batch = 1 + random.Below(3000);
  building.sorted = random.Below(2) == 0;
  building.memory = size_t{10'000} << random.Below(14);
  if (building.sorted) {
    SortRows(source);
  }
  const auto file = Build(scratch.Path("random.vji"), source, building);
  if (file == nullptr) {
    return 0;
  }
  EXPECT_OK(file->CheckAll());

  const PlainMap plain(source);
  EXPECT_EQ(file->counts(), plain.Counts());
  std::vector<int> columns = AllColumns(source);
  std::shuffle(columns.begin(), columns.end(), random.random());
  columns.resize(columns.size() - (columns.size() > 2 ? random.Below(3) : 0));
  Lookup lookup(file, columns);
  std::vector<Asked> asked = random.Queries(source, queries);
  const size_t hits = Compare(lookup, plain, asked, columns);
  std::sort(asked.begin(), asked.end(),
            [](const Asked& a, const Asked& b) { return std::tie(a.chrom, a.start) < std::tie(b.chrom, b.start); });
  EXPECT_EQ(Compare(lookup, plain, asked, columns), hits);
  return hits;
}

TEST(RandomSources, AreFoundAsAPlainMapFindsThem) {
  size_t hits = 0;
  uint64_t seed = 1;
  for (const size_t rows : {0, 1, 2, 31, 32, 33, 64, 65, 511, 512, 513, 1025, 3000, 3000, 10'000}) {
    for (int time = 0; time < 3; ++time) {
      hits += TryOne(seed++, rows, rows < 3000 ? 500 : 5000);
      if (HasFailure()) {
        return;
      }
    }
  }
  EXPECT_GT(hits, 10'000U);
}

TEST(RandomSourcesLong, AreFoundByMillions) {
  size_t hits = 0;
  for (uint64_t seed = 1000; seed < 1020; ++seed) {
    hits += TryOne(seed, 200'000, 100'000);
    if (HasFailure()) {
      return;
    }
  }
  for (uint64_t seed = 2000; seed < 2600; ++seed) {
    hits += TryOne(seed, seed % 7 == 0 ? 5000 : seed % 1100, 1000);
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_GT(hits, 1'000'000U);
}

}  // namespace
}  // namespace varjoin::index
