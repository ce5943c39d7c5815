"""Beside other libraries with a DuckDB or an Arrow of their own, in any order of import, with warnings as errors."""
import itertools

import pytest
from conftest import run_python

CODE = """
import sys
for name in sys.argv[2:]:
    __import__(name + "._native" if name == "varjoin" else name)
import duckdb, polars, pyarrow, varjoin

assert duckdb.sql("SELECT sum(x) FROM range(10000) t(x)").fetchall() == [(49995000,)]
for _ in range(3):
    rows = varjoin.read_vcf(sys.argv[1])
    expected = pyarrow.table(rows).to_pylist()
    assert polars.DataFrame(rows).to_dicts() == expected and len(expected) == 4
    assert rows.pl().to_dicts() == expected and polars.concat(rows.frames()).to_dicts() == expected
    assert duckdb.sql("SELECT count(*), sum(DP) FROM rows").fetchall() == [(4, 50)]
    varjoin.annotate(sys.argv[1], "db", "o.parquet", force=True)
    assert duckdb.sql("SELECT count(db_SIG) FROM 'o.parquet'").fetchall() == [(2,)]
    try:
        duckdb.sql("SELECT nosuch")
    except duckdb.Error:
        pass
    try:
        varjoin.read_vcf(sys.argv[1], where="nosuch > 1")
    except varjoin.InputError:
        pass
print(duckdb.__version__, varjoin.duckdb_version)
"""
NAMES = ("varjoin", "duckdb", "polars", "pyarrow")
ORDERS = [names for names in itertools.permutations(NAMES) if names[0] == "varjoin" or names[-1] == "varjoin"]


@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[-1], ("duckdb", "varjoin", "pyarrow", "polars")], ids="-".join)
def test_any_order_of_import(person, database, order):
    done = run_python(CODE, person, *order, options=("-X", "dev", "-W", "error"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr


def test_dagsters_part_needs_no_native_module():
    done = run_python("import sys, varjoin; print('varjoin._native' in sys.modules, varjoin.annotate.__name__)")
    assert (done.returncode, done.stdout) == (0, "False annotate\n"), done.stderr


def test_the_package_alone_gives_no_warning(person):
    done = run_python("import sys, varjoin; print(varjoin.read_vcf(sys.argv[1]).columns[:2])", person,
                      options=("-X", "dev", "-W", "error"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "['chrom', 'start']\n", "")
