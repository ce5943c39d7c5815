// progress.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/counted.h"
#include "base/text.h"
#include "cli/console.h"
#include "system/peak_rss.h"

namespace varjoin::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kTick = 200ms;
constexpr auto kPlainInterval = 10s;
constexpr auto kJsonInterval = 1s;
constexpr auto kTellInterval = 10s;
constexpr double kLeastSecondsToForetell = 1;

double Seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

uint64_t BytesIn(const std::string& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error); !error && entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    std::error_code gone;
    const uintmax_t size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    bytes += gone ? 0 : size;
  }
  return bytes;
}

}  // namespace

std::string ProgressState::Line() const {
  std::string line = phase;
  if (bytes_total > 0) {
    line += fmt::format("  {:.0f} % of {}", 100 * static_cast<double>(bytes_read) / static_cast<double>(bytes_total),
                        HumanBytes(bytes_total));
  } else if (bytes_read > 0) {
    line += "  " + HumanBytes(bytes_read);
  } else if (statement > 0) {
    line += fmt::format("  {:.0f} %", statement);
  }
  if (records > 0) {
    line += "  " + Counted(records, "record");
  }
  if (records_per_second >= 1) {
    line += fmt::format(", {}/s", WithCommas(static_cast<int64_t>(records_per_second)));
  }
  if (matched > 0) {
    line += fmt::format("  {} matched", WithCommas(matched));
  }
  line += fmt::format("  {:.0f} s", seconds);
  if (seconds_left >= 0) {
    line += fmt::format(", {:.0f} s left", seconds_left);
  }
  line += "  peak " + HumanBytes(peak_memory);
  return spilled == 0 ? line : line + "  on disk " + HumanBytes(spilled);
}

std::string ProgressState::Json() const {
  const nlohmann::ordered_json json = {
      {"phase", phase},
      {"seconds", seconds},
      {"bytes_read", bytes_read},
      {"bytes_total", bytes_total},
      {"records", records},
      {"records_per_second", records_per_second},
      {"matched", matched},
      {"seconds_left", seconds_left < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(seconds_left)},
      {"peak_memory_bytes", peak_memory},
      {"spilled_bytes", spilled}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Progress::Progress(DatabaseSession& session, std::function<void(const std::string&)> tell)
    : session_(session),
      tell_(std::move(tell)),
      style_(session.progress() == "plain"                        ? Style::kPlain
             : session.progress() == "json"                       ? Style::kJson
             : session.progress() == "auto" && StderrIsTerminal() ? Style::kDrawn
                                                                  : Style::kNone),
      thread_([this] { Run(); }) {}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Progress::SetPhase(const std::string& phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  phase_start_ = std::chrono::steady_clock::now();
  scan_before_ = session_.database().Progress();
  scans_ = false;
  bytes_.reset();
}

void Progress::SetBytes(uint64_t bytes, uint64_t whole) {
  const std::lock_guard lock(mutex_);
  bytes_before_ = bytes_ ? bytes_before_ : bytes;
  bytes_ = {bytes, whole};
}

/// Precondition: the lock is held.
ProgressState Progress::State() {
  const auto now = std::chrono::steady_clock::now();
  const duck::ScanProgress scan = session_.database().Progress();
  const double in_phase = Seconds(now - phase_start_);
  ProgressState state;
  state.phase = phase_;
  state.seconds = Seconds(now - start_);
  matched_ = std::max(matched_, scan.matched);
  state.matched = matched_;
  state.bytes_read = scan.bytes_read;
  state.bytes_total = scan.bytes_total;
  state.records = scan.records;
  // A phase that does not read the input has the figures of the scan before it, but no rate of its own.
  scans_ = scans_ || scan.bytes_read != scan_before_.bytes_read || scan.records != scan_before_.records;
  state.records_per_second = scans_ && in_phase > 0 ? static_cast<double>(scan.records) / in_phase : 0;
  if (scans_ && scan.bytes_read > 0 && scan.bytes_total >= scan.bytes_read && in_phase >= kLeastSecondsToForetell) {
    const auto left = static_cast<double>(scan.bytes_total - scan.bytes_read);
    state.seconds_left = in_phase * left / static_cast<double>(scan.bytes_read);
  }
  if (bytes_) {  // no scan: what an earlier one has read does not count
    std::tie(state.bytes_read, state.bytes_total) = *bytes_;
    const uint64_t arrived = state.bytes_read - std::min(bytes_before_, state.bytes_read);
    state.seconds_left =
        state.bytes_total < state.bytes_read || arrived == 0 || in_phase < kLeastSecondsToForetell
            ? -1
            : in_phase * static_cast<double>(state.bytes_total - state.bytes_read) / static_cast<double>(arrived);
  }
  state.statement = style_ == Style::kDrawn ? session_.database().StatementProgress() : -1;
  peak_memory_ = std::max(peak_memory_, PeakRss::OfThisProcess().HighWaterMark());
  state.peak_memory = peak_memory_;
  state.spilled = BytesIn(session_.temp_folder());
  most_spilled_ = std::max<uint64_t>(most_spilled_, state.spilled);
  return state;
}

void Progress::Show(const ProgressState& state, bool last) {
  const auto now = std::chrono::steady_clock::now();
  const auto interval = style_ == Style::kPlain ? std::chrono::steady_clock::duration(kPlainInterval) : kJsonInterval;
  if (style_ == Style::kDrawn) {
    std::fputs((last ? "\r\x1b[K" : fmt::format("\r\x1b[K{}", state.Line())).c_str(), stderr);
    std::fflush(stderr);
  } else if (style_ != Style::kNone && (last || now - shown_ >= interval)) {
    Say(style_ == Style::kPlain ? state.Line() : state.Json());
    shown_ = now;
  }
  if (now - told_ >= kTellInterval) {
    tell_(state.Line());
    told_ = now;
  }
}

void Progress::Run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kTick, [this] { return end_; })) {
    Show(State(), /*last=*/false);
  }
  ProgressState state = State();
  state.records_per_second = state.seconds > 0 ? static_cast<double>(state.records) / state.seconds : 0;  // of all
  Show(state, /*last=*/true);
}

}  // namespace varjoin::cli
