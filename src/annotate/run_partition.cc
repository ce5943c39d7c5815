// run_partition.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The output as a folder with a Parquet for each chromosome. DuckDB's own PARTITION_BY keeps no order with more than
// one thread, so the table is written as a whole first and then read chromosome by chromosome.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "annotate/run.h"
#include "base/folder_output.h"
#include "base/output_file.h"
#include "base/text.h"
#include "sources/parquet_files.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFileName = "data_0.parquet";

/// The name of a chromosome's folder, which others that read such folders decode.
std::string FolderName(const std::string& chrom) {
  std::string name = "chrom=";
  for (const char byte : chrom) {
    const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-' || byte == '.';
    name += is_plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return name;
}

}  // namespace

/// What the folder must be, as far as can be told before any work.
Status AnnotateRun::CheckFolder() const {
  const std::string& output = report_.output;
  if (request_.output.empty()) {
    return BadInput("--partition-by: makes a folder; name it with -o");
  }
  VARJOIN_RETURN_IF_ERROR(CheckFolderTarget(output, request_.force));
  const std::string inside = CanonicalPath(output) + "/";
  for (const std::string& input : plan_.input.paths) {
    if (CanonicalPath(input).starts_with(inside)) {
      return BadInput("{}: is in the folder {}, which would be replaced; name another output", input, output);
    }
  }
  return Status::Ok();
}

Status AnnotateRun::BeginFolder() {
  const std::string above = fs::path(AbsolutePath(report_.output)).parent_path().string();
  if (!IsFolder(above)) {
    return BadInput("cannot write {}: the folder {} does not exist; make it first", report_.output, above);
  }
  Result<TempFolder> beside = TempFolder::Make(above);
  if (!beside.ok()) {
    return {beside.status().code(), fmt::format("cannot write in the folder {}: {}", above, beside.status().message())};
  }
  beside_.emplace(*std::move(beside));
  return Status::Ok();
}

/// The whole table's place, until it is taken apart.
std::string AnnotateRun::WholeTable() const {
  return session_.temp_folder + "/table.parquet";
}

Status AnnotateRun::WriteFolder() {
  const std::string table = WholeTable();
  const std::string made = beside_->path() + "/output";
  VARJOIN_ASSIGN(const duck::ResultTable chroms,
                 database_.Query(fmt::format("SELECT chrom FROM {} GROUP BY chrom ORDER BY min(file_row_number)",
                                             ReadParquetSql({table}))));
  std::error_code error;
  if (!fs::create_directory(made, error)) {
    return WriteError(report_.output, error.value());
  }
  int64_t rows = 0;
  for (size_t i = 0; i < chroms.rows.size(); ++i) {
    const std::string folder = made + "/" + FolderName(chroms.Text(i, 0));
    if (!fs::create_directory(folder, error)) {
      return WriteError(report_.output, error.value());
    }
    const std::string path = folder + "/" + kFileName;
    VARJOIN_RETURN_IF_ERROR(Sparingly(plan_.WrittenColumns(), [&]() -> Status {
      VARJOIN_ASSIGN(const duck::ResultTable counts,
                     database_.Query(plan_.ChromCopySql(table, chroms.Text(i, 0), path, Metadata())));
      rows += counts.Integer(0, 0);
      return Status::Ok();
    }));
    VARJOIN_ASSIGN(const FileStamp stamp, StampOf(path));
    report_.output_bytes += stamp.size;
  }
  if (rows != report_.output_rows) {
    return Failed(
        "the folder would have {} rows where the table has {}: this is a fault of varjoin's; nothing is written, "
        "please report it",
        rows, report_.output_rows);
  }
  return WriteMark(made);
}

/// Says what the folder is, and that varjoin has written it.
Status AnnotateRun::WriteMark(const std::string& folder) const {
  nlohmann::ordered_json mark = {{"partition_by", "chrom"}};
  for (const OutputFacts& facts : {Metadata(), CostMetadata()}) {
    for (const auto& [key, value] : facts) {
      mark[key] = value;
    }
  }
  std::ofstream file(fmt::format("{}/{}", folder, kFolderMarkFile), std::ios::binary);
  file << mark.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  file.close();
  return file ? Status::Ok() : WriteError(report_.output, errno);
}

Status AnnotateRun::FinishFolder() {
  const Status written = WriteFolder();
  if (!written.ok()) {
    return AboutOutput(written);
  }
  return CommitFolder(beside_->path() + "/output", report_.output, request_.force);
}

}  // namespace varjoin
