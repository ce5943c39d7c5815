// htslib_files.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: BCF files and indexes, as htslib makes them.
#pragma once

#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>

#include <string>

namespace varjoin::vcf {

/// Writes the VCF at `from` as BCF (`mode` "wb", or "wbu" unpacked) or BGZF ("wz") to `to`. False: htslib could not.
inline bool Convert(const std::string& from, const std::string& to, const char* mode) {
  hts_set_log_level(HTS_LOG_OFF);
  htsFile* const in = hts_open(from.c_str(), "r");
  htsFile* const out = hts_open(to.c_str(), mode);
  if (in == nullptr || out == nullptr) {
    return false;
  }
  bcf_hdr_t* const header = bcf_hdr_read(in);
  bcf1_t* const record = bcf_init();
  bool good = header != nullptr && bcf_hdr_write(out, header) == 0;
  int result = 0;
  while (good && (result = bcf_read(in, header, record)) == 0) {
    good = bcf_write(out, header, record) == 0;
  }
  bcf_destroy(record);
  bcf_hdr_destroy(header);
  hts_close(in);
  return hts_close(out) == 0 && good && result == -1;
}

enum class IndexKind { kTbi, kCsi };

/// Indexes a BGZF VCF or a BCF (always CSI). False: htslib could not.
inline bool MakeIndex(const std::string& path, IndexKind kind) {
  hts_set_log_level(HTS_LOG_OFF);
  return bcf_index_build3(path.c_str(), nullptr, kind == IndexKind::kTbi ? 0 : 14, 0) == 0;
}

}  // namespace varjoin::vcf
