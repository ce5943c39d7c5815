// samples.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/samples.h"

#include <algorithm>
#include <set>

#include "annotate/many_inputs.h"
#include "base/text.h"
#include "cohort/counts.h"
#include "cohort/sample_calls.h"
#include "genome/assembly.h"
#include "genome/reference.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

/// The names of a list, for a message.
std::string FewOf(const std::vector<std::string>& names) {
  constexpr size_t kNamed = 5;
  const std::vector<std::string> few(names.begin(),
                                     names.begin() + static_cast<ptrdiff_t>(std::min(kNamed, names.size())));
  return Join(few, ", ") + (names.size() > few.size() ? fmt::format(" and {} more", names.size() - few.size()) : "");
}

Result<CohortInput> InspectInput(const CohortAddition& addition, const std::string& path,
                                 const CohortSession& session) {
  CohortInput input{.on_bad_record = addition.on_bad_record, .allow_no_overlap = addition.allow_no_overlap};
  VARJOIN_ASSIGN(input.file, StampOf(AbsolutePath(path)));
  VARJOIN_ASSIGN(input.header,
                 session.database.Inspect({input.file.path}, {.split = true, .long_rows = true, .gt_numbers = true}));
  input.samples = input.header.headers[0].samples;
  if (input.samples.empty()) {
    return BadInput(
        "{}: has no samples, and a cohort is made of samples; to annotate it: varjoin annotate {} -s SOURCE", path,
        path);
  }
  if (FindFormat(input.header, "GT") == nullptr) {
    return BadInput("{}: has no genotypes (FORMAT/GT), by which a cohort knows who has which allele", path);
  }
  if (!addition.contig_aliases.empty()) {
    VARJOIN_ASSIGN(input.contig_aliases, ReadContigAliases(addition.contig_aliases));
  }
  return input;
}

/// The inputs, by what their headers say. Each sample is in one of them.
Result<std::vector<CohortInput>> InspectInputs(const CohortAddition& addition, const CohortSession& session) {
  std::vector<CohortInput> inputs;
  std::map<std::string, std::string> input_of;
  for (const std::string& pattern : addition.inputs) {
    if (IsRemotePath(pattern) || pattern == "-") {
      return BadInput("{}: a cohort remembers the files that it was made of; name a VCF of this machine", pattern);
    }
    VARJOIN_ASSIGN(const std::vector<std::string> paths, ExpandPattern(pattern));
    for (const std::string& path : paths) {
      VARJOIN_ASSIGN(CohortInput input, InspectInput(addition, path, session));
      if (!addition.sample.empty()) {
        if (input.samples.size() != 1 || !inputs.empty()) {
          return BadInput("--sample: names the only sample of one input, and {} {}", path,
                          inputs.empty() ? fmt::format("has {}", input.samples.size()) : "is not the only input");
        }
        input.samples = {addition.sample};
      }
      for (const std::string& sample : input.samples) {
        const auto [other, is_new] = input_of.try_emplace(sample, path);
        if (!is_new) {
          return BadInput(
              "sample '{}' is in {} and in {}. Parts of one sample: join them first (bcftools concat); another person: "
              "add it alone with --sample NAME",
              sample, other->second, path);
        }
      }
      inputs.push_back(std::move(input));
    }
  }
  return inputs;
}

/// Leaves out inputs all of whose samples are there already, of the same file. Error: others of their names are there.
Status LeaveOutKnown(const CohortAddition& addition, const CohortManifest& manifest, std::vector<CohortInput>& inputs,
                     CohortReport& report) {
  std::vector<CohortInput> left;
  for (CohortInput& input : inputs) {
    std::vector<std::string> there;
    bool same_file = true;
    for (const std::string& name : input.samples) {
      if (const CohortSample* const sample = manifest.FindSample(name)) {
        there.push_back(name);
        same_file = same_file && sample->input == input.file;
      }
    }
    if (there.empty() || addition.replace) {
      left.push_back(std::move(input));
    } else if (same_file && there.size() == input.samples.size()) {
      report.there.insert(report.there.end(), there.begin(), there.end());
    } else {
      const CohortSample* const old = manifest.FindSample(there[0]);
      return BadInput(
          "{}: the cohort has sample {} already, of {}{}; --replace puts this in its place, --sample NAME "
          "gives it another name",
          input.file.path, FewOf(there), old->input.path,
          old->input.path == input.file.path ? " as it was before it changed" : "");
    }
  }
  inputs = std::move(left);
  return Status::Ok();
}

/// All inputs must be of the cohort's assembly.
Status CheckAssembly(const CohortAddition& addition, const std::vector<CohortInput>& inputs, CohortManifest& manifest) {
  const std::string asked = addition.assembly.empty() ? "" : CanonicalAssembly(addition.assembly);
  if (!asked.empty() && !manifest.assembly.empty() && asked != manifest.assembly) {
    return BadInput("--assembly {}: the cohort is of {}", addition.assembly, manifest.assembly);
  }
  manifest.assembly = manifest.assembly.empty() ? asked : manifest.assembly;
  for (const CohortInput& input : inputs) {
    VARJOIN_ASSIGN(const std::string told, vcf::AssemblyOf(input.header));
    if (!told.empty() && !manifest.assembly.empty() && told != manifest.assembly) {
      return BadInput(
          "{}: its assembly is {}, and the cohort's is {}; positions of one mean nothing in the other; make a cohort "
          "of its own",
          input.file.path, told, manifest.assembly);
    }
    manifest.assembly = manifest.assembly.empty() ? told : manifest.assembly;
  }
  return Status::Ok();
}

/// The fields of calls, with the types that the first inputs give them.
Status ChooseFields(const CohortAddition& addition, const std::vector<CohortInput>& inputs, CohortManifest& manifest) {
  const std::vector<std::string>& wanted = addition.fields.empty() ? kUsualFields : addition.fields;
  for (const std::string& name : wanted) {
    if (EqualNoCase(name, "GT")) {
      continue;  // is there in any case
    }
    std::string type = addition.fields.empty() ? "INTEGER" : "";
    std::vector<std::string> there;
    for (const CohortInput& input : inputs) {
      for (const vcf::FieldDefinition& field : input.header.headers[0].format) {
        there.push_back(field.id);
      }
      if (const vcf::Column* const column = FindFormat(input.header, name)) {
        type = TypeOf(*column);
        break;
      }
    }
    if (type.empty()) {
      return BadInput("--fields: no input has FORMAT/{}{}", name, DidYouMean(name, there));
    }
    manifest.fields.push_back({name, type});
  }
  return Status::Ok();
}

/// Error: an input has a field in another type than the cohort.
Status CheckFields(const std::vector<CohortInput>& inputs, const CohortManifest& manifest) {
  for (const CohortInput& input : inputs) {
    for (const CohortColumn& field : manifest.fields) {
      const vcf::Column* const column = FindFormat(input.header, field.name);
      const std::string type = column == nullptr ? field.type : TypeOf(*column);
      if (type != field.type && !(type == "INTEGER" && field.type == "DOUBLE")) {
        return BadInput(
            "{}: FORMAT/{} is {} by its header, and {} in the cohort; a header line of the right type can be put in "
            "with bcftools reheader",
            input.file.path, field.name, type, field.type);
      }
    }
  }
  return Status::Ok();
}

/// Whether two lists of sources ask for the same.
bool SameSources(const std::vector<SourceRequest>& wanted, const CohortManifest& manifest) {
  if (wanted.size() != manifest.sources.size()) {
    return false;
  }
  return std::all_of(wanted.begin(), wanted.end(), [&](const SourceRequest& request) {
    return std::any_of(manifest.sources.begin(), manifest.sources.end(), [&](const CohortSource& source) {
      return EqualNoCase(source.request.name, request.name) && source.request.columns == request.columns;
    });
  });
}

/// What the first samples decide.
Status BeginCohort(const CohortAddition& addition, const std::vector<CohortInput>& inputs, const CohortSession& session,
                   CohortManifest& manifest, CohortReport& report) {
  manifest.duplicates = addition.duplicates.value_or(Duplicates::kList);
  manifest.reference = addition.reference.empty() ? "" : AbsolutePath(addition.reference);
  for (const SourceRequest& request : addition.sources) {
    if (!request.file.empty() || !manifest.reference.empty()) {
      continue;
    }
    VARJOIN_ASSIGN(const Source source, session.catalog.Find(request.name));
    if (!source.reference.empty()) {
      manifest.reference = AbsolutePath(source.reference);
      report.AddNote(fmt::format("alleles are left-aligned by {}, as source '{}' is", source.reference, source.name));
    }
  }
  if (!manifest.reference.empty()) {
    VARJOIN_ASSIGN(const FileStamp stamp, StampOf(manifest.reference));
    manifest.reference_fingerprint = Fingerprint({stamp});
  }
  VARJOIN_RETURN_IF_ERROR(ChooseFields(addition, inputs, manifest));
  return AddSources(session, addition.sources, manifest);
}

/// What the first samples have decided may be said again, but not changed.
Status CheckSameCohort(const CohortAddition& addition, const CohortManifest& manifest) {
  std::vector<std::string> names;
  for (const CohortSource& source : manifest.sources) {
    names.push_back(source.request.name);
  }
  if (!addition.sources.empty() && !SameSources(addition.sources, manifest)) {
    return BadInput(
        "-s: the cohort is annotated with {}; leave -s out to add samples, and to add a source: varjoin cohort "
        "annotate "
        "{} -s SOURCE",
        names.empty() ? "no source" : FewOf(names), addition.folder);
  }
  if (!addition.reference.empty() && AbsolutePath(addition.reference) != manifest.reference) {
    return BadInput("--reference: the cohort was made with {}, which can't be changed; leave it out",
                    manifest.reference.empty() ? "none" : manifest.reference);
  }
  std::vector<std::string> fields;
  for (const CohortColumn& field : manifest.fields) {
    fields.push_back(field.name);
  }
  if (!addition.fields.empty() && addition.fields != fields) {
    return BadInput("--fields: the cohort's calls have {}, which can't be changed; leave it out",
                    fields.empty() ? "GT only" : Join(fields, ","));
  }
  return !addition.duplicates || *addition.duplicates == manifest.duplicates
             ? Status::Ok()
             : BadInput("--duplicates: the cohort was made with {}, which can't be changed; leave it out",
                        manifest.duplicates == Duplicates::kFirst ? "first" : "list");
}

/// Alleles are brought into the cohort's form by its FASTA, which must be what it was.
Result<std::shared_ptr<const Reference>> UseReference(const CohortSession& session, const CohortManifest& manifest) {
  std::shared_ptr<const Reference> reference;
  if (!manifest.reference.empty()) {
    VARJOIN_ASSIGN(const FileStamp stamp, StampOf(manifest.reference));
    if (Fingerprint({stamp}) != manifest.reference_fingerprint) {
      return BadInput(
          "{}: the cohort's reference has changed since it was made; put the old one back, or make the "
          "cohort anew",
          manifest.reference);
    }
    VARJOIN_ASSIGN(reference, Reference::Open(manifest.reference));
  }
  session.database.SetReference(reference);
  return reference;
}

Status AddAll(const CohortAddition& addition, const CohortSession& session, std::vector<CohortInput>& inputs,
              CohortChange& change, CohortReport& report) {
  CohortManifest& manifest = change.manifest();
  manifest.version = session.version;
  if (manifest.generation == 0) {
    VARJOIN_RETURN_IF_ERROR(BeginCohort(addition, inputs, session, manifest, report));
  } else {
    VARJOIN_RETURN_IF_ERROR(CheckSameCohort(addition, manifest));
  }
  VARJOIN_RETURN_IF_ERROR(CheckFields(inputs, manifest));
  VARJOIN_RETURN_IF_ERROR(CheckAssembly(addition, inputs, manifest));
  VARJOIN_RETURN_IF_ERROR(CheckSources(session, manifest));
  VARJOIN_ASSIGN(const auto reference, UseReference(session, manifest));
  for (const CohortInput& input : inputs) {
    VARJOIN_RETURN_IF_ERROR(AddInput(session, input, change, report));
    VARJOIN_RETURN_IF_ERROR(PutPartsTogether(session, change));
  }
  if (reference != nullptr) {
    VARJOIN_RETURN_IF_ERROR(reference->Judge(reference->TakeCounts()));
  }
  return CountCalls(session, change);
}

}  // namespace

Result<CohortReport> AddSamples(const CohortAddition& addition, const CohortSession& session) {
  CohortReport report;
  VARJOIN_ASSIGN(std::vector<CohortInput> inputs, InspectInputs(addition, session));
  VARJOIN_ASSIGN(CohortChange change, CohortChange::Begin(addition.folder));
  VARJOIN_RETURN_IF_ERROR(LeaveOutKnown(addition, change.before(), inputs, report));
  if (inputs.empty()) {
    VARJOIN_RETURN_IF_ERROR(CheckSameCohort(addition, change.before()));
    return report;
  }
  VARJOIN_RETURN_IF_ERROR(
      KeepingOrder(session.database, [&] { return AddAll(addition, session, inputs, change, report); }));
  VARJOIN_RETURN_IF_ERROR(change.Commit());
  return report;
}

Result<CohortReport> AnnotateCohort(const std::string& folder, const std::vector<SourceRequest>& sources,
                                    const CohortSession& session) {
  VARJOIN_RETURN_IF_ERROR(ReadCohort(folder).status());
  VARJOIN_ASSIGN(CohortChange change, CohortChange::Begin(folder));
  CohortManifest& manifest = change.manifest();
  manifest.version = session.version;
  std::vector<SourceRequest> wanted = sources;
  for (const CohortSource& source : manifest.sources) {
    CohortManifest alone{.folder = manifest.folder, .sources = {source}};
    const bool named = std::any_of(sources.begin(), sources.end(), [&](const SourceRequest& request) {
      return EqualNoCase(request.name, source.request.name);
    });
    if (!named && sources.empty() && !CheckSources(session, alone).ok()) {
      wanted.push_back(source.request);
    }
  }
  CohortReport report;
  if (wanted.empty()) {
    return report;
  }
  VARJOIN_RETURN_IF_ERROR(AddSources(session, wanted, manifest));
  std::vector<std::string> names;
  for (const SourceRequest& request : wanted) {
    VARJOIN_ASSIGN(const Source source, session.catalog.Find(request.name));
    names.push_back(source.name);
  }
  VARJOIN_ASSIGN(const auto reference, UseReference(session, manifest));
  VARJOIN_RETURN_IF_ERROR(
      KeepingOrder(session.database, [&] { return AnnotateAgain(session, names, change, report); }));
  VARJOIN_RETURN_IF_ERROR(change.Commit());
  return report;
}

Result<CohortReport> RemoveSamples(const std::string& folder, const std::vector<std::string>& names,
                                   const CohortSession& session) {
  VARJOIN_RETURN_IF_ERROR(ReadCohort(folder).status());
  VARJOIN_ASSIGN(CohortChange change, CohortChange::Begin(folder));
  CohortManifest& manifest = change.manifest();
  manifest.version = session.version;
  std::vector<std::string> there;
  for (const CohortSample& sample : manifest.samples) {
    there.push_back(sample.name);
  }
  for (const std::string& name : names) {
    if (manifest.FindSample(name) == nullptr) {
      return BadInput("{}: has no sample '{}'{}; nothing is removed", folder, name, DidYouMean(name, there));
    }
    std::erase_if(manifest.samples, [&](const CohortSample& sample) { return sample.name == name; });
  }
  VARJOIN_RETURN_IF_ERROR(KeepingOrder(session.database, [&] { return CountCalls(session, change); }));
  VARJOIN_RETURN_IF_ERROR(change.Commit());
  return CohortReport();
}

}  // namespace varjoin
