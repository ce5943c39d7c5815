"""annotate() and Catalog: what is made, what is raised, and how a call is stopped."""
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import duckdb
import pytest
from conftest import PERSON

import varjoin

METADATA = {
    "duration_sec", "cpu_percent", "peak_memory_mb", "memory_delta_mb", "file_size_mb", "num_rows", "num_columns",
    "compression", "engine", "source_vcf", "output_file", "user_name", "sample_name", "sample_description",
    "sequencing_type", "species", "reference_genome",
}


def rows_of(sql):
    return duckdb.sql(sql).fetchall()


def test_annotate_writes_the_rows_and_tells_what_they_cost(person, database):
    result = varjoin.annotate(person, [database], "out.parquet", user="maria", sample="anna", sequencing_type="WES")
    assert result.path == pathlib.Path("out.parquet").resolve() and result.path.exists()
    assert rows_of("SELECT start, alt, db_SIG, db_hits FROM 'out.parquet'") == [
        (100, "G", "benign", 1), (200, "T", None, 0), (200, "A", "risk", 1), (300, "C", None, 0)]
    assert result.metadata.keys() == METADATA
    assert result.metadata["num_rows"] == 4 and result.metadata["engine"] == "index"
    assert result.metadata["user_name"] == "maria" and result.metadata["sequencing_type"] == "WES"
    assert result.metadata["duration_sec"] > 0 and result.metadata["peak_memory_mb"] > 1
    assert result.metadata["output_file"] == str(result.path)
    assert result.report["sources"][0]["matched"] == 2 and result.report["records"] == 3


def test_annotate_takes_the_options_of_the_command(person, database):
    cases = [
        (dict(where="db_SIG = 'risk'"), [(200, "A")]),
        (dict(regions="chr1:150-250"), [(200, "T"), (200, "A")]),
        (dict(regions=["chr1:1-150", "chr1:300-300"]), [(100, "G"), (300, "C")]),
        (dict(pass_only=True, min_qual=55), [(200, "T"), (200, "A")]),
        (dict(only_matched=True), [(100, "G"), (200, "A")]),
        (dict(carried=True), [(100, "G"), (200, "T"), (200, "A")]),
        (dict(engine="duckdb"), [(100, "G"), (200, "T"), (200, "A"), (300, "C")]),
    ]
    for options, expected in cases:
        varjoin.annotate(person, database, "out.parquet", force=True, **options)
        assert rows_of("SELECT start, alt FROM 'out.parquet'") == expected, options


def test_bare_names_are_those_of_the_pipeline_before(person, database):
    varjoin.annotate(person, database, "out.parquet", bare_names=True)
    names = [row[0] for row in rows_of("DESCRIBE FROM 'out.parquet'")]
    assert "rsid" in names and "SIG" in names and "db_hits" not in names and "record" not in names


def test_without_an_output_the_users_folder_has_it(person, database, work):
    result = varjoin.annotate(person, [database], user="maria")
    assert result.path == work / "home/users/maria/person/db.parquet"


def test_errors_are_typed_and_have_varjoins_message(person, database):
    cases = [
        (lambda: varjoin.annotate("persn.vcf", database, "o.parquet"), "persn.vcf: no such file"),
        (lambda: varjoin.annotate(person, "dv", "o.parquet"), "did you mean 'db'"),
        (lambda: varjoin.annotate(person, "db:SIK", "o.parquet"), "SIG"),
        (lambda: varjoin.annotate(person, database, "o.parquet", engine="fast"), "engine='fast': expected one of 'auto'"),
        (lambda: varjoin.annotate(person, database, "-"), "name a file"),
        (lambda: varjoin.annotate(person, database, "o.parquet", memory_limit="lots"), "memory_limit="),
        (lambda: varjoin.annotate(person, database, "o.parquet", where="nosuch > 1"), "nosuch"),
        (lambda: varjoin.Catalog().remove("nosuch"), "nosuch"),
        (lambda: varjoin.Catalog().index("nosuch"), "nosuch"),
        (lambda: varjoin.Catalog().add("x", "nosuch/*.parquet"), "nosuch"),
        (lambda: varjoin.Catalog().import_("1x", person), "1x"),
    ]
    for call, message in cases:
        with pytest.raises(varjoin.InputError) as raised:
            call()
        assert message in str(raised.value), raised.value
        assert isinstance(raised.value, varjoin.Error) and isinstance(raised.value, ValueError)
        assert raised.value.exit_code == 2
    with pytest.raises(TypeError):
        varjoin.annotate(person, database, "o.parquet", nosuch=1)


def test_a_bad_record_is_named(work, database):
    (work / "bad.vcf").write_text(PERSON.replace("DP=20", "DP=many"), encoding="utf-8")
    with pytest.raises(varjoin.InputError, match=r"bad\.vcf: record 2 \(chr1:200\): INFO/DP"):
        varjoin.annotate("bad.vcf", database, "o.parquet")
    assert not pathlib.Path("o.parquet").exists()


def test_an_existing_output_is_kept_without_force(person, database):
    pathlib.Path("o.parquet").write_text("mine")
    with pytest.raises(varjoin.InputError, match="o.parquet"):
        varjoin.annotate(person, database, "o.parquet")
    assert pathlib.Path("o.parquet").read_text() == "mine"


def test_work_that_fails_is_a_run_error(person, database, work):
    with pytest.raises(varjoin.RunError) as raised:
        varjoin.annotate(person, database, "o.parquet", temp_directory="/proc/nosuch")
    assert isinstance(raised.value, RuntimeError) and raised.value.exit_code == 1


def test_a_locked_catalog_is_busy(work, database):
    with open(work / "home/catalog.duckdb.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(varjoin.BusyError) as raised:
            varjoin.Catalog().remove(database)
    assert raised.value.exit_code == 75


def test_a_run_leaves_a_record_that_the_command_shows(person, database, work):
    result = varjoin.annotate(person, database, "o.parquet", threads=2)
    with pytest.raises(varjoin.InputError):
        varjoin.annotate("nosuch.vcf", database, "o.parquet", force=True)
    records = [json.loads(path.read_text()) for path in sorted((work / "home/runs").glob("*.json"))]
    states = [(record["kind"], record["state"]) for record in records]
    assert states == [("source import", "done"), ("annotate", "done"), ("annotate", "failed")]
    assert records[1]["command"].startswith("varjoin.annotate(vcf=") and "threads=2" in records[1]["command"]
    assert records[1]["metadata"] == result.metadata
    assert records[1]["configuration"]["duckdb_config.threads"] == {"value": "2", "source": "threads="}


def test_settings_come_from_the_call_then_the_environment(person, database, monkeypatch):
    monkeypatch.setenv("VARJOIN_THREADS", "1")
    report = varjoin.annotate(person, database, "o.parquet").report
    assert report["limits"]["threads"] == 1
    assert varjoin.annotate(person, database, "o.parquet", force=True, threads=2).report["limits"]["threads"] == 2
    monkeypatch.setenv("VARJOIN_THREADS", "none")
    with pytest.raises(varjoin.InputError, match="VARJOIN_THREADS"):
        varjoin.annotate(person, database, "o.parquet", force=True)


def test_explain_prints_the_sql(person, database):
    assert "variant_first" in varjoin.explain(person, database) or "variant_rows" in varjoin.explain(person, database)
    assert "read_parquet" in varjoin.explain(person, database, engine="duckdb")
    with pytest.raises(TypeError, match="engin"):
        varjoin.explain(person, database, engin="duckdb")


def test_progress_is_told(large_vcf):
    seen = []
    varjoin.annotate(large_vcf, output="o.parquet", progress=seen.append)
    assert len(seen) >= 2 and all(state["bytes_total"] >= 0 for state in seen)
    assert seen[-1]["records"] == 3_000_000 and seen[-1]["bytes_read"] == large_vcf.stat().st_size
    assert {state["phase"] for state in seen} != {""}


def test_what_progress_raises_stops_the_run(large_vcf):
    class Enough(Exception):
        pass

    def stop(state):
        raise Enough

    with pytest.raises(Enough):
        varjoin.annotate(large_vcf, output="o.parquet", progress=stop)
    assert not pathlib.Path("o.parquet").exists()


def test_other_threads_run_meanwhile(large_vcf):
    ticks = []
    stop = threading.Event()

    def count():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=count)
    thread.start()
    began = time.monotonic()
    varjoin.annotate(large_vcf, output="o.parquet")
    took = time.monotonic() - began
    stop.set()
    thread.join()
    assert took > 0.2 and len(ticks) > took / 0.01 / 10


INTERRUPTED = {
    "annotate": "varjoin.annotate(path, output='o.parquet')",
    "arrow": "varjoin.read_vcf(path).arrow()",
    "filter": "varjoin.read_vcf([path] * 9, where='start < 0').pl()",
    "import": "varjoin.Catalog().import_('big', path)",
}


@pytest.mark.parametrize("name", INTERRUPTED)
def test_ctrl_c_stops_within_a_second(large_vcf, name):
    code = f"""
import sys, varjoin
path = sys.argv[1]
print("ready", flush=True)
try:
    {INTERRUPTED[name]}
except KeyboardInterrupt:
    print("stopped", flush=True)
else:
    print("done", flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code, str(large_vcf)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.4)
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu_before = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "stopped\n"
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0
    # A second of each of two threads: the CPU time does not depend on what else the machine does.
    assert usage.ru_utime + usage.ru_stime - cpu_before < 2
    assert not pathlib.Path("o.parquet").exists()


def test_a_catalog_adds_lists_indexes_and_removes(work, database):
    duckdb.sql("COPY (SELECT '1' AS chrom, 100 AS pos, 'A' AS ref, 'G' AS alt, 7 AS score) TO 'p.parquet'")
    catalog = varjoin.Catalog()
    assert catalog.home == work / "home" and catalog.path.exists()
    added = catalog.add("scores", "p.parquet", mapping={"start": "pos"}, assembly="GRCh38")
    assert added["replaced"] is False and added["rows"] == 1
    assert [(s["name"], s["kind"], s["index_state"]) for s in catalog.list()] == [
        ("db", "imported", "current"), ("scores", "registered", "none")]
    record = catalog.index("scores")
    assert record["kind"] == "source index" and record["index"]["file_size_bytes"] > 0
    assert [phase["phase"] for phase in record["phases"]] == ["index"]
    assert record["resources"]["cpu_sec"] + 0.002 >= record["phases"][0]["cpu_sec"]
    assert [s["index_state"] for s in catalog.list()] == ["current", "current"]
    catalog.remove("scores")
    assert [s["name"] for s in catalog.list()] == ["db"]
    assert pathlib.Path("p.parquet").exists()
    assert varjoin.Catalog(work / "other").list() == []


def test_import_takes_a_part(work, database):
    record = varjoin.Catalog().import_("few", work / "db.vcf", where="SIG <> 'none'", columns=["SIG"], index=False)
    assert record["metadata"]["num_rows"] == 2
    few = [s for s in varjoin.Catalog().list() if s["name"] == "few"][0]
    assert few["index_state"] == "none" and [c["name"] for c in few["columns"]] == ["SIG"]


def test_the_command_comes_with_the_package(work):
    from varjoin._command import COMMAND

    found = subprocess.run([COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert found.stdout == f"varjoin {varjoin.__version__} (DuckDB {varjoin.duckdb_version})\n"
    script = pathlib.Path(sys.executable).with_name("varjoin")
    found = subprocess.run([script, "annotate", "nosuch.vcf", "-s", "x"], capture_output=True, text=True)
    assert found.returncode == 2 and "nosuch.vcf" in found.stderr
