// engines_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Random sources and inputs, ugly on purpose: both engines give the rows, in the order, that plain SQL gives. The SQL
// trims alleles and knows contigs in its own way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "annotate/annotate.h"
#include "base/text.h"
#include "duck/query.h"
#include "scratch.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

using ::testing::IsEmpty;

/// Spellings of contigs, and which of them are the same.
constexpr const char* kContigs = R"(
  CREATE TABLE contigs AS SELECT * FROM (VALUES ('1', '1'), ('chr1', '1'), ('CHR1', '1'), ('NC_000001.11', '1'),
    ('2', '2'), ('chr2', '2'), ('X', 'X'), ('chrx', 'X'), ('MT', 'MT'), ('chrM', 'MT'), ('chrUn_KI270742v1', 'Un'),
    ('Un_KI270742v1', 'Un'), ('HLA-A*01:01', 'HLA'), ('hla-A*01:01', 'other')) t(name, contig))";

/// Random contigs, positions and alleles of row `i`: crowds at one start, neighbours, the first positions and some
/// beyond 32 bits. What trims an allele: the bases that two alleles share at their ends, but for one of each.
constexpr const char* kMacros = R"(
  CREATE MACRO draw(i, salt, n) AS (hash(i, salt) % n)::BIGINT;
  CREATE MACRO contig_of(i, salt) AS (SELECT list(name ORDER BY name) FROM contigs)[1 + draw(i, salt, 14)];
  CREATE MACRO start_of(i, salt) AS (CASE
    WHEN draw(i, salt, 20) = 0 THEN 777
    WHEN draw(i, salt, 50) = 1 THEN 5000000000 + draw(i, salt + 1, 99)
    WHEN draw(i, salt, 50) = 2 THEN draw(i, salt + 1, 3)
    ELSE 100000 + draw(i, salt + 1, 4000) END)::BIGINT;
  CREATE MACRO bases_of(i, salt) AS (CASE draw(i, salt, 12)
    WHEN 0 THEN 'a' WHEN 1 THEN 'CAT' WHEN 2 THEN 'AC' WHEN 3 THEN repeat('AC', 1 + draw(i, salt + 1, 300))
    WHEN 4 THEN 'N' WHEN 5 THEN 'ACAC' || ['', 'A', 'G'][1 + draw(i, salt + 1, 3)] WHEN 6 THEN 'gT'
    ELSE ['A', 'C', 'G', 'T'][1 + draw(i, salt + 1, 4)] END);
  CREATE MACRO alt_of(i, salt) AS (CASE draw(i, salt, 25)
    WHEN 0 THEN '<DEL>' WHEN 1 THEN '*' ELSE bases_of(i, salt + 1) END);
  CREATE MACRO is_bases(allele) AS regexp_full_match(allele, '[A-Za-z]+');
  CREATE MACRO same_end(a, b) AS
    coalesce(list_max([k FOR k IN range(1, least(len(a), len(b))) IF right(a, k) = right(b, k)]), 0);
  CREATE MACRO same_begin(a, b) AS
    coalesce(list_max([k FOR k IN range(1, least(len(a), len(b))) IF left(a, k) = left(b, k)]), 0))";

/// The columns of row `i` of a source; `h` is a random number.
constexpr const char* kColumns = R"(
  'rs' || (h % 100000) AS id,
  CASE WHEN h % 3 = 0 THEN NULL ELSE h % 2 = 0 END AS flag,
  (h % 65536 - 32768)::SMALLINT AS small,
  CASE WHEN h % 50 = 1 THEN NULL ELSE h::BIGINT END AS large,
  (h % 7 / 6.0)::DOUBLE AS few,
  hash(h + 1) / 7.0 AS many,
  (h % 1000)::DECIMAL(9, 3) / 8 AS decimals,
  DATE '2000-01-01' + (h % 9999)::INTEGER AS day,
  CASE WHEN h % 11 = 0 THEN NULL ELSE repeat('T|missense|' || h % 40 || '&', (h % 60)::INTEGER) END AS csq,
  CASE h % 5 WHEN 0 THEN NULL WHEN 1 THEN [] ELSE [h % 9, NULL, i] END AS numbers,
  ['v' || h % 4, NULL, ''] AS texts,
  CASE WHEN h % 4 = 0 THEN NULL ELSE {'a': i, 'b': ['x' || h % 9, NULL]} END AS pair,
  map([h % 3], ['m' || i]) AS pairs,
  i AS number)";

/// The keys of sources, as SQL of `i`, `h` and the salt {0}. Many duplicates, every spelling, NULLs, in no order:
constexpr const char* kUglyKey = R"(
  CASE WHEN h % 501 = 0 THEN NULL ELSE contig_of(i, {0}) END AS chrom,
  CASE WHEN h % 502 = 0 THEN NULL ELSE start_of(i, {0} + 2) END AS "start",
  CASE WHEN h % 503 = 0 THEN NULL ELSE bases_of(i, {0} + 4) END AS ref,
  CASE WHEN h % 504 = 0 THEN NULL ELSE alt_of(i, {0} + 6) END AS alt)";

/// Numbers for contigs, 32-bit positions, every key once, all minimal:
constexpr const char* kSingleKey = R"(
  1 + (i % 2)::INTEGER AS chrom,
  (100000 + i // 24)::INTEGER AS "start",
  (['A', 'C', 'G', 'T'])[1 + i // 2 % 12 // 3] AS ref,
  list_filter(['A', 'C', 'G', 'T'], x -> x <> (['A', 'C', 'G', 'T'])[1 + i // 2 % 12 // 3])[1 + i // 2 % 3] AS alt)";

/// Every key twice or more:
constexpr const char* kTwiceKey = R"(
  (['1', 'X', 'MT'])[1 + i // 2 % 3] AS chrom,
  100000 + i // 100 AS "start",
  bases_of(i // 2, {0}) AS ref,
  bases_of(i // 2, {0} + 3) AS alt)";

/// Two thirds of the input's alleles are from the sources, under any of their contigs' names.
constexpr const char* kPicked = R"(
  CREATE TABLE picked AS SELECT i,
    CASE WHEN s.chrom IS NULL OR draw(i, {0}, 5) = 0 THEN contig_of(i, {0} + 1)
         ELSE (SELECT b.name FROM contigs a JOIN contigs b USING (contig) WHERE a.name = s.chrom
               ORDER BY hash(b.name, i) LIMIT 1) END AS chrom,
    coalesce(s."start", start_of(i, {0} + 2)) AS "start",
    coalesce(s.ref, bases_of(i, {0} + 4)) AS ref,
    coalesce(s.alt, alt_of(i, {0} + 6)) AS alt,
    (['', '', 'A', 'cA'])[1 + draw(i, {0} + 8, 4)] AS pad,
    draw(i, {0} + 9, 2) AS padded_left
   FROM range({1} // 3 * 2) r(i)
   LEFT JOIN (SELECT chrom, "start", ref, alt, 4 * rowid AS n FROM ugly_rows
              UNION ALL SELECT chrom::VARCHAR, "start", ref, alt, 4 * rowid + 1 FROM single_rows
              UNION ALL SELECT chrom, "start", ref, alt, 4 * rowid + 2 FROM twice_rows) s
     ON s.n = hash(i, {0} + 10) % {1})";

/// The input's records: many alleles longer by the same bases, several ALTs, what is no sequence; half in order.
constexpr const char* kRecords = R"(
  CREATE TABLE padded AS SELECT i, chrom, ref, alt,
    CASE WHEN padded_left = 1 AND "start" > 5 THEN pad ELSE '' END AS left_pad,
    CASE WHEN padded_left = 0 THEN pad ELSE '' END AS right_pad,
    "start" - len(left_pad) AS "start" FROM picked;
  CREATE TABLE spelled AS SELECT i, chrom, "start", left_pad || ref || right_pad AS ref,
    [left_pad || a || right_pad FOR a IN CASE draw(i, {0}, 4)
       WHEN 0 THEN [alt, bases_of(i, {0} + 1)] WHEN 1 THEN [bases_of(i, {0} + 2), 'G', alt] ELSE [alt] END
     IF is_bases(a)]
    || CASE WHEN is_bases(alt) AND draw(i, {0} + 3, 9) > 0 THEN []
            ELSE [(['<DEL>', '*', '.', '<NON_REF>', 'A[2:5['])[1 + draw(i, {0} + 4, 5)]] END AS alts FROM padded;
  CREATE TABLE records AS SELECT row_number() OVER (ORDER BY CASE WHEN i % 2 = 0 THEN hash(i) ELSE 0 END, chrom,
      "start", i) AS record, chrom, "start", ref, alts FROM spelled
   WHERE len(alts) = 1 OR NOT list_contains(alts, '.');
  CREATE TABLE v AS SELECT record, chrom, "start", ref, a AS alt, CASE WHEN a IS NULL THEN 0 ELSE k END AS alt_index
   FROM (SELECT *, unnest([CASE WHEN x = '.' THEN NULL ELSE x END FOR x IN alts]) AS a,
         unnest(range(1, len(alts) + 1)) AS k FROM records))";

/// What each allele of the input is looked for as.
constexpr const char* kForms = R"(
  CREATE TABLE forms AS WITH
    written AS (SELECT record, alt_index, contig, "start", upper(ref) AS ref, upper(alt) AS alt
                FROM v JOIN contigs ON name = chrom WHERE is_bases(ref) AND is_bases(alt)),
    ends AS (SELECT *, same_end(ref, alt) AS e FROM written),
    cut AS (SELECT * REPLACE (left(ref, len(ref) - e) AS ref, left(alt, len(alt) - e) AS alt) FROM ends),
    begins AS (SELECT *, same_begin(ref, alt) AS b FROM cut),
    minimal AS (SELECT record, alt_index, contig, "start" + b AS "start", substr(ref, b + 1) AS ref,
                substr(alt, b + 1) AS alt FROM begins)
   SELECT *, 0 AS form FROM written UNION ALL SELECT *, 1 FROM (FROM minimal EXCEPT FROM written))";

/// Every hit of source {0}, with its place among those of its allele; {1} are the columns, {2} the files.
constexpr const char* kHits = R"(
  CREATE TABLE hits_{0} AS SELECT f.record, f.alt_index,
    row_number() OVER (PARTITION BY f.record, f.alt_index ORDER BY f.form, file_index, file_row_number) AS place,
    count(*) OVER (PARTITION BY f.record, f.alt_index) AS hits, {1}
   FROM forms f JOIN contigs c USING (contig)
   JOIN read_parquet([{2}], hive_partitioning = false) e
     ON e.chrom::VARCHAR = c.name AND e."start" = f."start" AND upper(e.ref) = f.ref AND upper(e.alt) = f.alt)";

struct Source {
  std::string name;
  std::string files;  ///< as a list of SQL
  std::vector<std::string> columns;
};

class RandomEngines {
 public:
  RandomEngines(int given_seed, int64_t given_alleles)
      : seed(given_seed),
        alleles(given_alleles),
        catalog(scratch.Path("home")),
        database(duck::OpenDatabase({.threads = 2})) {
    limits.threads.value = 2;
    Execute(kContigs);
    Execute(kMacros);
  }

  void Execute(const std::string& sql) { ASSERT_OK(database->Execute(sql)); }

  /// A source of three files.
  void MakeSource(const std::string& name, int64_t rows, const std::string& key, const std::string& order) {
    const int salt = seed * 1000 + static_cast<int>(sources.size()) * 100;
    Execute(
        fmt::format("CREATE TABLE {0}_rows AS SELECT {1}, {2} FROM (SELECT i, hash(i, {3})::HUGEINT % 1000000007 AS h "
                    "FROM range({4}) "
                    "r(i)){5}",
                    name, fmt::format(fmt::runtime(key), salt), kColumns, salt, rows, order));
    Source& source = sources.emplace_back(Source{name, "", {}});
    std::vector<std::string> files;
    for (int part = 0; part < 3; ++part) {
      const std::string file = scratch.Path(fmt::format("{}-{}.parquet", name, part));
      Execute(
          fmt::format("COPY (SELECT * FROM {}_rows WHERE rowid % 3 = {}) TO {} (FORMAT parquet, ROW_GROUP_SIZE 4096)",
                      name, part, SqlString(file)));
      files.push_back(file);
      source.files += (part > 0 ? ", " : "") + SqlString(file);
    }
    const Registered registered = Value(RegisterSource(
        *database, catalog, {.name = name, .files = files, .mapping = {}, .assembly = {}, .as_is = true}));
    for (const SourceColumn& column : registered.source.columns) {
      source.columns.push_back(column.name);
    }
    ASSERT_OK(BuildIndex(*database, catalog, registered.source, {.temp_folder = scratch.Folder("temp")}));
  }

  void MakeSources() {
    MakeSource("ugly", alleles / 2, kUglyKey, "");
    MakeSource("single", alleles / 4, kSingleKey, " ORDER BY chrom, \"start\"");
    MakeSource("twice", alleles / 4, kTwiceKey, " ORDER BY chrom, \"start\", i");
  }

  void MakeInput() {
    Execute(fmt::format(fmt::runtime(kPicked), seed * 1000 + 900, alleles));
    Execute(fmt::format(fmt::runtime(kRecords), seed * 1000 + 920));
    const std::string body = scratch.Path("body");
    Execute(
        "COPY (SELECT chrom, \"start\", '.', ref, array_to_string(alts, ','), '.', 'PASS', 'DP=' || record FROM "
        "records ORDER BY record) TO " +
        SqlString(body) + " (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '')");
    input = scratch.Write("x.vcf",
                          "##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"\">\n"
                          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" +
                              Content(body));
    Execute(kForms);
  }

  void MakeHits(const Source& source) {
    Execute(
        fmt::format(fmt::runtime(kHits), source.name, ColumnList(source, "e.\"{0}\" AS \"{1}_{0}\""), source.files));
  }

  static std::string ColumnList(const Source& source, const std::string& each) {
    std::vector<std::string> columns;
    for (const std::string& column : source.columns) {
      columns.push_back(fmt::format(fmt::runtime(each), column, source.name));
    }
    return Join(columns, ", ");
  }

  /// What the output must be, row by row.
  std::string ReferenceSql(size_t source_count, Duplicates duplicates) const {
    std::string select = "v.chrom, v.\"start\", v.ref, v.alt, v.record, v.alt_index, v.record AS DP";
    std::string joins;
    std::string order = "v.record, v.alt_index";
    for (size_t i = 0; i < source_count; ++i) {
      const Source& source = sources[i];
      std::string hits = "hits_" + source.name;
      if (duplicates == Duplicates::kFirst) {
        hits = "(FROM " + hits + " WHERE place = 1)";
      } else if (duplicates == Duplicates::kList) {
        hits = "(SELECT record, alt_index, 1 AS place, max(hits) AS hits, " +
               ColumnList(source, "list(\"{1}_{0}\" ORDER BY place) AS \"{1}_{0}\"") + " FROM " + hits +
               " GROUP BY record, alt_index)";
      }
      joins += fmt::format(" LEFT JOIN {0} h{1} ON h{1}.record = v.record AND h{1}.alt_index = v.alt_index", hits, i);
      select += fmt::format(", {}, coalesce(h{}.hits, 0)::INTEGER AS {}_hits", ColumnList(source, "\"{1}_{0}\""), i,
                            source.name);
      order += fmt::format(", h{}.place", i);
    }
    return fmt::format("SELECT row_number() OVER (ORDER BY {}) - 1 AS row_in_order, {} FROM v{}", order, select, joins);
  }

  void ExpectEqual(const std::string& engine, size_t source_count, Duplicates duplicates) {
    SCOPED_TRACE(fmt::format("seed {}, engine {}, {} sources, duplicates {}", seed, engine, source_count,
                             static_cast<int>(duplicates)));
    AnnotateRequest request;
    request.inputs = {input};
    request.output = scratch.Path("out.parquet");
    request.force = true;
    request.engine = engine;
    request.duplicates = duplicates;
    for (size_t i = 0; i < source_count; ++i) {
      request.sources.push_back({sources[i].name, {}});
    }
    const auto own = duck::OpenDatabase({.threads = 2, .temp_directory = scratch.Folder("spill")});
    const auto report = Annotate(request, {.database = *own,
                                           .catalog = catalog,
                                           .limits = limits,
                                           .temp_folder = scratch.Folder("temp"),
                                           .version = "0"});
    ASSERT_OK(report);
    EXPECT_EQ(report->engine, engine);
    const std::string columns = "row_in_order, chrom, \"start\", ref, alt, record, alt_index, DP";
    std::string all = columns;
    for (size_t i = 0; i < source_count; ++i) {
      all += ", " + ColumnList(sources[i], "\"{1}_{0}\"") + ", " + sources[i].name + "_hits";
      const std::string matched =
          duck::Row(*database, fmt::format("SELECT count(DISTINCT (record, alt_index)) FROM hits_{}", sources[i].name));
      EXPECT_EQ(std::to_string(report->sources[i].matched), matched);
    }
    Execute("CREATE OR REPLACE TABLE expected AS SELECT " + all + " FROM (" + ReferenceSql(source_count, duplicates) +
            ")");
    Execute("CREATE OR REPLACE TABLE found AS SELECT " + all +
            " FROM (SELECT *, file_row_number AS row_in_order FROM " + SqlString(request.output) + ")");
    EXPECT_THAT(duck::Rows(*database, "(FROM found EXCEPT ALL FROM expected) ORDER BY row_in_order LIMIT 2"),
                IsEmpty());
    EXPECT_THAT(duck::Rows(*database, "(FROM expected EXCEPT ALL FROM found) ORDER BY row_in_order LIMIT 2"),
                IsEmpty());
  }

  void Run() {
    MakeSources();
    MakeInput();
    for (const Source& source : sources) {
      MakeHits(source);
    }
    ASSERT_GT(Number("SELECT count(*) FROM v"), alleles * 9 / 10);
    ASSERT_GT(Number("SELECT count(*) FROM hits_ugly WHERE place > 1"), alleles / 100);
    ASSERT_GT(Number("SELECT count(*) FROM hits_single"), alleles / 100);
    ASSERT_GT(Number("SELECT count(*) FROM hits_twice WHERE hits > 1"), alleles / 1000);
    ASSERT_GT(Number("SELECT count(*) FROM forms WHERE form = 1"), alleles / 10);
    for (const std::string engine : {"index", "duckdb"}) {
      for (const Duplicates duplicates : {Duplicates::kAll, Duplicates::kFirst, Duplicates::kList}) {
        ExpectEqual(engine, 1, duplicates);
        ExpectEqual(engine, 3, duplicates);
      }
    }
  }

  int64_t Number(const std::string& sql) { return std::stoll(duck::Row(*database, sql)); }

 private:
  int seed;
  int64_t alleles;
  Scratch scratch;
  Catalog catalog;
  Limits limits;
  std::unique_ptr<duck::Database> database;
  std::vector<Source> sources;
  std::string input;
};

TEST(Engines, GiveTheRowsThatPlainSqlGives) {
  RandomEngines(1, 20'000).Run();
}

class EnginesLong : public ::testing::TestWithParam<int> {};

TEST_P(EnginesLong, GiveTheRowsThatPlainSqlGives) {
  RandomEngines(GetParam(), 100'000).Run();
}

INSTANTIATE_TEST_SUITE_P(, EnginesLong, ::testing::Range(2, 12));

}  // namespace
}  // namespace varjoin
