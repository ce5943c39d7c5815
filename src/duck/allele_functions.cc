// allele_functions.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include "base/text.h"
#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
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

/// The arguments ([chrom VARCHAR,] start BIGINT, ref VARCHAR, alt VARCHAR [, end BIGINT]) of a chunk.
class AlleleArguments {
 public:
  explicit AlleleArguments(DataChunk& arguments)
      : has_contig_(arguments.ColumnCount() >= 4), has_end_(arguments.ColumnCount() == 5) {
    for (idx_t i = 0; i < arguments.ColumnCount(); ++i) {
      const idx_t place = has_contig_ && i < 4 ? (i + 3) % 4 : i;
      arguments.data[i].ToUnifiedFormat(arguments.size(), columns_[place]);
    }
  }

  /// Without data: NULL, or not among the arguments.
  std::string_view Contig(idx_t row) const {
    const UnifiedVectorFormat& contigs = columns_[3];
    if (!has_contig_ || !contigs.validity.RowIsValid(contigs.sel->get_index(row))) {
      return {};
    }
    return View(UnifiedVectorFormat::GetData<string_t>(contigs)[contigs.sel->get_index(row)]);
  }

  std::optional<int64_t> End(idx_t row) const {
    const UnifiedVectorFormat& ends = columns_[4];
    if (!has_end_ || !ends.validity.RowIsValid(ends.sel->get_index(row))) {
      return std::nullopt;
    }
    return UnifiedVectorFormat::GetData<int64_t>(ends)[ends.sel->get_index(row)];
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
  bool has_contig_;
  bool has_end_;
  std::array<UnifiedVectorFormat, 5> columns_;
};

/// What the functions with `chrom` know.
struct ReferenceInfo : duckdb::ScalarFunctionInfo {
  explicit ReferenceInfo(std::shared_ptr<ReferenceSlot> given_slot) : slot(std::move(given_slot)) {}
  std::shared_ptr<ReferenceSlot> slot;
};

/// One thread's; without an aligner where there is no reference.
struct AlignerState : duckdb::FunctionLocalState {
  std::unique_ptr<LeftAligner> aligner;
};

duckdb::unique_ptr<duckdb::FunctionLocalState> InitAligner(ExpressionState&,
                                                           const duckdb::BoundFunctionExpression& expression,
                                                           duckdb::FunctionData*) {
  auto state = duckdb::make_uniq<AlignerState>();
  const auto& reference = *expression.function.GetExtraFunctionInfo().Cast<ReferenceInfo>().slot;
  if (reference != nullptr) {
    state->aligner = std::make_unique<LeftAligner>(reference);
  }
  return state;
}

/// The left-aligned forms of a chunk's alleles.
class Alignments {
 public:
  Alignments(const AlleleArguments& alleles, ExpressionState& state) : alleles_(alleles) {
    if (const duckdb::optional_ptr<duckdb::FunctionLocalState> local =
            duckdb::ExecuteFunctionState::GetFunctionState(state)) {
      aligner_ = local->Cast<AlignerState>().aligner.get();
    }
  }

  /// Without REF: there is none.
  Allele Get(idx_t row, const Allele& allele) const {
    const std::string_view contig = aligner_ == nullptr ? std::string_view() : alleles_.Contig(row);
    return contig.data() == nullptr ? Allele() : AlignedBy(*aligner_, contig, allele);
  }

  /// An allele with `-` as a VCF writes it, if that can be told; otherwise as it is.
  Allele Anchored(idx_t row, const Allele& allele) const {
    const std::string_view contig = aligner_ == nullptr ? std::string_view() : alleles_.Contig(row);
    if (contig.data() == nullptr || !HasDash(allele)) {
      return allele;
    }
    const Result<Allele> anchored = aligner_->Anchor(contig, allele, alleles_.End(row));
    if (!anchored.ok()) {
      throw duckdb::IOException("%s", anchored.status().message());
    }
    return anchored->ref.empty() ? allele : *anchored;
  }

  /// When all have been used.
  void Clear() const {
    if (aligner_ != nullptr) {
      aligner_->Clear();
    }
  }

 private:
  const AlleleArguments& alleles_;
  LeftAligner* aligner_ = nullptr;
};

string_t AddUpper(Vector& vector, std::string_view bases) {
  string_t copy = StringVector::EmptyString(vector, bases.size());
  std::transform(bases.begin(), bases.end(), copy.GetDataWriteable(),
                 [](char base) { return static_cast<char>(base & ~0x20); });
  copy.Finalize();
  return copy;
}

void AlleleFormsFunction(DataChunk& arguments, ExpressionState& state, Vector& result) {
  const AlleleArguments alleles(arguments);
  const Alignments alignments(alleles, state);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  ListVector::Reserve(result, std::tuple_size_v<FormsMemory> * arguments.size());
  auto* entries = FlatVector::GetData<duckdb::list_entry_t>(result);
  auto& fields = duckdb::StructVector::GetEntries(ListVector::GetEntry(result));
  idx_t elements = 0;
  for (idx_t row = 0; row < arguments.size(); ++row) {
    Allele allele;
    FormsMemory memory;
    const bool valid = alleles.Get(row, allele);
    const Allele left_aligned = valid ? alignments.Get(row, allele) : Allele();
    const auto forms = valid ? AlleleForms(allele, left_aligned, memory) : std::span<const Allele>{};
    entries[row] = {elements, forms.size()};
    for (size_t form = 0; form < forms.size(); ++form, ++elements) {
      FlatVector::GetData<int32_t>(*fields[0])[elements] = static_cast<int32_t>(form);
      FlatVector::GetData<int64_t>(*fields[1])[elements] = forms[form].start;
      FlatVector::GetData<string_t>(*fields[2])[elements] = AddUpper(*fields[2], forms[form].ref);
      FlatVector::GetData<string_t>(*fields[3])[elements] = AddUpper(*fields[3], forms[form].alt);
    }
  }
  ListVector::SetListSize(result, elements);
  alignments.Clear();
}

void MinimalAlleleFunction(DataChunk& arguments, ExpressionState& state, Vector& result) {
  const AlleleArguments alleles(arguments);
  const Alignments alignments(alleles, state);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto& fields = duckdb::StructVector::GetEntries(result);
  for (idx_t row = 0; row < arguments.size(); ++row) {
    Allele allele;
    if (!alleles.Get(row, allele)) {
      FlatVector::SetNull(result, row, true);
      continue;
    }
    allele = alignments.Anchored(row, allele);
    const bool spelled_out = IsSequence(allele.ref) && IsSequence(allele.alt);
    const Allele left_aligned = alignments.Get(row, allele);
    const Allele minimal = !left_aligned.ref.empty() ? left_aligned : spelled_out ? Minimise(allele) : allele;
    FlatVector::GetData<int64_t>(*fields[0])[row] = minimal.start;
    FlatVector::GetData<string_t>(*fields[1])[row] =
        StringVector::AddString(*fields[1], minimal.ref.data(), minimal.ref.size());
    FlatVector::GetData<string_t>(*fields[2])[row] =
        StringVector::AddString(*fields[2], minimal.alt.data(), minimal.alt.size());
  }
  alignments.Clear();
}

/// A text of each contig's name. Rows mostly come in the order of contigs, so one text serves many rows.
template <typename TextOf>
void ForEachContig(DataChunk& arguments, Vector& result, const TextOf& text_of) {
  std::string last;  // a copy: a short name lies in its string_t, which is passed by value
  bool known = false;
  string_t text;
  duckdb::UnaryExecutor::Execute<string_t, string_t>(arguments.data[0], result, arguments.size(), [&](string_t name) {
    if (!known || View(name) != last) {
      known = true;
      last = View(name);
      text = StringVector::AddString(result, text_of(last));
    }
    return text;
  });
}

void CanonicalContigFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  ForEachContig(arguments, result, [](const std::string& name) { return CanonicalContig(name).value_or(""); });
}

void ContigSortKeyFunction(DataChunk& arguments, ExpressionState&, Vector& result) {
  ForEachContig(arguments, result,
                [](const std::string& name) { return ContigSortKey(CanonicalContig(name).value_or("")); });
}

/// A function of (start, ref, alt), the same with a chrom before them, and, with `with_end`, that with an end after
/// them.
void RegisterForms(duckdb::ExtensionLoader& loader, const std::string& name, const LogicalType& returns,
                   const duckdb::scalar_function_t& function, const std::shared_ptr<ReferenceSlot>& reference,
                   bool with_end) {
  using duckdb::vector;
  const LogicalType text = LogicalType::VARCHAR;
  const LogicalType number = LogicalType::BIGINT;
  vector<vector<LogicalType>> forms = {{number, text, text}, {text, number, text, text}};
  if (with_end) {
    forms.push_back({text, number, text, text, number});
  }
  duckdb::ScalarFunctionSet all(name);
  for (const vector<LogicalType>& arguments : forms) {
    duckdb::ScalarFunction one(name, arguments, returns, function);
    one.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
    if (arguments.size() > 3) {
      one.SetInitStateCallback(InitAligner);
      one.SetExtraFunctionInfo(duckdb::make_shared_ptr<ReferenceInfo>(reference));
    }
    all.AddFunction(one);
  }
  loader.RegisterFunction(all);
}

}  // namespace

Allele AlignedBy(LeftAligner& aligner, std::string_view contig, const Allele& allele) {
  const Result<Allele> aligned = aligner.Align(contig, allele);
  if (!aligned.ok()) {
    throw duckdb::IOException("%s", aligned.status().message());
  }
  return *aligned;
}

void RegisterAlleleFunctions(duckdb::ExtensionLoader& loader, const std::shared_ptr<ReferenceSlot>& reference) {
  const LogicalType form = LogicalType::STRUCT({{"form", LogicalType::INTEGER},
                                                {"start", LogicalType::BIGINT},
                                                {"ref", LogicalType::VARCHAR},
                                                {"alt", LogicalType::VARCHAR}});
  RegisterForms(loader, "allele_forms", LogicalType::LIST(form), AlleleFormsFunction, reference, /*with_end=*/false);

  const LogicalType minimal = LogicalType::STRUCT(
      {{"start", LogicalType::BIGINT}, {"ref", LogicalType::VARCHAR}, {"alt", LogicalType::VARCHAR}});
  RegisterForms(loader, "minimal_allele", minimal, MinimalAlleleFunction, reference, /*with_end=*/true);

  loader.RegisterFunction(duckdb::ScalarFunction("canonical_contig", {LogicalType::VARCHAR}, LogicalType::VARCHAR,
                                                 CanonicalContigFunction));
  loader.RegisterFunction(
      duckdb::ScalarFunction("contig_sort_key", {LogicalType::VARCHAR}, LogicalType::VARCHAR, ContigSortKeyFunction));
}

}  // namespace varjoin::duck
