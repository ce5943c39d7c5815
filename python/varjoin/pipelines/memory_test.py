"""What an annotation costs under several memory limits: python -m varjoin.pipelines.memory_test [VCF [SOURCE …]]

Each run is a process of its own, so that its peak is its own. Without a VCF, invented variants are annotated.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from typing import Any

from .. import _native
from .._arguments import record_of
from . import get_default_duckdb_memory_limit, get_default_duckdb_threads

HEADER = "##fileformat=VCFv4.2\n##INFO=<ID=SIG,Number=1,Type=String,Description=\"invented\">\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
RECORDS = 200_000

# In the child process; prints the metadata.
RUN = """
import json, sys, varjoin
request = json.loads(sys.argv[1])
print(json.dumps(varjoin.annotate(**request).metadata))
"""


def write_vcf(path: pathlib.Path, seed: int) -> None:
    """A VCF of invented variants, sorted; two of them with other seeds have about half of their places in common."""
    positions = random.Random(seed).sample(range(1, 2 * RECORDS), RECORDS)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + COLUMNS)
        file.writelines(f"chr1\t{position}\t.\tA\tG\t50\tPASS\tSIG=s{position % 7}\n" for position in sorted(positions))


def measure(request: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", RUN, json.dumps(request)], capture_output=True, text=True)
    if done.returncode != 0:
        return {"error": done.stderr.strip().splitlines()[-1]}
    return record_of(done.stdout)


def line(limit: str, found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{limit:>12}  {found['error']}"
    return (f"{limit:>12} {found['duration_sec']:>10.2f} {found['cpu_percent']:>7.0f} {found['peak_memory_mb']:>10.0f} "
            f"{found['num_rows']:>12,} {found['file_size_mb']:>10.1f}  {found['engine']}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m varjoin.pipelines.memory_test", description=__doc__.split("\n")[0])
    parser.add_argument("vcf", nargs="?", help="the VCF; default: invented variants")
    parser.add_argument("source", nargs="*", help="sources of the catalog, or files")
    parser.add_argument("--memory-limit", nargs="+", metavar="SIZE",
                        default=["500MB", "1GB", "2GB", get_default_duckdb_memory_limit()])
    parser.add_argument("--threads", type=int, default=get_default_duckdb_threads())
    parser.add_argument("--engine", choices=("auto", "index", "duckdb"), default="duckdb")
    options = parser.parse_args()
    if options.vcf and not options.source:
        parser.error("name a source after the VCF: one of the catalog (`varjoin source list`), or a file")
    with tempfile.TemporaryDirectory() as folder:
        request = {"vcf": options.vcf, "sources": options.source, "output": f"{folder}/annotated.parquet", "force": True,
                   "threads": options.threads, "engine": options.engine}
        if not options.vcf:
            write_vcf(pathlib.Path(folder) / "person.vcf", 1)
            write_vcf(pathlib.Path(folder) / "database.vcf", 2)
            request.update(vcf=f"{folder}/person.vcf", sources=[f"{folder}/database.vcf"], home=f"{folder}/home")
        print(f"varjoin {_native.version}, DuckDB {_native.duckdb_version}, {options.threads} threads, "
              f"{request['vcf'] if options.vcf else f'{RECORDS:,} invented records'}")
        print(f"{'memory limit':>12} {'seconds':>10} {'CPU %':>7} {'peak MB':>10} {'rows':>12} {'output MB':>10}  engine")
        failed = False
        if not options.vcf:
            measure(request)  # imports the source, once
        for limit in options.memory_limit:
            found = measure({**request, "memory_limit": limit})
            failed = failed or "error" in found
            print(line(limit, found), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
