// places.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Where things are while the tests run. Only places.cc is compiled with these paths, so that every other object file is
// the same in each checkout and the compiler cache serves them all.
#pragma once

#include <string>

namespace varjoin::test {

/// The checkout's root folder.
std::string ProjectRoot();

/// The command that was built.
std::string Executable();

/// A folder of the build, kept from run to run: sources that are slow to import.
std::string Cache();

}  // namespace varjoin::test
