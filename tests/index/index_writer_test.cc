// index_writer_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/index_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "allocations.h"
#include "scratch.h"
#include "source.h"

namespace varjoin::index {
namespace {

std::vector<Asked> AllKeys(const Source& source) {
  std::vector<Asked> asked;
  for (const SourceRow& row : source.rows) {
    asked.push_back({row.chrom.value_or(""), row.start.value_or(0), row.ref.value_or(""), row.alt.value_or("")});
  }
  return asked;
}

/// Builds the source's index, asks for the keys of all rows and a base beside them, and compares with the plain map.
std::shared_ptr<const IndexFile> ExpectFound(const Source& source, const Building& building = {}) {
  const Scratch scratch;
  const auto file = Build(scratch.Path("test.vji"), source, building);
  if (file == nullptr) {
    return nullptr;
  }
  EXPECT_OK(file->CheckAll());
  EXPECT_EQ(file->counts().rows, static_cast<int64_t>(source.rows.size()));
  const PlainMap plain(source);
  Lookup lookup(file, AllColumns(source));
  std::vector<Asked> asked = AllKeys(source);
  for (size_t i = asked.size(); i-- > 0;) {
    asked.push_back({asked[i].chrom, asked[i].start + 1, asked[i].ref, asked[i].alt});
  }
  for (size_t at = 0; at < asked.size(); at += 2048) {
    const auto batch = std::span(asked).subspan(at, std::min<size_t>(2048, asked.size() - at));
    EXPECT_OK(lookup.Find(QueriesOf(*file, batch)));
    EXPECT_TRUE(HitsOf(lookup) == plain.Hits(batch, AllColumns(source))) << "in the batch at " << at;
    if (testing::Test::HasFailure()) {
      break;
    }
  }
  return file;
}

Status WriteRows(std::vector<SourceRow> rows) {
  const Scratch scratch;
  return Write(scratch.Path("test.vji"), KeysOnly(std::move(rows)), {});
}

TEST(IndexWriter, SaysThatRowsAreNotInOrder) {
  const std::string unsorted = "1: the rows are not sorted";
  EXPECT_EQ(ErrorText(WriteRows({Row("1", 5, "A", "C"), Row("1", 4, "A", "C")})), unsorted);
  EXPECT_EQ(ErrorText(WriteRows({Row("1", 5, "A", "C"), Row("2", 1, "A", "C"), Row("1", 6, "A", "C")})), unsorted);
  EXPECT_EQ(ErrorText(WriteRows({Row("1", 5, "A", "C"), Row("2", 1, "A", "C"), Row("chr1", 6, "A", "C")})), unsorted);
  EXPECT_OK(WriteRows({Row("1", 5, "A", "C"), Row("chr1", 5, "A", "C"), Row("NC_000001.11", 6, "A", "C")}));
  // What nothing matches does not count.
  EXPECT_OK(WriteRows({Row("1", 5, "A", "C"), Row("2", 1, "A", "<DEL>"), Row("1", 4, "*", "C"), Row("1", -4, "A", "C"),
                       Row("1", 6, "A", "C")}));
}

TEST(IndexWriter, MergesTheSpellingsOfAContig) {
  const Source source = KeysOnly({Row("1", 5, "A", "C"), Row("chr1", 5, "A", "C"), Row("CHR1", 6, "A", "C")});
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(file->contigs().size(), 1U);
  EXPECT_EQ(file->contigs()[0].name, "1");
  EXPECT_EQ(file->contigs()[0].rows, 3U);
  EXPECT_EQ(file->counts(), (IndexCounts{.rows = 3, .unmatchable = 0, .repeated = 1, .not_minimal = 0}));
}

TEST(IndexWriter, LeavesOutTheMitochondriumOfHg19) {
  Source source = KeysOnly({Row("chrM", 5, "A", "C"), Row("MT", 5, "A", "C")});
  source.lengths["chrM"] = 16'571;
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->counts().unmatchable, 1);
  ASSERT_EQ(file->contigs().size(), 1U);
  EXPECT_EQ(file->contigs()[0].rows, 1U);
}

TEST(IndexWriter, CountsWhatItLeavesOutWhatRepeatsAndWhatIsNotMinimal) {
  Source source =
      KeysOnly({Row("1", 0, "A", "C"), Row("1", 5, "A", "C"), Row("1", 5, "a", "c"), Row("1", 5, "AT", "CT"),
                Row("1", 5, "A", "C"), Row("1", 6, "A", "C"), Row("2", 6, "A", "C"), Row("2", 7, "A", "A"),
                Row("2", -1, "A", "C"), Row("2", 9, "", "C"), Row("2", 9, "A", "."), Row("2", 9, "A-", "C")});
  source.rows.push_back({std::nullopt, 9, "A", "C", {}});
  source.rows.push_back({"2", std::nullopt, "A", "C", {}});
  source.rows.push_back({"2", 9, std::nullopt, "C", {}});
  source.rows.push_back({"2", 9, "A", std::nullopt, {}});
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->counts(), (IndexCounts{.rows = 16, .unmatchable = 8, .repeated = 2, .not_minimal = 1}));
}

TEST(IndexWriter, TellsAnErrorOfTheDisk) {
  EXPECT_THAT(ErrorText(Write("/dev/full", KeysOnly({Row("1", 5, "A", "C")}), {})),
              testing::HasSubstr("cannot write /dev/full: the disk is full"));
  std::vector<SourceRow> many;
  for (int i = 0; i < 500'000; ++i) {
    many.push_back(Row("1", i, "A", "C"));
  }
  EXPECT_THAT(ErrorText(Write("/dev/full", KeysOnly(std::move(many)), {})), testing::HasSubstr("the disk is full"));
  const Scratch scratch;
  EXPECT_THAT(ErrorText(Write(scratch.Path("no/such/folder"), KeysOnly({}), {})), testing::HasSubstr("No such file"));
}

TEST(IndexWriter, LeavesNoIndexWhereItIsNotFinished) {
  const Scratch scratch;
  const std::string path = scratch.Path("test.vji");
  const Source source = KeysOnly({Row("1", 5, "A", "C")});
  {
    auto writer = IndexWriter::Begin(path, {}, {});
    ASSERT_OK(writer);
    ASSERT_OK(writer->Add(BatchOf(source.rows, source.schema)));
  }
  EXPECT_FALSE(IndexFile::Open(path).ok());
}

TEST(IndexWriter, WritesASourceOfNoRowsAndOneOfOne) {
  Source source = KeysOnly({});
  source.schema = {{"t", "VARCHAR", ValueKind::kText}};
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->blocks(), 0U);
  EXPECT_EQ(file->FindContig("1"), ContigNames::kNone);
  source.rows = {Row("1", 5, "A", "C", {Text("one")})};
  ExpectFound(source);
  source.rows = {Row("1", 5, "A", "<DEL>", {Text("one")})};
  ExpectFound(source);
}

TEST(IndexWriter, HoldsHundredsOfColumns) {
  Source source;
  for (size_t c = 0; c < 335; ++c) {
    source.schema.push_back({"c" + std::to_string(c), "ANY", static_cast<ValueKind>(c % 4)});
  }
  for (size_t i = 0; i < 700; ++i) {
    SourceRow row = Row("1", static_cast<int64_t>(i), "A", "C");
    for (size_t c = 0; c < 335; ++c) {
      const bool is_null = (i + c) % 5 == 0;
      row.values.push_back(is_null ? std::nullopt
                                   : std::optional(c % 4 == 3 ? Text(std::to_string(i * c)) : Number(i * c)));
    }
    source.rows.push_back(std::move(row));
  }
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_GT(file->blocks(), 5U);
  EXPECT_EQ(file->BytesOfColumns().size(), 335U);
  EXPECT_EQ(file->FindColumn("C334"), 334);
  EXPECT_EQ(file->FindColumn("c335"), -1);
}

TEST(IndexWriter, HoldsTwentyThousandContigsOfAnyName) {
  Source source = KeysOnly({});
  for (size_t i = 0; i < 20'000; ++i) {
    source.rows.push_back(Row("contig:" + std::to_string(i) + "*|ä", 1, "A", "C"));
  }
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->contigs().size(), 20'000U);
}

TEST(IndexWriter, HoldsAnyPosition) {
  Source source = KeysOnly({});
  source.schema = {{"end", "BIGINT", ValueKind::kSigned}};
  for (const int64_t start : {int64_t{0}, int64_t{1}, int64_t{255}, int64_t{256}, int64_t{1} << 31, int64_t{1} << 32,
                              (int64_t{1} << 32) + 1, int64_t{1} << 62, INT64_MAX - 300, INT64_MAX - 2}) {
    source.rows.push_back(Row("1", start, "AC", "C", {Number(static_cast<uint64_t>(start) + 1)}));
  }
  ExpectFound(source);
}

TEST(IndexWriter, TakesTheLastPositionThatThereIs) {
  const Scratch scratch;
  const Source source = KeysOnly({Row("1", INT64_MAX, "A", "C"), Row("1", INT64_MAX, "ACC", "ACG")});
  const auto file = Build(scratch.Path("test.vji"), source);
  ASSERT_NE(file, nullptr);
  Lookup lookup(file, {});
  const std::vector<Asked> asked = {{"1", INT64_MAX, "A", "C"},
                                    {"1", INT64_MAX, "ACC", "ACG"},
                                    {"1", INT64_MIN, "ACC", "ACG"},
                                    {"1", INT64_MAX - 1, "TA", "TC"}};
  EXPECT_OK(lookup.Find(QueriesOf(*file, asked)));
  EXPECT_THAT(HitsOf(lookup), testing::ElementsAre("0/0:", "1/0:", "3/1:"));
}

TEST(IndexWriter, HoldsThousandsOfRowsAtOneStart) {
  for (const size_t count : {2300, 1023, 1024, 512, 513}) {
    Source source;
    source.schema = {{"n", "BIGINT", ValueKind::kSigned}};
    RandomSource random(count);
    const std::vector<std::string> alleles = {"A", "C", "G", "T", "AC", "ACGTACGTACGTA", "N"};
    for (size_t i = 0; i < count + 20; ++i) {
      const int64_t start = i < 10 ? 990 + static_cast<int64_t>(i) : i < count + 10 ? 1000 : 1001;
      source.rows.push_back(Row("1", start, alleles[random.Below(7)], alleles[random.Below(7)], {Number(i)}));
    }
    ExpectFound(source);
  }
}

TEST(IndexWriter, SeesTheOneRepeatedKeyAmongManyAtOneStart) {
  Source source = KeysOnly({});
  for (size_t i = 0; i < 200'000; ++i) {
    std::string alt;
    for (size_t rest = i + 4; rest > 0; rest /= 4) {
      alt += "ACGT"[rest % 4];
    }
    source.rows.push_back(Row("1", 7, "A", alt));
  }
  source.rows.push_back(source.rows[100'000]);
  const Scratch scratch;
  const auto file = Build(scratch.Path("test.vji"), source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->counts().repeated, 1);
}

TEST(IndexWriter, HoldsLongTextsInBlocksOfBoundedSize) {
  Source source;
  source.schema = {{"t", "VARCHAR", ValueKind::kText}, {"n", "BIGINT", ValueKind::kSigned}};
  RandomSource random(3);
  for (size_t i = 0; i < 100; ++i) {
    // Hardly compressible, as the frames' sizes are to count.
    std::string text(i == 50 ? 20'000'000 : 10'000, '\0');
    for (char& byte : text) {
      byte = static_cast<char>(random.random()());
    }
    source.rows.push_back(Row("1", static_cast<int64_t>(i), "A", "C", {Text(text), Number(i)}));
  }
  source.rows.push_back(Row("2", 1, "A", "C", {Text(std::string(20'000'000, 'x')), Number(1)}));
  source.rows.push_back(
      Row("2", 2, std::string(3'000'000, 'A'), std::string(3'000'000, 'T'), {Text(""), std::nullopt}));
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);

  // One short value costs little, whatever its neighbours are.
  Lookup lookup(file, {1});
  (void)LargestAllocation();
  EXPECT_OK(lookup.Find(QueriesOf(*file, std::vector<Asked>{{"1", 40, "A", "C"}})));
  EXPECT_EQ(lookup.hits().size(), 1U);
  EXPECT_LT(LargestAllocation(), size_t{1} << 20);
}

TEST(IndexWriter, NeedsLittleMemoryForManyLongTexts) {
  const Scratch scratch;
  Source source;
  source.schema = {{"t", "VARCHAR", ValueKind::kText}};
  for (size_t i = 0; i < 64; ++i) {
    source.rows.push_back(Row("1", static_cast<int64_t>(i), "A", "C", {Text(std::string(2'000'000, 'x'))}));
  }
  const size_t before = BytesInUse();
  (void)MostInUse();
  ASSERT_NE(Build(scratch.Path("test.vji"), source, {.columns = {PlainCoding(source.schema[0])}}), nullptr);
  EXPECT_LT(MostInUse() - before, size_t{40'000'000});
}

TEST(Lookup, GivesBackTheMemoryOfALargeBlock) {
  const Scratch scratch;
  Source source;
  source.schema = {{"t", "VARCHAR", ValueKind::kText}};
  RandomSource random(3);
  std::string text(20'000'000, '\0');
  for (char& byte : text) {
    byte = static_cast<char>(random.random()());
  }
  source.rows = {Row("1", 1, "A", "C", {Text(text)}), Row("2", 1, "A", "C", {Text("short")})};
  const auto file = Build(scratch.Path("test.vji"), source);
  ASSERT_NE(file, nullptr);
  Lookup lookup(file, {0});
  const size_t before = BytesInUse();
  EXPECT_OK(lookup.Find(QueriesOf(*file, std::vector<Asked>{{"1", 1, "A", "C"}})));
  EXPECT_EQ(lookup.values()[0].texts[0], text);
  EXPECT_OK(lookup.Find(QueriesOf(*file, std::vector<Asked>{{"2", 1, "A", "C"}})));
  EXPECT_EQ(lookup.values()[0].texts[0], "short");
  EXPECT_LT(BytesInUse(), before + 4'000'000);
}

TEST(Profiler, NeedsLittleMemoryForManyLongTexts) {
  Source source;
  source.schema = {{"t", "VARCHAR", ValueKind::kText}};
  for (size_t i = 0; i < 2000; ++i) {
    source.rows.push_back(Row("1", 1, "A", "C", {Text(std::to_string(i) + std::string(50'000, 'x'))}));
  }
  const RowBatch batch = BatchOf(source.rows, source.schema);
  (void)MostInUse();
  const size_t before = BytesInUse();
  Profiler profiler(source.schema);
  profiler.Add(batch);
  EXPECT_LT(MostInUse() - before, size_t{20'000'000});
}

TEST(IndexWriter, HoldsMoreDistinctValuesThanTheDictionary) {
  Source source;
  source.schema = {
      {"t", "VARCHAR", ValueKind::kText}, {"f", "DOUBLE", ValueKind::kFloat}, {"e", "BLOB", ValueKind::kText}};
  for (size_t i = 0; i < 90'000; ++i) {
    const size_t n = i < 20'000 ? i % 50 : i;  // the sample is the beginning
    source.rows.push_back(Row("1", static_cast<int64_t>(i / 3), "A", "C",
                              {Text("value " + std::to_string(n)), Number(n * 0x9E3779B97F4A7C15),
                               i % 2 == 0 ? std::nullopt : std::optional(Text(std::string(n % 300, 'e')))}));
  }
  const Scratch scratch;
  const auto file = ExpectFound(source);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->columns()[0].coding, Coding::kDictionary);
  EXPECT_EQ(file->columns()[0].dictionary.size(), ValueTable::kMostValues);
  EXPECT_EQ(file->columns()[1].dictionary.size(), ValueTable::kMostValues);
}

TEST(IndexWriter, KeepsTheDictionariesOfManyColumnsTogetherSmall) {
  Source source;
  Building building;
  for (size_t c = 0; c < 320; ++c) {
    source.schema.push_back({"c" + std::to_string(c), "ANY", c % 2 == 0 ? ValueKind::kFloat : ValueKind::kText});
    building.columns.push_back(PlainCoding(source.schema.back()));
    building.columns.back().coding = Coding::kDictionary;
  }
  for (size_t i = 0; i < 4000; ++i) {
    SourceRow row = Row("1", static_cast<int64_t>(i), "A", "C");
    for (size_t c = 0; c < 320; ++c) {
      row.values.push_back(c % 2 == 0 ? Number(i * c) : Text("v" + std::to_string(i)));
    }
    source.rows.push_back(std::move(row));
  }
  Profiler profiler(source.schema);
  const RowBatch batch = BatchOf(source.rows, source.schema);
  for (int time = 0; time < 5; ++time) {
    profiler.Add(batch);
  }
  const Scratch scratch;
  const auto file = Build(scratch.Path("test.vji"), source, building);
  ASSERT_NE(file, nullptr);
  for (const std::vector<ColumnCoding>& columns : {profiler.Decide(), file->columns()}) {
    size_t values = 0;
    for (const ColumnCoding& column : columns) {
      values += column.dictionary.size();
    }
    EXPECT_LE(values, 16 * ValueTable::kMostValues);
  }
}

TEST(IndexWriter, KeepsTheBitsOfFloats) {
  const std::vector<uint64_t> bits = {0x7FF8000000000000,
                                      0x7FF8000000000001,
                                      0xFFF8DEADBEEFCAFE,
                                      0x8000000000000000,
                                      0,
                                      0x7FF0000000000000,
                                      0xFFF0000000000000,
                                      1,
                                      std::bit_cast<uint64_t>(0.1),
                                      0x7FC00001,
                                      0x80000000};
  for (const size_t rows : {11, 2000}) {
    Source source;
    source.schema = {{"d", "DOUBLE", ValueKind::kFloat}};
    for (size_t i = 0; i < rows; ++i) {
      source.rows.push_back(Row("1", static_cast<int64_t>(i), "A", "C", {Number(bits[i % bits.size()])}));
    }
    ExpectFound(source);
    ExpectFound(source, {.columns = {PlainCoding(source.schema[0])}});
  }
}

}  // namespace
}  // namespace varjoin::index
