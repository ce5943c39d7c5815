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

/// What an allele that is none of the plain ones is known by.
constexpr const char* kAlleleKey = "number, \"start\", \"end\", ref, alt";

/// The id of a plain allele, one of A, C, G, T by another: it is told by itself, without a look at those that the
/// cohort has. NULL of others. The letters' codes are bits 1 and 2 of their bytes: A, C, T, G.
std::string PlainId(const std::string& start, const std::string& end, const std::string& ref, const std::string& alt) {
  return fmt::format(
      "CASE WHEN {2} IN ('A', 'C', 'G', 'T') AND {3} IN ('A', 'C', 'G', 'T') AND {0} = {1} THEN (CAST(number AS "
      "BIGINT) "
      "<< 48) + ({0} << 16) + ((ascii({2}) & 6) << 1) + ((ascii({3}) & 6) >> 1) END",
      start, end, ref, alt);
}
constexpr int kPlainSlots = 16;

/// The steps of adding an input, in their order. Tables are temporary, and replaced by the next input's.
class InputSteps {
 public:
  InputSteps(const CohortSession& session, const CohortInput& input, CohortChange& change, CohortReport& report)
      : session_(session), database_(session.database), input_(input), change_(change), report_(report) {}

  Status Read();
  Status FindOthers();
  Status NameOthers();
  Status FindNew();
  Status Annotate();
  Status WriteCalls();

 private:
  Status MapContigs(const std::vector<std::string>& names);
  Status ReadSeen();
  Status NumberContigs();
  std::string FieldsSql() const;
  std::string KnownSql() const;
  Result<std::string> CallsSql();
  Status WriteSample(const std::string& name, const std::string& sql);
  std::string CohortName(const vcf::ContigDefinition& contig) const;
  bool HasManySamples() const { return input_.header.headers[0].samples.size() > 1; }

  const CohortSession& session_;
  duck::Database& database_;
  const CohortInput& input_;
  CohortChange& change_;
  CohortReport& report_;
  std::map<int, std::string> numbered_;  ///< the cohort's names of contigs that may occur
};

/// Fields of calls that the input lacks are NULL.
std::string InputSteps::FieldsSql() const {
  std::string sql;
  for (const CohortColumn& field : change_.manifest().fields) {
    const vcf::Column* const column = FindFormat(input_.header, field.name);
    sql += column == nullptr
               ? fmt::format(", CAST(NULL AS {}) AS {}", field.type, SqlName(field.name))
               : fmt::format(", CAST({} AS {}) AS {}", SqlName(column->name), field.type, SqlName(field.name));
  }
  return sql;
}

/// A mitochondrion of another length is another sequence, and gets a name that nothing has.
std::string InputSteps::CohortName(const vcf::ContigDefinition& contig) const {
  const std::string& alias = NameOf(input_.contig_aliases, contig.name);
  return CanonicalContig(alias, contig.length).value_or(fmt::format("{}_{}", alias, contig.length.value_or(0)));
}

/// The table `contigs`: the input's names of those that its header has, and of `names`, with the cohort's and their
/// numbers. Numbers are the manifest's where it has them; new ones are its own only where they occur.
Status InputSteps::MapContigs(const std::vector<std::string>& names) {
  std::vector<vcf::ContigDefinition> contigs = input_.header.headers[0].contigs;
  for (const std::string& name : names) {
    contigs.push_back({.name = name, .length = std::nullopt, .assembly = {}});
  }
  std::map<std::string, int> numbers = change_.manifest().contigs;
  int last = kPrimaryContigs;
  for (int number = 1; number <= kPrimaryContigs; ++number) {
    numbers.try_emplace(PrimaryName(number), number);
  }
  for (const auto& [name, number] : numbers) {
    last = std::max(last, number);
  }
  std::string values = "('', '', 0)";
  for (const vcf::ContigDefinition& contig : contigs) {
    const std::string name = CohortName(contig);
    const auto [entry, is_new] = numbers.try_emplace(name, last + 1);
    last += is_new ? 1 : 0;
    numbered_[entry->second] = name;
    values += fmt::format(", ({}, {}, {})", SqlString(contig.name), SqlString(name), entry->second);
  }
  if (last >= kMostContigs) {
    return BadInput("{}: the cohort would have {} contigs, and {} is the most; use inputs of one assembly",
                    input_.file.path, last, kMostContigs - 1);
  }
  return database_.Execute("CREATE OR REPLACE TEMP TABLE contigs AS SELECT DISTINCT * FROM (VALUES " + values +
                           ") c(name, chrom, number)");
}

/// A row for each sample and allele that it has, or may have. Of plain alleles the id is all that is kept: columns of a
/// temporary table cost as much as reading the file.
Status InputSteps::ReadSeen() {
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE seen AS\n"
      "SELECT * REPLACE (CASE WHEN plain IS NULL THEN number END AS number,\n"
      "  CASE WHEN plain IS NULL THEN \"start\" END AS \"start\", CASE WHEN plain IS NULL THEN \"end\" END AS "
      "\"end\",\n"
      "  CASE WHEN plain IS NULL THEN ref END AS ref, CASE WHEN plain IS NULL THEN alt END AS alt)\n"
      " FROM (SELECT *, {} AS plain\n"
      "  FROM (SELECT {}c.number, CASE WHEN c.number IS NULL THEN v.chrom END AS stranger, v.\"start\", v.\"end\",\n"
      "   upper(v.ref) AS ref,\n"
      "   CASE WHEN length(v.alt) = 1 OR regexp_full_match(v.alt, '[A-Za-z]+') THEN upper(v.alt) ELSE v.alt END AS "
      "alt,\n"
      "   record, CAST(alt_index AS INTEGER) AS alt_index, filter, GT,\n"
      "   CAST(CASE WHEN len(GT_alleles) <= 2\n"
      "     THEN CASE WHEN GT_alleles[1] = alt_index THEN 1 ELSE 0 END\n"
      "      + CASE WHEN GT_alleles[2] = alt_index THEN 1 ELSE 0 END\n"
      "     ELSE coalesce(len(list_filter(GT_alleles, lambda x: x = alt_index)), 0) END AS UTINYINT) AS copies,\n"
      "   CAST(coalesce(list_count(GT_alleles), 0) AS UTINYINT) AS called,\n"
      "   CAST(coalesce(len(GT_alleles), 0) AS UTINYINT) AS ploidy{}\n"
      "  FROM read_vcf([{}], genotypes := 'long', gt := 'numbers', on_bad_record := {}) v\n"
      "   LEFT JOIN contigs c ON v.chrom = c.name\n"
      "  WHERE carried IS NOT FALSE AND v.alt IS NOT NULL))",
      PlainId("\"start\"", "\"end\"", "ref", "alt"), HasManySamples() ? "v.sample, " : "", FieldsSql(),
      SqlString(input_.file.path), SqlString(input_.on_bad_record)));
}

Status InputSteps::Read() {
  session_.on_phase(input_.file.path + ": reading");
  VARJOIN_RETURN_IF_ERROR(MapContigs({}));
  VARJOIN_RETURN_IF_ERROR(ReadSeen());
  VARJOIN_ASSIGN(const duck::ResultTable strangers,
                 database_.Query("SELECT DISTINCT stranger FROM seen WHERE stranger IS NOT NULL ORDER BY stranger"));
  if (!strangers.rows.empty()) {  // that the header does not tell of
    (void)database_.TakeScanReport();
    std::vector<std::string> names;
    for (size_t row = 0; row < strangers.rows.size(); ++row) {
      names.push_back(strangers.Text(row, 0));
    }
    VARJOIN_RETURN_IF_ERROR(MapContigs(names));
    VARJOIN_RETURN_IF_ERROR(ReadSeen());
  }
  const vcf::ScanReport scan = database_.TakeScanReport();
  for (const std::string& note : scan.Sentences()) {
    report_.AddNote(note);
  }
  VARJOIN_ASSIGN(const FileStamp now, StampOf(input_.file.path));
  if (now != input_.file) {
    return Failed("{}: was changed while it was read; nothing is changed, run again", input_.file.path);
  }
  return NumberContigs();
}

/// The contigs that occur have their numbers for good.
Status InputSteps::NumberContigs() {
  VARJOIN_ASSIGN(const duck::ResultTable occur,
                 database_.Query("SELECT DISTINCT coalesce(number, plain >> 48) FROM seen"));
  for (size_t row = 0; row < occur.rows.size(); ++row) {
    const int number = static_cast<int>(occur.Integer(row, 0));
    change_.manifest().contigs.try_emplace(numbered_.at(number), number);
  }
  return Status::Ok();
}

std::string InputSteps::KnownSql() const {
  const std::vector<std::string> paths = change_.manifest().SitesPaths();
  return paths.empty() ? "(SELECT 0::BIGINT AS allele, 0::BIGINT AS \"start\", 0::BIGINT AS \"end\", '' AS ref, '' AS "
                         "alt WHERE false)"
                       : ReadParquetSql(paths);
}

/// The different alleles that are not plain: `written` has them with their minimal forms, `wanted` both, but for
/// minimal forms that are plain, and `near` what the cohort has at the places where they start.
Status InputSteps::FindOthers() {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE written AS\n"
                  "SELECT *, {} AS m_plain\n"
                  " FROM (SELECT *, CASE WHEN spelled THEN m.\"start\" + length(m.ref) - 1 ELSE \"end\" END AS m_end\n"
                  "  FROM (SELECT *, CASE WHEN spelled THEN minimal_allele(chrom, \"start\", ref, alt)\n"
                  "    ELSE {{'start': \"start\", 'ref': ref, 'alt': alt}} END AS m\n"
                  "   FROM (SELECT *, regexp_full_match(ref || alt, '[A-Z]+') AS spelled\n"
                  "     FROM (SELECT DISTINCT {} FROM seen WHERE plain IS NULL)\n"
                  "      JOIN (SELECT DISTINCT number, chrom FROM contigs) USING (number))))",
                  PlainId("m.\"start\"", "m_end", "m.ref", "m.alt"), kAlleleKey)));
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      "CREATE OR REPLACE TEMP TABLE wanted AS\n"
      "SELECT chrom, number, \"start\", \"end\", ref, alt FROM written\n"
      " UNION SELECT chrom, number, m.\"start\", m_end, m.ref, m.alt FROM written WHERE m_plain IS NULL"));
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE near AS\n"
      "SELECT allele, allele >> 48 AS number, \"start\", \"end\", ref, alt FROM {} k\n"
      " SEMI JOIN (SELECT (CAST(number AS BIGINT) << 32) + \"start\" AS place FROM wanted) w ON k.allele >> 16 = "
      "w.place\n"
      " WHERE allele & 65535 >= {}",
      KnownSql(), kPlainSlots));
}

/// Gives ids to those that have none: `ids` has those of all, `named` the alleles as written with their sites.
Status InputSteps::NameOthers() {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE unknown AS\n"
      "SELECT w.*, coalesce(p.slots, {1}) + row_number() OVER (PARTITION BY w.number, w.\"start\" ORDER BY w.ref, "
      "w.alt, w.\"end\") - 1 AS slot\n"
      " FROM (FROM wanted ANTI JOIN near USING ({0})) w\n"
      " LEFT JOIN (SELECT number, \"start\", max(allele & 65535) + 1 AS slots FROM near GROUP BY ALL) p\n"
      "  USING (number, \"start\")",
      kAlleleKey, kPlainSlots)));
  VARJOIN_ASSIGN(const duck::ResultTable most,
                 database_.Query("SELECT slot, chrom || ':' || \"start\" FROM unknown ORDER BY slot DESC LIMIT 1"));
  if (!most.rows.empty() && most.Integer(0, 0) >= kAllelesOfStart) {
    return BadInput("{}: more than {} different alleles start at {}; a cohort can't tell them apart", input_.file.path,
                    kAllelesOfStart - kPlainSlots, most.Text(0, 1));
  }
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE ids AS\n"
                  "SELECT {0}, allele FROM near SEMI JOIN wanted USING ({0})\n"
                  " UNION ALL SELECT {0}, (CAST(number AS BIGINT) << 48) + (\"start\" << 16) + slot FROM unknown",
                  kAlleleKey)));
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE named AS\n"
      "SELECT w.number, w.\"start\", w.\"end\", w.ref, w.alt, i.allele, coalesce(w.m_plain, j.allele) AS site\n"
      " FROM written w JOIN ids i USING ({})\n"
      "  LEFT JOIN ids j ON j.number = w.number AND j.\"start\" = w.m.\"start\" AND j.\"end\" = w.m_end AND j.ref = "
      "w.m.ref AND j.alt = w.m.alt",
      kAlleleKey));
}

/// `fresh` has the alleles that the cohort has not: of the plain ones, all is in their ids.
Status InputSteps::FindNew() {
  VARJOIN_RETURN_IF_ERROR(
      database_.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE plain_new AS\n"
                                    "SELECT p.allele, count(*) AS calls\n"
                                    " FROM (SELECT plain AS allele FROM seen WHERE plain IS NOT NULL\n"
                                    "   UNION ALL SELECT m_plain FROM written WHERE m_plain IS NOT NULL) p\n"
                                    "  ANTI JOIN {} k ON p.allele = k.allele\n GROUP BY p.allele",
                                    KnownSql())));
  return database_.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE fresh AS\n"
      "SELECT p.allele, p.allele AS site, c.chrom, (p.allele >> 16) & 4294967295 AS \"start\", \"start\" AS \"end\",\n"
      "  substr('ACTG', ((p.allele >> 2) & 3) + 1, 1) AS ref, substr('ACTG', (p.allele & 3) + 1, 1) AS alt\n"
      " FROM plain_new p JOIN (SELECT DISTINCT number, chrom FROM contigs) c ON c.number = p.allele >> 48\n"
      " UNION ALL\n"
      "SELECT i.allele, coalesce(n.site, i.allele), u.chrom, u.\"start\", u.\"end\", u.ref, u.alt\n"
      " FROM unknown u JOIN ids i USING ({}) LEFT JOIN named n ON n.allele = i.allele",
      kAlleleKey));
}

Status InputSteps::Annotate() {
  VARJOIN_ASSIGN(
      const duck::ResultTable counts,
      database_.Query(
          "SELECT (SELECT count(*) FROM named WHERE site IS NOT NULL), (SELECT count(*) FROM written),\n"
          " (SELECT count(*) FROM fresh), (SELECT count(*) FROM plain_new) + (SELECT count(*) FROM unknown),\n"
          " (SELECT count(*) FROM seen WHERE plain IS NOT NULL) + (SELECT count(m_plain) FROM written)\n"
          "  - (SELECT coalesce(sum(calls), 0)::BIGINT FROM plain_new),\n"
          " (SELECT count(*) FROM ids) - (SELECT count(*) FROM unknown)"));
  if (counts.Integer(0, 0) != counts.Integer(0, 1) || counts.Integer(0, 2) != counts.Integer(0, 3)) {
    return Failed("{}: {} of {} alleles got an id: this is a fault of varjoin's; nothing is changed, please report it",
                  input_.file.path, counts.Integer(0, 0), counts.Integer(0, 1));
  }
  if (counts.Integer(0, 2) == 0) {
    return Status::Ok();
  }
  // That a source shares no contig with the input can't be told by its new alleles alone.
  const bool some_known = counts.Integer(0, 4) > 0 || counts.Integer(0, 5) > 0;
  return AddAlleles(session_, input_.file.path, some_known || input_.allow_no_overlap, change_, report_);
}

/// The calls in the order of their sites. `repeated`: a sample's second call of a site, which counts of alleles leave
/// out; mostly there is none.
Result<std::string> InputSteps::CallsSql() {
  const std::string sample = HasManySamples() ? "s.sample, " : "";
  const std::string calls = fmt::format(
      "SELECT s.plain AS site, NULL::BIGINT AS spelling, s.* FROM seen s WHERE s.plain IS NOT NULL\n"
      " UNION ALL SELECT n.site, CASE WHEN n.allele <> n.site THEN n.allele END, s.*\n"
      "  FROM seen s JOIN named n USING ({}) WHERE s.plain IS NULL",
      kAlleleKey);
  VARJOIN_ASSIGN(const duck::ResultTable twice,
                 database_.Query(fmt::format("SELECT count(*) FROM (SELECT 1 FROM ({}) s GROUP BY {}site HAVING "
                                             "count(*) > 1)",
                                             calls, sample)));
  std::string fields;
  for (const CohortColumn& field : change_.manifest().fields) {
    fields += ", s." + SqlName(field.name);
  }
  return fmt::format(
      "SELECT {0}s.site, s.spelling, s.alt_index, s.GT, s.copies, s.called, s.ploidy, s.filter{1},\n"
      "  {2} AS repeated\n FROM ({3}) s",
      sample, fields,
      twice.Integer(0, 0) == 0
          ? "false"
          : fmt::format("row_number() OVER (PARTITION BY {}s.site ORDER BY s.record, s.alt_index) > 1", sample),
      calls);
}

Status InputSteps::WriteSample(const std::string& name, const std::string& sql) {
  // Hive's way of naming folders, in which any name can be written.
  std::string folder = "calls/sample=";
  for (const char letter : name) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' || letter == '.';
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
  VARJOIN_ASSIGN(const std::string calls, CallsSql());
  const int64_t before = report_.calls;
  if (!HasManySamples()) {
    VARJOIN_RETURN_IF_ERROR(WriteSample(input_.samples[0], calls + " ORDER BY s.site, s.record, s.alt_index"));
  } else {
    const std::vector<std::string>& of_header = input_.header.headers[0].samples;
    std::string numbers;
    for (size_t i = 0; i < of_header.size(); ++i) {
      numbers += fmt::format("{}({}, {})", i == 0 ? "" : ", ", SqlString(of_header[i]), i);
    }
    // In the order of samples, so that each finds its rows without reading the others'.
    VARJOIN_RETURN_IF_ERROR(database_.Execute(fmt::format(
        "CREATE OR REPLACE TEMP TABLE calls AS\nSELECT m.number AS sample_number, c.* EXCLUDE (sample) FROM "
        "({}) c JOIN (VALUES {}) m(sample, number) USING (sample)\n ORDER BY ALL",
        calls, numbers)));
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
  VARJOIN_RETURN_IF_ERROR(steps.FindOthers());
  VARJOIN_RETURN_IF_ERROR(steps.NameOthers());
  VARJOIN_RETURN_IF_ERROR(steps.FindNew());
  VARJOIN_RETURN_IF_ERROR(steps.Annotate());
  return steps.WriteCalls();
}

}  // namespace varjoin
