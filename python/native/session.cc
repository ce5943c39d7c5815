// session.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <cstdlib>
#include <exception>
#include <optional>
#include <thread>

#include "errors.h"
#include "runs/config_keys.h"

namespace varjoin::python {
namespace {

constexpr auto kTick = std::chrono::milliseconds(50);
constexpr int kTicksOfProgress = 4;

/// Who says what a key is: the call, the environment or the user's configuration.
class Decisions {
 public:
  static Result<Decisions> Read(const SettingTexts& texts) {
    Decisions decisions;
    decisions.texts_ = texts;
    VARJOIN_ASSIGN(decisions.user_config_, FindUserConfig());
    if (!decisions.user_config_.empty()) {
      VARJOIN_ASSIGN(decisions.values_, ReadConfigFile(decisions.user_config_));
    }
    return decisions;
  }

  std::optional<Setting<std::string>> Of(const std::string& key) const {
    const ConfigKey& known = *FindConfigKey(key);
    const std::string name(known.LastName());
    if (const auto found = texts_.find(name); found != texts_.end()) {
      return Setting<std::string>{found->second, name + "="};
    }
    const std::string variable = known.Variable();
    if (const char* value = std::getenv(variable.c_str()); value != nullptr && *value != '\0') {
      return Setting<std::string>{value, variable};
    }
    if (const auto found = values_.find(key); found != values_.end() && !found->second.empty()) {
      return Setting<std::string>{found->second[0], user_config_};
    }
    return std::nullopt;
  }

 private:
  SettingTexts texts_;
  std::string user_config_;
  ConfigValues values_;
};

}  // namespace

void Session::End::operator()(Session* session) const {
  if (session->IsOfThisProcess()) {
    delete session;
  }
}

SessionHolder Session::Open(const SettingTexts& texts) {
  const Decisions decisions = ValueOf(Decisions::Read(texts));
  EffectiveSettings settings = ValueOf(DecideSettings([&](const std::string& key) { return decisions.Of(key); }));
  TempFolder temp = ValueOf(TempFolder::Make(settings.limits.temp_directory.value));
  auto database = ValueOf(OpenDatabase(settings, temp.path(), /*track_progress=*/false));
  return SessionHolder(new Session(std::move(settings), std::move(temp), std::move(database)));
}

std::vector<ConfigChoice> Session::Choices() const {
  const auto choice = [](const std::string& key, const std::string& value, const std::string& source) {
    return ConfigChoice{"duckdb_config." + key, {value}, source};
  };
  const Limits& limits = settings_.limits;
  return {choice("memory_limit", limits.memory.value, limits.memory.source),
          choice("threads", std::to_string(limits.threads.value), limits.threads.source),
          choice("temp_directory", limits.temp_directory.value, limits.temp_directory.source),
          choice("preserve_insertion_order", settings_.preserve_insertion_order.value,
                 settings_.preserve_insertion_order.source),
          choice("enable_object_cache", settings_.enable_object_cache.value, settings_.enable_object_cache.source)};
}

void Watch::SetPhase(const std::string& phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
}

bool Watch::Done(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, most, [this] { return done_; });
}

void Watch::CallProgress() {
  const duck::ScanProgress scan = database_.Progress();
  nanobind::dict state;
  {
    const std::lock_guard lock(mutex_);
    state["phase"] = nanobind::str(phase_.data(), phase_.size());
  }
  state["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  state["bytes_read"] = scan.bytes_read;
  state["bytes_total"] = scan.bytes_total;
  state["records"] = scan.records;
  state["matched"] = scan.matched;
  progress_(state);
}

void Watch::Run(const std::function<void()>& work) {
  done_ = false;
  std::thread thread([&] {
    work();
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_all();
  });
  std::exception_ptr raised;
  try {
    nanobind::gil_scoped_release released;
    for (int tick = 1; !Done(kTick); ++tick) {
      const nanobind::gil_scoped_acquire acquired;
      try {
        if (raised != nullptr) {
          database_.Interrupt();  // again: a statement that has just begun may have forgotten it
        } else if (PyErr_CheckSignals() != 0) {
          throw nanobind::python_error();
        } else if (tick % kTicksOfProgress == 0 && !progress_.is_none()) {
          CallProgress();
        }
      } catch (...) {
        raised = std::current_exception();
        database_.Interrupt();
      }
    }
    thread.join();
  } catch (...) {
    std::terminate();  // a thread that runs can't be let go of
  }
  if (raised != nullptr) {
    std::rethrow_exception(raised);
  }
  if (!progress_.is_none()) {
    CallProgress();
  }
}

}  // namespace varjoin::python
