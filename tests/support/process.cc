// process.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "support/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace varjoin::test {
namespace {

constexpr auto kLongest = std::chrono::minutes(8);
constexpr auto kPause = std::chrono::milliseconds(2);

std::string ReadAll(int descriptor) {
  std::string text;
  char buffer[65536];
  off_t at = 0;
  for (ssize_t got = 0; (got = pread(descriptor, buffer, sizeof buffer, at)) > 0; at += got) {
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

/// Ends early if the reader goes away.
void Feed(int descriptor, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t written = write(descriptor, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return;
    }
    at += static_cast<size_t>(written);
  }
}

std::vector<std::string> EnvironmentOf(const ProcessOptions& options) {
  std::map<std::string, std::string> all = options.environment;
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      all.emplace(name, value);
    }
  }
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const auto& [name, value] : all) {
    lines.push_back(name + "=" + value);
  }
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const ProcessOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  int pipe_ends[2] = {open("/dev/null", O_RDONLY | O_CLOEXEC), -1};
  if (options.input && (close(pipe_ends[0]), pipe2(pipe_ends, O_CLOEXEC)) != 0) {
    throw std::runtime_error("no pipe");
  }
  out_ = memfd_create("stdout", MFD_CLOEXEC);
  err_ = memfd_create("stderr", MFD_CLOEXEC);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err_, STDERR_FILENO);
  if (!options.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = EnvironmentOf(options);
  const int error = posix_spawnp(&pid_, command[0].c_str(), &actions, &attributes, Pointers(arguments).data(),
                                 Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe_ends[0]);
  input_ = pipe_ends[1];
  if (error != 0) {
    throw std::runtime_error(command[0] + " can't be started");
  }
  if (options.input) {
    feeder_ = std::thread([this, text = *options.input, close_it = options.close_input] {
      Feed(input_, text);
      if (close_it) {
        close(input_);
      }
    });
    if (options.close_input) {
      return;
    }
    feeder_.join();
  }
}

Process::~Process() {
  if (!ended_) {
    Signal(SIGKILL);
    Signal(SIGCONT);
    Look(0);
  }
  if (feeder_.joinable()) {
    feeder_.join();
  } else if (input_ >= 0) {
    close(input_);
  }
  close(out_);
  close(err_);
}

void Process::Look(int flags) {
  if (ended_) {
    return;
  }
  int status = 0;
  pid_t found = 0;
  do {
    found = waitpid(pid_, &status, flags);
  } while (found < 0 && errno == EINTR);
  if (found == pid_ && WIFSTOPPED(status)) {
    stopped_ = true;
  } else if (found == pid_) {
    ended_ = true;
    status_ = status;
  }
}

bool Process::Running() {
  Look(WNOHANG);
  return !ended_;
}

void Process::Signal(int signal) const {
  if (!ended_) {
    kill(pid_, signal);
  }
}

bool Process::Stop() {
  stopped_ = false;
  Signal(SIGSTOP);
  while (!ended_ && !stopped_) {
    Look(WUNTRACED);
  }
  return !ended_;
}

Outcome Process::Wait() {
  if (!feeder_.joinable() && input_ >= 0) {
    close(std::exchange(input_, -1));
  }
  const auto deadline = std::chrono::steady_clock::now() + kLongest;
  while (Running()) {
    if (std::chrono::steady_clock::now() > deadline) {
      Signal(SIGKILL);
    }
    std::this_thread::sleep_for(kPause);
  }
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  outcome.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
  outcome.out = ReadAll(out_);
  outcome.err = ReadAll(err_);
  return outcome;
}

Outcome RunProcess(const std::vector<std::string>& command, const ProcessOptions& options) {
  Process process(command, options);
  return process.Wait();
}

}  // namespace varjoin::test
