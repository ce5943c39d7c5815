"""read_vcf() and lookup(): the same rows in whatever takes Arrow streams, lazily, in bounded memory, without leaks."""
import gc
import os

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from conftest import PERSON, run_python

import varjoin


def test_the_rows_are_the_same_in_every_library(person):
    rows = varjoin.read_vcf(person)
    table = pa.table(rows)
    assert table.column("start").to_pylist() == [100, 200, 200, 300]
    assert table.column("AF").to_pylist() == [0.5, 0.25, 0.75, None]
    assert table.column("GT").to_pylist() == ["0/1", "1/2", "1/2", "0/0"]
    assert rows.columns == table.column_names and rows.types["start"] == "BIGINT"
    expected = table.to_pylist()
    assert pl.DataFrame(rows).to_dicts() == expected
    series = pl.from_arrow(rows)  # since Polars 2, a series of structs
    assert (series if isinstance(series, pl.DataFrame) else series.struct.unnest()).to_dicts() == expected
    assert rows.pl().to_dicts() == expected and rows.arrow() == table
    assert pl.concat(rows.frames()).to_dicts() == expected
    assert rows.pl().schema == pl.DataFrame(rows).schema == next(rows.frames()).schema
    assert duckdb.sql("FROM rows").to_arrow_table().to_pylist() == expected
    assert rows.df()["start"].tolist() == [100, 200, 200, 300]
    assert duckdb.sql("SELECT sum(DP) FROM rows WHERE filter = 'PASS'").fetchone() == (50,)


def test_arguments_choose_columns_rows_and_samples(person):
    cases = [
        (dict(columns=["start", "alt"]), [{"start": s, "alt": a} for s, a in zip((100, 200, 200, 300), "GTAC")]),
        (dict(columns="alt", regions="chr1:150-250"), [{"alt": "T"}, {"alt": "A"}]),
        (dict(columns="start", where="qual > 55"), [{"start": 200}] * 2),
        (dict(columns=["start", "alts"], split=False, where="record = 2"), [{"start": 200, "alts": ["T", "A"]}]),
        (dict(columns=["start", "filename"], filename=True, where="record = 1"),
         [{"start": 100, "filename": str(person)}]),
    ]
    for options, expected in cases:
        assert varjoin.read_vcf(person, **options).arrow().to_pylist() == expected, options


def test_what_is_wrong_is_said_at_once(person):
    cases = [
        (lambda: varjoin.read_vcf("persn.vcf"), "persn.vcf"),
        (lambda: varjoin.read_vcf(person, columns="nosuch"), "nosuch"),
        (lambda: varjoin.read_vcf(person, samples="nosuch"), "nosuch"),
        (lambda: varjoin.read_vcf(person, where="nosuch > 1"), "nosuch"),
        (lambda: varjoin.read_vcf("-"), "name a file"),
        (lambda: varjoin.read_vcf(person, gt="letters"), "gt='letters'"),
        (lambda: varjoin.lookup("nosuch", "chr1:1:A:G"), "nosuch"),
        (lambda: varjoin.lookup("nosuch", "rs429358"), "indexed by position"),
    ]
    for call, message in cases:
        with pytest.raises(varjoin.InputError) as raised:
            call()
        assert message in str(raised.value), raised.value


def test_an_error_while_rows_are_drawn_has_varjoins_message(work):
    (work / "bad.vcf").write_text(PERSON.replace("DP=20", "DP=many"), encoding="utf-8")
    rows = varjoin.read_vcf("bad.vcf")

    def by_duckdb(rows=rows):
        return duckdb.sql("FROM rows").fetchall()

    for draw in (rows.arrow, rows.pl, lambda: list(rows.frames()), lambda: pa.table(rows), by_duckdb):
        with pytest.raises(Exception, match=r"record 2 \(chr1:200\): INFO/DP"):
            draw()
    for draw in (rows.arrow, rows.pl, lambda: list(rows.frames())):
        with pytest.raises(varjoin.InputError):
            draw()
    assert varjoin.read_vcf("bad.vcf", on_bad_record="skip").arrow().num_rows == 2


def test_a_stream_is_lazy_and_may_be_left(large_vcf):
    rows = varjoin.read_vcf(large_vcf)
    reader = pa.RecordBatchReader.from_stream(rows)
    first = reader.read_next_batch()
    assert 0 < first.num_rows <= 16_384 and first.column(1)[0].as_py() == 1
    del rows
    second = reader.read_next_batch()  # the stream needs no object
    assert second.column(1)[0].as_py() == first.num_rows + 1
    del reader
    gc.collect()
    assert first.column(1)[5].as_py() == 6  # nor does a batch need the stream


def test_a_stream_keeps_the_files_order(large_vcf):
    starts = varjoin.read_vcf(large_vcf, columns="start").pl()["start"]
    assert len(starts) == 3_000_000 and starts.is_sorted()


def test_a_capsule_that_nobody_takes_is_released(person):
    rows = varjoin.read_vcf(person)
    for _ in range(50):
        rows.__arrow_c_stream__()
        rows.__arrow_c_schema__()
    assert len(os.listdir(os.environ["VARJOIN_TEMP_DIRECTORY"])) <= 1
    assert pa.schema(rows) == rows.arrow().schema


def test_nested_columns_arrive_as_they_are(work):
    (work / "two.vcf").write_text(PERSON.replace("\tanna\n", "\tanna\tbo\n").replace("0/1\n", "0/1\t./.\n")
                                  .replace("1/2\n", "1/2\t0|1\n").replace("0/0\n", "0/0\t1/1\n"), encoding="utf-8")
    genotypes = varjoin.read_vcf("two.vcf", columns="genotypes").arrow().column(0).to_pylist()
    assert [[(g["sample"], g["GT"]) for g in row] for row in genotypes][:2] == [
        [("anna", "0/1"), ("bo", "./.")], [("anna", "1/2"), ("bo", "0|1")]]
    assert varjoin.read_vcf("two.vcf", samples="bo", columns="GT").arrow().column(0).to_pylist()[0] == "./."


def test_lookup_answers_in_the_variants_order(database):
    rows = varjoin.lookup(database, ["chr1:200:C:A", ("1", 5, "A", "G"), "1-100-A-G"])
    assert rows.columns == ["variant", "chrom", "start", "ref", "alt", "db_id", "db_qual", "db_filter", "db_SIG",
                            "db_hits"]
    found = rows.arrow().select(["variant", "chrom", "start", "db_SIG", "db_hits"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        (0, "chr1", 200, "risk", 1), (1, "1", 5, None, 0), (2, "1", 100, "benign", 1)]
    assert varjoin.lookup("db:SIG=s", ("1", 100, "A", "G")).arrow().column("s").to_pylist() == ["benign"]
    assert varjoin.lookup(database, []).arrow().num_rows == 0


def test_lookup_takes_several_sources_and_files(database, work):
    rows = varjoin.lookup([database, "./db.vcf:SIG=other"], "1:100:A:G")
    row, = rows.arrow().to_pylist()
    assert (row["db_SIG"], row["other"], row["db_hits"], row["db_2_hits"]) == ("benign", "benign", 1, 1)


def test_many_lookups_leak_nothing(database, work):
    done = run_python("""
import gc, sys, varjoin

def size():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

def look(times):
    import pyarrow
    for _ in range(times):
        assert pyarrow.table(varjoin.lookup("db", "1:100:A:G", threads=1)).num_rows == 1
look(100)
gc.collect()
before = size()
look(int(sys.argv[1]))
gc.collect()
print(size() - before)
""", os.environ.get("VARJOIN_TEST_LOOKUPS", "200"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" and int(done.stdout) < 8_000_000, done.stdout + done.stderr
