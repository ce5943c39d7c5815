// record_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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

/// Reads one record after another, each as far as the wanted columns ask for. INFO and FORMAT fields of a record with
/// one row are written as they are read, and taken back if the record is left out; all else is written when the record
/// has been read whole and found good. What the reader holds are views into the line, and lasts until the next Read().
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
  void WantSamples() { wants_samples_ = samples_chosen_ > 0; }
  void WantOther();
  size_t WantText(Origin origin);
  size_t WantInfo(const Column& column);
  size_t WantFormat(const Column& column);

  // When a chunk begins: the columns of the fields, and of `genotypes`.
  void SetInfoColumn(size_t place, ColumnBuffer* column);
  void SetFormatColumn(size_t place, ColumnBuffer* column);
  void SetGenotypesColumn(ColumnBuffer* column);

  /// Makes `count` rows from `row`, a multiple of 64, ready to be written to.
  void ClearRows(uint64_t row, uint64_t count);

  /// Reads the record `line`, without its line end, the `ordinal`th of the file; its first row is `row`.
  Verdict Read(std::string_view line, int64_t ordinal, uint64_t row);

  /// What Read() and the fields have written to the chunk. The caller resets it.
  ChunkUse& use() { return use_; }

  /// After kStop.
  const Status& error() const { return error_; }

  // What the record has, as far as it was wanted. Alleles count from 1; 0 stands for a record without ALT, and for all
  // alleles together where rows are not split.
  const RecordLine& line() const { return line_; }
  int64_t start() const { return start_; }
  size_t alt_count() const { return alts_.size(); }
  size_t row_count() const { return (plan_.split ? std::max<size_t>(alts_.size(), 1) : 1) * rows_per_allele_; }
  size_t rows_per_allele() const { return rows_per_allele_; }
  const std::vector<Value>& alts() const { return alt_values_; }
  const std::optional<double>& quality() const { return quality_; }
  const Value& text(size_t place) const { return texts_[place].value; }
  RecordField& info(size_t place) { return info_fields_[place].field; }
  RecordField& format(size_t place) { return format_fields_[place].field; }
  bool has_samples() const { return samples_chosen_ > 0; }
  /// The INFO entries that are no column.
  struct OtherEntry {
    Value key;
    Value value;
  };
  const std::vector<OtherEntry>& others() const { return others_; }
  /// The fields of the record's only row are written: info() and format() have nothing more to give.
  bool is_written() const { return info_target_.direct; }
  /// `sample`: the row's among those of its allele.
  std::optional<bool> Carried(size_t allele, size_t sample) const;
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

  static constexpr uint32_t kNoField = UINT32_MAX;

  /// What becomes of an INFO entry.
  struct UseOfEntry {
    uint32_t field = kNoField;  ///< in info_fields_
    bool is_end = false;
    bool is_length = false;
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
  Verdict ReadSample(size_t sample, CarriedAlleles& carried);
  Verdict ReadGenotype(size_t sample, CarriedAlleles& carried);
  Verdict ReadBlockLength(size_t sample);
  void ForgetSamples();
  void ForgetRow();
  void ClearFormat();
  void SkipInfo();
  void StartGenotypes();
  bool HasTriples() const;
  bool ReadUsualSample();
  void KeepOther(const InfoReader::Entry& entry);
  Verdict TakeEntry(InfoReader::Entry entry);
  bool NeedsSamples() const;
  Verdict JudgeField(Taken taken, RecordField& field, const std::string& name, size_t sample);
  Verdict NoteField(Taken taken, RecordField& field, const std::string& name, size_t sample);
  void CleanText(std::string_view text, const std::string& name, Value& value);
  Verdict Survey();

  static constexpr size_t kNoSample = SIZE_MAX;

  Verdict BadRecord(std::string_view what);
  Verdict BadSamples(std::string_view what);
  Verdict BadField(const std::string& field, std::string_view found, std::string_view expected,
                   size_t sample = kNoSample);
  Verdict Judge(const std::string& field, std::string_view what, Verdict if_null);

  const ParsePlan& plan_;
  const bool has_samples_;       ///< the file has
  const size_t samples_chosen_;  ///< of these
  const size_t rows_per_allele_;
  bool wants_other_ = false;
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

  LineIndex index_;
  RecordLine line_;
  size_t rest_separator_ = 0;  ///< the number, in the index, of the tab after INFO
  std::string_view end_text_;
  std::string_view lengths_text_;
  ChunkUse use_;
  FieldTarget info_target_;
  FieldTarget format_target_;
  ColumnBuffer* genotypes_ = nullptr;
  uint64_t row_ = 0;
  int64_t start_ = 0;
  std::vector<std::string_view> alts_;
  std::vector<Value> alt_values_;
  std::optional<double> quality_;
  std::vector<TextColumn> texts_;
  std::vector<FieldOfFile> info_fields_;
  const RecordField* end_field_ = nullptr;  ///< of INFO/END, if both it and the end are wanted
  std::vector<UseOfEntry> entry_uses_;      ///< by slot of info_
  std::vector<FieldOfFile> format_fields_;
  std::vector<RecordField*> format_by_slot_;  ///< of samples_; null: no column
  bool has_two_of_slot_ = false;              ///< some have two columns
  std::vector<OtherEntry> others_;
  std::vector<CarriedAlleles> carried_;  ///< by row of an allele
  bool has_genotypes_ = false;
  bool may_have_triples_ = false;  ///< nothing is wanted of the samples but the text of all GT, in `genotypes`
  bool has_triples_ = false;       ///< the record has nothing else, and each GT has 3 bytes
  RecordEnd end_;
};

inline Verdict RecordReader::JudgeField(Taken taken, RecordField& field, const std::string& name, size_t sample) {
  return taken == Taken::kGood && !field.is_repaired() ? Verdict::kRead : NoteField(taken, field, name, sample);
}

}  // namespace varjoin::vcf
