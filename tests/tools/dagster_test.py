"""varjoin as a step of Dagster, for real: what the instance knows of it afterwards.

usage: dagster_test.py VARJOIN FOLDER ENVIRONMENT      FOLDER is the test's own; exit 77: Dagster can't be had

Takes the Dagster of the Python that runs this, or the one of a virtual environment in ENVIRONMENT, made for it.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dagster_python import run_with_dagster

VARJOIN, FOLDER, ENVIRONMENT = (Path(argument).resolve() for argument in sys.argv[1:])

run_with_dagster(ENVIRONMENT)

import dagster  # noqa: E402  after run_with_dagster()

HEADER = "##fileformat=VCFv4.2\n##INFO=<ID=SIG,Number=1,Type=String,Description=\"s\">\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
SOURCE = HEADER + COLUMNS + "1\t100\ta\tA\tG\t.\t.\tSIG=bad\n1\t200\tb\tC\tT\t.\t.\tSIG=good\n"
PERSON = HEADER + COLUMNS + "chr1\t100\t.\tA\tG\t.\t.\t.\nchr1\t300\t.\tC\tT\t.\t.\t.\n"
CHECKS = ["contigs_in_common", "bad_records", "match_rate"]
WORK = FOLDER / "work"


def step_of(arguments, declared, reported):
    """The step declares some of the checks, and varjoin is asked to report some."""
    @dagster.asset(name="annotated", check_specs=[dagster.AssetCheckSpec(name, asset="annotated") for name in declared])
    def annotated(context, pipes: dagster.PipesSubprocessClient):
        return pipes.run(command=[str(VARJOIN), *arguments], context=context, cwd=str(WORK),
                         extras={"varjoin_checks": reported},
                         env={"VARJOIN_HOME": str(WORK / "home"), "VARJOIN_TEMP_DIRECTORY": str(WORK / "temp"),
                              "USER": "tester", "HOME": str(WORK)}).get_results()
    return annotated


def materialize(instance, arguments, declared=CHECKS, reported=CHECKS):
    return dagster.materialize([step_of(arguments, declared, reported)], instance=instance, raise_on_error=False,
                               resources={"pipes": dagster.PipesSubprocessClient()})


def value_of(metadata, key):
    return metadata[key].value


def check_done(instance):
    result = materialize(instance, ["annotate", "person.vcf", "-s", "demo", "-o", "o.parquet", "--user", "maria",
                                    "--sample", "anna", "--sample-description", "first", "--sequencing-type", "WGS",
                                    "--species", "human", "--assembly", "GRCh38"])
    assert result.success
    event = instance.get_latest_materialization_event(dagster.AssetKey("annotated"))
    metadata = event.asset_materialization.metadata
    assert value_of(metadata, "num_rows") == 2 and value_of(metadata, "dagster/row_count") == 2
    for key in ("duration_sec", "cpu_percent", "peak_memory_mb", "memory_delta_mb", "file_size_mb"):
        assert isinstance(metadata[key], dagster.FloatMetadataValue), (key, metadata[key])
    assert value_of(metadata, "duration_sec") > 0 and value_of(metadata, "peak_memory_mb") > 1
    texts = {"compression": "zstd", "engine": "index", "source_vcf": str(WORK / "person.vcf"), "user_name": "maria",
             "sample_name": "anna", "sample_description": "first", "sequencing_type": "WGS", "species": "human",
             "reference_genome": "GRCh38"}
    for key, text in texts.items():
        assert isinstance(metadata[key], dagster.TextMetadataValue) and value_of(metadata, key) == text, (
            key, metadata[key])
    assert isinstance(metadata["output_file"], dagster.PathMetadataValue)
    assert value_of(metadata, "output_file") == str(WORK / "o.parquet")
    columns = metadata["dagster/column_schema"].schema.columns
    assert len(columns) == value_of(metadata, "num_columns")
    assert ("demo_SIG", "VARCHAR") in [(column.name, column.type) for column in columns]
    assert isinstance(metadata["matches"], dagster.MarkdownMetadataValue)
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert checks == {name: True for name in CHECKS}, checks


def check_failed(instance):
    result = materialize(instance, ["annotate", "nosuch.vcf", "-s", "demo", "-o", "x.parquet"])
    assert not result.success
    texts = [entry.user_message for entry in instance.all_logs(result.run_id)]
    failures = [e.step_failure_data.error.to_string() for e in result.all_events if e.is_step_failure]
    assert failures, "the step has not failed"
    assert any("nosuch.vcf: no such file" in text for text in texts + failures), texts + failures


def check_undeclared(instance):
    """A check that the asset does not declare is logged, and where it is reported all the same, Dagster fails the step:
    which is why varjoin reports only those that it is asked for."""
    arguments = ["annotate", "person.vcf", "-s", "demo", "-o", "u.parquet", "--force"]
    result = materialize(instance, arguments, declared=[], reported=[])
    assert result.success and not result.get_asset_check_evaluations()
    texts = [entry.user_message for entry in instance.all_logs(result.run_id)]
    assert any("check match_rate: passed" in text for text in texts), texts
    assert not materialize(instance, arguments, declared=[], reported=CHECKS).success


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "demo.vcf").write_text(SOURCE, encoding="utf-8")
    (WORK / "person.vcf").write_text(PERSON, encoding="utf-8")
    environment = dict(os.environ, VARJOIN_HOME=str(WORK / "home"), VARJOIN_TEMP_DIRECTORY=str(WORK / "temp"))
    subprocess.run([VARJOIN, "source", "import", "demo", "demo.vcf"], cwd=WORK, env=environment, check=True)
    with dagster.DagsterInstance.ephemeral() as instance:
        check_done(instance)
        check_failed(instance)
        check_undeclared(instance)
    shutil.rmtree(WORK)


main()
