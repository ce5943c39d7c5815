// import.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/import.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/text.h"
#include "genome/assembly.h"
#include "vcf/inspect.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLockSeconds = 5;  ///< one import of a source at a time

/// What becomes a column of the source: all but the key and what belongs to one input only.
bool IsKept(const vcf::Column& column) {
  return column.origin == vcf::Origin::kId || column.origin == vcf::Origin::kQual ||
         column.origin == vcf::Origin::kFilter || column.origin == vcf::Origin::kInfo;
}

bool HasColumn(const vcf::Inspection& input, const std::string& name) {
  return std::any_of(input.columns.begin(), input.columns.end(),
                     [&](const vcf::Column& column) { return EqualNoCase(column.name, name); });
}

std::vector<SourceColumn> ColumnsOf(const vcf::Inspection& input) {
  std::vector<SourceColumn> columns;
  const char* const types[] = {"Integer", "Float", "Flag", "String"};
  for (const vcf::Column& column : input.columns) {
    if (!IsKept(column)) {
      continue;
    }
    SourceColumn& kept = columns.emplace_back();
    kept.name = column.name;
    while (IsReservedColumn(kept.name) || (kept.name != column.name && HasColumn(input, kept.name))) {
      kept.name = "info_" + kept.name;
    }
    if (column.origin == vcf::Origin::kInfo) {
      kept.number = column.field.number_text;
      kept.vcf_type = types[static_cast<int>(column.field.type)];
      kept.description = column.field.description;
    }
  }
  return columns;
}

std::string QuotedList(const std::vector<std::string>& paths) {
  std::vector<std::string> quoted;
  for (const std::string& path : paths) {
    quoted.push_back(SqlString(path));
  }
  return Join(quoted, ", ");
}

std::string CopySql(const ImportRequest& request, const vcf::Inspection& input, const Source& source,
                    const std::string& path) {
  std::string columns;
  size_t kept = 0;
  for (const vcf::Column& column : input.columns) {
    if (IsKept(column)) {
      columns += fmt::format(", v.{} AS {}", SqlName(column.name), SqlName(source.columns[kept++].name));
    }
  }
  return fmt::format(
      "COPY (SELECT chrom, coalesce(m.minimal.\"start\", v.\"start\") AS \"start\", coalesce(m.minimal.ref, v.ref) AS "
      "ref, "
      "coalesce(m.minimal.alt, v.alt) AS alt{} "
      "FROM read_vcf([{}], on_bad_record := {}, info_other := false) v, LATERAL (SELECT minimal_allele(v.chrom, "
      "v.\"start\", v.ref, v.alt)) "
      "m(minimal) "
      "ORDER BY contig_sort_key(chrom), 2, upper(coalesce(m.minimal.ref, v.ref)), upper(coalesce(m.minimal.alt, "
      "v.alt)), "
      "record, alt_index) TO {} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, "
      "KV_METADATA {{varjoin_source: {}, varjoin_made_from: {}}})",
      columns, QuotedList(input.paths), SqlString(request.on_bad_record), SqlString(path), SqlString(request.name),
      SqlString(Join(input.paths, ", ")));
}

/// Contigs in order of appearance, with the headers' lengths.
std::vector<SourceContig> ContigsOf(const vcf::Inspection& input, const vcf::ScanReport& report) {
  std::map<std::string, std::optional<int64_t>> lengths;
  for (const vcf::Header& header : input.headers) {
    for (const vcf::ContigDefinition& contig : header.contigs) {
      lengths.emplace(contig.name, contig.length);
    }
  }
  std::vector<std::pair<int64_t, SourceContig>> found;
  for (const auto& [name, count] : report.contigs) {
    const auto length = lengths.find(name);
    found.push_back({count.first_record, {name, length == lengths.end() ? std::nullopt : length->second}});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SourceContig> contigs;
  for (auto& [first, contig] : found) {
    contigs.push_back(std::move(contig));
  }
  return contigs;
}

Status CheckInputs(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
    std::ifstream file(path, std::ios::binary);
    std::string magic(4, '\0');
    if (file.read(magic.data(), 4) && magic == "PAR1") {
      return BadInput("{}: is Parquet already; register it with `varjoin source add NAME FILE`", path);
    }
  }
  return Status::Ok();
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

/// Counts that the finished file answers.
Status CountRows(duck::Database& database, const std::string& path, Imported& imported) {
  const std::string from = ReadParquetSql({path});
  VARJOIN_ASSIGN(const duck::ResultTable counts,
                 database.Query(fmt::format("SELECT count(*), count(*) FILTER (len(allele_forms(\"start\", ref, alt)) "
                                            "= 0) FROM {}",
                                            from)));
  imported.source.rows = counts.Integer(0, 0);
  imported.unmatchable = counts.Integer(0, 1);
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

}  // namespace

Result<Imported> ImportSource(duck::Database& database, const Catalog& catalog, const ImportRequest& request) {
  VARJOIN_RETURN_IF_ERROR(CheckSourceName(request.name));
  std::vector<std::string> paths;
  for (const std::string& file : request.files) {
    VARJOIN_ASSIGN(const std::vector<std::string> expanded, ExpandPattern(file));
    for (const std::string& path : expanded) {
      paths.push_back(AbsolutePath(path));
    }
  }
  VARJOIN_RETURN_IF_ERROR(CheckInputs(paths));
  VARJOIN_ASSIGN(const vcf::Inspection input, vcf::Inspect(paths, {.info_other = false}));

  Imported imported;
  Source& source = imported.source;
  source.name = request.name;
  source.kind = Source::Kind::kImported;
  source.columns = ColumnsOf(input);
  source.chrom_type = "VARCHAR";
  source.made_from = paths;
  VARJOIN_ASSIGN(const std::string told, vcf::AssemblyOf(input));
  source.assembly = request.assembly.empty() ? told : CanonicalAssembly(request.assembly);
  std::shared_ptr<const Reference> reference;
  if (!request.reference.empty()) {
    VARJOIN_ASSIGN(reference, Reference::Open(request.reference));
    source.reference = reference->path();
    source.reference_fingerprint = Fingerprint({reference->stamp()});
  }
  const UsedReference used(database, reference);
  for (const vcf::Header& header : input.headers) {
    imported.samples_dropped = std::max(imported.samples_dropped, static_cast<int>(header.samples.size()));
  }

  const std::string folder = catalog.FolderOf(request.name);
  VARJOIN_RETURN_IF_ERROR(MakeFolders(folder));
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(catalog.FolderOf(ToLower(request.name)) + ".lock", kLockSeconds));
  const RemovedIfEmpty at_a_failure{folder};
  VARJOIN_RETURN_IF_ERROR(RemoveUnknown(catalog, folder));
  (void)database.TakeScanReport();  // of a statement before that failed
  imported.path = NewPath(catalog, request.name);
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(imported.path));
  if (const Status copied = database.Execute(CopySql(request, input, source, file.temporary_path())); !copied.ok()) {
    return Status(copied.code(), ReplaceAll(copied.message(), file.temporary_path(), imported.path));
  }
  const vcf::ScanReport report = database.TakeScanReport();
  imported.records = report.records;
  imported.notes = report.Sentences();
  if (reference != nullptr) {
    const AlignmentCounts counts = reference->TakeCounts();
    VARJOIN_RETURN_IF_ERROR(reference->Judge(counts));
    const std::vector<std::string> notes = counts.Sentences();
    imported.notes.insert(imported.notes.end(), notes.begin(), notes.end());
  }
  source.contigs = ContigsOf(input, report);
  VARJOIN_RETURN_IF_ERROR(CountRows(database, file.temporary_path(), imported));
  VARJOIN_ASSIGN(const duck::ResultTable described,
                 database.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadParquetSql({file.temporary_path()}))));
  for (size_t i = 0; i < source.columns.size(); ++i) {
    source.columns[i].type = described.Text(i + 4, 1);  // after the key
  }
  VARJOIN_RETURN_IF_ERROR(file.Commit(/*replace=*/true));

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
  VARJOIN_RETURN_IF_ERROR(RemoveUnknown(catalog, folder));
  return imported;
}

}  // namespace varjoin
