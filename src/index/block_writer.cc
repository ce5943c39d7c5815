// block_writer.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/block_writer.h"

#include <algorithm>

#include "base/checksum.h"

namespace varjoin::index {
namespace {

constexpr int kLevel = 3;              ///< of zstd
constexpr size_t kLongOnAverage = 24;  ///< bytes, from which on texts are compressed …
constexpr size_t kLongByItself = 256;  ///< … and without a dictionary

void AppendUpper(std::string& bytes, std::string_view letters) {
  AppendVarint(bytes, letters.size());
  for (const char letter : letters) {
    bytes.push_back(static_cast<char>(letter & ~0x20));
  }
}

/// How wide the widest of the numbers is, less the smallest.
unsigned RangeWidth(std::span<const uint64_t> numbers, bool is_signed) {
  const uint64_t turn = is_signed ? uint64_t{1} << 63 : 0;
  uint64_t least = UINT64_MAX;
  uint64_t most = 0;
  for (const uint64_t number : numbers) {
    least = std::min(least, number ^ turn);
    most = std::max(most, number ^ turn);
  }
  return numbers.empty() ? 0 : BitWidth(most - least);
}

}  // namespace

/// The values of one column that wait to be written.
struct BlockWriter::Column {
  Column(ColumnCoding given, size_t most_values)
      : coding(std::move(given)),
        table(coding.dictionary, most_values),
        zstd(coding.frames.empty() ? nullptr : ZSTD_createCDict(coding.frames.data(), coding.frames.size(), kLevel),
             &ZSTD_freeCDict) {}

  ColumnCoding coding;
  ValueTable table;
  std::unique_ptr<ZSTD_CDict, decltype(&ZSTD_freeCDict)> zstd;
  std::vector<uint8_t> valid;
  std::vector<uint64_t> numbers;     ///< of rows that have a value
  std::vector<uint16_t> exceptions;  ///< their ranks
  std::string texts;                 ///< of the exceptions, or of all
  std::vector<uint64_t> text_ends;

  /// Rows that have a value.
  size_t present() const {
    const bool plain_text = coding.schema.kind == ValueKind::kText && coding.coding == Coding::kPlain;
    return plain_text ? text_ends.size() : numbers.size();
  }

  void AddText(std::string_view text) {
    texts.append(text);
    text_ends.push_back(texts.size());
  }

  void AddNumberOrException(std::optional<uint64_t> number, std::string_view text) {
    if (!number) {
      exceptions.push_back(static_cast<uint16_t>(numbers.size()));
      AddText(text);
    }
    numbers.push_back(number.value_or(numbers.empty() ? 0 : numbers.back()));
  }

  void Clear() {
    valid.clear();
    numbers.clear();
    exceptions.clear();
    texts.clear();
    text_ends.clear();
  }
};

BlockWriter::BlockWriter(const std::vector<ColumnCoding>& columns)
    : bytes_of_columns_(columns.size()), zstd_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {
  for (const ColumnCoding& column : columns) {
    columns_.push_back(std::make_unique<Column>(column, ValueTable::MostValues(columns.size())));
  }
  ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 0);
  ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, kLevel);
}

BlockWriter::BlockWriter(BlockWriter&&) noexcept = default;
BlockWriter::~BlockWriter() = default;

void BlockWriter::Add(const RowBatch& batch, size_t first, size_t count) {
  for (size_t row = first; row < first + count; ++row) {
    const AlleleCode allele = EncodeAllele(batch.ref[row], batch.alt[row]);
    starts_.push_back(batch.start[row]);
    ends_.push_back(static_cast<int64_t>(static_cast<uint64_t>(batch.start[row]) + batch.ref[row].size() - 1));
    alleles_.push_back(allele);
    if (allele.code == AlleleCode::kLong) {
      alleles_.back().packed = static_cast<uint32_t>(heap_.size());
      AppendUpper(heap_, batch.ref[row]);
      AppendUpper(heap_, batch.alt[row]);
      text_bytes_ += batch.ref[row].size() + batch.alt[row].size();
    }
  }
  for (size_t c = 0; c < columns_.size(); ++c) {
    const size_t before = columns_[c]->texts.size();
    AddValues(*columns_[c], batch.columns[c], first, count);
    text_bytes_ += columns_[c]->texts.size() - before;
  }
}

void BlockWriter::AddValues(Column& column, const ColumnValues& values, size_t first, size_t count) {
  column.valid.insert(column.valid.end(), values.valid.begin() + static_cast<ptrdiff_t>(first),
                      values.valid.begin() + static_cast<ptrdiff_t>(first + count));
  const bool text = column.coding.schema.kind == ValueKind::kText;
  const Coding coding = column.coding.coding;
  for (size_t row = first; row < first + count; ++row) {
    if (values.valid[row] == 0) {
      continue;
    }
    if (!text) {
      column.numbers.push_back(values.numbers[row]);
    } else if (coding == Coding::kPlain) {
      column.AddText(values.texts[row]);
    } else if (coding == Coding::kPrefix) {
      column.AddNumberOrException(NumberBehind(column.coding.prefix, values.texts[row]), values.texts[row]);
    } else {
      const uint32_t place = column.table.PlaceOf(values.texts[row]);
      column.AddNumberOrException(place == ValueTable::kNone ? std::nullopt : std::optional<uint64_t>(place),
                                  values.texts[row]);
    }
  }
}

void BlockWriter::Finish(uint32_t contig, std::string& bytes) {
  const size_t begin = bytes.size();
  BlockHeader header{.contig = contig, .first_start = starts_[0], .rows = static_cast<uint16_t>(starts_.size())};
  bytes.resize(begin + sizeof(BlockHeader));
  AppendStarts(bytes, header, begin);
  AppendAlleles(bytes, header, begin);
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c]->present() > 0) {
      const uint32_t bitmap = BitmapOf(*columns_[c], bytes, begin);
      const size_t at = bytes.size();
      Store(reinterpret_cast<uint8_t*>(bytes.data()) + begin + header.columns + 4 * c,
            static_cast<uint32_t>(at - begin));
      AppendColumn(*columns_[c], bitmap, bytes);
      bytes_of_columns_[c] += bytes.size() - at;
    }
    columns_[c]->Clear();
  }
  bytes.resize(begin + (bytes.size() - begin + kPackedPadding + kAlignment - 1) / kAlignment * kAlignment);
  header.size = static_cast<uint32_t>(bytes.size() - begin);
  auto* const block = reinterpret_cast<uint8_t*>(bytes.data()) + begin;
  Store(block, header);
  Store(block, Checksum(block + sizeof(header.checksum), header.size - sizeof(header.checksum)));
  starts_.clear();
  ends_.clear();
  alleles_.clear();
  heap_.clear();
  bitmaps_.clear();
  text_bytes_ = 0;
}

void BlockWriter::AppendStarts(std::string& bytes, BlockHeader& header, size_t begin) {
  const auto delta = [&](size_t row) {
    return static_cast<uint64_t>(starts_[row]) - static_cast<uint64_t>(starts_[0]);
  };
  const unsigned width = BitWidth(delta(starts_.size() - 1));
  header.bin_shift = static_cast<uint16_t>(std::max(0, static_cast<int>(width) - __builtin_ctz(kBins)));
  uint16_t row = 0;
  for (uint64_t bin = 0; bin <= kBins; ++bin) {
    while (row < starts_.size() && delta(row) >> header.bin_shift < bin) {
      ++row;
    }
    Append(bytes, row);
  }
  numbers_.clear();
  for (size_t i = 0; i < starts_.size(); ++i) {
    bytes.push_back(static_cast<char>(delta(i)));
    numbers_.push_back(delta(i) >> 8);
  }
  header.high = static_cast<uint32_t>(bytes.size() - begin);
  packer_.Pack(numbers_, /*is_signed=*/false, bytes);
}

void BlockWriter::AppendAlleles(std::string& bytes, BlockHeader& header, size_t begin) {
  header.codes = static_cast<uint32_t>(bytes.size() - begin);
  bytes.resize(bytes.size() + (alleles_.size() + 1) / 2);
  size_t others = 0;
  for (size_t row = 0; row < alleles_.size(); ++row) {
    bytes[begin + header.codes + row / 2] |= static_cast<char>(alleles_[row].code << (4 * (row % 2)));
    others += alleles_[row].code >= AlleleCode::kShort ? 1 : 0;
  }
  header.others = static_cast<uint32_t>(bytes.size() - begin);
  header.columns = static_cast<uint32_t>(header.others + 4 * others);
  const auto heap = static_cast<uint32_t>(header.columns + 4 * columns_.size());
  for (const AlleleCode& allele : alleles_) {
    if (allele.code >= AlleleCode::kShort) {
      Append(bytes, allele.code == AlleleCode::kLong ? heap + allele.packed : allele.packed);
    }
  }
  bytes.resize(begin + heap);
  bytes.append(heap_);
}

/// Where the bitmap of the column's rows that have a value is; 0: all have one. Columns that are NULL together share
/// it.
uint32_t BlockWriter::BitmapOf(const Column& column, std::string& bytes, size_t begin) {
  if (column.present() == column.valid.size()) {
    return 0;
  }
  const size_t words = (column.valid.size() + 63) / 64;
  std::string bitmap;
  std::string bits;
  uint16_t before = 0;
  for (size_t word = 0; word < words; ++word) {
    uint64_t ones = 0;
    for (size_t row = 64 * word; row < std::min(64 * word + 64, column.valid.size()); ++row) {
      ones |= static_cast<uint64_t>(column.valid[row] != 0) << (row % 64);
    }
    Append(bitmap, before);
    Append(bits, ones);
    before = static_cast<uint16_t>(before + CountOnes(ones));
  }
  Append(bitmap, before);
  bitmap += bits;
  for (const auto& [known, offset] : bitmaps_) {
    if (known == bitmap) {
      return offset;
    }
  }
  bitmaps_.emplace_back(bitmap, static_cast<uint32_t>(bytes.size() - begin));
  bytes.append(bitmap);
  return bitmaps_.back().second;
}

void BlockWriter::AppendColumn(Column& column, uint32_t bitmap, std::string& bytes) {
  const ValueKind kind = column.coding.schema.kind;
  const bool is_signed = kind == ValueKind::kSigned;
  const Coding coding = column.coding.coding;
  uint8_t content = ColumnTag::kNumbers;
  if (kind == ValueKind::kText) {
    content = coding == Coding::kPlain ? ColumnTag::kTexts : ColumnTag::kPlaces;
  } else if (coding == Coding::kDictionary && FindPlaces(column)) {
    content = ColumnTag::kPlaces;
  } else if (is_signed && SubtractEnds(column)) {
    content = ColumnTag::kFromEnd;
  }
  bytes.push_back(static_cast<char>(content | (bitmap != 0 ? ColumnTag::kBitmap : 0) |
                                    (column.exceptions.empty() ? 0 : ColumnTag::kExceptions)));
  if (bitmap != 0) {
    Append(bytes, bitmap);
  }
  if (content == ColumnTag::kTexts) {
    AppendTexts(column, bytes);
    return;
  }
  packer_.Pack(column.numbers, is_signed, bytes);
  if (!column.exceptions.empty()) {
    Append(bytes, static_cast<uint16_t>(column.exceptions.size()));
    bytes.append(reinterpret_cast<const char*>(column.exceptions.data()), 2 * column.exceptions.size());
    AppendTexts(column, bytes);
  }
}

/// Turns numbers into places in the dictionary, if it has all of them.
bool BlockWriter::FindPlaces(Column& column) {
  numbers_.clear();
  for (const uint64_t number : column.numbers) {
    const uint32_t place = column.table.PlaceOf({reinterpret_cast<const char*>(&number), sizeof(number)});
    if (place == ValueTable::kNone) {
      return false;
    }
    numbers_.push_back(place);
  }
  std::swap(column.numbers, numbers_);
  return true;
}

/// Makes numbers relative to the rows' ends, if that makes them smaller: the column `end` vanishes.
bool BlockWriter::SubtractEnds(Column& column) {
  numbers_.clear();
  for (size_t row = 0; row < column.valid.size(); ++row) {
    if (column.valid[row] != 0) {
      numbers_.push_back(column.numbers[numbers_.size()] - static_cast<uint64_t>(ends_[row]));
    }
  }
  if (RangeWidth(numbers_, true) + 1 >= RangeWidth(column.numbers, true)) {
    return false;
  }
  std::swap(column.numbers, numbers_);
  return true;
}

void BlockWriter::AppendTexts(const Column& column, std::string& bytes) {
  const size_t size = column.zstd == nullptr ? kLongByItself : kLongOnAverage;
  if (column.texts.size() >= size * column.text_ends.size() && AppendFrames(column, bytes)) {
    return;
  }
  bytes.push_back(0);
  numbers_.assign(1, 0);
  numbers_.insert(numbers_.end(), column.text_ends.begin(), column.text_ends.end());
  packer_.Pack(numbers_, /*is_signed=*/false, bytes);
  bytes.append(column.texts);
}

/// False: compressed, the texts would hardly be smaller; nothing is appended.
bool BlockWriter::AppendFrames(const Column& column, std::string& bytes) {
  frames_.clear();
  numbers_.assign(1, 0);
  ZSTD_CCtx_refCDict(zstd_.get(), column.zstd.get());
  const auto begin_of = [&](size_t i) { return i == 0 ? 0 : column.text_ends[i - 1]; };
  for (size_t i = 0; i < column.text_ends.size(); i += kTextsOfFrame) {
    const size_t last = std::min(i + kTextsOfFrame, column.text_ends.size());
    plain_.clear();
    for (size_t text = i; text < last; ++text) {
      AppendVarint(plain_, column.text_ends[text] - begin_of(text));
    }
    plain_.append(column.texts, begin_of(i), column.text_ends[last - 1] - begin_of(i));
    const size_t at = frames_.size();
    frames_.resize(at + ZSTD_compressBound(plain_.size()));
    const size_t size =
        ZSTD_compress2(zstd_.get(), frames_.data() + at, frames_.size() - at, plain_.data(), plain_.size());
    if (ZSTD_isError(size) != 0) {
      return false;
    }
    frames_.resize(at + size);
    numbers_.push_back(frames_.size());
  }
  if (frames_.size() > column.texts.size() * 9 / 10) {
    return false;
  }
  bytes.push_back(1);
  packer_.Pack(numbers_, /*is_signed=*/false, bytes);
  bytes.append(frames_);
  return true;
}

std::vector<ColumnCoding> BlockWriter::TakeColumns() {
  std::vector<ColumnCoding> columns;
  for (auto& column : columns_) {
    column->coding.dictionary = column->table.TakeValues();
    columns.push_back(std::move(column->coding));
  }
  return columns;
}

}  // namespace varjoin::index
