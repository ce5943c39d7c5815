// text_fuzz.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz target: a byte of options, then a VCF as text.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "vcf/memory_column.h"
#include "vcf/record_parser.h"
#include "vcf/schema.h"

namespace {

using namespace varjoin::vcf;

/// With just the padding that a batch has, so that a sanitizer sees a read beyond it.
Batch BatchOf(std::string body) {
  if (!body.ends_with('\n')) {
    body += '\n';
  }
  Batch batch;
  batch.first_record = 1;
  batch.memory = std::shared_ptr<char[]>(new char[body.size() + Batch::kPadding]);
  std::memset(std::copy(body.begin(), body.end(), batch.memory.get()), ';', Batch::kPadding);
  batch.text = {batch.memory.get(), body.size()};
  return batch;
}

void Parse(std::shared_ptr<const ParsePlan> plan, const Batch& batch, uint64_t rows_a_chunk) {
  std::vector<std::unique_ptr<MemoryColumn>> columns;
  std::vector<ColumnBuffer*> buffers;
  for (const Column& column : plan->columns) {
    columns.push_back(std::make_unique<MemoryColumn>(column));
    buffers.push_back(columns.back().get());
  }
  RecordParser parser(plan);
  parser.Begin(batch);
  for (;;) {
    for (const auto& column : columns) {
      column->Reset(rows_a_chunk);
    }
    const auto rows = parser.Fill(buffers, {.rows = rows_a_chunk});
    if (!rows.ok() || *rows == 0) {
      break;
    }
    for (const auto& column : columns) {
      for (uint64_t row = 0; row < *rows; ++row) {
        column->Text(row);
        if (column->MetRubbish()) {
          __builtin_trap();
        }
      }
    }
  }
  parser.TakeReport().Sentences();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  const uint8_t options = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t columns = text.find("#CHROM");
  const size_t end = columns == std::string_view::npos ? columns : text.find('\n', columns);
  if (end == std::string_view::npos) {
    return 0;
  }
  auto header = ParseHeader("fuzz.vcf", text.substr(0, end + 1));
  if (!header.ok()) {
    return 0;
  }
  const Batch batch = BatchOf(std::string(text.substr(end + 1)));
  if ((options & 1) != 0) {
    DeclareFieldsSeen(batch.text, *header);
  }
  const bool split = (options & 2) != 0;
  auto plan = std::make_shared<ParsePlan>();
  plan->path = "fuzz.vcf";
  plan->long_rows = (options & 32) != 0;
  plan->columns = MakeSchema(std::span(&*header, 1), {.split = split,
                                                      .long_rows = plan->long_rows,
                                                      .gt_numbers = (options & 64) != 0,
                                                      .info_other = (options & 4) != 0});
  plan->columns.push_back(RecordTextColumn());
  plan->header = *std::move(header);
  plan->split = split;
  plan->on_bad_record = (options & 8) != 0 ? OnBadRecord::kSkip : OnBadRecord::kNull;
  Parse(plan, batch, (options & 16) != 0 ? 1 : 70);
  return 0;
}
