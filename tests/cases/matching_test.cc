// matching_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// matching.tsv says what matches what; here every case of it goes through the real binary, as a user would do it:
// source add or import, annotate, read the Parquet.
//
// A line is: name, query records, source rows, options, expected, why. A record is `chrom pos ref alt[,alt]`; records
// are separated by ` ; `, two sources by ` || `, and a source row ends in ` =value`. Expected is a value per ALT (`,`)
// of every record (` | `): `.` no match, `a+b` two rows, `v/w` of two sources; or error:KIND.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "base/text.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::map<std::string, Words> kErrorWords = {{"contigs", {"contig"}}, {"assembly", {"assembl"}}};

constexpr const char* kVcfOutput = "o.vcf";

struct Case {
  std::string name, query, source, expected, why;
  std::map<std::string, std::string> options;
};

void PrintTo(const Case& the_case, std::ostream* out) {
  *out << the_case.name;
}

struct Record {
  std::string chrom, start, ref, alt;
  std::string value;  ///< of a source row
};

Words SplitAt(const std::string& text, const std::string& separator) {
  Words parts;
  size_t at = 0;
  for (size_t end = 0; (end = text.find(separator, at)) != std::string::npos; at = end + separator.size()) {
    parts.push_back(text.substr(at, end - at));
  }
  parts.push_back(text.substr(at));
  return parts;
}

std::vector<Record> Records(const std::string& text) {
  std::vector<Record> records;
  for (const std::string& part : SplitAt(text, " ; ")) {
    const size_t equals = part.find(" =");
    std::istringstream words(part.substr(0, equals));
    Record& record = records.emplace_back();
    words >> record.chrom >> record.start >> record.ref >> record.alt;
    record.value = equals == std::string::npos ? "" : part.substr(equals + 2);
  }
  return records;
}

std::vector<Case> ReadCases() {
  std::vector<Case> cases;
  std::ifstream file(test::ProjectRoot() + "/tests/cases/matching.tsv");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    const Words parts = SplitAt(line, "\t");
    Case& read = cases.emplace_back(Case{parts.at(0), parts.at(1), parts.at(2), parts.at(4), parts.at(5), {}});
    for (const std::string& option : parts[3] == "-" ? Words{} : SplitAt(parts[3], ",")) {
      const size_t equals = option.find('=');
      read.options[option.substr(0, equals)] = equals == std::string::npos ? "" : option.substr(equals + 1);
    }
  }
  return cases;
}

/// `values` becomes the INFO field VAL of every record, if the records are a source's.
std::string VcfOf(const std::vector<Record>& records, const std::string& length_option, bool values) {
  Words meta;
  std::set<std::string> seen;
  for (const Record& record : records) {
    if (seen.insert(record.chrom).second) {
      const bool known = length_option.starts_with(record.chrom + ":");
      meta.push_back("contig=<ID=" + record.chrom +
                     (known ? ",length=" + length_option.substr(record.chrom.size() + 1) : "") + ">");
    }
  }
  if (values) {
    meta.emplace_back("INFO=<ID=VAL,Number=A,Type=String,Description=\"value\">");
  }
  std::string text = Vcf(meta, {});
  for (const Record& record : records) {
    text += record.chrom + "\t" + record.start + "\t.\t" + record.ref + "\t" + record.alt + "\t.\t.\t" +
            (values ? "VAL=" + record.value : ".") + "\n";
  }
  return text;
}

std::string ParquetSelect(const std::vector<Record>& records) {
  Words rows;
  for (const Record& record : records) {
    rows.push_back("(" + SqlString(record.chrom) + ", " + record.start + "::BIGINT, " + SqlString(record.ref) + ", " +
                   SqlString(record.alt) + ", " + SqlString(record.value) + ")");
  }
  return "SELECT * FROM (VALUES " + Join(rows, ", ") + ") t(chrom, \"start\", ref, alt, VAL)";
}

/// The rows that the output must have, as Rows() shows them.
Words ExpectedRows(const Case& the_case) {
  const std::vector<Record> query = Records(the_case.query);
  const Words of_records = SplitAt(the_case.expected, " | ");
  EXPECT_EQ(of_records.size(), query.size()) << "malformed case: one expectation a record";
  Words rows;
  for (size_t i = 0; i < query.size(); ++i) {
    const Words alts = SplitAt(query[i].alt, ",");
    const Words of_alts = alts.size() > 1 ? SplitAt(of_records[i], ",") : Words{of_records[i]};
    EXPECT_EQ(of_alts.size(), alts.size()) << "malformed case: one expectation an ALT";
    for (size_t alt = 0; alt < alts.size(); ++alt) {
      for (std::string value : SplitAt(of_alts[alt], "+")) {
        std::replace(value.begin(), value.end(), '/', '|');
        rows.push_back(Join(Words{query[i].chrom, query[i].start, query[i].ref, alts[alt], value}, "|"));
      }
    }
  }
  return rows;
}

/// What INFO/SOURCE_VAL of each record must be, "." where there is none; `source` is 0 or 1.
Words ExpectedValues(const Case& the_case, size_t source) {
  const std::vector<Record> query = Records(the_case.query);
  const Words of_records = SplitAt(the_case.expected, " | ");
  Words expected;
  for (size_t i = 0; i < query.size(); ++i) {
    const size_t alts = SplitAt(query[i].alt, ",").size();
    const Words of_alts = alts > 1 ? SplitAt(of_records[i], ",") : Words{of_records[i]};
    Words values;
    for (const std::string& of_alt : of_alts) {
      Words hits;
      for (const std::string& combination : SplitAt(of_alt, "+")) {
        const Words parts = SplitAt(combination, "/");
        std::string value = parts.at(std::min(source, parts.size() - 1));
        value = alts == 1 ? ReplaceAll(value, ",", "%2C") : value;
        if (std::find(hits.begin(), hits.end(), value) == hits.end()) {
          hits.push_back(value);
        }
      }
      values.push_back(Join(hits, "|"));
    }
    const bool none = std::all_of(values.begin(), values.end(), [](const std::string& value) { return value == "."; });
    std::string list = Join(values, ",");
    if (list.starts_with('[')) {  // duplicates=list
      list = ReplaceAll(list.substr(1, list.size() - 2), ";", "|");
    } else {
      list = ReplaceAll(list, ";", "%3B");
    }
    expected.push_back(none || query[i].alt == "." ? "." : list);
  }
  return expected;
}

/// INFO/`key` of each record, "." where there is none.
Words ValuesOf(const std::string& vcf, const std::string& key) {
  Words values;
  for (const std::string& line : SplitAt(vcf, "\n")) {
    if (!line.empty() && !line.starts_with('#')) {
      values.emplace_back(".");
      for (const std::string& entry : SplitAt(SplitAt(line, "\t").at(7), ";")) {
        if (entry.starts_with(key + "=")) {
          values.back() = entry.substr(key.size() + 1);
        }
      }
    }
  }
  return values;
}

class MatchingCase : public ::testing::TestWithParam<std::tuple<Case, std::string>> {
 protected:
  static const Case& TheCase() { return std::get<0>(GetParam()); }
  static const std::string& Engine() { return std::get<1>(GetParam()); }

  /// Makes the sources; returns their names.
  Words MakeSources() {
    Words names;
    for (const std::string& text : SplitAt(TheCase().source, " || ")) {
      const std::string name = names.empty() ? "s" : "t";
      const std::vector<Record> rows = Records(text);
      if (Has("import")) {
        bench_.Write(name + ".vcf", VcfOf(rows, "", true));
        Words import = {"source", "import", name, name + ".vcf", "--no-index"};
        if (Has("reference")) {
          import.insert(import.end(), {"--reference", Option("reference")});
        }
        bench_.MustRun(import);
      } else {
        WriteParquet(bench_.Path(name + ".parquet"), ParquetSelect(rows));
        bench_.MustRun({"source", "add", name, name + ".parquet"});
      }
      if (Engine() == "index") {
        bench_.MustRun({"source", "index", name});
      }
      for (const Record& row : rows) {
        source_contigs_.insert(ToLower(row.chrom));
      }
      names.push_back(name);
    }
    return names;
  }

  bool Has(const std::string& option) const { return TheCase().options.contains(option); }
  std::string Option(const std::string& option) const { return Has(option) ? TheCase().options.at(option) : ""; }

  /// `source_contigs_` are of the last source, as all cases with an error have one only.
  void ExpectError(const Outcome& outcome) {
    const std::string kind = TheCase().expected.substr(std::string("error:").size());
    EXPECT_THAT(outcome.exit_code, ::testing::AnyOf(1, 2));
    Words words = kErrorWords.at(kind);
    if (kind == "contigs") {  // both sides are named
      words.push_back(ToLower(Records(TheCase().query)[0].chrom));
      words.push_back(*source_contigs_.begin());
    }
    for (const std::string& word : words) {
      EXPECT_THAT(ToLower(outcome.err), HasSubstr(word));
    }
  }

  /// Annotates the case's query into `output`.
  Outcome Annotate(const std::string& output) {
    if (Has("reference")) {
      bench_.Write(Option("reference"), ReadFile(test::ProjectRoot() + "/tests/cases/" + Option("reference")));
    }
    bench_.Write("q.vcf", VcfOf(Records(TheCase().query), Option("length"), false));
    Words command = {"annotate", "q.vcf", "-o", output, "--engine", Engine()};
    for (const std::string& name : MakeSources()) {
      command.insert(command.end(), {"-s", name});
    }
    for (const std::string option : {"duplicates", "assembly", "reference"}) {
      if (Has(option) && (output != kVcfOutput || Option(option) != "all")) {  // VCF has no "all"
        command.insert(command.end(), {"--" + option, Option(option)});
      }
    }
    before_ = bench_.WorkNames();
    return bench_.Varjoin(command);
  }

  Workbench bench_;
  Words before_;  ///< the names before the run
  std::set<std::string> source_contigs_;
};

TEST_P(MatchingCase, GivesTheExpectedRows) {
  SCOPED_TRACE(TheCase().why);
  const Outcome outcome = Annotate("o.parquet");
  if (TheCase().expected.starts_with("error:")) {
    ExpectError(outcome);
    EXPECT_EQ(bench_.WorkNames(), before_) << "something was written";
    return;
  }
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const bool two = TheCase().source.find(" || ") != std::string::npos;
  const std::string value = Option("duplicates") == "list" ? "replace(s_VAL::VARCHAR, ', ', ';')" : "s_VAL";
  EXPECT_EQ(
      Rows("SELECT chrom, \"start\", ref, coalesce(alt, '.'), coalesce(" + value + ", '.')" +
           (two ? ", coalesce(t_VAL, '.')" : "") + " FROM read_parquet(" + SqlString(bench_.Path("o.parquet")) + ")"),
      ExpectedRows(TheCase()));
}

TEST_P(MatchingCase, GivesTheExpectedValuesInVcf) {
  SCOPED_TRACE(TheCase().why);
  const Outcome outcome = Annotate(kVcfOutput);
  if (TheCase().expected.starts_with("error:")) {
    ExpectError(outcome);
    EXPECT_EQ(bench_.WorkNames(), before_) << "something was written";
    return;
  }
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string vcf = ReadFile(bench_.Path(kVcfOutput));
  EXPECT_EQ(ValuesOf(vcf, "s_VAL"), ExpectedValues(TheCase(), 0));
  if (TheCase().source.find(" || ") != std::string::npos) {
    EXPECT_EQ(ValuesOf(vcf, "t_VAL"), ExpectedValues(TheCase(), 1));
  }
}

INSTANTIATE_TEST_SUITE_P(, MatchingCase,
                         ::testing::Combine(::testing::ValuesIn(ReadCases()),
                                            ::testing::Values(std::string("duckdb"), std::string("index"))),
                         [](const auto& info) { return std::get<0>(info.param).name + "_" + std::get<1>(info.param); });

TEST(MatchingTable, HasAllItsCases) {
  EXPECT_GE(ReadCases().size(), 57U);
}

}  // namespace
}  // namespace varjoin::test
