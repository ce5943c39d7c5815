// http.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace varjoin {
namespace {

constexpr long kConnectSeconds = 30;
constexpr long kSilentSeconds = 60;    ///< without a byte: the connection counts as broken
constexpr double kSecondsToClose = 5;  ///< that a server gets for it after its last byte
constexpr double kLongestWait = 120;   ///< seconds, whatever a server asks for
constexpr long kMostRedirections = 10;

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

/// "bytes 5-9/10", or "bytes */10".
void ReadContentRange(std::string_view value, HttpHead& head) {
  const size_t blank = value.find(' ');
  const size_t slash = value.find('/');
  if (blank == std::string_view::npos || slash == std::string_view::npos || slash < blank) {
    return;
  }
  const std::string_view range = value.substr(blank + 1, slash - blank - 1);
  head.first = Number(range.substr(0, range.find('-'))).value_or(0);
  head.whole = Number(value.substr(slash + 1));
}

/// "" where it is no 16 bytes in base 64.
std::string HexadecimalOfBase64(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string hexadecimal;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const size_t value = kLetters.find(c);
    if (value == std::string_view::npos) {
      return "";
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      hexadecimal += fmt::format("{:02x}", (bits >> count) & 0xff);
    }
  }
  return hexadecimal.size() == 32 ? hexadecimal : "";
}

/// Google's storage: "crc32c=…,md5=…". A file of parts has no MD5.
void ReadGoogleHash(std::string_view value, HttpHead& head) {
  for (const std::string_view part : Split(value, ',')) {
    if (Trimmed(part).starts_with("md5=")) {
      head.md5 = HexadecimalOfBase64(Trimmed(part).substr(4));
    }
  }
}

void ReadHeaderLine(std::string_view line, HttpHead& head) {
  line = Trimmed(line);
  if (line.starts_with("HTTP/")) {  // also after a redirection
    head = HttpHead();
    const size_t blank = std::min(line.find(' '), line.size() - 1);
    head.status = static_cast<int>(Number(line.substr(blank + 1, 3)).value_or(0));
    return;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  const std::string name = ToLower(line.substr(0, colon));
  const std::string_view value = Trimmed(line.substr(colon + 1));
  if (name == "content-length") {
    head.length = Number(value);
  } else if (name == "content-range") {
    ReadContentRange(value, head);
  } else if (name == "etag") {
    head.etag = value;
  } else if (name == "last-modified") {
    head.last_modified = value;
  } else if (name == "x-goog-hash") {
    ReadGoogleHash(value, head);
  } else if (name == "retry-after") {
    if (const auto seconds = Number(value)) {
      head.wait = std::min(static_cast<double>(*seconds), kLongestWait);
    }
  }
}

bool IsWanted(int status) {
  return status == 200 || status == 206;
}

Status StatusError(const std::string& url, int status) {
  switch (status) {
    case 401:
    case 403:
      return BadInput("{}: the server does not hand it out (HTTP {}); does it want a login or a licence?", url, status);
    case 404:
    case 410:
      return BadInput("{}: the server has no such file (HTTP {}); check the address on the publisher's page", url,
                      status);
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return {StatusCode::kTryAgain, fmt::format("{}: the server can't serve it now (HTTP {})", url, status)};
    default:
      return Failed("{}: the server answered with HTTP {}, expected 200", url, status);
  }
}

/// What libcurl has met, in words.
Status CurlError(const std::string& url, CURLcode code, const char* detail) {
  const std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return BadInput("{}: is no address that can be fetched ({}); expected https://… or http://…", url, why);
    case CURLE_COULDNT_RESOLVE_HOST:
      return {StatusCode::kTryAgain,
              fmt::format("{}: the server is not found ({}); check the address and the network; behind a proxy, set "
                          "https_proxy",
                          url, why)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return BadInput("{}: the proxy is not found ({}); check https_proxy, http_proxy and all_proxy", url, why);
    case CURLE_PEER_FAILED_VERIFICATION:
      return Failed(
          "{}: the server's certificate is not trusted ({}); behind a proxy that looks into connections, name its "
          "certificate with SSL_CERT_FILE",
          url, why);
    case CURLE_TOO_MANY_REDIRECTS:
      return Failed("{}: is redirected in a circle", url);
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return Failed("{}: {}", url, why);
    default:
      return {StatusCode::kTryAgain, fmt::format("{}: the connection failed ({})", url, why)};
  }
}

/// One transfer under way, and what its callbacks share. No exception may go through libcurl.
class Transfer {
 public:
  Transfer(const HttpRequest& request, const std::function<Result<bool>(const HttpHead&)>& begin,
           const std::function<Status(std::string_view)>& write)
      : request_(request), begin_(begin), write_(write), curl_(curl_easy_init(), &curl_easy_cleanup) {}

  HttpEnd Run() {
    if (curl_ == nullptr) {
      return {.status = Failed("libcurl can't be started"), .head = {}};
    }
    SetOptions();
    const CURLcode code = curl_easy_perform(curl_.get());
    curl_slist_free_all(headers_);
    return {.status = Judge(code), .head = head_, .was_lie = was_lie_};
  }

 private:
  template <typename T>
  void Set(CURLoption option, T value) {
    curl_easy_setopt(curl_.get(), option, value);
  }

  void SetOptions() {
    Set(CURLOPT_URL, request_.url.c_str());
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_ERRORBUFFER, detail_);
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_FOLLOWLOCATION, 1L);
    Set(CURLOPT_MAXREDIRS, kMostRedirections);
    Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    Set(CURLOPT_USERAGENT, "varjoin");
    Set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    Set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    Set(CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
    if (request_.bytes_per_second > 0) {
      Set(CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(request_.bytes_per_second));
      // libcurl looks at the rate after a hundred buffers.
      Set(CURLOPT_BUFFERSIZE, static_cast<long>(std::clamp<uint64_t>(request_.bytes_per_second / 200, 1024, 16384)));
    }
    // Read to the end of the connection: see HttpGet().
    Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    Set(CURLOPT_IGNORE_CONTENT_LENGTH, 1L);
    headers_ = curl_slist_append(headers_, "Connection: close");
    if (request_.offset > 0) {
      range_ = fmt::format("{}-", request_.offset);
      Set(CURLOPT_RANGE, range_.c_str());
      headers_ = curl_slist_append(headers_, ("If-Range: " + request_.if_range).c_str());
    }
    Set(CURLOPT_HTTPHEADER, headers_);
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {  // as the command curl has it
      if (const char* file = std::getenv(name); file != nullptr && *file != '\0') {
        Set(CURLOPT_CAINFO, file);
      }
    }
    Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
    Set(CURLOPT_HEADERDATA, this);
    Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBytes);
    Set(CURLOPT_WRITEDATA, this);
    Set(CURLOPT_NOPROGRESS, 0L);
    Set(CURLOPT_XFERINFOFUNCTION, &Transfer::OnTick);
    Set(CURLOPT_XFERINFODATA, this);
  }

  static size_t OnHeader(char* bytes, size_t, size_t size, void* self) {
    ReadHeaderLine({bytes, size}, static_cast<Transfer*>(self)->head_);
    return size;
  }

  static size_t OnBytes(char* bytes, size_t, size_t size, void* self) {
    return static_cast<Transfer*>(self)->Take({bytes, size}) ? size : CURL_WRITEFUNC_ERROR;
  }

  static int OnTick(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->GoesOn() ? 0 : 1;
  }

  /// Lets the caller decide about the answer, once.
  bool Begin() {
    if (!begun_ && failure_.ok()) {
      begun_ = true;
      const Result<bool> wanted = begin_(head_);
      failure_ = wanted.status();
      unwanted_ = wanted.ok() && !*wanted;
    }
    return failure_.ok() && !unwanted_;
  }

  bool Take(std::string_view bytes) {
    if (!IsWanted(head_.status)) {
      return true;  // the page that goes with an error
    }
    if (!Begin()) {
      return false;
    }
    received_ += bytes.size();
    last_byte_ = std::chrono::steady_clock::now();
    was_lie_ = head_.length && received_ > *head_.length;
    if (!was_lie_) {
      failure_ = write_(bytes);
    }
    return failure_.ok() && !was_lie_;
  }

  bool GoesOn() {
    stopped_ = stopped_ || (request_.stopped && request_.stopped());
    const std::chrono::duration<double> silent = std::chrono::steady_clock::now() - last_byte_;
    return !stopped_ && !(IsWhole() && silent.count() > kSecondsToClose);
  }

  bool IsWhole() const { return begun_ && head_.length && received_ == *head_.length; }

  Status Judge(CURLcode code) {
    if (stopped_) {
      return {StatusCode::kInterrupted, "interrupted"};
    }
    if (!failure_.ok()) {
      return failure_;
    }
    if (code == CURLE_OK && !IsWanted(head_.status)) {
      return StatusError(request_.url, head_.status);
    }
    if (code == CURLE_OK && !Begin() && !failure_.ok()) {  // a file without a byte
      return failure_;
    }
    if (unwanted_ || IsWhole()) {  // some servers end a connection without the courtesies
      return Status::Ok();
    }
    if (was_lie_) {
      return Failed(
          "{}: the server sends more than the {} bytes that it announces, so nothing tells where the file ends; try "
          "another address, or later",
          request_.url, WithCommas(static_cast<int64_t>(*head_.length)));
    }
    if (begun_ && head_.length) {
      return {StatusCode::kTryAgain, fmt::format("{}: the connection broke off after {} of {} bytes", request_.url,
                                                 WithCommas(static_cast<int64_t>(received_)),
                                                 WithCommas(static_cast<int64_t>(*head_.length)))};
    }
    return code == CURLE_OK ? Status::Ok() : CurlError(request_.url, code, detail_);
  }

  const HttpRequest& request_;
  const std::function<Result<bool>(const HttpHead&)>& begin_;
  const std::function<Status(std::string_view)>& write_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  curl_slist* headers_ = nullptr;
  std::string range_;
  char detail_[CURL_ERROR_SIZE] = "";
  HttpHead head_;
  uint64_t received_ = 0;
  std::chrono::steady_clock::time_point last_byte_ = std::chrono::steady_clock::now();
  Status failure_;  ///< of the caller's functions
  bool begun_ = false;
  bool unwanted_ = false;
  bool was_lie_ = false;
  bool stopped_ = false;
};

}  // namespace

HttpEnd HttpGet(const HttpRequest& request, const std::function<Result<bool>(const HttpHead&)>& begin,
                const std::function<Status(std::string_view)>& write) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, and safe for threads
  if (started != CURLE_OK) {
    return {.status = Failed("libcurl can't be started: {}", curl_easy_strerror(started)), .head = {}};
  }
  return Transfer(request, begin, write).Run();
}

}  // namespace varjoin
