// record_field.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_field.h"

#include <array>

#include "vcf/field_values.h"
#include "vcf/genotype.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

bool IsWhole(std::string_view text) {
  int64_t number = 0;
  return ParseLong(text, number);
}

}  // namespace

RecordField::RecordField(const Column& column, bool split, bool keeps_empty)
    : type_(column.type),
      cut_(CutOf(column, split)),
      percent_(!(column.origin == Origin::kFormat && column.field.id == "GT")),
      keeps_empty_(keeps_empty && column.type == ValueType::kText) {}

RecordField::Cut RecordField::CutOf(const Column& column, bool split) {
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

Taken RecordField::Append(std::string_view text, TextCleaner& cleaner) {
  switch (cut_) {
    case Cut::kFlag:
      values_.emplace_back().null = false;
      return Taken::kGood;
    case Cut::kScalar:
      return AppendScalar(text, cleaner);
    default:
      return AppendValues(text, cleaner);
  }
}

void RecordField::AppendAbsent() {
  if (cut_ == Cut::kFlag || cut_ == Cut::kScalar) {
    values_.emplace_back();
  } else {
    samples_.push_back({0, 0, true, false});
  }
}

/// False: kBad, with found_ and expected_ set.
bool RecordField::Parse(std::string_view text, Value& value, TextCleaner& cleaner) {
  if (text.size() == 1 && text[0] == '.') {
    value.null = true;
    return true;
  }
  value.null = false;
  switch (type_) {
    case ValueType::kInteger:
      if (ParseInteger(text, value.integer)) {
        return true;
      }
      expected_ = IsWhole(text) ? "an Integer of 32 bits" : "an Integer";
      break;
    case ValueType::kDouble:
      if (ParseFloat(text, value.number)) {
        return true;
      }
      expected_ = "a Float";
      break;
    default:
      value = cleaner.Clean(text, percent_, repaired_);
      return true;
  }
  found_ = text;
  return false;
}

Taken RecordField::AppendScalar(std::string_view text, TextCleaner& cleaner) {
  Value& value = values_.emplace_back();
  if (text.empty() && !keeps_empty_) {
    return Taken::kGood;
  }
  if (Parse(text, value, cleaner)) {
    return Taken::kGood;
  }
  if (text.find(',') != std::string_view::npos) {
    expected_ = type_ == ValueType::kInteger ? "one Integer" : "one Float";
  }
  value = Value();
  return Taken::kBad;
}

Taken RecordField::AppendValues(std::string_view text, TextCleaner& cleaner) {
  Sample& sample = samples_.emplace_back(Sample{static_cast<uint32_t>(values_.size()), 0, true, false});
  if (text == "." || (text.empty() && !keeps_empty_)) {
    return Taken::kGood;
  }
  for (std::string_view rest = text; rest.data() != nullptr;) {
    if (!Parse(NextPart(rest, ','), values_.emplace_back(), cleaner)) {
      return Taken::kBad;
    }
    ++sample.length;
  }
  const Taken taken = CheckLength(sample);
  sample.null = taken != Taken::kGood;
  return taken;
}

Taken RecordField::CheckLength(Sample& sample) const {
  switch (cut_) {
    case Cut::kPerAlt:
      return sample.length + 1 == alleles_ ? Taken::kGood : Taken::kWrongLength;
    case Cut::kPerAllele:
      return sample.length == alleles_ ? Taken::kGood : Taken::kWrongLength;
    case Cut::kPerGenotype: {
      const Ploidy ploidy = PloidyOf(sample.length, alleles_);
      sample.haploid = ploidy == Ploidy::kHaploid;
      if (ploidy == Ploidy::kHigher) {
        return Taken::kHighPloidy;
      }
      return ploidy == Ploidy::kNone ? Taken::kWrongLength : Taken::kGood;
    }
    default:
      return Taken::kGood;
  }
}

void RecordField::Write(size_t sample, size_t allele, ColumnBuffer& out, uint64_t index, ChunkUse& use) const {
  switch (cut_) {
    case Cut::kFlag:
      return WriteNumber(!values_[sample].null, out, index);
    case Cut::kScalar:
      return WriteValue(type_, values_[sample], out, index, use);
    case Cut::kPerAlt: {
      const Sample& of = samples_[sample];
      const Value none;
      return WriteValue(type_, of.null || allele == 0 ? none : values_[of.first + allele - 1], out, index, use);
    }
    default:
      return samples_[sample].null ? WriteNullList(out, index) : WriteCut(samples_[sample], allele, out, index, use);
  }
}

void RecordField::WriteCut(const Sample& sample, size_t allele, ColumnBuffer& out, uint64_t index,
                           ChunkUse& use) const {
  const Value* const values = values_.data() + sample.first;
  std::array<size_t, 3> picks{0, allele, 0};
  size_t picked = allele == 0 ? 1 : 2;
  if (cut_ == Cut::kPerGenotype && !sample.haploid && allele != 0) {
    picks = {0, GenotypeIndex(0, allele), GenotypeIndex(allele, allele)};
    picked = 3;
  }
  const size_t length = cut_ == Cut::kWhole ? sample.length : picked;
  const uint64_t offset = WriteList(out, index, length, use);
  ColumnBuffer& child = *out.children[0];
  for (size_t i = 0; i < length; ++i) {
    WriteValue(type_, values[cut_ == Cut::kWhole ? i : picks[i]], child, offset + i, use);
  }
}

}  // namespace varjoin::vcf
