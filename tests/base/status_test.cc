// status_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "scratch.h"

namespace varjoin {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) {
    return BadInput("{} is odd", number);
  }
  return number / 2;
}

Result<int> Quarter(int number) {
  VARJOIN_ASSIGN(const int half, Half(number));
  VARJOIN_ASSIGN(const int quarter, Half(half));
  return quarter;
}

Status CheckAll(const std::vector<int>& numbers, int& seen) {
  for (const int number : numbers) {
    VARJOIN_RETURN_IF_ERROR(Half(number).status());
    ++seen;
  }
  return Status::Ok();
}

TEST(Status, CodesAreTheExitCodesOfTheCommand) {
  EXPECT_EQ(static_cast<int>(StatusCode::kOk), 0);
  EXPECT_EQ(static_cast<int>(StatusCode::kFailed), 1);
  EXPECT_EQ(static_cast<int>(StatusCode::kBadInput), 2);
  EXPECT_EQ(static_cast<int>(StatusCode::kTryAgain), 75);
  EXPECT_EQ(static_cast<int>(StatusCode::kInterrupted), 130);
}

TEST(Status, IsFineUntilSomethingGoesWrong) {
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(Status::Ok().ok());
  EXPECT_EQ(Status::Ok().message(), "");
  EXPECT_EQ(ErrorText(Failed("no space on {}", "/mnt")), "1: no space on /mnt");
  EXPECT_EQ(ErrorText(BadInput("{}: {} columns", "x.vcf", 3)), "2: x.vcf: 3 columns");
}

TEST(Result, IsAValueOrTheReasonWhyThereIsNone) {
  const Result<int> three = Half(6);
  ASSERT_TRUE(three.ok());
  EXPECT_TRUE(three.status().ok());
  EXPECT_EQ(*three, 3);
  EXPECT_EQ(ErrorText(Half(7)), "2: 7 is odd");
}

TEST(Result, HoldsText) {
  const Result<std::string> text(std::string("kept"));
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->size(), 4U);
}

TEST(Result, GivesUpAValueThatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> held = std::make_unique<int>(5);
  ASSERT_TRUE(held.ok());
  const std::unique_ptr<int> taken = *std::move(held);
  EXPECT_EQ(*taken, 5);
}

TEST(StatusMacros, AssignGivesTheValueOrReturnsTheErrorOfTheStepThatFailed) {
  EXPECT_EQ(Value(Quarter(12)), 3);
  EXPECT_EQ(ErrorText(Quarter(5)), "2: 5 is odd");
  EXPECT_EQ(ErrorText(Quarter(6)), "2: 3 is odd");
}

TEST(StatusMacros, ReturnIfErrorStopsAtTheFirstError) {
  int seen = 0;
  EXPECT_EQ(ErrorText(CheckAll({2, 4, 5, 6}, seen)), "2: 5 is odd");
  EXPECT_EQ(seen, 2);
  EXPECT_OK(CheckAll({2, 4}, seen));
  EXPECT_EQ(seen, 4);
}

}  // namespace
}  // namespace varjoin
