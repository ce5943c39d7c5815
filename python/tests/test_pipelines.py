"""varjoin.pipelines: the names of the pipeline before, on its own kind of data."""
import logging
import re
import resource
import subprocess
import sys
import time

import duckdb
import pytest
from conftest import CLINVAR, ROOT, WES
from test_api import METADATA, rows_of

import varjoin
from varjoin.pipelines import (
    AnnotationConfig,
    DuckDBConfig,
    annotate_vcf_with_duckdb,
    annotate_vcf_with_ensembl,
    ensure_ensembl_duckdb_exists,
    get_default_duckdb_memory_limit,
    get_default_duckdb_threads,
    resource_tracker,
)


@pytest.fixture
def ensembl(work):
    (work / "ensembl").mkdir()
    duckdb.sql("COPY (SELECT '1' AS chrom, 100::BIGINT AS start, 'A' AS ref, 'G' AS alt, 'rs1' AS id) "
               "TO 'ensembl/homo_sapiens-chr1.parquet'")
    return work / "ensembl"


def test_the_users_program_runs(person, ensembl, caplog):
    caplog.set_level(logging.INFO)
    config = AnnotationConfig(vcf_path=person, user_name="maria", sample_name="anna", sample_description="first",
                              sequencing_type="WES", species="human", reference_genome="GRCh38",
                              duckdb_config=DuckDBConfig(memory_limit="1GB", threads=2, enable_object_cache=True))
    duckdb_path = ensure_ensembl_duckdb_exists(ensembl)
    assert ensure_ensembl_duckdb_exists() == duckdb_path
    for annotate, engine in ((annotate_vcf_with_duckdb, "duckdb"), (annotate_vcf_with_ensembl, "duckdb")):
        path, metadata = annotate(logging.getLogger("mine"), config.vcf_path, duckdb_path, config, "maria")
        assert rows_of(f"SELECT start, alt, rsid FROM '{path}'") == [
            (100, "G", "rs1"), (200, "T", None), (200, "A", None), (300, "C", None)]
        assert metadata.keys() == METADATA
        assert {key: metadata[key] for key in ("engine", "user_name", "sample_name", "sample_description",
                                               "sequencing_type", "species", "reference_genome")} == {
            "engine": engine, "user_name": "maria", "sample_name": "anna", "sample_description": "first",
            "sequencing_type": "WES", "species": "human", "reference_genome": "GRCh38"}
    assert "annotated" in caplog.text
    varjoin.Catalog().index("ensembl")
    assert annotate_vcf_with_ensembl(None, person, duckdb_path, config)[1]["engine"] == "index"
    assert annotate_vcf_with_duckdb(None, person, duckdb_path, config)[1]["engine"] == "duckdb"


def test_what_is_missing_is_said(person, work):
    with pytest.raises(varjoin.InputError, match="parquet_dir"):
        ensure_ensembl_duckdb_exists()
    with pytest.raises(varjoin.InputError, match="catalog"):
        annotate_vcf_with_duckdb(None, person, "other.duckdb", AnnotationConfig(vcf_path=person), "maria")
    with pytest.raises(ValueError):
        AnnotationConfig(vcf_path=person, sampel_name="anna")
    with pytest.raises(ValueError):
        DuckDBConfig(threads=0)
    assert DuckDBConfig().preserve_insertion_order is None


def test_defaults_are_those_of_the_command(work):
    from varjoin._command import COMMAND

    shown = subprocess.run([COMMAND, "system"], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"\d+GB", get_default_duckdb_memory_limit())
    assert get_default_duckdb_memory_limit() in shown
    assert 2 <= get_default_duckdb_threads() <= 16


def test_resource_tracker_measures():
    with resource_tracker("work") as tracker:
        held = bytearray(80_000_000)
        sum(range(2_000_000))
    assert len(held) == 80_000_000
    assert tracker.duration_sec > 0 and tracker.peak_memory_mb > 80 and tracker.cpu_percent > 20
    assert tracker.report["cpu_sec"] > 0 and tracker.duration_sec == tracker.duration_sec


def test_the_memory_test_runs(work):
    done = subprocess.run([sys.executable, "-m", "varjoin.pipelines.memory_test", "--memory-limit", "300MB", "1GB"],
                          capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(lines) == 4 and lines[2].split()[0] == "300MB" and lines[3].split()[0] == "1GB"
    assert lines[2].split()[4] == lines[3].split()[4] == "200,000"


def test_the_users_program_on_an_exome(real_data, work):
    varjoin.Catalog().import_("clinvar", CLINVAR)
    config = AnnotationConfig(vcf_path=WES, user_name="maria", sample_name="NA12878", sample_description="blood",
                              sequencing_type="WES", species="Homo sapiens", reference_genome="GRCh38",
                              duckdb_config=DuckDBConfig(memory_limit="2GB", threads=2, temp_directory="spill",
                                                         preserve_insertion_order=True, enable_object_cache=True))
    for annotate, engine in ((annotate_vcf_with_duckdb, "duckdb"), (annotate_vcf_with_ensembl, "index")):
        began, cpu_before = time.perf_counter(), time.process_time()
        path, metadata = annotate(logging.getLogger(), WES, varjoin.Catalog().path, config, "maria")
        took, cpu = time.perf_counter() - began, time.process_time() - cpu_before
        assert metadata.keys() == METADATA
        on_disk = {
            "num_rows": rows_of(f"SELECT count(*) FROM '{path}'")[0][0],
            "num_columns": len(rows_of(f"DESCRIBE FROM '{path}'")),
            "compression": rows_of(f"SELECT DISTINCT lower(compression) FROM parquet_metadata('{path}')")[0][0],
            "output_file": str(path.resolve(strict=True)), "source_vcf": str(WES), "engine": engine,
            "user_name": "maria", "sample_name": "NA12878", "sample_description": "blood", "sequencing_type": "WES",
            "species": "Homo sapiens", "reference_genome": "GRCh38",
        }
        assert {key: metadata[key] for key in on_disk} == on_disk and on_disk["num_rows"] == 75_413
        assert metadata["file_size_mb"] == pytest.approx(path.stat().st_size / 1e6, abs=0.001)
        assert 0 < metadata["duration_sec"] <= took
        assert 0 < metadata["cpu_percent"] * metadata["duration_sec"] / 100 <= cpu + 0.1
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        assert 20 < metadata["peak_memory_mb"] <= most + 1  # the kernel's counts are some pages off
        assert abs(metadata["memory_delta_mb"]) <= metadata["peak_memory_mb"]
        assert "rsid" in (names := [row[0] for row in rows_of(f"DESCRIBE FROM '{path}'")]) and "clinvar_id" not in names
    assert varjoin.annotate(WES, "clinvar", "named.parquet").report["sources"][0]["matched"] == 2_503


def readmes_example():
    example, = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    return example


def test_readmes_example_runs(work):
    example = readmes_example()
    (work / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "rs1801133" in done.stdout or "MTHFR" in done.stdout
