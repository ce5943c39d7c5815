// interval_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/interval_source.h"

#include "base/text.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

/// With the key as a statement for an index has it; the end comes first among the columns.
std::string RowsSql(const Source& source, const std::vector<std::string>& columns,
                    const std::vector<std::string>& files) {
  std::string select = fmt::format(
      "SELECT {} AS chrom, {} AS \"start\", '' AS ref, '' AS alt, TRY_CAST({} AS BIGINT) AS {}", ChromSql(source),
      StartSql(source), SqlName(source.key.end.empty() ? "end" : source.key.end), SqlName(";end"));
  for (const std::string& column : columns) {
    select += ", " + SqlName(column);
  }
  return fmt::format("{} FROM {}", select, ReadSourceSql(source, files));
}

Status Fill(duck::Database& database, const std::string& sql, const index::ContigLengths& lengths,
            std::shared_ptr<const index::IntervalTable>& loaded) {
  VARJOIN_ASSIGN(const auto stream, database.StreamRows(sql, /*with_place=*/false));
  const auto table = std::make_shared<index::IntervalTable>(
      std::vector<index::ColumnSchema>(stream->schema().begin() + 1, stream->schema().end()), lengths);
  while (true) {
    duck::RowChunk chunk;
    VARJOIN_ASSIGN(const bool more, stream->Next(chunk));
    if (!more) {
      break;
    }
    VARJOIN_RETURN_IF_ERROR(table->Add(chunk.rows));
  }
  table->Finish();
  loaded = table;
  return Status::Ok();
}

}  // namespace

Result<std::shared_ptr<const index::IntervalTable>> LoadIntervals(duck::Database& database, const Source& source,
                                                                  const std::vector<std::string>& columns) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  std::vector<std::string> files;
  for (const FileStamp& stamp : stamps) {
    files.push_back(stamp.path);
  }
  index::ContigLengths lengths;
  for (const SourceContig& contig : source.contigs) {
    if (contig.length) {
      lengths.emplace(contig.name, *contig.length);
    }
  }
  std::shared_ptr<const index::IntervalTable> table;
  const Status filled =
      KeepingOrder(database, [&] { return Fill(database, RowsSql(source, columns, files), lengths, table); });
  if (!filled.ok()) {
    return Status(filled.code(), fmt::format("source '{}': {}", source.name, filled.message()));
  }
  VARJOIN_RETURN_IF_ERROR(database.ReserveMemory(table->bytes()));
  return table;
}

}  // namespace varjoin
