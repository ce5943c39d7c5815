// filter_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "base/text.h"
#include "duck/bound_queries.h"
#include "running_server.h"
#include "server/variants.h"

namespace varjoin::test {
namespace {

/// Rows with missing values, lists, odd names, NaN, and alleles of all kinds.
constexpr const char* kRows = R"(SELECT * FROM (VALUES
  ('chr1', 100::BIGINT, 100::BIGINT, 'A', 'G', 50.0, 'PASS', 0.001, ['missense', 'splice'], true,  1::UBIGINT, 'it''s'),
  ('chr1', 200, 205, 'ACGTAC', 'A', 10.0, 'LowQual', NULL, ['synonymous'], false, 2, 'a "b"'),
  ('chr2', 300, 300, 'C', 'CTT', NULL, 'PASS', 0.5, [], true, 3, ''),
  ('chr2', 300, 300, 'C', 'T', 'NaN'::DOUBLE, NULL, 0.01, NULL, NULL, 4, NULL),
  ('chr10', 50, 50, 'T', '<DEL>', 99.5, 'PASS', 0.2, [NULL], true, 18446744073709551615, '%'),
  ('chrX', 9007199254740993, 9007199254740993, 'g', 'c', -1.0, 'q10', 1.0, ['Missense'], false, NULL, 'x; DROP')
  ) t(chrom, "start", "end", ref, alt, qual, filter, AF, effects, carried, big, "odd ""name"" ?"))";

class Rows : public testing::Test {
 protected:
  Rows() { WriteParquet(path_, kRows); }

  Json Ask(const std::string& what, Json question) const {
    question["file"] = path_;
    return server_.Ask("/api/" + what, question);
  }
  int64_t Expected(const std::string& where) const {
    return std::stoll(Value("SELECT count(*) FROM '" + path_ + "' WHERE " + where));
  }

  const Workbench bench_;
  const std::string path_ = bench_.Path("rows.parquet");
  const RunningServer server_{{.places = {(WriteParquet(path_, kRows), path_)}, .home = bench_.home()}};
};

TEST_F(Rows, AFilterSelectsWhatTheSameQuestionInSqlSelects) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"([])", "true"},
      {R"([{"column": "filter", "is": "equal", "value": "PASS"}])", "filter = 'PASS'"},
      {R"([{"column": "FILTER", "is": "unequal", "value": "PASS"}])", "filter <> 'PASS'"},
      {R"([{"column": "filter", "is": "unequal", "value": "PASS", "or_missing": true}])",
       "filter IS DISTINCT FROM 'PASS'"},
      {R"([{"column": "AF", "is": "less", "value": 0.01}])", "AF < 0.01"},
      {R"([{"column": "AF", "is": "at_most", "value": 0.01}])", "AF <= 0.01"},
      {R"([{"column": "AF", "is": "more", "value": 0.01}])", "AF > 0.01"},
      {R"([{"column": "AF", "is": "at_least", "value": 0.01, "or_missing": true}])", "AF >= 0.01 OR AF IS NULL"},
      {R"([{"column": "chrom", "is": "one_of", "values": ["chr1", "chrX"]}])", "chrom IN ('chr1', 'chrX')"},
      {R"([{"column": "chrom", "is": "none_of", "values": ["chr1", "chrX"]}])", "chrom NOT IN ('chr1', 'chrX')"},
      {R"([{"column": "carried", "is": "equal", "value": true}])", "carried"},
      {R"([{"column": "carried", "is": "missing"}])", "carried IS NULL"},
      {R"([{"column": "qual", "is": "present"}])", "qual IS NOT NULL"},
      {R"([{"column": "effects", "is": "contains", "value": "MISSENSE"}])",
       "list_contains(effects, 'missense') OR list_contains(effects, 'Missense')"},
      {R"([{"column": "effects", "is": "equal", "value": "splice"}])", "list_contains(effects, 'splice')"},
      {R"([{"column": "effects", "is": "unequal", "value": "splice"}])",
       "effects[1] IS NOT NULL AND NOT list_contains(effects, 'splice')"},
      {R"([{"column": "effects", "is": "missing"}])", "effects[1] IS NULL"},
      {R"([{"column": "effects", "is": "present"}])", "effects[1] IS NOT NULL"},
      {R"([{"column": "big", "is": "at_least", "value": 3}])", "big >= 3"},
      {R"([{"column": "start", "is": "equal", "value": 9007199254740993}])", "\"start\" = 9007199254740993"},
      {R"([{"column": "odd \"name\" ?", "is": "equal", "value": "it's"}])", "\"odd \"\"name\"\" ?\" = 'it''s'"},
      {R"([{"column": "odd \"name\" ?", "is": "contains", "value": "%"}])", "\"odd \"\"name\"\" ?\" = '%'"},
      {R"([{"column": "odd \"name\" ?", "is": "equal", "value": ""}])", "\"odd \"\"name\"\" ?\" = ''"},
      {R"([{"column": "~kind", "is": "equal", "value": "deletion"}])", "alt = 'A'"},
      {R"([{"column": "~kind", "is": "equal", "value": "other"}])", "alt = '<DEL>'"},
      {R"([{"column": "~length", "is": "equal", "value": 2}])", "alt = 'CTT'"},
      {R"([{"column": "~class", "is": "equal", "value": "transition"}])", "alt = 'G' OR alt = 'T'"},
      {R"([{"column": "~change", "is": "equal", "value": "G>C"}])", "alt = 'c'"},
      {R"([{"region": "chr1:204-300"}])", "alt = 'A'"},
      {R"([{"region": "1:100"}])", "alt = 'G'"},
      {R"([{"region": "CHR2"}])", "chrom = 'chr2'"},
      {R"([{"region": "chr1:1-1,000"}])", "chrom = 'chr1'"},
      {R"([{"region": "chr1:206-299"}])", "false"},
      {R"([{"column": "filter", "is": "equal", "value": "PASS"}, {"column": "carried", "is": "equal", "value": true},
           {"region": "chr2"}])",
       "alt = 'CTT'"}};
  for (const auto& [filter, where] : cases) {
    const Json conditions = Json::parse(filter);
    const Json counted = Ask("count", {{"filter", conditions}});
    EXPECT_EQ(counted.value("count", -1), Expected(where)) << filter << counted;
    EXPECT_EQ(counted.value("words", Json()).size(), conditions.size()) << filter;
    const Json page = Ask("variants", {{"filter", conditions}, {"limit", 500}});
    EXPECT_EQ(page.value("rows", Json()).size(), Expected(where)) << filter << page;
  }
}

TEST_F(Rows, AFilterThatMeansNothingIsRefusedInWords) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"column": "filter"})", "a filter is a list"},
      {R"([7])", "a JSON object"},
      {R"([{"column": "filter"}])", "names a column and how"},
      {R"([{"column": "filtre", "is": "missing"}])", "no column 'filtre'; did you mean 'filter'?"},
      {R"([{"column": "filter", "is": "like", "value": "P"}])", "there is no"},
      {R"([{"column": "filter", "is": "equal", "value": 7}])", "'filter' is a text; 7 does not fit"},
      {R"([{"column": "filter", "is": "less", "value": "P"}])", "is no number"},
      {R"([{"column": "qual", "is": "contains", "value": "P"}])", "is no text"},
      {R"([{"column": "qual", "is": "equal", "value": "30 OR 1=1"}])",
       "'qual' is a number; \"30 OR 1=1\" does not fit"},
      {R"([{"column": "qual", "is": "equal", "value": [30]}])", "does not fit"},
      {R"([{"column": "qual", "is": "equal"}])", "needs a \"value\""},
      {R"([{"column": "qual", "is": "one_of", "values": []}])", "needs \"values\""},
      {R"([{"column": "filter", "is": "equal", "value": "\u0000"}])", "does not fit"},
      {R"([{"region": "chr3:1-2"}])", "nothing on a contig 'chr3'"},
      {R"([{"region": "chr1:2-1"}])", "is no region"},
      {R"([{"region": "chr1:x"}])", "is no region"},
      {R"([{"region": "/etc/passwd"}])", "nothing on a contig"},
      {R"([{"region": 7}])", "a region is a text"}};
  for (const auto& [filter, message] : cases) {
    const Json refused = Ask("count", {{"filter", Json::parse(filter)}});
    EXPECT_EQ(refused.value("status", 0), 400) << filter << refused;
    EXPECT_THAT(refused.value("error", ""), testing::HasSubstr(message)) << filter;
  }
}

TEST_F(Rows, PagesAreSortedAndMissingValuesComeLast) {
  const auto alts = [&](const Json& sort, int64_t offset = 0, int64_t limit = 50) {
    const Json page = Ask("variants", {{"columns", {"alt"}}, {"sort", sort}, {"offset", offset}, {"limit", limit}});
    std::string text;
    for (const Json& row : page.value("rows", Json::array())) {
      text += row[0].get<std::string>() + " ";
    }
    return text;
  };
  EXPECT_EQ(alts(Json::array()), "G A CTT T <DEL> c ");
  EXPECT_EQ(alts({{{"column", "AF"}}}), "G T <DEL> CTT c A ");
  EXPECT_EQ(alts({{{"column", "AF"}, {"descending", true}}}), "c CTT <DEL> T G A ");
  EXPECT_EQ(alts({{{"column", "AF"}, {"descending", true}}}, 1, 2), "CTT <DEL> ");
  EXPECT_EQ(alts({{{"column", "filter"}}, {{"column", "start"}, {"descending", true}}}), "A CTT G <DEL> c T ");
  EXPECT_EQ(alts({{{"column", "chrom"}, {"descending", true}}, {{"column", "AF"}}}), "c <DEL> T CTT G A ");
  EXPECT_EQ(alts(Json::array(), 5), "c ");
  EXPECT_EQ(alts(Json::array(), 6), "");
  for (const char* const wrong : {R"({"limit": 501})", R"({"limit": -1})", R"({"offset": 1.5})", R"({"sort": "qual"})",
                                  R"({"sort": [{"column": "qual; DROP"}]})", R"({"columns": ["nothing"]})",
                                  R"({"offset": 18446744073709551615})"}) {
    EXPECT_EQ(Ask("variants", Json::parse(wrong)).value("status", 0), 400) << wrong;
  }
}

TEST_F(Rows, EachBarCountsWhatItsConditionSelects) {
  for (const char* const column : {"chrom", "filter", "qual", "AF", "effects", "carried", "start", "big", "ref",
                                   "odd \"name\" ?", "~kind", "~length", "~change", "~class"}) {
    for (const Json& filter :
         {Json::array(), Json::parse(R"([{"column": "filter", "is": "equal", "value": "PASS"}])")}) {
      const Json given = Ask("distribution", {{"column", column}, {"filter", filter}});
      ASSERT_TRUE(given.contains("bars")) << column << given;
      int64_t sum = 0;
      for (const Json& bar : given.at("bars")) {
        Json conditions = filter;
        conditions.insert(conditions.end(), bar.at("condition").begin(), bar.at("condition").end());
        const Json counted = Ask("count", {{"filter", conditions}});
        EXPECT_EQ(counted.value("count", -1), bar.at("rows")) << column << bar << counted;
        sum += bar.at("rows").get<int64_t>();
      }
      const int64_t rows = Ask("count", {{"filter", filter}}).at("count");
      EXPECT_TRUE(std::string(column) == "effects" ? sum >= rows : sum == rows) << column << given;
    }
  }
}

TEST_F(Rows, ValuesThatJsonHasNotArriveAsText) {
  const Json rows = Ask("variants", {{"columns", {"start", "qual", "big", "effects"}}}).at("rows");
  EXPECT_EQ(rows[5][0], "9007199254740993");
  EXPECT_EQ(rows[3][1], "NaN");
  EXPECT_EQ(rows[0][0], 100);
  EXPECT_EQ(rows[0][2], 1);
  EXPECT_EQ(rows[4][2], "18446744073709551615");
  EXPECT_EQ(rows[0][3], Json({"missense", "splice"}));
  EXPECT_EQ(rows[4][3], Json::array({nullptr}));
  EXPECT_EQ(rows[2][1], nullptr);
}

TEST_F(Rows, AFileThatWasReplacedIsNotTakenForTheOneBefore) {
  const Json before = server_.Get("/api/file", {{"file", path_}});
  EXPECT_EQ(before.at("rows"), 6);
  WriteParquet(path_ + ".new", "SELECT 'chr7' AS chrom, 1::BIGINT AS \"start\"");
  std::filesystem::rename(path_ + ".new", path_);
  EXPECT_EQ(Ask("variant", {{"row", 0}, {"version", before.at("version")}}).value("status", 0), 409);
  EXPECT_EQ(server_.Get("/api/file", {{"file", path_}}).at("rows"), 1);
  EXPECT_EQ(Ask("count", Json::object()).at("count"), 1);
}

TEST(BoundQueries, EndWhenNobodyWantsThem) {
  const auto queries = duck::BoundQueries::Open({.memory_limit = "100MB", .threads = 2});
  ASSERT_TRUE(queries.ok()) << queries.status().message();
  std::atomic<int> asked = 0;
  const auto result =
      (*queries)->Run("SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = ?", {int64_t{3}},
                      1000, [&] { return ++asked > 3; });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kInterrupted);
  EXPECT_GT(asked, 3);
}

TEST(BoundQueries, ReadNamedFilesOnlyAndWriteNone) {
  const Workbench bench;
  WriteParquet(bench.Path("in.parquet"), "SELECT 1 AS a");
  WriteParquet(bench.Path("out.parquet"), "SELECT 2 AS a");
  const auto queries = duck::BoundQueries::Open(
      {.memory_limit = "100MB", .threads = 1, .files = {CanonicalPath(bench.Path("in.parquet"))}});
  ASSERT_TRUE(queries.ok()) << queries.status().message();
  const auto run = [&](const std::string& sql) {
    const auto result = (*queries)->Run(sql, {}, 1000, [] { return false; });
    return result.ok() ? "done" : result.status().message();
  };
  const std::string in = CanonicalPath(bench.Path("in.parquet"));
  const std::string out = CanonicalPath(bench.Path("out.parquet"));
  EXPECT_EQ(run("SELECT * FROM '" + in + "'"), "done");
  for (const std::string& sql :
       {"SELECT * FROM '" + out + "'", std::string("SELECT * FROM read_csv('/etc/passwd')"),
        std::string("SELECT * FROM read_text('/etc/passwd')"), std::string("SELECT * FROM glob('/etc/*')"),
        "COPY (SELECT 1) TO '" + in + "'", "COPY (SELECT 1) TO '" + out + "'", std::string("SELECT 1; SELECT 2"),
        std::string("SET enable_external_access = true"), std::string("ATTACH '/tmp/x.db'"),
        std::string("INSTALL httpfs"), std::string("CREATE TABLE t AS SELECT 1"),
        std::string("PRAGMA enable_profiling"), std::string("")}) {
    EXPECT_NE(run(sql), "done") << sql;
  }
  EXPECT_EQ(Value("SELECT a FROM '" + in + "'"), "1");
}

TEST(BoundQueries, GiveNoMoreThanWasAllowed) {
  const auto queries = duck::BoundQueries::Open({.memory_limit = "200MB", .threads = 1});
  ASSERT_TRUE(queries.ok());
  const auto result = (*queries)->Run("SELECT repeat('x', 1000) FROM range(5000)", {}, 1'000'000, [] { return false; });
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.status().message(), testing::HasSubstr("larger than 1 MB"));
}

TEST(GenotypeWords, TellOnHowManyCopies) {
  const std::vector<std::tuple<const char*, int, const char*>> cases = {
      {"0/1", 1, "on one of two copies (heterozygous)"},
      {"1|0", 1, "on one of two copies (heterozygous), phased"},
      {"1/1", 1, "on both copies (homozygous)"},
      {"1/2", 2, "on one of two copies (heterozygous)"},
      {"0/0", 1, "not carried"},
      {"0/2", 1, "not carried"},
      {"1", 1, "on the only copy (hemizygous)"},
      {"./.", 1, "not called"},
      {"./1", 1, "on 1 of 2 copies, 1 not called"},
      {"0/1/1", 1, "on 2 of 3 copies"},
      {"1/1/1", 1, "on all copies (homozygous)"},
      {"", 1, ""},
      {"A/G", 1, ""},
      {"0/-1", 1, ""}};
  for (const auto& [genotype, allele, words] : cases) {
    EXPECT_EQ(server::GenotypeWords(genotype, allele), words) << genotype;
  }
}

}  // namespace
}  // namespace varjoin::test
