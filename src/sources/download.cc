// download.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "base/files.h"
#include "base/output_file.h"
#include "base/text.h"
#include "sources/http.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr int kMostFailures = 5;  ///< one after the other, without a new byte
constexpr size_t kLongestText = size_t{4} << 20;

/// Which version of a file at the server the bytes here belong to.
struct Origin {
  std::string url;
  std::string etag;
  std::string last_modified;
  uint64_t bytes = 0;  ///< of the whole file; 0: not known

  /// What the server is asked with. A weak ETag stands for files that need not be equal byte for byte.
  std::string Validator() const { return !etag.empty() && !etag.starts_with("W/") ? etag : last_modified; }

  bool IsSame(const Origin& other) const {
    return !Validator().empty() && Validator() == other.Validator() && bytes == other.bytes;
  }
};

Origin OriginOf(const std::string& url, const HttpHead& head) {
  return {.url = url,
          .etag = head.etag,
          .last_modified = head.last_modified,
          .bytes = (head.status == 206 ? head.whole : head.length).value_or(0)};
}

std::string OriginPath(const std::string& path) {
  return path + ".origin";
}

std::optional<Origin> ReadOrigin(const std::string& path) {
  const auto text = ReadWholeFile(OriginPath(path));
  const auto json = nlohmann::json::parse(text.ok() ? *text : "", nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  const auto field = [&](const char* name) {
    return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string();
  };
  Origin origin{.url = field("url"), .etag = field("etag"), .last_modified = field("last_modified")};
  origin.bytes = json.contains("bytes") && json["bytes"].is_number_unsigned() ? json["bytes"].get<uint64_t>() : 0;
  return origin;
}

Status WriteWhole(const std::string& path, const std::string& text) {
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path));
  VARJOIN_ASSIGN(OutputFile out, OutputFile::Open(file.temporary_path(), path));
  VARJOIN_RETURN_IF_ERROR(out.Write(text));
  VARJOIN_RETURN_IF_ERROR(out.Close());
  return file.Commit(/*replace=*/true);
}

Status WriteOrigin(const std::string& path, const Origin& origin) {
  const nlohmann::json json = {
      {"url", origin.url}, {"etag", origin.etag}, {"last_modified", origin.last_modified}, {"bytes", origin.bytes}};
  return WriteWhole(OriginPath(path), json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

void Remove(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

Status CheckSpace(const DownloadRequest& request, uint64_t bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(fs::path(request.path).parent_path(), error);
  if (error || bytes <= space.available) {
    return Status::Ok();
  }
  return {StatusCode::kTryAgain,
          fmt::format("{}: needs {}, and {} are free in {}; free some space, or name a folder elsewhere with --to",
                      request.url, HumanBytes(bytes), HumanBytes(space.available),
                      fs::path(request.path).parent_path().string())};
}

/// One attempt to get (the rest of) a file.
class Attempt {
 public:
  explicit Attempt(const DownloadRequest& request) : request_(request), part_(request.path + ".part") {
    const std::optional<Origin> origin = ReadOrigin(request.path);
    const bool is_part = FileExists(part_);
    const uint64_t have = SizeOf(is_part ? part_ : request.path);
    if (!origin || origin->url != request.url || origin->Validator().empty() || have == 0) {
      return;
    }
    const bool is_whole = have == origin->bytes;
    if (is_part ? have <= origin->bytes || origin->bytes == 0 : is_whole) {
      before_ = origin;
      in_place_ = !is_part;
      have_ = have;
      // Of a whole file the last byte is asked for: the answer tells whether the file is still this one.
      offset_ = is_whole ? have - 1 : have;
    }
  }

  HttpEnd Run() {
    HttpRequest request{
        .url = request_.url, .bytes_per_second = request_.bytes_per_second, .stopped = request_.stopped};
    if (before_) {
      request.offset = offset_;
      request.if_range = before_->Validator();
    }
    HttpEnd end = HttpGet(
        request, [this](const HttpHead& head) { return Begin(head); },
        [this](std::string_view bytes) { return Write(bytes); });
    if (end.status.ok() && out_) {
      end.status = Complete();
    }
    if (before_ && end.head.status == 416) {
      must_start_anew_ = true;
    }
    if (must_start_anew_ || end.was_lie) {
      Forget();
    }
    return end;
  }

  bool is_kept() const { return is_kept_; }                  ///< the file in its place is the server's
  bool must_start_anew() const { return must_start_anew_; }  ///< what was there is of no use: ask again without it
  bool disk_failed() const { return disk_failed_; }
  uint64_t offset() const { return offset_; }  ///< bytes that were there before
  const std::string& part() const { return part_; }

  /// Forgets what has arrived.
  void Forget() {
    Remove(OriginPath(request_.path));  // first: a part without it is never gone on with
    Remove(part_);
  }

 private:
  Result<bool> Begin(const HttpHead& head) {
    origin_ = OriginOf(request_.url, head);
    if (before_ && in_place_ && before_->IsSame(origin_)) {
      is_kept_ = true;
      return false;
    }
    if (head.status == 206 && !before_) {
      return Failed("{}: the server sends a part of the file, though it was asked for all of it", request_.url);
    }
    if (head.status == 206 && (in_place_ || !IsContinuation(head))) {
      must_start_anew_ = true;
      return false;
    }
    const Status opened = head.status == 206 ? OpenPart(O_WRONLY, offset_) : StartAnew();
    disk_failed_ = !opened.ok();
    return opened.ok() ? Result<bool>(true) : opened;
  }

  Status StartAnew() {
    offset_ = 0;
    VARJOIN_RETURN_IF_ERROR(CheckSpace(request_, origin_.bytes));
    // In this order, so that the new origin never stands beside an old file alone.
    VARJOIN_RETURN_IF_ERROR(OpenPart(O_WRONLY | O_CREAT | O_TRUNC, 0));
    return WriteOrigin(request_.path, origin_);
  }

  /// The answer has ended as announced: is the file whole?
  Status Complete() {
    const Status closed = out_->Close();
    disk_failed_ = !closed.ok();
    const uint64_t arrived = SizeOf(part_);
    if (!closed.ok() || origin_.bytes == 0 || arrived == origin_.bytes) {
      return closed;
    }
    const std::string of = fmt::format("{} of {} bytes", WithCommas(static_cast<int64_t>(arrived)),
                                       WithCommas(static_cast<int64_t>(origin_.bytes)));
    if (arrived > origin_.bytes) {
      Forget();
      return Failed("{}: the server's figures contradict each other ({} arrived); try another address, or later",
                    request_.url, of);
    }
    return {StatusCode::kTryAgain, fmt::format("{}: the server sent no more than {}", request_.url, of)};
  }

  bool IsContinuation(const HttpHead& head) {
    const bool known = before_->bytes != 0;
    Origin before = *before_;
    before.bytes = known ? before.bytes : origin_.bytes;
    return head.first == offset_ && before.IsSame(origin_);
  }

  /// The part, cut to `size`, to be written on from there.
  Status OpenPart(int flags, uint64_t size) {
    const int descriptor = open(part_.c_str(), flags | O_CLOEXEC, 0666);
    const bool good = descriptor >= 0 && ftruncate(descriptor, static_cast<off_t>(size)) == 0;
    const int error = errno;
    if (descriptor >= 0) {
      close(descriptor);
    }
    if (!good) {
      return WriteError(part_, error);
    }
    VARJOIN_ASSIGN(out_, OutputFile::OpenToAppend(part_, part_));
    return Status::Ok();
  }

  Status Write(std::string_view bytes) {
    const Status written = out_->Write(bytes);
    disk_failed_ = !written.ok();
    request_.on_bytes(offset_ + out_->written(), origin_.bytes);
    return written;
  }

  const DownloadRequest& request_;
  const std::string part_;
  std::optional<Origin> before_;  ///< of what is here already, if that is of use
  bool in_place_ = false;         ///< that is the file in its place, not a part
  uint64_t have_ = 0;
  uint64_t offset_ = 0;
  Origin origin_;
  std::optional<OutputFile> out_;
  bool is_kept_ = false;
  bool must_start_anew_ = false;
  bool disk_failed_ = false;
};

/// False: stopped.
bool Sleep(double seconds, const std::function<bool()>& stopped) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (stopped()) {
      return false;
    }
    std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(std::chrono::milliseconds(100),
                                                                        end - std::chrono::steady_clock::now()));
  }
  return !stopped();
}

/// Puts a complete part into its place.
Status Finish(const DownloadRequest& request, const std::string& part) {
  const int descriptor = open(part.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) {
    close(descriptor);
  }
  if (!synced) {
    return WriteError(part, error);
  }
  std::error_code renamed;
  fs::rename(part, request.path, renamed);
  return renamed ? Failed("cannot rename {} to {}: {}", part, request.path, renamed.message()) : Status::Ok();
}

/// "It is tried again": how long to wait, by the number of failures and what the server wants.
double WaitBefore(int failures, double first_wait, const HttpHead& head) {
  return std::max(head.wait.value_or(0), first_wait * static_cast<double>(1 << (failures - 1)));
}

Status GivenUp(const Status& status, uint64_t arrived) {
  const std::string kept =
      arrived == 0 ? "run the same command again later"
                   : fmt::format("the {} that have arrived are kept, and the same command goes on from there",
                                 HumanBytes(arrived));
  return {StatusCode::kTryAgain, fmt::format("{}; tried {} times; {}", status.message(), kMostFailures, kept)};
}

/// Checks what is complete, and puts it into its place.
Result<Downloaded> Settle(const DownloadRequest& request, Attempt& attempt, const std::string& md5, uint64_t kept) {
  const std::string& path = attempt.is_kept() ? request.path : attempt.part();
  const uint64_t bytes = SizeOf(path);
  if (const Status good = request.check(path, md5); !good.ok()) {
    if (good.code() != StatusCode::kInterrupted) {
      attempt.Forget();
    }
    return good;
  }
  if (attempt.is_kept()) {
    return Downloaded{.bytes = bytes, .kept = bytes, .was_there = true};
  }
  VARJOIN_RETURN_IF_ERROR(Finish(request, path));
  return Downloaded{.bytes = bytes, .kept = kept};
}

}  // namespace

Result<Downloaded> Download(const DownloadRequest& request) {
  int failures = 0;
  uint64_t most = 0;
  std::optional<uint64_t> kept;
  while (true) {
    Attempt attempt(request);
    const HttpEnd end = attempt.Run();
    kept = kept && attempt.offset() > 0 ? kept : attempt.offset();
    if (end.status.ok() && !attempt.must_start_anew()) {
      return Settle(request, attempt, end.head.md5, *kept);
    }
    const bool may_pass = end.status.code() == StatusCode::kTryAgain && !attempt.disk_failed();
    if (!may_pass && !attempt.must_start_anew()) {
      return end.status;
    }
    const uint64_t arrived = SizeOf(attempt.part());
    failures = arrived > most ? 1 : failures + 1;
    most = std::max(most, arrived);
    if (failures >= kMostFailures) {
      return GivenUp(end.status, arrived);
    }
    if (!attempt.must_start_anew() && !Sleep(WaitBefore(failures, request.first_wait, end.head), request.stopped)) {
      return Status(StatusCode::kInterrupted, "interrupted");
    }
  }
}

Result<std::string> DownloadText(const std::string& url, double first_wait, const std::function<bool()>& stopped) {
  for (int failures = 1;; ++failures) {
    std::string text;
    const HttpEnd end = HttpGet(
        {.url = url, .stopped = stopped}, [](const HttpHead&) { return Result<bool>(true); },
        [&](std::string_view bytes) {
          text += bytes;
          return text.size() <= kLongestText ? Status::Ok()
                                             : BadInput("{}: is larger than a file of checksums is", url);
        });
    if (end.status.ok()) {
      return text;
    }
    if (end.status.code() != StatusCode::kTryAgain) {
      return end.status;
    }
    if (failures >= kMostFailures) {
      return GivenUp(end.status, 0);
    }
    if (!Sleep(WaitBefore(failures, first_wait, end.head), stopped)) {
      return Status(StatusCode::kInterrupted, "interrupted");
    }
  }
}

}  // namespace varjoin
