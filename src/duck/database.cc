// database.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/database.h"

#include <charconv>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/common/box_renderer.hpp"
#include "duckdb/main/client_context.hpp"

namespace varjoin::duck {
namespace {

constexpr auto kPause = std::chrono::microseconds(200);

Status FromDuckDb(const duckdb::ErrorData& error) {
  const std::string& message = error.RawMessage();
  switch (error.Type()) {
    case duckdb::ExceptionType::INTERRUPT:
      return {StatusCode::kInterrupted, "interrupted"};
    case duckdb::ExceptionType::OUT_OF_MEMORY:
      return Failed("out of memory: {}\nGive the run more with --memory-limit, or room to spill with --temp-directory",
                    message.substr(0, message.find('\n')));
    case duckdb::ExceptionType::PARSER:
    case duckdb::ExceptionType::BINDER:
    case duckdb::ExceptionType::CATALOG:
    case duckdb::ExceptionType::CONVERSION:
    case duckdb::ExceptionType::INVALID_INPUT:
    case duckdb::ExceptionType::MISMATCH_TYPE:
      return {StatusCode::kBadInput, message};
    default:
      return {StatusCode::kFailed, message};
  }
}

/// The message without the place in the statement, which DuckDB shows after it: for statements of varjoin's own.
Status WithoutStatement(const Status& status) {
  return {status.code(), status.message().substr(0, status.message().find("\n\nLINE "))};
}

void Configure(const DatabaseOptions& options, duckdb::DBConfig& config) {
  if (!options.memory_limit.empty()) {
    config.SetOptionByName("memory_limit", options.memory_limit);
  }
  if (options.threads > 0) {
    config.SetOptionByName("threads", duckdb::Value::BIGINT(options.threads));
  }
  config.SetOptionByName("temp_directory", options.temp_directory);
  config.SetOptionByName("preserve_insertion_order", duckdb::Value::BOOLEAN(options.preserve_insertion_order));
  config.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
  config.SetOptionByName("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
}

/// Every value as text. Throws DuckDB's exceptions: the rows may have to be read from a spill file.
ResultTable Printed(duckdb::MaterializedQueryResult& result) {
  ResultTable table;
  table.names.assign(result.names.begin(), result.names.end());
  for (const duckdb::LogicalType& type : result.types) {
    table.types.push_back(type.ToString());
  }
  table.rows.reserve(result.RowCount());
  for (const auto& row : result.Collection().Rows()) {
    auto& values = table.rows.emplace_back();
    for (duckdb::idx_t column = 0; column < table.names.size(); ++column) {
      const duckdb::Value value = row.GetValue(column);
      values.push_back(value.IsNull() ? std::nullopt : std::optional<std::string>(value.ToString()));
    }
  }
  return table;
}

}  // namespace

struct Database::State {
  explicit State(duckdb::DBConfig& config) : database(nullptr, &config), connection(database) {}

  duckdb::DuckDB database;
  duckdb::Connection connection;
  std::shared_ptr<ScanLog> log = std::make_shared<ScanLog>();
  std::atomic<bool> interrupted{false};

  /// Works on a statement together with DuckDB's threads until its result is there. Connection::Query() would ask for
  /// work without a pause while the other threads have all of it: a third of an exome's CPU time.
  duckdb::unique_ptr<duckdb::QueryResult> RunStatement(duckdb::unique_ptr<duckdb::SQLStatement> statement) {
    auto pending =
        connection.PendingQuery(std::move(statement), duckdb::QueryParameters(/*allow_stream_result=*/false));
    if (pending->HasError()) {
      return duckdb::make_uniq<duckdb::MaterializedQueryResult>(pending->GetErrorObject());
    }
    auto step = pending->ExecuteTask();
    for (; !duckdb::PendingQueryResult::IsResultReady(step); step = pending->ExecuteTask()) {
      if (interrupted) {
        connection.Interrupt();  // again: a statement that starts forgets an interruption before it
      }
      if (step == duckdb::PendingExecutionResult::BLOCKED) {
        pending->WaitForTask();
      } else if (step == duckdb::PendingExecutionResult::NO_TASKS_AVAILABLE) {
        std::this_thread::sleep_for(kPause);
      }
    }
    if (pending->HasError()) {
      return duckdb::make_uniq<duckdb::MaterializedQueryResult>(pending->GetErrorObject());
    }
    return pending->Execute();
  }

  /// Runs one or several statements and returns the last one's result.
  Result<duckdb::unique_ptr<duckdb::MaterializedQueryResult>> Run(const std::string& sql) {
    if (interrupted) {
      return Status(StatusCode::kInterrupted, "interrupted");
    }
    log->DropError();
    try {
      duckdb::unique_ptr<duckdb::QueryResult> result;
      for (auto& statement : connection.ExtractStatements(sql)) {
        result = RunStatement(std::move(statement));
        if (result->HasError()) {
          return WithoutStatement(ErrorOf(result->GetErrorObject()));
        }
      }
      if (result == nullptr) {
        return BadInput("no SQL was given");
      }
      return duckdb::unique_ptr_cast<duckdb::QueryResult, duckdb::MaterializedQueryResult>(std::move(result));
    } catch (const std::exception& error) {
      return WithoutStatement(ErrorOf(duckdb::ErrorData(error)));
    }
  }

  Status ErrorOf(const duckdb::ErrorData& error) {
    const Status own = log->TakeError();
    if (interrupted) {
      return {StatusCode::kInterrupted, "interrupted"};
    }
    return own.ok() ? FromDuckDb(error) : own;
  }
};

const std::string& ResultTable::Text(size_t row, size_t column) const {
  return *rows[row][column];
}

int64_t ResultTable::Integer(size_t row, size_t column) const {
  const std::string& text = Text(row, column);
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  try {
    duckdb::DBConfig config;
    Configure(options, config);
    auto state = std::make_unique<State>(config);
    duckdb::ExtensionLoader loader(*state->database.instance, "varjoin");
    RegisterReadVcf(loader, state->log);
    RegisterAlleleFunctions(loader);
    auto database = std::unique_ptr<Database>(new Database(std::move(state)));
    VARJOIN_RETURN_IF_ERROR(
        database->Execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false;"));
    if (options.cache_parquet_metadata) {
      VARJOIN_RETURN_IF_ERROR(database->Execute("SET parquet_metadata_cache = true;"));
    }
    return database;
  } catch (const std::exception& error) {
    return FromDuckDb(duckdb::ErrorData(error));
  }
}

Status Database::Execute(const std::string& sql) {
  return state_->Run(sql).status();
}

Result<ResultTable> Database::Query(const std::string& sql) {
  VARJOIN_ASSIGN(auto result, state_->Run(sql));
  try {
    return Printed(*result);
  } catch (const std::exception& error) {
    return state_->ErrorOf(duckdb::ErrorData(error));
  }
}

Result<Database::Drawing> Database::Draw(const std::string& sql, int width, int rows) {
  if (state_->interrupted) {
    return Status(StatusCode::kInterrupted, "interrupted");
  }
  state_->log->DropError();
  try {
    if (state_->connection.ExtractStatements(sql).empty()) {
      return BadInput("no SQL was given");
    }
    auto result = state_->connection.SendQuery(sql);
    if (result->HasError()) {
      return state_->ErrorOf(result->GetErrorObject());
    }
    duckdb::ClientContext& context = *state_->connection.context;
    duckdb::ColumnDataCollection drawn(duckdb::Allocator::DefaultAllocator(), result->types);
    auto chunk = result->Fetch();
    for (; chunk != nullptr && chunk->size() > 0 && drawn.Count() < kMostDrawn; chunk = result->Fetch()) {
      drawn.Append(*chunk);
    }
    if (result->HasError()) {
      return state_->ErrorOf(result->GetErrorObject());
    }
    const bool cut = chunk != nullptr && chunk->size() > 0;
    duckdb::BoxRendererConfig config;
    config.max_width = static_cast<duckdb::idx_t>(width);
    config.max_rows = static_cast<duckdb::idx_t>(rows);
    const duckdb::vector<duckdb::string> names = result->names;
    result.reset();  // the stream is closed before the context is used again
    return Drawing{duckdb::BoxRenderer(config).ToString(context, names, drawn), cut};
  } catch (const std::exception& error) {
    return state_->ErrorOf(duckdb::ErrorData(error));
  }
}

Result<std::string> Database::Setting(const std::string& name) {
  VARJOIN_ASSIGN(const ResultTable table, Query(fmt::format("SELECT current_setting({})", SqlString(name))));
  return table.rows[0][0].value_or("");
}

void Database::Interrupt() {
  state_->interrupted = true;
  state_->connection.context->interrupted = true;
}

bool Database::Interrupted() const {
  return state_->interrupted;
}

ScanProgress Database::Progress() const {
  const ScanLog& log = *state_->log;
  return {log.bytes_read, log.bytes_total, log.records};
}

double Database::StatementProgress() const {
  return state_->connection.context->GetQueryProgress().GetPercentage();
}

vcf::ScanReport Database::TakeScanReport() {
  return state_->log->TakeReport();
}

std::string LibraryVersion() {
  return duckdb::DuckDB::LibraryVersion();
}

}  // namespace varjoin::duck
