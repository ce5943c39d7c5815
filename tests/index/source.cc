// source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <map>
#include <tuple>

#include "base/text.h"
#include "genome/allele.h"
#include "genome/contig.h"
#include "index/index_writer.h"
#include "index/row_sorter.h"

namespace varjoin::index {
namespace {

std::optional<std::string> Canonical(const Source& source, const std::string& name) {
  const auto length = source.lengths.find(name);
  return CanonicalContig(name, length == source.lengths.end() ? std::nullopt : std::optional(length->second));
}

std::string KeyOf(const std::string& contig, int64_t start, std::string_view ref, std::string_view alt) {
  return contig + '\n' + std::to_string(start) + '\n' + ToUpper(ref) + '>' + ToUpper(alt);
}

std::string Shown(bool valid, uint64_t number, std::string_view text, ValueKind kind) {
  if (!valid) {
    return "NULL";
  }
  return kind == ValueKind::kText ? "'" + std::string(text) + "'" : std::to_string(number);
}

std::string_view ViewOf(const std::optional<std::string>& text) {
  return text ? std::string_view(*text) : std::string_view{};
}

Result<bool> AddAll(IndexWriter& writer, const Source& source, size_t batch) {
  for (size_t at = 0; at < source.rows.size(); at += batch) {
    const std::span rows = std::span(source.rows).subspan(at, std::min(batch, source.rows.size() - at));
    VARJOIN_ASSIGN(const bool in_order, writer.Add(BatchOf(rows, source.schema)));
    if (!in_order) {
      return false;
    }
  }
  return true;
}

Result<bool> AddSorted(IndexWriter& writer, const Source& source, const std::string& folder, const Building& building) {
  RowSorter sorter(source.schema, source.lengths, folder, building.memory);
  for (size_t at = 0; at < source.rows.size(); at += building.batch) {
    const size_t count = std::min(building.batch, source.rows.size() - at);
    VARJOIN_RETURN_IF_ERROR(sorter.Add(BatchOf(std::span(source.rows).subspan(at, count), source.schema)));
  }
  VARJOIN_RETURN_IF_ERROR(sorter.Sort());
  for (RowBatch batch;;) {
    VARJOIN_ASSIGN(const bool more, sorter.Next(building.batch, batch));
    if (!more) {
      return true;
    }
    VARJOIN_ASSIGN(const bool in_order, writer.Add(batch));
    if (!in_order) {
      return false;
    }
  }
}

}  // namespace

Source KeysOnly(std::vector<SourceRow> rows) {
  return {.schema = {}, .rows = std::move(rows), .lengths = {}};
}

RowBatch BatchOf(std::span<const SourceRow> rows, const std::vector<ColumnSchema>& schema) {
  RowBatch batch;
  batch.columns.resize(schema.size());
  for (const SourceRow& row : rows) {
    batch.chrom.push_back(ViewOf(row.chrom));
    batch.ref.push_back(ViewOf(row.ref));
    batch.alt.push_back(ViewOf(row.alt));
    batch.start.push_back(row.start.value_or(RowBatch::kNoStart));
    for (size_t c = 0; c < schema.size(); ++c) {
      const std::optional<Value>& value = row.values[c];
      batch.columns[c].valid.push_back(value ? 1 : 0);
      if (schema[c].kind == ValueKind::kText) {
        batch.columns[c].texts.push_back(value ? std::string_view(value->text) : std::string_view{});
      } else {
        batch.columns[c].numbers.push_back(value ? value->number : 0xABABABABABABABAB);
      }
    }
  }
  return batch;
}

Status Write(const std::string& path, const Source& source, const Building& building) {
  std::vector<ColumnCoding> columns = building.columns;
  if (columns.empty()) {
    Profiler profiler(source.schema);
    profiler.Add(BatchOf(std::span(source.rows).first(std::min<size_t>(source.rows.size(), 20'000)), source.schema));
    columns = profiler.Decide();
  }
  VARJOIN_ASSIGN(IndexWriter writer, IndexWriter::Begin(path, columns, source.lengths));
  const std::string folder = std::filesystem::path(path).parent_path();
  VARJOIN_ASSIGN(const bool in_order, building.sorted ? AddAll(writer, source, building.batch)
                                                      : AddSorted(writer, source, folder, building));
  return in_order ? writer.Finish({{"source", "test"}}) : Failed("the rows are not sorted");
}

std::shared_ptr<const IndexFile> Build(const std::string& path, const Source& source, const Building& building) {
  const Status written = Write(path, source, building);
  EXPECT_TRUE(written.ok()) << written.message();
  if (!written.ok()) {
    return nullptr;
  }
  auto file = IndexFile::Open(path);
  EXPECT_TRUE(file.ok()) << file.status().message();
  return file.ok() ? *file : nullptr;
}

std::vector<Query> QueriesOf(const IndexFile& file, std::span<const Asked> asked) {
  std::vector<Query> queries;
  for (const Asked& one : asked) {
    const std::optional<std::string> contig = CanonicalContig(one.chrom);
    queries.push_back({contig ? file.FindContig(*contig) : ContigNames::kNone, Allele{one.start, one.ref, one.alt}});
  }
  return queries;
}

std::vector<std::string> HitsOf(const Lookup& lookup) {
  std::vector<std::string> hits;
  for (const Hit& hit : lookup.hits()) {
    std::string& shown = hits.emplace_back(std::to_string(hit.query) + "/" + std::to_string(hit.form) + ":");
    for (size_t c = 0; c < lookup.values().size(); ++c) {
      const ColumnValues& values = lookup.values()[c];
      const ValueKind kind = values.texts.empty() ? ValueKind::kSigned : ValueKind::kText;
      shown += " " + Shown(values.valid[hit.row] != 0, values.numbers.empty() ? 0 : values.numbers[hit.row],
                           values.texts.empty() ? std::string_view{} : values.texts[hit.row], kind);
    }
  }
  return hits;
}

PlainMap::PlainMap(const Source& source) : source_(source) {
  for (size_t i = 0; i < source.rows.size(); ++i) {
    const SourceRow& row = source.rows[i];
    if (!row.chrom || !row.start || *row.start < 0 || !row.ref || !row.alt || !IsSequence(*row.ref) ||
        !IsSequence(*row.alt)) {
      continue;
    }
    if (const auto contig = Canonical(source, *row.chrom)) {
      rows_[KeyOf(*contig, *row.start, *row.ref, *row.alt)].push_back(i);
    }
  }
}

std::vector<std::string> PlainMap::Hits(std::span<const Asked> asked, const std::vector<int>& columns) const {
  std::vector<std::string> hits;
  for (size_t query = 0; query < asked.size(); ++query) {
    const auto contig = CanonicalContig(asked[query].chrom);
    FormsMemory memory;
    const std::span<const Allele> forms =
        AlleleForms({asked[query].start, asked[query].ref, asked[query].alt}, {}, memory);
    for (size_t form = 0; contig && form < forms.size(); ++form) {
      const auto found = rows_.find(KeyOf(*contig, forms[form].start, forms[form].ref, forms[form].alt));
      for (size_t i = 0; found != rows_.end() && i < found->second.size(); ++i) {
        std::string& shown = hits.emplace_back(std::to_string(query) + "/" + std::to_string(form) + ":");
        for (const int column : columns) {
          const std::optional<Value>& value = source_.rows[found->second[i]].values[static_cast<size_t>(column)];
          shown +=
              " " + (value ? Shown(true, value->number, value->text, source_.schema[static_cast<size_t>(column)].kind)
                           : "NULL");
        }
      }
    }
  }
  return hits;
}

IndexCounts PlainMap::Counts() const {
  IndexCounts counts{.rows = static_cast<int64_t>(source_.rows.size())};
  counts.unmatchable = counts.rows;
  for (const auto& [key, rows] : rows_) {
    counts.unmatchable -= static_cast<int64_t>(rows.size());
    counts.repeated += static_cast<int64_t>(rows.size()) - 1;
    const SourceRow& row = source_.rows[rows[0]];
    FormsMemory forms;
    counts.not_minimal +=
        AlleleForms({*row.start, *row.ref, *row.alt}, {}, forms).size() == 2 ? static_cast<int64_t>(rows.size()) : 0;
  }
  return counts;
}

std::vector<int> AllColumns(const Source& source) {
  std::vector<int> columns(source.schema.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i] = static_cast<int>(i);
  }
  return columns;
}

void SortRows(Source& source) {
  std::map<std::string, int> numbers;
  std::vector<std::tuple<int, int64_t, size_t>> order;
  for (size_t i = 0; i < source.rows.size(); ++i) {
    const SourceRow& row = source.rows[i];
    const auto contig = row.chrom ? Canonical(source, *row.chrom) : std::nullopt;
    const int number = contig ? numbers.emplace(*contig, static_cast<int>(numbers.size())).first->second : -1;
    order.emplace_back(number, row.start.value_or(RowBatch::kNoStart), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<SourceRow> sorted;
  for (const auto& [contig, start, i] : order) {
    sorted.push_back(std::move(source.rows[i]));
  }
  source.rows = std::move(sorted);
}

namespace {

/// The kinds of column that a random source may have.
enum Kind : size_t {
  kSmall,
  kWide,
  kBoolean,
  kUnsignedWide,
  kFewFloats,
  kOddFloats,
  kWords,
  kIds,
  kShortText,
  kLongText,
  kBinary,
  kEnd,
  kNever,
  kWithTheNext,
  kWithTheLast,
  kLongWords,
  kKinds
};

const std::vector<ValueKind> kValueKinds = {
    ValueKind::kSigned, ValueKind::kSigned, ValueKind::kUnsigned, ValueKind::kUnsigned,
    ValueKind::kFloat,  ValueKind::kFloat,  ValueKind::kText,     ValueKind::kText,
    ValueKind::kText,   ValueKind::kText,   ValueKind::kText,     ValueKind::kSigned,
    ValueKind::kText,   ValueKind::kSigned, ValueKind::kText,     ValueKind::kText};

/// Spellings of one contig each.
const std::vector<std::vector<std::string>> kContigs = {{"1", "chr1", "CHR1", "NC_000001.11"},
                                                        {"chr2"},
                                                        {"X", "chrx", "chrX"},
                                                        {"chrM", "MT"},
                                                        {"HLA-A*01:01"},
                                                        {""},
                                                        {"KI270706.1"}};

}  // namespace

std::string RandomSource::Letters(size_t length) {
  const std::string_view alphabet = Chance(0.05) ? "ACGTNRYKMSWacgtn" : (Chance(0.1) ? "acgt" : "ACGT");
  std::string letters;
  for (size_t i = 0; i < length; ++i) {
    letters += alphabet[Below(alphabet.size())];
  }
  return letters;
}

std::string RandomSource::AlleleText() {
  const size_t style = Below(1000);
  if (style < 800) {
    return Letters(1);
  }
  if (style < 970) {
    return Letters(1 + Below(12));
  }
  if (style < 985) {
    return Letters(1 + Below(300));
  }
  return style == 999 && Below(20) == 0
             ? Letters(70'000)
             : Pick<std::string>({"<DEL>", "*", ".", "", "-", "N", "A[chr2:7[", "A,C", "<NON_REF>", "ac"});
}

void RandomSource::MakeAllele(SourceRow& row) {
  row.ref = AlleleText();
  row.alt = AlleleText();
  if (Chance(0.02)) {
    row.alt = row.ref;
  }
  if (Chance(0.05)) {  // not minimal
    const std::string shared = Letters(1 + Below(3));
    row.ref = Chance(0.5) ? *row.ref + shared : shared + *row.ref;
    row.alt = Chance(0.5) ? *row.alt + shared : shared + *row.alt;
  }
}

SourceRow RandomSource::MakeRow(const SourceRow* before) {
  SourceRow row;
  row.chrom = Pick(kContigs[Below(8) < 5 ? 0 : Below(kContigs.size())]);
  row.start = first_ + static_cast<int64_t>(Below(static_cast<size_t>(step_)));
  MakeAllele(row);
  if (before != nullptr && before->start) {
    if (Chance(0.5)) {
      row.chrom = before->chrom;
      row.start = *before->start + static_cast<int64_t>(Below(3)) * static_cast<int64_t>(Below(300));
    }
    if (Chance(0.3)) {
      row.start = before->start;
    }
    if (Chance(0.05)) {
      row.ref = before->ref;
      row.alt = before->alt;
    }
  }
  if (Chance(0.005)) {
    Pick<std::optional<std::string>*>({&row.chrom, &row.ref, &row.alt})->reset();
  }
  if (Chance(0.005)) {
    row.start = Chance(0.5) ? std::optional<int64_t>(-1 - static_cast<int64_t>(Below(1000))) : std::nullopt;
  }
  return row;
}

std::string RandomSource::LongText(size_t most) {
  std::string text;
  for (const size_t size = Below(most); text.size() < size;) {
    text += Pick(words_) + "|";
  }
  return text;
}

Value RandomSource::MakeValue(size_t kind, const SourceRow& row) {
  switch (kind) {
    case kSmall:
    case kWithTheNext:
      return Number(Below(200) - 100);
    case kWide:
      return Number(random_() >> Below(64) << Below(64));
    case kBoolean:
      return Number(Below(2));
    case kUnsignedWide:
      return Number(random_() >> Below(64));
    case kFewFloats:
      return Number(std::bit_cast<uint64_t>(static_cast<double>(Below(40)) / 7));
    case kOddFloats:
      return Number(Pick<uint64_t>({0x8000000000000000, 0x7FF8000000000001, 0xFFF8DEADBEEF0001, 0x7FF0000000000000, 0,
                                    0x7FC00001, 0x80000000, random_()}));
    case kWords:
    case kWithTheLast:
      return Text(Pick(words_));
    case kIds:
      return Text(Chance(0.9) ? "rs" + std::to_string(random_() >> (30 + Below(30)))
                              : Pick<std::string>({"", "rs", "rs01", "rs1;rs2", "COSV123", "rs99999999999999999999"}));
    case kShortText:
      return Text(std::to_string(random_() >> Below(64)));
    case kLongText:
      return Text(Below(500) == 0 ? LongText(100'000) : LongText(400));
    case kBinary: {
      std::string bytes(Below(40), '\0');
      std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(Below(256)); });
      return Text(bytes);
    }
    case kEnd:
      return Number(static_cast<uint64_t>(row.start.value_or(0)) + (row.ref ? row.ref->size() : 0) - 1 +
                    (Chance(0.01) ? Below(1000) : 0));
    case kLongWords: {
      const std::string& word = Pick(words_);
      return Text(word + ": the same long text, again and again, for " + word);
    }
    default:
      return Text("");
  }
}

Source RandomSource::Make(size_t rows) {
  Source source;
  columns_.clear();
  null_chances_.clear();
  for (size_t kind = 0; kind < kKinds; ++kind) {
    if (Chance(0.7)) {
      columns_.push_back(kind);
      null_chances_.push_back(kind == kNever ? 1 : Pick<double>({0, 0, 0.1, 0.5, 0.95}));
    }
  }
  for (const size_t kind : columns_) {
    source.schema.push_back({"c" + std::to_string(kind), "ANY", kValueKinds[kind]});
  }
  words_.clear();
  for (size_t i = Pick<size_t>({1, 3, 40, 300, 70'000}); i > 0; --i) {
    words_.push_back("w" + std::to_string(random_() % 1'000'000'007));
  }
  step_ = Pick<int64_t>({1, 50, 5000, 200'000'000, int64_t{1} << 40});
  step_ = std::max(step_, static_cast<int64_t>(rows / 100));  // else every query has thousands of hits
  first_ = Pick<int64_t>({0, 1, 1'000'000, int64_t{1} << 33, int64_t{1} << 62});
  const bool together = Chance(0.5);
  for (size_t i = 0; i < rows; ++i) {
    SourceRow row = MakeRow(source.rows.empty() ? nullptr : &source.rows.back());
    const bool has = Chance(0.5);
    for (size_t c = 0; c < columns_.size(); ++c) {
      const bool paired = together && (columns_[c] == kWithTheNext || columns_[c] == kWithTheLast);
      const bool is_null = paired ? !has : Chance(null_chances_[c]);
      row.values.push_back(is_null ? std::nullopt : std::optional(MakeValue(columns_[c], row)));
    }
    source.rows.push_back(std::move(row));
  }
  if (Chance(0.3)) {
    source.lengths["chrM"] = 16'571;
  }
  return source;
}

std::vector<Asked> RandomSource::Queries(const Source& source, size_t count) {
  std::vector<Asked> asked;
  while (asked.size() < count) {
    const SourceRow made = MakeRow(nullptr);
    const SourceRow& row = source.rows.empty() || Chance(0.1) ? made : Pick(source.rows);
    Asked one{row.chrom.value_or("1"), row.start.value_or(7), row.ref.value_or("A"), row.alt.value_or("C")};
    if (Chance(0.2)) {
      one.chrom = Pick(kContigs[Below(kContigs.size())]);
    }
    if (Chance(0.2)) {
      one.start += Pick<int64_t>({-1, 1, 256, -256, 65'536, -(int64_t{1} << 32)});
    }
    if (Chance(0.1)) {
      one.ref = AlleleText();
    }
    if (Chance(0.1)) {
      one.alt = Chance(0.5) ? AlleleText() : ToLower(one.alt);
    }
    if (Chance(0.2)) {  // the same allele in another form
      const std::string shared = Letters(1 + Below(5));
      const bool behind = Chance(0.5);
      one.ref = behind ? one.ref + shared : shared + one.ref;
      one.alt = behind ? one.alt + shared : shared + one.alt;
      one.start -= behind ? 0 : static_cast<int64_t>(shared.size());
    }
    asked.push_back(std::move(one));
  }
  return asked;
}

}  // namespace varjoin::index
