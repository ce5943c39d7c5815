// record_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "vcf/genotype.h"
#include "vcf/info_reader.h"
#include "vcf/record_end.h"
#include "vcf/record_field.h"
#include "vcf/record_line.h"
#include "vcf/record_notes.h"
#include "vcf/record_parser.h"
#include "vcf/sample_reader.h"
#include "vcf/typed_value.h"

namespace varjoin::vcf {

/// What becomes of a record.
enum class Verdict { kRead, kLeftOut, kStop };

/// Reads one record after another, each as far as the wanted columns ask for. A record is read whole, and found good
/// or bad, before any of its rows is written; what it holds are views into its line and lasts until the next Read().
class RecordReader {
 public:
  /// `plan` must outlive the reader.
  explicit RecordReader(const ParsePlan& plan);

  // Before the first record: which columns are wanted. WantText() (kChrom, kId, kRef or kFilter) returns the place of
  // the value for text(), WantInfo() and WantFormat() that of the field for info() and format().
  void WantAlts() { wants_alts_ = true; }
  void WantQuality() { wants_quality_ = true; }
  void WantCarried();
  void WantEnd();
  void WantSamples() { wants_samples_ = has_samples_; }
  size_t WantText(Origin origin);
  size_t WantInfo(const Column& column);
  size_t WantFormat(const Column& column);

  /// Reads the record `line`, without its line end, the `ordinal`th of the file.
  Verdict Read(std::string_view line, int64_t ordinal);

  /// After kStop.
  const Status& error() const { return error_; }

  // What the record has, as far as it was wanted. Alleles count from 1; 0 stands for a record without ALT, and for all
  // alleles together where rows are not split.
  const RecordLine& line() const { return line_; }
  int64_t start() const { return start_; }
  size_t alt_count() const { return alts_.size(); }
  const std::vector<Value>& alts() const { return alt_values_; }
  const std::optional<double>& quality() const { return quality_; }
  const Value& text(size_t place) const { return texts_[place].value; }
  const RecordField& info(size_t place) const { return info_fields_[place].field; }
  const RecordField& format(size_t place) const { return format_fields_[place].field; }
  bool has_samples() const { return has_samples_; }
  std::optional<bool> Carried(size_t allele) const;
  /// The largest of all alleles with 0.
  std::optional<int64_t> End(size_t allele) const;

  void TakeNotes(ScanReport& report) { notes_.Take(report); }

 private:
  /// A text column that is taken from the line as it is.
  struct TextColumn {
    std::string_view RecordLine::*part;
    std::string name;
    Value value;
  };

  /// An INFO or FORMAT column and the place of its key among the file's.
  struct FieldOfFile {
    RecordField field;
    uint32_t slot;
  };

  Verdict ReadPlace();
  Verdict ReadColumns();
  void ReadTexts();
  Verdict ReadAlleles();
  Verdict ReadQuality();
  Verdict ReadInfo();
  Verdict ReadEnd();
  Verdict CheckRest();
  Verdict ReadSamples();
  Verdict ReadSample(size_t sample);
  Verdict ReadGenotype(size_t sample);
  Verdict ReadBlockLength(size_t sample);
  void ForgetSamples();
  bool NeedsSamples() const;
  Verdict TakeField(FieldOfFile& of, std::string_view text, const std::string& name, size_t sample);
  Value CleanText(std::string_view text, const std::string& name);
  std::string_view SurveyedText() const;

  static constexpr size_t kNoSample = SIZE_MAX;

  Verdict BadRecord(std::string_view what);
  Verdict BadSamples(std::string_view what);
  Verdict BadField(const std::string& field, std::string_view found, std::string_view expected,
                   size_t sample = kNoSample);
  Verdict Judge(const std::string& field, std::string_view what, Verdict if_null);

  const ParsePlan& plan_;
  const bool has_samples_;
  bool wants_alts_ = false;
  bool wants_quality_ = false;
  bool wants_end_ = false;
  bool wants_carried_ = false;
  bool wants_info_ = false;
  bool wants_samples_ = false;
  InfoReader::Slot end_slot_ = 0;
  InfoReader::Slot lengths_slot_ = 0;
  SampleReader::Slot genotype_slot_ = 0;
  SampleReader::Slot block_length_slot_ = 0;

  InfoReader info_;
  SampleReader samples_;
  TextCleaner cleaner_;
  RecordNotes notes_;
  Status error_;

  RecordLine line_;
  int64_t start_ = 0;
  std::vector<std::string_view> alts_;
  std::vector<Value> alt_values_;
  std::optional<double> quality_;
  std::vector<TextColumn> texts_;
  std::vector<FieldOfFile> info_fields_;
  std::vector<FieldOfFile> format_fields_;
  CarriedAlleles carried_;
  bool has_genotypes_ = false;
  RecordEnd end_;
};

}  // namespace varjoin::vcf
