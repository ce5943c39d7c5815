# What varjoin uses from outside. `tools/setup` installs all of it; what is missing is told in one go.
find_package(PkgConfig QUIET)
foreach(package Threads fmt CLI11 nlohmann_json yaml-cpp tomlplusplus BZip2)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND varjoin_missing ${package})
  endif()
endforeach()
foreach(package libdeflate libisal libzstd htslib zlib libxxhash libcrypto libcurl cpp-httplib)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${package} QUIET IMPORTED_TARGET ${package})
  endif()
  if(NOT ${package}_FOUND)
    list(APPEND varjoin_missing ${package})
  endif()
endforeach()
if(NOT PKG_CONFIG_FOUND)
  list(APPEND varjoin_missing pkg-config)
endif()
if(varjoin_missing)
  list(JOIN varjoin_missing ", " varjoin_missing)
  message(FATAL_ERROR "varjoin is built with these, which are not here: ${varjoin_missing}. "
                      "Run tools/setup (or `make setup`), which installs them on Debian.")
endif()

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
