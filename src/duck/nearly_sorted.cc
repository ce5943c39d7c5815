// nearly_sorted.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

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
using duckdb::Vector;

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

/// Rows in the order in which they came, and the order in which they leave.
struct Window {
  DataChunk rows;
  idx_t bytes = 0;              ///< about
  std::vector<uint32_t> order;  ///< of all rows, by key
  idx_t leaving = 0;            ///< how many of them, the first ones, are in their final order
  idx_t number = 0;

  bool IsFull() const { return rows.size() >= kMostRows || (bytes >= kMostBytes && rows.size() >= kFewestRows); }

  string_t Key(idx_t place) const { return duckdb::FlatVector::GetData<string_t>(rows.data.back())[order[place]]; }

  void Add(DataChunk& other) {
    bytes += BytesOf(other);
    rows.Append(other, /*resize=*/true);
  }

  void Sort() {
    order.resize(rows.size());
    std::iota(order.begin(), order.end(), 0);
    const auto* keys = duckdb::FlatVector::GetData<string_t>(rows.data.back());
    std::stable_sort(order.begin(), order.end(), [keys](uint32_t a, uint32_t b) {
      return duckdb::LessThan::Operation<string_t>(keys[a], keys[b]);
    });
  }
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
    pending_ = NewWindow();
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
    window->leaving = at_end ? window->order.size() : window->order.size() / 2;
    CheckOrder(*window);
    if (!at_end) {
      pending_ = NewWindow();
      Keep(*window, *pending_);
    }
    window->number = windows_++;
    return window;
  }

 private:
  std::shared_ptr<Window> NewWindow() const {
    auto window = std::make_shared<Window>();
    window->rows.Initialize(duckdb::Allocator::DefaultAllocator(), bind_.types);
    return window;
  }

  /// False: that was the last of the rows.
  bool Fill(duckdb::ClientContext& context, Window& window) {
    while (!window.IsFull()) {
      if (context.IsInterrupted()) {
        connection_.Interrupt();
        throw duckdb::InterruptException();
      }
      const auto chunk = FetchChunk(*result_);
      if (result_->HasError()) {
        result_->ThrowError();
      }
      if (chunk == nullptr || chunk->size() == 0) {
        return false;
      }
      window.Add(*chunk);
    }
    return true;
  }

  void CheckOrder(const Window& window) {
    if (window.leaving == 0) {
      return;
    }
    if (window.Key(0).GetString() < last_key_) {
      bind_.log->SetError(Failed("{}", kNotNearlySorted));
      throw duckdb::InvalidInputException(kNotNearlySorted);
    }
    last_key_ = window.Key(window.leaving - 1).GetString();
  }

  static void Keep(const Window& from, Window& to) {
    const idx_t count = from.order.size() - from.leaving;
    duckdb::SelectionVector kept(count);
    for (idx_t i = 0; i < count; ++i) {
      kept.set_index(i, from.order[from.leaving + i]);
    }
    to.rows.Append(from.rows, /*resize=*/true, &kept, count);
    to.bytes = from.bytes * count / std::max<idx_t>(from.order.size(), 1);
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

/// The window that one thread hands out.
struct RowsThread : duckdb::LocalTableFunctionState {
  std::shared_ptr<Window> window;
  idx_t place = 0;
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
  while (thread.window == nullptr || thread.place == thread.window->leaving) {
    thread.window = input.global_state->Cast<Rows>().Next(context);
    thread.place = 0;
    if (thread.window == nullptr) {
      return;
    }
  }
  const idx_t count = std::min<idx_t>(STANDARD_VECTOR_SIZE, thread.window->leaving - thread.place);
  duckdb::SelectionVector selection(count);
  for (idx_t i = 0; i < count; ++i) {
    selection.set_index(i, thread.window->order[thread.place + i]);
  }
  for (idx_t c = 0; c < output.ColumnCount(); ++c) {
    output.data[c].Slice(thread.window->rows.data[c], selection, count);
  }
  output.SetCardinality(count);
  thread.place += count;
}

duckdb::OperatorPartitionData PartitionData(duckdb::ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
  const auto& thread = input.local_state->Cast<RowsThread>();
  return duckdb::OperatorPartitionData(thread.window == nullptr ? 0 : thread.window->number);
}

}  // namespace

void RegisterNearlySorted(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log) {
  duckdb::TableFunction function("nearly_sorted", {LogicalType::VARCHAR}, Scan, Bind, InitGlobal, InitLocal);
  function.function_info = duckdb::make_shared_ptr<LogInfo>(log);
  function.get_partition_data = PartitionData;
  loader.RegisterFunction(function);
}

}  // namespace varjoin::duck
