// coding.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/coding.h"

#define ZDICT_STATIC_LINKING_ONLY  // for the trainer without a search for its parameters, which costs ten times more
#include <zdict.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <unordered_map>

#include "base/checksum.h"

namespace varjoin::index {
namespace {

constexpr size_t kMostDigits = 18;
constexpr size_t kMostPrefixes = 64;
constexpr size_t kLongText = 24;           ///< bytes, from which on text is worth compressing
constexpr size_t kMostTraining = 2 << 20;  ///< bytes of sample for a zstd dictionary
constexpr size_t kFrameDictionary = 64 << 10;
constexpr size_t kFewValues = 256;

std::string_view BytesOf(const uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

std::string_view LettersOf(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && (text[size] < '0' || text[size] > '9')) {
    ++size;
  }
  return text.substr(0, size);
}

}  // namespace

std::optional<uint64_t> NumberBehind(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix) || text.size() == prefix.size() || text.size() > prefix.size() + kMostDigits) {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(prefix.size());
  if (digits[0] == '0' && digits.size() > 1) {
    return std::nullopt;
  }
  uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') {
      return std::nullopt;
    }
    number = 10 * number + static_cast<uint64_t>(digit - '0');
  }
  return number;
}

void AppendColumns(const std::vector<ColumnCoding>& columns, std::string& bytes) {
  AppendVarint(bytes, columns.size());
  for (const ColumnCoding& column : columns) {
    AppendText(bytes, column.schema.name);
    AppendText(bytes, column.schema.type);
    bytes.push_back(static_cast<char>(column.schema.kind));
    bytes.push_back(static_cast<char>(column.coding));
    AppendText(bytes, column.prefix);
    AppendText(bytes, column.frames);
    AppendVarint(bytes, column.dictionary.size());
    for (const std::string& value : column.dictionary) {
      AppendText(bytes, value);
    }
  }
}

std::optional<std::vector<ColumnCoding>> ReadColumns(std::string_view bytes) {
  ByteReader reader(bytes);
  std::vector<ColumnCoding> columns;
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    ColumnCoding& column = columns.emplace_back();
    column.schema.name = reader.Text();
    column.schema.type = reader.Text();
    const auto kind = reader.Fixed<uint8_t>();
    const auto coding = reader.Fixed<uint8_t>();
    if (kind > static_cast<uint8_t>(ValueKind::kText) || coding > static_cast<uint8_t>(Coding::kPrefix)) {
      return std::nullopt;
    }
    column.schema.kind = static_cast<ValueKind>(kind);
    column.coding = static_cast<Coding>(coding);
    column.prefix = reader.Text();
    column.frames = reader.Text();
    for (uint64_t values = reader.Varint(); values > 0 && reader.ok(); --values) {
      column.dictionary.emplace_back(reader.Text());
      if (column.schema.kind != ValueKind::kText && column.dictionary.back().size() != sizeof(uint64_t)) {
        return std::nullopt;
      }
    }
  }
  return reader.ok() && reader.left() == 0 ? std::optional(std::move(columns)) : std::nullopt;
}

ValueTable::ValueTable(const std::vector<std::string>& values, size_t most_values)
    : slots_(1024), most_values_(most_values) {
  for (const std::string& value : values) {
    (void)PlaceOf(value);
  }
}

uint32_t ValueTable::PlaceOf(std::string_view value) {
  if (value.size() > sizeof(uint64_t)) {
    return Find(value);
  }
  uint64_t bytes = 0;
  std::memcpy(&bytes, value.data(), value.size());
  Recent& recent = recent_[(bytes * 0x9E3779B97F4A7C15u) >> (64 - kRecentBits)];
  if (recent.bytes != bytes || recent.size != value.size()) {
    recent = {bytes, static_cast<uint32_t>(value.size()), Find(value)};
  }
  return recent.place;
}

uint32_t ValueTable::Find(std::string_view value) {
  const auto hash = static_cast<uint32_t>(Checksum(value.data(), value.size()));
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].place != kNone; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash && *values_[slots_[at].place] == value) {
      return slots_[at].place;
    }
  }
  if (values_.size() == most_values_ || bytes_ + value.size() > MostBytes(most_values_)) {
    return kNone;
  }
  slots_[at] = {hash, static_cast<uint32_t>(values_.size())};
  values_.push_back(std::make_unique<std::string>(value));
  bytes_ += value.size();
  if (2 * values_.size() > slots_.size()) {
    Grow();
  }
  return static_cast<uint32_t>(values_.size() - 1);
}

void ValueTable::Grow() {
  std::vector<Slot> slots(2 * slots_.size());
  for (const Slot& slot : slots_) {
    if (slot.place != kNone) {
      size_t at = slot.hash & (slots.size() - 1);
      while (slots[at].place != kNone) {
        at = (at + 1) & (slots.size() - 1);
      }
      slots[at] = slot;
    }
  }
  slots_ = std::move(slots);
}

std::vector<std::string> ValueTable::TakeValues() {
  std::vector<std::string> values;
  values.reserve(values_.size());
  for (const auto& value : values_) {
    values.push_back(std::move(*value));
  }
  return values;
}

/// What is known of one column of the sample.
struct Profiler::Column {
  ColumnSchema schema;
  size_t most_values = 0;  ///< see ValueTable::MostValues()
  std::unordered_map<std::string, uint64_t> counts = {};
  uint64_t present = 0;
  size_t counted_bytes = 0;
  uint64_t uncounted = 0;                                      ///< values that were new when `counts` was full
  std::map<std::string, uint64_t, std::less<>> prefixes = {};  ///< and how many values are one and a number
  std::string training = {};
  std::vector<size_t> training_sizes = {};

  void AddValue(std::string_view value) {
    ++present;
    if (const auto found = counts.find(std::string(value)); found != counts.end()) {
      ++found->second;
    } else if (counts.size() < most_values && counted_bytes + value.size() <= ValueTable::MostBytes(most_values)) {
      counts.emplace(value, 1);
      counted_bytes += value.size();
    } else {
      ++uncounted;
    }
    if (schema.kind != ValueKind::kText) {
      return;
    }
    const std::string_view prefix = LettersOf(value);
    if (NumberBehind(prefix, value)) {
      if (const auto known = prefixes.find(prefix); known != prefixes.end()) {
        ++known->second;
      } else if (prefixes.size() < kMostPrefixes) {
        prefixes.emplace(prefix, 1);
      }
    }
    if (value.size() >= kLongText && training.size() + value.size() <= kMostTraining) {
      training.append(value);
      training_sizes.push_back(value.size());
    }
  }

  /// Values that come again and again.
  bool Repeats() const {
    const uint64_t distinct = counts.size() + uncounted;
    return distinct <= kFewValues || 4 * distinct <= present;
  }

  std::vector<std::string> MostFrequentFirst() const {
    std::vector<std::pair<uint64_t, std::string>> sorted;
    for (const auto& [value, count] : counts) {
      sorted.emplace_back(count, value);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a.first > b.first || (a.first == b.first && a.second < b.second);
    });
    std::vector<std::string> values;
    for (auto& [count, value] : sorted) {
      values.push_back(std::move(value));
    }
    return values;
  }

  /// A zstd dictionary, where the sample has enough long values for one.
  std::string TrainFrames() const {
    if (training_sizes.size() < 64 || training.size() < kFrameDictionary) {
      return "";
    }
    std::string dictionary(std::min(kFrameDictionary, training.size() / 8), '\0');
    ZDICT_fastCover_params_t parameters{};
    parameters.k = 64;
    parameters.d = 8;
    parameters.f = 20;
    parameters.accel = 1;
    const size_t size =
        ZDICT_trainFromBuffer_fastCover(dictionary.data(), dictionary.size(), training.data(), training_sizes.data(),
                                        static_cast<unsigned>(training_sizes.size()), parameters);
    if (ZDICT_isError(size) != 0) {
      return "";
    }
    dictionary.resize(size);
    return dictionary;
  }

  ColumnCoding Decide(bool trained) const {
    ColumnCoding column{.schema = schema, .coding = Coding::kPlain, .prefix = {}, .dictionary = {}, .frames = {}};
    const bool text = schema.kind == ValueKind::kText;
    const auto prefix = std::max_element(prefixes.begin(), prefixes.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (prefix != prefixes.end() && 2 * prefix->second > present && !Repeats()) {
      column.coding = Coding::kPrefix;
      column.prefix = prefix->first;
    } else if ((text || schema.kind == ValueKind::kFloat) && Repeats()) {
      column.coding = Coding::kDictionary;
      column.dictionary = MostFrequentFirst();
    }
    column.frames = text && trained ? TrainFrames() : "";
    return column;
  }
};

Profiler::Profiler(std::vector<ColumnSchema> schema) {
  const size_t most_values = ValueTable::MostValues(schema.size());
  for (ColumnSchema& column : schema) {
    columns_.push_back({.schema = std::move(column), .most_values = most_values});
  }
}

Profiler::~Profiler() = default;

void Profiler::Add(const RowBatch& rows) {
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnValues& values = rows.columns[c];
    const bool text = columns_[c].schema.kind == ValueKind::kText;
    if (!text && columns_[c].schema.kind != ValueKind::kFloat) {
      continue;
    }
    for (size_t row = 0; row < rows.rows(); ++row) {
      if (values.valid[row] != 0) {
        columns_[c].AddValue(text ? values.texts[row] : BytesOf(values.numbers[row]));
      }
    }
  }
}

std::vector<ColumnCoding> Profiler::Decide(bool trained) const {
  std::vector<ColumnCoding> columns;
  for (const Column& column : columns_) {
    columns.push_back(column.Decide(trained));
  }
  return columns;
}

}  // namespace varjoin::index
