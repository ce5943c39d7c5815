// vcf_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "vcf/header.h"
#include "vcf/text_source.h"

namespace varjoin::vcf {

class RegionFilter;

/// Some whole lines of a VCF's body, in memory: at least one record (a line that is neither empty nor a lone CR).
struct Batch {
  /// What a batch in flight takes with the packed bytes that it came from, unless a line in it is long.
  static constexpr size_t kUsualBytes = size_t{4} << 20;
  static constexpr size_t kPadding = 64;  ///< so many bytes after `text` may be read; what they hold is not defined

  uint64_t number = 0;             ///< 0, 1, 2 … in file order, without gaps where no filter leaves batches out
  int64_t first_record = 0;        ///< ordinal in this file, from 1, of the first record in `text`
  std::string_view text;           ///< ends with '\n' (added where the file lacks it); points into `memory`
  std::shared_ptr<char[]> memory;  ///< views into `text` stay valid as long as somebody holds this
};

/// A VCF opened for one scan: its header at once, then its body in numbered batches that any number of threads take
/// and inflate in parallel. A record never straddles two batches.
///
/// Batches own the lines that end in them. BGZF blocks are inflated (libdeflate, CRC checked) by the thread that
/// takes them; the incomplete last line and the number of records are then handed from batch to batch in file order.
/// Plain text, gzip, zstd and bzip2 (any number of members) and BCF are cut into batches under the lock.
///
/// Thread-safety: Open() makes an object that one scan uses; Next() and BytesRead() may be called by many threads.
class VcfFile {
 public:
  /// Opens `path` ("-": standard input) and reads its header; a pipe is waited for, until `interrupted`. Errors
  /// (kBadInput) name the path and what it is instead: missing, not readable, a folder, empty, a BAM, CRAM, zip or
  /// Parquet file, a header without #CHROM, a truncated or corrupt block with its offset.
  static Result<std::unique_ptr<VcfFile>> Open(const std::string& path, Interrupted interrupted = {});
  ~VcfFile();

  const std::string& path() const;  ///< for messages; "standard input" for "-"
  std::string_view header_text() const;
  uint64_t header_end() const;  ///< bytes of text, a byte order mark too, before the first record
  const Header& header() const;
  Packing packing() const;
  uint64_t size() const;  ///< bytes of the file as it lies on disk; 0: a pipe

  /// Text of the body's beginning, whole lines, at most about 3 MiB: for a look ahead before the scan. It is the first
  /// batch's text, and stays in memory as long as this object.
  std::string_view Peek() const;
  bool PeekIsAll() const;  ///< the file has no more records than those

  /// An estimate of the number of records, from the file's size and what the records of Peek() take of it; exact for
  /// a small file, never 0, and rather too low than too high.
  uint64_t EstimateRecords() const;

  // Before the first Next():

  /// From here on only the records that `filter` leaves are handed out. With RegionFilter's kOverlap they are counted
  /// from 1 among each other, so that their ordinals don't depend on Restrict().
  void Select(std::shared_ptr<const RegionFilter> filter);

  /// Reads these stretches of the file only, as a current index at `index` gives them for the filter. Records are
  /// counted among those that are read. Precondition: packing() is kBgzf, or kBcf with an index.
  void Restrict(std::vector<VirtualRange> ranges, const std::string& index);

  /// Reads this part of the file only: the lines that begin after its begin and not after its end, wherever these are,
  /// in the middle of a block or of a line. So of parts that follow each other each line is in one, and none has to look
  /// back. The body's first line is in the part that begins at the last byte of the header. Records are counted among
  /// those that are read. Precondition: packing() is kBgzf or kPlain, and the file no pipe.
  void RestrictToLines(VirtualRange part);

  /// Takes the next batch. False: the end, and what other threads have taken has been handed to them, so that Records()
  /// is final. An error ends the scan for every thread: later calls return it too. Which error it is, and the batches
  /// before it, do not depend on the number of threads. Error messages name path, byte offset of the block and cause.
  Result<bool> Next(Batch& batch);

  /// Bytes of the file that Next() has taken, for progress.
  uint64_t BytesRead() const;

  /// After the end of the scan: the BGZF end marker was missing (the file may have been cut at a block's end; an error
  /// where the last line is incomplete as well).
  bool LacksEndMarker() const;

  /// Records handed out so far; the number of the file's records after the end.
  int64_t Records() const;

  VcfFile(const VcfFile&) = delete;
  VcfFile& operator=(const VcfFile&) = delete;

 private:
  struct State;
  explicit VcfFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::vcf
