// index_seeds.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// usage: fuzz_index_seeds FOLDER      writes small index files there, for fuzz_index to begin from
#include <fmt/format.h>

#include "base/files.h"
#include "index/small_index.h"

namespace {

using namespace varjoin;
using namespace varjoin::index;

Status WriteSeeds(const std::string& folder) {
  VARJOIN_RETURN_IF_ERROR(MakeFolders(folder));
  const SmallIndex small = MakeSmallIndex();
  VARJOIN_RETURN_IF_ERROR(Write(folder + "/small.vji", small.source, small.building));
  VARJOIN_RETURN_IF_ERROR(Write(folder + "/empty.vji", KeysOnly({}), {}));
  RandomSource random(4);
  Source source = random.Make(60);
  SortRows(source);
  return Write(folder + "/random.vji", source, {});
}

}  // namespace

int main(int count, char** arguments) {
  const Status written = count == 2 ? WriteSeeds(arguments[1]) : Failed("usage: fuzz_index_seeds FOLDER");
  fmt::print(stderr, "{}", written.ok() ? "" : written.message() + "\n");
  return written.ok() ? 0 : 1;
}
