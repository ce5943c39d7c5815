"""varjoin.spark with two executors on this machine: the same rows as one process, also when an executor is killed."""
from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

import varjoin

pyspark = pytest.importorskip("pyspark", minversion="4", reason="needs PySpark 4: pip install 'varjoin[spark]'")
pytestmark = [pytest.mark.long, pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")]

RECORDS = 500


@pytest.fixture(scope="module")
def spark():
    """A master and two workers, each a process of its own."""
    from pyspark.sql import SparkSession

    os.environ["SPARK_HOME"] = str(pathlib.Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("varjoin")
               .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.executor.memory", "512m")
               .config("spark.sql.session.timeZone", "UTC").getOrCreate())
    yield session
    session.stop()


@pytest.fixture
def people(work, database):
    """Two people with alleles of all kinds."""
    header = ('##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="g">\n'
              "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t")
    for name, step in (("anna", 1), ("bert", 2)):
        lines = [f"chr1\t{position}\t.\tC\tA,{'T' if position % 3 else '<DEL>'}\t.\tPASS\t.\tGT\t0/1\n"
                 for position in range(100, 100 + RECORDS * step, step)]
        (work / f"{name}.vcf").write_text(header + name + "\n" + "".join(lines), encoding="utf-8")
    return [work / "anna.vcf", work / "bert.vcf"]


def rows(table):
    return sorted(repr(tuple(row.values())) for row in table.to_pylist())


def expected(work, people):
    """What one process writes, by sample."""
    import pyarrow.parquet

    for path in people:
        varjoin.annotate(path, ["db"], work / f"{path.stem}.parquet")
    return {path.stem: rows(pyarrow.parquet.read_table(work / f"{path.stem}.parquet")) for path in people}


def written(folder):
    import pyarrow.parquet

    return {part.name.removeprefix("sample="): rows(pyarrow.parquet.ParquetDataset(
        sorted(part.glob("*.parquet")), partitioning=None).read()) for part in sorted(folder.iterdir())}


def executors():
    """Those that this process has started."""
    listed = subprocess.run(["ps", "-ewwo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    table = [line.split(None, 2) for line in listed.splitlines()[1:]]
    parent = {int(pid): int(ppid) for pid, ppid, _ in table}

    def is_ours(pid):
        while pid in parent:
            if pid == os.getpid():
                return True
            pid = parent[pid]
        return False

    return [int(pid) for pid, _, args in table if "CoarseGrainedExecutorBackend" in args and "java" in args
            and is_ours(int(pid))]


def test_annotates_as_one_process_does(spark, work, people):
    import varjoin.spark

    shards = varjoin.spark.annotate(spark, people, "db", work / "out", shards=7)
    assert shards == 7
    of_one = expected(work, people)
    assert written(work / "out") == of_one
    assert not list(work.glob(".out*"))
    read = spark.read.parquet(str(work / "out"))
    assert {row["sample"]: row["count"] for row in read.groupBy("sample").count().collect()} == {
        name: len(of_sample) for name, of_sample in of_one.items()}
    with pytest.raises(FileExistsError):
        varjoin.spark.annotate(spark, people, "db", work / "out")


def test_goes_on_when_an_executor_is_killed(spark, work, people):
    import varjoin.spark

    for _ in range(600):  # they come up by and by
        before = executors()
        if len(before) == 2:
            break
        time.sleep(0.1)
    assert len(before) == 2
    killed = []

    def kill():
        states = work / ".out.varjoin" / "varjoin-shards.parts"
        for _ in range(3000):
            if states.exists() and any(states.iterdir()):  # a shard has begun
                os.kill(before[0], signal.SIGKILL)
                killed.append(before[0])
                return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    varjoin.spark.annotate(spark, people, "db", work / "out", shards=12)
    killer.join()
    assert killed and before[0] not in executors()
    assert written(work / "out") == expected(work, people)


def test_a_wrong_source_is_told(spark, work, people):
    import varjoin.spark

    with pytest.raises(RuntimeError, match="there is no source 'dbb'; did you mean 'db'"):
        varjoin.spark.annotate(spark, people, "dbb", work / "out")
    with pytest.raises(varjoin.InputError, match="did you mean 'db'"):
        varjoin.spark.lookup(spark.createDataFrame([("1", 1, "A", "C")], ["chrom", "start", "ref", "alt"]), "dbb")


@pytest.mark.parametrize("copies", [False, True])
def test_looks_up_what_annotate_finds(spark, work, people, copies):
    import varjoin.spark

    frame = spark.createDataFrame(
        [(n, chrom, start, ref, alt) for n, (chrom, start, ref, alt) in enumerate([
            ("chr1", 100, "A", "G"), ("1", 200, "C", "A"), ("1", 199, "GC", "GA"), ("NC_000001.11", 900, "t", "c"),
            ("1", 100, "A", "T"), ("9", 100, "A", "G"), ("1", 100, "A", "<DEL>"), (None, 100, "A", "G"),
            ("1", 100, "A", None), ("1", None, "A", "G")])], "n INT, chrom STRING, start BIGINT, ref STRING, alt STRING")
    found = varjoin.spark.lookup(frame.repartition(3), "db", ["SIG=meaning"],
                                 local_copies=str(work / "copies") if copies else None)
    assert found.columns == ["n", "chrom", "start", "ref", "alt", "meaning", "db_hits"]
    assert [(row["meaning"], row["db_hits"]) for row in found.orderBy("n").collect()] == [
        ("benign", 1), ("risk", 1), ("risk", 1), ("none", 1), *[(None, 0)] * 6]
    assert bool(list(work.glob("copies/*/catalog.duckdb"))) == copies
    with pytest.raises(ValueError, match="a column db_SIG already"):
        varjoin.spark.lookup(frame.withColumnRenamed("n", "db_SIG"), "db")
    with pytest.raises(ValueError, match="has no column ref"):
        varjoin.spark.lookup(frame.drop("ref"), "db")
