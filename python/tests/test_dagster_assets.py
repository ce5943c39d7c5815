"""varjoin.dagster in process: what a Dagster instance knows of each asset after it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from varjoin.dagster import (
    AnnotationConfig,
    DuckDBConfig,
    MessageFile,
    Varjoin,
    VcfFolder,
    source_add,
    source_assets,
    source_index,
    user_annotated_vcf,
    user_annotated_vcf_duckdb,
)

VARJOIN = os.environ["VARJOIN"]
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PERSON = EXAMPLES / "person.vcf"

FIGURES = ("duration_sec", "cpu_percent", "peak_memory_mb", "memory_delta_mb", "file_size_mb")
TEXTS = (
    *("compression", "engine", "source_vcf", "output_file", "user_name", "sample_name", "sample_description"),
    *("sequencing_type", "species", "reference_genome"),
)
KEYS = (*FIGURES, "num_rows", "num_columns", *TEXTS)


class Place:
    """A Dagster instance with an empty catalog."""

    def __init__(self, folder, instance, **varjoin):
        self.folder, self.instance = folder, instance
        self.varjoin = Varjoin(**{"binary": VARJOIN, "home": str(folder / "home"), **varjoin})

    def make(self, *assets, config=None, **kwargs):
        """Materialises; `config` is the one of the last asset."""
        ops = {assets[-1].op.name: {"config": config}} if config else {}
        return dg.materialize(
            assets,
            instance=self.instance,
            resources={"varjoin": self.varjoin},
            run_config={"ops": ops},
            raise_on_error=False,
            **kwargs,
        )

    def made(self, *assets, **kwargs):
        """The same, and it must go well."""
        result = self.make(*assets, **kwargs)
        assert result.success, failure_of(result)
        return result

    def metadata(self, key):
        event = self.instance.get_latest_materialization_event(dg.AssetKey.from_user_string(key))
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}

    def rows(self, file):
        """Of an output, as varjoin reads them."""
        command = [VARJOIN, "query", f"SELECT 'rows: ' || count(*) FROM '{file}'"]
        shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        return int(re.search(r"rows: (\d+)", shown)[1])


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("VARJOIN_TEMP_DIRECTORY", str(tmp_path / "temp"))
    monkeypatch.setenv("USER", "tester")
    with dg.DagsterInstance.ephemeral() as instance:
        yield Place(tmp_path, instance)


@pytest.fixture
def with_source(place):
    place.made(*source_assets("variants", [EXAMPLES / "variants.vcf"]))
    return place


def checks_of(result):
    return {(str(e.asset_key.to_user_string()), e.check_name): e.passed for e in result.get_asset_check_evaluations()}


def failure_of(result):
    assert not result.success
    events = [event for event in result.all_events if event.is_step_failure]
    failure = events[0].step_failure_data
    return failure.user_failure_data.description if failure.user_failure_data else failure.error.message


def test_a_source_and_its_index_have_the_metadata_of_every_key(place):
    result = place.made(*source_assets("variants", [EXAMPLES / "variants.vcf"]))
    assert checks_of(result) == {("source/variants", "bad_records"): True}
    imported, indexed = place.metadata("source/variants"), place.metadata("source_index/variants")
    for metadata in (imported, indexed):
        assert not [key for key in KEYS if key not in metadata]
        assert metadata["num_rows"] == 32 and metadata["source_vcf"] == str(EXAMPLES / "variants.vcf")
        assert metadata["reference_genome"] == "GRCh38" and metadata["duration_sec"] > 0
    assert place.rows(imported["output_file"]) == 32
    assert Path(indexed["output_file"]).suffix == ".vji" and Path(indexed["output_file"]).exists()
    assert imported["file_size_mb"] == pytest.approx(Path(imported["output_file"]).stat().st_size / 1e6, abs=0.001)


def test_a_registered_source_is_an_asset_that_people_are_annotated_from(with_source):
    parquet = with_source.metadata("source/variants")["output_file"]
    assets = [source_add("lab", [parquet]), source_index("lab", deps=["source/lab"])]
    annotated = user_annotated_vcf(["lab:GENE"], deps=["source_index/lab"])
    with_source.made(*assets, annotated, config={"vcf_path": str(PERSON)})
    metadata = with_source.metadata("source/lab")
    assert metadata["num_rows"] == metadata["dagster/row_count"] == 32 and metadata["files"] == [parquet]
    assert metadata["num_columns"] == len(metadata["dagster/column_schema"].columns) == 8
    assert metadata["contigs"].split(", ")[:2] == ["1", "10"] and metadata["warnings"] == []
    assert "| lab | 28 |" in with_source.metadata("user_annotated_vcf")["matches"]
    message = failure_of(with_source.make(source_add("lab", [EXAMPLES / "nosuch.parquet"])))
    assert "nosuch.parquet" in message


def test_a_folder_of_chromosomes_is_replaced_by_the_next_run(with_source):
    asset = user_annotated_vcf(["variants"], defaults={"partition_by": "chrom", "row_group_size": 10})
    for _ in range(2):
        with_source.made(asset, config={"vcf_path": str(PERSON), "user_name": "maria", "sample_name": "NA1"})
    folder = with_source.folder / "home/users/maria/NA1/user_annotated_vcf"
    assert with_source.metadata("user_annotated_vcf")["output_file"] == str(folder)
    assert with_source.rows(f"{folder}/*/*.parquet") == with_source.metadata("user_annotated_vcf")["num_rows"] > 0


@pytest.mark.parametrize(
    "factory, engine", [(user_annotated_vcf, "index"), (user_annotated_vcf_duckdb, "duckdb")], ids=["auto", "duckdb"]
)
def test_an_annotated_vcf_has_the_metadata_of_every_key(with_source, factory, engine):
    asset = factory(["variants"])
    config = {
        "vcf_path": str(PERSON),
        "user_name": "maria",
        "sample_name": "NA1",
        "sample_description": "blood, second draw",
        "sequencing_type": "WGS",
        "species": "Homo sapiens",
        "reference_genome": "GRCh38",
        "compression": "snappy",
        "duckdb_config": {"memory_limit": "1GB", "threads": 1, "preserve_insertion_order": True},
    }
    result = with_source.made(asset, config=config)
    name = asset.key.to_user_string()
    metadata = with_source.metadata(name)
    assert not [key for key in KEYS if key not in metadata]
    for key in ("user_name", "sample_name", "sample_description", "sequencing_type", "species", "reference_genome"):
        assert metadata[key] == config[key], key
    assert (metadata["compression"], metadata["engine"], metadata["source_vcf"]) == ("snappy", engine, str(PERSON))
    output = with_source.folder / "home" / "users" / "maria" / "NA1" / f"{name}.parquet"
    assert metadata["output_file"] == str(output)
    assert metadata["num_rows"] == metadata["dagster/row_count"] == with_source.rows(output) == 29
    assert metadata["num_columns"] == len(metadata["dagster/column_schema"].columns) == 24
    assert metadata["file_size_mb"] == pytest.approx(output.stat().st_size / 1e6, abs=0.001)
    assert metadata["duration_sec"] > 0 and metadata["cpu_percent"] > 0 and metadata["peak_memory_mb"] > 10
    assert "| variants | 28 |" in metadata["matches"]
    record = json.loads((with_source.folder / "home" / "runs" / f"{metadata['varjoin/run']}.json").read_text())
    assert record["configuration"]["duckdb_config.memory_limit"]["value"] == "1GB"
    assert record["configuration"]["duckdb_config.threads"]["value"] == "1"
    assert checks_of(result) == {(name, check): True for check in ("contigs_in_common", "bad_records", "match_rate")}


def test_a_later_run_replaces_the_assets_own_output_and_no_other(with_source):
    asset = user_annotated_vcf(["variants"])
    for where, rows in ((None, 29), ("chrom = 'chr1'", 4)):
        config = {"vcf_path": str(PERSON), **({"where": where} if where else {})}
        with_source.made(asset, config=config)
        assert with_source.rows(with_source.metadata("user_annotated_vcf")["output_file"]) == rows
    mine = with_source.folder / "mine.parquet"
    mine.write_text("precious")
    assert "exists" in failure_of(with_source.make(asset, config={"vcf_path": str(PERSON), "output_path": str(mine)}))
    assert mine.read_text() == "precious"


def test_the_run_configuration_of_a_run_goes_before_the_assets_defaults(with_source):
    asset = user_annotated_vcf_duckdb(
        ["variants"], defaults={"bare_names": True, "duckdb_config": {"threads": 1, "memory_limit": "1GB"}}
    )
    with_source.made(asset, config={"vcf_path": str(PERSON), "duckdb_config": {"memory_limit": "2GB"}})
    metadata = with_source.metadata("user_annotated_vcf_duckdb")
    assert {"GENE", "rsid"} <= {column.name for column in metadata["dagster/column_schema"].columns}
    record = json.loads((with_source.folder / "home" / "runs" / f"{metadata['varjoin/run']}.json").read_text())
    limits = [record["configuration"][f"duckdb_config.{key}"]["value"] for key in ("threads", "memory_limit")]
    assert limits == ["1", "2GB"]


def test_checks_fail_and_the_run_does_not(with_source):
    vcf = with_source.folder / "odd.vcf"
    lines = PERSON.read_text().splitlines(keepends=True)
    header = [line for line in lines if line.startswith("#")]
    records = ["chr1\t1000\t.\tA\tG\t.\t.\t.\tGT\t0/1\n", "chr1\tnowhere\t.\tA\tG\t.\t.\t.\tGT\t0/1\n"]
    vcf.write_text("".join(header + records))
    asset = user_annotated_vcf(["variants"], least_match_percent=1)
    result = with_source.made(asset, config={"vcf_path": str(vcf), "on_bad_record": "skip"})
    checks = {name: passed for (_, name), passed in checks_of(result).items()}
    assert checks == {"contigs_in_common": True, "bad_records": False, "match_rate": False}
    vcf.write_text("".join(header + ["chr21\t1000\t.\tA\tG\t.\t.\t.\tGT\t0/1\n"]))
    result = with_source.make(asset, config={"vcf_path": str(vcf), "allow_no_overlap": True})
    checks = {name: passed for (_, name), passed in checks_of(result).items()}
    assert checks == {"contigs_in_common": False, "bad_records": True, "match_rate": False}


def test_a_match_rate_below_what_is_asked_for_fails_the_check(with_source):
    for least, passed in ((96, True), (97, False)):  # 28 of 29 alleles, 96.55 %
        result = with_source.make(
            user_annotated_vcf(["variants"], least_match_percent=least), config={"vcf_path": str(PERSON)}
        )
        assert checks_of(result)["user_annotated_vcf", "match_rate"] == passed


BROKEN = {
    "a position that is no number": (lambda text: text.replace("11794419", "here"), ("record 1", "chr1", "here")),
    "no VCF": (lambda _: "<html>", ("broken.vcf",)),
    "empty": (lambda _: "", ("broken.vcf",)),
}


@pytest.mark.parametrize("change, expected", BROKEN.values(), ids=BROKEN)
def test_a_broken_vcf_fails_the_step_with_varjoins_own_message(with_source, change, expected):
    vcf = with_source.folder / "broken.vcf"
    vcf.write_text(change(PERSON.read_text()))
    message = failure_of(with_source.make(user_annotated_vcf(["variants"]), config={"vcf_path": str(vcf)}))
    assert message.startswith("varjoin: ") and all(part in message for part in expected), message


def test_failures_say_what_to_do(with_source):
    asset = user_annotated_vcf(["variants"])
    table = [
        ({"vcf_path": "nosuch.vcf"}, "nosuch.vcf: no such file"),
        ({"vcf_path": str(PERSON), "user_name": "../x"}, "can't be a user's or sample's name"),
        ({"vcf_path": str(PERSON), "sources": ["variant"]}, "variants"),
        ({"user_name": "maria"}, "vcf_path is missing"),
        ({"vcf_path": str(PERSON), "sources": []}, "sources is missing"),
    ]
    for config, expected in table:
        assert expected in failure_of(with_source.make(asset, config=config)), config
    with pytest.raises(dg.DagsterInvalidConfigError, match="memory_limitt"):
        with_source.make(asset, config={"vcf_path": str(PERSON), "duckdb_config": {"memory_limitt": "1GB"}})


def test_a_crash_of_the_command_fails_the_step_and_says_how_it_ended(with_source):
    command = with_source.folder / "varjoin"
    table = [
        ("kill -9 $$", "SIGKILL"),
        ("kill -SEGV $$", "SIGSEGV"),
        ("echo odd >&2; exit 1", "odd"),
        ("exit 0", "nothing"),
    ]
    for script, expected in table:
        command.write_text(f"#!/bin/bash\n{script}\n")
        command.chmod(0o755)
        crashing = Place(with_source.folder, with_source.instance, binary=str(command))
        message = failure_of(crashing.make(user_annotated_vcf(["variants"]), config={"vcf_path": str(PERSON)}))
        assert expected in message, (script, message)


def test_a_command_that_asks_for_it_is_tried_again(with_source, monkeypatch):
    command = with_source.folder / "varjoin"
    tried = with_source.folder / "tried"
    command.write_text(
        f'#!/bin/bash\nif [ ! -e "{tried}" ]; then touch "{tried}"; exit 75; fi\nexec "{VARJOIN}" "$@"\n'
    )
    command.chmod(0o755)
    monkeypatch.setattr("varjoin.dagster.command.SECONDS_TO_NEXT_TRY", 0)
    locked = Place(with_source.folder, with_source.instance, binary=str(command))
    result = locked.make(user_annotated_vcf(["variants"]), config={"vcf_path": str(PERSON)})
    assert result.success, failure_of(result)
    assert tried.exists()


def test_a_command_that_is_not_there_is_named(place):
    missing = Place(place.folder, place.instance, binary=str(place.folder / "nosuch"))
    message = failure_of(missing.make(*source_assets("variants", [EXAMPLES / "variants.vcf"])))
    assert "nosuch" in message and "Varjoin(binary=" in message


def test_the_command_is_taken_beside_python_then_from_the_path(tmp_path, monkeypatch):
    beside, on_path = tmp_path / "bin", tmp_path / "path"
    for folder in (beside, on_path):
        folder.mkdir()
        (folder / "varjoin").write_text("#!/bin/sh\n")
        (folder / "varjoin").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(beside / "python"))
    monkeypatch.setenv("PATH", f"{on_path}:{os.environ['PATH']}")
    assert Varjoin().command() == str(beside / "varjoin")
    (beside / "varjoin").unlink()
    assert Varjoin().command() == str(on_path / "varjoin")


def people_in(folder):
    for name in ("anna.vcf", "ben.vcf", "carla/blood.vcf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((EXAMPLES / "dagster" / "people" / name).read_bytes())
    (folder / "notes.txt").write_text("no VCF")
    return VcfFolder(folder)


def test_each_partition_is_annotated_for_its_own_user_and_sample(with_source, monkeypatch):
    monkeypatch.setenv("VARJOIN_USER_NAME", "somebody else")
    people = people_in(with_source.folder / "people")
    assert people.add_partitions(with_source.instance) == ["anna", "ben", "carla/blood"]
    assert people.add_partitions(with_source.instance) == []
    asset = user_annotated_vcf(["variants"], people=people)
    expected = {"anna": ("anna", "anna", 15), "ben": ("ben", "ben", 15), "carla/blood": ("carla", "blood", 19)}
    for partition, (user, sample, _) in expected.items():
        with_source.made(asset, partition_key=partition)
    events = with_source.instance.fetch_materializations(asset.key, limit=10).records
    found = {}
    for record in events:
        metadata = record.asset_materialization.metadata
        values = {key: metadata[key].value for key in ("user_name", "sample_name", "num_rows", "output_file")}
        found[record.partition_key] = tuple(values.values())[:3]
        assert with_source.rows(values["output_file"]) == values["num_rows"]
    assert found == expected


def test_what_contradicts_a_partition_is_refused(with_source):
    people = people_in(with_source.folder / "people")
    people.add_partitions(with_source.instance)
    asset = user_annotated_vcf(["variants"], people=people)
    other = with_source.make(asset, partition_key="anna", config={"user_name": "ben"})
    assert "the partition anna is of anna" in failure_of(other)
    config = {"vcf_path": str(PERSON)}
    backfill = with_source.make(asset, partition_key="anna", config=config, tags={"dagster/backfill": "b"})
    assert "in a backfill each partition has a VCF of its own" in failure_of(backfill)
    with_source.made(asset, partition_key="anna", config=config)
    (people.folder / "ben.vcf").unlink()
    assert "has no file of the partition ben" in failure_of(with_source.make(asset, partition_key="ben"))
    for double in ("anna.vcf.gz", "anna/anna.vcf"):
        (people.folder / double).parent.mkdir(exist_ok=True)
        (people.folder / double).write_bytes(b"")
        assert "both the sample anna of anna" in failure_of(with_source.make(asset, partition_key="anna"))
        (people.folder / double).unlink()


def test_the_sensor_adds_new_files_once_and_runs_them_if_asked_to(place):
    people = people_in(place.folder / "people")
    for run in (False, True):
        sensor = people.sensor("user_annotated_vcf", run=run, seconds_unchanged=0)
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance)
            result = sensor(context)
            assert list(result.dynamic_partitions_requests[0].partition_keys) == ["anna", "ben", "carla/blood"]
            assert len(result.run_requests or []) == (3 if run else 0)
            people.add_partitions(instance)
            assert isinstance(sensor(dg.build_sensor_context(instance=instance)), dg.SkipReason)


def test_the_sensor_leaves_a_file_alone_that_may_be_half_a_copy(place):
    people = people_in(place.folder / "people")
    minute_ago = time.time() - 61
    os.utime(people.folder / "ben.vcf", (minute_ago, minute_ago))
    result = people.sensor("user_annotated_vcf", run=True)(dg.build_sensor_context(instance=place.instance))
    assert [request.partition_key for request in result.run_requests] == ["ben"]
    with pytest.raises(dg.Failure, match="no such folder"):
        VcfFolder(place.folder / "nosuch").files()


class Messages:
    """What a reader of messages hands on."""

    def __init__(self):
        self.numbers, self.errors = [], []

    def handle_message(self, message):
        self.numbers.append(message["number"])

    def report_pipes_framework_exception(self, origin, error):
        self.errors.append(error)


def test_messages_are_read_whole_and_to_the_last():
    for _ in range(20):
        messages = Messages()
        with MessageFile().read_messages(messages) as parameters, open(parameters["path"], "a") as file:
            for part in ('{"number"', ': 0, "text": "é', 'è"}\n'):
                file.write(part)
                file.flush()
                time.sleep(0.03)
            file.write("".join(f'{{"number": {number}}}\n' for number in range(1, 100)) + '{"number": ')
        assert messages.numbers == list(range(100)) and not messages.errors
        assert not Path(parameters["path"]).exists()


CANCELLED = """
import sys
import dagster as dg
from varjoin.dagster import Varjoin, user_annotated_vcf
config = {"ops": {"user_annotated_vcf": {"config": {"vcf_path": "person.vcf"}}}}
resources = {"varjoin": Varjoin(binary=sys.argv[1], home=sys.argv[2])}
dg.materialize([user_annotated_vcf(["variants"])], resources=resources, run_config=config)
"""


def test_a_cancelled_step_interrupts_the_command_and_waits_for_it(place):
    command, said = place.folder / "varjoin", place.folder / "said"
    command.write_text(
        f'#!/bin/bash\ntrap \'kill $!; echo interrupted >> "{said}"; exit 130\' INT\necho started >> "{said}"\n'
        "sleep 100 & wait\n"
    )
    command.chmod(0o755)
    with subprocess.Popen([sys.executable, "-c", CANCELLED, command, place.folder], stderr=subprocess.DEVNULL) as step:
        end = time.monotonic() + 120
        while not said.exists() and time.monotonic() < end:
            time.sleep(0.1)
        step.send_signal(signal.SIGINT)
        step.wait(timeout=60)
    assert said.read_text().split() == ["started", "interrupted"]
    assert step.returncode != 0


def test_the_run_configuration_has_the_keys_of_varjoins_own():
    schema = json.loads(
        subprocess.run([VARJOIN, "annotate", "--run-config-schema"], check=True, capture_output=True, timeout=60).stdout
    )["properties"]
    own = {field.alias or name for name, field in AnnotationConfig.model_fields.items()}
    # An asset annotates one VCF.
    assert own == set(schema) - {"progress", "out_dir", "keep_going", "one_table"}
    assert set(DuckDBConfig.model_fields) == set(schema["duckdb_config"]["properties"])


def test_the_native_module_is_not_loaded():
    script = (
        "import sys, varjoin.dagster\n"
        "own = [module for name, module in sys.modules.items() if name.split('.')[0] == 'varjoin']\n"
        "print(*(module.__file__ or '' for module in own), sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    files = list(filter(None, run.stdout.splitlines()))
    assert any(file.endswith("assets.py") for file in files)
    assert not [file for file in files if not file.endswith(".py")]
