// progress.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "cli/console.h"

namespace varjoin::cli {

constexpr auto kInterval = std::chrono::milliseconds(200);

ProgressLine::ProgressLine(const duck::Database& database) : database_(database) {
  if (StderrIsTerminal()) {
    thread_ = std::thread([this] { Draw(); });
  }
}

ProgressLine::~ProgressLine() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ProgressLine::SetPhase(const std::string& phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
}

void ProgressLine::Draw() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kInterval, [this] { return end_; })) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::fputs(fmt::format("\r\x1b[K{}  {:.0f} s", Text(), elapsed.count()).c_str(), stderr);
    std::fflush(stderr);
  }
  std::fputs("\r\x1b[K", stderr);
}

/// Precondition: the lock is held.
std::string ProgressLine::Text() {
  const duck::ScanProgress scan = database_.Progress();
  std::string text = phase_;
  const double percent = database_.StatementProgress();
  if (percent > 0) {
    text += fmt::format("  {:.0f} %", percent);
  }
  if (scan.records > 0) {
    text += fmt::format("  {} records", WithCommas(scan.records));
  }
  return text;
}

}  // namespace varjoin::cli
