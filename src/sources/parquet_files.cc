// parquet_files.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/parquet_files.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/text.h"
#include "sources/key_columns.h"

namespace varjoin {
namespace {

/// How many files a catalog entry keeps the contigs of: it has to stay small.
constexpr size_t kMostFilesWithContigs = 200;
constexpr int64_t kSampledRows = 100'000;
constexpr int64_t kSampledRun = 2'000;  ///< rows in a row
constexpr size_t kMostRuns = 500;       ///< of very many small files

/// The contigs of each file, as far as the footers tell; files whose row groups hold several are added to `mixed`.
Result<std::map<std::string, std::set<std::string>>> ContigsInFooters(duck::Database& database,
                                                                      const std::vector<std::string>& files,
                                                                      const Source& source,
                                                                      std::set<std::string>& mixed) {
  std::vector<std::string> quoted;
  for (const std::string& file : files) {
    quoted.push_back(SqlString(LiteralPattern(file)));
  }
  VARJOIN_ASSIGN(const duck::ResultTable groups,
                 database.Query(fmt::format(
                     "SELECT DISTINCT file_name, CASE WHEN stats_min_value = stats_max_value AND "
                     // Some writers cut long values short, and old ones do not tell.
                     "coalesce(min_is_exact AND max_is_exact, len(stats_min_value) < 32) THEN stats_min_value END "
                     "FROM parquet_metadata([{}]) WHERE lower(path_in_schema) = {} AND row_group_num_rows > 0",
                     Join(quoted, ", "), SqlString(ToLower(source.key.chrom)))));
  std::map<std::string, std::set<std::string>> contigs;
  for (size_t row = 0; row < groups.rows.size(); ++row) {
    const std::string& file = groups.Text(row, 0);
    if (groups.rows[row][1]) {
      contigs[file].insert(groups.Text(row, 1));
    } else {
      mixed.insert(file);
    }
  }
  return contigs;
}

/// Some rows of a file in a row.
struct RowRun {
  std::string file;
  int64_t first;
  int64_t last;
};

/// Evenly spread over `rows`, every file's number of them; all rows if they are not more than kSampledRows. A run that
/// goes on in the next file is two.
std::vector<RowRun> SpreadRuns(const std::vector<std::pair<std::string, int64_t>>& rows) {
  int64_t total = 0;
  for (const auto& [file, count] : rows) {
    total += count;
  }
  const int64_t runs = std::min(kSampledRows / kSampledRun, total / kSampledRun + 1);
  std::vector<RowRun> spread;
  int64_t before = 0;
  size_t file = 0;
  for (int64_t run = 0; run < runs && spread.size() < kMostRuns; ++run) {
    const int64_t begin = run * total / runs;
    const int64_t end = std::min(begin + kSampledRun, (run + 1) * total / runs);
    for (int64_t at = begin; at < end;) {
      for (; at >= before + rows[file].second; ++file) {
        before += rows[file].second;
      }
      const int64_t last = std::min(end, before + rows[file].second) - 1;
      spread.push_back({rows[file].first, at - before, last - before});
      at = last + 1;
    }
  }
  return spread;
}

/// The names in the folders' names of a path: "chrom" of /x/chrom=1/y.parquet.
std::vector<std::string> FolderColumns(const std::string& path) {
  std::vector<std::string> names;
  for (const std::string_view part : Split(std::string_view(path).substr(0, path.rfind('/')), '/')) {
    if (const size_t equals = part.find('='); equals != std::string_view::npos && equals > 0) {
      names.emplace_back(part.substr(0, equals));
    }
  }
  return names;
}

/// Whether folders' names tell columns that the first file does not have itself.
bool NeedsFolderNames(duck::Database& database, const std::vector<std::string>& files) {
  const std::vector<std::string> in_folders = FolderColumns(files[0]);
  const auto described = in_folders.empty() ? Result<duck::ResultTable>(duck::ResultTable())
                                            : database.Query("DESCRIBE SELECT * FROM " + ReadParquetSql({files[0]}));
  if (!described.ok()) {
    return false;  // the next who reads it says what is wrong
  }
  return std::any_of(in_folders.begin(), in_folders.end(), [&](const std::string& name) {
    return std::none_of(described->rows.begin(), described->rows.end(),
                        [&](const auto& row) { return EqualNoCase(row[0].value_or(""), name); });
  });
}

}  // namespace

Status CheckParquet(const std::string& path) {
  if (IsFolder(path)) {
    return BadInput("{}: is a folder without Parquet files; name the files", path);
  }
  VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
  std::ifstream file(path, std::ios::binary);
  std::string magic(4, '\0');
  file.read(magic.data(), 4);
  if (file && magic == "PAR1") {
    return Status::Ok();
  }
  const bool looks_like_vcf = magic.starts_with("\x1f\x8b") || magic.starts_with("##") || magic.starts_with("BCF");
  return BadInput("{}: is not Parquet{}", path,
                  looks_like_vcf ? "; import a VCF or a table with `varjoin source import NAME FILE`"
                                 : "; a table of text is imported: `varjoin source import NAME FILE`");
}

Status FindColumns(duck::Database& database, const std::vector<std::string>& files,
                   const std::map<std::string, std::string>& mapping, Source& source) {
  source.hive = NeedsFolderNames(database, files);
  const Result<duck::ResultTable> described =
      database.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadSourceSql(source, files)));
  if (!described.ok()) {
    const std::string message = described.status().message();
    const bool names_file = std::any_of(
        files.begin(), files.end(), [&](const std::string& file) { return message.find(file) != std::string::npos; });
    return {described.status().code(), names_file ? message : fmt::format("{}: {}", files[0], message)};
  }
  std::vector<std::string> names;
  std::map<std::string, std::string> types;
  for (size_t row = 0; row < described->rows.size(); ++row) {
    names.push_back(described->Text(row, 0));
    types[names.back()] = described->Text(row, 1);
  }
  VARJOIN_ASSIGN(source.key, FindKeyColumns(files[0], names, mapping, source.interval));
  std::set<std::string> key_names;
  for (const auto& [key, column] : PartsOf(source.key)) {
    VARJOIN_RETURN_IF_ERROR(CheckKeyType(key, column, types[column], files[0]));
    key_names.insert(column);
  }
  key_names.erase(source.key.end);  // where an interval ends is told like its other columns
  source.chrom_type = types[source.key.chrom];
  source.columns.clear();
  for (const std::string& name : names) {
    if (IsReservedColumn(name)) {
      return BadInput("{}: has a column `{}`, a name that varjoin needs for itself; rename the column", files[0], name);
    }
    if (!key_names.contains(name)) {
      source.columns.push_back({.name = name, .type = types[name], .number = {}, .vcf_type = {}, .description = {}});
    }
  }
  return Status::Ok();
}

Status FindContigs(duck::Database& database, const std::vector<std::string>& files, Source& source) {
  std::set<std::string> mixed;
  VARJOIN_ASSIGN(auto contigs, ContigsInFooters(database, files, source, mixed));
  for (const std::string& file : files) {
    if (!contigs.contains(file)) {  // no rows, or no such column: it is in the folder's name
      mixed.insert(file);
    }
  }
  for (const std::string& file : mixed) {
    VARJOIN_ASSIGN(const duck::ResultTable distinct,
                   database.Query(fmt::format("SELECT DISTINCT CAST({0} AS VARCHAR) FROM {1} WHERE {0} IS NOT NULL",
                                              SqlName(source.key.chrom), ReadSourceSql(source, {file}))));
    for (size_t row = 0; row < distinct.rows.size(); ++row) {
      contigs[file].insert(distinct.Text(row, 0));
    }
  }
  std::set<std::string> names;
  for (const auto& [file, of_file] : contigs) {
    names.insert(of_file.begin(), of_file.end());
  }
  source.contigs.clear();
  std::map<std::string, int> index;
  for (const std::string& name : names) {
    index[name] = static_cast<int>(source.contigs.size());
    source.contigs.push_back({name, std::nullopt});
  }
  source.contigs_of_file.clear();
  for (const std::string& file : files) {
    if (files.size() > kMostFilesWithContigs) {
      break;
    }
    auto& of_file = source.contigs_of_file[file];
    for (const std::string& name : contigs[file]) {
      of_file.push_back(index[name]);
    }
  }
  VARJOIN_ASSIGN(const duck::ResultTable count,
                 database.Query(fmt::format("SELECT count(*) FROM {}", ReadSourceSql(source, files))));
  source.rows = count.Integer(0, 0);
  return Status::Ok();
}

Result<std::string> SampleSql(duck::Database& database, const Source& source, const std::vector<std::string>& files,
                              const std::string& columns) {
  std::vector<std::pair<std::string, int64_t>> rows;
  for (const std::string& file : files) {
    VARJOIN_ASSIGN(const duck::ResultTable count,
                   database.Query(fmt::format("SELECT count(*) FROM {}", ReadSourceSql(source, {file}))));
    rows.emplace_back(file, count.Integer(0, 0));
  }
  std::vector<std::string> runs;
  for (const RowRun& run : SpreadRuns(rows)) {
    runs.push_back(fmt::format("SELECT * FROM {} WHERE file_row_number BETWEEN {} AND {}",
                               ReadSourceSql(source, {run.file}), run.first, run.last));
  }
  return runs.empty() ? "" : fmt::format("SELECT {} FROM ({})", columns, Join(runs, " UNION ALL BY NAME "));
}

Result<AlleleSample> SampleAlleles(duck::Database& database, const std::vector<std::string>& files,
                                   const Source& source) {
  VARJOIN_ASSIGN(const std::string rows,
                 SampleSql(database, source, files,
                           fmt::format("{} AS \"start\", {} AS ref, {} AS alt", StartSql(source),
                                       SqlName(source.key.ref), SqlName(source.key.alt))));
  if (rows.empty()) {
    return AlleleSample{};
  }
  // A sequence, or one of VCF's forms that match nothing: <DEL>, breakends, `*`, `.`.
  const std::string known = R"('^([A-Za-z]+|<.*>|.*[\[\]].*|\*|\.?)$')";
  VARJOIN_ASSIGN(const duck::ResultTable counts, database.Query(fmt::format(
                                                     R"(WITH sample AS ({}), judged AS (SELECT *,
               regexp_full_match(alt, '[A-Za-z*-]+([|,/][A-Za-z*-]+)+') AS joined,
               contains(ref, '-') OR (contains(alt, '-') AND NOT regexp_matches(alt, '[<\[\]]')) AS dashed,
               regexp_matches(ref, {}) AND regexp_matches(alt, {}) AS known FROM sample)
             SELECT count(*), count(*) FILTER (joined), count(*) FILTER (dashed AND NOT joined),
               count(*) FILTER (NOT known AND NOT joined AND NOT dashed),
               count(*) FILTER (len(allele_forms(TRY_CAST("start" AS BIGINT), ref, alt)) = 2),
               min(alt) FILTER (joined), min(ref || '>' || alt) FILTER (dashed AND NOT joined) FROM judged)",
                                                     rows, known, known)));
  AlleleSample sample{counts.Integer(0, 0),          counts.Integer(0, 1), counts.Integer(0, 2),
                      counts.Integer(0, 3),          counts.Integer(0, 4), counts.rows[0][5].value_or(""),
                      counts.rows[0][6].value_or("")};
  return sample;
}

}  // namespace varjoin
