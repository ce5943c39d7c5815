// vector_columns.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/vector_columns.h"

#include <algorithm>

namespace varjoin::duck {
namespace {

static_assert(sizeof(vcf::TextValue) == sizeof(duckdb::string_t));
static_assert(vcf::TextValue::kInline == duckdb::string_t::INLINE_LENGTH);
static_assert(sizeof(vcf::ListEntry) == sizeof(duckdb::list_entry_t));
static_assert(sizeof(uint64_t) == sizeof(duckdb::validity_t));

duckdb::LogicalType ScalarType(const vcf::Column& column) {
  switch (column.type) {
    case vcf::ValueType::kBoolean:
      return duckdb::LogicalType::BOOLEAN;
    case vcf::ValueType::kInteger:
      return duckdb::LogicalType::INTEGER;
    case vcf::ValueType::kBigint:
      return duckdb::LogicalType::BIGINT;
    case vcf::ValueType::kDouble:
      return duckdb::LogicalType::DOUBLE;
    case vcf::ValueType::kText:
      return duckdb::LogicalType::VARCHAR;
    case vcf::ValueType::kBytes:
      return duckdb::LogicalType::BLOB;
    case vcf::ValueType::kStruct:
      break;
  }
  duckdb::child_list_t<duckdb::LogicalType> fields;
  for (const vcf::Column& field : column.fields) {
    fields.emplace_back(field.name, TypeOf(field));
  }
  return duckdb::LogicalType::STRUCT(std::move(fields));
}

/// Keeps texts alive for as long as a vector points to them.
struct KeptTexts : duckdb::VectorBuffer {
  explicit KeptTexts(std::shared_ptr<const vcf::SharedTexts> texts_p)
      : duckdb::VectorBuffer(duckdb::VectorBufferType::OPAQUE_BUFFER), texts(std::move(texts_p)) {}
  std::shared_ptr<const vcf::SharedTexts> texts;
};

vcf::Column ElementOf(const vcf::Column& list) {
  vcf::Column element = list;
  element.list = element.map = false;
  return element;
}

}  // namespace

duckdb::LogicalType TypeOf(const vcf::Column& column) {
  const duckdb::LogicalType scalar = ScalarType(column);
  if (column.map) {
    return duckdb::LogicalType::MAP(scalar);
  }
  return column.list ? duckdb::LogicalType::LIST(scalar) : scalar;
}

VectorColumn::VectorColumn(const vcf::Column& column) {
  if (column.list) {
    shape_ = Shape::kList;
    owned_.push_back(std::make_unique<VectorColumn>(ElementOf(column)));
  } else if (column.type == vcf::ValueType::kStruct) {
    shape_ = Shape::kStruct;
    for (const vcf::Column& field : column.fields) {
      owned_.push_back(std::make_unique<VectorColumn>(field));
    }
  } else {
    const bool text = column.type == vcf::ValueType::kText || column.type == vcf::ValueType::kBytes;
    shape_ = text ? Shape::kText : Shape::kScalar;
  }
  for (const auto& child : owned_) {
    children.push_back(child.get());
  }
}

void VectorColumn::Attach(duckdb::Vector& vector, uint64_t capacity,
                          const duckdb::buffer_ptr<duckdb::VectorBuffer>& batch) {
  vector_ = &vector;
  batch_ = batch;
  elements = 0;
  duckdb::FlatVector::Validity(vector).Initialize(capacity);
  if (shape_ == Shape::kText) {
    duckdb::StringVector::AddBuffer(vector, batch);
  } else if (shape_ == Shape::kList) {
    // As many as the chunks before had: growing step by step would copy them several times. Of many, some to spare:
    // DuckDB rounds up to a power of two, and a row more would copy all of them.
    constexpr uint64_t kMany = 16 * STANDARD_VECTOR_SIZE;
    duckdb::ListVector::Reserve(vector, last_elements_ + (last_elements_ > kMany ? last_elements_ / 8 : 0));
    element_capacity = duckdb::ListVector::GetListCapacity(vector);
    owned_[0]->Attach(duckdb::ListVector::GetEntry(vector), element_capacity, batch);
  } else if (shape_ == Shape::kStruct) {
    auto& fields = duckdb::StructVector::GetEntries(vector);
    for (size_t i = 0; i < owned_.size(); ++i) {
      owned_[i]->Attach(*fields[i], capacity, batch);
    }
  }
  Renew(capacity);
}

/// Points again at memory that a growing list above has moved; what is in it stays.
void VectorColumn::Renew(uint64_t capacity) {
  auto& validity_mask = duckdb::FlatVector::Validity(*vector_);
  if (validity_mask.GetData() == nullptr) {
    validity_mask.Initialize(capacity);
  }
  validity = validity_mask.GetData();
  values = shape_ == Shape::kStruct ? nullptr : duckdb::FlatVector::GetData(*vector_);
  if (shape_ == Shape::kList) {
    element_capacity = duckdb::ListVector::GetListCapacity(*vector_);
    owned_[0]->vector_ = &duckdb::ListVector::GetEntry(*vector_);
    owned_[0]->Renew(element_capacity);
  } else if (shape_ == Shape::kStruct) {
    auto& fields = duckdb::StructVector::GetEntries(*vector_);
    for (size_t i = 0; i < owned_.size(); ++i) {
      owned_[i]->vector_ = fields[i].get();
      owned_[i]->Renew(capacity);
    }
  }
}

void VectorColumn::ReserveElements(uint64_t wanted) {
  if (wanted <= element_capacity) {
    return;
  }
  duckdb::ListVector::SetListSize(*vector_, elements);  // so many are kept
  duckdb::ListVector::Reserve(*vector_, std::max(wanted, 2 * element_capacity));
  Renew(element_capacity);
}

void VectorColumn::SetElements(uint64_t used) {
  duckdb::ListVector::SetListSize(*vector_, used);
  constexpr uint64_t kForgotten = 16;  // a long list is not made room for forever
  last_elements_ = std::max(used, last_elements_ - last_elements_ / kForgotten);
}

/// Nothing is copied. DuckDB doesn't write to what a scan gives it, and its Reset() makes the vector point to memory of
/// its own again.
void VectorColumn::Share(const std::shared_ptr<const vcf::SharedTexts>& shared, uint64_t) {
  auto* const shared_values = const_cast<vcf::TextValue*>(shared->values.data());
  duckdb::FlatVector::SetData(*vector_, reinterpret_cast<duckdb::data_ptr_t>(shared_values));
  duckdb::StringVector::AddBuffer(*vector_, duckdb::make_buffer<KeptTexts>(shared));
}

char* VectorColumn::AllocateText(size_t size) {
  auto& heap = duckdb::StringVector::GetStringBuffer(*vector_).GetStringAllocator();
  return reinterpret_cast<char*>(heap.Allocate(size));
}

}  // namespace varjoin::duck
