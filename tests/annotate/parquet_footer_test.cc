// parquet_footer_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/parquet_footer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "duck/query.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Metadata = std::vector<std::pair<std::string, std::string>>;

/// A file with so many entries k0 … and some rows.
std::string WriteFile(duck::Database& database, const Scratch& scratch, int entries) {
  std::string list;
  for (int i = 0; i < entries; ++i) {
    list += (i == 0 ? "" : ", ") + fmt::format("k{}: 'value {}'", i, i);
  }
  const std::string path = scratch.Path(fmt::format("{}.parquet", entries));
  EXPECT_OK(database.Execute(
      "COPY (SELECT range AS i, 'text ' || range AS t, [range, NULL] AS l, {'a': range::DOUBLE} AS s FROM "
      "range(10000)) TO " +
      SqlString(path) + " (FORMAT parquet, ROW_GROUP_SIZE 2048" + (entries > 0 ? ", KV_METADATA {" + list + "}" : "") +
      ")"));
  return path;
}

std::string FooterOf(const std::string& file) {
  const std::string bytes = Content(file);
  uint32_t length = 0;
  for (size_t i = 0; i < 4; ++i) {
    length |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[bytes.size() - 8 + i])) << (8 * i);
  }
  return bytes.substr(bytes.size() - 8 - length, length);
}

std::map<std::string, std::string> EntriesOf(duck::Database& database, const std::string& file) {
  const duck::ResultTable table =
      Value(database.Query("SELECT decode(key), decode(value) FROM parquet_kv_metadata(" + SqlString(file) + ")"));
  std::map<std::string, std::string> entries;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    entries[table.Text(row, 0)] = table.Text(row, 1);
  }
  EXPECT_EQ(entries.size(), table.rows.size()) << "a key came twice";
  return entries;
}

TEST(AddParquetMetadata, KeepsTheDataAndTheEntriesThatThereAre) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string sums = "SELECT count(*), sum(i), count(DISTINCT t), sum(l[1]), sum(s.a) FROM read_parquet(";
  for (const int before : {1, 2, 13, 14, 15, 16, 100, 127, 128, 200}) {
    for (const int more : {0, 1, 2, 15, 120}) {
      const std::string file = WriteFile(*database, scratch, before);
      Metadata metadata;
      for (int i = 0; i < more; ++i) {
        metadata.emplace_back(fmt::format("added{}", i),
                              i == 0 ? "" : std::string(static_cast<size_t>(i * i), 'x') + " Ménière \"'\n");
      }
      ASSERT_OK(AddParquetMetadata(file, metadata));
      const auto entries = EntriesOf(*database, file);
      EXPECT_EQ(entries.size(), static_cast<size_t>(before + more));
      for (int i = 0; i < before; ++i) {
        EXPECT_EQ(entries.at(fmt::format("k{}", i)), fmt::format("value {}", i));
      }
      for (const auto& [key, value] : metadata) {
        EXPECT_EQ(entries.at(key), value);
      }
      EXPECT_EQ(duck::Row(*database, sums + SqlString(file) + ")"), "10000 49995000 10000 49995000 49995000.0");
    }
  }
}

TEST(AddParquetMetadata, MayBeCalledAgain) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteFile(*database, scratch, 1);
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(AddParquetMetadata(file, {{fmt::format("again{}", i), "x"}}));
  }
  EXPECT_EQ(EntriesOf(*database, file).size(), 21U);
}

TEST(AddParquetMetadata, ToAFileWithoutAnyIsAnErrorThatLeavesItAsItIs) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteFile(*database, scratch, 0);
  const std::string before = Content(file);
  EXPECT_THAT(ErrorText(AddParquetMetadata(file, {{"a", "b"}})),
              AllOf(StartsWith("1: "), HasSubstr(file), HasSubstr("key-value")));
  EXPECT_EQ(Content(file), before);
}

TEST(AddParquetMetadata, RefusesWhatIsNoParquet) {
  const Scratch scratch;
  struct Case {
    const char* name;
    std::string content;
  };
  using std::string_literals::operator""s;
  for (const Case& c : {Case{"empty", ""}, Case{"short", "PAR1PAR1"}, Case{"text", "this is no Parquet file at all"},
                        Case{"long", "PAR1xxxx\xff\xff\xff\xffPAR1"}, Case{"longer", "PAR1xxxx\x05\0\0\0PAR1"s},
                        Case{"nothing", "PAR1xxxx\0\0\0\0PAR1"s}, Case{"encrypted", "PAR1xxxx\x01\0\0\0PARE"s}}) {
    const std::string file = scratch.Write(c.name, c.content);
    EXPECT_THAT(ErrorText(AddParquetMetadata(file, {{"a", "b"}})), AllOf(StartsWith("1: "), HasSubstr(file))) << c.name;
    EXPECT_EQ(Content(file), c.content);
  }
  EXPECT_THAT(ErrorText(AddParquetMetadata(scratch.Path("absent"), {})), StartsWith("1: "));
  EXPECT_THAT(ErrorText(AddParquetMetadata(scratch.path(), {})), StartsWith("1: "));
}

TEST(FooterWithMetadata, AddsToAnEmptyList) {
  // FileMetaData with field 1 (i32), field 5 (a list of no structs), field 6 (binary).
  const std::string footer = std::string("\x15\x02", 2) + std::string("\x49\x0c", 2) +
                             "\x18\x03"
                             "abc" +
                             std::string(1, '\0');
  EXPECT_EQ(Value(FooterWithMetadata(footer, {})), footer);
  EXPECT_EQ(Value(FooterWithMetadata(footer, {{"k", "v"}})), std::string("\x15\x02\x49\x1c", 4) + "\x18\x01k\x18\x01v" +
                                                                 std::string(1, '\0') +
                                                                 "\x18\x03"
                                                                 "abc" +
                                                                 std::string(1, '\0'));
}

TEST(FooterWithMetadata, CutShortAnywhereIsAnError) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  for (const int entries : {1, 20}) {
    const std::string footer = FooterOf(WriteFile(*database, scratch, entries));
    ASSERT_OK(FooterWithMetadata(footer, {{"a", "b"}}));
    for (size_t length = 0; length < footer.size(); ++length) {
      ASSERT_THAT(ErrorText(FooterWithMetadata(footer.substr(0, length), {{"a", "b"}})), StartsWith("1: ")) << length;
    }
    EXPECT_THAT(ErrorText(FooterWithMetadata(footer + "x", {{"a", "b"}})), StartsWith("1: "));
  }
}

TEST(FooterWithMetadata, GarbledAnywhereIsAnErrorOrAFooterAndNeverACrash) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string footer = FooterOf(WriteFile(*database, scratch, 3));
  int errors = 0;
  for (size_t at = 0; at < footer.size(); ++at) {
    for (const int byte : {0x00, 0x01, 0x0b, 0x0c, 0x19, 0x1c, 0x55, 0x7f, 0x80, 0xf9, 0xfc, 0xff}) {
      std::string garbled = footer;
      garbled[at] = static_cast<char>(byte);
      const auto outcome = FooterWithMetadata(garbled, {{"a", "b"}});
      errors += outcome.ok() ? 0 : 1;
      if (outcome.ok()) {
        ASSERT_EQ(outcome->size(), garbled.size() + 7);
      }
    }
  }
  EXPECT_GT(errors, 1000);
}

TEST(FooterWithMetadata, NumbersThatAreTooLargeAreErrors) {
  const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
  const std::string stop(1, '\0');
  for (const std::string& footer : {
           "\x49\xfc" + huge + stop,                       // a list of 2^64 - 1
           "\x08" + huge + huge + stop,                    // a field's id
           "\x05\xfe\xff\xff\xff\x0f\x02\x15\x02" + stop,  // ids near the largest int, then one more
           "\x18" + huge + stop,                           // text of 2^64 - 1 bytes
           "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" + stop,
           std::string(100'000, '\x1c'),  // a struct in a struct in a struct …
           std::string(100'000, '\x19'),
           "\x49\x1c" + std::string(100'000, '\xfc'),
       }) {
    EXPECT_THAT(ErrorText(FooterWithMetadata(footer, {{"a", "b"}})), StartsWith("1: "));
  }
}

}  // namespace
}  // namespace varjoin
