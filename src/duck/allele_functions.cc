// allele_functions.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/text.h"
#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "genome/allele.h"
#include "genome/contig.h"

namespace varjoin::duck {
namespace {

using duckdb::DataChunk;
using duckdb::ExpressionState;
using duckdb::FlatVector;
using duckdb::idx_t;
using duckdb::ListVector;
using duckdb::LogicalType;
using duckdb::string_t;
using duckdb::StringVector;
using duckdb::UnifiedVectorFormat;
using duckdb::Vector;

std::string_view View(const string_t& text) {
  return {text.GetData(), text.GetSize()};
}

/// The arguments (start BIGINT, ref VARCHAR, alt VARCHAR) of a chunk.
class AlleleArguments {
 public:
  explicit AlleleArguments(DataChunk& arguments) {
    for (idx_t i = 0; i < 3; ++i) {
      arguments.data[i].ToUnifiedFormat(arguments.size(), columns_[i]);
    }
  }

  /// False: one of the three is NULL.
  bool Get(idx_t row, Allele& allele) const {
    std::array<idx_t, 3> at;
    for (idx_t i = 0; i < 3; ++i) {
      at[i] = columns_[i].sel->get_index(row);
      if (!columns_[i].validity.RowIsValid(at[i])) {
        return false;
      }
    }
    allele.start = UnifiedVectorFormat::GetData<int64_t>(columns_[0])[at[0]];
    allele.ref = View(UnifiedVectorFormat::GetData<string_t>(columns_[1])[at[1]]);
    allele.alt = View(UnifiedVectorFormat::GetData<string_t>(columns_[2])[at[2]]);
    return true;
  }

 private:
  std::array<UnifiedVectorFormat, 3> columns_;
};

string_t AddUpper(Vector& vector, std::string_view bases) {
  string_t copy = StringVector::EmptyString(vector, bases.size());
  std::transform(bases.begin(), bases.end(), copy.GetDataWriteable(),
                 [](char base) { return static_cast<char>(base & ~0x20); });
  copy.Finalize();
  return copy;
}

void AlleleFormsFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  const AlleleArguments alleles(arguments);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  ListVector::Reserve(result, 2 * arguments.size());
  auto* entries = FlatVector::GetData<duckdb::list_entry_t>(result);
  auto& fields = duckdb::StructVector::GetEntries(ListVector::GetEntry(result));
  idx_t elements = 0;
  for (idx_t row = 0; row < arguments.size(); ++row) {
    Allele allele;
    std::array<Allele, 2> memory;
    const auto forms = alleles.Get(row, allele) ? AlleleForms(allele, memory) : std::span<const Allele>{};
    entries[row] = {elements, forms.size()};
    for (size_t form = 0; form < forms.size(); ++form, ++elements) {
      FlatVector::GetData<int32_t>(*fields[0])[elements] = static_cast<int32_t>(form);
      FlatVector::GetData<int64_t>(*fields[1])[elements] = forms[form].start;
      FlatVector::GetData<string_t>(*fields[2])[elements] = AddUpper(*fields[2], forms[form].ref);
      FlatVector::GetData<string_t>(*fields[3])[elements] = AddUpper(*fields[3], forms[form].alt);
    }
  }
  ListVector::SetListSize(result, elements);
}

void MinimalAlleleFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  const AlleleArguments alleles(arguments);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto& fields = duckdb::StructVector::GetEntries(result);
  for (idx_t row = 0; row < arguments.size(); ++row) {
    Allele allele;
    if (!alleles.Get(row, allele)) {
      FlatVector::SetNull(result, row, true);
      continue;
    }
    const bool spelled_out = IsSequence(allele.ref) && IsSequence(allele.alt);
    const Allele minimal = spelled_out ? Minimise(allele) : allele;
    FlatVector::GetData<int64_t>(*fields[0])[row] = minimal.start;
    FlatVector::GetData<string_t>(*fields[1])[row] =
        StringVector::AddString(*fields[1], minimal.ref.data(), minimal.ref.size());
    FlatVector::GetData<string_t>(*fields[2])[row] =
        StringVector::AddString(*fields[2], minimal.alt.data(), minimal.alt.size());
  }
}

void CanonicalContigFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::Execute<string_t, string_t>(arguments.data[0], result, arguments.size(), [&](string_t name) {
    return StringVector::AddString(result, CanonicalContig(View(name)).value_or(""));
  });
}

void ContigSortKeyFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::Execute<string_t, string_t>(arguments.data[0], result, arguments.size(), [&](string_t name) {
    return StringVector::AddString(result, ContigSortKey(CanonicalContig(View(name)).value_or("")));
  });
}

}  // namespace

void RegisterAlleleFunctions(duckdb::ExtensionLoader& loader) {
  const duckdb::vector<LogicalType> allele = {LogicalType::BIGINT, LogicalType::VARCHAR, LogicalType::VARCHAR};
  const LogicalType form = LogicalType::STRUCT({{"form", LogicalType::INTEGER},
                                                {"start", LogicalType::BIGINT},
                                                {"ref", LogicalType::VARCHAR},
                                                {"alt", LogicalType::VARCHAR}});
  duckdb::ScalarFunction forms("allele_forms", allele, LogicalType::LIST(form), AlleleFormsFunction);
  forms.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  loader.RegisterFunction(forms);

  const LogicalType minimal = LogicalType::STRUCT(
      {{"start", LogicalType::BIGINT}, {"ref", LogicalType::VARCHAR}, {"alt", LogicalType::VARCHAR}});
  duckdb::ScalarFunction minimise("minimal_allele", allele, minimal, MinimalAlleleFunction);
  minimise.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  loader.RegisterFunction(minimise);

  loader.RegisterFunction(duckdb::ScalarFunction("canonical_contig", {LogicalType::VARCHAR}, LogicalType::VARCHAR,
                                                 CanonicalContigFunction));
  loader.RegisterFunction(
      duckdb::ScalarFunction("contig_sort_key", {LogicalType::VARCHAR}, LogicalType::VARCHAR, ContigSortKeyFunction));
}

}  // namespace varjoin::duck
