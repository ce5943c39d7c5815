// record_output.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/record_output.h"

#include <algorithm>

#include "base/counted.h"
#include "base/text.h"
#include "duck/vcf_type.h"

namespace varjoin {
namespace {

constexpr size_t kRecord = 0;  ///< columns of Plan::RecordRowsSql()
constexpr size_t kAltIndex = 1;
constexpr size_t kLine = 2;
constexpr char kHitSeparator = '|';

const SourceColumn& ColumnOf(const Source& source, const std::string& name) {
  return *std::find_if(source.columns.begin(), source.columns.end(),
                       [&](const SourceColumn& column) { return column.name == name; });
}

std::string VersionOf(const Source& source) {
  return source.made_at.empty() ? source.fingerprint : source.made_at;
}

vcf::NewField FieldOf(const SourcePlan& source, const RecordColumn& column) {
  vcf::NewField field{.id = column.key,
                      .number = column.of_record    ? "."
                                : column.ref_column ? "R"
                                                    : "A",
                      .type = "Integer",
                      .description = fmt::format("Rows of source {} that match the allele", source.source.name),
                      .source = source.source.name,
                      .version = VersionOf(source.source)};
  if (!column.is_count) {
    const SourceColumn& of_source = ColumnOf(source.source, column.from);
    const std::string element = column.ref_column && of_source.type.ends_with("[]")
                                    ? of_source.type.substr(0, of_source.type.size() - 2)
                                    : of_source.type;
    field.type = source.one_value ? duck::VcfTypeOf(element) : "String";
    field.description = of_source.description.empty() ? fmt::format("{} of source {}", column.from, source.source.name)
                                                      : of_source.description;
  }
  return field;
}

std::vector<std::string> KeysOf(const std::vector<RecordColumn>& columns) {
  std::vector<std::string> keys;
  for (const RecordColumn& column : columns) {
    keys.push_back(column.key);
  }
  return keys;
}

/// Of the text of a value, or of the values of several hits.
bool HasValue(std::string_view text) {
  return !text.empty() &&
         ((text[0] != '.' && text[0] != kHitSeparator) || text.find_first_not_of(".|") != std::string_view::npos);
}

int64_t NumberAt(const duck::RowChunk& chunk, size_t column, size_t row) {
  return static_cast<int64_t>(chunk.rows.columns[column].numbers[row]);
}

}  // namespace

std::vector<vcf::NewField> NewFields(const Plan& plan) {
  std::vector<vcf::NewField> fields;
  for (const RecordColumn& column : plan.RecordColumns()) {
    fields.push_back(FieldOf(plan.sources[column.source], column));
  }
  return fields;
}

std::vector<std::string> SourceLines(const Plan& plan) {
  std::vector<std::string> lines;
  for (const SourcePlan& source : plan.sources) {
    const Source& of = source.source;
    const std::vector<std::string>& files = of.made_from.empty() ? of.patterns : of.made_from;
    lines.push_back(fmt::format(
        "##varjoin_source=<ID={},Version={},Assembly={},File={}>", of.name, vcf::QuotedValue(VersionOf(of)),
        vcf::QuotedValue(of.assembly.empty() ? "unknown" : of.assembly), vcf::QuotedValue(Join(files, ", "))));
  }
  return lines;
}

RecordOutput::RecordOutput(const Plan& plan, vcf::RecordWriter& writer)
    : plan_(plan),
      writer_(writer),
      columns_(plan.RecordColumns()),
      places_(plan.RecordPlaceOfSources()),
      annotator_(KeysOf(columns_), plan.existing_info, vcf::LineEndOf(plan.input.header_text)),
      alleles_(plan.sources.size()),
      values_(columns_.size()),
      texts_(columns_.size()) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!plan.set_id.empty() && EqualNoCase(columns_[i].to, plan.set_id)) {
      id_field_ = i;
    }
  }
}

Status RecordOutput::Add(duck::RowChunk rows) {
  const auto chunk = std::make_shared<const duck::RowChunk>(std::move(rows));
  const size_t count = chunk->rows.columns[kRecord].valid.size();
  chunks_.push_back(chunk);
  for (size_t row = 0; row < count; ++row) {
    if (const int64_t record = NumberAt(*chunk, kRecord, row); record != record_) {
      VARJOIN_RETURN_IF_ERROR(WriteRecord());
      record_ = record;
      line_ = chunk->rows.columns[kLine].texts[row];
      chunks_.assign(1, chunk);
      allele_count_ = annotator_.Start(line_);
      for (std::vector<AlleleHits>& of_source : alleles_) {
        of_source.resize(std::max({of_source.size(), allele_count_, size_t{1}}));
        for (AlleleHits& allele : of_source) {
          allele.count = -1;
          allele.hits.clear();
        }
      }
    }
    AddRow(*chunk, row);
  }
  return Status::Ok();
}

/// A hit comes once for each combination with the hits of other sources.
void RecordOutput::AddRow(const duck::RowChunk& chunk, size_t row) {
  const auto alt_index = static_cast<size_t>(NumberAt(chunk, kAltIndex, row));
  if (alt_index > allele_count_ || (alt_index == 0 && allele_count_ > 0)) {
    return;
  }
  const size_t allele = alt_index == 0 ? 0 : alt_index - 1;
  // Of the pairs that a condition has left, the first, in the order of all hits.
  if (plan_.duplicates == Duplicates::kFirst && !alleles_.empty() && alleles_[0][allele].count >= 0) {
    return;
  }
  for (size_t i = 0; i < alleles_.size(); ++i) {
    const RecordPlaces& places = places_[i];
    AlleleHits& of = alleles_[i][allele];
    of.count = NumberAt(chunk, places.count, row);
    const int64_t number = NumberAt(chunk, places.hit, row);
    const auto at = std::lower_bound(of.hits.begin(), of.hits.end(), number,
                                     [](const Hit& hit, int64_t value) { return hit.number < value; });
    if (of.count > 0 && (at == of.hits.end() || at->number != number)) {
      of.hits.insert(at, {number, &chunk, row});
    }
  }
}

std::string_view RecordOutput::TextOf(const Hit& hit, size_t column) {
  const index::ColumnValues& values = hit.chunk->rows.columns[column];
  return values.valid[hit.row] != 0 ? values.texts[hit.row] : ".";
}

void RecordOutput::AppendHits(const AlleleHits& allele, size_t column, std::string& out, bool& any) const {
  bool first = true;
  for (const Hit& hit : allele.hits) {
    if (!first) {
      out += kHitSeparator;
    }
    first = false;
    const std::string_view text = TextOf(hit, column);
    out += text;
    any = any || HasValue(text);
  }
  if (first) {
    out += '.';
  }
}

void RecordOutput::AppendValue(const RecordColumn& column, const AlleleHits& allele, std::string& out,
                               bool& any) const {
  if (!column.is_count) {
    AppendHits(allele, column.place, out, any);
    return;
  }
  out += allele.count < 0 ? "." : fmt::format_int(allele.count).c_str();
  any = any || allele.count >= 0;
}

/// "" where no allele has a value.
std::string_view RecordOutput::GatherValue(size_t field) {
  const RecordColumn& column = columns_[field];
  const std::vector<AlleleHits>& alleles = alleles_[column.source];
  const size_t count = column.of_record ? std::max(allele_count_, size_t{1}) : allele_count_;
  if (count == 1 && alleles[0].hits.size() == 1 && !column.ref_column && !column.is_count) {
    const std::string_view text = TextOf(alleles[0].hits[0], column.place);  // nothing to be put together
    return HasValue(text) ? text : std::string_view();
  }
  std::string& value = texts_[field];
  value.clear();
  bool any = false;
  if (column.ref_column) {
    const auto hit =
        std::find_if(alleles.begin(), alleles.end(), [](const AlleleHits& of) { return !of.hits.empty(); });
    const AlleleHits first = hit == alleles.end() ? AlleleHits{} : AlleleHits{hit->count, {hit->hits.front()}};
    AppendHits(first, *column.ref_column, value, any);
  }
  bool all_same = column.of_record;
  size_t first_end = 0;
  for (size_t i = 0; i < count; ++i) {
    value += value.empty() ? "" : ",";
    const size_t begin = value.size();
    AppendValue(column, alleles[i], value, any);
    first_end = i == 0 ? value.size() : first_end;
    all_same = all_same && std::string_view(value).substr(begin) == std::string_view(value).substr(0, first_end);
  }
  if (all_same) {
    value.resize(first_end);
  }
  return any ? value : std::string_view();
}

/// The different values of the ID's field, without what only INFO asks for.
std::string RecordOutput::IdOfRecord() const {
  if (id_field_ == SIZE_MAX) {
    return "";
  }
  std::vector<std::string> ids;
  std::string text = ReplaceAll(std::string(values_[id_field_]), "%3B", ";");
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return byte == ',' || byte == '|' || byte == '&'; }, ';');
  for (const std::string_view id : Split(text, ';')) {
    const std::string name = ReplaceAll(std::string(id), " ", "_");
    if (!name.empty() && name != "." && std::find(ids.begin(), ids.end(), name) == ids.end()) {
      ids.push_back(name);
    }
  }
  return Join(ids, ";");
}

Status RecordOutput::WriteRecord() {
  if (record_ < 0) {
    return Status::Ok();
  }
  ++records_;
  for (size_t i = 0; i < columns_.size(); ++i) {
    values_[i] = GatherValue(i);
  }
  annotator_.Append(values_, IdOfRecord(), writer_.line());
  return writer_.EndLine();
}

Status RecordOutput::Finish() {
  VARJOIN_RETURN_IF_ERROR(WriteRecord());
  record_ = -1;
  return writer_.Finish();
}

std::string RecordOutput::ReplacedEntries() const {
  std::vector<std::string> keys;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (annotator_.HasReplaced(i)) {
      keys.push_back("INFO/" + columns_[i].key);
    }
  }
  return keys.empty() ? ""
                      : fmt::format(
                            "the input has {} already: in {} the values gave way to the sources', also where those "
                            "have none; --existing-info keep leaves the input's, append joins both",
                            Join(keys, ", "), Counted(annotator_.replaced_lines(), "record"));
}

}  // namespace varjoin
