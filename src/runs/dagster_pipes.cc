// dagster_pipes.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/dagster_pipes.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <mutex>

#include "base/files.h"
#include "base/text.h"

namespace varjoin {
namespace {

constexpr const char* kContextVariable = "DAGSTER_PIPES_CONTEXT";
constexpr const char* kMessagesVariable = "DAGSTER_PIPES_MESSAGES";
constexpr const char* kVersion = "0.1";
constexpr size_t kMostContext = size_t{64} << 20;
constexpr size_t kMostColumns = 2000;  ///< in the table of columns

Result<std::string> DecodeBase64(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) {
      return BadInput("is not base64");
    }
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return bytes;
}

Result<std::string> Inflate(const std::string& bytes) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::string text(std::max<size_t>(4096, bytes.size() * 4), '\0');
  while (text.size() <= kMostContext) {
    size_t size = 0;
    const libdeflate_result result =
        libdeflate_zlib_decompress(decompressor.get(), bytes.data(), bytes.size(), text.data(), text.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) {
      text.resize(size);
      return text;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
      break;
    }
    text.resize(text.size() * 4);
  }
  return BadInput("is not compressed as zlib does");
}

Result<RunJson> ParseObject(const std::string& text) {
  RunJson json = RunJson::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return BadInput("is no JSON object");
  }
  return json;
}

/// The context: in the parameter itself ("data"), or in a file that it names ("path").
Result<RunJson> ReadContext(const RunJson& parameter) {
  if (const RunJson& data = ValueAt(parameter, {"data"}); data.is_object()) {
    return data;
  }
  const RunJson& path = ValueAt(parameter, {"path"});
  if (!path.is_string()) {
    return BadInput("has neither data nor a path");
  }
  VARJOIN_ASSIGN(const std::string text, ReadWholeFile(path.get<std::string>()));
  return ParseObject(text);
}

/// As the exception that Dagster shows: five keys, all needed.
RunJson ExceptionJson(const std::string& name, const std::string& message) {
  return {{"message", message}, {"stack", RunJson::array()}, {"name", name}, {"cause", nullptr}, {"context", nullptr}};
}

std::string NameOf(StatusCode code) {
  switch (code) {
    case StatusCode::kBadInput:
      return "BadInput";
    case StatusCode::kTryAgain:
      return "TryAgain";
    case StatusCode::kInterrupted:
      return "Interrupted";
    default:
      return "Failed";
  }
}

RunJson Typed(const char* type, RunJson value) {
  return {{"type", type}, {"raw_value", std::move(value)}};
}

/// Matches per source, as a table in markdown.
std::string MatchesTable(const RunJson& record) {
  std::string table = "| source | matched | % of alleles | hits |\n|---|---:|---:|---:|\n";
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    const std::string name = ReplaceAll(source.value("name", ""), "|", "\\|");
    table += fmt::format("| {} | {} | {} | {} |\n", name, WithCommas(source.value("matched", int64_t{0})),
                         source.value("matched_percent", 0.0), WithCommas(source.value("hits", int64_t{0})));
  }
  return table;
}

RunJson TableSchema(const RunJson& record) {
  RunJson columns = RunJson::array();
  for (const RunJson& column : ValueAt(record, {"output", "columns"})) {
    if (columns.size() == kMostColumns) {
      break;
    }
    columns.push_back({{"name", column.at("name")},
                       {"type", column.at("type")},
                       {"description", nullptr},
                       {"tags", RunJson::object()},
                       {"constraints", {{"nullable", true}, {"unique", false}, {"other", RunJson::array()}}}});
  }
  return {{"columns", std::move(columns)}, {"constraints", {{"other", RunJson::array()}}}};
}

/// Alleles with a hit in any one source, the most of all sources, in percent; null without a source.
RunJson BestMatchPercent(const RunJson& record) {
  RunJson best;
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    const double percent = source.value("matched_percent", 0.0);
    best = best.is_null() ? percent : std::max(best.get<double>(), percent);
  }
  return best;
}

/// Sources that have none of the input's alleles on a contig that they have.
std::vector<std::string> SourcesWithoutOverlap(const RunJson& record) {
  std::vector<std::string> names;
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    int64_t missing = 0;
    for (const RunJson& contig : ValueAt(source, {"missing_contigs"})) {
      missing += contig.value("alleles", int64_t{0});
    }
    if (missing > 0 && missing >= record.value("alleles", int64_t{0})) {
      names.push_back(source.value("name", ""));
    }
  }
  return names;
}

}  // namespace

/// Where messages go.
struct DagsterPipes::Channel {
  std::mutex mutex;
  int descriptor = -1;
  bool owned = false;     ///< to be closed
  bool buffered = false;  ///< written at the end
  std::string buffer;
  bool closed = false;

  ~Channel() {
    if (owned && descriptor >= 0) {
      close(descriptor);
    }
  }

  /// Needs `mutex`.
  void Put(const std::string& text) const {
    for (size_t at = 0; at < text.size();) {
      const ssize_t written = write(descriptor, text.data() + at, text.size() - at);
      if (written < 0 && errno != EINTR) {
        return;
      }
      at += written > 0 ? static_cast<size_t>(written) : 0;
    }
  }

  static Result<std::unique_ptr<Channel>> Open(const RunJson& parameter) {
    auto channel = std::make_unique<Channel>();
    if (const RunJson& path = ValueAt(parameter, {"path"}); path.is_string()) {
      const std::string name = path;
      channel->descriptor = open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
      channel->owned = true;
      if (channel->descriptor < 0) {
        return Failed("cannot write messages to {}: {}", name, ErrnoText(errno));
      }
      return channel;
    }
    for (const char* key : {"stdio", "buffered_stdio"}) {
      if (const RunJson& stream = ValueAt(parameter, {key}); stream == "stdout" || stream == "stderr") {
        channel->descriptor = stream == "stdout" ? STDOUT_FILENO : STDERR_FILENO;
        channel->buffered = std::string_view(key) == "buffered_stdio";
        return channel;
      }
    }
    return BadInput("names neither a path nor stdio nor buffered_stdio for messages");
  }
};

Result<RunJson> DecodePipesParameter(const std::string& text) {
  VARJOIN_ASSIGN(const std::string bytes, DecodeBase64(text));
  VARJOIN_ASSIGN(const std::string json, Inflate(bytes));
  return ParseObject(json);
}

Result<std::unique_ptr<DagsterPipes>> DagsterPipes::Open(const GetEnv& getenv) {
  const char* context = getenv(kContextVariable);
  const char* messages = getenv(kMessagesVariable);
  if (context == nullptr || messages == nullptr) {
    return std::unique_ptr<DagsterPipes>();
  }
  const auto decode = [](const char* name, const Result<RunJson>& decoded) {
    return decoded.ok() ? Status::Ok()
                        : BadInput("{}: {}; it is Dagster that sets it", name, decoded.status().message());
  };
  const Result<RunJson> of_messages = DecodePipesParameter(messages);
  VARJOIN_RETURN_IF_ERROR(decode(kMessagesVariable, of_messages));
  const Result<RunJson> of_context = DecodePipesParameter(context);
  VARJOIN_RETURN_IF_ERROR(decode(kContextVariable, of_context));
  const Result<RunJson> read = ReadContext(*of_context);
  VARJOIN_RETURN_IF_ERROR(decode(kContextVariable, read));
  auto channel = Channel::Open(*of_messages);
  if (!channel.ok()) {
    return BadInput("{}: {}", kMessagesVariable, channel.status().message());
  }
  std::unique_ptr<DagsterPipes> pipes(new DagsterPipes(*std::move(channel), *read));
  pipes->Send("opened", {{"extras", RunJson::object()}});
  return pipes;
}

DagsterPipes::DagsterPipes(std::unique_ptr<Channel> channel, RunJson context)
    : channel_(std::move(channel)), context_(std::move(context)) {}

DagsterPipes::~DagsterPipes() {
  Close(Failed("the run ended without a word"));
}

void DagsterPipes::Send(const std::string& method, RunJson params) {
  const std::lock_guard lock(channel_->mutex);
  if (channel_->closed) {
    return;
  }
  const RunJson message = {{"__dagster_pipes_version", kVersion}, {"method", method}, {"params", std::move(params)}};
  const std::string line = message.dump(-1, ' ', false, RunJson::error_handler_t::replace) + "\n";
  channel_->closed = method == "closed";
  if (!channel_->buffered) {
    channel_->Put(line);
    return;
  }
  channel_->buffer += line;
  if (channel_->closed) {
    channel_->Put(channel_->buffer);
  }
}

void DagsterPipes::Log(const std::string& message, const std::string& level) {
  Send("log", {{"message", message}, {"level", level}});
}

RunJson PipesMetadata(const RunJson& record) {
  RunJson metadata = RunJson::object();
  const std::map<std::string, const char*> of_kind = {{"source_vcf", "text"}, {"output_file", "path"}};
  for (const auto& [key, value] : ValueAt(record, {"metadata"}).items()) {
    const auto named = of_kind.find(key);
    const char* type = value.is_number_integer() ? "int" : value.is_number() ? "float" : "text";
    metadata[key] = Typed(named == of_kind.end() ? type : named->second, value);
  }
  if (const RunJson& rows = ValueAt(record, {"metadata", "num_rows"}); rows.is_number_integer()) {
    metadata["dagster/row_count"] = Typed("int", rows);
  }
  metadata["dagster/column_schema"] = Typed("table_schema", TableSchema(record));
  if (const RunJson& sources = ValueAt(record, {"sources"}); sources.is_array() && !sources.empty()) {
    metadata["matches"] = Typed("md", MatchesTable(record));
  }
  metadata["varjoin/run"] = Typed("text", ValueAt(record, {"id"}).is_string() ? record.at("id") : RunJson(""));
  return metadata;
}

void DagsterPipes::ReportRun(const RunJson& record) {
  const RunJson& assets = ValueAt(context_, {"asset_keys"});
  if (!assets.is_array() || assets.size() != 1) {
    Log(fmt::format("done, but not reported as an asset: the step has {} assets, and one is expected",
                    assets.is_array() ? assets.size() : 0));
    return;
  }
  const RunJson& asset = assets[0];
  Send("report_asset_materialization",
       {{"asset_key", asset}, {"data_version", nullptr}, {"metadata", PipesMetadata(record)}});
  const RunJson best = BestMatchPercent(record);
  if (!best.is_null()) {  // there are sources
    const std::vector<std::string> apart = SourcesWithoutOverlap(record);
    ReportCheck(asset, "contigs_in_common", apart.empty(), {{"sources_without", Typed("text", Join(apart, ", "))}});
  }
  const int64_t bad = record.value("bad_records", int64_t{0}) + record.value("bad_fields", int64_t{0});
  ReportCheck(asset, "bad_records", bad == 0, {{"bad", Typed("int", bad)}});
  if (!best.is_null()) {
    const RunJson& least = ValueAt(context_, {"extras", "varjoin_least_match_percent"});
    const double wanted = least.is_number() ? least.get<double>() : 0;
    const bool passed = best.get<double>() > 0 && best.get<double>() >= wanted;
    ReportCheck(asset, "match_rate", passed, {{"percent", Typed("float", best)}});
  }
}

/// A check that the step does not declare would make Dagster fail it, and the context does not tell which are declared:
/// so the user names them in the extras. The others are logged.
void DagsterPipes::ReportCheck(const RunJson& asset, const std::string& name, bool passed, const RunJson& metadata) {
  const RunJson& wanted = ValueAt(context_, {"extras", "varjoin_checks"});
  const bool declared = wanted.is_array() && std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  if (!declared) {
    Log(fmt::format("check {}: {}", name, passed ? "passed" : "failed"), passed ? "INFO" : "WARNING");
    return;
  }
  Send("report_asset_check",
       {{"asset_key", asset}, {"check_name", name}, {"passed", passed}, {"severity", "WARN"}, {"metadata", metadata}});
}

void DagsterPipes::Close(const Status& status) {
  RunJson params = RunJson::object();
  if (!status.ok()) {
    Log(status.message(), "ERROR");  // Dagster's page of a run shows the exception only as one that there was
    params["exception"] = ExceptionJson("varjoin." + NameOf(status.code()), status.message());
  }
  Send("closed", std::move(params));
}

}  // namespace varjoin
