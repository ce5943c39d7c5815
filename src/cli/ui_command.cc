// ui_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "server/server.h"
#include "sources/catalog.h"

extern char** environ;

namespace varjoin::cli {
namespace {

constexpr uint64_t kUsualMemory = 256'000'000;  ///< bytes; what needs more is spilled
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

struct UiOptions {
  std::vector<std::string> places;
  int port = 0;
  bool no_open = false;
  ResourceOptions resources;
};

/// Opens the address in the person's browser, if there is a screen. Not as an argument of a program, which everybody on
/// the machine could read: a private file leads there.
void OpenBrowser(const std::string& url, const std::string& folder) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) {
    return;
  }
  std::string path = folder + "/open.html";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string page = fmt::format("<!doctype html><meta http-equiv=\"refresh\" content=\"0;url={}\">\n", url);
  const bool written = file >= 0 && write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size());
  if (file >= 0) {
    close(file);
  }
  std::string program = "xdg-open";
  char* const arguments[] = {program.data(), path.data(), nullptr};
  pid_t ignored = 0;
  if (written) {
    posix_spawnp(&ignored, program.c_str(), nullptr, nullptr, arguments, environ);
  }
}

/// Serves until Ctrl-C. False: the server ended by itself.
bool Serve(server::Server& server) {
  std::atomic<bool> ended{false};
  std::thread answers([&] {
    server.Run();
    ended = true;
  });
  while (!WasInterrupted() && !ended) {
    std::this_thread::sleep_for(kBetweenLooks);
  }
  server.Stop();
  answers.join();
  return WasInterrupted();
}

int RunUi(const UiOptions& options) {
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const Limits& limits = (*session)->settings().limits;
  const std::string home = DefaultHome();
  std::vector<std::string> places = options.places;
  if (places.empty()) {
    places.push_back(home + "/users");
    if (const Status made = MakeFolders(places[0]); !made.ok()) {
      return Fail(made);
    }
  }
  const bool asked_for = limits.memory.source != "default";
  const uint64_t memory = asked_for ? limits.memory_bytes : std::min(limits.memory_bytes, kUsualMemory);
  const auto server = server::Server::Open({.places = std::move(places),
                                            .port = options.port,
                                            .home = home,
                                            .memory_limit = fmt::format("{}B", memory),
                                            .threads = limits.threads.value,
                                            .temp_folder = (*session)->temp_folder(),
                                            .version = VARJOIN_VERSION});
  if (!server.ok()) {
    return Fail(server.status());
  }
  if (const int printed = Print((*server)->url() + "\n"); printed != 0) {
    return printed;
  }
  Say("Open the address above in a browser on this machine. Ctrl-C ends it; nothing is sent anywhere.");
  if (!options.no_open) {
    OpenBrowser((*server)->url(), (*session)->temp_folder());
  }
  return Serve(**server) ? 0 : Fail(Failed("the server has stopped; start it again"));
}

}  // namespace

void AddUi(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("ui", "Look at annotated files, runs and sources in a browser");
  auto options = std::make_shared<UiOptions>();
  command->add_option("FILE", options->places,
                      "Parquet files that annotate or convert wrote, or folders of them; nothing else can be read. "
                      "Default: what annotate wrote without -o");
  command->add_option("--port", options->port, "default: one that is free")
      ->type_name("N")
      ->check(WholeNumber(1, 65535));
  command->add_flag("--no-open", options->no_open, "only print the address");
  options->resources.Add(*command);
  command->footer(
      "Examples:\n"
      "  varjoin ui annotated.parquet\n"
      "  varjoin ui results/ --port 8123 --no-open");
  command->callback([options, &action] { action = [options] { return RunUi(*options); }; });
}

}  // namespace varjoin::cli
