"""varjoin.spark on a master and two workers of this machine: the same rows as one process, also when a worker is killed."""
from __future__ import annotations

import os
import pathlib
import re
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


class Cluster:
    """A standalone master and two workers of one core each, on loopback: each a process of its own."""

    def __init__(self, folder):
        self.folder, self.home = folder, pathlib.Path(pyspark.__file__).parent
        self.environment = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1",
                            "PYSPARK_PYTHON": sys.executable, "SPARK_WORKER_DIR": str(folder / "work")}
        self.workers = []
        self.master = self.start("Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.url = self.said("Master", r"spark://127\.0\.0\.1:\d+")
        for _ in range(2):
            self.add_worker()

    def add_worker(self):
        number = len(self.workers) + 1
        self.workers.append(self.start("Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port",
                                       "0", self.url, log=f"Worker{number}"))
        self.said(f"Worker{number}", "Successfully registered with master")

    def start(self, role, *options, log=None):
        with open(self.folder / f"{log or role}.log", "w") as file:
            return subprocess.Popen([self.home / "bin/spark-class", f"org.apache.spark.deploy.{role.lower()}.{role}",
                                     *options], env=self.environment, stdout=file, stderr=subprocess.STDOUT)

    def said(self, log, pattern):
        """What a process has written, once it has."""
        for _ in range(1200):
            text = (self.folder / f"{log}.log").read_text(errors="replace")
            if found := re.search(pattern, text):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"{log} has not said {pattern}: {text[-2000:]}")

    def end(self):
        for process in [*self.workers, self.master]:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("spark"))
    yield cluster
    cluster.end()


@pytest.fixture(scope="module")
def spark(cluster):
    from pyspark.sql import SparkSession

    os.environ["SPARK_HOME"] = str(cluster.home)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (SparkSession.builder.master(cluster.url).appName("varjoin")
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


def test_goes_on_when_a_worker_is_killed(cluster, spark, work, people):
    import varjoin.spark

    assert all(worker.poll() is None for worker in cluster.workers) and len(cluster.workers) == 2
    killed = []

    def kill():
        states = work / ".out.varjoin" / "varjoin-shards.parts"
        for _ in range(3000):
            if states.exists() and any(states.iterdir()):  # a shard has begun
                cluster.workers[0].kill()
                killed.append(cluster.workers[0].wait())
                return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    varjoin.spark.annotate(spark, people, "db", work / "out", shards=12)
    killer.join()
    assert killed == [-signal.SIGKILL]
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
