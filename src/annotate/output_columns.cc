// output_columns.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_columns.h"

#include <map>
#include <set>

#include "base/text.h"

namespace varjoin {
namespace {

/// The columns that every input has: chrom … filter, record, alt_index, carried.
bool IsFixed(const vcf::Column& column) {
  return column.origin != vcf::Origin::kInfo && column.origin != vcf::Origin::kInfoOther &&
         column.origin != vcf::Origin::kFormat && column.origin != vcf::Origin::kGenotypes;
}

/// Columns of varjoin's own, which today's pipeline does not have.
bool IsOwn(const vcf::Column& column) {
  return column.origin == vcf::Origin::kRecord || column.origin == vcf::Origin::kAltIndex ||
         column.origin == vcf::Origin::kCarried;
}

/// Names that are taken, without regard to case, and by whom.
class TakenNames {
 public:
  /// False: it was taken before.
  bool Take(const std::string& name, const std::string& by) { return taken_.emplace(ToLower(name), by).second; }
  bool Has(const std::string& name) const { return taken_.contains(ToLower(name)); }
  const std::string& By(const std::string& name) const { return taken_.at(ToLower(name)); }

 private:
  std::map<std::string, std::string> taken_;
};

Result<std::vector<std::pair<std::string, std::string>>> RequestedColumns(const SourceRequest& request,
                                                                          const Source& source) {
  std::vector<std::string> names;
  for (const SourceColumn& column : source.columns) {
    names.push_back(column.name);
  }
  std::vector<std::pair<std::string, std::string>> requested;
  if (request.columns.empty()) {
    for (const std::string& name : names) {
      requested.emplace_back(name, "");
    }
  }
  for (const auto& [column, as] : request.columns) {
    std::string found;
    for (const std::string& name : names) {
      found = EqualNoCase(name, column) ? name : found;
    }
    if (found.empty()) {
      return BadInput("source '{}' has no column '{}'{}; see `varjoin source show {}`", source.name, column,
                      DidYouMean(column, names), source.name);
    }
    requested.emplace_back(found, as);
  }
  return requested;
}

std::string NameOf(const std::string& source, const std::string& column, const std::string& as, bool bare,
                   const TakenNames& taken) {
  if (!as.empty()) {
    return as;
  }
  std::string full = fmt::format("{}_{}", source, column);
  if (!bare) {
    return full;
  }
  std::string name = EqualNoCase(column, "id") ? "rsid" : column;
  return taken.Has(name) ? full : name;
}

Status NameClash(const std::string& source, const std::string& column, const std::string& name,
                 const std::string& taken_by) {
  return BadInput(
      "the column '{}' of source '{}' would be written as '{}', a name that {} has; give it another one with "
      "-s {}:{}=NAME",
      column, source, name, taken_by, source, column);
}

/// A name for an input field that is free: its own, or with info_ or fmt_ before it.
std::string FreeName(const vcf::Column& column, const TakenNames& taken) {
  std::string name = column.name;
  const bool is_info = column.origin == vcf::Origin::kInfo || column.origin == vcf::Origin::kInfoOther;
  while (taken.Has(name)) {
    name = (is_info ? "info_" : "fmt_") + name;
  }
  return name;
}

}  // namespace

Result<OutputColumns> NameColumns(const std::vector<vcf::Column>& input, const std::vector<SourceRequest>& requests,
                                  const std::vector<Source>& sources, bool bare_names) {
  TakenNames taken;
  for (const vcf::Column& column : input) {
    if (IsFixed(column) && !(bare_names && IsOwn(column))) {
      taken.Take(column.name, "the input");
    }
  }
  OutputColumns output;
  for (size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    VARJOIN_ASSIGN(const auto requested, RequestedColumns(requests[i], source));
    auto& columns = output.sources.emplace_back();
    for (const auto& [column, as] : requested) {
      const std::string name = NameOf(source.name, column, as, bare_names, taken);
      if (!taken.Take(name, fmt::format("source '{}'", source.name))) {
        return NameClash(source.name, column, name, taken.By(name));
      }
      columns.push_back({column, name});
    }
    const std::string hits = bare_names ? "" : fmt::format("{}_hits", source.name);
    if (!hits.empty() && !taken.Take(hits, fmt::format("source '{}'", source.name))) {
      return BadInput(
          "the name '{}' is kept for the count of hits of source '{}'; rename the column of {} that has it: "
          "-s SOURCE:COLUMN=NAME",
          hits, source.name, taken.By(hits));
    }
    output.hits.push_back(hits);
  }
  for (const vcf::Column& column : input) {
    if (bare_names && IsOwn(column)) {
      continue;
    }
    const std::string name = IsFixed(column) ? column.name : FreeName(column, taken);
    taken.Take(name, "the input");
    output.input.push_back({column.name, name});
  }
  return output;
}

}  // namespace varjoin
