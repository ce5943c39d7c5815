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
  Result<bool> NextRecord();
  std::string_view NextLine();
  void CountRows();
  void WriteRow(std::span<ColumnBuffer* const> columns, uint64_t row);
  void WriteColumn(const Output& output, ColumnBuffer& out, uint64_t row);
  void WriteAlts(ColumnBuffer& out, uint64_t row);
  void WriteGenotypes(ColumnBuffer& out, uint64_t row);
  void WriteSampleNames(ColumnBuffer& out, uint64_t offset);

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

  ChunkUse use;
  std::vector<TextValue> chunk_sample_names;  ///< once they are in the chunk's memory

  ScanReport report;
  std::string contig;  ///< of the last record
  ScanReport::ContigCount* contig_count = nullptr;
};

RecordParser::State::State(std::shared_ptr<const ParsePlan> plan_p) : plan(std::move(plan_p)), reader(*plan) {
  for (const std::string& name : plan->header.samples) {
    sample_names.push_back(RepairUtf8(name));
  }
  for (const Column& column : plan->columns) {
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
  use = {};
  chunk_sample_names.clear();
  for (ColumnBuffer* column : columns) {
    ForgetElements(*column);
  }
  uint64_t row = 0;
  do {
    if (next_row == rows) {
      VARJOIN_ASSIGN(const bool more, NextRecord());
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
  }
  return row;
}

/// Reads on to the next record that has rows. False: the batch is used up.
Result<bool> RecordParser::State::NextRecord() {
  rows = next_row = 0;
  while (cursor != batch_end) {
    const std::string_view line = NextLine();
    if (line.empty()) {
      continue;
    }
    ++ordinal;
    ++report.records;
    switch (reader.Read(line, ordinal)) {
      case Verdict::kRead:
        rows = plan->split ? std::max<size_t>(reader.alt_count(), 1) : 1;
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
  if (contig_count == nullptr || chrom != contig) {
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
  for (size_t i = 0; i < columns.size(); ++i) {
    WriteColumn(outputs[i], *columns[i], row);
  }
}

void RecordParser::State::WriteColumn(const Output& output, ColumnBuffer& out, uint64_t row) {
  const size_t allele = plan->split && reader.alt_count() > 0 ? next_row + 1 : 0;
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
      return WriteOptional(reader.Carried(allele), out, row);
    case Origin::kInfo:
      return reader.info(output.place).Write(0, allele, out, row, use);
    case Origin::kFormat:
      return reader.format(output.place).Write(0, allele, out, row, use);
    case Origin::kGenotypes:
      return WriteGenotypes(out, row);
    case Origin::kRecordText:
      return WriteText(TextValue(reader.line().text), false, out, row, use);
    case Origin::kSample:
      return;
  }
}

void RecordParser::State::WriteAlts(ColumnBuffer& out, uint64_t row) {
  if (reader.alt_count() == 0) {
    return WriteNullList(out, row);
  }
  const uint64_t offset = WriteList(out, row, reader.alt_count(), use);
  for (size_t i = 0; i < reader.alt_count(); ++i) {
    WriteValue(ValueType::kText, reader.alts()[i], *out.children[0], offset + i, use);
  }
}

void RecordParser::State::WriteGenotypes(ColumnBuffer& out, uint64_t row) {
  if (!reader.has_samples()) {
    return WriteNullList(out, row);
  }
  const size_t allele = plan->split && reader.alt_count() > 0 ? next_row + 1 : 0;
  const uint64_t offset = WriteList(out, row, sample_names.size(), use);
  ColumnBuffer& structs = *out.children[0];
  for (size_t i = 0; i < genotypes.size(); ++i) {
    ColumnBuffer& field = *structs.children[i];
    if (genotypes[i].origin == Origin::kSample) {
      WriteSampleNames(field, offset);
      continue;
    }
    const RecordField& values = reader.format(genotypes[i].place);
    for (size_t sample = 0; sample < sample_names.size(); ++sample) {
      values.Write(sample, allele, field, offset + sample, use);
    }
  }
}

/// The names are in the chunk's memory once, however many rows it has.
void RecordParser::State::WriteSampleNames(ColumnBuffer& out, uint64_t offset) {
  const bool is_first = chunk_sample_names.empty();
  for (size_t sample = 0; sample < sample_names.size(); ++sample) {
    if (is_first) {
      WriteText(TextValue(sample_names[sample]), true, out, offset + sample, use);
      chunk_sample_names.push_back(out.As<TextValue>()[offset + sample]);
    } else {
      WriteText(chunk_sample_names[sample], false, out, offset + sample, use);
    }
  }
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
