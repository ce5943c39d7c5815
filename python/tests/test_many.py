"""annotate_many(): many inputs, each to an output of its own or all to one table."""
import pathlib

import duckdb
import pytest

import varjoin


def rows_of(sql):
    return duckdb.sql(sql).fetchall()


def test_each_input_has_an_output_in_the_folder(people, database):
    phases = []
    many = varjoin.annotate_many(people[:2], database, out_dir="out", progress=lambda state: phases.append(state["phase"]))
    assert many.path == pathlib.Path("out").resolve() and not many.failed
    assert {path: result.path.name for path, result in many.results.items()} == {
        "anna.vcf": "anna.parquet", "ben.vcf": "ben.parquet"}
    assert rows_of("SELECT start, DP, db_SIG FROM 'out/ben.parquet' WHERE db_hits > 0") == [
        (100, 11, "benign"), (200, 20, "risk")]
    assert {phase.split(": ")[0] for phase in phases} == {"1 of 2", "2 of 2"}


@pytest.mark.parametrize("table", ["all.parquet", "all.csv", "all.json"])
def test_one_table_has_the_rows_of_all_and_a_column_for_the_sample(people, database, table):
    many = varjoin.annotate_many(people[:2], database, one_table=table, where="db_hits > 0")
    assert many.path == pathlib.Path(table).resolve()
    assert rows_of(f"SELECT sample, start, DP, db_SIG FROM '{table}'") == [
        ("anna", 100, 10, "benign"), ("anna", 200, 20, "risk"), ("ben", 100, 11, "benign"), ("ben", 200, 20, "risk")]
    assert {path.name for path in pathlib.Path().iterdir() if "all" in path.name} == {table}


def test_a_broken_input_ends_the_call_and_what_was_finished_stays(people, database):
    with pytest.raises(varjoin.InputError, match=r"broken\.vcf: record 2 \(chr1:200\): INFO/DP"):
        varjoin.annotate_many(["anna.vcf", "broken.vcf", "ben.vcf"], database, out_dir="out", one_table="all.csv")
    assert [path.name for path in pathlib.Path("out").iterdir()] == ["anna.parquet"]
    assert not pathlib.Path("all.csv").exists()


def test_with_keep_going_the_others_are_annotated_and_the_failure_is_told(people, database, caplog):
    many = varjoin.annotate_many(["broken.vcf", "nosuch.vcf", "ben.vcf"], database, out_dir="out", one_table="all.csv",
                                 keep_going=True)
    assert many.results.keys() == {"ben.vcf"}
    assert "record 2 (chr1:200)" in str(many.failed["broken.vcf"]) and "nosuch.vcf" in str(many.failed["nosuch.vcf"])
    assert all(isinstance(error, varjoin.InputError) for error in many.failed.values())
    assert "broken.vcf: failed: " in caplog.text
    assert rows_of("SELECT DISTINCT sample FROM 'all.csv'") == [("ben",)]


def test_outputs_are_replaced_only_with_force_and_kept_where_they_may_be_reused(people, database):
    varjoin.annotate_many(people[:2], database, out_dir="out")
    with pytest.raises(varjoin.InputError, match="out/anna.parquet"):
        varjoin.annotate_many(people[:2], database, out_dir="out")
    again = varjoin.annotate_many(people[:2], database, out_dir="out", force=True, reuse=True)
    assert all(result.report["reused"] for result in again.results.values())
    anew = varjoin.annotate_many(people[:2], database, out_dir="out", force=True)
    assert not any("reused" in result.report for result in anew.results.values())


@pytest.mark.parametrize("options, message", [
    (dict(), "out_dir or one_table is missing"),
    (dict(one_table="all.vcf"), "is a table"),
    (dict(one_table="all.xls"), "its name tells no format"),
    (dict(one_table="anna.vcf/all.csv"), "does not exist"),
    (dict(one_table="all.csv", output_type="vcf"), "--one-table"),
    (dict(out_dir="out", sample="anna"), "there are 2 inputs"),
])
def test_what_can_not_be_is_refused_before_any_work(people, database, options, message):
    with pytest.raises(varjoin.InputError, match=message):
        varjoin.annotate_many(people[:2], database, **options)
    assert not pathlib.Path("out").exists() and not list(pathlib.Path().glob("all.*"))


def test_options_that_it_does_not_have_are_named(people, database):
    for wrong, message in (("output", "out_dir"), ("engin", "engin")):
        with pytest.raises(TypeError, match=message):
            varjoin.annotate_many(people[:2], database, out_dir="out", **{wrong: "x"})
