// parse_text.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "parse_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "memory_column.h"

namespace varjoin::vcf {
namespace {

std::vector<Column> Choose(const std::vector<Column>& schema, const std::vector<std::string>& names) {
  std::vector<Column> chosen;
  for (const std::string& name : names) {
    bool found = false;
    for (const Column& column : schema) {
      if (column.name == name) {
        chosen.push_back(column);
        found = true;
      }
    }
    if (name == "record_text") {
      chosen.push_back(RecordTextColumn());
      found = true;
    }
    EXPECT_TRUE(found) << "no column " << name;
  }
  return chosen;
}

/// `lines` lines from the front of `rest`.
std::string_view TakeLines(std::string_view& rest, size_t lines) {
  size_t end = 0;
  for (size_t i = 0; i < lines && end < rest.size(); ++i) {
    end = rest.find('\n', end) + 1;
  }
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

/// A copy with just the padding that a batch has, so that a sanitizer sees a read beyond it.
Batch BatchOf(std::string_view text, int64_t first_record) {
  Batch batch;
  batch.first_record = first_record;
  batch.memory = std::shared_ptr<char[]>(new char[text.size() + Batch::kPadding]);
  std::memcpy(batch.memory.get(), text.data(), text.size());
  std::memset(batch.memory.get() + text.size(), ';', Batch::kPadding);
  batch.text = {batch.memory.get(), text.size()};
  return batch;
}

/// The columns of one parse, and what has been read into them.
class Reading {
 public:
  explicit Reading(std::shared_ptr<const ParsePlan> plan) : parser_(plan) {
    for (const Column& column : plan->columns) {
      columns_.push_back(std::make_unique<MemoryColumn>(column));
      buffers_.push_back(columns_.back().get());
    }
  }

  Status Read(const Batch& batch, const RecordParser::ChunkLimits& limits, Parsed& parsed) {
    parser_.Begin(batch);
    for (;;) {
      for (const auto& column : columns_) {
        column->Reset(limits.rows);
      }
      VARJOIN_ASSIGN(const uint64_t rows, parser_.Fill(buffers_, limits));
      if (rows == 0) {
        parsed.report += parser_.TakeReport();
        return Status::Ok();
      }
      parsed.chunks.push_back(rows);
      for (uint64_t row = 0; row < rows; ++row) {
        parsed.rows.push_back(RowText(row));
      }
    }
  }

 private:
  std::string RowText(uint64_t row) const {
    std::string text;
    for (const auto& column : columns_) {
      text += (column == columns_.front() ? "" : " | ") + column->Text(row);
    }
    return text;
  }

  RecordParser parser_;
  std::vector<std::unique_ptr<MemoryColumn>> columns_;
  std::vector<ColumnBuffer*> buffers_;
};

}  // namespace

Header HeaderOf(const std::vector<std::string>& lines, const std::vector<std::string>& samples) {
  std::string text = "##fileformat=VCFv4.5\n";
  for (const std::string& line : lines) {
    text += "##" + line + "\n";
  }
  text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
  text += samples.empty() ? "" : "\tFORMAT";
  for (const std::string& sample : samples) {
    text += "\t" + sample;
  }
  Result<Header> header = ParseHeader("t.vcf", text + "\n");
  EXPECT_TRUE(header.ok()) << header.status().message();
  return *std::move(header);
}

Parsed ParseText(const Header& header, std::string_view body, const HowToParse& how) {
  const std::vector<Column> schema = how.schema.empty()
                                         ? MakeSchema(std::span(&header, 1), {.split = how.split,
                                                                              .long_rows = how.long_rows,
                                                                              .gt_numbers = how.gt_numbers,
                                                                              .info_other = how.info_other,
                                                                              .samples = how.samples})
                                         : how.schema;
  auto plan = std::make_shared<ParsePlan>();
  plan->path = "t.vcf";
  plan->header = header;
  plan->columns = how.columns.empty() ? schema : Choose(schema, how.columns);
  plan->split = how.split;
  plan->long_rows = how.long_rows;
  plan->chosen_samples = ChosenSamples(header, how.samples);
  plan->on_bad_record = how.on_bad_record;
  plan->records_before = how.records_before;
  Reading reading(plan);
  Parsed parsed;
  int64_t first_record = 1;
  while (!body.empty() && parsed.status.ok()) {
    const Batch batch = BatchOf(TakeLines(body, how.lines_per_batch), first_record);
    parsed.status = reading.Read(batch, how.limits, parsed);
    first_record = 1 + parsed.report.records;
  }
  return parsed;
}

const std::vector<std::string> kFieldsOfEachKind = {
    "INFO=<ID=AC,Number=A,Type=Integer>",    "INFO=<ID=AF,Number=A,Type=Float>",
    "INFO=<ID=SA,Number=A,Type=String>",     "INFO=<ID=RD,Number=R,Type=Integer>",
    "INFO=<ID=RS,Number=R,Type=String>",     "INFO=<ID=IG,Number=G,Type=Integer>",
    "INFO=<ID=I,Number=1,Type=Integer>",     "INFO=<ID=F,Number=1,Type=Float>",
    "INFO=<ID=S,Number=1,Type=String>",      "INFO=<ID=C,Number=1,Type=Character>",
    "INFO=<ID=LI,Number=.,Type=Integer>",    "INFO=<ID=LF,Number=.,Type=Float>",
    "INFO=<ID=LS,Number=.,Type=String>",     "INFO=<ID=TWO,Number=2,Type=Integer>",
    "INFO=<ID=DB,Number=0,Type=Flag>",       "INFO=<ID=END,Number=1,Type=Integer>",
    "INFO=<ID=SVLEN,Number=A,Type=Integer>", "INFO=<ID=LAI,Number=LA,Type=Integer>",
    "FORMAT=<ID=GT,Number=1,Type=String>",   "FORMAT=<ID=AD,Number=R,Type=Integer>",
    "FORMAT=<ID=PL,Number=G,Type=Integer>",  "FORMAT=<ID=DS,Number=A,Type=Float>",
    "FORMAT=<ID=GQ,Number=1,Type=Integer>",  "FORMAT=<ID=TX,Number=1,Type=String>",
    "FORMAT=<ID=LEN,Number=1,Type=Integer>", "FORMAT=<ID=LPL,Number=LG,Type=Integer>",
    "FORMAT=<ID=TXS,Number=.,Type=String>",
};

Header NoSample() {
  return HeaderOf(kFieldsOfEachKind, {});
}

Header OneSample() {
  return HeaderOf(kFieldsOfEachKind, {"NA1"});
}

std::string Body(std::string lines) {
  std::replace(lines.begin(), lines.end(), ' ', '\t');
  return lines + "\n";
}

void Check(const Header& header, const std::vector<Case>& cases, HowToParse how) {
  for (const Case& c : cases) {
    how.columns = c.columns;
    const Parsed parsed = ParseText(header, Body(c.lines), how);
    EXPECT_TRUE(parsed.status.ok()) << c.rule << ": " << parsed.status.message();
    EXPECT_EQ(parsed.rows, c.rows) << c.rule;
  }
}

}  // namespace varjoin::vcf
