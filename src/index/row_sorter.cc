// row_sorter.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/row_sorter.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <tuple>

#include "base/files.h"
#include "base/write_error.h"
#include "index/bytes.h"

namespace varjoin::index {
namespace {

constexpr size_t kRunBuffer = 256 << 10;
constexpr size_t kWriteBuffer = 1 << 20;

/// What every row begins with. `size` bytes follow it.
struct RowHead {
  uint64_t size = 0;
  int64_t start = 0;
  int64_t contig = 0;
  uint64_t place = 0;
};

void AppendPart(std::string& bytes, std::string_view part) {
  bytes.push_back(part.data() == nullptr ? 0 : 1);
  if (part.data() != nullptr) {
    AppendText(bytes, part);
  }
}

std::string_view ReadPart(ByteReader& reader) {
  return reader.Fixed<uint8_t>() == 0 ? std::string_view{} : reader.Text();
}

}  // namespace

/// A sorted run in the temporary file.
class RowSorter::Run {
 public:
  Run(int file, uint64_t begin, uint64_t end) : file_(file), at_(begin), end_(end) {}

  const RowHead& head() const { return head_; }

  bool Before(const Run& other) const {
    return std::tie(head_.contig, head_.start, head_.place) <
           std::tie(other.head_.contig, other.head_.start, other.head_.place);
  }

  /// Goes to the next row. False: there is none.
  Result<bool> Advance() {
    if (at_ == end_ && buffered() == 0) {
      return false;
    }
    VARJOIN_RETURN_IF_ERROR(Need(sizeof(RowHead)));
    head_ = Load<RowHead>(reinterpret_cast<const uint8_t*>(buffer_.data()) + next_);
    VARJOIN_RETURN_IF_ERROR(Need(sizeof(RowHead) + head_.size));
    row_ = {buffer_.data() + next_ + sizeof(RowHead), head_.size};
    next_ += sizeof(RowHead) + head_.size;
    return true;
  }

  std::string_view row() const { return row_; }

 private:
  size_t buffered() const { return buffer_.size() - next_; }

  /// Has `size` bytes in the buffer, from next_ on.
  Status Need(size_t size) {
    if (buffered() >= size) {
      return Status::Ok();
    }
    buffer_.erase(0, next_);
    next_ = 0;
    size_t have = buffer_.size();
    buffer_.resize(std::min<uint64_t>(std::max(size, kRunBuffer), have + (end_ - at_)));
    while (have < buffer_.size()) {
      const ssize_t got = ::pread(file_, buffer_.data() + have, buffer_.size() - have, static_cast<off_t>(at_));
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got <= 0) {
        return Failed("a temporary file can't be read: {}", got < 0 ? ErrnoText(errno) : "it is too short");
      }
      have += static_cast<size_t>(got);
      at_ += static_cast<uint64_t>(got);
    }
    return buffer_.size() >= size ? Status::Ok() : Failed("a temporary file can't be read: it is too short");
  }

  int file_;
  uint64_t at_;  ///< of the first byte that is not in the buffer
  uint64_t end_;
  std::string buffer_;
  size_t next_ = 0;
  RowHead head_;
  std::string_view row_;
};

RowSorter::RowSorter(std::vector<ColumnSchema> schema, ContigLengths lengths, std::string temp_folder, size_t memory)
    : schema_(std::move(schema)), names_(std::move(lengths)), temp_folder_(std::move(temp_folder)), memory_(memory) {}

RowSorter::~RowSorter() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

int RowSorter::ContigOf(std::string_view name) {
  return names_.Find(name, [this](const std::string& canonical) {
    return contig_numbers_.emplace(canonical, static_cast<int>(contig_numbers_.size())).first->second;
  });
}

Status RowSorter::Add(const RowBatch& batch) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    const int contig = batch.chrom[row].data() == nullptr ? ContigNames::kNone : ContigOf(batch.chrom[row]);
    Entry entry{batch.start[row], batch.place.empty() ? rows_ : batch.place[row], nullptr, contig};
    ++rows_;
    PackRow(batch, row, entry);
    if (!HasRoomForRow() && !entries_.empty()) {
      VARJOIN_RETURN_IF_ERROR(Spill());
    }
    entry.row = rows_in_memory_.Copy(packed_).data();
    entries_.push_back(entry);
  }
  return Status::Ok();
}

/// Whether one more row and its entry stay within the memory, with both places of the entries where they have to move.
bool RowSorter::HasRoomForRow() const {
  const size_t moved = entries_.size() == entries_.capacity() ? 2 * entries_.capacity() : 0;
  return rows_in_memory_.size() + packed_.size() + (entries_.capacity() + moved) * sizeof(Entry) <= memory_;
}

/// Writes a row to packed_, as it stands in a run.
void RowSorter::PackRow(const RowBatch& batch, size_t row, const Entry& entry) {
  packed_.assign(sizeof(RowHead), '\0');
  AppendPart(packed_, batch.chrom[row]);
  AppendPart(packed_, batch.ref[row]);
  AppendPart(packed_, batch.alt[row]);
  for (size_t c = 0; c < schema_.size(); ++c) {
    const ColumnValues& values = batch.columns[c];
    packed_.push_back(static_cast<char>(values.valid[row]));
    if (values.valid[row] != 0) {
      schema_[c].kind == ValueKind::kText ? AppendText(packed_, values.texts[row])
                                          : Append(packed_, values.numbers[row]);
    }
  }
  const RowHead head{packed_.size() - sizeof(RowHead), entry.start, entry.contig, entry.place};
  Store(reinterpret_cast<uint8_t*>(packed_.data()), head);
}

void RowSorter::SortEntries() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.contig, a.start, a.place) < std::tie(b.contig, b.start, b.place);
  });
}

Status RowSorter::OpenFile() {
  std::string path = temp_folder_ + "/varjoin-sort-XXXXXX";
  file_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0) {
    return IsNoSpace(errno) ? WriteError(temp_folder_, errno, kTempElsewhere)
                            : Failed("{}: no temporary file can be made there: {}; {}", temp_folder_, ErrnoText(errno),
                                     kTempElsewhere);
  }
  ::unlink(path.c_str());
  return Status::Ok();
}

Status RowSorter::WriteOut(const std::string& bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t put = ::pwrite(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(file_size_));
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put < 0) {
      return WriteError(temp_folder_, errno, kTempElsewhere);
    }
    done += static_cast<size_t>(put);
    file_size_ += static_cast<uint64_t>(put);
  }
  return Status::Ok();
}

/// Writes the rows in memory as a run.
Status RowSorter::Spill() {
  VARJOIN_RETURN_IF_ERROR(file_ < 0 ? OpenFile() : Status::Ok());
  SortEntries();
  const uint64_t begin = file_size_;
  std::string out;
  for (const Entry& entry : entries_) {
    out.append(entry.row, sizeof(RowHead) + Load<RowHead>(reinterpret_cast<const uint8_t*>(entry.row)).size);
    if (out.size() > kWriteBuffer) {
      VARJOIN_RETURN_IF_ERROR(WriteOut(out));
      out.clear();
    }
  }
  VARJOIN_RETURN_IF_ERROR(WriteOut(out));
  runs_.push_back(std::make_unique<Run>(file_, begin, file_size_));
  entries_.clear();
  rows_in_memory_.Clear();
  return Status::Ok();
}

Status RowSorter::Sort() {
  if (runs_.empty()) {
    SortEntries();
    return Status::Ok();
  }
  VARJOIN_RETURN_IF_ERROR(entries_.empty() ? Status::Ok() : Spill());
  entries_.shrink_to_fit();
  for (const auto& run : runs_) {
    VARJOIN_ASSIGN(const bool has_row, run->Advance());
    if (has_row) {
      heap_.push_back(run.get());
    }
  }
  std::make_heap(heap_.begin(), heap_.end(), [](const Run* a, const Run* b) { return b->Before(*a); });
  return Status::Ok();
}

Result<bool> RowSorter::Next(size_t most, RowBatch& batch) {
  const auto later = [](const Run* a, const Run* b) { return b->Before(*a); };
  batch = {};
  batch.columns.resize(schema_.size());
  if (runs_.empty()) {
    for (; next_entry_ < entries_.size() && batch.rows() < most; ++next_entry_) {
      const char* const row = entries_[next_entry_].row;
      const auto size = Load<RowHead>(reinterpret_cast<const uint8_t*>(row)).size;
      batch.start.push_back(entries_[next_entry_].start);
      VARJOIN_RETURN_IF_ERROR(ReadRow({row + sizeof(RowHead), size}, batch));
    }
    return batch.rows() > 0;
  }
  merged_.clear();
  merged_.reserve(most);
  while (!heap_.empty() && merged_.size() < most) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Run& run = *heap_.back();
    batch.start.push_back(run.head().start);
    VARJOIN_RETURN_IF_ERROR(ReadRow(merged_.emplace_back(run.row()), batch));
    VARJOIN_ASSIGN(const bool has_row, run.Advance());
    if (has_row) {
      std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
      heap_.pop_back();
    }
  }
  return batch.rows() > 0;
}

/// Appends a row to `batch`, but for its start; the texts point into `bytes`.
Status RowSorter::ReadRow(std::string_view bytes, RowBatch& batch) const {
  ByteReader reader(bytes);
  batch.chrom.push_back(ReadPart(reader));
  batch.ref.push_back(ReadPart(reader));
  batch.alt.push_back(ReadPart(reader));
  for (size_t c = 0; c < schema_.size(); ++c) {
    ColumnValues& values = batch.columns[c];
    const bool text = schema_[c].kind == ValueKind::kText;
    values.valid.push_back(reader.Fixed<uint8_t>());
    if (text) {
      values.texts.push_back(values.valid.back() != 0 ? reader.Text() : std::string_view{});
    } else {
      values.numbers.push_back(values.valid.back() != 0 ? reader.Fixed<uint64_t>() : 0);
    }
  }
  return reader.ok() ? Status::Ok() : Failed("a temporary file in {} was changed while it was used", temp_folder_);
}

}  // namespace varjoin::index
