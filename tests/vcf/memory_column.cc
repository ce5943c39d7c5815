// memory_column.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "memory_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vcf/typed_value.h"

namespace varjoin::vcf {

MemoryColumn::MemoryColumn(const Column& column) : column_(column) {
  if (column.list) {
    shape_ = Shape::kList;
    Column element = column;
    element.list = false;
    owned_.push_back(std::make_unique<MemoryColumn>(element));
  } else if (column.type == ValueType::kStruct) {
    shape_ = Shape::kStruct;
    for (const Column& field : column.fields) {
      owned_.push_back(std::make_unique<MemoryColumn>(field));
    }
  } else {
    shape_ = Shape::kScalar;
  }
  for (const auto& child : owned_) {
    children.push_back(child.get());
  }
}

size_t MemoryColumn::ValueSize() const {
  if (shape_ != Shape::kScalar) {
    return shape_ == Shape::kList ? sizeof(ListEntry) : 0;
  }
  return SizeOf(column_.type);
}

void MemoryColumn::Reset(uint64_t rows) {
  texts_.clear();
  bytes_.clear();
  bits_.clear();
  elements = 77;  // the parser's to set
  element_capacity = 0;
  elements_set_ = 0;
  Resize(rows);
  for (const auto& child : owned_) {
    child->Reset(shape_ == Shape::kStruct ? rows : 0);
  }
}

void MemoryColumn::Resize(uint64_t rows) {
  std::vector<char> moved(rows * ValueSize(), '\xAB');
  std::copy_n(bytes_.begin(), std::min(bytes_.size(), moved.size()), moved.begin());
  bytes_ = std::move(moved);
  bits_.resize(rows / 64 + 1, ~uint64_t{0});
  bits_.shrink_to_fit();
  values = bytes_.data();
  validity = bits_.data();
  if (shape_ == Shape::kStruct) {
    for (const auto& child : owned_) {
      child->Resize(rows);
    }
  }
}

void MemoryColumn::ReserveElements(uint64_t wanted) {
  element_capacity = std::max(wanted, 2 * element_capacity);
  owned_[0]->Resize(element_capacity);
}

char* MemoryColumn::AllocateText(size_t size) {
  texts_.push_back(std::make_unique<char[]>(size));
  return texts_.back().get();
}

void MemoryColumn::SetElements(uint64_t used) {
  elements_set_ = used;
}

void MemoryColumn::Share(const std::shared_ptr<const SharedTexts>& shared, uint64_t count) {
  shared_ = shared;
  std::copy_n(shared->values.begin(), count, As<TextValue>());
}

std::string MemoryColumn::ScalarText(uint64_t row) const {
  switch (column_.type) {
    case ValueType::kBoolean:
      return static_cast<const bool*>(values)[row] ? "true" : "false";
    case ValueType::kInteger:
      return fmt::format("{}", static_cast<const int32_t*>(values)[row]);
    case ValueType::kBigint:
      return fmt::format("{}", static_cast<const int64_t*>(values)[row]);
    case ValueType::kDouble: {
      const double number = static_cast<const double*>(values)[row];
      return std::isnan(number) ? "nan" : fmt::format("{}", number);
    }
    default:
      return std::string(static_cast<const TextValue*>(values)[row].view());
  }
}

bool MemoryColumn::MetRubbish() const {
  return met_rubbish_ ||
         std::any_of(owned_.begin(), owned_.end(), [](const auto& child) { return child->MetRubbish(); });
}

std::string MemoryColumn::Text(uint64_t row) const {
  if (shape_ == Shape::kStruct) {
    std::string text;
    for (size_t i = 0; i < owned_.size(); ++i) {
      text += fmt::format("{}{}:{}", i == 0 ? "" : ",", column_.fields[i].name, owned_[i]->Text(row));
    }
    return "{" + text + "}";
  }
  const ListEntry entry = shape_ == Shape::kList ? static_cast<const ListEntry*>(values)[row] : ListEntry{0, 0};
  if (entry.offset + entry.length > elements_set_) {
    return fmt::format("(elements {}+{} of {})", entry.offset, entry.length, elements_set_);
  }
  if (IsNull(row)) {
    const auto value = bytes_.begin() + static_cast<std::ptrdiff_t>(row * ValueSize());
    const bool clean =
        std::all_of(value, value + static_cast<std::ptrdiff_t>(ValueSize()), [](char c) { return c == 0; });
    const bool good = clean || (shape_ == Shape::kList && entry.length == 0);
    met_rubbish_ = met_rubbish_ || !good;
    return good ? "NULL" : "(NULL with rubbish)";
  }
  if (shape_ == Shape::kScalar) {
    return ScalarText(row);
  }
  std::string text;
  for (uint64_t i = 0; i < entry.length; ++i) {
    text += (i == 0 ? "" : ",") + owned_[0]->Text(entry.offset + i);
  }
  return "[" + text + "]";
}

}  // namespace varjoin::vcf
