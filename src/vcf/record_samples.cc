// record_samples.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The part of RecordReader that reads FORMAT and the samples.
#include <algorithm>

#include "vcf/genotype.h"
#include "vcf/record_reader.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {

/// What can be told of the columns after INFO without reading them.
Verdict RecordReader::CheckRest() {
  if (has_samples_) {
    return line_.rest.data() != nullptr
               ? Verdict::kRead
               : BadSamples(fmt::format("{} columns, expected {}", RecordLine::kFixedColumns,
                                        RecordLine::kFixedColumns + 1 + plan_.header.samples.size()));
  }
  if (!line_.rest.empty() && !(plan_.header.has_format && CountColumns(line_.rest) == 1)) {
    return BadSamples(fmt::format("{} columns, expected {}", RecordLine::kFixedColumns + CountColumns(line_.rest),
                                  RecordLine::kFixedColumns + (plan_.header.has_format ? 1 : 0)));
  }
  return Verdict::kRead;
}

bool RecordReader::NeedsSamples() const {
  if (line_.rest.data() == nullptr || samples_chosen_ == 0) {
    return false;
  }
  return wants_samples_ || (wants_end_ && !end_.IsGiven() && std::any_of(alts_.begin(), alts_.end(), IsReferenceBlock));
}

/// Makes room in `genotypes` for the record's samples, if it is written now.
void RecordReader::StartGenotypes() {
  format_target_.nested = format_target_.direct && genotypes_ != nullptr;
  format_target_.SetRow(row_);
  if (format_target_.nested) {
    format_target_.row = WriteList(*genotypes_, row_, samples_chosen_, use_);
    genotypes_->SetValid(row_);
    for (FieldOfFile& of : format_fields_) {
      of.field.StartSamples();
    }
  }
}

void RecordReader::SetGenotypesColumn(ColumnBuffer* column) {
  genotypes_ = column;
  may_have_triples_ = column != nullptr && samples_chosen_ == plan_.header.samples.size() && samples_chosen_ > 0 &&
                      !wants_carried_ && format_fields_.size() == 1 && format_fields_[0].field.TakesTriples() &&
                      samples_.FieldName(format_fields_[0].slot) == "FORMAT/GT";
}

/// Whether this is a cohort's most frequent record: FORMAT is GT alone, and each sample's is one like 0|1. The line has
/// been scanned as far as the tab after FORMAT.
bool RecordReader::HasTriples() const {
  constexpr std::string_view kFormat = "GT\t";
  constexpr size_t kWidth = 4;
  const uint32_t* const positions = index_.positions();
  size_t at = line_.info_separator;
  while (at < index_.count() && line_.text[positions[at]] != '\t') {
    ++at;
  }
  if (at == index_.count()) {
    return false;
  }
  const size_t samples = plan_.header.samples.size();
  const std::string_view rest = line_.text.substr(positions[at] + 1);
  return rest.starts_with(kFormat) && rest.size() == kFormat.size() + kWidth * samples - 1 &&
         AreTriples(rest.data() + kFormat.size(), samples);
}

/// The next sample, if it is the record's only one, and each of its values is what most are, or a `.`: written as it is
/// split. False: it is not, and nothing is written.
bool RecordReader::ReadUsualSample() {
  const bool fits = format_target_.direct && !format_target_.nested && !has_genotypes_ && !has_two_of_slot_ &&
                    !(wants_end_ && samples_.Has(block_length_slot_));
  if (!fits) {
    return false;
  }
  const auto take = [this](SampleReader::Slot slot, const char* begin, const char* end, const uint32_t* separators) {
    const RecordField* const field = format_by_slot_[slot];
    // The row is NULL before something is written.
    const auto is_dot = [&] { return *begin == '.' && end == begin + 1; };
    return field == nullptr || field->AppendUsual(begin, end, separators) || is_dot();
  };
  if (samples_.TakeSample(take)) {
    return true;
  }
  ClearFormat();
  return false;
}

Verdict RecordReader::ReadSamples() {
  const bool takes_triples = has_triples_ && format_target_.direct;
  if (!takes_triples) {
    index_.ScanAll();
  }
  samples_.StartRecord(line_, index_, rest_separator_, notes_);
  has_genotypes_ = wants_carried_ && samples_.Has(genotype_slot_);
  for (CarriedAlleles& carried : carried_) {
    carried.Start(alts_.size() + 1);
  }
  StartGenotypes();
  if (!format_target_.direct) {
    for (FieldOfFile& of : format_fields_) {
      of.field.StartRecord();
    }
  }
  if (takes_triples) {
    format_fields_[0].field.AppendTriples(samples_.next() + 1, samples_chosen_);
    return Verdict::kRead;
  }
  const size_t expected = plan_.header.samples.size();
  size_t sample = 0;
  size_t chosen = 0;
  for (; sample < expected && samples_.More(); ++sample) {
    if (!plan_.chosen_samples.empty() && !plan_.chosen_samples[sample]) {
      samples_.SkipSample();
      continue;
    }
    if (ReadUsualSample()) {
      continue;
    }
    samples_.ReadSample();
    if (samples_.TooManyValues()) {
      return BadSamples(fmt::format("sample {}: {} values, expected at most {}, as FORMAT has",
                                    Quoted(plan_.header.samples[sample]), samples_.values_found(), samples_.keys()));
    }
    CarriedAlleles& carried = carried_[rows_per_allele_ == 1 ? 0 : chosen];
    if (const Verdict verdict = ReadSample(sample, carried); verdict != Verdict::kRead) {
      return verdict;
    }
    ++chosen;
    format_target_.row += format_target_.nested ? 1 : 0;
  }
  if (sample < expected || samples_.More()) {
    constexpr size_t kBeforeSamples = RecordLine::kFixedColumns + 1;
    return BadSamples(fmt::format("{} columns, expected {}", CountColumns(line_.text), kBeforeSamples + expected));
  }
  return Verdict::kRead;
}

Verdict RecordReader::ReadSample(size_t sample, CarriedAlleles& carried) {
  if (has_genotypes_) {
    if (const Verdict verdict = ReadGenotype(sample, carried); verdict != Verdict::kRead) {
      return verdict;
    }
  }
  if (wants_end_ && samples_.Has(block_length_slot_)) {
    if (const Verdict verdict = ReadBlockLength(sample); verdict != Verdict::kRead) {
      return verdict;
    }
  }
  for (FieldOfFile& of : format_fields_) {
    const FieldText& text = samples_.Get(of.slot);
    if (text.begin == nullptr) {
      if (format_target_.nested || !format_target_.direct) {
        of.field.AppendAbsent();
      }
      continue;
    }
    if (format_target_.direct && of.field.AppendUsual(text.begin, text.end, text.separators)) {
      continue;
    }
    const Taken taken = of.field.Append(text.begin, text.end, text.separators, cleaner_);
    const Verdict verdict = JudgeField(taken, of.field, samples_.FieldName(of.slot), sample);
    if (verdict != Verdict::kRead) {
      return verdict;
    }
  }
  return Verdict::kRead;
}

Verdict RecordReader::ReadGenotype(size_t sample, CarriedAlleles& carried) {
  const std::string_view genotype = samples_.Get(genotype_slot_).view();
  if (carried.Add(genotype)) {
    return Verdict::kRead;
  }
  return BadField(samples_.FieldName(genotype_slot_), genotype, kGenotypeExpected, sample);
}

Verdict RecordReader::ReadBlockLength(size_t sample) {
  if (end_.IsGiven() || end_.TakeBlockLength(samples_.Get(block_length_slot_).view()) != RecordEnd::Said::kNoNumber) {
    return Verdict::kRead;
  }
  return BadField(samples_.FieldName(block_length_slot_), end_.found(), "an Integer", sample);
}

std::optional<bool> RecordReader::Carried(size_t allele, size_t sample) const {
  if (!has_genotypes_) {
    return std::nullopt;
  }
  if (allele == 0) {
    return carried_[sample].IsAnyMissing() ? std::nullopt : std::optional<bool>(false);
  }
  return carried_[sample].Holds(allele);
}

/// Sample columns that don't fit: all that they would have given is NULL.
void RecordReader::ForgetSamples() {
  has_genotypes_ = false;
  end_.LoseBlockLength();
  ClearFormat();
}

/// All FORMAT fields of the record are NULL. A file without samples has NULL where others have the values of their only
/// sample.
void RecordReader::ClearFormat() {
  const size_t samples = samples_chosen_;
  if (format_target_.direct && genotypes_ != nullptr && genotypes_->IsNull(row_) && samples > 0) {
    StartGenotypes();
  }
  for (FieldOfFile& of : format_fields_) {
    if (!format_target_.direct) {
      of.field.StartRecord();
      for (size_t i = 0; i < std::max<size_t>(samples, 1); ++i) {
        of.field.AppendAbsent();
      }
    } else if (genotypes_ == nullptr) {
      of.field.Forget(row_);
    } else if (samples > 0) {
      of.field.ForgetSamples(genotypes_->As<ListEntry>()[row_].offset, samples);
    }
  }
}

}  // namespace varjoin::vcf
