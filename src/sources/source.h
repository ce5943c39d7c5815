// source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// sources/ is the catalog of databases: registering, importing, listing. It may include base/, genome/, vcf/ and duck/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "genome/contig.h"
#include "genome/contig_aliases.h"
#include "genome/reference.h"

namespace varjoin {

/// The names under which a source's Parquet has the four columns that make an allele.
struct KeyColumns {
  std::string chrom = "chrom";
  std::string start = "start";
  std::string ref = "ref";
  std::string alt = "alt";
  std::string end = {};  ///< of intervals, the last base; ref and alt are then "" (in those of an import "end" is a
                         ///< column like others)
};

/// The parts of the key that a source has: "chrom" and its column, …; of intervals no ref and alt, but the end.
std::vector<std::pair<std::string, std::string>> PartsOf(const KeyColumns& key);

struct SourceColumn {
  std::string name;
  std::string type;      ///< DuckDB's: "VARCHAR", "DOUBLE[]", …
  std::string number;    ///< of the header line it came from: "1", "A", "R", ".", …; "" where there was none
  std::string vcf_type;  ///< "Integer", "Float", "Flag", "String"; "" where there was none
  std::string description;
};

struct SourceContig {
  std::string name;               ///< as the source spells it
  std::optional<int64_t> length;  ///< where its header told it
};

/// A database that variants can be looked up in: Parquet files with the columns of KeyColumns, and what is known of
/// them. Kept in the catalog.
struct Source {
  enum class Kind {
    kRegistered,  ///< Parquet of the user's, taken as it stands
    kImported,    ///< Parquet that `source import` wrote: alleles minimal, sorted
  };

  std::string name;
  Kind kind = Kind::kRegistered;
  std::vector<std::string> patterns;  ///< absolute paths or patterns of its Parquet files
  KeyColumns key;
  std::string chrom_type;             ///< DuckDB's type of the chrom column
  std::vector<SourceColumn> columns;  ///< all but the key, in the order of the files
  std::vector<SourceContig> contigs;
  /// Which contigs (indices into `contigs`) each file has, by absolute path. Empty: too many files to keep it.
  std::map<std::string, std::vector<int>> contigs_of_file;
  int64_t rows = 0;
  bool zero_based = false;             ///< the start column counts from 0
  bool interval = false;               ///< rows are intervals, start to "end", which match what overlaps them
  bool hive = false;                   ///< some columns are in the folders' names only: chrom=1/x.parquet
  ContigAliases contig_aliases;        ///< of the source's own names
  std::string assembly;                ///< "" where unknown
  std::string reference;               ///< the FASTA by which an import left-aligned the alleles; "" without one
  std::string reference_fingerprint;   ///< of that file, then
  std::string fingerprint;             ///< of the Parquet files, see Fingerprint()
  std::vector<std::string> warnings;   ///< said at every run: registered --as-is in spite of them
  std::vector<std::string> made_from;  ///< of an import: the absolute paths of its inputs
  std::string input_fingerprint;       ///< of an import: of its inputs, see Fingerprint()
  std::string made_at;                 ///< UTC, ISO 8601
  std::string checked_at;              ///< when `source check` read it through, likewise; "": never
};

/// "imported" or "registered".
std::string_view KindName(Source::Kind kind);

/// The views under which SQL sees the source: its name, but ensembl_variations and ensembl_snv for `ensembl`.
std::vector<std::string> ViewNames(const Source& source);

/// A sentence for the user where contigs look like PLINK's numbers for X and its like (PLINK 1.9, "Chromosome codes":
/// X is 23, Y 24, the pseudo-autosomal region 25, MT 26), which are not taken for them: other species have
/// 23 chromosomes and more. "" otherwise.
std::string NumberedSexNote(const Source& source);

/// The assembly that names (accessions) and lengths of contigs tell; "": none.
std::string AssemblyToldBy(const std::vector<SourceContig>& contigs);

/// A name that DuckDB gives to columns of its own, which a source's column would hide: file_index, file_row_number.
bool IsReservedColumn(const std::string& name);

/// The options of read_parquet() about folders' names.
std::string HiveSql(bool hive);

/// The FROM clause that reads Parquet files (literal paths) as one table: read_parquet([…], …).
std::string ReadParquetSql(const std::vector<std::string>& files);

/// The same for some files of a source, with the columns that are in folders' names.
std::string ReadSourceSql(const Source& source, const std::vector<std::string>& files);

/// The key of a row of ReadSourceSql(): chrom under the name that its contig is known by, and the 1-based start as
/// BIGINT, NULL where there is none. `row` is the alias of the rows with its dot, or "".
std::string ChromSql(const Source& source, const std::string& row = "");
std::string StartSql(const Source& source, const std::string& row = "");
/// Its ref and alt, "…, …"; NULLs where the source is of intervals.
std::string AllelesSql(const Source& source);

/// A pattern that matches exactly the file `path`, for functions that take patterns.
std::string LiteralPattern(const std::string& path);

/// The source as JSON text and back, for the catalog and for machines.
std::string ToJson(const Source& source);
Result<Source> SourceFromJson(const std::string& json);

/// Letters, digits and underscores, a letter first, at most 64; none of the names that varjoin keeps for itself.
Status CheckSourceName(const std::string& name);

/// The FASTA by which the source was left-aligned; null: there was none. Error: it is gone or has changed.
Result<std::shared_ptr<const Reference>> OpenReferenceOf(const Source& source);

/// The files of the source as they are now, sorted by path. Error: there are none, or one can't be read.
Result<std::vector<FileStamp>> FilesOf(const Source& source);

}  // namespace varjoin
