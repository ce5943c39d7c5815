// database_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "duck/query.h"
#include "scratch.h"

namespace varjoin::duck {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kEndless = "SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000000000) b";

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Database, AppliesItsOptions) {
  const Scratch scratch;
  struct Case {
    DatabaseOptions options;
    const char* setting;
    std::string value;
  };
  for (const Case& c : {
           Case{{.memory_limit = "12GB"}, "memory_limit", "11.1 GiB"},
           Case{{.memory_limit = "512MiB"}, "memory_limit", "512.0 MiB"},
           Case{{.threads = 1}, "threads", "1"},
           Case{{.threads = 16}, "threads", "16"},
           Case{{.temp_directory = scratch.path()}, "temp_directory", scratch.path()},
           Case{{}, "temp_directory", ""},
           Case{{}, "preserve_insertion_order", "true"},
           Case{{.preserve_insertion_order = false}, "preserve_insertion_order", "false"},
           Case{{}, "parquet_metadata_cache", "false"},
           Case{{.cache_parquet_metadata = true}, "parquet_metadata_cache", "true"},
           Case{{}, "autoinstall_known_extensions", "false"},
           Case{{}, "autoload_known_extensions", "false"},
           Case{{.track_progress = true}, "enable_progress_bar", "true"},
           Case{{.track_progress = true}, "enable_progress_bar_print", "false"},
       }) {
    const auto database = OpenDatabase(c.options);
    ASSERT_NE(database, nullptr);
    EXPECT_EQ(Value(database->Setting(c.setting)), c.value) << c.setting;
  }
}

TEST(Database, AWrongOptionOrSettingIsAnErrorAndNoException) {
  EXPECT_THAT(ErrorText(Database::Open({.memory_limit = "plenty"})), AllOf(StartsWith("2: "), HasSubstr("Memory")));
  EXPECT_THAT(ErrorText(OpenDatabase()->Setting("no_such_setting")), StartsWith("2: "));
}

TEST(Database, IsTheVersionThatWasTested) {
  EXPECT_EQ(LibraryVersion(), "v1.5.6");
}

TEST(Database, SpillsIntoItsTempFolderOnly) {
  const Scratch scratch;
  const auto database = OpenDatabase({.memory_limit = "60MB", .threads = 1, .temp_directory = scratch.path()});
  const std::string sort =
      "SELECT count(*) FROM (SELECT range AS a, repeat('x', 50) || range AS b FROM range(1500000) ORDER BY "
      "hash(range))";
  EXPECT_EQ(Row(*database, sort), "1500000");
  const auto without = OpenDatabase({.memory_limit = "60MB", .threads = 1});
  EXPECT_THAT(Row(*without, "SELECT count(DISTINCT b) FROM (SELECT repeat('x', 50) || range AS b FROM range(5000000))"),
              AllOf(StartsWith("1: out of memory"), HasSubstr("--memory-limit"), Not(HasSubstr("SET "))));
}

TEST(Database, TellsErrorsOfTheUserFromErrorsOfTheMachine) {
  const Scratch scratch;
  const std::string folder = scratch.Folder("folder");
  const std::string no_parquet = scratch.Write("x.parquet", "not Parquet at all");
  struct Case {
    std::string sql;
    const char* code;
    std::string text;
  };
  const auto database = OpenDatabase();
  for (const Case& c : {
           Case{"SELEC 1", "2: ", "SELEC"},
           Case{"SELECT nothing", "2: ", "nothing"},
           Case{"FROM no_such_table", "2: ", "no_such_table"},
           Case{"SELECT no_such_function(1)", "2: ", "no_such_function"},
           Case{"SELECT 'x'::INTEGER", "2: ", "'x'"},
           Case{"SELECT * FROM read_vcf('" + scratch.Path("absent.vcf") + "')", "2: ", "absent.vcf: no such file"},
           Case{"SELECT * FROM read_vcf('" + folder + "')", "2: ", folder},
           Case{"SELECT * FROM read_vcf('" + no_parquet + "')", "2: ", no_parquet},
           Case{"SELECT * FROM read_vcf('x.vcf', split := 'perhaps')", "2: ", "perhaps"},
           Case{"SELECT * FROM read_vcf('x.vcf', no_such_option := 1)", "2: ", "no_such_option"},
           Case{"SELECT * FROM read_vcf()", "2: ", "read_vcf"},
           Case{"SELECT * FROM read_vcf(NULL)", "2: ", "NULL"},
           Case{"SELECT * FROM read_vcf([])", "2: ", "read_vcf"},
           Case{"SELECT * FROM read_vcf([]::VARCHAR[])", "2: ", "no file"},
           Case{"SELECT * FROM read_vcf(1)", "2: ", "read_vcf"},
           Case{"SELECT * FROM read_parquet('" + no_parquet + "')", "2: ", no_parquet},
           Case{"SELECT * FROM read_parquet('" + scratch.Path("absent.parquet") + "')", "1: ", "absent.parquet"},
           Case{"COPY (SELECT 1) TO '" + scratch.Path("absent/x.parquet") + "'", "1: ", "absent/x.parquet"},
           Case{"ATTACH '" + folder + "' AS a", "1: ", folder},
       }) {
    EXPECT_THAT(ErrorText(database->Execute(c.sql)), AllOf(StartsWith(c.code), HasSubstr(c.text))) << c.sql;
    EXPECT_THAT(ErrorText(database->Query(c.sql)), StartsWith(c.code)) << c.sql;
  }
  EXPECT_EQ(Row(*database, "SELECT 42"), "42") << "the database works after any error";
}

TEST(Database, GivesTheResultOfTheLastOfSeveralStatements) {
  const auto database = OpenDatabase();
  EXPECT_THAT(Rows(*database, "CREATE TABLE t AS SELECT range AS i FROM range(3); SELECT i, NULL FROM t ORDER BY i"),
              ElementsAre("0 NULL", "1 NULL", "2 NULL"));
  EXPECT_THAT(ErrorText(database->Execute("INSERT INTO t VALUES (9); SELECT nothing; INSERT INTO t VALUES (10)")),
              StartsWith("2: "));
  EXPECT_EQ(Row(*database, "SELECT count(*), max(i) FROM t"), "4 9");
}

TEST(Database, AnEmptyStatementIsNoCrash) {
  const auto database = OpenDatabase();
  for (const char* sql : {"", ";", "  \n", "-- a comment"}) {
    const Status executed = database->Execute(sql);
    const Status queried = database->Query(sql).status();
    EXPECT_EQ(executed.ok(), queried.ok()) << sql;
  }
}

TEST(Database, NamesTypesAndNullsOfAResultAreKept) {
  const auto database = OpenDatabase();
  const ResultTable table =
      Value(database->Query("SELECT 1::BIGINT AS \"a b\", [1.5::DOUBLE, NULL] AS l, NULL::VARCHAR AS n, "
                            "{'x': '1', 'y': true} AS s, '' AS e"));
  EXPECT_THAT(table.names, ElementsAre("a b", "l", "n", "s", "e"));
  EXPECT_THAT(table.types, ElementsAre("BIGINT", "DOUBLE[]", "VARCHAR", "STRUCT(x VARCHAR, y BOOLEAN)", "VARCHAR"));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.Integer(0, 0), 1);
  EXPECT_EQ(table.Text(0, 1), "[1.5, NULL]");
  EXPECT_EQ(table.rows[0][2], std::nullopt);
  EXPECT_EQ(table.Text(0, 3), "{'x': 1, 'y': true}");
  EXPECT_EQ(table.Text(0, 4), "");
}

TEST(Interrupt, StopsARunningStatementWithinASecondAndAllLaterOnes) {
  const auto database = OpenDatabase({.threads = 2});
  std::chrono::steady_clock::time_point asked;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    asked = std::chrono::steady_clock::now();
    database->Interrupt();
  });
  EXPECT_EQ(ErrorText(database->Execute(kEndless)), "130: interrupted");
  const double waited = SecondsSince(asked);
  other.join();
  EXPECT_LT(waited, 1.0);
  EXPECT_EQ(ErrorText(database->Execute("SELECT 1")), "130: interrupted");
  EXPECT_EQ(ErrorText(database->Query("SELECT 1")), "130: interrupted");
  EXPECT_EQ(ErrorText(database->Draw("SELECT 1", 80, 10)), "130: interrupted");
}

TEST(Interrupt, BeforeTheFirstStatementCounts) {
  const auto database = OpenDatabase();
  database->Interrupt();
  EXPECT_EQ(ErrorText(database->Execute(kEndless)), "130: interrupted");
}

TEST(Interrupt, IsNotLostWhenItComesWhileAStatementStarts) {
  int lost = 0;
  for (int round = 0; round < 60; ++round) {
    const auto database = OpenDatabase({.threads = 1});
    std::atomic<bool> done{false};
    std::atomic<bool> started{false};
    std::thread other([&] {
      while (!started) {
      }
      const auto begin = std::chrono::steady_clock::now();
      while (SecondsSince(begin) < round * 20e-6) {
      }
      database->Interrupt();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      for (int tenth = 0; tenth < 10 && !done; ++tenth) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
      if (!done) {
        ++lost;
        while (!done) {
          database->Interrupt();
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
      }
    });
    started = true;
    // One statement after the other, so that it comes between two as well as within one.
    const Status status =
        database->Execute(std::string("SELECT 1; SELECT 2; SELECT 3; SELECT 4; SELECT 5; SELECT 6;") + kEndless);
    done = true;
    other.join();
    EXPECT_EQ(ErrorText(status), "130: interrupted");
  }
  EXPECT_EQ(lost, 0);
}

TEST(Draw, ShowsSomeRowsAndSaysWhenThereAreMore) {
  const auto database = OpenDatabase();
  const Database::Drawing few = Value(database->Draw("SELECT 'rs' || range AS id FROM range(3)", 80, 20));
  EXPECT_THAT(few.text, AllOf(HasSubstr("id"), HasSubstr("rs0"), HasSubstr("rs2")));
  EXPECT_FALSE(few.cut);
  const Database::Drawing many = Value(database->Draw("SELECT range AS n FROM range(100000)", 80, 20));
  EXPECT_TRUE(many.cut);
  EXPECT_LT(many.text.size(), 20'000U);
  EXPECT_THAT(ErrorText(database->Draw("SELECT nothing", 80, 20)), StartsWith("2: "));
  EXPECT_EQ(Row(*database, "SELECT 1"), "1") << "the database is free again";
}

}  // namespace
}  // namespace varjoin::duck
