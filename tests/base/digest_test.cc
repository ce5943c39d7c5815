// digest_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include "scratch.h"

namespace varjoin {
namespace {

struct Case {
  const char* content;
  const char* md5;
  const char* sha256;
  const char* sum;
};

// By coreutils' md5sum, sha256sum and sum.
constexpr Case kCases[] = {
    {"", "d41d8cd98f00b204e9800998ecf8427e", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "00000"},
    {"abc", "900150983cd24fb0d6963f7d28e17f72", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     "16556"},
};

TEST(DigestOf, IsWhatTheUsualCommandsPrint) {
  Scratch scratch;
  for (const Case& expected : kCases) {
    const std::string path = scratch.Write("file", expected.content);
    EXPECT_EQ(Value(DigestOf(path, DigestKind::kMd5)), expected.md5);
    EXPECT_EQ(Value(DigestOf(path, DigestKind::kSha256)), expected.sha256);
    EXPECT_EQ(Value(DigestOf(path, DigestKind::kSum)), expected.sum);
  }
}

TEST(DigestOf, SaysWhatItCannotRead) {
  const auto digest = DigestOf("/no/such/file", DigestKind::kMd5);
  EXPECT_NE(digest.status().message().find("/no/such/file"), std::string::npos);
  EXPECT_EQ(DigestOf("/", DigestKind::kSum).status().code(), StatusCode::kFailed);
}

TEST(DigestOf, StopsWhenItIsToldTo) {
  Scratch scratch;
  const std::string path = scratch.Write("file", "abc");
  EXPECT_EQ(DigestOf(path, DigestKind::kMd5, [] { return true; }).status().code(), StatusCode::kInterrupted);
}

}  // namespace
}  // namespace varjoin
