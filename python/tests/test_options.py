"""Python's keyword arguments are the command's options: neither side has one that the other lacks."""
import inspect
import re
import subprocess

import duckdb
import pytest

import varjoin
from varjoin._command import COMMAND

# Of the command only, and why.
OF_A_COMMAND = {
    "help", "help_all",  # help()
    "json",              # what functions return
    "explain",           # a function of its own
    "progress",          # of another type here: a function
    "report",            # a page for people, who have the command
    "run_config", "print_run_config", "run_config_schema",  # keyword arguments are the configuration
}
OTHER_NAMES = {"source": "sources", "pass": "pass_only", "map": "mapping"}
RESOURCES = {"preserve_insertion_order", "enable_object_cache"}  # of sources: no output that they could change
OF_PYTHON = {"self", "vcf", "name", "files", "variants", "home", "progress", "options"}


def options_of(command):
    text = subprocess.run([COMMAND, *command, "--help-all"], capture_output=True, text=True, check=True).stdout
    names = {name.replace("-", "_") for name in re.findall(r"^ +(?:-\w,)?--([a-z-]+)", text, re.MULTILINE)}
    assert "memory_limit" in names
    return {OTHER_NAMES.get(name, name) for name in names - OF_A_COMMAND}


def keywords_of(*functions):
    return {name for function in functions for name in inspect.signature(function).parameters} - OF_PYTHON


def test_annotate_has_the_options_of_the_command():
    assert keywords_of(varjoin.annotate, varjoin.annotate_many) == options_of(["annotate"])


@pytest.mark.parametrize("function, command", [
    (varjoin.Catalog.add, ["source", "add"]), (varjoin.Catalog.import_, ["source", "import"]),
    (varjoin.Catalog.index, ["source", "index"]), (varjoin.lookup, ["lookup"])])
def test_sources_have_the_options_of_the_command(function, command):
    expected = {"index" if name == "no_index" else name for name in options_of(command) - RESOURCES}
    assert keywords_of(function) == expected


def groups_of(path):
    return duckdb.sql(f"SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('{path}') ORDER BY 1"
                      ).fetchall()


def test_row_groups_are_of_the_size_that_is_asked_for(large_vcf):
    varjoin.annotate(large_vcf, output="o.parquet", row_group_size=1_000_000, regions="chr1:1-2500000")
    sizes = [rows for _, rows in groups_of("o.parquet")]
    assert sum(sizes) == 2_500_000 and 1_000_000 <= max(sizes) < 1_100_000, sizes
    for wrong in (0, -1, 2**31 - 1):
        with pytest.raises(varjoin.InputError, match="row_group_size"):
            varjoin.annotate(large_vcf, output="p.parquet", row_group_size=wrong)


def test_a_folder_has_a_parquet_for_each_chromosome(person, database, work):
    person.write_text(person.read_text() + "chr2\t5\t.\tA\tT\t9\tPASS\tDP=1;AF=1\tGT\t0/1\n", encoding="utf-8")
    result = varjoin.annotate(person, database, "by_chrom", partition_by="chrom")
    assert result.path == work / "by_chrom"
    rows = duckdb.sql("SELECT chrom, start, alt, db_SIG FROM read_parquet('by_chrom/**/*.parquet', hive_partitioning=true)"
                      " ORDER BY chrom, record, alt_index").fetchall()
    assert rows == [("chr1", 100, "G", "benign"), ("chr1", 200, "T", None), ("chr1", 200, "A", "risk"),
                    ("chr1", 300, "C", None), ("chr2", 5, "T", None)]
    with pytest.raises(varjoin.InputError, match="partition_by='alt': expected one of 'chrom'"):
        varjoin.annotate(person, database, "other", partition_by="alt")


def test_vcf_says_how_it_was_made_unless_it_is_not_to(person, database, work):
    for no_version in (False, True):
        varjoin.annotate(person, database, "o.vcf", no_version=no_version, force=True)
        assert ("varjoin.annotate(" in (work / "o.vcf").read_text()) != no_version


def test_what_an_earlier_call_has_made_is_given_back(person, database):
    first = varjoin.annotate(person, database, "o.parquet", reuse=True)
    again = varjoin.annotate(person, database, "o.parquet", reuse=True)
    assert again.report["reused"] == first.report["id"] and again.path == first.path
    assert again.metadata["num_rows"] == 4
    with pytest.raises(varjoin.InputError, match="o.parquet"):
        varjoin.annotate(person, database, "o.parquet", where="qual > 1", reuse=True)
    person.write_text(person.read_text().replace("PASS", "q10"), encoding="utf-8")
    assert "reused" not in varjoin.annotate(person, database, "o.parquet", reuse=True, force=True).report
