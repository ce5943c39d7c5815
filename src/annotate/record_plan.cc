// record_plan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The parts of a plan that are about VCF and BCF.
#include <algorithm>

#include "annotate/plan.h"
#include "base/text.h"
#include "vcf/annotated_header.h"

namespace varjoin {
namespace {

constexpr const char* kAllColumns = "*, record_place";
constexpr size_t kFirstPlace = 3;  ///< after record, alt_index and record_place

const SourceColumn& ColumnOf(const Source& source, const std::string& name) {
  return *std::find_if(source.columns.begin(), source.columns.end(),
                       [&](const SourceColumn& column) { return column.name == name; });
}

/// Its values are (ref, alt), as read_vcf cuts fields of Number=R to one allele. Of what overlaps, the alleles are not
/// those of the record.
bool IsPerAllele(const Source& source, const SourceColumn& column) {
  return !source.interval && column.number == "R" && column.type.ends_with("[]") && !column.type.ends_with("[][]");
}

bool HasStructure(const SourceColumn& column) {
  return column.type.find("STRUCT(") != std::string::npos || column.type.find("MAP(") != std::string::npos ||
         column.type.ends_with("[][]");
}

/// The text in INFO of a value, or of the values of all hits: of what `pattern`, in which `{}` is a value, makes of it.
std::string TextSql(const std::string& value, const char* pattern, bool of_all_hits) {
  if (!of_all_hits) {
    return fmt::format("vcf_value({})", fmt::format(fmt::runtime(pattern), value));
  }
  return fmt::format("vcf_hits(list_transform({}, lambda value: {}))", value,
                     fmt::format(fmt::runtime(pattern), "value"));
}

}  // namespace

std::vector<RecordColumn> Plan::RecordColumns() const {
  std::vector<RecordColumn> fields;
  size_t place = kFirstPlace;
  for (size_t i = 0; i < sources.size(); ++i) {
    const SourcePlan& source = sources[i];
    const size_t count_place = place;
    place += 2;
    for (const NamedColumn& column : source.columns) {
      RecordColumn field{.source = i, .from = column.from, .to = column.to, .key = vcf::InfoKey(column.to)};
      field.place = place++;
      field.of_record = source.source.interval;
      if (IsPerAllele(source.source, ColumnOf(source.source, column.from))) {
        field.ref_column = place++;
      }
      fields.push_back(std::move(field));
    }
    if (!source.hits_column.empty()) {
      fields.push_back({.source = i,
                        .from = {},
                        .to = source.hits_column,
                        .key = vcf::InfoKey(source.hits_column),
                        .is_count = true,
                        .place = count_place,
                        .of_record = source.source.interval});
    }
  }
  return fields;
}

std::vector<RecordPlaces> Plan::RecordPlaceOfSources() const {
  std::vector<RecordPlaces> places;
  size_t place = kFirstPlace;
  for (const SourcePlan& source : sources) {
    places.push_back({.count = place, .hit = place + 1});
    place += 2;
    for (const NamedColumn& column : source.columns) {
      place += IsPerAllele(source.source, ColumnOf(source.source, column.from)) ? 2 : 1;
    }
  }
  return places;
}

std::string Plan::RecordRowsSql() const {
  std::vector<std::string> select = {"record", "alt_index", "record_place"};
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string hit = HitName(i);
    select.push_back(fmt::format("{}.hits", hit));
    select.push_back(HasRowForEachHit(i) ? fmt::format("{}.hit", hit) : "1");
    const bool in_lists = sources[i].source.interval && duplicates != Duplicates::kFirst && !HasRowForEachHit(i);
    for (size_t c = 0; c < sources[i].columns.size(); ++c) {
      const SourceColumn& column = ColumnOf(sources[i].source, sources[i].columns[c].from);
      const std::string value = fmt::format("{}.c{}", hit, c + 1);
      if (IsPerAllele(sources[i].source, column)) {
        select.push_back(TextSql(value, "{}[2]", in_lists));
        select.push_back(TextSql(value, "{}[1]", in_lists));
      } else {
        select.push_back(TextSql(value, HasStructure(column) ? "CAST(to_json({}) AS VARCHAR)" : "{}", in_lists));
      }
    }
  }
  if (!HasPairConditions()) {
    return fmt::format("SELECT {}\n FROM ({})", Join(select, ",\n  "), LookedUpRowsSql(kAllColumns));
  }
  constexpr const char* kPlaceAlias = "\"record_place;:\"";  // the name's beginning tells who fetches what it is
  select[0] = kRecordAlias;
  select[1] = kAltAlias;
  select[2] = kPlaceAlias;
  return fmt::format("SELECT {}\n FROM ({})", Join(select, ",\n  "),
                     KeptPairsSql(fmt::format(", record_place AS {}", kPlaceAlias), kAllColumns));
}

}  // namespace varjoin
