# What varjoin uses from outside. `tools/setup` installs all of it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(tomlplusplus REQUIRED)
pkg_check_modules(libdeflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(libisal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(libzstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(htslib REQUIRED IMPORTED_TARGET htslib)
find_package(BZip2 REQUIRED)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(libxxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(libcrypto REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET libcurl)

# DuckDB: the official library and the headers of the same version, as tools/setup lays them out
# (include/ and lib/libduckdb.so). -DDUCKDB_ROOT=… names another copy.
set(VARJOIN_DUCKDB_VERSION 1.5.6)
if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(varjoin_cache $ENV{XDG_CACHE_HOME}/varjoin)
else()
  set(varjoin_cache $ENV{HOME}/.cache/varjoin)
endif()
set(DUCKDB_ROOT ${varjoin_cache}/duckdb-${VARJOIN_DUCKDB_VERSION}-r.1 CACHE PATH
    "Folder with DuckDB ${VARJOIN_DUCKDB_VERSION}: include/duckdb.hpp and lib/libduckdb.so")
if(NOT EXISTS ${DUCKDB_ROOT}/include/duckdb.hpp OR NOT EXISTS ${DUCKDB_ROOT}/lib/libduckdb.so)
  message(FATAL_ERROR "DuckDB ${VARJOIN_DUCKDB_VERSION} is not in ${DUCKDB_ROOT}. "
                      "Run tools/setup, or name another copy with -DDUCKDB_ROOT=….")
endif()
add_library(DuckDB::duckdb SHARED IMPORTED)
set_target_properties(DuckDB::duckdb PROPERTIES
  IMPORTED_LOCATION ${DUCKDB_ROOT}/lib/libduckdb.so
  IMPORTED_SONAME libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_ROOT}/include
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${DUCKDB_ROOT}/include)
