// record_writer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/output_file.h"
#include "base/status.h"

namespace varjoin::vcf {

enum class RecordFormat {
  kVcf,    ///< text
  kVcfGz,  ///< text in BGZF blocks
  kBcf,    ///< BCF 2.2 in BGZF blocks
};

struct RecordWriterOptions {
  RecordFormat format = RecordFormat::kVcf;
  int threads = 1;        ///< that pack blocks, besides the one that adds lines
  int level = 6;          ///< of deflate, 0 to 12
  bool indexed = false;   ///< not with kVcf
  std::string name = {};  ///< of the output, for messages
};

/// Writes the lines of a VCF in the order in which they are added. Blocks of lines are turned into BCF, if asked for,
/// and packed by threads of its own; as many are in flight as the threads need, whatever the file's size.
///
/// One thread adds lines. After an error, only the destructor may be called.
class RecordWriter {
 public:
  /// Writes the header: all its lines, with their ends. `file` outlives the writer. Errors: the file's, and a header
  /// that BCF can't have.
  static Result<std::unique_ptr<RecordWriter>> Open(OutputFile& file, std::string_view header,
                                                    const RecordWriterOptions& options);
  ~RecordWriter();

  /// Where the next line is appended to, with its '\n'. Valid until EndLine().
  std::string& line();

  /// After each line. Errors: the file's; kBadInput for a record that BCF can't have (a key without a header line),
  /// with contig:position.
  Status EndLine();

  /// Writes what is left, and the end marker.
  Status Finish();

  /// After Finish(): writes the index of what was written. False: there is none, and `problem` says why (records that
  /// are not sorted, positions beyond the index's reach).
  Result<bool> SaveIndex(const std::string& path, std::string& problem);

  /// The ending of the index's name after the output's: ".tbi", or ".csi" for BCF and contigs longer than TBI can hold.
  std::string_view IndexEnding() const;

  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

 private:
  struct State;
  explicit RecordWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::vcf
