"""Runs tools/check_layers on a small tree with one breach in it and expects that it is found, in its place.

usage: check_layers_test.py CHECK_LAYERS CASE
"""
import subprocess
import sys
import tempfile
from pathlib import Path

GOOD = {
    "include/varjoin/sources.h": '#pragma once\n#include <string>\n#include "varjoin/version.h"\n',
    "include/varjoin/version.h": "#pragma once\n",
    "src/base/CMakeLists.txt": "varjoin_layer(base SOURCES text.cc LINKS fmt::fmt PkgConfig::libxxhash)\n",
    "src/base/text.h": "#pragma once\n#include <fmt/core.h>\n#include <sys/stat.h>\n",
    "src/base/text.cc": '#include "base/text.h"\n#include <xxhash.h>\n#include <unistd.h>\n',
    "src/genome/CMakeLists.txt": "varjoin_layer(genome SOURCES allele.cc LINKS varjoin::base)\n",
    "src/genome/allele.cc": '#include "base/text.h"\n#include <fmt/core.h>\n',
    "src/duck/CMakeLists.txt":
        "varjoin_layer(duck\n  SOURCES a.cc\n  LINKS varjoin::base)\n"
        "target_link_libraries(varjoin_duck PRIVATE DuckDB::duckdb)  # for its headers\n",
    "src/duck/a.cc": '#include "base/text.h"\n#include <duckdb.hpp>\n',
    "src/sources/CMakeLists.txt": "varjoin_layer(sources SOURCES a.cc LINKS varjoin::duck)\n",
    "src/sources/a.cc": '#include "varjoin/sources.h"\n#include "base/text.h"\n#include "duck/database.h"\n',
    "src/cli/CMakeLists.txt":
        "add_executable(varjoin main.cc)\n"
        "target_link_libraries(varjoin PRIVATE varjoin_options varjoin::sources CLI11::CLI11)\n",
    "src/cli/main.cc": '#include <CLI/CLI.hpp>\n#include "sources/a.h"\n',
}

# Case: (files that are added or replaced, where the breach is, words of the sentence).
CASES = {
    "nothing_in_a_good_tree": ({}, None, None),
    "an_include_of_a_folder_above": (
        {"src/base/new.cc": '#include "base/text.h"\n\n#include "genome/allele.h"\n'},
        "src/base/new.cc:3", "base/ may not include genome/allele.h"),
    "duckdb_outside_of_duck": (
        {"src/sources/new.cc": '#include "duckdb.hpp"\n'},
        "src/sources/new.cc:1", "sources/ may not use DuckDB"),
    "an_outside_library_in_the_wrong_folder": (
        {"src/genome/new.h": "#include <nlohmann/json.hpp>\n"},
        "src/genome/new.h:1", "genome/ may not use nlohmann-json"),
    "an_unknown_library": (
        {"src/genome/new.h": "#include <boost/regex.hpp>\n"},
        "src/genome/new.h:1", "a library that tools/check_layers does not know"),
    "an_unknown_folder": (
        {"src/helpers/a.cc": "int a;\n"},
        "src/helpers:1", "not in the list"),
    "a_header_named_without_its_folder": (
        {"src/base/new.cc": '#include "text.h"\n'},
        "src/base/new.cc:1", '"text.h" is no header of a folder'),
    "a_link_to_a_folder_above": (
        {"src/base/CMakeLists.txt":
            "varjoin_layer(base SOURCES text.cc\n  LINKS fmt::fmt PkgConfig::libxxhash varjoin::cli)\n"},
        "src/base/CMakeLists.txt:2", "base/ may not link varjoin::cli"),
    "a_link_to_a_library_not_allowed": (
        {"src/genome/CMakeLists.txt": "varjoin_layer(genome SOURCES allele.cc LINKS varjoin::base DuckDB::duckdb)\n"},
        "src/genome/CMakeLists.txt:1", "genome/ may not link DuckDB"),
    "an_include_that_is_not_linked": (
        {"src/sources/new.cc": '#include "genome/allele.h"\n'},
        "src/sources/new.cc:1", "does not link it"),
    "an_include_reached_through_a_private_link_only": (
        {"src/duck/CMakeLists.txt":
            "varjoin_layer(duck SOURCES a.cc)\n"
            "target_link_libraries(varjoin_duck PRIVATE varjoin::base DuckDB::duckdb)\n"},
        "src/sources/a.cc:2", "does not link it"),
    "a_link_that_nothing_includes": (
        {"src/sources/CMakeLists.txt":
            "varjoin_layer(sources SOURCES a.cc LINKS varjoin::duck nlohmann_json::nlohmann_json)\n"},
        "src/sources/CMakeLists.txt:1", "no file of it includes nlohmann-json"),
    "a_public_header_with_an_inner_header": (
        {"include/varjoin/sources.h": '#include "base/text.h"\n'},
        "include/varjoin/sources.h:1", "a public header may not include"),
    "a_public_header_with_duckdb": (
        {"include/varjoin/sources.h": "#include <string>\n#include <duckdb.hpp>\n"},
        "include/varjoin/sources.h:2", "a public header may not include DuckDB"),
}


def main():
    check_layers, case = sys.argv[1:]
    changed, place, words = CASES[case]
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**GOOD, **changed}.items():
            file = Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, check_layers, root], capture_output=True, text=True)
    print(run.stdout, run.stderr)
    lines = run.stdout.splitlines()
    if place is None:
        return run.returncode == 0 and not lines
    return run.returncode == 1 and len(lines) == 1 and lines[0].startswith(place + ": ") and words in lines[0]


sys.exit(0 if main() else 1)
