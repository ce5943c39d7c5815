// workbench.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests that go through the real binary: a place to run it in, and eyes to see what it made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "duck/database.h"
#include "support/places.h"
#include "support/process.h"

namespace varjoin::test {

using Words = std::vector<std::string>;

/// ../shared/data beside the project, or "" where it is absent.
std::string RealData();

/// A folder of the test's own, removed with it:
///   home/  VARJOIN_HOME       temp/  VARJOIN_TEMP_DIRECTORY       work/  the current folder of the command
/// The command's environment has these, USER=tester, and nothing else of varjoin's.
class Workbench {
 public:
  Workbench();
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  std::string home() const { return home_; }
  std::string temp() const { return root_ + "/temp"; }
  std::string work() const { return root_ + "/work"; }

  /// From here on another folder is VARJOIN_HOME.
  void UseHome(const std::string& home) { home_ = home; }

  /// Of a file in work/. An absolute name stays.
  std::string Path(const std::string& name) const;
  /// Writes a file in work/; returns its path.
  std::string Write(const std::string& name, std::string_view content) const;

  /// Writes a file below the command's $HOME; returns its path.
  std::string Home(const std::string& name, std::string_view content) const;

  /// `extra` goes over the environment.
  ProcessOptions Options(const std::map<std::string, std::string>& extra = {}) const;
  /// Runs `varjoin ARGUMENTS` in work/.
  Outcome Varjoin(const Words& arguments, const std::map<std::string, std::string>& extra_environment = {}) const;
  /// The same with standard input from a pipe.
  Outcome VarjoinFed(std::string input, const Words& arguments) const;
  std::unique_ptr<Process> Start(const Words& arguments) const;

  /// Runs it and expects exit 0.
  Outcome MustRun(const Words& arguments) const;

  /// The names in work/, sorted, hidden ones too.
  Words WorkNames() const;
  /// The names of the sources that the catalog lists.
  Words Sources() const;

 private:
  std::string root_;
  std::string home_;
};

/// The names in a folder, sorted, hidden ones too. No folder: none.
Words NamesIn(const std::string& folder);

std::string ReadFile(const std::string& path);

/// SQL in a DuckDB with varjoin's functions, in this process. A statement that fails fails the test.
duck::ResultTable Query(const std::string& sql);

/// The rows as text: "chr1|100|NULL".
Words Rows(const std::string& sql);

/// The only value of the only row.
std::string Value(const std::string& sql);

/// The columns of a Parquet file, in order.
Words ColumnsOf(const std::string& parquet);

/// Makes a Parquet file of the rows that `select` gives.
void WriteParquet(const std::string& path, const std::string& select);

/// A VCF: `meta` are header lines without their "##", `records` whole lines with blanks for tabs.
std::string Vcf(const Words& meta, const Words& records, const std::string& columns = "");

/// Number of times that `part` occurs in `text`.
int CountOf(std::string_view text, std::string_view part);

}  // namespace varjoin::test
