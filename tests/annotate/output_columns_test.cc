// output_columns_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The fixed columns, then INFO and FORMAT fields: "AF DP|GT GQ".
std::vector<vcf::Column> Input(const std::string& info, const std::string& format) {
  using vcf::Origin;
  std::vector<vcf::Column> columns;
  const auto add = [&](const std::string& name, Origin origin) {
    vcf::Column& column = columns.emplace_back();
    column.name = name;
    column.origin = origin;
  };
  for (const auto& [name, origin] : std::vector<std::pair<const char*, Origin>>{{"chrom", Origin::kChrom},
                                                                                {"start", Origin::kStart},
                                                                                {"end", Origin::kEnd},
                                                                                {"id", Origin::kId},
                                                                                {"ref", Origin::kRef},
                                                                                {"alt", Origin::kAlt},
                                                                                {"qual", Origin::kQual},
                                                                                {"filter", Origin::kFilter},
                                                                                {"record", Origin::kRecord},
                                                                                {"alt_index", Origin::kAltIndex},
                                                                                {"carried", Origin::kCarried}}) {
    add(name, origin);
  }
  for (const auto& [fields, origin] : {std::pair{info, Origin::kInfo}, std::pair{format, Origin::kFormat}}) {
    for (const std::string_view field : Split(fields, ' ')) {
      if (!field.empty()) {
        add(std::string(field), field == "genotypes" ? Origin::kGenotypes : origin);
      }
    }
  }
  return columns;
}

/// "clinvar: id CLNSIG" is a source with two columns.
Source SourceWith(const std::string& text) {
  const size_t colon = text.find(':');
  Source source;
  source.name = text.substr(0, colon);
  for (const std::string_view column : Split(std::string_view(text).substr(colon + 1), ' ')) {
    if (!column.empty()) {
      source.columns.push_back({std::string(column), "VARCHAR", "", "", ""});
    }
  }
  return source;
}

/// The names after the first eight, in the output's order; "from>to" where they differ. Or the error.
std::string Named(const std::string& info, const std::string& format, const std::vector<std::string>& sources,
                  const std::vector<std::string>& requests, bool bare) {
  std::vector<Source> all;
  std::vector<SourceRequest> wanted;
  for (size_t i = 0; i < sources.size(); ++i) {
    all.push_back(SourceWith(sources[i]));
    wanted.push_back(Value(ParseSourceRequest(i < requests.size() ? requests[i] : all[i].name)));
  }
  const auto named = NameColumns(Input(info, format), wanted, all, bare);
  if (!named.ok()) {
    return ErrorText(named);
  }
  std::vector<std::string> names;
  const auto add = [&](const NamedColumn& column) {
    names.push_back(column.from == column.to ? column.to : column.from + ">" + column.to);
  };
  for (size_t i = 0; i < named->input.size(); ++i) {
    if (i < 8) {
      EXPECT_EQ(named->input[i].from, named->input[i].to) << "chrom to filter keep their names";
    } else {
      add(named->input[i]);
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    for (const NamedColumn& column : named->sources[i]) {
      add(column);
    }
    if (!named->hits[i].empty()) {
      names.push_back(named->hits[i]);
    }
  }
  return Join(names, " ");
}

TEST(NameColumns, FollowsTheRules) {
  struct Case {
    const char* why;
    const char* info;
    const char* format;
    std::vector<std::string> sources;
    std::vector<std::string> requests;
    const char* names;
  };
  for (const Case& c : {
           Case{"no source", "AF DP", "GT", {}, {}, "record alt_index carried AF DP GT"},
           Case{"a source's columns get its name, then its hits",
                "AF",
                "GT",
                {"clinvar:id CLNSIG"},
                {},
                "record alt_index carried AF GT id>clinvar_id CLNSIG>clinvar_CLNSIG clinvar_hits"},
           Case{"in the order of -s", "", "", {"b:x", "a:x"}, {}, "record alt_index carried x>b_x b_hits x>a_x a_hits"},
           Case{"only the requested ones, in the request's order",
                "",
                "",
                {"s:a b c"},
                {"s:c,a"},
                "record alt_index carried c>s_c a>s_a s_hits"},
           Case{"renamed ones", "", "", {"s:a b"}, {"s:a=x,b"}, "record alt_index carried a>x b>s_b s_hits"},
           Case{"a column is found in any case and has the source's spelling",
                "",
                "",
                {"s:CLNSIG"},
                {"s:clnsig"},
                "record alt_index carried CLNSIG>s_CLNSIG s_hits"},
           Case{"one column twice under two names",
                "",
                "",
                {"s:a"},
                {"s:a,a=b"},
                "record alt_index carried a>s_a a>b s_hits"},
           Case{"an INFO field gives way to a source column",
                "s_af DP",
                "",
                {"s:AF"},
                {},
                "record alt_index carried s_af>info_s_af DP AF>s_AF s_hits"},
           Case{"so does a FORMAT field",
                "",
                "GT X",
                {"s:a"},
                {"s:a=x"},
                "record alt_index carried GT X>fmt_X a>x s_hits"},
           Case{"and the list of genotypes",
                "",
                "genotypes",
                {"s:a"},
                {"s:a=genotypes"},
                "record alt_index carried genotypes>fmt_genotypes a>genotypes s_hits"},
           Case{"an INFO field gives way to the hits",
                "s_hits",
                "",
                {"s:a"},
                {},
                "record alt_index carried s_hits>info_s_hits a>s_a s_hits"},
           Case{"until its name is free",
                "x info_x",
                "",
                {"s:a b"},
                {"s:a=x,b=info_x"},
                "record alt_index carried x>info_info_x info_x>info_info_info_x a>x b>info_x s_hits"},
       }) {
    EXPECT_EQ(Named(c.info, c.format, c.sources, c.requests, false), c.names) << c.why;
  }
}

TEST(NameColumns, LeavesNamesBareWhereThatIsAsked) {
  struct Case {
    const char* why;
    const char* info;
    const char* format;
    std::vector<std::string> sources;
    std::vector<std::string> requests;
    const char* names;
  };
  for (const Case& c : {
           Case{"no columns of varjoin's own", "AF", "GT", {}, {}, "AF GT"},
           Case{"no hits, id as rsid", "AF", "GT", {"ensembl:id MAF"}, {}, "AF GT id>rsid MAF"},
           Case{"ID too", "", "", {"ensembl:ID"}, {}, "ID>rsid"},
           Case{"a clash with a fixed column gets the source's name",
                "",
                "",
                {"s:qual filter end"},
                {},
                "qual>s_qual filter>s_filter end>s_end"},
           Case{"record, alt_index and carried are free", "", "", {"s:record carried"}, {}, "record carried"},
           Case{"the second of two sources gets its name",
                "",
                "",
                {"a:MAF id", "b:maf id"},
                {},
                "MAF id>rsid maf>b_maf id>b_id"},
           Case{"an INFO field gives way", "MAF DP", "MAF_X", {"s:maf dp"}, {}, "MAF>info_MAF DP>info_DP MAF_X maf dp"},
           Case{"a renamed one is as asked", "", "", {"s:id"}, {"s:id=dbsnp"}, "id>dbsnp"},
           Case{"rsid beside id", "", "", {"s:id rsid"}, {}, "id>rsid rsid>s_rsid"},
       }) {
    EXPECT_EQ(Named(c.info, c.format, c.sources, c.requests, true), c.names) << c.why;
  }
}

TEST(NameColumns, RefusesTwoColumnsOfOneNameAndShowsHowToRename) {
  struct Case {
    std::vector<std::string> sources;
    std::vector<std::string> requests;
    std::vector<std::string> texts;
    bool bare = false;
  };
  for (const Case& c : {
           Case{{"a:b_c", "a_b:c"}, {}, {"'c'", "'a_b'", "a_b_c", "source 'a'", "-s a_b:c=NAME"}},
           Case{{"s:a"}, {"s:a,a"}, {"s_a", "-s s:a=NAME"}},
           Case{{"s:a b"}, {"s:a=x,b=X"}, {"'X'", "-s s:b=NAME"}},
           Case{{"s:a"}, {"s:a=chrom"}, {"'chrom'", "the input", "-s s:a=NAME"}},
           Case{{"s:a"}, {"s:a=Record"}, {"'Record'", "the input"}},
           Case{{"s:hits"}, {}, {"s_hits", "kept for the count"}},
           Case{{"s:a", "t:b"}, {"s:a=t_hits", "t"}, {"t_hits", "source 's'"}},
           Case{{"s:CLNSIG"}, {"s:CLNSG"}, {"no column 'CLNSG'", "did you mean 'CLNSIG'?", "source show s"}},
           Case{{"s:a"}, {"s:ref"}, {"no column 'ref'"}},
           Case{{"s:a"}, {"s:a=filter"}, {"'filter'", "the input"}, true},
       }) {
    const std::string error = Named("", "", c.sources, c.requests, c.bare);
    EXPECT_THAT(error, StartsWith("2: "));
    for (const std::string& text : c.texts) {
      EXPECT_THAT(error, HasSubstr(text));
    }
  }
}

}  // namespace
}  // namespace varjoin
