// workbench.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "support/workbench.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"

namespace varjoin::test {
namespace fs = std::filesystem;

std::string RealData() {
  const std::string folder = fs::path(ProjectRoot()).parent_path().string() + "/shared/data";
  return fs::exists(folder + "/README.md") ? folder : "";
}

Workbench::Workbench() {
  std::string pattern = (fs::temp_directory_path() / "varjoin-test-XXXXXX").string();
  root_ = mkdtemp(pattern.data());
  home_ = root_ + "/home";
  for (const std::string& folder : {temp(), work()}) {
    fs::create_directories(folder);
  }
}

Workbench::~Workbench() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::string Workbench::Path(const std::string& name) const {
  return (fs::path(work()) / name).string();
}

std::string Workbench::Write(const std::string& name, std::string_view content) const {
  std::ofstream(Path(name), std::ios::binary) << content;
  return Path(name);
}

std::string Workbench::Home(const std::string& name, std::string_view content) const {
  const fs::path path = fs::path(root_) / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

ProcessOptions Workbench::Options(const std::map<std::string, std::string>& extra) const {
  ProcessOptions options;
  options.environment = extra;
  options.environment.merge(std::map<std::string, std::string>{{"VARJOIN_HOME", home_},
                                                               {"VARJOIN_TEMP_DIRECTORY", temp()},
                                                               {"HOME", root_},
                                                               {"USER", "tester"},
                                                               {"LC_ALL", "C.UTF-8"}});
  options.folder = work();
  return options;
}

namespace {

Words Command(const Words& arguments) {
  Words command = {Executable()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

Outcome Workbench::Varjoin(const Words& arguments, const std::map<std::string, std::string>& extra_environment) const {
  return RunProcess(Command(arguments), Options(extra_environment));
}

Outcome Workbench::VarjoinFed(std::string input, const Words& arguments) const {
  ProcessOptions options = Options();
  options.input = std::move(input);
  return RunProcess(Command(arguments), options);
}

std::unique_ptr<Process> Workbench::Start(const Words& arguments) const {
  return std::make_unique<Process>(Command(arguments), Options());
}

Outcome Workbench::MustRun(const Words& arguments) const {
  Outcome outcome = Varjoin(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << "varjoin " << Join(arguments, " ") << "\n" << outcome.err;
  return outcome;
}

Words Workbench::WorkNames() const {
  return NamesIn(work());
}

Words Workbench::Sources() const {
  const Outcome listed = MustRun({"source", "list", "--json"});
  Words names;
  for (const nlohmann::json& source : nlohmann::json::parse(listed.out)) {
    names.push_back(source.at("name"));
  }
  return names;
}

Words NamesIn(const std::string& folder) {
  Words names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

duck::ResultTable Query(const std::string& sql) {
  // Never closed: DuckDB's thread-local state is gone before static objects are.
  static duck::Database* const database = [] {
    auto opened = duck::Database::Open({});
    return opened.ok() ? (*std::move(opened)).release() : nullptr;
  }();
  if (database == nullptr) {
    ADD_FAILURE() << "no database";
    return {};
  }
  Result<duck::ResultTable> result = database->Query(sql);
  if (!result.ok()) {
    ADD_FAILURE() << sql << "\n" << result.status().message();
    return {};
  }
  return *std::move(result);
}

Words Rows(const std::string& sql) {
  const duck::ResultTable table = Query(sql);
  Words rows;
  for (const auto& values : table.rows) {
    std::string row;
    for (size_t i = 0; i < values.size(); ++i) {
      row += (i == 0 ? "" : "|") + values[i].value_or("NULL");
    }
    rows.push_back(row);
  }
  return rows;
}

std::string Value(const std::string& sql) {
  const Words rows = Rows(sql);
  EXPECT_EQ(rows.size(), 1U) << sql;
  return rows.empty() ? "" : rows[0];
}

Words ColumnsOf(const std::string& parquet) {
  return Rows("SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(" + SqlString(parquet) + "))");
}

void WriteParquet(const std::string& path, const std::string& select) {
  Query("COPY (" + select + ") TO " + SqlString(path) + " (FORMAT parquet)");
}

std::string Vcf(const Words& meta, const Words& records, const std::string& columns) {
  std::string text = "##fileformat=VCFv4.3\n";
  for (const std::string& line : meta) {
    text += "##" + line + "\n";
  }
  text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" + columns + "\n";
  for (std::string record : records) {
    std::replace(record.begin(), record.end(), ' ', '\t');
    text += record + "\n";
  }
  return text;
}

int CountOf(std::string_view text, std::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace varjoin::test
