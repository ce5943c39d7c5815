// record_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_reader.h"

#include <algorithm>
#include <cstring>

#include "vcf/field_values.h"
#include "vcf/genotype.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

const std::string kAlt = "ALT";
const std::string kQual = "QUAL";
const std::string kFormatColumn = "FORMAT";
const std::string kWholeRecord;

}  // namespace

RecordReader::RecordReader(const ParsePlan& plan)
    : plan_(plan),
      has_samples_(!plan.header.samples.empty()),
      samples_chosen_(plan.chosen_samples.empty() ? plan.header.samples.size()
                                                  : static_cast<size_t>(std::count(plan.chosen_samples.begin(),
                                                                                   plan.chosen_samples.end(), true))),
      rows_per_allele_(plan.long_rows ? std::max<size_t>(samples_chosen_, 1) : 1),
      info_(plan.header.info),
      samples_(plan.header.format),
      notes_(plan.path),
      carried_(rows_per_allele_) {
  info_target_.use = format_target_.use = &use_;
}

void RecordReader::WantCarried() {
  wants_carried_ = true;
  WantSamples();
  genotype_slot_ = samples_.Want("GT");
  format_by_slot_.resize(samples_.size());
}

void RecordReader::WantEnd() {
  wants_end_ = true;
  wants_info_ = true;
  end_slot_ = info_.Want("END");
  lengths_slot_ = info_.Want("SVLEN");
  entry_uses_.resize(info_.size());
  entry_uses_[end_slot_].is_end = entry_uses_[lengths_slot_].is_length = true;
  info_.Bind(end_slot_, nullptr);
  info_.Bind(lengths_slot_, nullptr);
  block_length_slot_ = samples_.Want("LEN");
  format_by_slot_.resize(samples_.size());
}

void RecordReader::WantOther() {
  wants_other_ = true;
  wants_info_ = true;
  info_.KeepUnknown();
}

size_t RecordReader::WantText(Origin origin) {
  switch (origin) {
    case Origin::kChrom:
      texts_.push_back({&RecordLine::chrom, "CHROM", {}});
      break;
    case Origin::kId:
      texts_.push_back({&RecordLine::id, "ID", {}});
      break;
    case Origin::kRef:
      texts_.push_back({&RecordLine::ref, "REF", {}});
      break;
    default:
      texts_.push_back({&RecordLine::filter, "FILTER", {}});
  }
  return texts_.size() - 1;
}

size_t RecordReader::WantInfo(const Column& column) {
  wants_info_ = true;
  const InfoReader::Slot slot = info_.Want(column.field.id);
  info_fields_.push_back({RecordField(column, plan_.split, info_.MayBeBare(slot), &info_target_), slot});
  const size_t place = info_fields_.size() - 1;
  entry_uses_.resize(info_.size());
  entry_uses_[slot].field = static_cast<uint32_t>(place);
  return place;
}

size_t RecordReader::WantFormat(const Column& column) {
  WantSamples();
  const SampleReader::Slot slot = samples_.Want(column.field.id);
  has_two_of_slot_ = has_two_of_slot_ || std::any_of(format_fields_.begin(), format_fields_.end(),
                                                     [&](const FieldOfFile& of) { return of.slot == slot; });
  format_fields_.push_back({RecordField(column, plan_.split, false, &format_target_), slot});
  format_by_slot_.resize(samples_.size());
  return format_fields_.size() - 1;
}

void RecordReader::SetInfoColumn(size_t place, ColumnBuffer* column) {
  FieldOfFile& of = info_fields_[place];
  const UseOfEntry& use = entry_uses_[of.slot];
  of.field.SetColumn(column);
  end_field_ = use.is_end ? &of.field : end_field_;
  info_.Bind(of.slot, use.is_length ? nullptr : &of.field);
}

void RecordReader::SetFormatColumn(size_t place, ColumnBuffer* column) {
  FieldOfFile& of = format_fields_[place];
  of.field.SetColumn(column);
  format_by_slot_[of.slot] = &of.field;
}

void RecordReader::ClearRows(uint64_t row, uint64_t count) {
  for (FieldOfFile& of : info_fields_) {
    of.field.ClearRows(row, count);
  }
  if (genotypes_ != nullptr) {
    std::memset(genotypes_->As<ListEntry>() + row, 0, count * sizeof(ListEntry));
    genotypes_->validity[row / 64] = 0;
    return;
  }
  for (FieldOfFile& of : format_fields_) {
    of.field.ClearRows(row, count);
  }
}

Verdict RecordReader::Read(std::string_view line, int64_t ordinal, uint64_t row) {
  constexpr size_t kTabsBeforeInfo = RecordLine::kFixedColumns - 1;
  notes_.StartRecord(static_cast<uint64_t>(ordinal));
  row_ = row;
  has_genotypes_ = false;
  info_target_.direct = true;
  if (line.starts_with('#')) {
    return BadRecord("the line begins with '#'; were several VCFs joined by cat? (bcftools concat keeps one header)");
  }
  const size_t tabs = kTabsBeforeInfo + (may_have_triples_ ? 2 : wants_info_ ? 1 : 0);
  index_.Start(line, wants_samples_ && !may_have_triples_ ? SIZE_MAX : tabs);
  if (!line_.Split(line, index_)) {
    const size_t columns = CountColumns(line);
    if (columns > 1) {
      std::string_view rest = line;
      line_.chrom = NextPart(rest, '\t');
      line_.position = NextPart(rest, '\t');
      notes_.SetPlace(&line_.chrom, &line_.position);
    }
    return BadRecord(fmt::format("{} column{}, expected at least {}; is it separated by tabs?", columns,
                                 columns == 1 ? "" : "s", RecordLine::kFixedColumns));
  }
  if (may_have_triples_) {
    has_triples_ = HasTriples();
    if (!has_triples_) {
      index_.ScanAll();
    }
  }
  if (const Verdict verdict = ReadPlace(); verdict != Verdict::kRead) {
    return verdict;
  }
  const Verdict verdict = ReadColumns();
  if (verdict == Verdict::kLeftOut && info_target_.direct) {
    ForgetRow();
  }
  return verdict;
}

/// Looks for bytes that need care in what is read of the line.
Verdict RecordReader::Survey() {
  if (!index_.MayBeOdd()) {
    cleaner_.StartRecord(true);
    return Verdict::kRead;
  }
  const char* const end = wants_samples_ ? line_.text.data() + line_.text.size()
                          : wants_info_  ? FindFar(line_.info.data(), line_.text.data() + line_.text.size(), '\t')
                                         : line_.filter.data() + line_.filter.size();
  const vcf::Survey survey = SurveyText(Between(line_.text.data(), end));
  if (survey.nul) {
    return BadRecord("the line has a NUL byte in it");
  }
  cleaner_.StartRecord(!survey.percent && !survey.high);
  return Verdict::kRead;
}

/// Takes back what was written of the record.
void RecordReader::ForgetRow() {
  for (FieldOfFile& of : info_fields_) {
    of.field.Forget(row_);
  }
  if (genotypes_ == nullptr || !genotypes_->IsNull(row_)) {
    ClearFormat();
  }
  if (genotypes_ != nullptr && !genotypes_->IsNull(row_)) {
    genotypes_->Truncate(genotypes_->As<ListEntry>()[row_].offset);
    WriteNullList(*genotypes_, row_);
  }
}

/// CHROM and POS.
Verdict RecordReader::ReadPlace() {
  if (IsMissing(line_.chrom)) {
    return BadRecord(fmt::format("CHROM: found {}, expected a contig's name", Quoted(line_.chrom)));
  }
  const bool is_number = !line_.position.empty() && line_.position[0] >= '0' && line_.position[0] <= '9';
  if (!is_number || !ParsePaddedPosition(line_.position, start_)) {
    notes_.SetPlace(&line_.chrom, nullptr);
    return BadRecord(fmt::format("POS: found {}, expected a whole number of at least 0", Quoted(line_.position)));
  }
  notes_.SetPlace(&line_.chrom, &line_.position);
  return Verdict::kRead;
}

Verdict RecordReader::ReadColumns() {
  if (const Verdict verdict = Survey(); verdict != Verdict::kRead) {
    return verdict;
  }
  if (const Verdict verdict = ReadAlleles(); verdict != Verdict::kRead) {
    return verdict;
  }
  info_target_.direct = format_target_.direct = row_count() == 1;
  info_target_.alleles = format_target_.alleles = alts_.size() + 1;
  info_target_.plain = format_target_.plain = cleaner_.is_plain();
  info_target_.SetRow(row_);
  info_target_.line = format_target_.line = line_.text.data();
  ReadTexts();
  if (wants_quality_) {
    if (const Verdict verdict = ReadQuality(); verdict != Verdict::kRead) {
      return verdict;
    }
  }
  if (wants_info_) {
    if (const Verdict verdict = ReadInfo(); verdict != Verdict::kRead) {
      return verdict;
    }
  } else {
    SkipInfo();
  }
  if (wants_end_) {
    if (const Verdict verdict = ReadEnd(); verdict != Verdict::kRead) {
      return verdict;
    }
  }
  if (!format_target_.direct) {
    ClearFormat();
  }
  if (const Verdict verdict = CheckRest(); verdict != Verdict::kRead || !NeedsSamples()) {
    return verdict;
  }
  return ReadSamples();
}

/// The text as it is, NULL for `.`.
inline void RecordReader::CleanText(std::string_view text, const std::string& name, Value& value) {
  value.null = IsMissing(text);
  if (value.null) {
    return;
  }
  if (cleaner_.is_plain()) {
    value.made = false;
    value.text = TextValue::OfPadded(text.data(), text.size());
    return;
  }
  bool repaired = false;
  value = cleaner_.Clean(text, false, repaired);
  if (repaired) {
    notes_.Count(NoteKind::kInvalidUtf8, name);
  }
}

/// REF and ALT.
Verdict RecordReader::ReadAlleles() {
  if (line_.ref.empty()) {
    return BadRecord("REF: found nothing, expected bases");
  }
  alts_.clear();
  alt_values_.clear();
  if (line_.alt == ".") {
    return Verdict::kRead;
  }
  for (std::string_view rest = line_.alt; rest.data() != nullptr;) {
    const std::string_view alt = NextPart(rest, ',');
    if (alt.empty()) {
      return BadRecord(fmt::format("ALT: found {}, expected alleles separated by commas", Quoted(line_.alt)));
    }
    alts_.push_back(alt);
    if (wants_alts_) {
      CleanText(alt, kAlt, alt_values_.emplace_back());
    }
  }
  return Verdict::kRead;
}

void RecordReader::ReadTexts() {
  for (TextColumn& column : texts_) {
    CleanText(line_.*column.part, column.name, column.value);
  }
}

Verdict RecordReader::ReadQuality() {
  quality_.reset();
  if (IsMissing(line_.qual)) {
    return Verdict::kRead;
  }
  double quality = 0;
  if (!ParsePaddedFloat(line_.qual, quality)) {
    return BadField(kQual, line_.qual, "a Float");
  }
  quality_ = quality;
  return Verdict::kRead;
}

Verdict RecordReader::ReadInfo() {
  end_text_ = {};
  lengths_text_ = {};
  others_.clear();
  if (!info_target_.direct) {
    for (FieldOfFile& of : info_fields_) {
      of.field.StartRecord();
    }
  }
  InfoReader::Cursor at = info_.StartRecord(line_, index_);
  const auto take = [this](const RecordField& field, const char* begin, const char* end, const uint32_t* separators) {
    if (!field.AppendUsual(begin, end, separators)) {
      return false;
    }
    if (&field == end_field_) {
      end_text_ = Between(begin, end);
    }
    return true;
  };
  InfoReader::Entry entry;
  for (;;) {
    if (info_target_.direct && at.more) {
      info_.TakeUsual(at, take);
    }
    if (!info_.Next(at, entry, notes_)) {
      break;
    }
    if (const Verdict verdict = TakeEntry(entry); verdict != Verdict::kRead) {
      return verdict;
    }
  }
  line_.EndInfo(at.next);
  rest_separator_ = static_cast<size_t>(at.separator - index_.positions());
  if (!info_target_.direct) {
    for (FieldOfFile& of : info_fields_) {
      if (of.field.samples() == 0) {
        of.field.AppendAbsent();
      }
    }
  }
  return Verdict::kRead;
}

/// An entry whose key has no header line and is no column.
void RecordReader::KeepOther(const InfoReader::Entry& entry) {
  if (!wants_other_ || entry.slot != InfoReader::kUnknown) {
    return;
  }
  bool repaired = false;
  const Value key = cleaner_.Clean(Between(entry.key, entry.key_end), false, repaired);
  const bool is_known = std::any_of(others_.begin(), others_.end(),
                                    [&](const OtherEntry& other) { return other.key.text.view() == key.text.view(); });
  if (is_known) {
    return;  // the first one counts; a map has a key once
  }
  OtherEntry& other = others_.emplace_back();
  other.key = key;
  if (entry.text.begin != entry.text.end || *entry.key_end == '=') {
    const std::string_view text = entry.text.view();
    if (text != ".") {
      other.value = cleaner_.Clean(text, true, repaired);
    }
  } else {
    other.value = Value(TextValue(std::string_view()));
  }
}

/// Takes it by value: what Next() keeps in registers stays there.
[[gnu::noinline]] Verdict RecordReader::TakeEntry(InfoReader::Entry entry) {
  if (entry.slot >= entry_uses_.size()) {
    KeepOther(entry);
    return Verdict::kRead;
  }
  const UseOfEntry use = entry_uses_[entry.slot];
  if (use.is_end) {
    end_text_ = Between(entry.text.begin, entry.text.end);
  }
  if (use.is_length) {
    lengths_text_ = Between(entry.text.begin, entry.text.end);
  }
  if (use.field == kNoField) {
    return Verdict::kRead;
  }
  FieldOfFile& of = info_fields_[use.field];
  if (info_target_.direct && of.field.AppendUsual(entry.text.begin, entry.text.end, entry.text.separators)) {
    return Verdict::kRead;
  }
  const Taken taken = of.field.Append(entry.text.begin, entry.text.end, entry.text.separators, cleaner_);
  return JudgeField(taken, of.field, info_.FieldName(of.slot), kNoSample);
}

/// INFO is not read: looks where it ends.
void RecordReader::SkipInfo() {
  const char* const line_end = line_.text.data() + line_.text.size();
  if (!wants_samples_) {
    return line_.EndInfo(FindFar(line_.info.data(), line_end, '\t'));
  }
  const uint32_t* const positions = index_.positions();
  rest_separator_ = line_.info_separator;
  while (rest_separator_ < index_.count() && line_.text[positions[rest_separator_]] != '\t') {
    ++rest_separator_;
  }
  line_.EndInfo(line_.text.data() + positions[rest_separator_]);
}

Verdict RecordReader::NoteField(Taken taken, RecordField& field, const std::string& name, size_t sample) {
  if (field.TakeRepaired()) {
    notes_.Count(NoteKind::kInvalidUtf8, name);
  }
  switch (taken) {
    case Taken::kGood:
      break;
    case Taken::kBad:
      return BadField(name, field.found(), field.expected(), sample);
    case Taken::kWrongLength:
      notes_.Count(NoteKind::kWrongLength, name);
      break;
    case Taken::kHighPloidy:
      notes_.Count(NoteKind::kHighPloidy, name);
      break;
  }
  return Verdict::kRead;
}

/// INFO/END and INFO/SVLEN.
Verdict RecordReader::ReadEnd() {
  end_.StartRecord(start_, line_.ref.size(), alts_.size());
  const std::string& end_name = info_.FieldName(end_slot_);
  switch (end_.TakeEnd(end_text_)) {
    case RecordEnd::Said::kNoNumber:
      return BadField(end_name, end_.found(), "an Integer");
    case RecordEnd::Said::kTaken:
      return Verdict::kRead;
    case RecordEnd::Said::kBeforeStart:
      notes_.Count(NoteKind::kEndBeforeStart, end_name);
      break;
    default:
      break;
  }
  if (std::none_of(alts_.begin(), alts_.end(), HasSvLength)) {
    return Verdict::kRead;
  }
  const std::string& lengths_name = info_.FieldName(lengths_slot_);
  switch (end_.TakeLengths(lengths_text_)) {
    case RecordEnd::Said::kNoNumber:
      return BadField(lengths_name, end_.found(), "an Integer");
    case RecordEnd::Said::kWrongLength:
      notes_.Count(NoteKind::kWrongLength, lengths_name);
      break;
    default:
      break;
  }
  return Verdict::kRead;
}

std::optional<int64_t> RecordReader::End(size_t allele) const {
  if (allele != 0 || alts_.empty()) {
    return end_.Of(alts_.empty() ? std::string_view() : alts_[allele - 1], allele - 1);
  }
  std::optional<int64_t> largest = end_.Of(alts_[0], 0);
  for (size_t i = 1; i < alts_.size() && largest; ++i) {
    const std::optional<int64_t> end = end_.Of(alts_[i], i);
    largest = end ? std::max(largest, end) : std::nullopt;
  }
  return largest;
}

/// A record that cannot be read at all.
Verdict RecordReader::BadRecord(std::string_view what) {
  return Judge(kWholeRecord, what, Verdict::kLeftOut);
}

/// Sample columns that don't fit the header or FORMAT: all of them are NULL if anything is.
Verdict RecordReader::BadSamples(std::string_view what) {
  const Verdict verdict = Judge(kFormatColumn, what, Verdict::kRead);
  if (verdict == Verdict::kRead) {
    ForgetSamples();
  }
  return verdict;
}

Verdict RecordReader::BadField(const std::string& field, std::string_view found, std::string_view expected,
                               size_t sample) {
  const bool several = sample != kNoSample && plan_.header.samples.size() > 1;
  const std::string of_sample = several ? fmt::format(" of {}", Quoted(plan_.header.samples[sample])) : "";
  return Judge(field, fmt::format("{}{}: found {}, expected {}", field, of_sample, Quoted(found), expected),
               Verdict::kRead);
}

/// What OnBadRecord says; `if_null` with kNull.
Verdict RecordReader::Judge(const std::string& field, std::string_view what, Verdict if_null) {
  std::string message = notes_.Message(what);
  if (plan_.on_bad_record == OnBadRecord::kFail) {
    error_ = BadInput("{}", message);
    return Verdict::kStop;
  }
  const Verdict verdict = plan_.on_bad_record == OnBadRecord::kSkip ? Verdict::kLeftOut : if_null;
  notes_.CountBad(verdict == Verdict::kLeftOut ? kWholeRecord : field, std::move(message));
  return verdict;
}

}  // namespace varjoin::vcf
