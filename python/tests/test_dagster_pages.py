"""examples/dagster as its users see it: started with its one command, run through the server, read on its pages.

The pictures of docs/dagster.md are made by the same: with SCREENSHOTS=FOLDER they are written there.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from dagster_server import browser, chromium, dagster_of

VARJOIN = os.environ["VARJOIN"]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PICTURES = os.environ.get("SCREENSHOTS")
SECONDS_PER_RUN = 25  #: so long that runs would overlap if nothing bounded them
MOST_AT_A_TIME = 2  #: the example's dagster.yaml

FIGURES = (
    "duration_sec",
    "cpu_percent",
    "peak_memory_mb",
    "memory_delta_mb",
    "file_size_mb",
    "num_rows",
    "num_columns",
)
KEYS = (
    *FIGURES,
    *("compression", "engine", "source_vcf", "output_file", "user_name", "sample_name", "sample_description"),
    *("sequencing_type", "species", "reference_genome"),
)
TODAYS_CONFIG = {
    "user_name": "maria",
    "sample_name": "NA12878",
    "sample_description": "blood, second draw",
    "sequencing_type": "WGS",
    "species": "Homo sapiens",
    "reference_genome": "GRCh38",
    "duckdb_config": {"memory_limit": "1GB", "threads": 1, "preserve_insertion_order": True},
}
IN_VIEW = """[...document.querySelectorAll('*')].filter(e => e.innerText === 'Metadata' && !e.children.length)
  .forEach(e => e.scrollIntoView())"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With four people: three as in the example, and a file that is broken."""
    folder = Path(os.environ.get("PLACE") or tmp_path_factory.mktemp("it's dagster"))
    shutil.copytree(EXAMPLES / "dagster" / "people", folder / "people", dirs_exist_ok=True)
    shutil.copy(EXAMPLES / "person.vcf", folder / "maria.vcf")
    broken = (EXAMPLES / "person.vcf").read_text().replace("169549811", "here")
    (folder / "people" / "broken.vcf").write_text(broken)
    slow = folder / "varjoin"
    slow.write_text(
        f'#!/bin/bash\nif [ -e "{folder}/slow" ]; then sleep {SECONDS_PER_RUN}; fi\nexec "{VARJOIN}" "$@"\n'
    )
    slow.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def dagster(folder):
    environment = {"PEOPLE": str(folder / "people"), "VARJOIN_TEMP_DIRECTORY": str(folder / "temp")}
    script = EXAMPLES / "dagster" / "start"
    with dagster_of(script, folder, folder / "varjoin", sys.executable, **environment) as running:
        _, status, messages = running.materialize(["source/variants", "source_index/variants"])
        assert status == "SUCCESS", messages
        yield running


@pytest.fixture
def page(folder):
    if not chromium():
        pytest.skip("there is no Chromium here; apt-get install chromium")
    with browser(folder, height=1150) as page:
        yield page


def picture(page, name):
    if PICTURES:
        page.screenshot(Path(PICTURES) / f"dagster-{name}.png")


def most_at_a_time(runs):
    return max(sum(other["startTime"] <= run["startTime"] < other["endTime"] for other in runs) for run in runs)


def test_a_backfill_annotates_all_and_runs_as_many_at_a_time_as_allowed(dagster, folder):
    assert sorted(dagster.partitions("user_annotated_vcf")) == ["anna", "ben", "broken", "carla/blood"]
    (folder / "slow").touch()
    backfill = dagster.backfill("user_annotated_vcf", ["anna", "ben", "carla/blood"])
    (folder / "slow").unlink()
    assert backfill["status"] == "COMPLETED_SUCCESS"
    assert [run["status"] for run in backfill["runs"]] == ["SUCCESS"] * 3
    assert most_at_a_time(backfill["runs"]) == MOST_AT_A_TIME
    made = {str(path.relative_to(folder / "varjoin-home")) for path in (folder / "varjoin-home").glob("users/*/*/*")}
    assert made == {f"users/{who}/user_annotated_vcf.parquet" for who in ("anna/anna", "ben/ben", "carla/blood")}


def test_the_page_of_a_person_shows_what_the_run_has_cost(dagster, page):
    own = ("duration_sec", "cpu_percent", "peak_memory_mb", "num_rows", "ben.vcf", "ben/ben/user_annotated_vcf.parquet")
    page.open(f"{dagster.url}/assets/user_annotated_vcf?view=partitions&partition=ben", "Materialized", *own)
    page.run(IN_VIEW)
    picture(page, "person")


def test_the_pages_show_the_metadata_of_every_key_and_its_plots_over_runs(dagster, folder, page):
    config = {**TODAYS_CONFIG, "vcf_path": str(folder / "maria.vcf")}
    for _ in range(4):
        _, status, messages = dagster.materialize(
            ["user_annotated_vcf_duckdb"], {"ops": {"user_annotated_vcf_duckdb": {"config": config}}}
        )
        assert status == "SUCCESS", messages
    page.open(f"{dagster.url}/assets/user_annotated_vcf_duckdb", *KEYS, *TODAYS_CONFIG["sample_description"].split())
    assert all(str(value) in page.text() for key, value in config.items() if key != "duckdb_config")
    page.run(IN_VIEW)
    picture(page, "metadata")
    page.click("Plots")
    page.wait_for(*FIGURES, "dagster/row_count")
    assert "compression" not in page.text().split("Metadata")[-1]  # the plots, not the table
    assert page.run("[...document.querySelectorAll('canvas')].length") >= len(FIGURES)
    page.run(IN_VIEW)
    picture(page, "plots")


def test_the_page_of_a_run_with_a_broken_vcf_shows_varjoins_message(dagster, page):
    tags = {"dagster/partition": "broken"}
    run, status, messages = dagster.materialize(["user_annotated_vcf"], tags=tags)
    assert status == "FAILURE"
    own = 'broken.vcf: record 4 (chr1): POS: found "here", expected a whole number of at least 0'
    assert any(own in message for message in messages), messages
    page.open(f"{dagster.url}/runs/{run}", "Failure", own)
    picture(page, "failure")
