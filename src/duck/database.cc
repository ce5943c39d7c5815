// database.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/database.h"

#include <charconv>
#include <thread>

#include "base/text.h"
#include "base/write_error.h"
#include "duck/arrow_state.h"
#include "duck/functions.h"
#include "duck/index_values.h"
#include "duck/memory_reservation.h"
#include "duck/rows_kept.h"
#include "duck/streamed.h"
#include "duckdb.hpp"
#include "duckdb/common/box_renderer.hpp"
#include "duckdb/main/client_context.hpp"

namespace varjoin::duck {
namespace {

constexpr duckdb::idx_t kKeyColumns = 4;  ///< of a RowStream
constexpr std::string_view kOutOfMemory = "out of memory";

/// A disk without space: of the file in quotes, as DuckDB names it.
Status NoSpace(const std::string& message, int error) {
  const size_t quote = message.find('"');
  const size_t end = message.find('"', quote + 1);
  const std::string name = end == std::string::npos ? "a file" : message.substr(quote + 1, end - quote - 1);
  if (name == "/dev/stdout") {
    return WriteError("standard output", error, "write to a file elsewhere with -o");
  }
  const bool is_temporary = name.find("/duckdb_temp_") != std::string::npos;
  return WriteError(name, error, is_temporary ? kTempElsewhere : "name an output elsewhere");
}

Status FromDuckDb(const duckdb::ErrorData& error) {
  const std::string& message = error.RawMessage();
  switch (error.Type()) {
    case duckdb::ExceptionType::INTERRUPT:
      return {StatusCode::kInterrupted, "interrupted"};
    case duckdb::ExceptionType::OUT_OF_MEMORY:
      return Failed("{}: {}\nGive the run more with --memory-limit, or room to spill with --temp-directory",
                    kOutOfMemory, message.substr(0, message.find('\n')));
    case duckdb::ExceptionType::PARSER:
    case duckdb::ExceptionType::BINDER:
    case duckdb::ExceptionType::CATALOG:
    case duckdb::ExceptionType::CONVERSION:
    case duckdb::ExceptionType::INVALID_INPUT:
    case duckdb::ExceptionType::MISMATCH_TYPE:
      return {StatusCode::kBadInput, message};
    default:
      const int told = NoSpaceToldBy(message);
      return told != 0 ? NoSpace(message, told) : Status(StatusCode::kFailed, message);
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
  // Files are read once or twice by a run, and the system caches them; DuckDB's own cache would fill the memory limit.
  config.SetOptionByName("enable_external_file_cache", duckdb::Value::BOOLEAN(false));
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
  std::shared_ptr<LookupLog> lookups = std::make_shared<LookupLog>();
  std::shared_ptr<IndexResolver> resolver = std::make_shared<IndexResolver>(
      [](const std::string& source) { return BadInput("source '{}' has no index", source); });
  std::shared_ptr<ReferenceSlot> reference = std::make_shared<ReferenceSlot>();
  std::shared_ptr<Pipes> pipes = std::make_shared<Pipes>();
  std::shared_ptr<InputStarts> starts = std::make_shared<InputStarts>();
  std::vector<std::unique_ptr<MemoryReservation>> reservations;  ///< go before the database
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
    AddVcfReplacement(config);
    auto state = std::make_unique<State>(config);
    duckdb::ExtensionLoader loader(*state->database.instance, "varjoin");
    RegisterReadVcf(loader, state->log, state->pipes);
    RegisterVcfHeader(loader, state->log);
    RegisterAlleleFunctions(loader, state->reference);
    RegisterVariantLookup(loader, state->resolver, state->lookups);
    RegisterIntervalLookup(loader, state->resolver, state->lookups);
    RegisterInputHasStart(loader, state->starts);
    RegisterStandardJson(loader);
    RegisterVcfValue(loader);
    RegisterVcfCopy(loader, state->log, state->pipes);
    RegisterRowsKept(loader);
    RegisterNearlySorted(loader, state->log);
    auto database = std::unique_ptr<Database>(new Database(std::move(state)));
    if (options.track_progress) {
      VARJOIN_RETURN_IF_ERROR(
          database->Execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false;"));
    }
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
    if (result->properties.return_type == duckdb::StatementReturnType::CHANGED_ROWS) {
      return Drawing{};  // of COPY: how many rows; it may have written to standard output
    }
    result.reset();  // the stream is closed before the context is used again
    return Drawing{duckdb::BoxRenderer(config).ToString(context, names, drawn), cut};
  } catch (const std::exception& error) {
    return state_->ErrorOf(duckdb::ErrorData(error));
  }
}

void Database::SetReference(std::shared_ptr<const Reference> reference) {
  *state_->reference = std::move(reference);
}

void Database::SetIndexResolver(IndexResolver resolver) {
  *state_->resolver = std::move(resolver);
}

Result<vcf::Inspection> Database::Inspect(const std::vector<std::string>& paths, const vcf::SchemaOptions& options) {
  Result<vcf::Inspection> inspection =
      vcf::Inspect(paths, options, state_->pipes->Opener([this] { return Interrupted(); }));
  return Interrupted() ? Status(StatusCode::kInterrupted, "interrupted") : std::move(inspection);
}

void Database::SetInputStarts(std::shared_ptr<const index::KnownStarts> starts) {
  state_->starts->known = std::move(starts);
}

std::map<std::string, LookupCounts> Database::TakeLookupCounts() {
  return state_->lookups->Take();
}

bool Database::IndexHolds(const std::string& type) {
  bool holds = false;
  try {
    state_->connection.context->RunFunctionInTransaction(
        [&] { holds = KindOf(duckdb::TransformStringToLogicalType(type, *state_->connection.context)).has_value(); });
  } catch (const std::exception&) {
    return false;
  }
  return holds;
}

struct RowStream::State {
  /// What the views of a RowChunk point into.
  struct Memory {
    duckdb::unique_ptr<duckdb::DataChunk> chunk;
    index::TextArena arena;
    std::vector<RecordTexts::Memory> batches;
  };

  State(Database::State& of, duckdb::unique_ptr<duckdb::QueryResult> streamed, size_t of_key)
      : database(of), result(std::move(streamed)), key_columns(of_key) {}

  Database::State& database;
  duckdb::unique_ptr<duckdb::QueryResult> result;
  size_t key_columns;  ///< 0, or kKeyColumns, or one more with the place
  std::vector<index::ColumnSchema> schema;
  index::ColumnValues scratch;

  /// The texts of a part of the key; NULL has no data.
  void ReadTexts(Memory& memory, duckdb::idx_t column, std::vector<std::string_view>& read) {
    const duckdb::idx_t rows = memory.chunk->size();
    ReadValues(memory.chunk->data[column], rows, index::ValueKind::kText, scratch, memory.arena);
    read.resize(rows);
    for (size_t row = 0; row < rows; ++row) {
      read[row] = scratch.valid[row] != 0 ? scratch.texts[row] : std::string_view{};
    }
  }

  void ReadKey(Memory& memory, index::RowBatch& batch) {
    const duckdb::idx_t rows = memory.chunk->size();
    ReadTexts(memory, 0, batch.chrom);
    ReadTexts(memory, 2, batch.ref);
    ReadTexts(memory, 3, batch.alt);
    ReadValues(memory.chunk->data[1], rows, index::ValueKind::kSigned, scratch, memory.arena);
    batch.start.resize(rows);
    for (size_t row = 0; row < rows; ++row) {
      batch.start[row] =
          scratch.valid[row] != 0 ? static_cast<int64_t>(scratch.numbers[row]) : index::RowBatch::kNoStart;
    }
    batch.place.clear();
    if (key_columns > kKeyColumns) {
      ReadValues(memory.chunk->data[kKeyColumns], rows, index::ValueKind::kUnsigned, scratch, memory.arena);
      batch.place = scratch.numbers;
    }
  }

  void Read(Memory& memory, index::RowBatch& batch) {
    if (key_columns > 0) {
      ReadKey(memory, batch);
    }
    batch.columns.resize(schema.size());
    for (size_t c = 0; c < schema.size(); ++c) {
      ReadValues(memory.chunk->data[key_columns + c], memory.chunk->size(), schema[c].kind, batch.columns[c],
                 memory.arena);
      if (key_columns == 0 && schema[c].name.starts_with(kRecordPlace)) {  // no column of a source's
        ReadPlaces(memory, batch.columns[c].texts);
      }
    }
  }

  /// Puts texts in the place of their places. Their batches live as long as the chunk.
  void ReadPlaces(Memory& memory, std::vector<std::string_view>& texts) {
    std::string_view whole;  // of the batch at hand
    for (std::string_view& text : texts) {
      if (text.size() != TextPlace::kBytes) {
        continue;
      }
      text = TextPlace::TextAt(text);
      if (whole.empty() || text.data() < whole.data() || text.data() + text.size() > whole.data() + whole.size()) {
        memory.batches.push_back(database.log->texts.Reach(text, whole));
        if (memory.batches.back() == nullptr) {
          throw duckdb::InvalidInputException(
              "a record's text is gone: this is a fault of varjoin's, please report it");
        }
      }
    }
  }
};

RowStream::RowStream(std::unique_ptr<State> state) : state_(std::move(state)) {}

RowStream::~RowStream() = default;

const std::vector<index::ColumnSchema>& RowStream::schema() const {
  return state_->schema;
}

Result<bool> RowStream::Next(RowChunk& chunk) {
  if (state_->database.interrupted) {
    return Status(StatusCode::kInterrupted, "interrupted");
  }
  try {
    const auto memory = std::make_shared<State::Memory>();
    memory->chunk = FetchChunk(*state_->result);
    if (state_->result->HasError()) {
      return state_->database.ErrorOf(state_->result->GetErrorObject());
    }
    if (memory->chunk == nullptr || memory->chunk->size() == 0) {
      return false;
    }
    state_->Read(*memory, chunk.rows);
    chunk.memory = memory;
    return true;
  } catch (const std::exception& error) {
    return state_->database.ErrorOf(duckdb::ErrorData(error));
  }
}

Result<std::unique_ptr<RowStream>> Database::StreamRows(const std::string& sql, bool with_place) {
  return Stream(sql, kKeyColumns + (with_place ? 1 : 0));
}

Result<std::unique_ptr<RowStream>> Database::StreamColumns(const std::string& sql) {
  return Stream(sql, 0);
}

Result<std::unique_ptr<RowStream>> Database::Stream(const std::string& sql, size_t key_columns) {
  if (state_->interrupted) {
    return Status(StatusCode::kInterrupted, "interrupted");
  }
  state_->log->DropError();
  try {
    auto result = state_->connection.SendQuery(sql);
    if (result->HasError()) {
      return WithoutStatement(state_->ErrorOf(result->GetErrorObject()));
    }
    auto stream = std::make_unique<RowStream::State>(*state_, std::move(result), key_columns);
    for (size_t i = stream->key_columns; i < stream->result->types.size(); ++i) {
      const duckdb::LogicalType& type = stream->result->types[i];
      const auto kind = KindOf(type);
      if (!kind) {
        return BadInput("column '{}' has type {}, which an index can't hold", stream->result->names[i],
                        type.ToString());
      }
      stream->schema.push_back({stream->result->names[i], type.ToString(), *kind});
    }
    return std::unique_ptr<RowStream>(new RowStream(std::move(stream)));
  } catch (const std::exception& error) {
    return WithoutStatement(state_->ErrorOf(duckdb::ErrorData(error)));
  }
}

Result<std::unique_ptr<ArrowBatches>> Database::StreamArrow(const std::string& sql, bool string_views) {
  if (state_->interrupted) {
    return Status(StatusCode::kInterrupted, "interrupted");
  }
  state_->log->DropError();
  // The version of Arrow's format that has them; below it, DuckDB gives strings whatever the other setting says.
  VARJOIN_RETURN_IF_ERROR(Execute(string_views
                                      ? "SET arrow_output_version = '1.4'; SET produce_arrow_string_view = true"
                                      : "SET produce_arrow_string_view = false"));
  try {
    auto result = state_->connection.SendQuery(sql);
    if (result->HasError()) {
      return WithoutStatement(state_->ErrorOf(result->GetErrorObject()));
    }
    State* const database = state_.get();
    auto batches = std::make_unique<ArrowBatches::State>();
    batches->result = std::move(result);
    batches->is_interrupted = [database] { return database->interrupted.load(); };
    batches->error_of = [database](const duckdb::ErrorData& error) { return database->ErrorOf(error); };
    return std::unique_ptr<ArrowBatches>(new ArrowBatches(std::move(batches)));
  } catch (const std::exception& error) {
    return WithoutStatement(state_->ErrorOf(duckdb::ErrorData(error)));
  }
}

Status Database::ReserveMemory(size_t bytes) {
  try {
    auto reservation = std::make_unique<MemoryReservation>(*state_->connection.context);
    reservation->Grow(bytes);
    state_->reservations.push_back(std::move(reservation));
    return Status::Ok();
  } catch (const std::exception& error) {
    return WithoutStatement(state_->ErrorOf(duckdb::ErrorData(error)));
  }
}

bool IsNotNearlySorted(const Status& status) {
  return status.message() == kNotNearlySorted;
}

bool IsOutOfMemory(const Status& status) {
  return status.message().starts_with(kOutOfMemory);
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
  return {log.bytes_read, log.bytes_total, log.records, state_->lookups->Matched()};
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
