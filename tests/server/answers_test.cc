// answers_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <set>

#include "base/files.h"
#include "running_server.h"
#include "small_files.h"
#include "support/places.h"

namespace varjoin::test {
namespace {

/// A person annotated with an indexed source by the command itself.
class Annotated : public SmallBench {
 public:
  Annotated() {
    MustRun({"source", "index", "demo"});
    Annotate({"-s", "demo"});
    Write("same.vcf", SmallPerson());
  }
};

class Answers : public testing::Test {
 protected:
  const Annotated bench_;
  const std::string file_ = bench_.Path("o.parquet");
  const RunningServer server_{{.places = {bench_.work()}, .home = bench_.home(), .version = "7.8"}};
};

TEST_F(Answers, DescribeTheFilesThatMayBeRead) {
  const Json state = server_.Get("/api/state");
  EXPECT_EQ(state.at("version"), "7.8");
  ASSERT_EQ(state.at("files").size(), 1) << state;
  EXPECT_EQ(state.at("files")[0].at("path"), CanonicalPath(file_));
  EXPECT_EQ(state.at("files")[0].at("bytes"), std::filesystem::file_size(file_));
  const Json file = server_.Get("/api/file", {{"file", file_}});
  EXPECT_EQ(std::to_string(file.at("rows").get<int64_t>()), Value("SELECT count(*) FROM '" + file_ + "'"));
  EXPECT_EQ(file.at("sources"), Json({"demo"}));
  EXPECT_EQ(file.at("contigs"), Json({"chr1", "chr2"}));
  EXPECT_THAT(file.at("metadata").at("command").get<std::string>(), testing::HasSubstr("annotate person.vcf"));
  Words names;
  Words of_demo;
  for (const Json& column : file.at("columns")) {
    if (!column.at("computed").get<bool>()) {
      names.push_back(column.at("name"));
    }
    if (column.at("source") == "demo") {
      of_demo.push_back(column.at("name"));
    }
    if (column.at("name") == "demo_SIG") {
      EXPECT_EQ(column.at("description"), "Significance");  // as the catalog's source says
    }
  }
  EXPECT_EQ(names, ColumnsOf(file_));
  EXPECT_THAT(of_demo,
              testing::ElementsAre("demo_id", "demo_qual", "demo_filter", "demo_SIG", "demo_SCORE", "demo_hits"));
}

TEST_F(Answers, APageHasTheRowsOfTheFile) {
  const Json page = server_.Ask("/api/variants", {{"file", file_}, {"columns", {"chrom", "start", "alt", "demo_SIG"}}});
  Words rows;
  for (const Json& row : page.at("rows")) {
    rows.push_back(row[0].get<std::string>() + "|" + row[1].dump() + "|" + row[2].get<std::string>() + "|" +
                   (row[3].is_null() ? "NULL" : row[3].get<std::string>()));
  }
  EXPECT_EQ(rows, Rows("SELECT chrom, \"start\", alt, demo_SIG FROM '" + file_ + "'"));
  EXPECT_EQ(rows.size(), 5);
}

TEST_F(Answers, AVariantHasAllItsValuesBySource) {
  const Json row = server_.Ask("/api/variant", {{"file", file_}, {"row", 0}});
  EXPECT_EQ(row.at("genotype"), "on one of two copies (heterozygous)");
  ASSERT_EQ(row.at("groups").size(), 2) << row;
  EXPECT_EQ(row.at("groups")[0].at("source"), "");
  EXPECT_EQ(row.at("groups")[1].at("source"), "demo");
  EXPECT_EQ(row.at("groups")[1].at("hits"), 2);
  std::string sig;
  size_t values = 0;
  for (const Json& group : row.at("groups")) {
    for (const Json& value : group.at("values")) {
      sig = value.at("name") == "demo_SIG" ? value.at("value").get<std::string>() : sig;
      ++values;
    }
  }
  EXPECT_EQ(sig, "bad");
  EXPECT_EQ(values, ColumnsOf(file_).size());
  EXPECT_EQ(row.at("neighbours").at("rows").size(), 5);
  EXPECT_EQ(server_.Ask("/api/variant", {{"file", file_}, {"row", 5}}).value("status", 0), 400);
  EXPECT_EQ(server_.Ask("/api/variant", {{"file", file_}}).value("status", 0), 400);
}

TEST_F(Answers, SourcesHaveABarOfTheRowsThatTheyMatched) {
  const Json bars = server_.Ask("/api/distribution", {{"file", file_}, {"column", "~sources"}}).at("bars");
  ASSERT_EQ(bars.size(), 1);
  EXPECT_EQ(bars[0].at("rows"), 3);
  const Json counted = server_.Ask("/api/count", {{"file", file_}, {"filter", bars[0].at("condition")}});
  EXPECT_EQ(counted.at("count"), 3);
  EXPECT_EQ(counted.at("words"), Json({"demo_hits is more than 0"}));
}

TEST_F(Answers, RunsAreThoseOfTheCommandLine) {
  const Json runs = server_.Get("/api/runs");
  const Json listed = Json::parse(bench_.MustRun({"runs", "list", "--json"}).out);
  ASSERT_EQ(runs.at("runs").size(), listed.size());
  EXPECT_EQ(runs.at("of"), listed.size());
  for (size_t i = 0; i < listed.size(); ++i) {
    EXPECT_EQ(runs.at("runs")[i].at("id"), listed[i].at("id"));
  }
  EXPECT_EQ(runs.at("runs")[0].at("rows"), 5);
  EXPECT_EQ(runs.at("runs")[0].at("sources"), Json({"demo"}));
  Json shown = server_.Get("/api/run", {{"id", "last"}});
  shown.erase("milliseconds");
  EXPECT_EQ(shown, Json::parse(bench_.MustRun({"runs", "show", "last", "--json"}).out));
  const std::string other = listed[1].at("id");
  Json compared = server_.Get("/api/compare", {{"a", other}, {"b", "last"}});
  compared.erase("milliseconds");
  EXPECT_EQ(compared, Json::parse(bench_.MustRun({"runs", "compare", other, "last", "--json"}).out));
  for (const char* const id : {"", "nothing", "../../catalog", "/etc/passwd", "%2e%2e%2f"}) {
    EXPECT_EQ(server_.Get("/api/run", {{"id", id}}).value("status", 0), 400) << id;
  }
}

TEST_F(Answers, SourcesAreThoseOfTheCatalog) {
  const Json sources = server_.Get("/api/sources").at("sources");
  ASSERT_EQ(sources.size(), 1);
  EXPECT_EQ(sources[0].at("name"), "demo");
  EXPECT_EQ(sources[0].at("rows"), 4);
  EXPECT_EQ(sources[0].at("index"), "current");
  EXPECT_EQ(sources[0].at("files"), "current");
  const Json source = server_.Get("/api/source", {{"name", "demo"}});
  EXPECT_EQ(source.at("columns").size(), 5) << source;
  EXPECT_THAT(server_.Get("/api/source", {{"name", "dmeo"}}).value("error", ""),
              testing::HasSubstr("there is no source 'dmeo'"));
}

TEST_F(Answers, ALookUpHasTheRowsOfTheCommandLine) {
  const Json found = server_.Get("/api/lookup", {{"variant", "chr1:100:A:G"}});
  const Json told = Json::parse(bench_.MustRun({"lookup", "-s", "demo", "chr1:100:A:G", "--json"}).out);
  ASSERT_EQ(found.at("sources").size(), 1) << found;
  EXPECT_EQ(found.at("sources")[0].at("rows"), told[0].at("rows"));
  EXPECT_EQ(found.at("sources")[0].at("rows").size(), 2);
  EXPECT_EQ(server_.Get("/api/lookup", {{"variant", "chr9:1:A:G"}}).at("sources")[0].at("has_contig"), false);
  for (const char* const wrong : {"", "rs429358", "chr1:100", "chr1:x:A:G", "chr1:1:A:G'; DROP TABLE x; --"}) {
    EXPECT_EQ(server_.Get("/api/lookup", {{"variant", wrong}}).value("status", 0), 400) << wrong;
  }
  // A source that comes later is found without a new start, and one without an index is told.
  bench_.MustRun({"source", "import", "second", "demo.vcf"});
  const Json later = server_.Get("/api/lookup", {{"variant", "chr1:100:A:G"}});
  EXPECT_EQ(later.at("sources").size() + later.at("not_searched").size(), 2) << later;
}

TEST_F(Answers, TheApiIsWhatItsDescriptionSays) {
  const Json described = server_.Get("/api/openapi.json");
  std::set<std::string> told;
  for (const auto& [path, methods] : described.at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      told.insert((method == "get" ? "GET " : "POST ") + path);
      if (method == "post") {
        for (const Json& name :
             operation.at("requestBody").at("content").at("application/json").at("schema").at("required")) {
          EXPECT_TRUE(operation.dump().find(name.get<std::string>()) != std::string::npos);
        }
      }
    }
  }
  std::set<std::string> served;
  for (const server::Route& route : const_cast<RunningServer&>(server_).server().Routes()) {
    served.insert(route.method + " " + route.path);
  }
  EXPECT_EQ(told, served);
}

/// The fields that the description tells of an answer are those that it has.
TEST_F(Answers, HaveTheFieldsThatTheDescriptionTells) {
  const Json described = server_.Get("/api/openapi.json");
  const std::map<std::string, Json> answers = {
      {"/api/state", server_.Get("/api/state")},
      {"/api/file", server_.Get("/api/file", {{"file", file_}})},
      {"/api/variants", server_.Ask("/api/variants", {{"file", file_}})},
      {"/api/count", server_.Ask("/api/count", {{"file", file_}})},
      {"/api/variant", server_.Ask("/api/variant", {{"file", file_}, {"row", 1}})},
      {"/api/distribution", server_.Ask("/api/distribution", {{"file", file_}, {"column", "chrom"}})},
      {"/api/runs", server_.Get("/api/runs")},
      {"/api/sources", server_.Get("/api/sources")},
      {"/api/lookup", server_.Get("/api/lookup", {{"variant", "chr1:100:A:G"}})}};
  for (const auto& [path, answer] : answers) {
    const Json& operation = described.at("paths").at(path).items().begin().value();
    const Json& fields =
        operation.at("responses").at("200").at("content").at("application/json").at("schema").at("properties");
    for (const auto& [name, schema] : fields.items()) {
      EXPECT_TRUE(answer.contains(name)) << path << " has no " << name;
    }
    for (const auto& [name, value] : answer.items()) {
      EXPECT_TRUE(name == "milliseconds" || fields.contains(name)) << path << " has " << name << " untold";
    }
  }
}

}  // namespace
}  // namespace varjoin::test
