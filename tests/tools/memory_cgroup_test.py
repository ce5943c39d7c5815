"""Runs in real memory cgroups of 1 GB and 512 MB: the limit is seen, and a join with millions of rows ends well.

usage: memory_cgroup_test.py GENERATE VARJOIN FOLDER SCALE      SCALE: of bench/generate
exit 77: no cgroup can be made here
"""
import json
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
generate, varjoin, folder, scale = sys.argv[1:]
data = Path(folder, "data-" + scale)
environment = dict(os.environ, VARJOIN_HOME=str(Path(folder, "home")), VARJOIN_TEMP_DIRECTORY=str(Path(folder, "temp")))


class Cgroup:
    """A memory cgroup of its own, v1 or v2, removed at the end."""

    def __init__(self, limit):
        v1 = Path("/sys/fs/cgroup/memory")
        v2 = Path("/sys/fs/cgroup")
        is_v1 = (v1 / "tasks").exists()
        self.path = (v1 if is_v1 else v2) / f"varjoin-test-{os.getpid()}"
        self.path.mkdir()
        try:
            (self.path / ("memory.limit_in_bytes" if is_v1 else "memory.max")).write_text(str(limit), encoding="ascii")
            swap = self.path / ("memory.memsw.limit_in_bytes" if is_v1 else "memory.swap.max")
            if swap.exists():
                swap.write_text(str(limit) if is_v1 else "0", encoding="ascii")
        except OSError:
            self.path.rmdir()
            raise

    def run(self, *command):
        def join():
            (self.path / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, preexec_fn=join, check=False)
        if done.returncode:
            sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.path.rmdir()


def check(limit, engine):
    with Cgroup(limit) as cgroup:
        found = json.loads(cgroup.run(varjoin, "system", "--json"))
        assert "cgroup" in found["found"]["RAM allowed"]["source"], found["found"]
        assert "cgroup" in found["memory_note"], found["memory_note"]
        report = json.loads(cgroup.run(varjoin, "annotate", str(data / "calls.vcf.gz"), "-s", "ensembl", "-o",
                                       str(Path(folder, "out.parquet")), "--force", "--engine", engine, "--json"))
    assert report["limits"]["memory_limit_bytes"] <= limit - 256_000_000, report["limits"]
    resources = report["resources"]
    print(f"{limit >> 20} MiB, {engine}: {resources['duration_sec']} s, peak {resources['peak_memory_mb']} MB, "
          f"{report['sources'][0]['matched']} matched", flush=True)
    return report["sources"][0]["matched"], report["output"]["num_rows"]


def main():
    try:
        with Cgroup(1 << 30):
            pass
    except OSError as error:
        print(f"skipped: no memory cgroup can be made here: {error}")
        sys.exit(SKIPPED)
    subprocess.run([generate, "--scale", scale, data], check=True, env=dict(environment, VARJOIN=varjoin))
    subprocess.run([varjoin, "source", "add", "ensembl", data / "reference"], check=True, env=environment)
    results = {check(limit, "duckdb") for limit in (1 << 30, 512 << 20)}
    subprocess.run([varjoin, "source", "index", "ensembl"], check=True, env=environment)
    results.add(check(512 << 20, "index"))
    assert len(results) == 1, f"the runs differ: {results}"


main()
