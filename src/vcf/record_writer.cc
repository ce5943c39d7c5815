// record_writer.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_writer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "vcf/bcf_encoder.h"
#include "vcf/header.h"
#include "vcf/index_builder.h"
#include "vcf/record_block.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kBlockBytes = 16 * kBgzfTextBytes;  ///< of lines; a long line makes more
constexpr int64_t kTbiReach = int64_t{1} << 29;      ///< positions that a TBI can hold

bool HasLongContig(std::string_view header_text) {
  const Result<Header> header = ParseHeader("", header_text);
  return header.ok() && std::any_of(header->contigs.begin(), header->contigs.end(), [](const ContigDefinition& contig) {
           return contig.length.value_or(0) > kTbiReach;
         });
}

}  // namespace

struct RecordWriter::State {
  State(OutputFile& file_p, const RecordWriterOptions& options_p) : file(file_p), options(options_p) {}

  ~State() {
    {
      const std::lock_guard lock(mutex);
      stopped = true;
    }
    wake.notify_all();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  /// A block, and whether its thread is done with it.
  struct Job {
    RecordBlock block;
    bool done = false;
  };

  void Work(BcfEncoder* encoder);
  void HandOver();
  Status WriteFront();

  bool IsText() const { return options.format == RecordFormat::kVcf; }

  OutputFile& file;
  const RecordWriterOptions options;
  std::vector<std::unique_ptr<BcfEncoder>> encoders;
  std::unique_ptr<IndexBuilder> index;
  IndexBuilder::Kind index_kind = IndexBuilder::Kind::kTbi;
  std::unique_ptr<Job> current = std::make_unique<Job>();
  std::vector<std::unique_ptr<Job>> unused;
  std::deque<std::unique_ptr<Job>> in_flight;  ///< in the file's order; the adding thread's

  std::mutex mutex;  ///< of the following
  std::condition_variable wake;
  std::condition_variable ready;
  std::deque<Job*> waiting;
  bool stopped = false;

  std::vector<std::thread> threads;
};

void RecordWriter::State::Work(BcfEncoder* encoder) {
  BgzfPacker packer(options.level);
  std::unique_lock lock(mutex);
  for (;;) {
    wake.wait(lock, [&] { return stopped || !waiting.empty(); });
    if (stopped) {
      return;
    }
    Job& job = *waiting.front();
    waiting.pop_front();
    lock.unlock();
    RecordBlock& block = job.block;
    if (encoder != nullptr) {
      encoder->Encode(block);
    } else if (options.indexed) {
      MarkLines(block);
    }
    packer.Pack(encoder != nullptr ? block.bytes : block.lines, block.packed, block.packed_ends);
    lock.lock();
    job.done = true;
    ready.notify_one();
  }
}

void RecordWriter::State::HandOver() {
  in_flight.push_back(std::move(current));
  {
    const std::lock_guard lock(mutex);
    waiting.push_back(in_flight.back().get());
  }
  wake.notify_one();
  if (unused.empty()) {
    current = std::make_unique<Job>();
  } else {
    current = std::move(unused.back());
    unused.pop_back();
  }
}

Status RecordWriter::State::WriteFront() {
  std::unique_ptr<Job> job = std::move(in_flight.front());
  in_flight.pop_front();
  {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return job->done; });
  }
  VARJOIN_RETURN_IF_ERROR(job->block.status);
  if (index != nullptr) {
    index->Add(job->block, file.written());
  }
  VARJOIN_RETURN_IF_ERROR(file.Write(job->block.packed));
  job->block.Clear();
  job->done = false;
  unused.push_back(std::move(job));
  return Status::Ok();
}

Result<std::unique_ptr<RecordWriter>> RecordWriter::Open(OutputFile& file, std::string_view header,
                                                         const RecordWriterOptions& options) {
  auto state = std::make_unique<State>(file, options);
  if (state->IsText()) {
    VARJOIN_RETURN_IF_ERROR(file.Write(header));
    return std::unique_ptr<RecordWriter>(new RecordWriter(std::move(state)));
  }
  std::string head(header);
  const int threads = std::max(1, options.threads);
  if (options.format == RecordFormat::kBcf) {
    for (int i = 0; i < threads; ++i) {
      VARJOIN_ASSIGN(state->encoders.emplace_back(), BcfEncoder::Make(header, options.name));
    }
    VARJOIN_ASSIGN(head, state->encoders[0]->Head());
  }
  std::string packed;
  std::vector<uint32_t> ends;
  BgzfPacker(options.level).Pack(head, packed, ends);
  VARJOIN_RETURN_IF_ERROR(file.Write(packed));
  state->index_kind = options.format == RecordFormat::kBcf ? IndexBuilder::Kind::kBcfCsi
                      : HasLongContig(header)              ? IndexBuilder::Kind::kCsi
                                                           : IndexBuilder::Kind::kTbi;
  if (options.indexed) {
    state->index = std::make_unique<IndexBuilder>(state->index_kind, file.written());
  }
  for (int i = 0; i < threads; ++i) {
    BcfEncoder* const encoder = state->encoders.empty() ? nullptr : state->encoders[static_cast<size_t>(i)].get();
    state->threads.emplace_back([of = state.get(), encoder] { of->Work(encoder); });
  }
  return std::unique_ptr<RecordWriter>(new RecordWriter(std::move(state)));
}

RecordWriter::RecordWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}

RecordWriter::~RecordWriter() = default;

std::string& RecordWriter::line() {
  return state_->current->block.lines;
}

Status RecordWriter::EndLine() {
  std::string& lines = line();
  if (lines.size() < kBlockBytes) {
    return Status::Ok();
  }
  if (state_->IsText()) {
    VARJOIN_RETURN_IF_ERROR(state_->file.Write(lines));
    lines.clear();
    return Status::Ok();
  }
  // As many wait as are worked on, so that no thread waits for the next block.
  if (state_->in_flight.size() >= 2 * state_->threads.size()) {
    VARJOIN_RETURN_IF_ERROR(state_->WriteFront());
  }
  state_->HandOver();
  return Status::Ok();
}

Status RecordWriter::Finish() {
  if (state_->IsText()) {
    return state_->file.Write(line());
  }
  if (!line().empty()) {
    state_->HandOver();
  }
  while (!state_->in_flight.empty()) {
    VARJOIN_RETURN_IF_ERROR(state_->WriteFront());
  }
  return state_->file.Write(BgzfEndMarker());
}

Result<bool> RecordWriter::SaveIndex(const std::string& path, std::string& problem) {
  VARJOIN_ASSIGN(const bool saved, state_->index->Save(path, state_->file.written() - BgzfEndMarker().size()));
  problem = state_->index->problem();
  return saved;
}

std::string_view RecordWriter::IndexEnding() const {
  return state_->index_kind == IndexBuilder::Kind::kTbi ? ".tbi" : ".csi";
}

}  // namespace varjoin::vcf
