// index_writer.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/index_writer.h"

#include <algorithm>
#include <cerrno>

#include "base/checksum.h"
#include "base/output_file.h"
#include "base/text.h"
#include "genome/allele.h"

namespace varjoin::index {
namespace {

constexpr size_t kStep = 32;                   ///< rows that are added to a block at once
constexpr size_t kMostTextOfBlock = 64 << 10;  ///< bytes; what one look-up has to read stays small
constexpr size_t kMostValuesOfBlock = 24 * kMostRowsOfBlock;
constexpr size_t kFewestRowsOfBlock = 64;  ///< but for long texts
constexpr size_t kFewKeys = 32;            ///< are compared one by one
constexpr size_t kBufferSize = 1 << 20;
constexpr size_t kMostBlockSize = size_t{1} << 31;

void AppendUpper(std::string_view letters, std::string& text) {
  for (const char letter : letters) {
    text.push_back(static_cast<char>(letter & ~0x20));
  }
}

}  // namespace

IndexWriter::IndexWriter(std::string path, std::FILE* file, const std::vector<ColumnCoding>& columns,
                         ContigLengths lengths)
    : path_(std::move(path)), file_(file), block_(columns), names_(std::move(lengths)) {
  rows_of_block_ = std::clamp(kMostValuesOfBlock / std::max<size_t>(1, columns.size()), kFewestRowsOfBlock,
                              size_t{kMostRowsOfBlock});
  for (size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].schema.kind == ValueKind::kText) {
      text_columns_.push_back(c);
    }
  }
}

IndexWriter::IndexWriter(IndexWriter&&) noexcept = default;
IndexWriter::~IndexWriter() = default;

Result<IndexWriter> IndexWriter::Begin(const std::string& path, const std::vector<ColumnCoding>& columns,
                                       ContigLengths lengths) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return WriteError(path, errno);
  }
  std::setvbuf(file, nullptr, _IOFBF, kBufferSize);
  IndexWriter writer(path, file, columns, std::move(lengths));
  // Without its checksum: a file that was not finished is none.
  VARJOIN_RETURN_IF_ERROR(writer.Write(std::string(sizeof(FileHeader), '\0')));
  return writer;
}

int IndexWriter::ContigOf(std::string_view name) {
  return names_.Find(name, [this](const std::string& canonical) {
    const auto [found, is_new] = contig_numbers_.emplace(canonical, static_cast<int>(contigs_.size()));
    if (is_new) {
      contigs_.push_back({.name = canonical});
    }
    return found->second;
  });
}

void IndexWriter::KeysAtStart::MoveTo(int to_contig, int64_t to_start) {
  if (contig != to_contig || start != to_start) {
    contig = to_contig;
    start = to_start;
    few.clear();
    if (!others.empty()) {
      others = {};
    }
  }
}

bool IndexWriter::KeysAtStart::Insert(std::string key) {
  if (std::find(few.begin(), few.end(), key) != few.end()) {
    return false;
  }
  if (few.size() == kFewKeys) {
    return others.insert(std::move(key)).second;
  }
  few.push_back(std::move(key));
  return true;
}

/// False: an allele that can't be matched.
bool IndexWriter::CountRow(const RowBatch& batch, size_t row, int contig) {
  ++counts_.rows;
  const std::string_view ref = batch.ref[row];
  const std::string_view alt = batch.alt[row];
  const int64_t start = batch.start[row];
  if (contig == ContigNames::kNone || start < 0 || !IsSequence(ref) || !IsSequence(alt)) {
    ++counts_.unmatchable;
    return false;
  }
  const Allele minimal = Minimise({.start = start, .ref = ref, .alt = alt});
  counts_.not_minimal += minimal.ref.size() != ref.size() ? 1 : 0;
  at_start_.MoveTo(contig, start);
  std::string key;
  AppendUpper(ref, key);
  key.push_back('>');
  AppendUpper(alt, key);
  counts_.repeated += at_start_.Insert(std::move(key)) ? 0 : 1;
  return true;
}

Result<bool> IndexWriter::Add(const RowBatch& batch) {
  size_t first = 0;  // of the run of rows that belong into the block
  const auto add_run = [&](size_t end) {
    const Status status = first < end ? AddRun(batch, first, end - first) : Status::Ok();
    first = end;
    return status;
  };
  for (size_t row = 0; row < batch.rows(); ++row) {
    const int contig = batch.chrom[row].data() == nullptr ? ContigNames::kNone : ContigOf(batch.chrom[row]);
    if (!CountRow(batch, row, contig)) {
      VARJOIN_RETURN_IF_ERROR(add_run(row));
      first = row + 1;
      continue;
    }
    if (contig != contig_) {
      VARJOIN_RETURN_IF_ERROR(add_run(row));
      VARJOIN_RETURN_IF_ERROR(FinishBlock());
      if (contigs_[static_cast<size_t>(contig)].rows > 0) {
        return false;
      }
      contig_ = contig;
      contigs_[static_cast<size_t>(contig)].first_block = blocks_.size();
    } else if (batch.start[row] < last_start_) {
      return false;
    }
    last_start_ = batch.start[row];
    ++contigs_[static_cast<size_t>(contig)].rows;
  }
  VARJOIN_RETURN_IF_ERROR(add_run(batch.rows()));
  return true;
}

/// Adds rows of the block's contig, in order.
Status IndexWriter::AddRun(const RowBatch& batch, size_t first, size_t count) {
  for (const size_t end = first + count; first < end;) {
    uint64_t text = TextOf(batch, first);
    if (text > kMostTextOfBlock) {  // a row that has its block for itself
      VARJOIN_RETURN_IF_ERROR(FinishBlock());
    }
    const size_t most = std::min({end - first, rows_of_block_ - block_.rows(), kStep});
    size_t step = 1;
    for (; step < most && text <= kMostTextOfBlock; ++step) {
      text += TextOf(batch, first + step);
    }
    step -= step > 1 && text > kMostTextOfBlock ? 1 : 0;
    block_.Add(batch, first, step);
    first += step;
    if (block_.rows() == rows_of_block_ || block_.text_bytes() > kMostTextOfBlock) {
      VARJOIN_RETURN_IF_ERROR(FinishBlock());
    }
  }
  return Status::Ok();
}

/// Bytes of text in a row.
uint64_t IndexWriter::TextOf(const RowBatch& batch, size_t row) const {
  uint64_t bytes = batch.ref[row].size() + batch.alt[row].size();
  for (const size_t column : text_columns_) {
    bytes += batch.columns[column].valid[row] != 0 ? batch.columns[column].texts[row].size() : 0;
  }
  return bytes;
}

Status IndexWriter::FinishBlock() {
  if (block_.rows() == 0) {
    return Status::Ok();
  }
  bytes_.clear();
  block_.Finish(static_cast<uint32_t>(contig_), bytes_);
  if (bytes_.size() > kMostBlockSize || (offset_ + bytes_.size()) / kAlignment > UINT32_MAX) {
    return Failed(
        "{}: the values of the source are too large for an index; make a source of fewer or shorter columns, or "
        "annotate with --engine duckdb and the columns you need",
        path_);
  }
  blocks_.emplace_back(Load<BlockHeader>(reinterpret_cast<const uint8_t*>(bytes_.data())).first_start,
                       static_cast<uint32_t>(offset_ / kAlignment));
  block_contigs_.push_back(static_cast<uint32_t>(contig_));
  contigs_[static_cast<size_t>(contig_)].end_block = blocks_.size();
  return Write(bytes_);
}

Status IndexWriter::Write(const std::string& bytes) {
  offset_ += bytes.size();
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return WriteError(path_, errno);
  }
  return Status::Ok();
}

Status IndexWriter::WriteSection(SectionId id, const std::string& bytes, bool with_checksum) {
  sections_.push_back({.id = static_cast<uint32_t>(id),
                       .optional = 0,
                       .offset = offset_,
                       .size = bytes.size(),
                       .checksum = with_checksum ? Checksum(bytes.data(), bytes.size()) : 0});
  return Write(bytes + std::string((kAlignment - bytes.size() % kAlignment) % kAlignment, '\0'));
}

std::string IndexWriter::Directory() {
  std::string pages;
  const auto end = static_cast<uint32_t>(offset_ / kAlignment);
  for (size_t first = 0; first < blocks_.size(); first += kBlocksOfPage) {
    DirectoryPage page{.number = static_cast<uint32_t>(first / kBlocksOfPage)};
    for (size_t i = 0; i <= kBlocksOfPage; ++i) {
      const size_t block = first + i;
      page.offset[i] = block < blocks_.size() ? blocks_[block].second : end;
      if (i < kBlocksOfPage && block < blocks_.size()) {
        page.first_start[i] = blocks_[block].first;
        page.contig[i] = block_contigs_[block];
      }
    }
    page.checksum = Checksum(&page.number, sizeof(page) - offsetof(DirectoryPage, number));
    Append(pages, page);
  }
  return pages;
}

/// The contigs, and the first start of every page of the directory.
std::string IndexWriter::ContigSection() const {
  std::string bytes;
  AppendVarint(bytes, contigs_.size());
  for (const Contig& contig : contigs_) {
    AppendText(bytes, contig.name);
    AppendVarint(bytes, contig.rows);
    AppendVarint(bytes, contig.rows == 0 ? 0 : contig.first_block);
    AppendVarint(bytes, contig.rows == 0 ? 0 : contig.end_block);
  }
  for (size_t first = 0; first < blocks_.size(); first += kBlocksOfPage) {
    Append(bytes, blocks_[first].first);
  }
  return bytes;
}

Status IndexWriter::Finish(Facts facts) {
  VARJOIN_RETURN_IF_ERROR(FinishBlock());
  FileHeader header{.rows = static_cast<uint64_t>(counts_.rows - counts_.unmatchable), .blocks = blocks_.size()};
  VARJOIN_RETURN_IF_ERROR(WriteSection(SectionId::kDirectory, Directory(), /*with_checksum=*/false));

  std::string bytes_of_columns;
  for (const uint64_t bytes : block_.bytes_of_columns()) {
    bytes_of_columns += std::to_string(bytes) + " ";
  }
  facts["bytes_of_columns"] = bytes_of_columns;
  std::string columns;
  AppendColumns(block_.TakeColumns(), columns);
  VARJOIN_RETURN_IF_ERROR(WriteSection(SectionId::kColumns, columns, true));
  VARJOIN_RETURN_IF_ERROR(WriteSection(SectionId::kContigs, ContigSection(), true));

  std::string text;
  for (const int64_t count : {counts_.rows, counts_.unmatchable, counts_.repeated, counts_.not_minimal}) {
    AppendVarint(text, static_cast<uint64_t>(count));
  }
  AppendVarint(text, facts.size());
  for (const auto& [name, fact] : facts) {
    AppendText(text, name);
    AppendText(text, fact);
  }
  VARJOIN_RETURN_IF_ERROR(WriteSection(SectionId::kFacts, text, true));

  std::string table;
  for (const Section& section : sections_) {
    Append(table, section);
  }
  header.table_offset = offset_;
  header.table_size = table.size();
  header.table_checksum = Checksum(table.data(), table.size());
  header.checksum = Checksum(&header, offsetof(FileHeader, checksum));
  VARJOIN_RETURN_IF_ERROR(Write(table));
  const bool written = std::fseek(file_.get(), 0, SEEK_SET) == 0 &&
                       std::fwrite(&header, sizeof(header), 1, file_.get()) == 1 && std::fflush(file_.get()) == 0;
  return written ? Status::Ok() : WriteError(path_, errno);
}

}  // namespace varjoin::index
