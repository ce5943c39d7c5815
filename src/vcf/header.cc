// header.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/header.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <unordered_set>

#include "base/text.h"

namespace varjoin::vcf {
namespace {

constexpr std::string_view kFixedColumns[] = {"#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"};

/// key=value between the angle brackets of a header line; a quoted value is without its quotes, escapes kept.
struct Attribute {
  std::string_view key;
  std::string_view value;
};

bool IsSpace(char c) {
  return c == ' ' || c == '\t';
}

std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && IsSpace(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/// Whether `rest`, the text after a quote, goes on as if the quote had closed its value: with `,key=` or with nothing.
bool GoesOnAfterValue(std::string_view rest) {
  rest = TrimSpaces(rest);
  if (rest.empty()) {
    return true;
  }
  if (rest.front() != ',') {
    return false;
  }
  rest = TrimSpaces(rest.substr(1));
  const auto key_end = std::find_if_not(rest.begin(), rest.end(), IsKeyCharacter);
  const std::string_view after_key = TrimSpaces(rest.substr(static_cast<size_t>(key_end - rest.begin())));
  return rest.empty() || (key_end != rest.begin() && after_key.starts_with('='));
}

/// The quote that closes the value opened at text[0]. Quotes inside that nobody escaped are part of the value; where
/// no quote closes it because a backslash stands before the last one, that backslash is part of the value.
size_t ClosingQuote(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"' && GoesOnAfterValue(text.substr(i + 1))) {
      return i;
    }
  }
  const size_t last = text.rfind('"');
  return last > 0 ? last : text.size();
}

/// The attributes of `<ID=…,Number=…,Description="…">`; none if the text does not begin with '<'.
/// A part without '=' is left out; the closing '>' may be missing.
std::vector<Attribute> ParseAttributes(std::string_view text) {
  std::vector<Attribute> attributes;
  text = TrimSpaces(text);
  if (!text.starts_with('<')) {
    return attributes;
  }
  text.remove_prefix(1);
  if (text.ends_with('>')) {
    text.remove_suffix(1);
  }
  text = TrimSpaces(text);
  while (!text.empty()) {
    const size_t key_end = text.find_first_of(",=");
    if (key_end == std::string_view::npos) {
      break;
    }
    const std::string_view key = TrimSpaces(text.substr(0, key_end));
    const bool has_value = text[key_end] == '=';
    text.remove_prefix(key_end + 1);
    if (!has_value) {
      continue;
    }
    text = TrimSpaces(text);
    std::string_view value;
    if (text.starts_with('"')) {
      const size_t close = ClosingQuote(text);
      value = text.substr(1, close - 1);
      text.remove_prefix(std::min(close + 1, text.size()));
    } else {
      value = TrimSpaces(text.substr(0, text.find(',')));
    }
    attributes.push_back({key, value});
    const size_t comma = text.find(',');
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return attributes;
}

/// The value of the first attribute of that key.
std::optional<std::string_view> Find(std::span<const Attribute> attributes, std::string_view key) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.key == key; });
  return found == attributes.end() ? std::nullopt : std::optional(found->value);
}

/// Undoes \" and \\; a backslash before anything else stays.
std::string Unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    i += escape ? 1 : 0;
    plain.push_back(text[i]);
  }
  return plain;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

FieldType ParseType(std::string_view text) {
  if (EqualNoCase(text, "Integer")) {
    return FieldType::kInteger;
  }
  if (EqualNoCase(text, "Float")) {
    return FieldType::kFloat;
  }
  return EqualNoCase(text, "Flag") ? FieldType::kFlag : FieldType::kString;
}

void SetNumber(std::string_view text, FieldDefinition& field) {
  field.number_text = text;
  if (field.type == FieldType::kFlag) {
    field.count = 0;
  } else if (text == "A") {
    field.number = NumberKind::kPerAlt;
  } else if (text == "R") {
    field.number = NumberKind::kPerAllele;
  } else if (text == "G") {
    field.number = NumberKind::kPerGenotype;
  } else if (const std::optional<int> count = ParseNumber<int>(text); count && *count > 0) {
    field.count = *count;
  } else {
    field.number = NumberKind::kOther;
  }
}

FieldDefinition MakeField(std::string_view id, std::span<const Attribute> attributes) {
  FieldDefinition field;
  field.id = id;
  field.type = ParseType(Find(attributes, "Type").value_or("String"));
  SetNumber(Find(attributes, "Number").value_or(field.type == FieldType::kFlag ? "0" : "."), field);
  field.description = Unescape(Find(attributes, "Description").value_or(""));
  return field;
}

ContigDefinition MakeContig(std::string_view id, std::span<const Attribute> attributes) {
  return {std::string(id), ParseNumber<int64_t>(Find(attributes, "length").value_or("")),
          std::string(Find(attributes, "assembly").value_or(""))};
}

/// Collects the lines of one header.
class HeaderReader {
 public:
  /// One "##key=value" line, without its line end.
  void AddMetaLine(std::string_view line) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return;
    }
    const std::string_view key = line.substr(2, equals - 2);
    const std::string_view value = line.substr(equals + 1);
    if (key == "fileformat") {
      SetOnce(header_.version, value);
    } else if (key == "reference") {
      SetOnce(header_.reference, value);
    } else if (key == "INFO") {
      AddDefinition(value, seen_info_, header_.info, MakeField);
    } else if (key == "FORMAT") {
      AddDefinition(value, seen_format_, header_.format, MakeField);
    } else if (key == "FILTER") {
      AddDefinition(value, seen_filters_, header_.filters, MakeField);
    } else if (key == "contig") {
      AddDefinition(value, seen_contigs_, header_.contigs, MakeContig);
    }
  }

  /// The #CHROM line, without its line end. The error is a sentence without path and line number.
  Status AddColumnLine(std::string_view line) {
    if (line.find('\t') == std::string_view::npos && line.find(' ') != std::string_view::npos) {
      return BadInput(
          "the columns of the #CHROM line are separated by spaces, not by tabs; if the records are as well, "
          "repair the file with: sed -E '/^##/! s/ +/\\t/g'");
    }
    const std::vector<std::string_view> columns = Split(line, '\t');
    for (size_t i = 0; i < std::size(kFixedColumns); ++i) {
      const std::string_view found = i < columns.size() ? columns[i] : "";
      if (found != kFixedColumns[i]) {
        return BadInput("column {} of the #CHROM line is '{}', expected '{}'", i + 1, found, kFixedColumns[i]);
      }
    }
    if (columns.size() == std::size(kFixedColumns)) {
      return Status::Ok();
    }
    if (columns[8] != "FORMAT") {
      return BadInput("column 9 of the #CHROM line is '{}', expected 'FORMAT'", columns[8]);
    }
    header_.has_format = true;
    return AddSamples(std::span(columns).subspan(9));
  }

  Header Take() { return std::move(header_); }

 private:
  using IdSet = std::unordered_set<std::string_view>;

  static void SetOnce(std::string& field, std::string_view value) {
    if (field.empty()) {
      field = TrimSpaces(value);
    }
  }

  template <typename Definition>
  static void AddDefinition(std::string_view text, IdSet& seen, std::vector<Definition>& definitions,
                            Definition (*make)(std::string_view, std::span<const Attribute>)) {
    const std::vector<Attribute> attributes = ParseAttributes(text);
    const std::string_view id = Find(attributes, "ID").value_or("");
    if (!id.empty() && seen.insert(id).second) {
      definitions.push_back(make(id, attributes));
    }
  }

  Status AddSamples(std::span<const std::string_view> names) {
    IdSet seen;
    for (const std::string_view name : names) {
      if (name.empty()) {
        return BadInput("sample {} of the #CHROM line has no name; is there a tab too many?", seen.size() + 1);
      }
      if (!seen.insert(name).second) {
        return BadInput("the sample name '{}' is there twice; rename one with: bcftools reheader -s names.txt", name);
      }
      header_.samples.emplace_back(name);
    }
    return Status::Ok();
  }

  Header header_;
  IdSet seen_info_, seen_format_, seen_filters_, seen_contigs_;  ///< views into the header text
};

}  // namespace

bool IsColumnLine(std::string_view line) {
  return line.starts_with('#') && EqualNoCase(line.substr(0, kFixedColumns[0].size()), kFixedColumns[0]);
}

Result<Header> ParseHeader(std::string_view path, std::string_view text) {
  HeaderReader reader;
  for (int64_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.starts_with("##")) {
      reader.AddMetaLine(line);
    } else if (IsColumnLine(line)) {
      if (const Status status = reader.AddColumnLine(line); !status.ok()) {
        return BadInput("{}: line {}: {}", path, number, status.message());
      }
      return reader.Take();
    }
  }
  return BadInput("{}: the header has no #CHROM line", path);
}

}  // namespace varjoin::vcf
