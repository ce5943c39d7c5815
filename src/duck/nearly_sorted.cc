// nearly_sorted.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <optional>

#include "duck/functions.h"
#include "duck/streamed.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parallel/task_scheduler.hpp"

namespace varjoin::duck {
namespace {

using duckdb::DataChunk;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::string_t;

constexpr idx_t kFewestRows = 8'192;  ///< of a window: what trimming moves rows by is a fraction of that
constexpr idx_t kMostRows = 122'880;
constexpr idx_t kMostBytes = 16 << 20;

struct LogInfo : duckdb::TableFunctionInfo {
  explicit LogInfo(std::shared_ptr<ScanLog> given) : log(std::move(given)) {}
  std::shared_ptr<ScanLog> log;
};

struct BoundStatement : duckdb::TableFunctionData {
  std::string sql;
  duckdb::vector<LogicalType> types;  ///< the key's is the last
  std::shared_ptr<ScanLog> log;
};

constexpr idx_t kRowsWorthASlice = 256;

/// A row of a chunk that is kept as it came, and its key, which lies in the chunk.
struct Row {
  string_t key;
  uint32_t chunk = 0;  ///< of Window::chunks
  uint32_t place = 0;  ///< in the chunk
};

/// Some rows, and the order in which they leave.
struct Window {
  std::vector<std::shared_ptr<const DataChunk>> chunks;  ///< flat; the key is the last column
  std::vector<Row> rows;
  idx_t bytes = 0;    ///< about
  idx_t leaving = 0;  ///< how many of the rows, the first ones, are in their final order
  idx_t number = 0;
  DataChunk* open = nullptr;  ///< the last chunk, which takes what fits: each has the memory of a full one

  bool IsFull() const { return rows.size() >= kMostRows || (bytes >= kMostBytes && rows.size() >= kFewestRows); }

  void Add(duckdb::unique_ptr<DataChunk> chunk) {
    chunk->Flatten();
    bytes += BytesOf(*chunk);
    uint32_t place = 0;
    if (open != nullptr && open->size() + chunk->size() <= open->GetCapacity()) {
      place = static_cast<uint32_t>(open->size());
      open->Append(*chunk);
    } else {
      open = chunk.get();
      chunks.push_back(std::move(chunk));
    }
    const auto* keys = duckdb::FlatVector::GetData<string_t>(open->data.back());
    for (; place < open->size(); ++place) {
      rows.push_back({keys[place], static_cast<uint32_t>(chunks.size() - 1), place});
    }
  }

  void Sort() {
    const auto is_before = [](const Row& a, const Row& b) {
      return duckdb::LessThan::Operation<string_t>(a.key, b.key);
    };
    if (!std::is_sorted(rows.begin(), rows.end(), is_before)) {
      std::stable_sort(rows.begin(), rows.end(), is_before);
    }
  }

  /// The rows that do not leave yet, for the next window to begin with.
  std::shared_ptr<Window> Rest() const {
    constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
    auto rest = std::make_shared<Window>();
    std::vector<uint32_t> numbers(chunks.size(), kNone);
    for (idx_t i = leaving; i < rows.size(); ++i) {
      uint32_t& number_of_chunk = numbers[rows[i].chunk];
      if (number_of_chunk == kNone) {
        number_of_chunk = static_cast<uint32_t>(rest->chunks.size());
        rest->chunks.push_back(chunks[rows[i].chunk]);
      }
      rest->rows.push_back({rows[i].key, number_of_chunk, rows[i].place});
    }
    rest->bytes = bytes * rest->rows.size() / std::max<idx_t>(rows.size(), 1);
    return rest;
  }
};

/// Hands out the rows of a window that leave: slices of its chunks, since most rows follow those that they came after,
/// and copies where many chunks mingle.
class Leaving {
 public:
  explicit Leaving(std::shared_ptr<const Window> window) : window_(std::move(window)) {}

  bool AtEnd() const { return place_ == window_->leaving; }
  idx_t number() const { return window_->number; }

  /// The next rows, at least one.
  void Fill(DataChunk& output) {
    const idx_t run = RunLength(STANDARD_VECTOR_SIZE);
    if (run >= kRowsWorthASlice || place_ + run == window_->leaving) {
      Select(run);
      const DataChunk& from = *window_->chunks[window_->rows[place_].chunk];
      for (idx_t c = 0; c < output.ColumnCount(); ++c) {
        output.data[c].Slice(from.data[c], selection_, run);
      }
      output.SetCardinality(run);
      place_ += run;
      return;
    }
    idx_t filled = 0;
    while (filled < STANDARD_VECTOR_SIZE && !AtEnd()) {
      const idx_t next = RunLength(STANDARD_VECTOR_SIZE - filled);
      if (filled > 0 && next >= kRowsWorthASlice) {
        break;
      }
      Copy(next, output, filled);
      filled += next;
      place_ += next;
    }
    output.SetCardinality(filled);
  }

 private:
  /// How many rows from here on are of one chunk.
  idx_t RunLength(idx_t most) const {
    const idx_t end = std::min(window_->leaving, place_ + most);
    idx_t at = place_ + 1;
    while (at < end && window_->rows[at].chunk == window_->rows[place_].chunk) {
      ++at;
    }
    return at - place_;
  }

  void Select(idx_t count) {
    selection_.Initialize(count);  // anew: vectors that went out share the old one
    for (idx_t i = 0; i < count; ++i) {
      selection_.set_index(i, window_->rows[place_ + i].place);
    }
  }

  void Copy(idx_t count, DataChunk& output, idx_t to) {
    Select(count);
    const DataChunk& from = *window_->chunks[window_->rows[place_].chunk];
    for (idx_t c = 0; c < output.ColumnCount(); ++c) {
      duckdb::VectorOperations::Copy(from.data[c], output.data[c], selection_, count, 0, to);
    }
  }

  std::shared_ptr<const Window> window_;
  idx_t place_ = 0;
  duckdb::SelectionVector selection_;
};

/// The statement while it runs. Next() is for one thread at a time.
class Rows : public duckdb::GlobalTableFunctionState {
 public:
  Rows(duckdb::ClientContext& context, const BoundStatement& statement)
      : bind_(statement),
        connection_(*context.db),
        threads_(duckdb::TaskScheduler::GetScheduler(context).NumberOfThreads()) {
    result_ = connection_.SendQuery(statement.sql);
    if (result_->HasError()) {
      result_->ThrowError();
    }
    pending_ = std::make_shared<Window>();
  }

  idx_t MaxThreads() const override { return static_cast<idx_t>(threads_); }

  /// The next window in order; null at the end.
  std::shared_ptr<Window> Next(duckdb::ClientContext& context) {
    const std::lock_guard lock(mutex_);
    if (pending_ == nullptr) {
      return nullptr;
    }
    std::shared_ptr<Window> window = std::move(pending_);
    const bool at_end = !Fill(context, *window);
    window->Sort();
    window->leaving = at_end ? window->rows.size() : window->rows.size() / 2;
    CheckOrder(*window);
    if (!at_end) {
      pending_ = window->Rest();
    }
    window->number = windows_++;
    return window;
  }

 private:
  /// False: that was the last of the rows.
  bool Fill(duckdb::ClientContext& context, Window& window) {
    while (!window.IsFull()) {
      if (context.IsInterrupted()) {
        connection_.Interrupt();
        throw duckdb::InterruptException();
      }
      auto chunk = FetchChunk(*result_);
      if (result_->HasError()) {
        result_->ThrowError();
      }
      if (chunk == nullptr || chunk->size() == 0) {
        return false;
      }
      window.Add(std::move(chunk));
    }
    return true;
  }

  void CheckOrder(const Window& window) {
    if (window.leaving == 0) {
      return;
    }
    if (window.rows[0].key.GetString() < last_key_) {
      bind_.log->SetError(Failed("{}", kNotNearlySorted));
      throw duckdb::InvalidInputException(kNotNearlySorted);
    }
    last_key_ = window.rows[window.leaving - 1].key.GetString();
  }

  const BoundStatement& bind_;
  duckdb::Connection connection_;
  const int32_t threads_;
  std::mutex mutex_;
  duckdb::unique_ptr<duckdb::QueryResult> result_;  // all below: guarded by mutex_
  std::shared_ptr<Window> pending_;                 // null: all rows have gone out
  std::string last_key_;
  idx_t windows_ = 0;
};

struct RowsThread : duckdb::LocalTableFunctionState {
  std::optional<Leaving> leaving;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto bind = duckdb::make_uniq<BoundStatement>();
  bind->sql = input.inputs[0].GetValue<std::string>();
  bind->log = input.info->Cast<LogInfo>().log;
  duckdb::Connection connection(*context.db);
  const auto prepared = connection.Prepare(bind->sql);
  if (prepared->HasError()) {
    prepared->error.Throw();
  }
  bind->types = prepared->GetTypes();
  names = prepared->GetNames();
  types = bind->types;
  if (types.size() < 2 || types.back().id() != duckdb::LogicalTypeId::BLOB) {
    throw duckdb::BinderException("nearly_sorted: the last column of the statement has to be its key, a BLOB");
  }
  types.pop_back();
  names.pop_back();
  return bind;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(duckdb::ClientContext& context,
                                                                duckdb::TableFunctionInitInput& input) {
  return duckdb::make_uniq<Rows>(context, input.bind_data->Cast<BoundStatement>());
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext&,
                                                              duckdb::TableFunctionInitInput&,
                                                              duckdb::GlobalTableFunctionState*) {
  return duckdb::make_uniq<RowsThread>();
}

void Scan(duckdb::ClientContext& context, duckdb::TableFunctionInput& input, DataChunk& output) {
  auto& thread = input.local_state->Cast<RowsThread>();
  while (!thread.leaving || thread.leaving->AtEnd()) {
    thread.leaving.reset();  // its memory, before there is a new one
    std::shared_ptr<const Window> window = input.global_state->Cast<Rows>().Next(context);
    if (window == nullptr) {
      return;
    }
    thread.leaving.emplace(std::move(window));
  }
  thread.leaving->Fill(output);
}

duckdb::OperatorPartitionData PartitionData(duckdb::ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
  const auto& thread = input.local_state->Cast<RowsThread>();
  return duckdb::OperatorPartitionData(thread.leaving ? thread.leaving->number() : 0);
}

}  // namespace

void RegisterNearlySorted(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log) {
  duckdb::TableFunction function("nearly_sorted", {LogicalType::VARCHAR}, Scan, Bind, InitGlobal, InitLocal);
  function.function_info = duckdb::make_shared_ptr<LogInfo>(log);
  function.get_partition_data = PartitionData;
  loader.RegisterFunction(function);
}

}  // namespace varjoin::duck
