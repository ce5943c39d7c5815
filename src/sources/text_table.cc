// text_table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/text_table.h"

#include <algorithm>

#include "base/text.h"
#include "sources/key_columns.h"
#include "sources/source.h"
#include "vcf/input_file.h"
#include "vcf/recognise.h"
#include "vcf/text_source.h"

namespace varjoin {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr char kNoDelimiter = '\x01';  ///< that no line has
constexpr std::string_view kVcfColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

/// The fields of a line; a quoted one may hold the delimiter and doubled quotes.
std::vector<std::string> FieldsOf(std::string_view line, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && (quoted || fields.back().empty())) {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += line[++i];
      } else {
        quoted = !quoted;
      }
    } else if (c == delimiter && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

/// Names without the blanks around them, and never empty.
std::vector<std::string> ColumnsOf(std::string_view line, char delimiter) {
  std::vector<std::string> columns = FieldsOf(line, delimiter);
  for (size_t i = 0; i < columns.size(); ++i) {
    std::string& name = columns[i];
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    name = name.empty() ? fmt::format("column{}", i + 1) : name;
  }
  return columns;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// The fields of a line of BED, which blanks or tabs may separate; a tab in it says which.
std::vector<std::string> BedFieldsOf(std::string_view line, char& delimiter) {
  delimiter = line.find('\t') != std::string_view::npos ? '\t' : ' ';
  std::vector<std::string> fields;
  for (const std::string_view field : Split(line, delimiter)) {
    if (delimiter == '\t' || !field.empty()) {
      fields.emplace_back(field);
    }
  }
  return fields;
}

bool IsBedRow(const std::vector<std::string>& fields) {
  return fields.size() >= 3 && IsNumber(fields[1]) && IsNumber(fields[2]);
}

/// The names that the BED specification gives (UCSC, data file formats).
std::vector<std::string> BedColumns(size_t count) {
  std::vector<std::string> columns = {"chrom",      "start",    "end",     "name",       "score",      "strand",
                                      "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes", "blockStarts"};
  for (size_t i = columns.size(); i < count; ++i) {
    columns.push_back(fmt::format("column{}", i + 1));
  }
  columns.resize(count);
  return columns;
}

/// The first of the usual delimiters that a header line has; none: '\0'.
char DelimiterOf(std::string_view line) {
  for (const char delimiter : {'\t', ',', ';', '|'}) {
    if (line.find(delimiter) != std::string_view::npos) {
      return delimiter;
    }
  }
  return '\0';
}

std::string_view WithoutHashes(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
  return line;
}

/// The text that a file begins with: all lines that begin with `#`, and the one after them.
Result<std::string> BeginningOf(vcf::TextSource& source) {
  constexpr size_t kMost = size_t{64} << 20;
  std::string text;
  std::string piece_text(vcf::kPieceBytes, '\0');
  for (bool last = false; !last && text.size() < kMost;) {
    vcf::Piece piece;
    piece.text = piece_text.data();
    VARJOIN_RETURN_IF_ERROR(source.Take(piece));
    VARJOIN_RETURN_IF_ERROR(source.Unpack(piece));
    text.append(piece_text, 0, piece.size);
    last = piece.last;
    size_t line = 0;
    const auto is_comment = [&] {
      const std::string_view rest = std::string_view(text).substr(line);
      return rest.starts_with('#') || rest.starts_with("track ") || rest.starts_with("browser ");
    };
    while (line < text.size() && is_comment() && text.find('\n', line) != std::string::npos) {
      line = text.find('\n', line) + 1;
    }
    if (line < text.size() && !is_comment() && text.find('\n', line) != std::string::npos) {
      break;
    }
  }
  return text;
}

Result<std::string> CompressionOf(const std::string& path, vcf::Packing packing) {
  switch (packing) {
    case vcf::Packing::kGzip:
    case vcf::Packing::kBgzf:
      return std::string("gzip");
    case vcf::Packing::kZstd:
      return std::string("zstd");
    case vcf::Packing::kPlain:
      return std::string("none");
    default:
      return BadInput("{}: a table compressed with {} is not read; decompress it, or compress it with gzip", path,
                      vcf::NameOf(packing));
  }
}

}  // namespace

std::optional<TextTable> FindTableHeader(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (EqualNoCase(text.substr(0, 16), "##fileformat=VCF") || !vcf::RecogniseOther(text, "").empty() ||
      text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  TextTable table;
  std::string_view comment;
  for (table.header_lines = 1;; ++table.header_lines) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    line = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    const bool is_bed_comment = line.starts_with("track ") || line.starts_with("browser ");
    if ((line.starts_with('#') || is_bed_comment) && end != std::string_view::npos) {
      comment = is_bed_comment ? comment : line;
      text.remove_prefix(end + 1);
      continue;
    }
    if (comment.starts_with(kVcfColumns)) {
      return std::nullopt;
    }
    const std::string_view names = WithoutHashes(comment);
    const char delimiter = DelimiterOf(names);
    const bool has_names = delimiter != '\0' && HasContigColumn(ColumnsOf(names, delimiter));
    if (const std::vector<std::string> fields = BedFieldsOf(line, table.delimiter); !has_names && IsBedRow(fields)) {
      --table.header_lines;
      table.is_bed = table.by_lines = true;
      table.columns = BedColumns(fields.size());
      return table;
    }
    if (has_names) {
      --table.header_lines;
      line = names;
    }
    table.delimiter = DelimiterOf(line);
    if (table.delimiter == '\0') {
      return std::nullopt;
    }
    table.columns = ColumnsOf(line, table.delimiter);
    return table;
  }
}

Result<LookedAt> LookAtInput(const std::string& path) {
  LookedAt looked_at;
  VARJOIN_ASSIGN(std::unique_ptr<vcf::InputFile> file, vcf::InputFile::Open(path));
  if (file->is_pipe()) {
    return BadInput("{}: is a pipe; an import reads files, since it may have to read them twice", path);
  }
  if (file->start().starts_with("PAR1")) {
    looked_at.kind = InputKind::kParquet;
    return looked_at;
  }
  const std::unique_ptr<vcf::TextSource> source = vcf::TextSource::Make(std::move(file));
  if (source->packing() == vcf::Packing::kBcf) {
    return looked_at;
  }
  const Result<std::string> text = BeginningOf(*source);
  std::optional<TextTable> table = text.ok() ? FindTableHeader(*text) : std::nullopt;
  if (table) {
    looked_at.kind = InputKind::kTable;
    looked_at.table = *std::move(table);
    looked_at.table.path = path;
    const std::string name = ToLower(path);
    for (const std::string_view ending : {".bed", ".bed.gz", ".bed.bgz", ".bed.zst"}) {
      looked_at.table.is_bed = looked_at.table.is_bed || name.ends_with(ending);  // BED with a header line
    }
    looked_at.table.by_lines =
        looked_at.table.is_bed && (looked_at.table.delimiter == '\t' || looked_at.table.by_lines);
    VARJOIN_ASSIGN(looked_at.table.compression, CompressionOf(path, source->packing()));
  }
  return looked_at;
}

namespace {

/// BED may have comments between its rows, and blanks of any number between its fields, which read_csv does not know.
std::string ReadLinesSql(const TextTable& table, bool keep_bad) {
  std::vector<std::string> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back(fmt::format("nullif(fields[{}], '') AS {}", i + 1, SqlName(table.columns[i])));
  }
  const char* const fields = table.delimiter == '\t'
                                 ? "string_split(line, chr(9))"
                                 : "string_split_regex(regexp_replace(line, '^[ \\t]+|[ \\t]+$', '', 'g'), '[ \\t]+')";
  const std::string otherwise =
      keep_bad ? "NULL"
               : fmt::format(
                     "error(format('a line has {{}} fields, the first row has {}: {{}}', len(fields), "
                     "line[1:60]))",
                     table.columns.size());
  return fmt::format(
      "(SELECT {0} FROM (SELECT CASE WHEN len(fields) = {1} THEN fields ELSE {7} END AS fields FROM (SELECT line, {2} "
      "AS fields FROM "
      "read_csv({3}, auto_detect = false, delim = {4}, quote = '', escape = '', header = false, skip = {5}, "
      "compression = {6}, strict_mode = true, columns = {{'line': 'VARCHAR'}}) WHERE NOT regexp_matches(line, "
      "'^(#|track[ \t]|browser[ \t]|[ \t]*$)'))))",
      Join(columns, ", "), table.columns.size(), fields, SqlString(LiteralPattern(table.path)),
      SqlString(std::string(1, kNoDelimiter)), table.header_lines, SqlString(table.compression), otherwise);
}

}  // namespace

std::string ReadTableSql(const TextTable& table, bool keep_bad) {
  if (table.by_lines) {
    return ReadLinesSql(table, keep_bad);
  }
  std::vector<std::string> columns;
  for (const std::string& column : table.columns) {
    columns.push_back(fmt::format("{}: 'VARCHAR'", SqlString(column)));
  }
  return fmt::format(
      "read_csv({}, auto_detect = false, delim = {}, quote = '\"', escape = '\"', header = false, skip = {}, "
      "compression = {}, strict_mode = true, columns = {{{}}})",
      SqlString(LiteralPattern(table.path)), SqlString(std::string(1, table.delimiter)), table.header_lines,
      SqlString(table.compression), Join(columns, ", "));
}

}  // namespace varjoin
