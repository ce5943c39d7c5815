// http_client.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/http_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <charconv>
#include <filesystem>
#include <string>

namespace varjoin::server {
namespace {

/// 0: it is no connection of IPv4.
int PortOf(int socket, int (*name_of)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  const bool found = name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  return found && address.sin_family == AF_INET ? ntohs(address.sin_port) : 0;
}

int LocalName(int socket, sockaddr* address, socklen_t* size) {
  return getsockname(socket, address, size);
}

int RemoteName(int socket, sockaddr* address, socklen_t* size) {
  return getpeername(socket, address, size);
}

}  // namespace

HttpClient::HttpClient(int local_port, int remote_port) {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (PortOf(number, RemoteName) == remote_port && PortOf(number, LocalName) == local_port) {
      socket_ = number;
      return;
    }
  }
}

bool HttpClient::IsGone() const {
  pollfd asked{.fd = socket_, .events = POLLRDHUP, .revents = 0};
  return socket_ >= 0 && poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace varjoin::server
