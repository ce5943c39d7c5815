// fetch.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/fetch.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "genome/assembly.h"
#include "sources/download.h"
#include "sources/file_source.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLockSeconds = 1;  ///< what holds the lock will take long

bool IsAddress(const std::string& text) {
  const std::string lower = ToLower(text);
  return lower.starts_with("http://") || lower.starts_with("https://");
}

/// "clinvar.vcf.gz" of "https://…/clinvar.vcf.gz?download=1".
std::string FileNameOf(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  const size_t slash = path.rfind('/');
  const bool is_host = slash != std::string::npos && slash > 0 && path[slash - 1] == '/';
  return is_host ? "" : path.substr(slash + 1);
}

bool IsHexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool IsDigest(std::string_view text) {
  return (text.size() == 32 || text.size() == 64) && IsHexadecimal(text);
}

bool IsDecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

DigestKind KindOf(const std::string& digest) {
  return digest.size() == 32 ? DigestKind::kMd5 : digest.size() == 64 ? DigestKind::kSha256 : DigestKind::kSum;
}

Result<const KnownSource*> FindKnown(const std::vector<KnownSource>& known, const std::string& name) {
  std::vector<std::string> names;
  for (const KnownSource& source : known) {
    if (EqualNoCase(source.name, name)) {
      return &source;
    }
    names.push_back(source.name);
  }
  return BadInput(
      "'{}' is no database whose address is known{}; known are {}. Anything else is fetched by its address, https://…",
      name, DidYouMean(name, names), Join(names, ", "));
}

Result<const KnownFiles*> FindAssembly(const KnownSource& source, const std::string& assembly) {
  if (assembly.empty()) {
    return &source.of_assemblies[0];
  }
  std::vector<std::string> names;
  for (const KnownFiles& files : source.of_assemblies) {
    if (CanonicalAssembly(files.assembly) == CanonicalAssembly(assembly)) {
      return &files;
    }
    names.push_back(files.assembly);
  }
  return BadInput("--assembly {}: of {} there are files for {}", assembly, source.name, Join(names, " and "));
}

/// The contigs whose files are wanted.
Result<std::vector<std::string>> ChooseContigs(const KnownFiles& files, const std::vector<std::string>& wanted) {
  if (wanted.empty() || files.contigs.empty()) {
    return wanted.empty() ? Result<std::vector<std::string>>(files.contigs)
                          : BadInput("--contigs: this is one file, with all contigs; leave it out, or use --where");
  }
  std::vector<std::string> chosen;
  for (const std::string& contig : wanted) {
    const auto same = [&](const std::string& known) {
      return EqualNoCase(known, contig) || EqualNoCase("chr" + known, contig);
    };
    const auto found = std::find_if(files.contigs.begin(), files.contigs.end(), same);
    if (found == files.contigs.end()) {
      return BadInput("--contigs {}: there are files for {}", contig, Join(files.contigs, ", "));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

Status AddFile(const std::string& folder, const std::string& url, const std::string& checksum, FetchPlan& plan) {
  const std::string name = FileNameOf(url);
  if (name.empty() || name == "." || name == "..") {
    return BadInput("{}: the address ends in no file's name", url);
  }
  const FetchFile file{.url = url, .path = folder + "/" + name, .checksum = checksum};
  const auto same = [&](const FetchFile& other) { return other.path == file.path; };
  if (std::any_of(plan.files.begin(), plan.files.end(), same)) {
    return BadInput("{}: another file of this database is called {} too", url, name);
  }
  plan.files.push_back(file);
  plan.import.files.push_back(LiteralPattern(file.path));
  plan.import.made_from.push_back(url);
  return Status::Ok();
}

Status AddFilesOf(const KnownFiles& files, const std::vector<std::string>& contigs, const std::string& folder,
                  FetchPlan& plan) {
  for (const std::string& pattern : files.files) {
    const std::vector<std::string> each = contigs.empty() ? std::vector<std::string>{""} : contigs;
    for (const std::string& contig : each) {
      const std::string url = ReplaceAll(pattern, "{contig}", contig);
      VARJOIN_RETURN_IF_ERROR(AddFile(folder, url, ReplaceAll(files.checksums, "{file}", url), plan));
    }
  }
  return Status::Ok();
}

Result<FetchPlan> PlanKnown(const Catalog& catalog, const FetchRequest& request) {
  VARJOIN_ASSIGN(const std::vector<KnownSource> known, ReadKnownSources(catalog.home() + "/known-sources.toml"));
  VARJOIN_ASSIGN(const KnownSource* source, FindKnown(known, request.what));
  VARJOIN_ASSIGN(const KnownFiles* files, FindAssembly(*source, request.assembly));
  VARJOIN_ASSIGN(const std::vector<std::string> contigs, ChooseContigs(*files, request.contigs));
  if (!request.checksum.empty()) {
    return BadInput("--checksum: is for an address; {} tells its own", source->name);
  }
  FetchPlan plan;
  plan.import = {.name = request.name.empty() ? source->name : request.name,
                 .mapping = source->mapping,
                 .zero_based = source->zero_based,
                 .interval = source->interval,
                 .assembly = files->assembly,
                 .columns = source->columns,
                 .where = source->where,
                 .split_csq = source->split_csq};
  plan.is_temporary = request.folder.empty();
  const std::string folder = plan.is_temporary
                                 ? fmt::format("{}/downloads/{}-{}", catalog.home(), source->name, files->assembly)
                                 : AbsolutePath(request.folder);
  VARJOIN_RETURN_IF_ERROR(AddFilesOf(*files, contigs, folder, plan));
  return plan;
}

Result<FetchPlan> PlanAddress(const Catalog& catalog, const FetchRequest& request) {
  if (!request.contigs.empty()) {
    return BadInput("--contigs: an address is one file; fetch each, and import them together");
  }
  FetchPlan plan;
  plan.import = {.name = request.name.empty() ? SourceNameOf(FileNameOf(request.what)) : request.name,
                 .assembly = request.assembly};
  plan.is_temporary = request.folder.empty();
  const std::string folder = plan.is_temporary ? fmt::format("{}/downloads/{}", catalog.home(), plan.import.name)
                                               : AbsolutePath(request.folder);
  VARJOIN_RETURN_IF_ERROR(AddFile(folder, request.what, request.checksum, plan));
  return plan;
}

/// Where the checksums of a plan's files are, fetched once each.
class Checksums {
 public:
  Checksums(const FetchOptions& options, std::vector<std::string>& notes) : options_(options), notes_(notes) {}

  /// The checksum that the publisher gives of a file; "": none.
  Result<std::string> Of(const FetchFile& file) {
    if (file.checksum.empty() || IsDigest(file.checksum)) {
      return file.checksum;
    }
    auto known = texts_.find(file.checksum);
    if (known == texts_.end()) {
      auto text = DownloadText(file.checksum, options_.first_wait, options_.stopped);
      if (!text.ok() && text.status().code() != StatusCode::kBadInput) {
        return text.status();
      }
      known = texts_.emplace(file.checksum, text.ok() ? *std::move(text) : "").first;
      if (!text.ok()) {
        notes_.push_back(text.status().message() + "; so the file is not checked against it");
        return std::string();
      }
    }
    const std::string digest = ChecksumIn(known->second, FileNameOf(file.url));
    if (digest.empty() && !known->second.empty()) {
      notes_.push_back(
          fmt::format("{}: has no checksum of {}, which is not checked", file.checksum, FileNameOf(file.url)));
    }
    return digest;
  }

 private:
  const FetchOptions& options_;
  std::vector<std::string>& notes_;
  std::map<std::string, std::string> texts_;  ///< by address; "": there is none
};

/// Whether a file is what the publisher says it is. Counts what could be compared.
Status CheckDigest(const FetchFile& file, const std::string& path, const std::string& digest,
                   const FetchOptions& options, int& checked) {
  if (digest.empty()) {
    return Status::Ok();
  }
  options.on_phase("checking " + FileNameOf(file.url));
  VARJOIN_ASSIGN(const std::string found, DigestOf(path, KindOf(digest), options.stopped));
  if (found != ToLower(digest)) {
    return Failed(
        "{}: its {} is {}, the publisher's is {}: it was damaged on the way, or has just been replaced at the "
        "publisher's; what was fetched is not used, run the same command again",
        file.url, NameOf(KindOf(digest)), found, digest);
  }
  ++checked;
  return Status::Ok();
}

}  // namespace

std::string ChecksumIn(const std::string& text, const std::string& name) {
  std::vector<std::string> alone;  // without a name, or with another one: some name the file that a link points at
  for (const std::string_view line : Split(text, '\n')) {
    std::istringstream words{std::string(line)};
    std::string digest;
    std::string blocks;
    std::string of;
    words >> digest >> of;
    const bool is_sum = digest.size() == 5 && IsDecimal(digest) && IsDecimal(of);
    if (is_sum) {
      blocks = std::exchange(of, "");
      words >> of;
    }
    if (!is_sum && !IsDigest(digest)) {
      continue;
    }
    const std::string file = of.substr(of.find_last_of("/*") + 1);
    if (file == name) {
      return digest;
    }
    alone.push_back(is_sum ? "" : digest);
  }
  return alone.size() == 1 ? alone[0] : "";
}

Result<FetchPlan> PlanFetch(const Catalog& catalog, const FetchRequest& request) {
  const bool is_address = IsAddress(request.what);
  if (!is_address && IsRemotePath(request.what)) {
    return BadInput("{}: only https:// and http:// can be fetched; bring the file here with its own tool",
                    request.what);
  }
  if (!request.checksum.empty() && !IsDigest(request.checksum) && !IsAddress(request.checksum)) {
    return BadInput("--checksum {}: is no MD5 (32 hexadecimal digits), SHA-256 (64) or address of a file that has one",
                    request.checksum);
  }
  VARJOIN_ASSIGN(FetchPlan plan, is_address ? PlanAddress(catalog, request) : PlanKnown(catalog, request));
  VARJOIN_RETURN_IF_ERROR(CheckSourceName(plan.import.name));
  return plan;
}

Result<Fetched> FetchFiles(const FetchPlan& plan, const FetchOptions& options) {
  const std::string folder = fs::path(plan.files[0].path).parent_path().string();
  VARJOIN_RETURN_IF_ERROR(MakeFolders(folder));
  auto lock = FileLock::Take(folder + "/.fetch.lock", kLockSeconds);
  if (lock.status().code() == StatusCode::kTryAgain) {
    return Status(StatusCode::kTryAgain,
                  fmt::format("{}: another fetch is at work in this folder; wait for its end, then run again", folder));
  }
  VARJOIN_RETURN_IF_ERROR(lock.status());
  Fetched fetched;
  fetched.lock = *std::move(lock);
  Checksums checksums(options, fetched.notes);
  for (size_t i = 0; i < plan.files.size(); ++i) {
    const FetchFile& file = plan.files[i];
    const std::string of = plan.files.size() == 1 ? "" : fmt::format(" ({} of {})", i + 1, plan.files.size());
    options.on_phase(fmt::format("fetching {}{}", FileNameOf(file.url), of));
    VARJOIN_ASSIGN(const std::string digest, checksums.Of(file));
    const auto check = [&](const std::string& path, const std::string& md5) {
      return CheckDigest(file, path, digest.empty() ? md5 : digest, options, fetched.checked);
    };
    VARJOIN_ASSIGN(const Downloaded downloaded, Download({.url = file.url,
                                                          .path = file.path,
                                                          .bytes_per_second = options.bytes_per_second,
                                                          .first_wait = options.first_wait,
                                                          .stopped = options.stopped,
                                                          .on_bytes = options.on_bytes,
                                                          .check = check}));
    fetched.bytes += downloaded.bytes;
    fetched.arrived += downloaded.bytes - downloaded.kept;
    if (downloaded.was_there) {
      fetched.notes.push_back(fmt::format("{}: was fetched before and has not changed since", file.url));
    } else if (downloaded.kept > 0) {
      fetched.notes.push_back(fmt::format("{}: went on after the {} that an earlier attempt had brought", file.url,
                                          HumanBytes(downloaded.kept)));
    }
  }
  return fetched;
}

void RemoveFetched(const FetchPlan& plan) {
  std::error_code ignored;
  for (const FetchFile& file : plan.files) {
    fs::remove(file.path, ignored);
    fs::remove(file.path + ".origin", ignored);
  }
  const fs::path folder = fs::path(plan.files[0].path).parent_path();
  fs::remove(folder / ".fetch.lock", ignored);
  fs::remove(folder, ignored);  // what else lies in it keeps it
}

}  // namespace varjoin
