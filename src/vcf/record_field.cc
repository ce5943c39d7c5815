// record_field.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_field.h"

#include <array>
#include <cstring>

#include "vcf/field_values.h"
#include "vcf/genotype.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

bool IsWhole(std::string_view text) {
  int64_t number = 0;
  return ParseLong(text, number);
}

bool IsDot(std::string_view text) {
  return text.size() == 1 && text[0] == '.';
}

}  // namespace

RecordField::RecordField(const Column& column, bool split, bool keeps_empty, const FieldTarget* target)
    : usual_(column.genotype == GenotypePart::kText ? UsualOf(column.type, CutOf(column, split)) : Usual::kNone),
      cut_(CutOf(column, split)),
      type_(column.type),
      genotype_(column.genotype),
      percent_(!(column.origin == Origin::kFormat && column.field.id == "GT")),
      keeps_empty_(keeps_empty && column.type == ValueType::kText),
      allows_spaces_(column.origin == Origin::kInfo),
      target_(*target) {}

RecordField::Cut RecordField::CutOf(const Column& column, bool split) {
  if (column.genotype != GenotypePart::kText) {
    return column.list ? Cut::kWhole : Cut::kScalar;
  }
  if (column.type == ValueType::kBoolean) {
    return Cut::kFlag;
  }
  const NumberKind number = column.field.number;
  if (!column.list) {
    return split && number == NumberKind::kPerAlt ? Cut::kPerAlt : Cut::kScalar;
  }
  if (split && number == NumberKind::kPerAllele) {
    return Cut::kPerAllele;
  }
  return split && number == NumberKind::kPerGenotype ? Cut::kPerGenotype : Cut::kWhole;
}

RecordField::Usual RecordField::UsualOf(ValueType type, Cut cut) {
  const bool is_list = cut > Cut::kPerAlt;
  switch (type) {
    case ValueType::kBoolean:
      return Usual::kFlag;
    case ValueType::kInteger:
      return is_list ? Usual::kIntegers : Usual::kInteger;
    case ValueType::kBigint:
      return cut == Cut::kScalar ? Usual::kBigint : Usual::kNone;
    case ValueType::kDouble:
      return is_list ? Usual::kDoubles : Usual::kDouble;
    case ValueType::kText:
      return is_list ? Usual::kTexts : cut == Cut::kScalar ? Usual::kText : Usual::kNone;
    default:
      return Usual::kNone;
  }
}

void RecordField::ClearRows(uint64_t row, uint64_t count) {
  const size_t width = IsList() ? sizeof(ListEntry) : SizeOf(type_);
  std::memset(static_cast<char*>(column_->values) + row * width, 0, count * width);
  column_->validity[row / 64] = cut_ == Cut::kFlag ? ~uint64_t{0} : 0;
}

Taken RecordField::Append(const char* begin, const char* end, const uint32_t* separators, TextCleaner& cleaner) {
  const std::string_view text = Between(begin, end);
  switch (type_) {
    case ValueType::kBoolean: {
      if (cut_ != Cut::kFlag) {
        return AppendScalar<ValueType::kBoolean>(text, cleaner);
      }
      Value present;
      present.null = false;
      present.integer = 1;
      Put<ValueType::kBoolean>(present);
      return Taken::kGood;
    }
    case ValueType::kInteger:
      return AppendAs<ValueType::kInteger>(text, separators, cleaner);
    case ValueType::kBigint:
      return AppendAs<ValueType::kBigint>(text, separators, cleaner);
    case ValueType::kDouble:
      return AppendAs<ValueType::kDouble>(text, separators, cleaner);
    default:
      return AppendAs<ValueType::kText>(text, separators, cleaner);
  }
}

void RecordField::AppendTriples(const char* text, size_t samples) {
  constexpr uint64_t kLength = 3;
  TextValue* const values = static_cast<TextValue*>(values_of_column_) + target_.row;
  size_t i = 0;
#if defined(__SSE4_1__)
  // Four at a time: 4 bytes of length, 3 of text.
  const __m128i length = _mm_cvtsi64_si128(kLength);
  const __m128i first = _mm_setr_epi8(-1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i step = _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i second = _mm_add_epi8(first, step);
  const __m128i third = _mm_add_epi8(second, step);
  const __m128i fourth = _mm_add_epi8(third, step);
  for (; i + 4 <= samples; i += 4) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + (kLength + 1) * i));
    const auto put = [&](size_t at, __m128i from) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(values + i + at),
                       _mm_or_si128(_mm_shuffle_epi8(bytes, from), length));
    };
    put(0, first);
    put(1, second);
    put(2, third);
    put(3, fourth);
  }
#endif
  for (; i < samples; ++i) {
    values[i] = TextValue({text + (kLength + 1) * i, kLength});
  }
  target_.use->text_bytes += kLength * samples;
}

void RecordField::AppendAbsent() {
  if (target_.direct) {
    WriteNullTo(target_.row);
  } else {
    samples_.push_back({static_cast<uint32_t>(values_.size()), 0, true, false});
  }
}

/// Writes NULL, or false, whatever was there.
void RecordField::WriteNullTo(uint64_t index) const {
  if (cut_ == Cut::kFlag) {
    WriteNumber(false, *column_, index);
  } else if (IsList()) {
    WriteNullList(*column_, index);
  } else {
    WriteValue(type_, Value(), *column_, index, *target_.use);
  }
}

void RecordField::Forget(uint64_t row) {
  if (IsList() && !column_->IsNull(row)) {
    column_->Truncate(column_->As<ListEntry>()[row].offset);
  }
  WriteNullTo(row);
}

void RecordField::ForgetSamples(uint64_t row, uint64_t count) {
  if (IsList()) {
    column_->Truncate(marked_elements_);
  }
  for (uint64_t i = row; i < row + count; ++i) {
    WriteNullTo(i);
  }
}

/// False: kBad, with found_ and expected_ set.
template <ValueType kType>
inline bool RecordField::Parse(std::string_view text, Value& value, TextCleaner& cleaner) {
  value.null = IsDot(text);
  if (value.null) {
    return true;
  }
  if constexpr (kType == ValueType::kText) {
    value = cleaner.Clean(text, percent_, repaired_);
    return true;
  } else {
    bool good = false;
    if constexpr (kType == ValueType::kBoolean) {
      value.integer = IsPhased(text) ? 1 : 0;
      return ParseAlleles(text, [](const Value&) {});
    } else if constexpr (kType == ValueType::kInteger) {
      good = ParsePaddedInteger(text, value.integer);
    } else if constexpr (kType == ValueType::kBigint) {
      good = ParsePaddedLong(text, value.big);
    } else {
      good = ParsePaddedFloat(text, value.number);
    }
    if (good) {
      return true;
    }
    const size_t last = allows_spaces_ ? text.find_last_not_of(' ') : std::string_view::npos;
    if (last != std::string_view::npos && last + 1 < text.size()) {
      return Parse<kType>(text.substr(0, last + 1), value, cleaner);
    }
    found_ = text;
    expected_ = kType == ValueType::kDouble                     ? "a Float"
                : kType == ValueType::kInteger && IsWhole(text) ? "an Integer of 32 bits"
                                                                : "an Integer";
    return false;
  }
}

template <ValueType kType>
inline void RecordField::Put(const Value& value) {
  if (!target_.direct) {
    samples_.push_back({static_cast<uint32_t>(values_.size()), 1, value.null, false});
    values_.push_back(value);
    return;
  }
  WriteValue(kType, value, *column_, target_.row, *target_.use);
  if (!target_.nested && !value.null) {
    column_->SetValid(target_.row);
  }
}

template <ValueType kType>
inline Taken RecordField::AppendAs(std::string_view text, const uint32_t* separators, TextCleaner& cleaner) {
  switch (cut_) {
    case Cut::kFlag:
    case Cut::kScalar:
      return AppendScalar<kType>(text, cleaner);
    case Cut::kPerAlt:
      if (target_.direct) {
        return AppendOne<kType>(text, separators, cleaner);
      }
      [[fallthrough]];
    default:
      return AppendList<kType>(text, separators, cleaner);
  }
}

template <ValueType kType>
inline Taken RecordField::AppendScalar(std::string_view text, TextCleaner& cleaner) {
  Value value;
  if (text.empty() && !keeps_empty_) {
    Put<kType>(value);
    return Taken::kGood;
  }
  if (Parse<kType>(text, value, cleaner)) {
    Put<kType>(value);
    return Taken::kGood;
  }
  if (kType != ValueType::kBoolean && text.find(',') != std::string_view::npos) {
    expected_ = type_ == ValueType::kDouble ? "one Float" : "one Integer";
  }
  Put<kType>(Value());
  return Taken::kBad;
}

/// Number=A of a record with one ALT or none.
template <ValueType kType>
inline Taken RecordField::AppendOne(std::string_view text, const uint32_t* separators, TextCleaner& cleaner) {
  const bool missing = IsDot(text) || (text.empty() && !keeps_empty_);
  Value only;
  size_t length = 0;
  Taken taken = Taken::kGood;
  if (!missing) {
    const bool good = ParseList<kType>(text, separators, cleaner, [&](const Value& value) {
      only = value;
      ++length;
    });
    taken = !good ? Taken::kBad : length + 1 == target_.alleles ? Taken::kGood : Taken::kWrongLength;
  }
  Put<kType>(taken == Taken::kGood ? only : Value());
  return taken;
}

/// Calls `put` for each allele of a GT; false: kBad.
template <typename PutOne>
bool RecordField::ParseAlleles(std::string_view text, const PutOne& put) {
  const bool good = TakeAlleles(text, [&](int32_t allele) {
    Value value;
    value.null = allele == kMissingAllele;
    value.integer = allele;
    put(value);
  });
  if (!good) {
    found_ = text;
    expected_ = kGenotypeExpected;
  }
  return good;
}

/// Calls `put` for each value; false: kBad.
template <ValueType kType, typename PutOne>
inline bool RecordField::ParseList(std::string_view text, const uint32_t* separators, TextCleaner& cleaner,
                                   const PutOne& put) {
  if (kType == ValueType::kInteger && genotype_ == GenotypePart::kAlleles) [[unlikely]] {
    return ParseAlleles(text, put);
  }
  const char* const line = target_.line;
  const char* const end = text.data() + text.size();
  for (const char* begin = text.data();;) {
    const char* stop = line + *separators++;
    while (stop != end && *stop != ',') {
      stop = line + *separators++;
    }
    Value value;
    if (!Parse<kType>(Between(begin, stop), value, cleaner)) {
      return false;
    }
    put(value);
    if (stop == end) {
      return true;
    }
    begin = stop + 1;
  }
}

template <ValueType kType>
inline Taken RecordField::AppendList(std::string_view text, const uint32_t* separators, TextCleaner& cleaner) {
  if (IsDot(text) || (text.empty() && !keeps_empty_)) {
    AppendAbsent();
    return Taken::kGood;
  }
  bool haploid = false;
  if (!target_.direct) {
    const auto first = static_cast<uint32_t>(values_.size());
    const bool good =
        ParseList<kType>(text, separators, cleaner, [&](const Value& value) { values_.push_back(value); });
    const auto length = static_cast<uint32_t>(values_.size()) - first;
    const Taken taken = good ? CheckLength(length, haploid) : Taken::kBad;
    samples_.push_back({first, length, taken != Taken::kGood, haploid});
    return taken;
  }
  ColumnBuffer& child = *column_->children[0];
  const uint64_t offset = column_->elements;
  uint64_t at = offset;
  const bool good = ParseList<kType>(text, separators, cleaner, [&](const Value& value) {
    if (at >= column_->element_capacity) {
      column_->elements = at;
      column_->ReserveElements(at + 1);
      FindMemory();
    }
    WriteValue(kType, value, child, at, *target_.use);
    ++at;
  });
  const Taken taken = good ? CheckLength(at - offset, haploid) : Taken::kBad;
  if (taken != Taken::kGood) {
    column_->elements = at;
    column_->Truncate(offset);
    WriteNullList(*column_, target_.row);
    return taken;
  }
  column_->As<ListEntry>()[target_.row] = {offset, at - offset};
  column_->elements = at;
  target_.use->elements += at - offset;
  if (!target_.nested) {
    column_->SetValid(target_.row);
  }
  return taken;
}

Taken RecordField::CheckLength(size_t length, bool& haploid) const {
  switch (cut_) {
    case Cut::kPerAlt:
      return length + 1 == target_.alleles ? Taken::kGood : Taken::kWrongLength;
    case Cut::kPerAllele:
      return length == target_.alleles ? Taken::kGood : Taken::kWrongLength;
    case Cut::kPerGenotype: {
      const Ploidy ploidy = PloidyOf(length, target_.alleles);
      haploid = ploidy == Ploidy::kHaploid;
      if (ploidy == Ploidy::kHigher) {
        return Taken::kHighPloidy;
      }
      return ploidy == Ploidy::kNone ? Taken::kWrongLength : Taken::kGood;
    }
    default:
      return Taken::kGood;
  }
}

void RecordField::Write(size_t sample, size_t allele, uint64_t index) {
  const Sample& of = samples_[sample];
  const bool no_value = of.null || (cut_ == Cut::kPerAlt && allele == 0);
  if (no_value) {
    return WriteNullTo(index);
  }
  if (IsList()) {
    WriteCut(of, allele, index);
  } else {
    const size_t place = cut_ == Cut::kPerAlt ? allele - 1 : 0;
    WriteValue(type_, values_[of.first + place], *column_, index, *target_.use);
    if (values_[of.first + place].null) {
      return;
    }
  }
  column_->SetValid(index);
}

void RecordField::WriteCut(const Sample& sample, size_t allele, uint64_t index) {
  const Value* const values = values_.data() + sample.first;
  std::array<size_t, 3> picks{0, allele, 0};
  size_t picked = allele == 0 ? 1 : 2;
  if (cut_ == Cut::kPerGenotype && !sample.haploid && allele != 0) {
    picks = {0, GenotypeIndex(0, allele), GenotypeIndex(allele, allele)};
    picked = 3;
  }
  const size_t length = cut_ == Cut::kWhole ? sample.length : picked;
  const uint64_t offset = WriteList(*column_, index, length, *target_.use);
  FindMemory();
  ColumnBuffer& child = *column_->children[0];
  for (size_t i = 0; i < length; ++i) {
    WriteValue(type_, values[cut_ == Cut::kWhole ? i : picks[i]], child, offset + i, *target_.use);
  }
}

}  // namespace varjoin::vcf
