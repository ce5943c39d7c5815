"""What varjoin tells Dagster, read without Dagster: the messages of each channel, and of a run that fails.

usage: dagster_pipes_test.py VARJOIN FOLDER      FOLDER is the test's own
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

VARJOIN, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])

HEADER = "##fileformat=VCFv4.2\n##INFO=<ID=SIG,Number=1,Type=String,Description=\"s\">\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
SOURCE = HEADER + COLUMNS + "1\t100\ta\tA\tG\t.\t.\tSIG=bad\n1\t200\tb\tC\tT\t.\t.\tSIG=good\n"
PERSON = HEADER + COLUMNS + "chr1\t100\t.\tA\tG\t.\t.\t.\nchr1\t300\t.\tC\tT\t.\t.\t.\n"

METADATA = {
    "duration_sec": "float", "cpu_percent": "float", "peak_memory_mb": "float", "memory_delta_mb": "float",
    "file_size_mb": "float", "num_rows": "int", "num_columns": "int", "compression": "text", "engine": "text",
    "source_vcf": "text", "output_file": "path", "user_name": "text", "sample_name": "text",
    "sample_description": "text", "sequencing_type": "text", "species": "text", "reference_genome": "text",
    "dagster/row_count": "int", "dagster/column_schema": "table_schema",
}


def parameter(value):
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


def run(arguments, messages, context):
    """Runs varjoin as Dagster would; returns the process and its messages."""
    environment = {"PATH": os.environ["PATH"], "VARJOIN_HOME": str(FOLDER / "home"), "USER": "tester",
                   "HOME": str(FOLDER), "VARJOIN_TEMP_DIRECTORY": str(FOLDER / "temp"),
                   "DAGSTER_PIPES_CONTEXT": parameter(context), "DAGSTER_PIPES_MESSAGES": parameter(messages)}
    for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    done = subprocess.run([VARJOIN, *arguments], env=environment, cwd=FOLDER, capture_output=True, text=True,
                          timeout=300)
    if "path" in messages:
        text = Path(messages["path"]).read_text(encoding="utf-8")
    else:
        text = done.stdout if "stdout" in messages.values() else done.stderr
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"__dagster_pipes_version"')]
    assert all(line["__dagster_pipes_version"] == "0.1" for line in lines)
    return done, lines


def of_method(messages, method):
    return [message["params"] for message in messages if message["method"] == method]


def context(**extras):
    return {"data": {"asset_keys": ["annotated"], "run_id": "r", "extras": extras}}


def check_annotate(channel, through_file):
    wanted = context(varjoin_checks=["contigs_in_common", "bad_records", "match_rate"])
    if through_file:
        (FOLDER / "context").write_text(json.dumps(wanted["data"]), encoding="utf-8")
        wanted = {"path": str(FOLDER / "context")}
    done, messages = run(["annotate", "person.vcf", "-s", "demo", "-o", "o.parquet", "--force", "--species", "human"],
                         channel, wanted)
    assert done.returncode == 0, done.stderr
    methods = [message["method"] for message in messages]
    assert methods[0] == "opened" and methods[-1] == "closed", methods
    assert methods.count("report_asset_materialization") == 1, methods
    materialization = of_method(messages, "report_asset_materialization")[0]
    assert materialization["asset_key"] == "annotated"
    metadata = materialization["metadata"]
    for key, type_name in METADATA.items():
        assert metadata[key]["type"] == type_name, (key, metadata[key])
    assert metadata["num_rows"]["raw_value"] == metadata["dagster/row_count"]["raw_value"] == 2
    assert metadata["output_file"]["raw_value"] == str(FOLDER / "o.parquet")
    assert metadata["species"]["raw_value"] == "human"
    columns = metadata["dagster/column_schema"]["raw_value"]["columns"]
    assert len(columns) == metadata["num_columns"]["raw_value"]
    assert {"name": "demo_SIG", "type": "VARCHAR"}.items() <= [c for c in columns if c["name"] == "demo_SIG"][0].items()
    assert "| demo | 1 | 50 | 1 |" in metadata["matches"]["raw_value"]
    checks = {check["check_name"]: check["passed"] for check in of_method(messages, "report_asset_check")}
    assert checks == {"contigs_in_common": True, "bad_records": True, "match_rate": True}, checks
    assert of_method(messages, "closed") == [{}]


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "demo.vcf").write_text(SOURCE, encoding="utf-8")
    (FOLDER / "person.vcf").write_text(PERSON, encoding="utf-8")

    done, messages = run(["source", "import", "demo", "demo.vcf"], {"path": str(FOLDER / "import")}, context())
    assert done.returncode == 0, done.stderr
    assert len(of_method(messages, "report_asset_materialization")) == 1
    assert of_method(messages, "report_asset_materialization")[0]["metadata"]["num_rows"]["raw_value"] == 2
    done, messages = run(["source", "index", "demo"], {"path": str(FOLDER / "index")}, context())
    assert done.returncode == 0 and len(of_method(messages, "report_asset_materialization")) == 1, done.stderr

    check_annotate({"path": str(FOLDER / "messages")}, through_file=True)
    for stream in ("stdout", "stderr"):
        check_annotate({"stdio": stream}, through_file=False)
        check_annotate({"buffered_stdio": stream}, through_file=False)

    done, messages = run(["annotate", "person.vcf", "-s", "demo", "-o", "o.parquet", "--force"],
                         {"path": str(FOLDER / "undeclared")}, context())
    assert done.returncode == 0 and not of_method(messages, "report_asset_check"), messages
    assert "check match_rate: passed" in [log["message"] for log in of_method(messages, "log")]
    for output in ("c.parquet", "c.vcf.gz"):
        done, messages = run(["convert", "person.vcf", "-o", output], {"path": str(FOLDER / output) + ".m"}, context())
        assert done.returncode == 0, done.stderr
        metadata = of_method(messages, "report_asset_materialization")[0]["metadata"]
        for key, type_name in METADATA.items():
            assert metadata[key]["type"] == type_name, (output, key, metadata[key])
        assert metadata["num_rows"]["raw_value"] == 2

    done, messages = run(["annotate", "nosuch.vcf", "-s", "demo"], {"path": str(FOLDER / "failed")}, context())
    assert done.returncode == 2
    assert not of_method(messages, "report_asset_materialization")
    exception = of_method(messages, "closed")[0]["exception"]
    assert set(exception) == {"message", "stack", "name", "cause", "context"}
    assert "nosuch.vcf: no such file" in exception["message"]
    shutil.rmtree(FOLDER)


main()
