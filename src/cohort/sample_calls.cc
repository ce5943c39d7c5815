// sample_calls.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/sample_calls.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "genome/assembly.h"
#include "genome/contig.h"
#include "sources/source.h"

namespace varjoin {
namespace {

constexpr int64_t kAllelesOfStart = 1 << 16;  ///< as many have ids, see CohortManifest
constexpr int kMostContigs = 1 << 15;
constexpr const char* kAlleleKey = "number, \"start\", \"end\", ref, alt";

/// The steps of adding an input, in their order. Tables are temporary, and replaced by the next input's.
class InputSteps {
 public:
  InputSteps(const CohortSession& session, const CohortInput& input, CohortChange& change, CohortReport& report)
      : session_(session), database_(session.database), input_(input), change_(change), report_(report) {}

  Status Read();
  Status NameContigs();
  Status FindAlleles();
  Status NameAlleles();
  Status Annotate();
  Status WriteCalls();

 private:
  std::string FieldsSql(const std::string& row) const;
  std::string KnownSql() const;
  std::string CallsSql() const;
  Status WriteSample(const std::string& name, const std::string& sql);
  std::optional<int64_t> LengthOf(const std::string& contig) const;
  std::string CohortName(const std::string& contig) const;

  const CohortSession& session_;
  duck::Database& database_;
  const CohortInput& input_;
  CohortChange& change_;
  CohortReport& report_;
  int64_t known_ = 0;  ///< alleles that the cohort has already
};

/// Fields of calls that the input lacks are NULL.
std::string InputSteps::FieldsSql(const std::string& row) const {
  std::string sql;
  for (const CohortColumn& field : change_.manifest().fields) {
    const vcf::Column* const column = FindFormat(input_.header, field.name);
    sql += column == nullptr ? fmt::format(", CAST(NULL AS {}) AS {}", field.type, SqlName(field.name))
                             : fmt::format(", CAST({}{} AS {}) AS {}", row, SqlName(column->name), field.type,
                                           SqlName(field.name));
  }
  return sql;
}

/// A row for each sample and allele that it has, or may have.
Status InputSteps::Read() {
  session_.on_phase(input_.file.path + ": reading");
  VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE seen AS\n"
      "SELECT sample, chrom, \"start\", \"end\", upper(ref) AS ref,\n"
      "  CASE WHEN regexp_full_match(alt, '[A-Za-z]+') THEN upper(alt) ELSE alt END AS alt,\n"
      "  record, alt_index, filter, GT, GT_alleles{}\n"
      " FROM read_vcf([{}], genotypes := 'long', gt := 'numbers', on_bad_record := {})\n"
      " WHERE carried IS NOT FALSE AND alt IS NOT NULL",
      FieldsSql(""), SqlString(input_.file.path), SqlString(input_.on_bad_record))));
  const vcf::ScanReport scan = database_.TakeScanReport();
  for (const std::string& note : scan.Sentences()) {
    report_.AddNote(note);
  }
  VARJOIN_ASSIGN(const FileStamp now, StampOf(input_.file.path));
  if (now != input_.file) {
    return Failed("{}: was changed while it was read; nothing is changed, run again", input_.file.path);
  }
  return Status::Ok();
}

std::optional<int64_t> InputSteps::LengthOf(const std::string& contig) const {
  for (const vcf::ContigDefinition& definition : input_.header.headers[0].contigs) {
    if (definition.name == contig && definition.length) {
      return definition.length;
    }
  }
  return std::nullopt;
}

/// A mitochondrion of another length is another sequence, and gets a name that nothing has.
std::string InputSteps::CohortName(const std::string& contig) const {
  const std::string& alias = NameOf(input_.contig_aliases, contig);
  const std::optional<int64_t> length = LengthOf(contig);
  return CanonicalContig(alias, length).value_or(fmt::format("{}_{}", alias, length.value_or(0)));
}

/// What the input's contigs are called in the cohort, and their numbers.
Status InputSteps::NameContigs() {
  std::map<std::string, int>& numbers = change_.manifest().contigs;
  for (int number = 1; number <= kPrimaryContigs; ++number) {
    numbers.try_emplace(PrimaryName(number), number);
  }
  VARJOIN_ASSIGN(const duck::ResultTable seen, database_.Query("SELECT DISTINCT chrom FROM seen ORDER BY chrom"));
  std::string values = "('', '', 0)";
  for (size_t row = 0; row < seen.rows.size(); ++row) {
    const std::string name = CohortName(seen.Text(row, 0));
    const int number = numbers.try_emplace(name, static_cast<int>(numbers.size()) + 1).first->second;
    values += fmt::format(", ({}, {}, {})", SqlString(seen.Text(row, 0)), SqlString(name), number);
  }
  if (numbers.size() >= kMostContigs) {
    return BadInput("{}: the cohort would have {} contigs, and {} is the most; use inputs of one assembly",
                    input_.file.path, numbers.size(), kMostContigs - 1);
  }
  return database_.Execute("CREATE OR REPLACE TEMP TABLE contigs AS SELECT * FROM (VALUES " + values +
                           ") c(name, chrom, number)");
}

/// The different alleles of the input as they are written, and as they are minimal; and those to have ids.
Status InputSteps::FindAlleles() {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      "CREATE OR REPLACE TEMP TABLE written AS\n"
      "SELECT *, CASE WHEN spelled THEN m.\"start\" + length(m.ref) - 1 ELSE \"end\" END AS m_end\n"
      " FROM (SELECT *, CASE WHEN spelled THEN minimal_allele(chrom, \"start\", ref, alt)\n"
      "   ELSE {'start': \"start\", 'ref': ref, 'alt': alt} END AS m\n"
      "  FROM (SELECT DISTINCT c.chrom, c.number, s.\"start\", s.\"end\", s.ref, s.alt,\n"
      "     regexp_full_match(s.ref || s.alt, '[A-Z]+') AS spelled\n"
      "    FROM seen s JOIN contigs c ON s.chrom = c.name))"));
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      "CREATE OR REPLACE TEMP TABLE wanted AS\n"
      "SELECT chrom, number, \"start\", \"end\", ref, alt FROM written\n"
      " UNION SELECT chrom, number, m.\"start\", m_end, m.ref, m.alt FROM written\n"
      "  WHERE m.\"start\" <> \"start\" OR m_end <> \"end\" OR m.ref <> ref OR m.alt <> alt"));
  // What is known of the places where they start, by their ids: little else of the sites is read.
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE near AS\n"
      "SELECT allele, site, allele >> 48 AS number, \"start\", \"end\", ref, alt FROM {} k\n"
      " SEMI JOIN (SELECT (CAST(number AS BIGINT) << 32) + \"start\" AS place FROM wanted) w ON k.allele >> 16 = "
      "w.place",
      KnownSql()));
}

std::string InputSteps::KnownSql() const {
  const std::vector<std::string> paths = change_.manifest().SitesPaths();
  return paths.empty() ? "(SELECT 0::BIGINT AS allele, 0::BIGINT AS site, 0::BIGINT AS \"start\", 0::BIGINT AS "
                         "\"end\", '' AS ref, '' AS alt WHERE false)"
                       : ReadParquetSql(paths);
}

/// Gives ids to alleles that have none: `ids` has those of all, `named` the alleles as written with their sites, and
/// `fresh` the new ones.
Status InputSteps::NameAlleles() {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE unknown AS\n"
      "SELECT w.*, coalesce(p.slots, 0) + row_number() OVER (PARTITION BY w.number, w.\"start\" ORDER BY w.ref, w.alt, "
      "w.\"end\") - 1 AS slot\n"
      " FROM (FROM wanted ANTI JOIN near USING ({0})) w\n"
      " LEFT JOIN (SELECT number, \"start\", max(allele & 65535) + 1 AS slots FROM near GROUP BY ALL) p\n"
      "  USING (number, \"start\")",
      kAlleleKey)));
  VARJOIN_ASSIGN(
      const duck::ResultTable most,
      database_.Query("SELECT coalesce(max(slot), 0), any_value(chrom || ':' || \"start\") FROM (FROM unknown ORDER BY "
                      "slot DESC LIMIT 1)"));
  if (most.Integer(0, 0) >= kAllelesOfStart) {
    return BadInput("{}: more than {} different alleles start at {}; a cohort can't tell them apart", input_.file.path,
                    kAllelesOfStart, most.Text(0, 1));
  }
  VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE ids AS\n"
      "SELECT {0}, allele FROM near SEMI JOIN wanted USING ({0})\n"
      " UNION ALL SELECT {0}, (CAST(number AS BIGINT) << 48) + (\"start\" << 16) + slot FROM unknown",
      kAlleleKey)));
  VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE named AS\n"
      "SELECT w.number, w.\"start\", w.\"end\", w.ref, w.alt, i.allele, j.allele AS site\n"
      " FROM written w JOIN ids i USING ({})\n"
      "  JOIN ids j ON j.number = w.number AND j.\"start\" = w.m.\"start\" AND j.\"end\" = w.m_end AND j.ref = w.m.ref "
      "AND j.alt = w.m.alt",
      kAlleleKey)));
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE fresh AS\n"
      "SELECT i.allele, coalesce(n.site, i.allele) AS site, u.chrom, u.\"start\", u.\"end\", u.ref, u.alt\n"
      " FROM unknown u JOIN ids i USING ({}) LEFT JOIN named n ON n.allele = i.allele",
      kAlleleKey));
}

Status InputSteps::Annotate() {
  VARJOIN_ASSIGN(const duck::ResultTable counts,
                 database_.Query("SELECT (SELECT count(*) FROM named), (SELECT count(*) FROM written), (SELECT "
                                 "count(*) FROM fresh), (SELECT count(*) FROM wanted)"));
  if (counts.Integer(0, 0) != counts.Integer(0, 1)) {
    return Failed("{}: {} of {} alleles got an id: this is a fault of varjoin's; nothing is changed, please report it",
                  input_.file.path, counts.Integer(0, 0), counts.Integer(0, 1));
  }
  report_.alleles += counts.Integer(0, 1);
  if (counts.Integer(0, 2) == 0) {
    return Status::Ok();
  }
  // That a source shares no contig with the input can't be told by its new alleles alone.
  const bool others_known = counts.Integer(0, 2) < counts.Integer(0, 3);
  return AddAlleles(session_, input_.file.path, others_known || input_.allow_no_overlap, change_, report_);
}

/// `repeated`: a sample's second call of a site, which counts of alleles leave out.
std::string InputSteps::CallsSql() const {
  std::string fields;
  for (const CohortColumn& field : change_.manifest().fields) {
    fields += ", s." + SqlName(field.name);
  }
  return fmt::format(
      "SELECT s.sample, n.site, CASE WHEN n.allele <> n.site THEN n.allele END AS spelling,\n"
      "  CAST(s.alt_index AS INTEGER) AS alt_index, s.GT,\n"
      "  CAST(CASE WHEN len(s.GT_alleles) <= 2\n"
      "   THEN CASE WHEN s.GT_alleles[1] = s.alt_index THEN 1 ELSE 0 END\n"
      "    + CASE WHEN s.GT_alleles[2] = s.alt_index THEN 1 ELSE 0 END\n"
      "   ELSE coalesce(len(list_filter(s.GT_alleles, lambda x: x = s.alt_index)), 0) END AS UTINYINT) AS copies,\n"
      "  CAST(coalesce(list_count(s.GT_alleles), 0) AS UTINYINT) AS called,\n"
      "  CAST(coalesce(len(s.GT_alleles), 0) AS UTINYINT) AS ploidy, s.filter{},\n"
      "  row_number() OVER (PARTITION BY s.sample, n.site ORDER BY s.record, s.alt_index) > 1 AS repeated\n"
      " FROM seen s JOIN contigs c ON s.chrom = c.name\n"
      "  JOIN named n ON n.number = c.number AND n.ref = s.ref AND n.alt = s.alt AND n.\"end\" = s.\"end\" AND "
      "n.\"start\" = s.\"start\"",
      fields);
}

Status InputSteps::WriteSample(const std::string& name, const std::string& sql) {
  // Hive's way of naming folders, in which any name can be written.
  std::string folder = "calls/sample=";
  for (const char letter : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' ||
                       letter == '.';
    folder += plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  VARJOIN_ASSIGN(const CohortFile file, change_.Write(database_, folder, sql));
  std::vector<CohortSample>& samples = change_.manifest().samples;
  std::erase_if(samples, [&](const CohortSample& sample) { return sample.name == name; });
  samples.push_back({.name = name, .input = input_.file, .added_at = NowUtc(), .calls = file});
  report_.added.push_back(name);
  report_.calls += file.rows;
  return Status::Ok();
}

Status InputSteps::WriteCalls() {
  session_.on_phase(input_.file.path + ": writing calls");
  VARJOIN_ASSIGN(const duck::ResultTable seen, database_.Query("SELECT count(*) FROM seen"));
  const int64_t before = report_.calls;
  const std::vector<std::string>& of_header = input_.header.headers[0].samples;
  if (of_header.size() == 1) {
    VARJOIN_RETURN_IF_ERROR(WriteSample(
        input_.samples[0], "SELECT * EXCLUDE (sample) FROM (" + CallsSql() + ") ORDER BY site, spelling, alt_index"));
  } else {
    std::string numbers;
    for (size_t i = 0; i < of_header.size(); ++i) {
      numbers += fmt::format("{}({}, {})", i == 0 ? "" : ", ", SqlString(of_header[i]), i);
    }
    // In the order of samples, so that each finds its rows without reading the others'.
    VARJOIN_RETURN_IF_ERROR(database_.Execute(
        fmt::format("CREATE OR REPLACE TEMP TABLE calls AS\nSELECT m.number AS sample_number, * EXCLUDE (sample) FROM "
                    "({}) JOIN (VALUES {}) m(sample, number) USING (sample)\n ORDER BY ALL",
                    CallsSql(), numbers)));
    for (size_t i = 0; i < of_header.size(); ++i) {
      VARJOIN_RETURN_IF_ERROR(WriteSample(
          input_.samples[i], fmt::format("SELECT * EXCLUDE (sample_number) FROM calls WHERE sample_number = {}", i)));
    }
  }
  return report_.calls - before == seen.Integer(0, 0)
             ? Status::Ok()
             : Failed("{}: {} calls became {}: this is a fault of varjoin's; nothing is changed, please report it",
                      input_.file.path, seen.Integer(0, 0), report_.calls - before);
}

}  // namespace

const vcf::Column* FindFormat(const vcf::Inspection& input, const std::string& field) {
  const auto found = std::find_if(input.columns.begin(), input.columns.end(), [&](const vcf::Column& column) {
    return column.origin == vcf::Origin::kFormat && column.genotype == vcf::GenotypePart::kText &&
           column.field.id == field;
  });
  return found == input.columns.end() ? nullptr : &*found;
}

std::string TypeOf(const vcf::Column& column) {
  const std::map<vcf::ValueType, std::string> types = {{vcf::ValueType::kBoolean, "BOOLEAN"},
                                                       {vcf::ValueType::kInteger, "INTEGER"},
                                                       {vcf::ValueType::kBigint, "BIGINT"},
                                                       {vcf::ValueType::kDouble, "DOUBLE"}};
  const auto found = types.find(column.type);
  return (found == types.end() ? "VARCHAR" : found->second) + (column.list ? "[]" : "");
}

Status AddInput(const CohortSession& session, const CohortInput& input, CohortChange& change, CohortReport& report) {
  InputSteps steps(session, input, change, report);
  VARJOIN_RETURN_IF_ERROR(steps.Read());
  VARJOIN_RETURN_IF_ERROR(steps.NameContigs());
  VARJOIN_RETURN_IF_ERROR(steps.FindAlleles());
  VARJOIN_RETURN_IF_ERROR(steps.NameAlleles());
  VARJOIN_RETURN_IF_ERROR(steps.Annotate());
  return steps.WriteCalls();
}

}  // namespace varjoin
