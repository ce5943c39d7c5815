// rows.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <cerrno>
#include <thread>

#include "duck/arrow_abi.h"
#include "duck/arrow_batches.h"
#include "errors.h"

namespace varjoin::python {
namespace {

/// What a stream that was given out has.
struct StreamState {
  SessionHolder session;
  std::unique_ptr<duck::ArrowBatches> batches;  // goes before its database
  std::thread::id python_thread;                // which asked for the stream
  std::shared_ptr<Status> status;

  /// Runs `work` so that Ctrl-C stops it. Only the thread that asked for the stream is known to be one of Python's that
  /// may take the GIL; a consumer's own threads must not wait for it.
  Status Run(const std::function<Status()>& work) {
    if (!session->IsOfThisProcess()) {
      return BadInput("these rows were being read when the process was forked; read them anew in the child");
    }
    if (std::this_thread::get_id() != python_thread || Py_IsInitialized() == 0) {
      return work();
    }
    const nb::gil_scoped_acquire acquired;
    Status done;
    try {
      Watch(session->database(), nb::none()).Run([&] { done = work(); });
    } catch (nb::python_error& error) {
      // The consumer makes an exception of its own of this; Python raises the other one after it.
      if (error.matches(PyExc_KeyboardInterrupt)) {
        PyErr_SetInterrupt();
      }
      return {StatusCode::kInterrupted, "interrupted"};
    }
    return done;
  }

  int Code(const Status& ended) {
    *status = ended;
    switch (ended.code()) {
      case StatusCode::kOk:
        return 0;
      case StatusCode::kInterrupted:
        return EINTR;
      case StatusCode::kBadInput:
        return EINVAL;
      default:
        return EIO;
    }
  }
};

StreamState& StateOf(ArrowArrayStream* stream) {
  return *static_cast<StreamState*>(stream->private_data);
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* schema) {
  StreamState& state = StateOf(stream);
  return state.Code(state.batches->Schema(schema));
}

int GetNext(ArrowArrayStream* stream, ArrowArray* batch) {
  StreamState& state = StateOf(stream);
  batch->release = nullptr;
  const Status status = state.Run([&] { return state.batches->Next(batch).status(); });
  if (!status.ok() && batch->release != nullptr) {  // stopped when the batch was there already
    batch->release(batch);
  }
  return state.Code(status);
}

const char* GetLastError(ArrowArrayStream* stream) {
  return StateOf(stream).status->message().c_str();
}

void ReleaseStream(ArrowArrayStream* stream) {
  StreamState* const state = &StateOf(stream);
  if (state->session->IsOfThisProcess()) {
    delete state;
  }
  stream->release = nullptr;
}

/// A capsule that owns a struct of the Arrow C interface, until its consumer moves the content out.
template <typename T>
nb::object Capsule(std::unique_ptr<T> content, const char* name) {
  PyObject* capsule = PyCapsule_New(content.get(), name, [](PyObject* object) {
    T* held = static_cast<T*>(PyCapsule_GetPointer(object, PyCapsule_GetName(object)));
    if (held->release != nullptr) {
      held->release(held);
    }
    delete held;
  });
  if (capsule == nullptr) {
    throw nb::python_error();
  }
  (void)content.release();
  return nb::steal(capsule);
}

}  // namespace

Rows::Rows(SettingTexts texts, Prepare prepare) : texts_(std::move(texts)), prepare_(std::move(prepare)) {
  prepared_ = Session::Open(texts_);
  Result<duck::ResultTable> columns = Failed("nothing was done");
  Watch(prepared_->database(), nb::none()).Run([&] {
    Result<std::string> sql = prepare_(*prepared_, notes_);
    columns = sql.ok() ? prepared_->database().Query("DESCRIBE " + *sql) : sql.status();
    sql_ = sql.ok() ? *sql : "";
  });
  const duck::ResultTable table = ValueOf(std::move(columns));
  for (size_t row = 0; row < table.rows.size(); ++row) {
    names_.push_back(table.Text(row, 0));
    types_.push_back(table.Text(row, 1));
  }
}

SessionHolder Rows::TakeSession() {
  if (prepared_ != nullptr && prepared_->IsOfThisProcess()) {
    return std::move(prepared_);
  }
  SessionHolder session = Session::Open(texts_);
  std::vector<std::string> notes;
  Status prepared;
  Watch(session->database(), nb::none()).Run([&] { prepared = prepare_(*session, notes).status(); });
  ThrowIfError(prepared);
  return session;
}

nb::object Rows::Stream(bool string_views) {
  auto state = std::make_unique<StreamState>();
  state->session = TakeSession();
  state->python_thread = std::this_thread::get_id();
  state->status = stream_status_ = std::make_shared<Status>();
  Result<std::unique_ptr<duck::ArrowBatches>> batches = Failed("nothing was done");
  duck::Database& database = state->session->database();
  Watch(database, nb::none()).Run([&] { batches = database.StreamArrow(sql_, string_views); });
  state->batches = ValueOf(std::move(batches));
  auto stream = std::make_unique<ArrowArrayStream>();
  *stream = {GetSchema, GetNext, GetLastError, ReleaseStream, state.release()};
  return Capsule(std::move(stream), "arrow_array_stream");
}

void Rows::ThrowStreamError() const {
  ThrowIfError(*stream_status_);
}

nb::object Rows::Schema() {
  const SessionHolder session = TakeSession();
  auto schema = std::make_unique<ArrowSchema>();
  const auto batches = ValueOf(session->database().StreamArrow("SELECT * FROM (" + sql_ + ") LIMIT 0"));
  ThrowIfError(batches->Schema(schema.get()));
  return Capsule(std::move(schema), "arrow_schema");
}

}  // namespace varjoin::python
