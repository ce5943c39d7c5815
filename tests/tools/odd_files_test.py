"""Converts 2,000 odd and broken VCF files to Parquet: each is read (exit 0) or refused (exit 1 or 2) within a minute,
none crashes the command, and none leaves a partial file. Meant for the builds with sanitizers.

usage: odd_files_test.py VARJOIN ARCHIVE FOLDER     exit 77 (skipped) where the archive is absent
"""
import concurrent.futures
import os
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

varjoin, archive, folder = sys.argv[1:]
if not Path(archive).exists():
    print(f"skipped: {archive} is absent")
    sys.exit(77)
with tarfile.open(archive) as tar:
    tar.extractall(folder)
files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
results = Path(folder, "results")
results.mkdir(exist_ok=True)
environment = dict(os.environ, VARJOIN_HOME=str(Path(folder, "home")))


def convert(path):
    output = Path(results, path.relative_to(folder).as_posix().replace("/", "_") + ".parquet")
    command = [varjoin, "convert", path, "-o", output, "--on-bad-record", "null", "--threads", "2"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return path, "takes over a minute"
    said = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1, 2) or "Sanitizer" in said or "runtime error" in said:
        return path, f"exit {done.returncode}: {said[-2000:]}"
    if output.exists() != (done.returncode == 0):
        return path, f"exit {done.returncode}, and the output is {'there' if output.exists() else 'missing'}"
    return path, "read" if done.returncode == 0 else "refused"


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    outcomes = list(pool.map(convert, files))
for path, outcome in outcomes:
    if outcome not in ("read", "refused"):
        print(path, outcome)
left = [path for path in results.iterdir() if path.suffix != ".parquet"]
counts = Counter(outcome if outcome in ("read", "refused") else "failed" for _, outcome in outcomes)
for path in left:
    print(path, "was left behind")
print(dict(counts))
sys.exit(counts["failed"] > 0 or counts["read"] < 1000 or len(left) > 0)
