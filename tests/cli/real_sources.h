// real_sources.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace varjoin::test {

/// A VARJOIN_HOME with the real database `name` (a file of ../shared/data/databases without its endings) imported as
/// `source`. It is made once for a build, by whichever test comes first, and kept in the build folder; another binary
/// or database makes it anew. "": the import failed, and so has the test.
std::string HomeWithReal(const std::string& source, const std::string& name);

/// The path of ../shared/data/FOLDER/NAME.*, "" if it is not there.
std::string RealFile(const std::string& folder, const std::string& name);

}  // namespace varjoin::test
