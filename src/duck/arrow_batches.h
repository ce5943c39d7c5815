// arrow_batches.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/status.h"

struct ArrowSchema;  // of the Arrow C data interface, see duck/arrow_abi.h
struct ArrowArray;

namespace varjoin::duck {

/// The rows of a statement as Arrow record batches, drawn one by one; nothing else may run in its database meanwhile,
/// which has to outlive it. What it gives out (schemas, batches) needs neither of the two. Not thread-safe, but every
/// call may come from another thread.
///
/// A batch ends at 16,384 rows or some 16 MB, whichever comes first: memory stays bounded however wide rows are.
class ArrowBatches {
 public:
  ~ArrowBatches();

  /// The columns, as the fields of a struct. `schema` is the caller's to release.
  Status Schema(ArrowSchema* schema);

  /// The next rows. `batch` is the caller's to release; false: there are no more, and it is marked as released.
  Result<bool> Next(ArrowArray* batch);

 private:
  friend class Database;
  struct State;
  explicit ArrowBatches(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::duck
