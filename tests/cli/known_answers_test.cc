// known_answers_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Real people against real databases: the counts that ../shared/data/README.md gives, rows in the VCF's order, and
// values as bcftools reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "real_sources.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

using nlohmann::json;

struct Answer {
  std::string person;
  std::string database;
  std::string source;  ///< the name it is imported under
  int matched = 0;     ///< alleles, the table's column "minimal"
  int rows = 0;
};

const Answer kAnswers[] = {
    {"NA12878_WES_MegaBOLT", "clinvar_2016_lifted_GRCh38", "clinvar_2016", 2503, 75413},
    {"NA12878_WES_MegaBOLT", "clinvar_20260226_part", "clinvar_2026", 90, 75413},
    {"NA12878_WES_MegaBOLT", "vkgl_vus_202507", "vkgl", 48, 75414},
    {"NA12878_mosaic_GRCh38", "clinvar_2016_lifted_GRCh38", "clinvar_2016", 2525, 327672},
    {"NA12878_mosaic_GRCh38", "clinvar_20260226_part", "clinvar_2026", 105, 327672},
    {"NA12878_mosaic_GRCh38", "ensembl84_GRCh38_chr21_25-26Mb", "ensembl84", 1219, 327672},
    {"NA12878_PlatinumGenomes_chr21", "ensembl84_GRCh38_chr21_25-26Mb", "ensembl84", 1217, 66050},
    {"HG002_GIAB_chr22", "clinvar_2016_lifted_GRCh38", "clinvar_2016", 42, 50861},
};

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.person << " x " << answer.source;
}

/// The report of an annotation into o.parquet.
json Annotate(Workbench& bench, const Answer& answer, const std::string& engine) {
  bench.UseHome(HomeWithReal(answer.source, answer.database));
  const Outcome outcome = bench.MustRun({"annotate", RealFile("people", answer.person), "-s", answer.source, "--engine",
                                         engine, "--duplicates", "all", "-o", "o.parquet", "--json"});
  return json::parse(outcome.out, nullptr, false);
}

class KnownAnswer : public ::testing::TestWithParam<std::tuple<Answer, std::string>> {};

TEST_P(KnownAnswer, IsFound) {
  if (RealData().empty()) {
    GTEST_SKIP() << "../shared/data is absent";
  }
  const auto& [answer, engine] = GetParam();
  Workbench bench;
  const json report = Annotate(bench, answer, engine);
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["engine"], engine);
  EXPECT_EQ(report["sources"][0]["matched"], answer.matched);
  EXPECT_EQ(report["output"]["num_rows"], answer.rows);
  const std::string output = "read_parquet(" + SqlString(bench.Path("o.parquet")) + ")";
  EXPECT_EQ(Value("SELECT count(*) FROM " + output), std::to_string(answer.rows));
  EXPECT_EQ(
      Value("SELECT count(DISTINCT (record, alt_index)) FROM " + output + " WHERE " + answer.source + "_hits > 0"),
      std::to_string(answer.matched));
}

std::string NameOf(const ::testing::TestParamInfo<std::tuple<Answer, std::string>>& info) {
  const auto& [answer, engine] = info.param;
  return answer.person + "_x_" + answer.source + "_" + engine;
}

INSTANTIATE_TEST_SUITE_P(, KnownAnswer,
                         ::testing::Combine(::testing::ValuesIn(kAnswers),
                                            ::testing::Values(std::string("index"), std::string("duckdb"))),
                         NameOf);

/// A header line of INFO or FORMAT.
struct Field {
  std::string id;
  std::string number;
  std::string type;
};

/// What a column of the output must hold, by bcftools.
struct Checked {
  std::string query;   ///< bcftools query's expression
  std::string column;  ///< of the output
  Field field;
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : Split(text, '\n')) {
    lines.emplace_back(line);
  }
  lines.pop_back();
  return lines;
}

std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t start = text.find(before) + before.size();
  return text.substr(start, text.find(after, start) - start);
}

std::vector<Field> Fields(const std::string& header, const std::string& kind) {
  std::vector<Field> fields;
  for (const std::string& line : Lines(header)) {
    if (line.starts_with("##" + kind + "=<ID=")) {
      fields.push_back({Between(line, "ID=", ","), Between(line, "Number=", ","), Between(line, "Type=", ",")});
    }
  }
  return fields;
}

/// The entries of `text` that belong to allele `alt` of `alts` alternates, as the output has them.
std::string CutDown(const std::string& text, const Field& field, int alt, int alts) {
  const auto entries = Split(text, ',');
  const auto count = static_cast<int>(entries.size());
  std::vector<int> kept;
  if (field.number == "A" && count == alts) {
    kept = {alt - 1};
  } else if (field.number == "R" && count == alts + 1) {
    kept = {0, alt};
  } else if (field.number == "G" && count == (alts + 1) * (alts + 2) / 2) {
    kept = {0, alt * (alt + 1) / 2, alt * (alt + 1) / 2 + alt};
  } else if (field.number == "G" && count == alts + 1) {
    kept = {0, alt};
  } else if (field.number == "A" || field.number == "R" || field.number == "G") {
    return ".";
  } else {
    return text;
  }
  Words cut;
  for (const int index : kept) {
    cut.emplace_back(entries[static_cast<size_t>(index)]);
  }
  return Join(cut, ",");
}

/// bcftools keeps Floats in 32 bits and prints six digits.
bool SameFloat(std::string_view expected, std::string_view found) {
  double number = 0;
  if (std::from_chars(found.data(), found.data() + found.size(), number).ec != std::errc()) {
    return expected == found;
  }
  double printed = 0;
  std::from_chars(expected.data(), expected.data() + expected.size(), printed);
  char digits[32];
  std::snprintf(digits, sizeof digits, "%g", static_cast<double>(static_cast<float>(number)));
  return printed == std::strtod(digits, nullptr);
}

bool SameValue(const std::string& expected, const std::string& found, const Field& field) {
  if (field.type == "Flag") {
    return (expected == "1") == (found == "true");
  }
  if (field.type != "Float") {
    return expected == found;
  }
  const auto a = Split(expected, ',');
  const auto b = Split(found, ',');
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), SameFloat);
}

/// An output column as bcftools would print it.
std::string PrintedSql(const std::string& column, bool is_list) {
  const std::string name = SqlName(column);
  return is_list ? "coalesce(array_to_string([coalesce(x::VARCHAR, '.') FOR x IN " + name + "], ','), '.')"
                 : "coalesce(" + name + "::VARCHAR, '.')";
}

/// All columns that are compared, in the output's names.
std::vector<Checked> ColumnsToCheck(const std::string& header) {
  std::vector<Checked> columns;
  for (const auto& [query, column, type] :
       {std::tuple<std::string, std::string, std::string>{"%CHROM", "chrom", "String"},
        {"%POS", "start", "Integer"},
        {"%ID", "id", "String"},
        {"%REF", "ref", "String"},
        {"%QUAL", "qual", "Float"},
        {"%FILTER", "filter", "String"}}) {
    columns.push_back({query, column, {column, "1", type}});
  }
  columns.push_back({"%ALT", "alt", {"ALT", "A", "String"}});
  const std::vector<Field> info = Fields(header, "INFO");
  for (const Field& field : info) {
    columns.push_back({"%INFO/" + field.id, field.id, field});
  }
  for (const Field& field : Fields(header, "FORMAT")) {
    const bool clash =
        std::any_of(info.begin(), info.end(), [&](const Field& f) { return EqualNoCase(f.id, field.id); });
    columns.push_back({"[%" + field.id + "]", (clash ? "fmt_" : "") + field.id, field});
  }
  return columns;
}

TEST(Values, OfTheExomeAreInOrderAndAsBcftoolsReadsThem) {
  if (RealData().empty()) {
    GTEST_SKIP() << "../shared/data is absent";
  }
  if (RunProcess({"sh", "-c", "command -v bcftools"}).exit_code != 0) {
    GTEST_SKIP() << "bcftools is not installed";
  }
  Workbench bench;
  Annotate(bench, kAnswers[0], "index");
  const std::string person = RealFile("people", kAnswers[0].person);
  const std::string header = RunProcess({"bcftools", "view", "-h", person}).out;
  const std::vector<Checked> columns = ColumnsToCheck(header);
  ASSERT_GT(columns.size(), 30U);

  std::string query = "%ALT";
  for (const Checked& column : columns) {
    query += "\t" + column.query;
  }
  const std::vector<std::string> records = Lines(RunProcess({"bcftools", "query", "-f", query + "\n", person}).out);
  EXPECT_EQ(records.size(), 74755U);

  const std::string parquet = bench.Path("o.parquet");
  std::map<std::string, std::string> types;
  for (const auto& row : Query("DESCRIBE SELECT * FROM read_parquet(" + SqlString(parquet) + ")").rows) {
    types[*row[0]] = *row[1];
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const Checked& column = columns[i];
    ASSERT_TRUE(types.contains(column.column)) << column.column;
    const Words found = Rows("SELECT " + PrintedSql(column.column, types[column.column].ends_with("[]")) +
                             " FROM read_parquet(" + SqlString(parquet) + ") ORDER BY file_row_number");
    size_t row = 0;
    int wrong = 0;
    for (size_t record = 0; record < records.size(); ++record) {
      const auto values = Split(records[record], '\t');
      const auto alts = static_cast<int>(Split(values[0], ',').size());
      for (int alt = 1; alt <= alts; ++alt, ++row) {
        const std::string expected = CutDown(std::string(values[i + 1]), column.field, alt, alts);
        const bool same = row < found.size() && SameValue(expected, found[row], column.field);
        if (!same && wrong++ == 0) {
          ADD_FAILURE() << column.query << " of record " << record + 1 << ", ALT " << alt << ": expected " << expected
                        << ", found " << (row < found.size() ? found[row] : "no row");
        }
      }
    }
    EXPECT_EQ(wrong, 0) << column.query;
    EXPECT_EQ(row, found.size()) << column.query;
  }
}

}  // namespace
}  // namespace varjoin::test
