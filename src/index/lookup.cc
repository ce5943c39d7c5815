// lookup.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/lookup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace varjoin::index {
namespace {

constexpr size_t kMostReadAtOnce = 1 << 18;  ///< bytes
constexpr size_t kMostDigits = 20;
constexpr uint64_t kMostCompression = 128 << 10;  ///< of zstd: a block of so many bytes takes at least one
constexpr size_t kMostGap = 16 << 10;             ///< bytes that are read and not needed, rather than read twice

}  // namespace

/// How one column's values become those of the caller.
struct Lookup::Gatherer {
  const ColumnCoding& coding;
  std::unique_ptr<ZSTD_DDict, decltype(&ZSTD_freeDDict)> frames;
  std::string frame;  ///< scratch

  explicit Gatherer(const ColumnCoding& column)
      : coding(column),
        frames(column.frames.empty() ? nullptr : ZSTD_createDDict(column.frames.data(), column.frames.size()),
               &ZSTD_freeDDict) {}

  /// Text number `place` of the `count` in a frame. False: damaged.
  bool FromFrame(ZSTD_DCtx* zstd, std::string_view bytes, size_t place, size_t count, std::string_view& text) {
    const uint64_t size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size / kMostCompression > bytes.size()) {  // also the sizes that stand for errors
      return false;
    }
    if (frame.capacity() > kMostReadAtOnce && size < kMostReadAtOnce) {
      frame.clear();
      frame.shrink_to_fit();
    }
    frame.resize(size);
    const size_t got =
        frames == nullptr
            ? ZSTD_decompressDCtx(zstd, frame.data(), frame.size(), bytes.data(), bytes.size())
            : ZSTD_decompress_usingDDict(zstd, frame.data(), frame.size(), bytes.data(), bytes.size(), frames.get());
    ByteReader reader(frame);
    uint64_t begin = 0;
    uint64_t length = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint64_t one = reader.Varint();
      begin += i < place ? one : 0;
      length = i == place ? one : length;
    }
    (void)reader.Skip(begin);
    const uint8_t* const found = reader.Skip(length);
    text = {reinterpret_cast<const char*>(found), length};
    return ZSTD_isError(got) == 0 && got == size && reader.ok();
  }
};

Lookup::Lookup(std::shared_ptr<const IndexFile> file, std::vector<int> columns)
    : file_(std::move(file)),
      columns_(std::move(columns)),
      values_(columns_.size()),
      zstd_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
  for (const int column : columns_) {
    gatherers_.push_back(std::make_unique<Gatherer>(file_->columns()[static_cast<size_t>(column)]));
  }
}

Lookup::~Lookup() = default;

Status Lookup::Find(std::span<const Query> queries) {
  hits_.clear();
  rows_.clear();
  arena_.Clear();
  if (buffer_.size() > 2 * kMostReadAtOnce) {
    buffer_.clear();
    buffer_.shrink_to_fit();
  }
  for (ColumnValues& values : values_) {
    values = {};
  }
  VARJOIN_RETURN_IF_ERROR(AddTasks(queries));
  announced_ = false;
  for (size_t first = 0; first < tasks_.size();) {
    size_t end = first;
    VARJOIN_RETURN_IF_ERROR(ReadBlocks(first, end));
    blocks_.clear();
    while (first < end) {
      size_t next = first + 1;
      while (next < end && tasks_[next].block == tasks_[first].block) {
        ++next;
      }
      VARJOIN_RETURN_IF_ERROR(SearchBlock(first, next));
      first = next;
    }
    for (size_t c = 0; c < columns_.size(); ++c) {
      VARJOIN_RETURN_IF_ERROR(Gather(c));
    }
  }
  VARJOIN_RETURN_IF_ERROR(file_->CheckUnchanged());
  const auto by_query = [](const Hit& a, const Hit& b) {
    return std::tie(a.query, a.form, a.row) < std::tie(b.query, b.form, b.row);
  };
  if (!std::is_sorted(hits_.begin(), hits_.end(), by_query)) {
    std::sort(hits_.begin(), hits_.end(), by_query);
  }
  return Status::Ok();
}

/// What is to be done, in the order of the blocks.
Status Lookup::AddTasks(std::span<const Query> queries) {
  tasks_.clear();
  for (size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].contig == ContigNames::kNone) {
      continue;
    }
    const IndexContig& contig = file_->contigs()[static_cast<size_t>(queries[i].contig)];
    FormsMemory memory;
    const std::span<const Allele> forms = AlleleForms(queries[i].allele, queries[i].left_aligned, memory);
    for (uint32_t form = 0; form < forms.size() && contig.rows > 0; ++form) {
      VARJOIN_RETURN_IF_ERROR(AddTasksOf(contig, static_cast<uint32_t>(i), form, forms[form]));
    }
  }
  const auto by_block = [](const Task& a, const Task& b) { return a.block < b.block; };
  if (!std::is_sorted(tasks_.begin(), tasks_.end(), by_block)) {
    std::stable_sort(tasks_.begin(), tasks_.end(), by_block);
  }
  return Status::Ok();
}

/// One task for each block that may have rows with the allele's start: nearly always one.
Status Lookup::AddTasksOf(const IndexContig& contig, uint32_t query, uint32_t form, const Allele& allele) {
  VARJOIN_ASSIGN(uint64_t block, FirstBlockFor(contig, allele.start));
  const Probe probe{allele.start, allele.ref, allele.alt, EncodeAllele(allele.ref, allele.alt)};
  for (; block < contig.end_block; ++block) {
    VARJOIN_RETURN_IF_ERROR(OpenPage(block));
    if (FirstStart(block) > allele.start) {
      break;
    }
    tasks_.push_back({block, query, form, probe});
  }
  return Status::Ok();
}

/// Has the block's page of the directory at hand.
Status Lookup::OpenPage(uint64_t block) {
  const uint64_t number = block / kBlocksOfPage;
  if (number == page_number_) {
    return Status::Ok();
  }
  auto& page = pages_[number % kPages];
  if (page_numbers_[number % kPages] != number) {
    page = page == nullptr ? std::make_unique<DirectoryPage>() : std::move(page);
    page_number_ = page_numbers_[number % kPages] = UINT64_MAX;
    VARJOIN_RETURN_IF_ERROR(file_->ReadPage(number, *page));
    page_numbers_[number % kPages] = number;
  }
  page_ = page.get();
  page_number_ = number;
  return Status::Ok();
}

/// The last block that begins before `start`, or the contig's first: rows with this start may lie at its end.
Result<uint64_t> Lookup::FirstBlockFor(const IndexContig& contig, int64_t start) {
  // Near the last one, for alleles that come sorted.
  if (last_block_ >= contig.first_block && last_block_ + 1 < contig.end_block &&
      last_block_ / kBlocksOfPage == (last_block_ + 1) / kBlocksOfPage) {
    VARJOIN_RETURN_IF_ERROR(OpenPage(last_block_));
    if (FirstStart(last_block_) < start && FirstStart(last_block_ + 1) >= start) {
      return last_block_;
    }
  }
  // The pages whose first block is one of the contig's, but not its first.
  uint64_t page = contig.first_block / kBlocksOfPage;
  uint64_t end_page = (contig.end_block - 1) / kBlocksOfPage + 1;
  while (page + 1 < end_page) {
    const uint64_t middle = (page + end_page) / 2;
    if (file_->PageStart(middle) < start) {
      page = middle;
    } else {
      end_page = middle;
    }
  }
  uint64_t block = std::max(contig.first_block, page * kBlocksOfPage);
  uint64_t end = std::min(contig.end_block, (page + 1) * kBlocksOfPage);
  VARJOIN_RETURN_IF_ERROR(OpenPage(block));
  while (block + 1 < end) {
    const uint64_t middle = (block + end) / 2;
    if (FirstStart(middle) < start) {
      block = middle;
    } else {
      end = middle;
    }
  }
  last_block_ = block;
  return block;
}

/// Reads the block of task `first` and those of the tasks after it that lie near; `end` becomes the first task whose
/// block is not read.
Status Lookup::ReadBlocks(size_t first, size_t& end) {
  uint64_t begin = 0;
  uint64_t stop = 0;
  for (end = first; end < tasks_.size(); ++end) {
    const uint64_t block = tasks_[end].block;
    VARJOIN_RETURN_IF_ERROR(OpenPage(block));
    const uint64_t block_begin = page_->offset[block % kBlocksOfPage] * kAlignment;
    const uint64_t block_end = page_->offset[block % kBlocksOfPage + 1] * kAlignment;
    if (end > first && block != tasks_[end - 1].block && block_begin < stop) {
      return file_->Damaged(fmt::format("page {} of its directory", block / kBlocksOfPage));
    }
    if (end > first && (block_begin > stop + kMostGap || block_end - begin > kMostReadAtOnce)) {
      break;
    }
    begin = end == first ? block_begin : begin;
    stop = block_end;
  }
  buffer_.resize(std::max<size_t>(buffer_.size(), stop - begin + Block::kSlack));
  buffer_offset_ = begin;
  VARJOIN_ASSIGN(const bool read, file_->Read(begin, stop - begin, buffer_.data(), /*at_once=*/true));
  if (read) {
    return Status::Ok();
  }
  VARJOIN_RETURN_IF_ERROR(AnnounceFrom(end));
  return file_->Read(begin, stop - begin, buffer_.data(), /*at_once=*/false).status();
}

/// The file is not in memory: lets the kernel read all that the batch will need while this thread waits for the first.
Status Lookup::AnnounceFrom(size_t task) {
  if (announced_) {
    return Status::Ok();
  }
  announced_ = true;
  for (; task < tasks_.size(); ++task) {
    const uint64_t block = tasks_[task].block;
    if (block != tasks_[task - 1].block) {
      VARJOIN_RETURN_IF_ERROR(OpenPage(block));
      const uint64_t begin = page_->offset[block % kBlocksOfPage] * kAlignment;
      file_->Announce(begin, page_->offset[block % kBlocksOfPage + 1] * kAlignment - begin);
    }
  }
  return Status::Ok();
}

/// Tasks [first, end) are of one block, which is in the buffer.
Status Lookup::SearchBlock(size_t first, size_t end) {
  const uint64_t number = tasks_[first].block;
  VARJOIN_RETURN_IF_ERROR(OpenPage(number));
  const uint64_t begin = page_->offset[number % kBlocksOfPage] * kAlignment;
  const uint64_t size = page_->offset[number % kBlocksOfPage + 1] * kAlignment - begin;
  Block block;
  bool whole = block.Open(buffer_.data() + (begin - buffer_offset_), size) &&
               block.header().first_start == FirstStart(number) &&
               block.header().contig == page_->contig[number % kBlocksOfPage];
  const size_t hits = hits_.size();
  for (size_t i = first; whole && i < end; ++i) {
    whole = block.Find(tasks_[i].probe, rows_);
    while (hits_.size() < rows_.size()) {
      hits_.push_back({tasks_[i].query, tasks_[i].form, static_cast<uint32_t>(hits_.size())});
    }
  }
  if (!whole) {
    return file_->Damaged(fmt::format("block {}", number));
  }
  if (hits_.size() > hits) {
    blocks_.push_back({block, number, hits, hits_.size()});
  }
  return Status::Ok();
}

/// Gathers the values of one column for the hits in blocks_.
Status Lookup::Gather(size_t column) {
  values_[column].Resize(hits_.size(), gatherers_[column]->coding.schema.kind);
  for (const OpenBlock& open : blocks_) {
    if (!GatherBlock(open, column)) {
      return file_->Damaged(fmt::format("block {}", open.number));
    }
  }
  return Status::Ok();
}

/// False: damaged.
bool Lookup::GatherBlock(const OpenBlock& open, size_t column) {
  Gatherer& gatherer = *gatherers_[column];
  const bool text = gatherer.coding.schema.kind == ValueKind::kText;
  ColumnValues& values = values_[column];
  BlockColumn opened;
  if (!open.block.OpenColumn(static_cast<size_t>(columns_[column]), opened)) {
    return false;
  }
  for (size_t hit = open.first_hit; hit < open.end_hit; ++hit) {
    size_t rank = 0;
    const bool valid = opened.RankOf(rows_[hit], rank);
    values.valid[hit] = valid ? 1 : 0;
    if (!valid) {
      continue;
    }
    const bool whole = rank < opened.present &&
                       (text ? GatherText(opened, rank, gatherer, values.texts[hit])
                             : GatherNumber(open.block, rows_[hit], opened, rank, gatherer, values.numbers[hit]));
    if (!whole) {
      return false;
    }
  }
  return true;
}

bool Lookup::GatherNumber(const Block& block, uint16_t row, const BlockColumn& opened, size_t rank,
                          const Gatherer& gatherer, uint64_t& number) {
  if (opened.content == ColumnTag::kTexts) {
    return false;
  }
  number = opened.numbers[rank];
  if (opened.content == ColumnTag::kFromEnd) {
    int64_t end = 0;
    const bool found = block.EndOf(row, end);
    number += static_cast<uint64_t>(end);
    return found;
  }
  if (opened.content == ColumnTag::kPlaces) {
    const std::vector<std::string>& dictionary = gatherer.coding.dictionary;
    if (number >= dictionary.size()) {
      return false;
    }
    number = Load<uint64_t>(reinterpret_cast<const uint8_t*>(dictionary[number].data()));
  }
  return true;
}

bool Lookup::GatherText(const BlockColumn& opened, size_t rank, Gatherer& gatherer, std::string_view& text) {
  const ColumnCoding& coding = gatherer.coding;
  size_t place = rank;
  if (opened.content == ColumnTag::kPlaces) {
    const int exception = opened.exceptions == 0 ? -1 : opened.ExceptionOf(rank);
    if (exception < 0) {
      const uint64_t number = opened.numbers[rank];
      if (coding.coding == Coding::kPrefix) {
        char* const begin = arena_.Allocate(coding.prefix.size() + kMostDigits);
        std::copy(coding.prefix.begin(), coding.prefix.end(), begin);
        const auto end =
            std::to_chars(begin + coding.prefix.size(), begin + coding.prefix.size() + kMostDigits, number);
        text = {begin, static_cast<size_t>(end.ptr - begin)};
        return end.ec == std::errc{};
      }
      if (number >= coding.dictionary.size()) {
        return false;
      }
      text = coding.dictionary[number];
      return true;
    }
    place = static_cast<size_t>(exception);
  } else if (opened.content != ColumnTag::kTexts) {
    return false;
  }
  std::string_view bytes;
  if (!opened.texts.Find(place, bytes)) {
    return false;
  }
  if (opened.texts.compressed() &&
      !gatherer.FromFrame(zstd_.get(), bytes, place % kTextsOfFrame, opened.texts.InFrame(place), bytes)) {
    return false;
  }
  text = arena_.Copy(bytes);
  return true;
}

}  // namespace varjoin::index
