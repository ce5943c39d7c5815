// parquet_footer.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/parquet_footer.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/output_file.h"

namespace varjoin {
namespace {

constexpr int kKeyValueMetadata = 5;  ///< field of FileMetaData
constexpr int kMaxDepth = 64;
constexpr int kLargestFieldId = 0x7fff;

/// Types of Thrift's compact protocol.
enum CompactType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

/// Walks over compact Thrift without keeping anything. Every read checks the end; after a failure ok() is false.
class CompactReader {
 public:
  explicit CompactReader(const std::string& bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }

  uint8_t Byte() {
    if (at_ >= bytes_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<uint8_t>(bytes_[at_++]);
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) {
        return value;
      }
    }
    ok_ = false;
    return 0;
  }

  void SkipBytes(uint64_t count) {
    if (count > bytes_.size() - at_) {
      ok_ = false;
      return;
    }
    at_ += count;
  }

  /// Element type and number of elements of a list or set.
  std::pair<uint8_t, uint64_t> ListHeader() {
    const uint8_t header = Byte();
    const uint64_t size = header >> 4;
    return {static_cast<uint8_t>(header & 0x0f), size == 15 ? Varint() : size};
  }

  /// The next field of a struct: its type, and its id in `id`, which holds the one before.
  uint8_t FieldHeader(int& id) {
    const uint8_t header = Byte();
    const uint8_t type = header & 0x0f;
    if (type == kStop || !ok_) {
      return kStop;
    }
    const uint8_t delta = header >> 4;
    if (delta == 0) {
      const uint64_t zigzag = Varint();
      id = static_cast<int16_t>((zigzag >> 1) ^ (uint64_t{0} - (zigzag & 1)));
    } else {
      id = std::min(id + delta, kLargestFieldId);
    }
    return type;
  }

  /// A value of `type`; booleans in a list take a byte, in a field none.
  void Skip(uint8_t type, bool in_list, int depth) {
    if (depth > kMaxDepth) {
      ok_ = false;
    }
    if (!ok_) {
      return;
    }
    switch (type) {
      case kTrue:
      case kFalse:
        return in_list ? SkipBytes(1) : SkipBytes(0);
      case kByte:
        return SkipBytes(1);
      case kI16:
      case kI32:
      case kI64:
        Varint();
        return;
      case kDouble:
        return SkipBytes(8);
      case kBinary:
        return SkipBytes(Varint());
      case kList:
      case kSet:
        return SkipList(depth);
      case kStruct:
        return SkipStruct(depth);
      default:  // FileMetaData has no maps
        ok_ = false;
    }
  }

  void SkipElements(uint8_t type, uint64_t count, int depth) {
    for (uint64_t i = 0; i < count && ok_; ++i) {
      Skip(type, true, depth + 1);
    }
  }

 private:
  void SkipList(int depth) {
    const auto [type, size] = ListHeader();
    SkipElements(type, size, depth);
  }

  void SkipStruct(int depth) {
    int id = 0;
    for (uint8_t type = FieldHeader(id); type != kStop && ok_; type = FieldHeader(id)) {
      Skip(type, false, depth + 1);
    }
  }

  const std::string& bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

void AppendVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  }
  out.push_back(static_cast<char>(value));
}

/// A KeyValue struct: 1: key, 2: value.
void AppendKeyValue(const std::string& key, const std::string& value, std::string& out) {
  for (const std::string* text : {&key, &value}) {
    out.push_back(static_cast<char>(1 << 4 | kBinary));
    AppendVarint(text->size(), out);
    out += *text;
  }
  out.push_back(kStop);
}

void AppendStructListHeader(uint64_t size, std::string& out) {
  if (size < 15) {
    out.push_back(static_cast<char>(size << 4 | kStruct));
  } else {
    out.push_back(static_cast<char>(0xf0 | kStruct));
    AppendVarint(size, out);
  }
}

uint32_t LittleEndian(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

}  // namespace

Result<std::string> FooterWithMetadata(const std::string& footer,
                                       const std::vector<std::pair<std::string, std::string>>& metadata) {
  CompactReader reader(footer);
  std::optional<std::string> added;
  size_t copied = 0;
  int id = 0;
  for (uint8_t type = reader.FieldHeader(id); type != kStop && reader.ok(); type = reader.FieldHeader(id)) {
    if (id != kKeyValueMetadata || type != kList || added) {
      reader.Skip(type, false, 0);
      continue;
    }
    const size_t header_at = reader.at();
    const auto [element, size] = reader.ListHeader();
    copied = reader.at();
    reader.SkipElements(kStruct, size, 0);
    if (!reader.ok() || (size > 0 && element != kStruct)) {
      break;
    }
    added = footer.substr(0, header_at);
    AppendStructListHeader(size + metadata.size(), *added);
    for (const auto& [key, value] : metadata) {
      AppendKeyValue(key, value, *added);
    }
  }
  if (!reader.ok() || reader.at() != footer.size()) {
    return Failed("the footer is damaged");
  }
  if (added) {
    return *added + footer.substr(copied);
  }
  return Failed("the footer has no key-value metadata to add to");
}

Status AddParquetMetadata(const std::string& path, const std::vector<std::pair<std::string, std::string>>& metadata) {
  constexpr uint64_t kTail = 8;  // length of the footer, magic
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  std::string tail(kTail, '\0');
  if (error || size < 2 * kTail || !file.seekg(static_cast<std::streamoff>(size - kTail)) ||
      !file.read(tail.data(), kTail) || tail.substr(4) != "PAR1") {
    return Failed("{}: is not Parquet", path);
  }
  const uint64_t length = LittleEndian(tail.data());
  if (length > size - kTail - 4) {
    return Failed("{}: the Parquet footer is longer than the file", path);
  }
  const uint64_t footer_at = size - kTail - length;
  std::string footer(length, '\0');
  if (!file.seekg(static_cast<std::streamoff>(footer_at)) ||
      !file.read(footer.data(), static_cast<std::streamsize>(length))) {
    return Failed("{}: the Parquet footer can't be read", path);
  }
  Result<std::string> added = FooterWithMetadata(footer, metadata);
  if (!added.ok()) {
    return Failed("{}: {}", path, added.status().message());
  }
  for (uint32_t rest = static_cast<uint32_t>(added->size()), i = 0; i < 4; ++i, rest >>= 8) {
    added->push_back(static_cast<char>(rest & 0xff));
  }
  *added += "PAR1";
  errno = 0;
  if (!file.seekp(static_cast<std::streamoff>(footer_at)) ||
      !file.write(added->data(), static_cast<std::streamsize>(added->size())) || !file.flush()) {
    return WriteError(path, errno == 0 ? EIO : errno);
  }
  return Status::Ok();
}

}  // namespace varjoin
