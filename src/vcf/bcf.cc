// bcf.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/bcf.h"

#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/text.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "BCF\2\2"sv;
constexpr size_t kLengthBytes = 4;
constexpr size_t kRecordHeadBytes = 8;  ///< l_shared and l_indiv
constexpr size_t kMostHeaderBytes = size_t{256} << 20;
constexpr size_t kMostRecordBytes = size_t{1} << 31;

uint32_t Length(const char* bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

/// Bytes of the whole records at the front of `bytes`.
size_t WholeRecords(std::string_view bytes) {
  size_t at = 0;
  while (bytes.size() - at >= kRecordHeadBytes) {
    const size_t record = kRecordHeadBytes + Length(bytes.data() + at) + Length(bytes.data() + at + kLengthBytes);
    if (bytes.size() - at < record) {
      break;
    }
    at += record;
  }
  return at;
}

/// Removes the numbers that BCF gives its header lines, `,IDX=7>`: in VCF they would clash with those of new lines.
void RemoveNumbers(std::string& header) {
  constexpr std::string_view kKey = ",IDX=";
  std::string text;
  for (std::string_view line : Split(header, '\n')) {
    const size_t at = line.ends_with('>') ? line.rfind(kKey) : std::string_view::npos;
    const size_t digits = at == std::string_view::npos ? at : at + kKey.size();
    const bool numbered =
        at != std::string_view::npos && line.find_first_not_of("0123456789", digits) == line.size() - 1;
    text += text.empty() ? "" : "\n";
    text += line.substr(0, numbered ? at : line.size());
    text += numbered ? ">" : "";
  }
  header = std::move(text);
}

}  // namespace

/// htslib's view of the header, and what is used again for record after record.
struct BcfSource::Records {
  Records() : header(bcf_hdr_init("r")), record(bcf_init()) {
    hts_set_log_level(HTS_LOG_OFF);  // errors are told by whoever called us
    if (header == nullptr || record == nullptr) {
      throw std::bad_alloc();
    }
  }
  ~Records() {
    ks_free(&line);
    bcf_destroy(record);
    bcf_hdr_destroy(header);
  }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  /// Appends the lines of whole records to `text`. False: a record is broken.
  bool Write(std::string_view bytes, std::string& text);

  bcf_hdr_t* header;
  bcf1_t* record;
  kstring_t line = KS_INITIALIZE;
  int64_t count = 0;  ///< records written
};

bool BcfSource::Records::Write(std::string_view bytes, std::string& text) {
  // A file in memory, of a header without text and the records: htslib checks what it reads from a file.
  const size_t head = kMagic.size() + kLengthBytes;
  char* const memory = static_cast<char*>(std::malloc(head + bytes.size()));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  std::memcpy(memory, kMagic.data(), kMagic.size());
  std::memset(memory + kMagic.size(), 0, kLengthBytes);
  std::memcpy(memory + head, bytes.data(), bytes.size());
  hFILE* const content = hopen("mem:", "r:", memory, head + bytes.size());
  if (content == nullptr) {
    std::free(memory);
    throw std::bad_alloc();
  }
  htsFile* const file = hts_hopen(content, "mem", "r");
  if (file == nullptr) {
    hclose_abruptly(content);
    throw std::bad_alloc();
  }
  char skipped[kMagic.size() + kLengthBytes];
  int result = bgzf_read(file->fp.bgzf, skipped, sizeof(skipped)) == static_cast<ssize_t>(sizeof(skipped)) ? 0 : -2;
  while (result == 0) {
    result = bcf_read(file, header, record);
    ks_clear(&line);
    if (result == 0 && (record->errcode != 0 || vcf_format(header, record, &line) != 0)) {
      result = -2;
    }
    if (result == 0) {
      text.append(line.s, line.l);
      ++count;
    }
  }
  hts_close(file);
  return result == -1;
}

bool IsBcf(std::string_view start) {
  return start.starts_with(kMagic);
}

BcfSource::BcfSource(std::string name, std::unique_ptr<TextSource> packed)
    : name_(std::move(name)),
      packed_(std::move(packed)),
      records_(std::make_unique<Records>()),
      piece_(std::make_unique_for_overwrite<char[]>(kPieceBytes)) {}

BcfSource::~BcfSource() = default;

void BcfSource::Restrict(std::vector<VirtualRange> ranges, const std::string& index) {
  packed_->Restrict(std::move(ranges), index);
  bytes_.clear();
  text_.clear();
  text_begin_ = 0;
  at_end_ = false;
}

Status BcfSource::Take(Piece& piece) {
  if (!has_header_) {
    VARJOIN_RETURN_IF_ERROR(ReadHeader());
    has_header_ = true;
  }
  piece.size = 0;
  while (piece.size < kPieceBytes) {
    if (text_begin_ == text_.size()) {
      text_.clear();
      text_begin_ = 0;
      if (at_end_ && bytes_.empty()) {
        break;
      }
      VARJOIN_RETURN_IF_ERROR(WriteText());
      continue;
    }
    const size_t count = text_.copy(piece.text + piece.size, kPieceBytes - piece.size, text_begin_);
    text_begin_ += count;
    piece.size += count;
  }
  piece.last = at_end_ && bytes_.empty() && text_begin_ == text_.size();
  return Status::Ok();
}

Status BcfSource::ReadMore() {
  Piece piece;
  piece.text = piece_.get();
  VARJOIN_RETURN_IF_ERROR(packed_->Take(piece));
  if (piece.packed) {
    VARJOIN_RETURN_IF_ERROR(packed_->Unpack(piece));
  }
  bytes_.append(piece.text, piece.size);
  at_end_ = piece.last;
  return Status::Ok();
}

Status BcfSource::ReadHeader() {
  const size_t head = kMagic.size() + kLengthBytes;
  size_t wanted = head;
  for (;;) {
    if (bytes_.size() >= head) {
      wanted = head + Length(bytes_.data() + kMagic.size());
      if (wanted > kMostHeaderBytes) {
        return BadInput("{}: is a corrupt BCF file: it states a header of {} bytes", name_, wanted - head);
      }
    }
    if (bytes_.size() >= wanted && wanted > head) {
      break;
    }
    if (at_end_) {
      return BadInput("{}: is a BCF file that ends within its header; fetch or copy it again", name_);
    }
    VARJOIN_RETURN_IF_ERROR(ReadMore());
  }
  text_ = bytes_.substr(head, wanted - head);
  text_.resize(std::min(text_.size(), text_.find('\0')));
  bytes_.erase(0, wanted);
  std::string copy = text_;  // htslib takes a text that it may write to
  if (bcf_hdr_parse(records_->header, copy.data()) != 0) {
    return BadInput("{}: is a BCF file whose header htslib can't read; look at it: bcftools view -h {}", name_, name_);
  }
  RemoveNumbers(text_);
  return Status::Ok();
}

Status BcfSource::WriteText() {
  size_t whole = WholeRecords(bytes_);
  while (whole == 0 && !at_end_) {
    if (bytes_.size() > kMostRecordBytes) {
      return BadInput("{}: record {} of the BCF file states more than 2 GiB; fetch or copy the file again", name_,
                      records_->count + 1);
    }
    VARJOIN_RETURN_IF_ERROR(ReadMore());
    whole = WholeRecords(bytes_);
  }
  if (whole == 0 && !bytes_.empty()) {
    return BadInput("{}: the BCF file ends within record {}; fetch or copy it again", name_, records_->count + 1);
  }
  if (!records_->Write(std::string_view(bytes_).substr(0, whole), text_)) {
    return BadInput("{}: record {} of the BCF file is corrupt; fetch or copy the file again", name_,
                    records_->count + 1);
  }
  bytes_.erase(0, whole);
  return Status::Ok();
}

}  // namespace varjoin::vcf
