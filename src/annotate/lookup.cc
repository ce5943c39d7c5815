// lookup.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/lookup.h"

#include "annotate/output_columns.h"
#include "base/text.h"
#include "genome/contig.h"
#include "sources/file_source.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

/// A name that no source's column becomes.
std::string HitOf(size_t source) {
  return SqlName(fmt::format("hit;:{}", source + 1));
}

/// The catalog that has a request's source; of a file, that of the cache.
Result<Catalog> CatalogOf(duck::Database& database, const Catalog& catalog, const SourceRequest& request,
                          const std::string& temp_folder, std::vector<std::string>& notes) {
  if (request.file.empty()) {
    return catalog;
  }
  VARJOIN_ASSIGN(const PreparedFile prepared,
                 PrepareFile(database, catalog, {.path = request.file, .name = request.name, .reference = {}},
                             temp_folder, [](const std::string&) {}));
  if (!prepared.note.empty()) {
    notes.push_back(prepared.note);
  }
  return Catalog(prepared.home);
}

}  // namespace

bool LookupSources::HasContig(const std::string& source, const std::string& contig) const {
  const auto canonical = CanonicalContig(contig);
  return canonical && found.at(source).file->FindContig(*canonical) != index::ContigNames::kNone;
}

Result<LookupSources> OpenForLookup(duck::Database& database, const Catalog& catalog,
                                    const std::vector<std::string>& texts, const std::string& temp_folder) {
  LookupSources opened;
  VARJOIN_ASSIGN(opened.requests, ParseSourceRequests(texts));
  for (const SourceRequest& request : opened.requests) {
    VARJOIN_ASSIGN(const Catalog of_source, CatalogOf(database, catalog, request, temp_folder, opened.notes));
    VARJOIN_ASSIGN(Source source, of_source.Find(request.name));
    duck::LookupSource& found = opened.found[request.name];
    VARJOIN_ASSIGN(found.file, OpenIndex(of_source, source));
    VARJOIN_ASSIGN(found.reference, OpenReferenceOf(source));
    opened.sources.push_back(std::move(source));
  }
  database.SetIndexResolver(
      [found = opened.found](const std::string& name) -> Result<duck::LookupSource> { return found.at(name); });
  return opened;
}

Result<std::string> LookupSql(const LookupSources& sources, const std::vector<Variant>& variants) {
  VARJOIN_ASSIGN(const OutputColumns columns, NameColumns({}, sources.requests, sources.sources, /*bare_names=*/false));
  std::string rows;
  for (size_t i = 0; i < variants.size(); ++i) {
    const Variant& variant = variants[i];
    rows += fmt::format("{}({}, {}, {}, {}, {})", i == 0 ? "" : ", ", i, SqlString(variant.chrom), variant.start,
                        SqlString(variant.ref), SqlString(variant.alt));
  }
  std::string from = variants.empty()
                         ? "(SELECT 0 AS variant, '' AS chrom, 0 AS \"start\", '' AS ref, '' AS alt WHERE false)"
                         : fmt::format("(VALUES {}) v(variant, chrom, \"start\", ref, alt)", rows);
  std::string select = "CAST(variant AS BIGINT) AS variant, chrom, CAST(\"start\" AS BIGINT) AS \"start\", ref, alt";
  for (size_t s = 0; s < sources.requests.size(); ++s) {
    std::vector<std::string> names;
    for (const NamedColumn& column : columns.sources[s]) {
      select += fmt::format(", {}.c{} AS {}", HitOf(s), names.size() + 1, SqlName(column.to));
      names.push_back(SqlString(column.from));
    }
    select += fmt::format(", {}.hits AS {}", HitOf(s), SqlName(columns.hits[s]));
    // Each source's hits become rows in a SELECT of their own: two unnest() in one go side by side.
    from = fmt::format(
        "(SELECT * REPLACE (unnest({0}) AS {0})\n FROM (SELECT *, variant_rows({1}, chrom, CAST(\"start\" AS BIGINT), "
        "ref, alt, [{2}], []) AS {0}\n FROM {3}))",
        HitOf(s), SqlString(sources.requests[s].name), Join(names, ", "), from);
  }
  return fmt::format("SELECT {}\n FROM {}", select, from);
}

}  // namespace varjoin
