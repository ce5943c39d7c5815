// fault_bench.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For tests of what goes wrong while something is written: what was there before, what should be there after, and how
// to tell them from a half of either.
#pragma once

#include <map>
#include <string>

#include "small_files.h"

namespace varjoin::test {

/// What is found where the command writes.
enum class Found {
  kOld,              ///< as it was, with its index
  kOldWithoutIndex,  ///< as it was; its index has gone
  kNew,              ///< as a run makes it that nothing befalls, with its index
  kNewWithoutIndex,
  kBroken,  ///< neither
};
void PrintTo(Found found, std::ostream* out);

/// One kind of thing that is written: "parquet", "csv", "vcf", "vcf.gz", "bcf" by `annotate`, "index" and "import" by
/// `source`. An old one is there, of another input.
class FaultBench : public SmallBench {
 public:
  explicit FaultBench(const std::string& kind);

  /// What makes the new one in the old one's place.
  const Words& command() const { return command_; }
  /// What messages are to name.
  const std::string& target() const { return target_; }
  /// The folder that it is written in: work() or home().
  std::string folder() const { return IsSource() ? home() : work(); }
  /// Bytes that a run has to write there.
  uint64_t needed() const { return needed_; }
  /// Seconds that a run takes.
  double seconds() const { return seconds_; }

  Found Look() const;
  /// Files that nobody needs: what a run has begun and not completed, and an import that no catalog knows.
  Words Leftovers() const;
  /// Puts the old one back, if it is not there.
  void Reset() const;

 private:
  bool IsSource() const { return kind_ == "index" || kind_ == "import"; }
  Words CommandFor(const std::string& input) const;
  std::map<std::string, std::string> Files() const;
  std::string Content() const;
  Found LookAtSource() const;

  std::string kind_;
  std::string target_;
  Words command_;
  uint64_t needed_ = 0;
  double seconds_ = 0;
  std::map<std::string, std::string> old_;  ///< path and bytes
  std::map<std::string, std::string> new_;
  std::string new_content_;
};

}  // namespace varjoin::test
