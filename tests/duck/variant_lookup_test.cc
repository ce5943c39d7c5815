// variant_lookup_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The functions that answer from an index, against what plain SQL says about the same rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "duck/query.h"
#include "index/index_writer.h"
#include "index/row_sorter.h"
#include "scratch.h"

namespace varjoin::duck {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Indexes built of SQL, which the functions of one database find by name.
class VariantLookup : public ::testing::Test {
 protected:
  VariantLookup() : database(OpenDatabase({.threads = 2})) {
    database->SetIndexResolver([this](const std::string& name) -> Result<LookupSource> {
      const auto found = indexes.find(ToLower(name));
      return found == indexes.end() ? Result<LookupSource>(BadInput("source '{}' has no index; build one", name))
                                    : LookupSource{found->second};
    });
  }

  /// Makes `name` the index of the rows of `select`: chrom, start, ref, alt and other columns.
  Status Build(const std::string& name, const std::string& select) {
    VARJOIN_ASSIGN(auto stream, database->StreamRows(select, /*with_place=*/false));
    index::Profiler profiler(stream->schema());
    index::RowSorter sorter(stream->schema(), {}, scratch.path(), size_t{64} << 20);
    RowChunk chunk;
    while (true) {
      VARJOIN_ASSIGN(const bool more, stream->Next(chunk));
      if (!more) {
        break;
      }
      profiler.Add(chunk.rows);
      VARJOIN_RETURN_IF_ERROR(sorter.Add(chunk.rows));
    }
    stream.reset();
    index::RowBatch batch;
    VARJOIN_RETURN_IF_ERROR(sorter.Sort());
    const std::string path = scratch.Path(name + ".vji");
    VARJOIN_ASSIGN(auto writer, index::IndexWriter::Begin(path, profiler.Decide(), {}));
    while (true) {
      VARJOIN_ASSIGN(const bool more, sorter.Next(1000, batch));
      if (!more) {
        break;
      }
      VARJOIN_ASSIGN(const bool sorted, writer.Add(batch));
      EXPECT_TRUE(sorted);
    }
    VARJOIN_RETURN_IF_ERROR(writer.Finish({}));
    VARJOIN_ASSIGN(indexes[ToLower(name)], index::IndexFile::Open(path));
    return Status::Ok();
  }

  std::vector<std::string> Get(const std::string& sql) { return Rows(*database, sql); }

  Scratch scratch;
  std::map<std::string, std::shared_ptr<const index::IndexFile>> indexes;
  std::unique_ptr<Database> database;
};

constexpr const char* kSmall =
    "SELECT * FROM (VALUES ('1', 100, 'A', 'G', 'first', 1), ('1', 100, 'a', 'g', 'second', NULL), "
    "('1', 101, 'A', 'G', 'minimal', 3), ('1', 200, 'C', 'T', NULL, 4), ('MT', 73, 'A', 'G', 'mito', 5), "
    "('HLA-A*01:01', 5, 'A', 'C', 'hla', 6)) t(chrom, \"start\", ref, alt, name, number)";

/// What a type's values are, as SQL of `i`, the number of the row. Every seventh is NULL besides.
struct TypeCase {
  std::string name;
  std::string value;
};

void PrintTo(const TypeCase& type, std::ostream* out) {
  *out << type.name;
}

const std::vector<TypeCase>& Types() {
  static const std::vector<TypeCase> types = {
      {"boolean", "i % 3 = 0"},
      {"tinyint", "(i % 256 - 128)::TINYINT"},
      {"utinyint", "(i % 256)::UTINYINT"},
      {"smallint", "([-32768, 32767, 0, -1, i]::SMALLINT[])[1 + i % 5]"},
      {"usmallint", "([65535, 0, i]::USMALLINT[])[1 + i % 3]"},
      {"integer", "([-2147483648, 2147483647, -i, i]::INTEGER[])[1 + i % 4]"},
      {"uinteger", "([4294967295, 0, i]::UINTEGER[])[1 + i % 3]"},
      {"bigint", "([-9223372036854775808, 9223372036854775807, -i, i * 1000003]::BIGINT[])[1 + i % 4]"},
      {"ubigint", "([18446744073709551615, 0, 9223372036854775808, i]::UBIGINT[])[1 + i % 4]"},
      {"hugeint",
       "(['-170141183460469231731687303715884105728', '170141183460469231731687303715884105727', '-1', i::VARCHAR])"
       "[1 + i % 4]::HUGEINT"},
      {"uhugeint", "(['340282366920938463463374607431768211455', '0', i::VARCHAR])[1 + i % 3]::UHUGEINT"},
      {"bignum", "(repeat('9', 50) || i)::BIGNUM"},
      {"float",
       "(['nan', 'inf', '-inf', '-0.0', '0.0', '1e-45', '3.4028235e38', (i / 7.0)::VARCHAR])[1 + i % 8]::FLOAT"},
      {"double",
       "(['nan', 'inf', '-inf', '-0.0', '0.0', '5e-324', '1.7976931348623157e308', (i / 7.0)::VARCHAR])[1 + i % "
       "8]::DOUBLE"},
      {"few_doubles", "(['nan', '-0.0', '0.0', '0.5'])[1 + i % 4]::DOUBLE"},
      {"decimal_4", "(i % 20000 - 9999)::DECIMAL(7, 0) / 100"},
      {"decimal_16_bits", "((i % 199) - 99)::DECIMAL(4, 2)"},
      {"decimal_32_bits", "(([-99999.9999, 99999.9999, i / 100])[1 + i % 3])::DECIMAL(9, 4)"},
      {"decimal_64_bits", "(i * 1234567.891)::DECIMAL(18, 6)"},
      {"decimal_128_bits", "((repeat('9', 20) || '.' || i)::DECIMAL(38, 10)) * (1 - 2 * (i % 2))"},
      {"date", "(['infinity', '-infinity', '0001-01-01', '9999-12-31', '1969-12-31'])[1 + i % 5]::DATE"},
      {"days", "DATE '1900-01-01' + i::INTEGER"},
      {"timestamp", "TIMESTAMP '1960-01-01 00:00:00.000001' + to_microseconds(i * 86399999999)"},
      {"timestamp_s", "(TIMESTAMP '1960-01-01' + to_seconds(i * 40000))::TIMESTAMP_S"},
      {"timestamp_ms", "(TIMESTAMP '1960-01-01' + to_seconds(i * 40000))::TIMESTAMP_MS"},
      {"timestamp_ns", "(TIMESTAMP '1960-01-01' + to_seconds(i * 40000))::TIMESTAMP_NS"},
      {"timestamp_tz", "make_timestamptz(i * 86399999999 - 1000000)"},
      {"time", "TIME '00:00:00' + to_microseconds(i * 9999991)"},
      {"timetz", "(['00:00:00+15', '23:59:59.999999-15', '12:30:00+00'])[1 + i % 3]::TIMETZ"},
      {"uuid", "(format('{:08x}-1234-5678-9abc-def012345678', i))::UUID"},
      {"interval", "to_months((i % 40 - 20)::INTEGER) + to_days((i % 9)::INTEGER) + to_microseconds(-i)"},
      {"blob", "(['\\x00\\xFF\\x00', '', '\\x80'])[1 + i % 3]::BLOB || i::VARCHAR::BLOB"},
      {"bit", "(['101', '0', '1111111111'])[1 + i % 3]::BIT"},
      {"enumeration", "(['benign', 'pathogenic', 'uncertain'])[1 + i % 3]::ENUM('benign', 'pathogenic', 'uncertain')"},
      {"short_text", "(['', 'a', 'chr' || i, 'Ménière’s', chr(0)])[1 + i % 5]"},
      {"rsid", "'rs' || i * 13"},
      {"almost_rsid", "(['rs' || i, 'COSM' || i, 'rs0' || i, 'rs', 'rs18446744073709551616'])[1 + i % 5]"},
      {"long_text", "repeat('G|missense_variant|MODERATE|GENE' || i % 50 || '&', (i % 90)::INTEGER * 4)"},
      {"longest_text", "CASE WHEN i % 500 = 3 THEN repeat('x' || i, 30000) ELSE i::VARCHAR END"},
      {"list_of_integers", "CASE WHEN i % 5 = 0 THEN [] ELSE [i, NULL, -i]::INTEGER[] END"},
      {"list_of_text", "[NULL, '', 'v' || i, repeat('long ', (i % 9)::INTEGER)]"},
      {"list_of_lists", "[[i, NULL], NULL, [], [[i][1]]]"},
      {"list_of_booleans", "[i % 2 = 0, NULL]"},
      {"list_of_decimals", "[(i % 99)::DECIMAL(38, 2), NULL]"},
      {"struct",
       "{'a': CASE WHEN i % 4 = 0 THEN NULL ELSE i END, 'b c': 'x' || i, 'd': CASE WHEN i % 6 = 0 THEN NULL "
       "ELSE {'e': [i], 'f': NULL::DOUBLE} END}"},
      {"list_of_structs", "[{'a': i, 'b': 'x' || i}, NULL, {'a': NULL, 'b': NULL}]"},
      {"map", "map([i, i + 1], ['x' || i, NULL])"},
      {"map_of_lists", "map(['k' || i], [[i, NULL]])"},
      {"quoted_names", "{'a,b': i, 'c\"d': i::VARCHAR, 'SELECT': 1.5}"},
      {"only_null", "NULL::INTEGER"},
      {"only_null_text", "NULL::VARCHAR"},
      {"constant", "42"},
      {"constant_text", "'the same'"},
  };
  return types;
}

class VariantLookupTypes : public VariantLookup, public ::testing::WithParamInterface<TypeCase> {
 protected:
  static constexpr int kRows = 3000;

  /// t: rows with values; every key that is a multiple of three has three rows.
  void MakeTable(const std::string& from = "") {
    const std::string rows =
        from.empty()
            ? "SELECT i AS row_in_order, '1' AS chrom, 1000 + CASE WHEN i % 3 = 0 OR i % 9 < 4 THEN i // 9 * 9 "
              "ELSE i END AS \"start\", 'A' AS ref, 'C' AS alt, CASE WHEN i % 7 = 0 THEN NULL ELSE " +
                  GetParam().value + " END AS v FROM range(" + std::to_string(kRows) + ") r(i)"
            : "SELECT * FROM " + from;
    ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE t AS " + rows + " ORDER BY row_in_order"));
    ASSERT_OK(Build("s", "SELECT chrom, \"start\", ref, alt, v, row_in_order FROM t ORDER BY row_in_order"));
    // Every other query allele misses.
    ASSERT_OK(
        database->Execute("CREATE OR REPLACE TABLE q AS SELECT 'chr1' AS chrom, 999 + i AS \"start\", 'a' AS ref, "
                          "CASE WHEN i % 2 = 0 THEN 'C' ELSE 'T' END AS alt, i AS number FROM range(" +
                          std::to_string(2 * kRows) + ") r(i)"));
  }

  /// The hits of each allele of q as a list, by SQL; type and text are compared too, since -0.0 = 0.0.
  static std::string Expected() {
    return "SELECT number, v, v::VARCHAR, typeof(v) FROM (SELECT q.number, list(t.v ORDER BY row_in_order) AS v FROM q "
           "JOIN t ON t.\"start\" = q.\"start\" AND t.alt = q.alt GROUP BY q.number)";
  }

  void ExpectSame(const std::string& found) {
    const std::string a = "(SELECT number, v, v::VARCHAR, typeof(v) FROM (" + found + "))";
    EXPECT_THAT(Get("SELECT 'wrong', * FROM (" + a + " EXCEPT ALL " + Expected() + ") LIMIT 2"), IsEmpty()) << found;
    EXPECT_THAT(Get("SELECT 'missing', * FROM (" + Expected() + " EXCEPT ALL " + a + ") LIMIT 2"), IsEmpty()) << found;
  }

  void ExpectAllShapesRight() {
    ASSERT_GT(std::stoi(Row(*database, "SELECT count(*) FROM (" + Expected() + ") WHERE len(v) > 1")), 100);
    ExpectSame(
        "SELECT number, [h.v FOR h IN hits] AS v FROM (SELECT number, variant_lookup('s', chrom, \"start\", ref, alt) "
        "AS "
        "hits FROM q) WHERE len(hits) > 0");
    ExpectSame(
        "SELECT number, list(h.c1 ORDER BY h.c2) AS v FROM (SELECT number, unnest(variant_rows('s', chrom, \"start\", "
        "ref, alt, ['v', 'row_in_order'], [])) AS h FROM q) WHERE h.hits > 0 GROUP BY number");
    ExpectSame(
        "SELECT number, h.c2 AS v FROM (SELECT number, variant_lists('s', chrom, \"start\", ref, alt, "
        "['row_in_order', 'v'], []) AS h FROM q) WHERE h.hits > 0");
    EXPECT_THAT(
        Get("SELECT * FROM (SELECT number, f.c1 AS v, f.c1::VARCHAR, typeof(f.c1), f.hits FROM (SELECT number, "
            "variant_first('s', chrom, \"start\", ref, alt, ['v'], []) AS f FROM q)) EXCEPT ALL "
            "SELECT q.number, e.v[1], e.v[1]::VARCHAR, typeof(e.v[1]), coalesce(len(e.v), 0) FROM q LEFT JOIN (" +
            Expected() + ") e ON e.number = q.number LIMIT 2"),
        IsEmpty());
  }
};

TEST_P(VariantLookupTypes, ComeOutAsTheyWere) {
  MakeTable();
  ExpectAllShapesRight();
}

TEST_P(VariantLookupTypes, ComeOutAsTheyWereInParquet) {
  MakeTable();
  const std::string path = scratch.Path("t.parquet");
  const Status written = database->Execute("COPY t TO " + SqlString(path) + " (FORMAT parquet)");
  if (!written.ok()) {
    GTEST_SKIP() << "Parquet has no such type";
  }
  MakeTable("read_parquet(" + SqlString(path) + ")");
  ExpectAllShapesRight();
}

INSTANTIATE_TEST_SUITE_P(, VariantLookupTypes, ::testing::ValuesIn(Types()),
                         [](const auto& info) { return info.param.name; });

TEST_F(VariantLookup, ReturnsAllHitsByFormThenInTheSourcesOrder) {
  ASSERT_OK(Build("s", std::string(kSmall) + " UNION ALL SELECT '1', 100, 'AA', 'AG', 'written', 9"));
  EXPECT_THAT(Get("SELECT variant_lookup('s', '1', 100, 'A', 'G')"),
              ElementsAre("[{'name': first, 'number': 1}, {'name': second, 'number': NULL}]"));
  EXPECT_THAT(Get("SELECT [h.name FOR h IN variant_lookup('s', '1', 100, 'AA', 'AG')]"),
              ElementsAre("[written, minimal]"));
  EXPECT_THAT(Get("SELECT variant_lookup('s', '1', 100, 'A', 'T')"), ElementsAre("[]"));
}

TEST_F(VariantLookup, KnowsContigsByAllTheirNames) {
  ASSERT_OK(Build("s", kSmall));
  struct Case {
    const char* chrom;
    int start;
    const char* alleles;
    const char* names;
  };
  for (const Case& c :
       {Case{"chr1", 200, "'C', 'T'", "[NULL]"}, Case{"CHR1", 200, "'c', 't'", "[NULL]"},
        Case{"NC_000001.11", 200, "'C', 'T'", "[NULL]"}, Case{"NC_000001.10", 200, "'C', 'T'", "[NULL]"},
        Case{"chrM", 73, "'A', 'G'", "[mito]"}, Case{"chrMT", 73, "'A', 'G'", "[mito]"},
        Case{"m", 73, "'A', 'G'", "[mito]"}, Case{"HLA-A*01:01", 5, "'A', 'C'", "[hla]"},
        Case{"hla-a*01:01", 5, "'A', 'C'", "[]"}, Case{"2", 100, "'A', 'G'", "[]"}, Case{"", 100, "'A', 'G'", "[]"},
        Case{"1", -100, "'A', 'G'", "[]"}, Case{"1", 100, "'<DEL>', 'G'", "[]"}, Case{"1", 100, "'A', '*'", "[]"},
        Case{"1", 100, "'', ''", "[]"}}) {
    EXPECT_THAT(
        Get(fmt::format("SELECT [h.name FOR h IN variant_lookup('s', '{}', {}, {})]", c.chrom, c.start, c.alleles)),
        ElementsAre(c.names))
        << c.chrom << ":" << c.start << " " << c.alleles;
  }
}

TEST_F(VariantLookup, ANullOrAForeignContigIsAMiss) {
  ASSERT_OK(Build("s", kSmall));
  for (const char* arguments : {"NULL, 100, 'A', 'G'", "'1', NULL, 'A', 'G'", "'1', 100, NULL, 'G'",
                                "'1', 100, 'A', NULL", "NULL, NULL, NULL, NULL"}) {
    const std::string call = std::string("('s', ") + arguments;
    EXPECT_THAT(Get("SELECT variant_lookup" + call + ")"), ElementsAre("[]")) << arguments;
    EXPECT_THAT(Get("SELECT variant_rows" + call + ", ['name'], [])"),
                ElementsAre("[{'hits': 0, 'hit': 0, 'c1': NULL}]"));
    EXPECT_THAT(Get("SELECT variant_first" + call + ", ['name'], [])"), ElementsAre("{'hits': 0, 'c1': NULL}"));
    EXPECT_THAT(Get("SELECT variant_lists" + call + ", ['name'], [])"), ElementsAre("{'hits': 0, 'c1': NULL}"));
  }
  EXPECT_THAT(
      Get("SELECT variant_first('s', c, 73, 'A', 'G', ['name'], ['chrM', 'x']).c1 FROM (VALUES ('chrM'), ('MT'), "
          "('M')) t(c)"),
      ElementsAre("NULL", "mito", "mito"));
}

TEST_F(VariantLookup, AnswersForConstantsColumnsAndMixturesOfThem) {
  ASSERT_OK(Build("s", kSmall));
  EXPECT_THAT(Get("SELECT variant_first('s', '1', 200, 'C', 'T', ['number'], []).c1 FROM range(3)"),
              ElementsAre("4", "4", "4"));
  EXPECT_THAT(Get("SELECT len(variant_lookup('s', '1', p, 'A', 'G')) FROM (VALUES (99), (100), (101)) t(p)"),
              ElementsAre("0", "2", "1"));
  EXPECT_THAT(Get("SELECT len(variant_lookup('s', c, 100, 'A', a)) FROM (VALUES ('1', 'G'), (NULL, 'G'), ('chr1', "
                  "NULL), ('chr1', 'G')) t(c, a)"),
              ElementsAre("2", "0", "0", "2"));
  // dictionary and sequence vectors
  EXPECT_EQ(Row(*database,
                "SELECT sum(len(variant_lookup('s', c, i, 'A', 'G'))) FROM range(5000) r(i), (VALUES ('1'), "
                "('chr2')) t(c) WHERE i % 100 < 2"),
            "3");
}

TEST_F(VariantLookup, GivesTheColumnsThatAreAskedForInThatOrder) {
  ASSERT_OK(Build("s", kSmall));
  EXPECT_THAT(Get("SELECT variant_lookup('S', '1', 101, 'A', 'G', ['NUMBER', 'name'])"),
              ElementsAre("[{'number': 3, 'name': minimal}]"));
  EXPECT_THAT(Get("SELECT variant_lookup('s', '1', 101, 'A', 'G', [])"),
              ElementsAre("[{'name': minimal, 'number': 3}]"));
  EXPECT_THAT(Get("SELECT variant_first('s', '1', 101, 'A', 'G', ['name', 'name'], [])"),
              ElementsAre("{'hits': 1, 'c1': minimal, 'c2': minimal}"));
}

TEST_F(VariantLookup, SaysWhatIsWrongWithACall) {
  ASSERT_OK(Build("s", kSmall));
  ASSERT_OK(Build("keys", "SELECT '1' AS chrom, 1 AS \"start\", 'A' AS ref, 'C' AS alt"));
  struct Case {
    const char* sql;
    const char* text;
  };
  for (const Case& c : {
           Case{"SELECT variant_lookup('nil', '1', 1, 'A', 'C')", "source 'nil' has no index; build one"},
           Case{"SELECT variant_lookup(NULL, '1', 1, 'A', 'C')", "name a source"},
           Case{"SELECT variant_lookup('s', '1', 1, 'A', 'C', ['nam'])", "did you mean 'name'?"},
           Case{"SELECT variant_lookup('s', '1', 1, 'A', 'C', [NULL])", "NULL among the columns"},
           Case{"SELECT variant_rows('s', '1', 1, 'A', 'C', [], [NULL])", "NULL among the contigs"},
           Case{"SELECT variant_lookup(x, '1', 1, 'A', 'C') FROM (VALUES ('s'), ('t')) t(x)",
                "the source must be the same for all rows"},
           Case{"SELECT variant_lookup('s', '1', 1, 'A', 'C', x) FROM (VALUES (['name']), (['number'])) t(x)",
                "the columns must be the same for all rows"},
           Case{"SELECT variant_lookup('s', '1', 1)", "variant_lookup"},
       }) {
    EXPECT_THAT(Get(c.sql), ElementsAre(AllOf(StartsWith("2: "), HasSubstr(c.text)))) << c.sql;
  }
  EXPECT_THAT(Get("SELECT 1"), ElementsAre("1"));
}

TEST_F(VariantLookup, HoldsASourceWithoutColumnsOrRows) {
  ASSERT_OK(Build("keys", "SELECT '1' AS chrom, 1 AS \"start\", 'A' AS ref, 'C' AS alt FROM range(2)"));
  EXPECT_THAT(Get("SELECT variant_first('keys', '1', 1, 'A', 'C', [], []).hits"), ElementsAre("2"));
  EXPECT_THAT(Get("SELECT unnest(variant_rows('keys', '1', 1, 'A', 'C', [], [])).hits"), ElementsAre("2", "2"));
  ASSERT_OK(Build("none", std::string(kSmall) + " WHERE false"));
  EXPECT_THAT(Get("SELECT variant_lookup('none', '1', 100, 'A', 'G')"), ElementsAre("[]"));
  EXPECT_THAT(Get("SELECT variant_lists('none', '1', 100, 'A', 'G', ['name'], [])"),
              ElementsAre("{'hits': 0, 'c1': NULL}"));
}

TEST_F(VariantLookup, StandsUnderFiltersLimitsAndJoins) {
  ASSERT_OK(
      Build("s", "SELECT '1' AS chrom, 10 * i AS \"start\", 'A' AS ref, 'C' AS alt, i AS v FROM range(9000) r(i)"));
  const std::string rows =
      "(SELECT i, unnest(variant_rows('s', 'chr1', i, 'A', 'C', ['v'], [])) AS h FROM range(20000) r(i))";
  EXPECT_THAT(Get("SELECT i, h.c1 FROM " + rows + " WHERE h.hits > 0 LIMIT 3 OFFSET 500"),
              ElementsAre("5000 500", "5010 501", "5020 502"));
  EXPECT_THAT(Get("SELECT count(*), sum(h.hits), sum(h.c1) FROM " + rows), ElementsAre("20000 2000 1999000"));
  EXPECT_THAT(Get("SELECT count(*) FROM " + rows + " WHERE h.c1 BETWEEN 10 AND 19"), ElementsAre("10"));
  EXPECT_THAT(
      Get("SELECT sum(a.h.c1 + b.h.c1) FROM " + rows + " a JOIN " + rows + " b ON a.i = b.i WHERE a.h.hits > 0"),
      ElementsAre("3998000"));
  EXPECT_THAT(
      Get("SELECT CASE WHEN i % 2 = 0 THEN variant_lookup('s', '1', i, 'A', 'C')[1].v ELSE -1 END FROM range(10, "
          "13) r(i)"),
      ElementsAre("1", "-1", "NULL"));
}

TEST_F(VariantLookup, KeepsTheOrderOfItsRowsOnAllThreads) {
  ASSERT_OK(Build("s",
                  "SELECT '1' AS chrom, i // 2 AS \"start\", 'A' AS ref, 'C' AS alt, 'v' || i AS v FROM "
                  "range(300000) r(i)"));
  ASSERT_OK(database->Execute("COPY (SELECT i FROM range(400000) r(i)) TO " + SqlString(scratch.Path("q.parquet")) +
                              " (FORMAT parquet, ROW_GROUP_SIZE 10000)"));
  const std::string out = SqlString(scratch.Path("o.parquet"));
  ASSERT_OK(
      database->Execute("COPY (SELECT i, h.c1 AS v FROM (SELECT i, unnest(variant_rows('s', '1', i, 'A', 'C', "
                        "['v'], [])) AS h FROM " +
                        SqlString(scratch.Path("q.parquet")) + ")) TO " + out + " (FORMAT parquet)"));
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + out), "550000");
  EXPECT_THAT(
      Get("SELECT i, v FROM " + out +
          " WHERE i <> CASE WHEN file_row_number < 300000 THEN file_row_number // 2 ELSE file_row_number - "
          "150000 END OR v IS DISTINCT FROM CASE WHEN file_row_number < 300000 THEN 'v' || file_row_number END"),
      IsEmpty());
}

TEST_F(VariantLookup, FindsThousandsOfRowsOfOneAllele) {
  ASSERT_OK(Build("s",
                  "SELECT '1' AS chrom, 100 AS \"start\", 'A' AS ref, CASE WHEN i % 2 = 0 THEN 'C' ELSE 'CC' END "
                  "AS alt, i AS v, 'text ' || i AS w FROM range(4600) r(i)"));
  EXPECT_THAT(Get("SELECT [h.v FOR h IN l] = range(0, 4600, 2), [h.w FOR h IN l] = [('text ' || x) FOR x IN range(0, "
                  "4600, 2)] FROM (SELECT variant_lookup('s', '1', 100, 'A', 'C') AS l)"),
              ElementsAre("true true"));
  EXPECT_THAT(Get("SELECT len(l.c1), l.c1 = range(1, 4600, 2) FROM (SELECT variant_lists('s', '1', 100 + i, 'A', 'CC', "
                  "['v'], []) AS l FROM range(2) r(i)) WHERE l.hits > 0"),
              ElementsAre("2300 true"));
  // 3,000 alleles with 2,300 hits each
  EXPECT_EQ(Row(*database,
                "SELECT count(*), sum(h.c1) FROM (SELECT unnest(variant_rows('s', '1', 100, 'A', a, ['v'], "
                "[])) AS h FROM (SELECT 'C' AS a, i FROM range(3000) r(i)) WHERE i >= 0)"),
            "6900000 " + std::to_string(3000LL * 2299 * 2300));
}

TEST_F(VariantLookup, CountsEveryAlleleOnceHoweverOftenItsHitsAreUsed) {
  ASSERT_OK(Build("s", kSmall));
  (void)database->TakeLookupCounts();
  for (const std::string function : {"variant_first", "variant_lists"}) {
    ASSERT_OK(database->Execute("SELECT h.hits, h.c1, h.c2, h.c1 FROM (SELECT " + function +
                                "('s', '1', p, 'A', 'G', ['name', 'number'], []) AS h FROM range(99, 103) r(p)) WHERE "
                                "h.hits > 0 OR h.c1 IS NULL"));
    const LookupCounts counts = database->TakeLookupCounts()["s"];
    EXPECT_EQ(counts.alleles, 4) << function;
    EXPECT_EQ(counts.matched, 2) << function;
    EXPECT_EQ(counts.hits, 3) << function;
  }
  EXPECT_THAT(database->TakeLookupCounts(), IsEmpty());
}

TEST_F(VariantLookup, TellsWhichTypesAnIndexHolds) {
  for (const char* type : {"INTEGER", "VARCHAR", "DOUBLE[]", "STRUCT(a INTEGER, b VARCHAR[])", "DECIMAL(38,2)", "UUID",
                           "TIMESTAMP WITH TIME ZONE", "BLOB", "HUGEINT", "INTEGER[][]", "STRUCT(\"a b\" INTEGER)[]"}) {
    EXPECT_TRUE(database->IndexHolds(type)) << type;
  }
  for (const char* type : {"INTEGER[3]", "no such type", "", "STRUCT(a INTEGER[3])"}) {
    EXPECT_FALSE(database->IndexHolds(type)) << type;
  }
  EXPECT_THAT(ErrorText(database->StreamRows("SELECT '1', 1, 'A', 'C', [1, 2]::INTEGER[2] AS pair", false)),
              AllOf(StartsWith("2: "), HasSubstr("'pair' has type INTEGER[2], which an index can't hold")));
}

}  // namespace
}  // namespace varjoin::duck
