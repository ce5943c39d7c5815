// bound_queries.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/bound_queries.h"

#include <chrono>
#include <limits>
#include <thread>

#include "duck/streamed.h"
#include "duckdb.hpp"
#include "duckdb/main/client_context.hpp"

namespace varjoin::duck {
namespace {

using duckdb::LogicalTypeId;
using duckdb::Value;

/// How often `stop` is asked at most.
constexpr auto kBetweenQuestions = std::chrono::milliseconds(20);

Status ErrorFrom(const duckdb::ErrorData& error) {
  const std::string message = error.RawMessage().substr(0, error.RawMessage().find("\n\nLINE "));
  switch (error.Type()) {
    case duckdb::ExceptionType::INTERRUPT:
      return {StatusCode::kInterrupted, "interrupted"};
    case duckdb::ExceptionType::OUT_OF_MEMORY:
      return Failed("this needs more memory than there is for it; start with a larger --memory-limit");
    case duckdb::ExceptionType::PARSER:
    case duckdb::ExceptionType::BINDER:
    case duckdb::ExceptionType::CATALOG:
    case duckdb::ExceptionType::CONVERSION:
    case duckdb::ExceptionType::INVALID_INPUT:
    case duckdb::ExceptionType::MISMATCH_TYPE:
    case duckdb::ExceptionType::OUT_OF_RANGE:
    case duckdb::ExceptionType::PERMISSION:
      return {StatusCode::kBadInput, message};
    default:
      return {StatusCode::kFailed, message};
  }
}

Value ValueOf(const BoundValue& bound) {
  return std::visit(
      [](const auto& value) -> Value {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>) {
          return Value::BOOLEAN(value);
        } else if constexpr (std::is_same_v<T, int64_t>) {
          return Value::BIGINT(value);
        } else if constexpr (std::is_same_v<T, double>) {
          return Value::DOUBLE(value);
        } else {
          return Value(value);
        }
      },
      bound);
}

/// Makes cells, and weighs them.
class CellReader {
 public:
  explicit CellReader(size_t most_bytes) : most_bytes_(most_bytes) {}

  bool too_large() const { return bytes_ > most_bytes_; }

  Cell Read(const Value& value) {
    bytes_ += sizeof(int64_t);
    Cell cell;
    if (value.IsNull()) {
      return cell;
    }
    switch (value.type().id()) {
      case LogicalTypeId::BOOLEAN:
        cell.kind = Cell::Kind::kBoolean;
        cell.integer = duckdb::BooleanValue::Get(value) ? 1 : 0;
        return cell;
      case LogicalTypeId::TINYINT:
      case LogicalTypeId::SMALLINT:
      case LogicalTypeId::INTEGER:
      case LogicalTypeId::BIGINT:
      case LogicalTypeId::UTINYINT:
      case LogicalTypeId::USMALLINT:
      case LogicalTypeId::UINTEGER:
        cell.kind = Cell::Kind::kInteger;
        cell.integer = value.GetValue<int64_t>();
        return cell;
      case LogicalTypeId::UBIGINT:
        if (value.GetValue<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
          return ReadText(value);
        }
        cell.kind = Cell::Kind::kInteger;
        cell.integer = value.GetValue<int64_t>();
        return cell;
      case LogicalTypeId::DOUBLE:
        cell.kind = Cell::Kind::kReal;
        cell.real = value.GetValue<double>();
        return cell;
      case LogicalTypeId::FLOAT:
        cell.kind = Cell::Kind::kReal;
        cell.real = std::stod(value.ToString());  // 0.1, not the 0.10000000149… that the nearest double has
        return cell;
      case LogicalTypeId::LIST:
        return ReadItems(duckdb::ListValue::GetChildren(value), Cell::Kind::kList);
      case LogicalTypeId::STRUCT:
        cell = ReadItems(duckdb::StructValue::GetChildren(value), Cell::Kind::kStruct);
        for (const auto& [name, type] : duckdb::StructType::GetChildTypes(value.type())) {
          cell.names.push_back(name);
        }
        return cell;
      default:
        return ReadText(value);
    }
  }

 private:
  Cell ReadText(const Value& value) {
    Cell cell;
    cell.kind = Cell::Kind::kText;
    cell.text = value.ToString();
    bytes_ += cell.text.size();
    return cell;
  }

  Cell ReadItems(const duckdb::vector<Value>& values, Cell::Kind kind) {
    Cell cell;
    cell.kind = kind;
    for (const Value& value : values) {
      if (too_large()) {
        break;
      }
      cell.items.push_back(Read(value));
    }
    return cell;
  }

  size_t most_bytes_;
  size_t bytes_ = 0;
};

Result<CellTable> CellsOf(duckdb::MaterializedQueryResult& result, size_t most_bytes) {
  CellTable table;
  table.names.assign(result.names.begin(), result.names.end());
  for (const duckdb::LogicalType& type : result.types) {
    table.types.push_back(type.ToString());
  }
  CellReader reader(most_bytes);
  for (const auto& row : result.Collection().Rows()) {
    auto& cells = table.rows.emplace_back();
    for (duckdb::idx_t column = 0; column < table.names.size(); ++column) {
      cells.push_back(reader.Read(row.GetValue(column)));
    }
    if (reader.too_large()) {
      return BadInput("the answer is larger than {} MB; ask for fewer rows or columns", most_bytes / 1'000'000);
    }
  }
  return table;
}

/// Works on the statement together with DuckDB's threads until its result is there, or somebody wants it to end.
duckdb::unique_ptr<duckdb::QueryResult> Finish(duckdb::Connection& connection, duckdb::PendingQueryResult& pending,
                                               const std::function<bool()>& stop) {
  auto asked = std::chrono::steady_clock::now() - kBetweenQuestions;
  bool stopped = false;
  auto step = pending.ExecuteTask();
  for (; !duckdb::PendingQueryResult::IsResultReady(step); step = pending.ExecuteTask()) {
    const auto now = std::chrono::steady_clock::now();
    if (!stopped && now - asked >= kBetweenQuestions) {
      asked = now;
      stopped = stop();
    }
    if (stopped) {
      connection.Interrupt();
    }
    if (step == duckdb::PendingExecutionResult::BLOCKED || step == duckdb::PendingExecutionResult::NO_TASKS_AVAILABLE) {
      std::this_thread::sleep_for(kPause);  // not WaitForTask(): it would not ask
    }
  }
  return pending.HasError() ? nullptr : pending.Execute();
}

}  // namespace

struct BoundQueries::State {
  explicit State(duckdb::DBConfig& config) : database(nullptr, &config) {}
  duckdb::DuckDB database;
};

BoundQueries::BoundQueries(std::unique_ptr<State> state) : state_(std::move(state)) {}

BoundQueries::~BoundQueries() = default;

Result<std::unique_ptr<BoundQueries>> BoundQueries::Open(const BoundQueryOptions& options) {
  const auto list = [](const std::vector<std::string>& texts) {
    duckdb::vector<Value> values(texts.begin(), texts.end());
    return Value::LIST(duckdb::LogicalType::VARCHAR, std::move(values));
  };
  try {
    duckdb::DBConfig config;
    config.SetOptionByName("memory_limit", options.memory_limit);
    config.SetOptionByName("threads", Value::BIGINT(options.threads));
    config.SetOptionByName("temp_directory", options.temp_directory);
    config.SetOptionByName("autoinstall_known_extensions", Value::BOOLEAN(false));
    config.SetOptionByName("autoload_known_extensions", Value::BOOLEAN(false));
    auto state = std::make_unique<State>(config);
    duckdb::Connection connection(state->database);
    auto& settings = duckdb::DBConfig::GetConfig(*connection.context);
    settings.SetOptionByName("allowed_paths", list(options.files));
    settings.SetOptionByName("allowed_directories", list(options.folders));
    for (const char* const sql :
         {"SET parquet_metadata_cache = true", "SET enable_external_access = false", "SET lock_configuration = true"}) {
      auto result = connection.Query(sql);
      if (result->HasError()) {
        return ErrorFrom(result->GetErrorObject());
      }
    }
    return std::unique_ptr<BoundQueries>(new BoundQueries(std::move(state)));
  } catch (const std::exception& error) {
    return ErrorFrom(duckdb::ErrorData(error));
  }
}

Result<CellTable> BoundQueries::Run(const std::string& sql, const std::vector<BoundValue>& values, size_t most_bytes,
                                    const std::function<bool()>& stop) const {
  try {
    duckdb::Connection connection(state_->database);
    auto statements = connection.ExtractStatements(sql);
    if (statements.size() != 1 || statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) {
      return BadInput("one SELECT, please; nothing else is run here");
    }
    const auto prepared = connection.Prepare(std::move(statements[0]));
    if (prepared->HasError()) {
      return ErrorFrom(prepared->error);
    }
    duckdb::vector<Value> bound;
    for (const BoundValue& value : values) {
      bound.push_back(ValueOf(value));
    }
    const auto pending = prepared->PendingQuery(bound, /*allow_stream_result=*/false);
    if (pending->HasError()) {
      return ErrorFrom(pending->GetErrorObject());
    }
    const auto result = Finish(connection, *pending, stop);
    if (result == nullptr) {
      return ErrorFrom(pending->GetErrorObject());
    }
    if (result->HasError()) {
      return ErrorFrom(result->GetErrorObject());
    }
    return CellsOf(result->Cast<duckdb::MaterializedQueryResult>(), most_bytes);
  } catch (const std::exception& error) {
    return ErrorFrom(duckdb::ErrorData(error));
  }
}

}  // namespace varjoin::duck
