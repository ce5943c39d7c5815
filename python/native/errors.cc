// errors.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "errors.h"

namespace varjoin::python {
namespace {

/// The classes, which live as long as the process does.
struct Classes {
  PyObject* input = nullptr;
  PyObject* run = nullptr;
  PyObject* busy = nullptr;
};
Classes classes;

PyObject* ClassOf(StatusCode code) {
  switch (code) {
    case StatusCode::kBadInput:
      return classes.input;
    case StatusCode::kTryAgain:
      return classes.busy;
    case StatusCode::kInterrupted:
      return PyExc_KeyboardInterrupt;
    default:
      return classes.run;
  }
}

/// Messages may quote bytes of files, which need not be UTF-8.
void Raise(const Status& status) {
  const nb::object text = nb::steal(PyUnicode_DecodeUTF8(
      status.message().data(), static_cast<Py_ssize_t>(status.message().size()), "backslashreplace"));
  PyErr_SetObject(ClassOf(status.code()), text.ptr());
}

PyObject* AddClass(nb::module_& module, const char* name, const char* about, const nb::object& bases, int exit_code) {
  nb::dict members;
  members["exit_code"] = exit_code;
  const std::string full = std::string("varjoin.") + name;
  PyObject* made = PyErr_NewExceptionWithDoc(full.c_str(), about, bases.ptr(), members.ptr());
  if (made == nullptr) {
    throw nb::python_error();
  }
  module.attr(name) = nb::borrow(made);
  return made;
}

}  // namespace

void AddErrors(nb::module_& module) {
  const auto of = [](nb::handle one, nb::handle other) { return nb::make_tuple(one, other); };
  const nb::object base = nb::steal(
      AddClass(module, "Error", "What varjoin's functions raise. `exit_code` is that of the command in the same case.",
               nb::make_tuple(nb::handle(PyExc_Exception)), static_cast<int>(StatusCode::kFailed)));
  classes.input = AddClass(module, "InputError", "Wrong use or bad input: a file, a record, an argument.",
                           of(base, PyExc_ValueError), static_cast<int>(StatusCode::kBadInput));
  classes.run = AddClass(module, "RunError", "The work was begun and has failed: disk, memory, a file that changed.",
                         of(base, PyExc_RuntimeError), static_cast<int>(StatusCode::kFailed));
  classes.busy = AddClass(module, "BusyError", "Another process holds a lock; the same call may succeed later.",
                          of(base, PyExc_RuntimeError), static_cast<int>(StatusCode::kTryAgain));
  nb::register_exception_translator(
      [](const std::exception_ptr& thrown, void*) {
        try {
          std::rethrow_exception(thrown);
        } catch (const StatusError& error) {
          Raise(error.status());
        }
      },
      nullptr);
}

}  // namespace varjoin::python
