// alleles.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/alleles.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

constexpr size_t kPartsOfLevel = 8;         ///< as many become one of the next level
constexpr int64_t kRowsOfFile = 1'000'000;  ///< of a part that is put together: they are sorted in memory
constexpr const char* kKey = "allele, site, chrom, \"start\", \"end\", ref, alt";

/// Names that the views have for themselves.
const std::set<std::string> kTaken = {"allele", "site",   "chrom",  "start",    "end",
                                      "ref",    "alt",    "sample", "gt",       "copies",
                                      "called", "ploidy", "filter", "repeated", "alt_index"};

/// The columns of a table beyond those of the input that it was made of, cut at the sources.
Status NameColumns(const CohortSession& session, const std::vector<OutputColumn>& made, size_t skipped,
                   std::vector<CohortSource*>& sources) {
  size_t next = skipped;
  for (CohortSource* const source : sources) {
    size_t wanted = source->request.columns.size();
    if (!source->columns.empty()) {
      wanted = source->columns.size() - 1;
    } else if (wanted == 0) {
      VARJOIN_ASSIGN(const Source found, session.catalog.Find(source->request.name));
      wanted = found.columns.size();
    }
    std::vector<CohortColumn> columns;
    for (size_t i = 0; i <= wanted && next < made.size(); ++i, ++next) {  // and the count of hits
      const std::string& type = made[next].type;
      const bool unpacked = source->one_hit && i < wanted && type.ends_with("[]");
      columns.push_back({made[next].name, unpacked ? type.substr(0, type.size() - 2) : type});
    }
    if (!source->columns.empty() && source->columns != columns) {
      return Failed(
          "source '{}' does not have the columns that the cohort was annotated with; annotate it anew: varjoin cohort "
          "annotate DIR -s {}",
          source->request.name, source->request.name);
    }
    source->columns = std::move(columns);
  }
  return next == made.size() ? Status::Ok()
                             : Failed(
                                   "the alleles were annotated with {} columns where {} are known: this is a fault "
                                   "of varjoin's; nothing is changed, please report it",
                                   made.size() - skipped, next - skipped);
}

/// No two columns of one name, whatever the letters' case.
Status CheckNames(const CohortManifest& manifest) {
  std::set<std::string> names = kTaken;
  for (const CohortColumn& field : manifest.fields) {
    names.insert(ToLower(field.name));
  }
  for (const CohortSource& source : manifest.sources) {
    for (const CohortColumn& column : source.columns) {
      if (!names.insert(ToLower(column.name)).second) {
        return BadInput("source '{}': the cohort has a column '{}' already; give it another name: -s {}:COLUMN=NAME",
                        source.request.name, column.name, source.request.name);
      }
    }
  }
  return Status::Ok();
}

/// Alleles that were annotated with some sources, in their order: a Parquet with the input's columns first.
struct Annotated {
  std::string path;
  std::vector<OutputColumn> columns;
  size_t of_input = 0;

  const std::string& Name(size_t column) const { return columns[column].name; }
};

/// Writes alleles as a VCF, ids in the column ID: annotating them is annotating that, so that a cohort says what
/// `annotate` says. `alleles` is a SELECT of kKey, sorted.
Status WriteVcf(const CohortSession& session, const std::string& alleles, const std::string& path) {
  const std::string first_line =
      "##fileformat=VCFv4.2\n"
      "##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last base\">\n"
      "##INFO=<ID=SITE,Number=1,Type=String,Description=\"Site of an allele in another form\">\n"
      "#CHROM";
  return session.database.Execute(fmt::format(
      "COPY (SELECT chrom AS {}, \"start\" AS POS, allele AS ID, ref AS REF, alt AS ALT, '.' AS QUAL, '.' AS FILTER,\n"
      "  CASE WHEN \"end\" = \"start\" + length(ref) - 1 THEN '' ELSE 'END=' || \"end\" || ';' END || 'SITE=' || site\n"
      "  AS INFO FROM ({}))\nTO {} (FORMAT csv, DELIMITER '\\t', QUOTE '', ESCAPE '', HEADER true)",
      SqlName(first_line), alleles, SqlString(path)));
}

Result<Annotated> Annotate(const CohortSession& session, const CohortManifest& manifest, const std::string& label,
                           const std::vector<SourceRequest>& sources, const std::string& alleles, bool allow_no_overlap,
                           CohortReport& report) {
  const std::string vcf = session.temp_folder + "/alleles.vcf";
  VARJOIN_RETURN_IF_ERROR(WriteVcf(session, alleles, vcf));
  VARJOIN_ASSIGN(const vcf::Inspection input, session.database.Inspect({vcf}, {.split = true}));
  AnnotateRequest request;
  request.inputs = {vcf};
  request.sources = sources;
  request.output = session.temp_folder + "/annotated.parquet";
  request.force = true;
  request.duplicates = manifest.duplicates;
  request.reference = manifest.reference;
  request.assembly = manifest.assembly;
  request.allow_no_overlap = allow_no_overlap;
  request.compression = "lz4";  // read again soon, and not kept
  const Result<AnnotateReport> done = session.annotate(request, label + ": ");
  if (!done.ok()) {
    return Status(done.status().code(), ReplaceAll(done.status().message(), vcf, "the alleles of " + label));
  }
  for (const SourceMatches& used : done->sources) {
    const bool same = std::any_of(manifest.sources.begin(), manifest.sources.end(), [&](const CohortSource& source) {
      return source.request.name == used.name && source.fingerprint == used.fingerprint;
    });
    if (!same) {
      return Failed("source '{}' has changed meanwhile; nothing is changed, run again", used.name);
    }
  }
  for (const std::string& note : done->notes) {
    report.AddNote(ReplaceAll(note, vcf, "the alleles of " + label));
  }
  report.AddMatches(done->sources);
  std::error_code ignored;
  std::filesystem::remove(vcf, ignored);
  return Annotated{.path = request.output, .columns = done->columns, .of_input = input.columns.size()};
}

/// The columns of sources as they are kept: the only hit of a source that has no more is no list.
std::string SourcesSql(const CohortManifest& manifest, const Annotated* annotated,
                       const std::vector<std::string>& made_now) {
  std::string sql;
  size_t next = annotated == nullptr ? 0 : annotated->of_input;
  for (const CohortSource& source : manifest.sources) {
    const bool is_new = std::find(made_now.begin(), made_now.end(), source.request.name) != made_now.end();
    for (const CohortColumn& column : source.columns) {
      if (!is_new) {
        sql += fmt::format(",\n  o.{}", SqlName(column.name));
        continue;
      }
      const OutputColumn& made = annotated->columns[next++];
      sql += fmt::format(",\n  n.{}{} AS {}", SqlName(made.name), made.type == column.type ? "" : "[1]",
                         SqlName(column.name));
    }
  }
  return sql;
}

/// An allele with two hits where values are no lists would lose one.
std::string OneHitChecks(const CohortManifest& manifest, const std::vector<std::string>& made_now) {
  std::string sql = "true";
  for (const CohortSource& source : manifest.sources) {
    const bool is_new = std::find(made_now.begin(), made_now.end(), source.request.name) != made_now.end();
    if (is_new && source.one_hit) {
      sql += fmt::format(
          " AND (n.{0} <= 1 OR error('source {1} has several rows for one allele, and its index says "
          "that it has not: varjoin source index {1}'))",
          SqlName(source.columns.back().name), source.request.name);
    }
  }
  return sql;
}

std::vector<std::string> NamesOf(const CohortManifest& manifest) {
  std::vector<std::string> names;
  for (const CohortSource& source : manifest.sources) {
    names.push_back(source.request.name);
  }
  return names;
}

/// Whether no allele can have two hits, by the index: its values need no lists.
bool HasOneHitAtMost(const CohortSession& session, const CohortManifest& manifest, const Source& source) {
  if (source.interval || !manifest.reference.empty() || manifest.duplicates != Duplicates::kList) {
    return false;
  }
  const auto index = OpenIndex(session.catalog, source);
  return index.ok() && (*index)->counts().repeated == 0 && (*index)->counts().not_minimal == 0;
}

/// The ids that cut sorted alleles into files of so many rows. `parts`: what can be selected from.
Result<std::vector<int64_t>> CutsOf(const CohortSession& session, const std::string& parts, int64_t rows) {
  std::vector<int64_t> cuts;
  if (const int64_t files = (rows + kRowsOfFile - 1) / kRowsOfFile; files > 1) {
    std::vector<std::string> places;
    for (int64_t i = 1; i < files; ++i) {
      places.push_back(std::to_string(static_cast<double>(i) / static_cast<double>(files)));
    }
    VARJOIN_ASSIGN(const duck::ResultTable found,
                   session.database.Query(
                       fmt::format("SELECT unnest(quantile_disc(allele, [{}])) FROM {}", Join(places, ", "), parts)));
    for (size_t row = 0; row < found.rows.size(); ++row) {
      cuts.push_back(found.Integer(row, 0));
    }
  }
  return cuts;
}

Result<SitesPart> WriteTogether(const CohortSession& session, CohortChange& change,
                                const std::vector<std::string>& paths, int64_t rows, int level) {
  const std::string parts = ReadParquetSql(paths);
  SitesPart together{.level = level};
  VARJOIN_ASSIGN(together.files, WriteInOrder(session, change, "sites", parts, rows, [&](int64_t after, int64_t last) {
                   return fmt::format("SELECT * FROM {} WHERE allele > {} AND allele <= {} ORDER BY allele", parts,
                                      after, last);
                 }));
  return together.Rows() == rows
             ? Result<SitesPart>(together)
             : Failed(
                   "{} alleles became {} when they were put together: this is a fault of varjoin's; nothing is "
                   "changed, please report it",
                   rows, together.Rows());
}

}  // namespace

void CohortReport::AddNote(const std::string& note) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
    notes.push_back(note);
  }
}

void CohortReport::AddMatches(const std::vector<SourceMatches>& more) {
  for (const SourceMatches& of_run : more) {
    matched[of_run.name] += of_run.matched;
  }
}

Status AddSources(const CohortSession& session, const std::vector<SourceRequest>& requests, CohortManifest& manifest) {
  for (const SourceRequest& request : requests) {
    if (!request.file.empty()) {
      return BadInput(
          "-s {}: a cohort is annotated with sources of the catalog, which stay; make it one first: varjoin source "
          "import NAME {}",
          request.file, request.file);
    }
    VARJOIN_ASSIGN(const Source source, session.catalog.Find(request.name));
    if (!source.reference.empty() && AbsolutePath(source.reference) != manifest.reference) {
      return BadInput(
          "source '{}' was imported with the reference {}, and the cohort has {}: alleles would match in other forms; "
          "make the cohort with --reference {}",
          source.name, source.reference, manifest.reference.empty() ? "none" : manifest.reference, source.reference);
    }
    VARJOIN_ASSIGN(const std::vector<FileStamp> files, FilesOf(source));
    CohortSource added{.request = request, .fingerprint = Fingerprint(files)};
    added.request.name = source.name;
    added.one_hit = HasOneHitAtMost(session, manifest, source);
    const auto old = std::find_if(manifest.sources.begin(), manifest.sources.end(), [&](const CohortSource& other) {
      return EqualNoCase(other.request.name, source.name);
    });
    if (old == manifest.sources.end()) {
      manifest.sources.push_back(std::move(added));
    } else {
      *old = std::move(added);
    }
  }
  return Status::Ok();
}

Status CheckSources(const CohortSession& session, const CohortManifest& manifest) {
  for (const CohortSource& source : manifest.sources) {
    const std::string& name = source.request.name;
    VARJOIN_ASSIGN(const Source found, session.catalog.Find(name));
    VARJOIN_ASSIGN(const std::vector<FileStamp> files, FilesOf(found));
    if (Fingerprint(files) != source.fingerprint) {
      return BadInput(
          "source '{}' has changed since the cohort was annotated with it; bring the cohort up to date first: varjoin "
          "cohort annotate {} -s {}",
          name, manifest.folder, name);
    }
  }
  return Status::Ok();
}

Status AddAlleles(const CohortSession& session, const std::string& label, bool allow_no_overlap, CohortChange& change,
                  CohortReport& report) {
  CohortManifest& manifest = change.manifest();
  const std::string fresh = fmt::format("SELECT {} FROM fresh ORDER BY allele", kKey);
  std::string select = fresh;
  if (!manifest.sources.empty()) {
    std::vector<SourceRequest> requests;
    std::vector<CohortSource*> sources;
    for (CohortSource& source : manifest.sources) {
      requests.push_back(source.request);
      sources.push_back(&source);
    }
    VARJOIN_ASSIGN(const Annotated annotated,
                   Annotate(session, manifest, label, requests, fresh, allow_no_overlap, report));
    VARJOIN_RETURN_IF_ERROR(NameColumns(session, annotated.columns, annotated.of_input, sources));
    VARJOIN_RETURN_IF_ERROR(CheckNames(manifest));
    // By position: a source's column may have taken a name of the input's.
    select = fmt::format(
        "SELECT CAST(n.{} AS BIGINT) AS allele, CAST(n.{} AS BIGINT) AS site, n.{} AS chrom, n.{} AS \"start\",\n"
        "  n.{} AS \"end\", n.{} AS ref, n.{} AS alt{}\n FROM {} n WHERE {}",
        SqlName(annotated.Name(3)), SqlName(annotated.Name(annotated.of_input - 1)), SqlName(annotated.Name(0)),
        SqlName(annotated.Name(1)), SqlName(annotated.Name(2)), SqlName(annotated.Name(4)), SqlName(annotated.Name(5)),
        SourcesSql(manifest, &annotated, NamesOf(manifest)), ReadParquetSql({annotated.path}),
        OneHitChecks(manifest, NamesOf(manifest)));
  }
  session.on_phase(label + ": writing alleles");
  VARJOIN_ASSIGN(const CohortFile file, change.Write(session.database, "sites", select));
  VARJOIN_ASSIGN(const duck::ResultTable expected, session.database.Query("SELECT count(*) FROM fresh"));
  if (file.rows != expected.Integer(0, 0)) {
    return Failed("{}: {} new alleles became {}: this is a fault of varjoin's; nothing is changed, please report it",
                  label, expected.Integer(0, 0), file.rows);
  }
  report.new_alleles += file.rows;
  manifest.sites.push_back({.level = 0, .files = {file}});
  return Status::Ok();
}

Status AnnotateAgain(const CohortSession& session, const std::vector<std::string>& names, CohortChange& change,
                     CohortReport& report) {
  CohortManifest& manifest = change.manifest();
  std::vector<SourceRequest> requests;
  std::vector<CohortSource*> sources;
  for (CohortSource& source : manifest.sources) {
    if (std::find(names.begin(), names.end(), source.request.name) != names.end()) {
      requests.push_back(source.request);
      sources.push_back(&source);
    }
  }
  bool is_first = true;
  for (SitesPart& part : manifest.sites) {
    for (CohortFile& file : part.files) {
      const std::string old = ReadParquetSql({manifest.PathOf(file)});
      VARJOIN_ASSIGN(const Annotated annotated,
                     Annotate(session, manifest, fmt::format("{} alleles", WithCommas(file.rows)), requests,
                              fmt::format("SELECT {} FROM {}", kKey, old), !is_first, report));
      is_first = false;
      VARJOIN_RETURN_IF_ERROR(NameColumns(session, annotated.columns, annotated.of_input, sources));
      VARJOIN_RETURN_IF_ERROR(CheckNames(manifest));
      // Side by side, since a join would have to be sorted again; that they are the same alleles is looked at.
      VARJOIN_ASSIGN(
          const CohortFile anew,
          change.Write(session.database, "sites",
                       fmt::format("SELECT CASE WHEN o.allele = CAST(n.{} AS BIGINT) THEN o.allele ELSE error('the "
                                   "alleles are in another order: this is a fault of varjoin''s') END AS allele,\n"
                                   "  o.site, o.chrom, o.\"start\", o.\"end\", o.ref, o.alt{}\n"
                                   " FROM {} o POSITIONAL JOIN {} n WHERE {}",
                                   SqlName(annotated.Name(3)), SourcesSql(manifest, &annotated, names), old,
                                   ReadParquetSql({annotated.path}), OneHitChecks(manifest, names))));
      if (anew.rows != file.rows) {
        return Failed("{} alleles became {}: this is a fault of varjoin's; nothing is changed, please report it",
                      file.rows, anew.rows);
      }
      report.new_alleles += anew.rows;
      file = anew;
    }
  }
  return Status::Ok();
}

Result<std::vector<CohortFile>> WriteInOrder(const CohortSession& session, CohortChange& change,
                                             const std::string& folder, const std::string& alleles, int64_t rows,
                                             const std::function<std::string(int64_t after, int64_t last)>& select) {
  VARJOIN_ASSIGN(std::vector<int64_t> cuts, CutsOf(session, alleles, rows));
  cuts.push_back(INT64_MAX);
  std::vector<CohortFile> files;
  int64_t after = INT64_MIN;
  for (const int64_t cut : cuts) {
    VARJOIN_ASSIGN(const CohortFile file, change.Write(session.database, folder, select(after, cut)));
    files.push_back(file);
    after = cut;
  }
  return files;
}

Status PutPartsTogether(const CohortSession& session, CohortChange& change) {
  std::vector<SitesPart>& parts = change.manifest().sites;
  for (int level = 0;; ++level) {
    std::vector<std::string> paths;
    int64_t rows = 0;
    size_t count = 0;
    bool is_last = true;
    for (const SitesPart& part : parts) {
      is_last = is_last && part.level <= level;
      if (part.level != level) {
        continue;
      }
      ++count;
      rows += part.Rows();
      for (const CohortFile& file : part.files) {
        paths.push_back(change.manifest().PathOf(file));
      }
    }
    if (count >= kPartsOfLevel) {
      session.on_phase("putting alleles together");
      VARJOIN_ASSIGN(const SitesPart together, WriteTogether(session, change, paths, rows, level + 1));
      std::erase_if(parts, [level](const SitesPart& part) { return part.level == level; });
      parts.insert(parts.begin(), together);
    } else if (is_last) {
      return Status::Ok();
    }
  }
}

}  // namespace varjoin
