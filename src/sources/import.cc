// import.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/import.h"

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

#include "base/text.h"
#include "duck/parquet_options.h"
#include "genome/assembly.h"
#include "sources/import_rows.h"
#include "sources/source_index.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLockSeconds = 5;  ///< one import of a source at a time

/// Rows of a row group. Each thread holds the rows of one, so that sources of many columns get smaller ones: of 42
/// columns 0.4 GB instead of 0.8, in a file that is an eighth larger.
size_t RowsOfGroup(size_t columns) {
  constexpr size_t kVector = 2'048;
  constexpr size_t kMost = 60 * kVector;
  constexpr size_t kMostOfManyColumns = 15 * kVector;
  constexpr size_t kManyColumns = 16;
  constexpr size_t kMostValues = 2'457'600;
  return columns <= kManyColumns ? kMost
                                 : std::clamp(kMostValues / columns / kVector * kVector, kVector, kMostOfManyColumns);
}

/// Removes what earlier imports left in their folder and the catalog does not name, killed ones too. What a run still
/// reads is left for the next import.
Status RemoveUnknown(const Catalog& catalog, const std::string& folder) {
  VARJOIN_ASSIGN(const std::vector<Source> sources, catalog.List());
  std::set<std::string> known;
  for (const Source& source : sources) {
    for (const std::string& pattern : source.patterns) {
      known.insert(CanonicalPath(pattern));
    }
  }
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (!known.contains(CanonicalPath(entry.path()))) {
      RemoveUnlessHeld(entry.path());
    }
  }
  return Status::Ok();
}

/// Removes a source's folder when it goes, if nothing came to lie in it.
struct RemovedIfEmpty {
  std::string path;
  ~RemovedIfEmpty() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

/// A name that no earlier import of this source has, so that runs which read the old file are not disturbed.
std::string NewPath(const Catalog& catalog, const std::string& name) {
  std::random_device random;
  return fmt::format("{}/{}-{:08x}.parquet", catalog.FolderOf(name), name, random());
}

/// Lets the database left-align for as long as this lives.
struct UsedReference {
  UsedReference(duck::Database& given, std::shared_ptr<const Reference> reference) : database(given) {
    database.SetReference(std::move(reference));
  }
  ~UsedReference() { database.SetReference(nullptr); }
  duck::Database& database;
};

/// The statement of the input's rows, of whatever kind the files are.
Result<ImportRows> RowsOf(duck::Database& database, ImportRequest& request, const std::vector<std::string>& paths) {
  std::vector<TextTable> tables;
  std::optional<InputKind> kind;
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(LookedAt looked_at, LookAtInput(path));
    if (kind && (*kind != looked_at.kind || tables[0].is_bed != looked_at.table.is_bed)) {
      return BadInput("{}, {}: are not of one kind (VCF, table or Parquet); import each as a source of its own",
                      paths[0], path);
    }
    kind = looked_at.kind;
    tables.push_back(std::move(looked_at.table));
  }
  if (tables[0].is_bed) {
    request.interval = true;
    request.zero_based = true;
  }
  switch (*kind) {
    case InputKind::kVcf:
      return RowsOfVcfs(request, paths);
    case InputKind::kTable:
      return RowsOfTables(database, request, tables);
    case InputKind::kParquet:
      break;
  }
  return RowsOfParquet(database, request, paths);
}

/// Leaves the columns that are to be kept.
Status ChooseColumns(const ImportRequest& request, std::vector<SourceColumn>& columns) {
  std::vector<std::string> names;
  for (const SourceColumn& column : columns) {
    names.push_back(column.name);
  }
  for (const std::string& wanted : request.columns) {
    if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return EqualNoCase(name, wanted); })) {
      return BadInput("--columns {}: the input has no such column{}; it has: {}", wanted, DidYouMean(wanted, names),
                      Join(names, ", "));
    }
  }
  const auto is_left_out = [&](const SourceColumn& column) {
    return std::none_of(request.columns.begin(), request.columns.end(),
                        [&](const std::string& wanted) { return EqualNoCase(wanted, column.name); });
  };
  if (!request.columns.empty()) {
    columns.erase(std::remove_if(columns.begin(), columns.end(), is_left_out), columns.end());
  }
  return Status::Ok();
}

/// The rows of the source, with minimal alleles, unsorted.
std::string MinimalRowsSql(const ImportRequest& request, const ImportRows& rows) {
  const std::string minimal = SqlName(";minimal");
  std::string sql = request.contig_aliases.empty() ? rows.sql
                                                   : fmt::format("SELECT * REPLACE ({} AS chrom) FROM ({})",
                                                                 AliasSql(rows.aliases, "chrom"), rows.sql);
  if (!request.interval) {
    sql = fmt::format(
        "SELECT * EXCLUDE ({0}) REPLACE (coalesce({0}.\"start\", \"start\") AS \"start\", coalesce({0}.ref, ref) AS "
        "ref, coalesce({0}.alt, alt) AS alt) FROM (SELECT *, minimal_allele(chrom, \"start\", ref, alt{1}) AS {0} "
        "FROM ({2}))",
        minimal, rows.has_last_base ? ", " + SqlName(kLastBaseColumn) : "", sql);
  }
  // A line of its own, so that a comment in the condition ends with it.
  return request.where.empty() ? sql : fmt::format("SELECT * FROM ({}) WHERE (\n{}\n)", sql, request.where);
}

/// What is wrong with the user's condition, in words.
Status CheckWhere(duck::Database& database, const ImportRequest& request, const ImportRows& rows) {
  if (request.where.empty()) {
    return Status::Ok();
  }
  const auto described = database.Query(fmt::format("DESCRIBE SELECT * FROM ({})", MinimalRowsSql(request, rows)));
  if (described.ok()) {
    return Status::Ok();
  }
  std::string message = described.status().message();
  message = message.substr(0, message.find("\n\nLINE "));
  const std::string_view unknown = "Referenced column \"";
  if (const size_t at = message.find(unknown); at != std::string::npos) {
    const size_t begin = at + unknown.size();
    const std::string column = message.substr(begin, message.find('"', begin) - begin);
    std::vector<std::string> names = {"chrom", "start", "ref", "alt"};
    for (const SourceColumn& known : rows.columns) {
      names.push_back(known.name);
    }
    message = fmt::format("the rows have no column '{}'{}; they have: {} (and texts go in single quotes)", column,
                          DidYouMean(column, names), Join(names, ", "));
  }
  return BadInput("--where {}: {}; expected a condition such as \"AF > 0.01\"", request.where, message);
}

/// What the rows of a source are sorted by.
std::vector<std::string> SortKeys() {
  return {"contig_sort_key(chrom)", "\"start\"", "upper(ref)", "upper(alt)", SqlName(kRecordColumn),
          SqlName(kAltIndexColumn)};
}

/// The statement that writes the source's rows in order: at any order of the input, or, in a few windows of memory, of
/// one that is sorted but for what trimming and aligning moves.
std::string CopySql(const ImportRequest& request, const ImportRows& rows, const Source& source, const std::string& path,
                    bool nearly_sorted) {
  std::string columns = "chrom, \"start\", ref, alt";
  for (const SourceColumn& column : source.columns) {
    columns += ", " + SqlName(column.name);
  }
  std::string sorted =
      fmt::format("SELECT {} FROM ({}) ORDER BY {}", columns, MinimalRowsSql(request, rows), Join(SortKeys(), ", "));
  if (nearly_sorted) {
    const std::string with_key = fmt::format("SELECT {}, create_sort_key({}, 'ASC NULLS LAST') FROM ({})", columns,
                                             Join(SortKeys(), ", 'ASC NULLS LAST', "), MinimalRowsSql(request, rows));
    sorted = fmt::format("FROM nearly_sorted({})", SqlString(with_key));
  }
  return fmt::format(
      "COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {}, {}, USE_TMP_FILE false, "
      "KV_METADATA {{varjoin_source: {}, varjoin_made_from: {}}})",
      sorted, SqlString(path), RowsOfGroup(source.columns.size()), duck::DictionaryOption(source.columns.size()),
      SqlString(request.name), SqlString(Join(source.made_from, ", ")));
}

/// Most inputs are sorted: a full sort, which takes the memory or the disk of all rows, is for those that are not.
Status CopyRows(duck::Database& database, const ImportRequest& request, const ImportRows& rows, const Source& source,
                const std::string& path, const Reference* reference) {
  const Status copied = database.Execute(CopySql(request, rows, source, path, /*nearly_sorted=*/true));
  if (!duck::IsNotNearlySorted(copied)) {
    return copied;
  }
  (void)database.TakeScanReport();
  if (reference != nullptr) {
    (void)reference->TakeCounts();
  }
  return database.Execute(CopySql(request, rows, source, path, /*nearly_sorted=*/false));
}

/// Of a contig under the name that it is stored by.
std::optional<int64_t> LengthOf(const ImportRows& rows, const std::string& stored) {
  for (const auto& [name, length] : rows.lengths) {
    if (NameOf(rows.aliases, name) == stored) {
      return length;
    }
  }
  return std::nullopt;
}

/// How many rows of the finished file can match, and how many repeat others.
Status CountAlleles(duck::Database& database, const std::string& from, Imported& imported) {
  VARJOIN_ASSIGN(
      const duck::ResultTable counts,
      database.Query(fmt::format("SELECT count(*), count(*) FILTER (len(allele_forms(\"start\", ref, alt)) = 0), "
                                 "count(*) FILTER (regexp_full_match(ref, '[A-Za-z]*-[A-Za-z-]*') OR "
                                 "regexp_full_match(alt, '[A-Za-z]*-[A-Za-z-]*')) FROM {}",
                                 from)));
  imported.source.rows = counts.Integer(0, 0);
  imported.unmatchable = counts.Integer(0, 1);
  imported.dashed = counts.Integer(0, 2);
  VARJOIN_ASSIGN(
      const duck::ResultTable repeated,
      database.Query(fmt::format(
          // The inner query names no column of the user's, which an alias could be hidden by.
          "SELECT count(*) FROM (SELECT allele, lag(allele) OVER (ORDER BY place) AS previous FROM "
          "(SELECT (canonical_contig(chrom), \"start\", upper(ref), upper(alt)) AS allele, file_row_number AS place "
          "FROM {} WHERE len(allele_forms(\"start\", ref, alt)) > 0)) WHERE allele = previous",
          from)));
  imported.duplicates = repeated.Integer(0, 0);
  return Status::Ok();
}

/// What the finished file answers: counts, its contigs, and the types of its columns.
Status LookAtFile(duck::Database& database, const ImportRows& rows, const std::string& path, Imported& imported) {
  const std::string from = ReadParquetSql({path});
  if (imported.source.interval) {
    VARJOIN_ASSIGN(const duck::ResultTable count, database.Query("SELECT count(*) FROM " + from));
    imported.source.rows = count.Integer(0, 0);
  } else {
    VARJOIN_RETURN_IF_ERROR(CountAlleles(database, from, imported));
  }
  VARJOIN_ASSIGN(
      const duck::ResultTable contigs,
      database.Query(fmt::format("SELECT chrom FROM {} GROUP BY chrom ORDER BY min(file_row_number)", from)));
  for (size_t row = 0; row < contigs.rows.size(); ++row) {
    imported.source.contigs.push_back({contigs.Text(row, 0), LengthOf(rows, contigs.Text(row, 0))});
  }
  VARJOIN_ASSIGN(const duck::ResultTable described, database.Query("DESCRIBE SELECT * FROM " + from));
  for (size_t i = 0; i < imported.source.columns.size(); ++i) {
    imported.source.columns[i].type = described.Text(i + 4, 1);  // after the key
  }
  return Status::Ok();
}

Result<std::string> FingerprintOf(const std::vector<std::string>& paths) {
  std::vector<FileStamp> stamps;
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(FileStamp stamp, StampOf(path));
    stamps.push_back(std::move(stamp));
  }
  return Fingerprint(stamps);
}

/// What the source is to be, before its rows are read.
Status BeginSource(const ImportRequest& request, const ImportRows& rows, const std::vector<std::string>& paths,
                   Imported& imported) {
  Source& source = imported.source;
  source.name = request.name;
  source.kind = Source::Kind::kImported;
  source.interval = request.interval;
  source.columns = rows.columns;
  source.chrom_type = "VARCHAR";
  source.made_from = request.made_from.empty() ? paths : request.made_from;
  VARJOIN_ASSIGN(source.input_fingerprint, FingerprintOf(paths));
  source.assembly = request.assembly.empty() ? rows.assembly : CanonicalAssembly(request.assembly);
  imported.samples_dropped = rows.samples;
  return ChooseColumns(request, source.columns);
}

/// Writes the rows to the file, with what is known after it.
Status WriteRows(duck::Database& database, const ImportRequest& request, const ImportRows& rows, const AtomicFile& file,
                 const Reference* reference, Imported& imported) {
  (void)database.TakeScanReport();  // of a statement before that failed
  const Status copied = CopyRows(database, request, rows, imported.source, file.temporary_path(), reference);
  if (!copied.ok()) {
    return {copied.code(), ReplaceAll(copied.message(), file.temporary_path(), imported.path)};
  }
  const vcf::ScanReport report = database.TakeScanReport();
  imported.records = rows.records.value_or(report.records);
  imported.bad_records = rows.bad_records + static_cast<int64_t>(report.BadRecords());
  imported.bad_fields = static_cast<int64_t>(report.BadFields());
  imported.notes = rows.notes;
  const std::vector<std::string> notes = report.Sentences();
  imported.notes.insert(imported.notes.end(), notes.begin(), notes.end());
  return LookAtFile(database, rows, file.temporary_path(), imported);
}

/// Opens the FASTA, and remembers it with the source. Null: there is none.
Result<std::shared_ptr<const Reference>> OpenReference(const std::string& path, Source& source) {
  std::shared_ptr<const Reference> reference;
  if (!path.empty()) {
    VARJOIN_ASSIGN(reference, Reference::Open(path));
    source.reference = reference->path();
    source.reference_fingerprint = Fingerprint({reference->stamp()});
  }
  return reference;
}

/// Whether the FASTA was the right one, and what could not be aligned by it.
Status JudgeReference(const Reference& reference, Imported& imported) {
  const AlignmentCounts counts = reference.TakeCounts();
  VARJOIN_RETURN_IF_ERROR(reference.Judge(counts));
  const std::vector<std::string> notes = counts.Sentences();
  imported.notes.insert(imported.notes.end(), notes.begin(), notes.end());
  return Status::Ok();
}

/// Puts the finished file into the catalog.
Status PutIntoCatalog(const Catalog& catalog, Imported& imported) {
  Source& source = imported.source;
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(imported.path));
  imported.bytes = stamp.size;
  source.patterns = {imported.path};
  source.fingerprint = Fingerprint({stamp});
  source.made_at = NowUtc();
  const Result<bool> replaced = catalog.Put(source);
  if (!replaced.ok()) {
    std::error_code ignored;
    fs::remove(imported.path, ignored);
    return replaced.status();
  }
  imported.replaced = *replaced;
  return Status::Ok();
}

Result<std::vector<std::string>> ExpandFiles(const std::vector<std::string>& files) {
  std::vector<std::string> paths;
  for (const std::string& file : files) {
    VARJOIN_ASSIGN(const std::vector<std::string> expanded, ExpandPattern(file));
    for (const std::string& path : expanded) {
      VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
      paths.push_back(AbsolutePath(path));
    }
  }
  return paths;
}

}  // namespace

Result<Imported> ImportSource(duck::Database& database, const Catalog& catalog, const ImportRequest& given) {
  ImportRequest request = given;  // BED implies some of it
  VARJOIN_RETURN_IF_ERROR(CheckSourceName(request.name));
  VARJOIN_ASSIGN(const std::vector<std::string> paths, ExpandFiles(request.files));
  VARJOIN_ASSIGN(ImportRows rows, RowsOf(database, request, paths));
  if (!request.contig_aliases.empty()) {
    VARJOIN_ASSIGN(rows.aliases, ReadContigAliases(request.contig_aliases));
  }
  Imported imported;
  VARJOIN_RETURN_IF_ERROR(BeginSource(request, rows, paths, imported));
  VARJOIN_ASSIGN(const std::shared_ptr<const Reference> reference, OpenReference(request.reference, imported.source));
  const UsedReference used(database, reference);
  VARJOIN_RETURN_IF_ERROR(CheckWhere(database, request, rows));

  const std::string folder = catalog.FolderOf(request.name);
  VARJOIN_RETURN_IF_ERROR(MakeFolders(folder));
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(catalog.FolderOf(ToLower(request.name)) + ".lock", kLockSeconds));
  const RemovedIfEmpty at_a_failure{folder};
  VARJOIN_RETURN_IF_ERROR(RemoveUnknown(catalog, folder));
  imported.path = NewPath(catalog, request.name);
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(imported.path));
  // Equal keys keep the input's order, which the numbers of a table's rows tell.
  VARJOIN_RETURN_IF_ERROR(
      KeepingOrder(database, [&] { return WriteRows(database, request, rows, file, reference.get(), imported); }));
  if (reference != nullptr) {
    VARJOIN_RETURN_IF_ERROR(JudgeReference(*reference, imported));
  }
  if (imported.source.assembly.empty()) {
    imported.source.assembly = AssemblyToldBy(imported.source.contigs);
  }
  if (const std::string note = NumberedSexNote(imported.source); !note.empty()) {
    imported.notes.push_back(note);
  }
  VARJOIN_ASSIGN(const std::string after, FingerprintOf(paths));
  if (after != imported.source.input_fingerprint) {
    return Failed("{}: was changed while it was read; nothing is changed, run again", paths[0]);
  }
  VARJOIN_RETURN_IF_ERROR(file.Commit(/*replace=*/true));
  VARJOIN_RETURN_IF_ERROR(PutIntoCatalog(catalog, imported));
  VARJOIN_RETURN_IF_ERROR(RemoveUnknown(catalog, folder));
  return imported;
}

}  // namespace varjoin
