// record_parser.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_parser.h"

#include <algorithm>

#include "vcf/record_reader.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

/// How one column is written. `place` is the reader's name for its values.
struct Output {
  Origin origin;
  size_t place = 0;
};

void ForgetElements(ColumnBuffer& buffer) {
  buffer.elements = 0;
  for (ColumnBuffer* child : buffer.children) {
    ForgetElements(*child);
  }
}

void ReportElements(const Column& column, ColumnBuffer& buffer) {
  if (column.list) {
    buffer.SetElements(buffer.elements);
  }
  if (column.type == ValueType::kStruct) {
    ColumnBuffer& structs = column.list ? *buffer.children[0] : buffer;
    for (size_t i = 0; i < column.fields.size(); ++i) {
      ReportElements(column.fields[i], *structs.children[i]);
    }
  }
}

template <typename T>
void WriteOptional(const std::optional<T>& value, ColumnBuffer& out, uint64_t row) {
  return value ? WriteNumber(*value, out, row) : WriteNull<T>(out, row);
}

}  // namespace

struct RecordParser::State {
  explicit State(std::shared_ptr<const ParsePlan> plan_p);

  Result<uint64_t> Fill(std::span<ColumnBuffer* const> columns, const ChunkLimits& limits);
  ScanReport TakeReport();

  Output Want(const Column& column);
  void SetColumns(std::span<ColumnBuffer* const> columns);
  Result<bool> NextRecord(uint64_t row);
  std::string_view NextLine();
  void CountRows();
  void WriteRow(std::span<ColumnBuffer* const> columns, uint64_t row);
  void WriteColumn(const Output& output, ColumnBuffer& out, uint64_t row);
  void WriteField(const Output& output, uint64_t row);
  void WriteAlts(ColumnBuffer& out, uint64_t row);
  void WriteGenotypes(ColumnBuffer& out, uint64_t row);
  void WriteOthers(ColumnBuffer& out, uint64_t row);
  void WriteSampleName(ColumnBuffer& out, uint64_t row);
  void ShareSampleNames(ColumnBuffer& lists);
  const std::vector<TextValue>& NamesInChunk(ColumnBuffer& out, uint64_t index);

  const std::shared_ptr<const ParsePlan> plan;
  std::vector<std::string> sample_names;  ///< as UTF-8
  RecordReader reader;
  std::vector<Output> outputs;
  std::vector<Output> genotypes;  ///< the fields of the struct

  const char* cursor = nullptr;  ///< in the batch: the next line
  const char* batch_end = nullptr;
  int64_t ordinal = 0;  ///< in the file, of the record in the reader
  size_t rows = 0;      ///< of that record
  size_t next_row = 0;
  size_t allele = 0;  ///< of the next row, from 1; 0: the record has no ALT, or rows are not split
  size_t sample = 0;  ///< of the next row, among the chosen ones

  std::vector<size_t> row_columns;                    ///< those that WriteRow() writes for each row
  std::vector<TextValue> chunk_sample_names;          ///< once they are in the chunk's memory
  bool has_long_names = false;                        ///< the others need no memory
  std::shared_ptr<const SharedTexts> repeated_names;  ///< as often as a chunk has needed them

  ScanReport report;
  std::string contig;  ///< of the last record
  ScanReport::ContigCount* contig_count = nullptr;
};

RecordParser::State::State(std::shared_ptr<const ParsePlan> plan_p) : plan(std::move(plan_p)), reader(*plan) {
  for (size_t i = 0; i < plan->header.samples.size(); ++i) {
    if (plan->chosen_samples.empty() || plan->chosen_samples[i]) {
      sample_names.push_back(RepairUtf8(plan->header.samples[i]));
      has_long_names = has_long_names || sample_names.back().size() > TextValue::kInline;
    }
  }
  for (const Column& column : plan->columns) {
    if (column.origin != Origin::kInfo && column.origin != Origin::kFormat) {
      row_columns.push_back(outputs.size());
    }
    outputs.push_back(Want(column));
  }
}

Output RecordParser::State::Want(const Column& column) {
  switch (column.origin) {
    case Origin::kChrom:
    case Origin::kId:
    case Origin::kRef:
    case Origin::kFilter:
      return {column.origin, reader.WantText(column.origin)};
    case Origin::kInfo:
      return {column.origin, reader.WantInfo(column)};
    case Origin::kFormat:
      return {column.origin, reader.WantFormat(column)};
    case Origin::kAlt:
    case Origin::kAlts:
      reader.WantAlts();
      break;
    case Origin::kQual:
      reader.WantQuality();
      break;
    case Origin::kEnd:
      reader.WantEnd();
      break;
    case Origin::kCarried:
      reader.WantCarried();
      break;
    case Origin::kGenotypes:
      reader.WantSamples();
      for (const Column& field : column.fields) {
        genotypes.push_back(Want(field));
      }
      break;
    case Origin::kInfoOther:
      reader.WantOther();
      break;
    case Origin::kStart:
    case Origin::kRecord:
    case Origin::kAltIndex:
    case Origin::kSample:
    case Origin::kRecordText:
      break;
  }
  return {column.origin};
}

Result<uint64_t> RecordParser::State::Fill(std::span<ColumnBuffer* const> columns, const ChunkLimits& limits) {
  constexpr uint64_t kRowsCleared = 64;
  ChunkUse& use = reader.use() = {};
  if (has_long_names) {
    chunk_sample_names.clear();
  }
  SetColumns(columns);
  uint64_t row = 0;
  do {
    if (row % kRowsCleared == 0) {
      reader.ClearRows(row, std::min(kRowsCleared, limits.rows - row));
    }
    if (next_row == rows) {
      VARJOIN_ASSIGN(const bool more, NextRecord(row));
      if (!more) {
        break;
      }
    }
    WriteRow(columns, row);
    ++row;
    ++next_row;
  } while (row < limits.rows && use.text_bytes < limits.text_bytes && use.elements < limits.elements);
  for (size_t i = 0; i < columns.size(); ++i) {
    ReportElements(plan->columns[i], *columns[i]);
    if (outputs[i].origin == Origin::kGenotypes) {
      ShareSampleNames(*columns[i]);
    }
  }
  return row;
}

void RecordParser::State::SetColumns(std::span<ColumnBuffer* const> columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    ForgetElements(*columns[i]);
    const Output& output = outputs[i];
    if (output.origin == Origin::kInfo) {
      reader.SetInfoColumn(output.place, columns[i]);
    } else if (output.origin == Origin::kFormat) {
      reader.SetFormatColumn(output.place, columns[i]);
    } else if (output.origin == Origin::kGenotypes) {
      reader.SetGenotypesColumn(columns[i]);
      for (size_t field = 0; field < genotypes.size(); ++field) {
        if (genotypes[field].origin == Origin::kFormat) {
          reader.SetFormatColumn(genotypes[field].place, columns[i]->children[0]->children[field]);
        }
      }
    }
  }
}

/// Reads on to the next record that has rows, of which `row` will be the first. False: the batch is used up.
Result<bool> RecordParser::State::NextRecord(uint64_t row) {
  rows = next_row = 0;
  while (cursor != batch_end) {
    const std::string_view line = NextLine();
    if (line.empty()) {
      continue;
    }
    ++ordinal;
    ++report.records;
    switch (reader.Read(line, ordinal, row)) {
      case Verdict::kRead:
        rows = reader.row_count();
        CountRows();
        return true;
      case Verdict::kLeftOut:
        break;
      case Verdict::kStop:
        return reader.error();
    }
  }
  return false;
}

/// The next line without its end.
std::string_view RecordParser::State::NextLine() {
  const char* const begin = cursor;
  const char* end = FindFar(begin, batch_end, '\n');
  cursor = end == batch_end ? end : end + 1;
  if (end != begin && end[-1] == '\r') {
    --end;
  }
  return Between(begin, end);
}

void RecordParser::State::CountRows() {
  const std::string_view chrom = reader.line().chrom;
  if (contig_count == nullptr || !EqualShort(chrom, contig)) {
    contig = chrom;
    const auto [entry, is_new] = report.contigs.try_emplace(RepairUtf8(chrom));
    contig_count = &entry->second;
    if (is_new) {
      contig_count->first_record = plan->records_before + ordinal;
    }
  }
  ++contig_count->records;
  contig_count->rows += static_cast<int64_t>(rows);
  report.rows += static_cast<int64_t>(rows);
}

ScanReport RecordParser::State::TakeReport() {
  reader.TakeNotes(report);
  contig_count = nullptr;
  return std::exchange(report, {});
}

void RecordParser::State::WriteRow(std::span<ColumnBuffer* const> columns, uint64_t row) {
  allele = plan->split && reader.alt_count() > 0 ? next_row / reader.rows_per_allele() + 1 : 0;
  sample = next_row % reader.rows_per_allele();
  for (const size_t i : row_columns) {
    WriteColumn(outputs[i], *columns[i], row);
  }
  if (!reader.is_written()) {
    for (size_t i = 0; i < columns.size(); ++i) {
      WriteField(outputs[i], row);
    }
  }
}

/// An INFO field, or a FORMAT field of the row's sample, of a record with several rows.
void RecordParser::State::WriteField(const Output& output, uint64_t row) {
  if (output.origin == Origin::kInfo) {
    reader.info(output.place).Write(0, allele, row);
  } else if (output.origin == Origin::kFormat) {
    reader.format(output.place).Write(sample, allele, row);
  }
}

void RecordParser::State::WriteColumn(const Output& output, ColumnBuffer& out, uint64_t row) {
  ChunkUse& use = reader.use();
  switch (output.origin) {
    case Origin::kChrom:
    case Origin::kId:
    case Origin::kRef:
    case Origin::kFilter:
      return WriteValue(ValueType::kText, reader.text(output.place), out, row, use);
    case Origin::kStart:
      return WriteNumber(reader.start(), out, row);
    case Origin::kEnd:
      return WriteOptional(reader.End(allele), out, row);
    case Origin::kAlt:
      return allele == 0 ? WriteNull<TextValue>(out, row)
                         : WriteValue(ValueType::kText, reader.alts()[allele - 1], out, row, use);
    case Origin::kAlts:
      return WriteAlts(out, row);
    case Origin::kQual:
      return WriteOptional(reader.quality(), out, row);
    case Origin::kRecord:
      return WriteNumber(plan->records_before + ordinal, out, row);
    case Origin::kAltIndex:
      return WriteNumber(static_cast<int32_t>(allele), out, row);
    case Origin::kCarried:
      return WriteOptional(reader.Carried(allele, sample), out, row);
    case Origin::kGenotypes:
      return WriteGenotypes(out, row);
    case Origin::kInfoOther:
      return WriteOthers(out, row);
    case Origin::kRecordText:
      return WriteText(TextValue(reader.line().text), false, out, row, use);
    case Origin::kSample:
      return WriteSampleName(out, row);
    case Origin::kInfo:
    case Origin::kFormat:
      return;
  }
}

void RecordParser::State::WriteAlts(ColumnBuffer& out, uint64_t row) {
  if (reader.alt_count() == 0) {
    return WriteNullList(out, row);
  }
  const uint64_t offset = WriteList(out, row, reader.alt_count(), reader.use());
  for (size_t i = 0; i < reader.alt_count(); ++i) {
    WriteValue(ValueType::kText, reader.alts()[i], *out.children[0], offset + i, reader.use());
  }
}

/// NULL where there is nothing.
void RecordParser::State::WriteOthers(ColumnBuffer& out, uint64_t row) {
  if (reader.others().empty()) {
    return WriteNullList(out, row);
  }
  uint64_t at = WriteList(out, row, reader.others().size(), reader.use());
  ColumnBuffer& structs = *out.children[0];
  for (const RecordReader::OtherEntry& other : reader.others()) {
    WriteValue(ValueType::kText, other.key, *structs.children[0], at, reader.use());
    WriteValue(ValueType::kText, other.value, *structs.children[1], at, reader.use());
    ++at;
  }
}

void RecordParser::State::WriteGenotypes(ColumnBuffer& out, uint64_t row) {
  if (!reader.has_samples() || reader.is_written()) {
    return;
  }
  const uint64_t offset = WriteList(out, row, sample_names.size(), reader.use());
  out.SetValid(row);
  for (size_t i = 0; i < genotypes.size(); ++i) {
    if (genotypes[i].origin != Origin::kSample) {
      for (size_t of = 0; of < sample_names.size(); ++of) {
        reader.format(genotypes[i].place).Write(of, allele, offset + of);
      }
    }
  }
}

/// NULL in a file without samples.
void RecordParser::State::WriteSampleName(ColumnBuffer& out, uint64_t row) {
  if (!reader.has_samples()) {
    return WriteNull<TextValue>(out, row);
  }
  out.As<TextValue>()[row] = NamesInChunk(out, row)[sample];
}

/// Every list has the names of all chosen samples, so that the elements of all chunks are the same over and over.
void RecordParser::State::ShareSampleNames(ColumnBuffer& lists) {
  const uint64_t count = lists.elements;
  if (repeated_names == nullptr || repeated_names->values.size() < count) {
    auto repeated = std::make_shared<SharedTexts>();
    repeated->texts = sample_names;
    repeated->values.reserve(count + count / 4 + sample_names.size());
    while (repeated->values.size() < count + count / 4) {
      for (const std::string& name : repeated->texts) {
        repeated->values.emplace_back(name);
      }
    }
    repeated_names = std::move(repeated);
  }
  for (size_t i = 0; i < genotypes.size(); ++i) {
    if (genotypes[i].origin == Origin::kSample && count > 0) {
      lists.children[0]->children[i]->Share(repeated_names, count);
    }
  }
}

/// The names are in the chunk's memory once, however many rows it has. `index` is a place that may be written to.
const std::vector<TextValue>& RecordParser::State::NamesInChunk(ColumnBuffer& out, uint64_t index) {
  if (chunk_sample_names.empty()) {
    for (const std::string& name : sample_names) {
      WriteText(TextValue(name), true, out, index, reader.use());
      chunk_sample_names.push_back(out.As<TextValue>()[index]);
    }
  }
  return chunk_sample_names;
}

RecordParser::RecordParser(std::shared_ptr<const ParsePlan> plan) : state_(std::make_unique<State>(std::move(plan))) {}

RecordParser::~RecordParser() = default;

void RecordParser::Begin(const Batch& batch) {
  state_->cursor = batch.text.data();
  state_->batch_end = batch.text.data() + batch.text.size();
  state_->ordinal = batch.first_record - 1;
  state_->rows = state_->next_row = 0;
}

Result<uint64_t> RecordParser::Fill(std::span<ColumnBuffer* const> columns, const ChunkLimits& limits) {
  return state_->Fill(columns, limits);
}

ScanReport RecordParser::TakeReport() {
  return state_->TakeReport();
}

}  // namespace varjoin::vcf
