// help.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace varjoin::cli {
namespace {

constexpr const char* kMore = "More options";
constexpr const char* kHelpAll = "--help-all";
constexpr size_t kColumnWidth = 34;

class ShortHelp : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    all_ = mode != CLI::AppFormatMode::Normal;
    return CLI::Formatter::make_help(app, std::move(name), mode);
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (all_) {
      return CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
    }
    std::erase_if(options, [](const CLI::Option* option) { return option->check_lname(kHelpAll + 2); });
    if (group == kMore && !options.empty()) {
      return fmt::format("{} more options: {}\n", options.size(), kHelpAll);
    }
    return group == kMore ? "" : CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
  }

 private:
  mutable bool all_ = false;  ///< the parser keeps its formatter const
};

}  // namespace

void UseShortHelp(CLI::App& app) {
  app.set_help_flag("-h,--help", "this text");
  app.set_help_all_flag(kHelpAll, "the same with all options");
  app.formatter(std::make_shared<ShortHelp>());
  app.get_formatter()->column_width(kColumnWidth);
}

CLI::Validator WholeNumber(int64_t low, int64_t high) {
  const std::string range =
      high == std::numeric_limits<int64_t>::max() ? fmt::format("{} on", low) : fmt::format("{} to {}", low, high);
  const auto check = [=](const std::string& text) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_good = error == std::errc() && end == text.data() + text.size() && low <= number && number <= high;
    return is_good ? "" : fmt::format("'{}' is no whole number from {}", text, range);
  };
  return CLI::Validator(check, "");
}

void LeaveToHelpAll(CLI::App& command, std::initializer_list<const char*> options) {
  for (const char* const name : options) {
    command.get_option(name)->group(kMore);
  }
}

}  // namespace varjoin::cli
