// vcf_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/vcf_file.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include "vcf/buffer_pool.h"
#include "vcf/head.h"
#include "vcf/line_range_source.h"
#include "vcf/lines.h"
#include "vcf/region_filter.h"

namespace varjoin::vcf {
namespace {

/// Room before a piece's text for the line that the piece before it left incomplete. Pages of it that are never
/// touched cost nothing.
constexpr size_t kHeadroom = size_t{1} << 20;
constexpr size_t kLineEnd = 1;  ///< room for a '\n' after the last line
/// So many rows that DuckDB's work for each column of a chunk doesn't count, if these pieces hold them.
constexpr size_t kWantedRecords = 2048;
constexpr size_t kMostPieces = 3;  ///< a batch and its packed bytes then take no more than Batch::kUsualBytes

constexpr size_t kMostLineBytes = size_t{1} << 31;

/// Pieces that follow each other, in a buffer of their own, on their way to become a batch.
struct NumberedPiece {
  uint64_t number = 0;
  Piece piece;                     ///< all of them, as one
  std::vector<Piece> packed;       ///< those that are still to be unpacked
  std::shared_ptr<char[]> memory;  ///< piece.text points into it
  bool unmarked_end = false;       ///< the last piece of a file without its end marker
  Status status;                   ///< of taking and unpacking it

  std::string_view text() const { return {piece.text, piece.size}; }
};

/// How many pieces a batch is made of in a file whose body begins with `text`. Of very long lines a batch has few in
/// any case, and memory counts for more.
size_t PiecesOfBatch(std::string_view text) {
  constexpr size_t kVeryLong = size_t{32} << 10;
  const auto line_bytes = text.size() / static_cast<size_t>(std::max<int64_t>(1, CountRecords(text)));
  return line_bytes > kVeryLong ? 1 : std::clamp<size_t>(line_bytes * kWantedRecords / kPieceBytes, 1, kMostPieces);
}

/// Puts `line` before the text. Moves the text only if it is longer than the room there.
void Prepend(std::string_view line, NumberedPiece& taken) {
  char*& text = taken.piece.text;
  size_t& size = taken.piece.size;
  if (line.size() > static_cast<size_t>(text - taken.memory.get())) {
    auto memory = std::make_shared_for_overwrite<char[]>(line.size() + size + Batch::kPadding);
    std::memcpy(memory.get() + line.size(), text, size);
    text = memory.get() + line.size();
    taken.memory = std::move(memory);
  }
  text -= line.size();
  size += line.size();
  std::memcpy(text, line.data(), line.size());
}

}  // namespace

struct VcfFile::State {
  /// The next piece of the file, with its number; false: there is none.
  bool Take(NumberedPiece& taken);

  /// Takes as many pieces of the source as make a batch.
  Status TakePieces(NumberedPiece& taken);

  /// Waits for the pieces before this one, joins the incomplete line before it to it, and counts.
  /// False: no record ends in this piece.
  Result<bool> HandOver(NumberedPiece& taken, Batch& batch);

  /// The part of HandOver() that is done by one thread at a time, in file order. `line` is what follows the last
  /// whole line of the text; it is exchanged for what precedes the first one.
  Status Join(const NumberedPiece& taken, const LineRange& lines, bool ends_within_line, std::string& line,
              Batch& batch, int64_t& new_records);

  /// Applies the filter. False: no record is left.
  Result<bool> Filter(Batch& batch);

  /// Waits until all pieces taken have been handed over.
  Result<bool> AwaitEnd();

  /// Ends the scan for all threads.
  void Fail(Status status);

  std::string path;
  std::string header_text;
  uint64_t header_end = 0;
  Header header;
  uint64_t size = 0;
  uint64_t estimate = 0;
  std::shared_ptr<char[]> peek_memory;
  std::string_view peek;
  bool peek_is_all = false;
  size_t pieces_of_batch = 1;
  std::shared_ptr<BufferPool> pool;

  std::mutex take_mutex;  ///< guards the next five; held while the file is read
  std::unique_ptr<TextSource> source;
  std::optional<NumberedPiece> first;  ///< the beginning of the body, which came with the header
  uint64_t taken_pieces = 0;
  bool all_taken = false;
  bool lacks_end_marker = false;
  std::atomic<uint64_t> consumed = 0;

  std::mutex order_mutex;  ///< guards the rest
  std::condition_variable order_changed;
  uint64_t turn = 0;       ///< number of the piece to be handed over next
  std::string incomplete;  ///< the line that the pieces before it left incomplete
  uint64_t batches = 0;
  int64_t records = 0;
  uint64_t filtered_batches = 0;  ///< handed over, and through the filter
  int64_t filtered_records = 0;
  Status failure;
  bool stuck = false;  ///< a piece will never be handed over

  std::shared_ptr<const RegionFilter> filter;  ///< set before the first piece is taken
  bool counts_anew = false;
};

Result<std::unique_ptr<VcfFile>> VcfFile::Open(const std::string& path, Interrupted interrupted) {
  VARJOIN_ASSIGN(std::unique_ptr<InputFile> file, InputFile::Open(path, std::move(interrupted)));
  auto state = std::make_unique<State>();
  state->path = file->name();
  state->size = file->size();
  state->source = TextSource::Make(std::move(file));
  VARJOIN_ASSIGN(const Head head, ReadHead(state->path, *state->source));
  VARJOIN_ASSIGN(state->header, ParseHeader(state->path, head.header()));
  state->header_text = head.header();
  state->header_end = head.end;

  const std::string_view body = head.body();
  NumberedPiece first;
  first.memory = std::make_shared_for_overwrite<char[]>(body.size() + kLineEnd + Batch::kPadding);
  first.piece.text = first.memory.get();
  first.piece.size = body.copy(first.piece.text, body.size());
  first.piece.last = head.last;
  if (head.last && !body.empty() && !body.ends_with('\n')) {
    first.piece.text[first.piece.size++] = '\n';
  }
  state->peek_memory = first.memory;
  state->peek = first.text().substr(0, first.text().rfind('\n') + 1);
  state->peek_is_all = head.last;
  state->pieces_of_batch = PiecesOfBatch(state->peek);
  state->pool =
      std::make_shared<BufferPool>(kHeadroom + state->pieces_of_batch * kPieceBytes + kLineEnd + Batch::kPadding);
  state->first = std::move(first);

  state->consumed = state->source->Consumed();
  state->estimate = static_cast<uint64_t>(CountRecords(state->peek));
  if (!head.last && state->size > state->consumed) {
    const double share = static_cast<double>(state->size - state->consumed) / static_cast<double>(head.body_file_bytes);
    state->estimate += static_cast<uint64_t>(share * static_cast<double>(state->estimate));
  }
  return std::unique_ptr<VcfFile>(new VcfFile(std::move(state)));
}

VcfFile::VcfFile(std::unique_ptr<State> state) : state_(std::move(state)) {}

VcfFile::~VcfFile() {
  state_->pool->Close();
}

const std::string& VcfFile::path() const {
  return state_->path;
}

const Header& VcfFile::header() const {
  return state_->header;
}

std::string_view VcfFile::header_text() const {
  return state_->header_text;
}

uint64_t VcfFile::header_end() const {
  return state_->header_end;
}

Packing VcfFile::packing() const {
  return state_->source->packing();
}

uint64_t VcfFile::size() const {
  return state_->size;
}

std::string_view VcfFile::Peek() const {
  return state_->peek;
}

bool VcfFile::PeekIsAll() const {
  return state_->peek_is_all;
}

uint64_t VcfFile::EstimateRecords() const {
  return std::max<uint64_t>(1, state_->estimate);
}

Result<bool> VcfFile::Next(Batch& batch) {
  try {
    NumberedPiece taken;
    while (state_->Take(taken)) {
      VARJOIN_ASSIGN(const bool filled, state_->HandOver(taken, batch));
      if (!filled) {
        continue;
      }
      VARJOIN_ASSIGN(const bool wanted, state_->filter ? state_->Filter(batch) : Result<bool>(true));
      if (wanted) {
        return true;
      }
    }
    return state_->AwaitEnd();
  } catch (const std::bad_alloc&) {
    // This piece will never be handed over: without this the other threads would wait for it.
    const Status status = Failed("{}: not enough memory to read it", path());
    state_->Fail(status);
    return status;
  }
}

uint64_t VcfFile::BytesRead() const {
  return state_->consumed;
}

bool VcfFile::LacksEndMarker() const {
  const std::lock_guard lock(state_->take_mutex);
  return state_->lacks_end_marker;
}

int64_t VcfFile::Records() const {
  const std::lock_guard lock(state_->order_mutex);
  return state_->counts_anew ? state_->filtered_records : state_->records;
}

void VcfFile::Select(std::shared_ptr<const RegionFilter> filter) {
  state_->filter = std::move(filter);
  state_->counts_anew = state_->filter->mode() == RegionFilter::Mode::kOverlap;
}

void VcfFile::Restrict(std::vector<VirtualRange> ranges, const std::string& index) {
  state_->first.reset();
  state_->source->Restrict(std::move(ranges), index);
}

void VcfFile::RestrictToLines(VirtualRange part) {
  state_->first.reset();
  state_->source = std::make_unique<LineRangeSource>(std::move(state_->source), part);
}

bool VcfFile::State::Take(NumberedPiece& taken) {
  taken = NumberedPiece();
  std::shared_ptr<char[]> memory = pool->Get();
  {
    const std::lock_guard lock(take_mutex);
    if (all_taken) {
      return false;
    }
    if (first) {
      taken = *std::move(first);
      first.reset();
    } else {
      taken.memory = std::move(memory);
      taken.piece.text = taken.memory.get() + kHeadroom;
      taken.status = TakePieces(taken);
      consumed = source->Consumed();
    }
    taken.number = taken_pieces++;
    all_taken = taken.piece.last || !taken.status.ok();
    lacks_end_marker = taken.piece.last && source->LacksEndMarker();
    taken.unmarked_end = lacks_end_marker;
  }
  for (Piece& piece : taken.packed) {
    if (taken.status.ok()) {
      taken.status = source->Unpack(piece);
    }
  }
  return true;
}

Status VcfFile::State::TakePieces(NumberedPiece& taken) {
  Piece& all = taken.piece;
  for (size_t i = 0; i < pieces_of_batch && !all.last; ++i) {
    Piece piece;
    piece.text = all.text + all.size;
    VARJOIN_RETURN_IF_ERROR(source->Take(piece));
    all.size += piece.size;
    all.last = piece.last;
    if (piece.packed) {
      taken.packed.push_back(std::move(piece));
    }
  }
  return Status::Ok();
}

Result<bool> VcfFile::State::HandOver(NumberedPiece& taken, Batch& batch) {
  if (!taken.status.ok()) {
    taken.piece.size = 0;
  }
  const bool ends_within_line = taken.piece.last && !taken.text().ends_with('\n');
  if (ends_within_line) {
    taken.piece.text[taken.piece.size++] = '\n';
  }
  const LineRange lines(taken.text());
  std::string line(taken.text().substr(lines.end));
  int64_t new_records = 0;
  {
    std::unique_lock lock(order_mutex);
    order_changed.wait(lock, [&] { return turn == taken.number || !failure.ok(); });
    if (failure.ok()) {
      failure = taken.status.ok() ? Join(taken, lines, ends_within_line, line, batch, new_records) : taken.status;
      ++turn;
    }
    order_changed.notify_all();
    if (!failure.ok()) {
      return failure;
    }
  }
  if (new_records == 0) {
    return false;
  }
  taken.piece.size = lines.end;
  Prepend(line, taken);
  batch.text = taken.text();
  batch.memory = std::move(taken.memory);
  return true;
}

Status VcfFile::State::Join(const NumberedPiece& taken, const LineRange& lines, bool ends_within_line,
                            std::string& line, Batch& batch, int64_t& new_records) {
  const std::string_view text = taken.text();
  if (lines.end == 0) {
    if (incomplete.size() + text.size() > kMostLineBytes) {
      return BadInput("{}: record {}: the line is longer than 2 GiB", path, records + 1);
    }
    incomplete += text;
    return Status::Ok();
  }
  if (ends_within_line && taken.unmarked_end && (text.size() > kLineEnd || !incomplete.empty())) {
    return BadInput(
        "{}: has been cut off: it ends within a line, and without the BGZF end marker; fetch or copy it again", path);
  }
  incomplete.swap(line);
  const std::string_view first_line = text.substr(0, lines.first_end - 1);
  const bool blank = (line.empty() && IsBlank(first_line)) || (first_line.empty() && IsBlank(line));
  new_records = lines.more_records + (blank ? 0 : 1);
  batch.number = batches;
  batch.first_record = records + 1;
  batches += new_records > 0 ? 1 : 0;
  records += new_records;
  return Status::Ok();
}

Result<bool> VcfFile::State::Filter(Batch& batch) {
  const int64_t left = filter->Apply(batch);
  if (!counts_anew) {
    return left > 0;
  }
  {
    // Batches before this one have been handed over, so that their threads are on their way here.
    std::unique_lock lock(order_mutex);
    order_changed.wait(lock, [&] { return filtered_batches == batch.number || stuck; });
    if (stuck) {
      return failure;
    }
    batch.first_record = filtered_records + 1;
    filtered_records += left;
    ++filtered_batches;
  }
  order_changed.notify_all();
  return left > 0;
}

Result<bool> VcfFile::State::AwaitEnd() {
  uint64_t all = 0;
  {
    const std::lock_guard lock(take_mutex);
    all = taken_pieces;
  }
  std::unique_lock lock(order_mutex);
  const auto filtered = [&] { return !counts_anew || filtered_batches == batches; };
  order_changed.wait(lock, [&] { return (turn == all && filtered()) || !failure.ok(); });
  return failure.ok() ? Result<bool>(false) : Result<bool>(failure);
}

void VcfFile::State::Fail(Status status) {
  {
    const std::lock_guard lock(order_mutex);
    stuck = true;
    if (failure.ok()) {
      failure = std::move(status);
    }
  }
  order_changed.notify_all();
}

}  // namespace varjoin::vcf
