// schema.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/schema.h"

#include <algorithm>

#include "base/text.h"
#include "vcf/field_values.h"
#include "vcf/text_map.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

constexpr const char* kGenotypesName = "genotypes";
constexpr const char* kSampleName = "sample";
constexpr const char* kFormatPrefix = "fmt_";

/// The names that are taken, without regard to case.
class Names {
 public:
  void Take(std::string_view name) { taken_.insert(ToLower(name)); }

  /// `wanted` with `prefix` before it as often as it takes to be free; it is then taken.
  std::string Free(std::string wanted, std::string_view prefix) {
    while (!taken_.insert(ToLower(wanted)).second) {
      wanted.insert(0, prefix);
    }
    return wanted;
  }

 private:
  TextSet taken_;
};

/// What two files agree on about a field.
void Agree(FieldDefinition& agreed, const FieldDefinition& other) {
  if (agreed.declared != other.declared) {
    if (other.declared) {
      agreed = other;
    }
    return;
  }
  const auto is_number = [](FieldType type) { return type == FieldType::kInteger || type == FieldType::kFloat; };
  if (agreed.type != other.type) {
    agreed.type = is_number(agreed.type) && is_number(other.type) ? FieldType::kFloat : FieldType::kString;
  }
  if (agreed.number != other.number || (agreed.number == NumberKind::kFixed && agreed.count != other.count)) {
    agreed.number = NumberKind::kOther;
    agreed.count = 0;
    agreed.number_text = ".";
  }
}

using FieldsOf = std::vector<FieldDefinition> Header::*;

/// The fields of all `headers` in order of first appearance.
std::vector<FieldDefinition> Union(std::span<const Header* const> headers, FieldsOf fields) {
  std::vector<FieldDefinition> all;
  TextMap<size_t> place;
  for (const Header* header : headers) {
    for (const FieldDefinition& field : header->*fields) {
      const auto [entry, is_new] = place.try_emplace(field.id, all.size());
      if (is_new) {
        all.push_back(field);
      } else {
        Agree(all[entry->second], field);
      }
    }
  }
  return all;
}

ValueType TypeOf(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
      return ValueType::kInteger;
    case FieldType::kFloat:
      return ValueType::kDouble;
    case FieldType::kFlag:
      return ValueType::kBoolean;
    case FieldType::kString:
      break;
  }
  return ValueType::kText;
}

bool IsList(const FieldDefinition& field, const SchemaOptions& options) {
  if (field.type == FieldType::kFlag || (field.number == NumberKind::kFixed && field.count == 1)) {
    return false;
  }
  return !(options.split && field.number == NumberKind::kPerAlt);
}

Column FieldColumn(Origin origin, std::string_view name, const FieldDefinition& field, const SchemaOptions& options) {
  const bool is_genotype = origin == Origin::kFormat && field.id == "GT";
  Column column;
  column.name = name;
  column.origin = origin;
  column.type = is_genotype ? ValueType::kText : TypeOf(field.type);
  column.list = !is_genotype && IsList(field, options);
  if (origin == Origin::kInfo && field.id == "END" && column.type == ValueType::kInteger) {
    column.type = ValueType::kBigint;
  }
  column.field = field;
  return column;
}

Column Fixed(std::string name, Origin origin, ValueType type, bool list = false) {
  Column column;
  column.name = std::move(name);
  column.origin = origin;
  column.type = type;
  column.list = list;
  return column;
}

std::vector<Column> FixedColumns(const SchemaOptions& options) {
  std::vector<Column> columns = {
      Fixed("chrom", Origin::kChrom, ValueType::kText), Fixed("start", Origin::kStart, ValueType::kBigint),
      Fixed("end", Origin::kEnd, ValueType::kBigint),   Fixed("id", Origin::kId, ValueType::kText),
      Fixed("ref", Origin::kRef, ValueType::kText),
  };
  columns.push_back(options.split ? Fixed("alt", Origin::kAlt, ValueType::kText)
                                  : Fixed("alts", Origin::kAlts, ValueType::kText, true));
  columns.push_back(Fixed("qual", Origin::kQual, ValueType::kDouble));
  columns.push_back(Fixed("filter", Origin::kFilter, ValueType::kText));
  columns.push_back(Fixed("record", Origin::kRecord, ValueType::kBigint));
  if (options.split) {
    columns.push_back(Fixed("alt_index", Origin::kAltIndex, ValueType::kInteger));
    columns.push_back(Fixed("carried", Origin::kCarried, ValueType::kBoolean));
  }
  return columns;
}

/// What a FORMAT field of the header becomes.
void AddFormat(const FieldDefinition& field, const SchemaOptions& options, Names& names, std::vector<Column>& columns) {
  columns.push_back(FieldColumn(Origin::kFormat, names.Free(RepairUtf8(field.id), kFormatPrefix), field, options));
  if (!options.gt_numbers || field.id != "GT") {
    return;
  }
  Column alleles = Fixed(names.Free("GT_alleles", kFormatPrefix), Origin::kFormat, ValueType::kInteger, true);
  Column phased = Fixed(names.Free("GT_phased", kFormatPrefix), Origin::kFormat, ValueType::kBoolean);
  alleles.field = phased.field = field;
  alleles.genotype = GenotypePart::kAlleles;
  phased.genotype = GenotypePart::kPhased;
  columns.push_back(std::move(alleles));
  columns.push_back(std::move(phased));
}

Column SampleColumn() {
  return Fixed(kSampleName, Origin::kSample, ValueType::kText);
}

Column GenotypesColumn(std::span<const FieldDefinition> format, const SchemaOptions& options) {
  Column genotypes = Fixed(kGenotypesName, Origin::kGenotypes, ValueType::kStruct, true);
  Names names;
  names.Take(kSampleName);
  genotypes.fields.push_back(SampleColumn());
  for (const FieldDefinition& field : format) {
    AddFormat(field, options, names, genotypes.fields);
  }
  return genotypes;
}

Column OtherColumn(std::string name) {
  Column other = Fixed(std::move(name), Origin::kInfoOther, ValueType::kStruct, true);
  other.map = true;
  other.fields = {Fixed("key", Origin::kInfoOther, ValueType::kText),
                  Fixed("value", Origin::kInfoOther, ValueType::kText)};
  return other;
}

/// Adds the fields of one kind that differ.
void AddThatDiffer(std::span<const Header> headers, FieldsOf fields, const std::string& kind,
                   std::vector<std::string>& differ) {
  TextMap<const FieldDefinition*> first;
  TextSet said;
  for (const Header& header : headers) {
    for (const FieldDefinition& field : header.*fields) {
      if (!field.declared) {
        continue;
      }
      const FieldDefinition& other = *first.try_emplace(field.id, &field).first->second;
      const bool same = field.type == other.type && field.number == other.number && field.count == other.count;
      if (!same && said.insert(field.id).second) {
        differ.push_back(kind + "/" + field.id);
      }
    }
  }
}

/// The keys of one kind (INFO or FORMAT) that a look ahead meets; adds the ones that no header line declares.
class SeenKeys {
 public:
  SeenKeys(std::string_view kind, std::vector<FieldDefinition>& fields, std::vector<std::string>& added)
      : kind_(kind), fields_(fields), added_(added) {
    for (const FieldDefinition& field : fields) {
      known_.insert(field.id);
    }
  }

  void See(std::string_view key) {
    if (key.empty() || key == "." || known_.contains(key)) {
      return;
    }
    known_.emplace(key);
    FieldDefinition field;
    field.id = key;
    field.number_text = "1";
    field.declared = false;
    fields_.push_back(std::move(field));
    added_.push_back(kind_ + "/" + std::string(key));
  }

 private:
  std::string kind_;
  std::vector<FieldDefinition>& fields_;
  std::vector<std::string>& added_;
  TextSet known_;
};

}  // namespace

std::vector<bool> ChosenSamples(const Header& header, std::span<const std::string> names) {
  std::vector<bool> chosen;
  for (const std::string& sample : names.empty() ? std::vector<std::string>() : header.samples) {
    chosen.push_back(std::find(names.begin(), names.end(), sample) != names.end());
  }
  return chosen;
}

size_t CountChosen(const Header& header, std::span<const std::string> names) {
  const std::vector<bool> chosen = ChosenSamples(header, names);
  return chosen.empty() ? header.samples.size() : static_cast<size_t>(std::count(chosen.begin(), chosen.end(), true));
}

Status CheckSamples(std::span<const Header> headers, std::span<const std::string> names) {
  std::vector<std::string> all;
  for (const Header& header : headers) {
    all.insert(all.end(), header.samples.begin(), header.samples.end());
  }
  for (const std::string& name : names) {
    if (std::find(all.begin(), all.end(), name) != all.end()) {
      continue;
    }
    if (all.empty()) {
      return BadInput("there is no sample '{}': the input has no samples", name);
    }
    const std::string near = DidYouMean(name, all);
    return BadInput("there is no sample '{}' among the {} of the input{}", name, all.size(),
                    near.empty() ? fmt::format("; the first is '{}'", all[0]) : near);
  }
  return Status::Ok();
}

std::vector<std::string> FieldsThatDiffer(std::span<const Header> headers) {
  std::vector<std::string> differ;
  AddThatDiffer(headers, &Header::info, "INFO", differ);
  AddThatDiffer(headers, &Header::format, "FORMAT", differ);
  return differ;
}

std::vector<Column> MakeSchema(std::span<const Header> headers, const SchemaOptions& options) {
  std::vector<const Header*> all;
  std::vector<const Header*> with_samples;
  bool in_list = false;
  for (const Header& header : headers) {
    all.push_back(&header);
    const size_t samples = CountChosen(header, options.samples);
    if (samples > 0) {
      with_samples.push_back(&header);
    }
    in_list = in_list || (samples > 1 && !options.long_rows);
  }

  std::vector<Column> columns = FixedColumns(options);
  Names names;
  for (const Column& column : columns) {
    names.Take(column.name);
  }
  names.Take(RecordTextColumn().name);
  if (in_list) {
    names.Take(kGenotypesName);
  }
  if (options.long_rows) {
    names.Take(kSampleName);
  }
  for (const FieldDefinition& field : Union(all, &Header::info)) {
    columns.push_back(FieldColumn(Origin::kInfo, names.Free(RepairUtf8(field.id), "info_"), field, options));
  }
  if (options.info_other.value_or(false)) {
    columns.push_back(OtherColumn(names.Free("info_other", "info_")));
  }
  const std::vector<FieldDefinition> format = Union(with_samples, &Header::format);
  if (in_list) {
    columns.push_back(GenotypesColumn(format, options));
    return columns;
  }
  if (options.long_rows) {
    columns.push_back(SampleColumn());
  }
  for (const FieldDefinition& field : format) {
    AddFormat(field, options, names, columns);
  }
  return columns;
}

Column RecordTextColumn() {
  return Fixed("record_text", Origin::kRecordText, ValueType::kBytes);
}

std::vector<std::string> DeclareFieldsSeen(std::string_view text, Header& header) {
  constexpr int kInfo = 7;
  constexpr int kFormat = 8;
  std::vector<std::string> added;
  SeenKeys info("INFO", header.info, added);
  SeenKeys format("FORMAT", header.format, added);
  while (text.data() != nullptr) {
    std::string_view line = NextPart(text, '\n');
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    for (int column = 0; column <= kFormat && line.data() != nullptr; ++column) {
      std::string_view part = NextPart(line, '\t');
      while (column == kInfo && part.data() != nullptr) {
        std::string_view entry = NextPart(part, ';');
        info.See(NextPart(entry, '='));
      }
      while (column == kFormat && !header.samples.empty() && part.data() != nullptr) {
        format.See(NextPart(part, ':'));
      }
    }
  }
  return added;
}

}  // namespace varjoin::vcf
