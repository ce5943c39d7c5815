// bcf_encoder.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/bcf_encoder.h"

#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <new>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "BCF\2\2"sv;

template <typename T>
void Put(T value, std::string& out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));  // little-endian, as text_scan.h asserts
  out.append(bytes, sizeof(T));
}

/// "chr7:55191822"
std::string PlaceOf(std::string_view line) {
  const std::vector<std::string_view> columns = Split(line.substr(0, line.find('\t', line.find('\t') + 1)), '\t');
  return columns.size() < 2 ? std::string(line.substr(0, 20)) : fmt::format("{}:{}", columns[0], columns[1]);
}

/// Whether an integer of BCF can't hold one of these, separated by commas. htslib makes it missing without a word.
bool HasLargeInteger(std::string_view values) {
  for (const std::string_view value : Split(values, ',')) {
    int64_t number = 0;
    const std::errc error = std::from_chars(value.data(), value.data() + value.size(), number).ec;
    if (error == std::errc::result_out_of_range ||
        (error == std::errc() && (number < BCF_MIN_BT_INT32 || number > INT32_MAX))) {
      return true;
    }
  }
  return false;
}

/// Whether so many digits come one after the other that they may be too large an integer.
bool HasManyDigits(std::string_view text) {
  constexpr int kFewest = 10;
  int digits = 0;
  for (const char byte : text) {
    digits = byte >= '0' && byte <= '9' ? digits + 1 : 0;
    if (digits == kFewest) {
      return true;
    }
  }
  return false;
}

bool IsInteger(const bcf_hdr_t* header, int kind, std::string_view key) {
  const int id = bcf_hdr_id2int(header, BCF_DT_ID, std::string(key).c_str());
  return id >= 0 && bcf_hdr_idinfo_exists(header, kind, id) && bcf_hdr_id2type(header, kind, id) == BCF_HT_INT;
}

std::string LargeInfo(const bcf_hdr_t* header, std::string_view info) {
  for (const std::string_view entry : Split(info, ';')) {
    const size_t equals = std::min(entry.find('='), entry.size());
    if (equals < entry.size() && HasLargeInteger(entry.substr(equals + 1)) &&
        IsInteger(header, BCF_HL_INFO, entry.substr(0, equals))) {
      return "INFO/" + std::string(entry.substr(0, equals));
    }
  }
  return "";
}

std::string LargeFormat(const bcf_hdr_t* header, std::string_view format, std::string_view sample) {
  const std::vector<std::string_view> keys = Split(format, ':');
  const std::vector<std::string_view> values = Split(sample, ':');
  for (size_t i = 0; i < std::min(keys.size(), values.size()); ++i) {
    if (HasLargeInteger(values[i]) && IsInteger(header, BCF_HL_FMT, keys[i])) {
      return "FORMAT/" + std::string(keys[i]);
    }
  }
  return "";
}

/// The first field of Type=Integer with a value that BCF can't hold; "": none.
std::string LargeInteger(const bcf_hdr_t* header, std::string_view line) {
  constexpr size_t kInfo = 7;
  constexpr size_t kFormat = 8;
  if (!HasManyDigits(line)) {
    return "";
  }
  const std::vector<std::string_view> columns = Split(line, '\t');
  std::string field = columns.size() > kInfo ? LargeInfo(header, columns[kInfo]) : "";
  for (size_t i = kFormat + 1; i < columns.size() && field.empty(); ++i) {
    field = LargeFormat(header, columns[kFormat], columns[i]);
  }
  return field;
}

}  // namespace

struct BcfEncoder::State {
  State(bcf_hdr_t* header_p, std::string name_p) : header(header_p), record(bcf_init()), name(std::move(name_p)) {
    if (header == nullptr || record == nullptr) {
      throw std::bad_alloc();
    }
    known_ids = header->n[BCF_DT_ID];
    known_contigs = header->n[BCF_DT_CTG];
  }
  ~State() {
    ks_free(&text);
    bcf_destroy(record);
    bcf_hdr_destroy(header);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bcf_hdr_t* header;
  bcf1_t* record;
  std::string name;
  kstring_t text = KS_INITIALIZE;
  int known_ids = 0;  ///< of the header as it is written; htslib adds what it meets
  int known_contigs = 0;
};

Result<std::unique_ptr<BcfEncoder>> BcfEncoder::Make(std::string_view header, const std::string& name) {
  hts_set_log_level(HTS_LOG_OFF);  // errors are told by whoever called us
  bcf_hdr_t* const parsed = bcf_hdr_init("r");
  std::string copy = ReplaceAll(std::string(header), "\r\n", "\n");  // htslib takes a text that it may write to
  auto state = std::make_unique<State>(parsed, name);
  if (bcf_hdr_parse(parsed, copy.data()) != 0) {
    return BadInput("{}: htslib can't read the header that BCF needs; write it as vcf.gz instead", name);
  }
  state->known_ids = parsed->n[BCF_DT_ID];
  state->known_contigs = parsed->n[BCF_DT_CTG];
  return std::unique_ptr<BcfEncoder>(new BcfEncoder(std::move(state)));
}

BcfEncoder::BcfEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}

BcfEncoder::~BcfEncoder() = default;

Result<std::string> BcfEncoder::Head() const {
  kstring_t text = KS_INITIALIZE;
  if (bcf_hdr_format(state_->header, 1, &text) != 0) {
    ks_free(&text);
    return BadInput("{}: htslib can't write the header that BCF needs; write it as vcf.gz instead", state_->name);
  }
  std::string head(kMagic);
  Put(static_cast<uint32_t>(text.l + 1), head);
  head.append(text.s, text.l + 1);  // with its NUL
  ks_free(&text);
  return head;
}

Status BcfEncoder::EncodeLine(std::string_view line, RecordBlock& block) {
  bcf1_t* const record = state_->record;
  bcf_hdr_t* const header = state_->header;
  ks_clear(&state_->text);
  kputsn(line.data(), line.size(), &state_->text);
  const int result = vcf_parse(&state_->text, header, record);
  if (header->n[BCF_DT_CTG] > state_->known_contigs) {
    return BadInput("{}: {}: BCF can't have a contig without a ##contig line in the header; write it as vcf.gz instead",
                    state_->name, PlaceOf(line));
  }
  if (header->n[BCF_DT_ID] > state_->known_ids) {
    return BadInput("{}: {}: '{}' has no line in the header, and BCF can't have such a key; write it as vcf.gz instead",
                    state_->name, PlaceOf(line), header->id[BCF_DT_ID][state_->known_ids].key);
  }
  const bool is_far = record->pos + record->rlen > INT32_MAX;
  if (const std::string field = is_far ? "POS" : LargeInteger(header, line); !field.empty()) {
    return BadInput("{}: {}: {} is beyond the 32 bits that BCF has for it; write it as vcf.gz instead", state_->name,
                    PlaceOf(line), field);
  }
  if (result != 0 || (record->errcode & ~(BCF_ERR_LIMITS | BCF_ERR_CTG_UNDEF | BCF_ERR_TAG_UNDEF)) != 0) {
    return BadInput("{}: {}: htslib can't turn this record into BCF; look at it: bcftools view, or write vcf.gz",
                    state_->name, PlaceOf(line));
  }
  std::string& out = block.bytes;
  Put(static_cast<uint32_t>(record->shared.l + 24), out);  // with the six numbers that follow
  Put(static_cast<uint32_t>(record->indiv.l), out);
  Put(static_cast<int32_t>(record->rid), out);
  Put(static_cast<uint32_t>(record->pos), out);
  Put(static_cast<uint32_t>(record->rlen), out);
  Put(record->qual, out);
  Put(static_cast<uint16_t>(record->n_info), out);
  Put(static_cast<uint16_t>(record->n_allele), out);
  Put(static_cast<uint32_t>(record->n_fmt) << 24 | (record->n_sample & 0xffffffU), out);
  out.append(record->shared.s, record->shared.l);
  out.append(record->indiv.s == nullptr ? "" : record->indiv.s, record->indiv.l);
  block.marks.push_back({.contig = static_cast<uint32_t>(record->rid),
                         .begin = record->pos,
                         .end = record->pos + record->rlen,
                         .byte_end = out.size()});
  return Status::Ok();
}

void BcfEncoder::Encode(RecordBlock& block) {
  std::string_view left = block.lines;
  while (!left.empty() && block.status.ok()) {
    const size_t end = left.find('\n');
    const bool has_return = end > 0 && left[end - 1] == '\r';
    block.status = EncodeLine(left.substr(0, end - (has_return ? 1 : 0)), block);
    left.remove_prefix(end + 1);
  }
}

}  // namespace varjoin::vcf
