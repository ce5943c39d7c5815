// typed_value.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/typed_value.h"

#include "vcf/text_scan.h"

namespace varjoin::vcf {

Value TextCleaner::CleanOdd(std::string_view text, bool percent, bool& repaired) {
  const Survey survey = SurveyText(text);
  bool made = false;
  bool ascii = !survey.high;
  if (percent && survey.percent) {
    char* const decoded = arena_.Allocate(text.size());
    text = {decoded, DecodePercent(text, decoded)};
    made = true;
    ascii = !SurveyText(text).high;
  }
  if (!ascii && !IsUtf8(text)) {
    char* const clean = arena_.Allocate(3 * text.size());
    text = {clean, RepairUtf8(text, clean)};
    made = true;
    repaired = true;
  }
  return Value(TextValue(text), made);
}

void WriteCopy(const TextValue& text, ColumnBuffer& out, uint64_t index) {
  char* const copy = out.AllocateText(text.length());
  std::memcpy(copy, text.view().data(), text.length());
  out.As<TextValue>()[index] = TextValue({copy, text.length()});
}

uint64_t WriteList(ColumnBuffer& out, uint64_t index, uint64_t length, ChunkUse& use) {
  const uint64_t offset = out.elements;
  if (offset + length > out.element_capacity) {
    out.ReserveElements(offset + length);
  }
  out.As<ListEntry>()[index] = {offset, length};
  out.elements += length;
  use.elements += length;
  return offset;
}

void WriteNullList(ColumnBuffer& out, uint64_t index) {
  out.As<ListEntry>()[index] = {out.elements, 0};
  out.SetNull(index);
}

}  // namespace varjoin::vcf
