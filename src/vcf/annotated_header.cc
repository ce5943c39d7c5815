// annotated_header.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/annotated_header.h"

#include <algorithm>
#include <optional>

#include "vcf/header.h"

namespace varjoin::vcf {
namespace {

constexpr std::string_view kInfoLine = "##INFO=";

bool IsKeyByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '.';
}

/// The lines of a header, without their ends.
std::vector<std::string_view> LinesOf(std::string_view header) {
  std::vector<std::string_view> lines;
  while (!header.empty()) {
    const size_t end = header.find('\n');
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(header.size(), line.size() + 1));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines.push_back(line);
  }
  return lines;
}

/// The definition that an INFO line makes; nothing for any other line.
std::optional<FieldDefinition> DefinitionOf(std::string_view line) {
  if (!line.starts_with(kInfoLine)) {
    return std::nullopt;
  }
  const Result<Header> header =
      ParseHeader("", std::string(line) + "\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
  return header.ok() && !header->info.empty() ? std::optional(header->info[0]) : std::nullopt;
}

std::string_view NameOf(FieldType type) {
  constexpr std::string_view kNames[] = {"Integer", "Float", "Flag", "String"};
  return kNames[static_cast<size_t>(type)];
}

std::string LineOf(const NewField& field) {
  std::string line = "##INFO=<ID=" + field.id + ",Number=" + field.number + ",Type=" + field.type +
                     ",Description=" + QuotedValue(field.description);
  if (!field.source.empty()) {
    line += ",Source=" + QuotedValue(field.source);
  }
  if (!field.version.empty()) {
    line += ",Version=" + QuotedValue(field.version);
  }
  return line + ">";
}

/// The field as it must be declared where values of an old one stay beside its own.
NewField Together(const FieldDefinition& old_field, NewField field, ExistingInfo existing) {
  if (existing == ExistingInfo::kReplace) {
    return field;
  }
  const bool same = old_field.number_text == field.number && NameOf(old_field.type) == field.type;
  if (!same) {
    field.number = ".";
  }
  if (!same || existing == ExistingInfo::kAppend) {
    field.type = "String";
  }
  return field;
}

}  // namespace

std::string AnnotatedHeader(std::string_view header, std::span<const NewField> fields,
                            std::span<const std::string> meta, ExistingInfo existing) {
  if (fields.empty() && meta.empty()) {
    return std::string(header);
  }
  std::vector<NewField> added(fields.begin(), fields.end());
  std::vector<std::string> lines;
  size_t after_info = 0;
  for (const std::string_view line : LinesOf(header)) {
    if (const std::optional<FieldDefinition> old_field = DefinitionOf(line)) {
      const auto field = std::find_if(added.begin(), added.end(),
                                      [&](const NewField& candidate) { return candidate.id == old_field->id; });
      after_info = lines.size() + (field == added.end() ? 1 : 0);
      if (field != added.end()) {
        *field = Together(*old_field, *field, existing);
        continue;
      }
    }
    lines.emplace_back(line);
  }
  const auto columns = static_cast<ptrdiff_t>(lines.size()) - 1;  // #CHROM is the last line
  lines.insert(lines.begin() + columns, meta.begin(), meta.end());
  std::vector<std::string> declared;
  for (const NewField& field : added) {
    declared.push_back(LineOf(field));
  }
  lines.insert(lines.begin() + (after_info == 0 ? columns : static_cast<ptrdiff_t>(after_info)), declared.begin(),
               declared.end());
  const std::string line_end = LineEndOf(header);
  std::string text;
  for (const std::string& line : lines) {
    text += line + line_end;
  }
  return text;
}

std::string LineEndOf(std::string_view header) {
  return header.ends_with("\r\n") ? "\r\n" : "\n";
}

std::string InfoKey(std::string_view name) {
  std::string key(name);
  std::replace_if(
      key.begin(), key.end(), [](char byte) { return !IsKeyByte(byte); }, '_');
  return key.empty() || (key[0] >= '0' && key[0] <= '9') || key[0] == '.' ? "_" + key : key;
}

std::string QuotedValue(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      quoted += '\\';
    }
    quoted += static_cast<unsigned char>(byte) < 0x20 ? ' ' : byte;
  }
  return quoted + "\"";
}

}  // namespace varjoin::vcf
