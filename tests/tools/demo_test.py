"""Runs tools/demo on a build and compares its table with demo.expected: every allele of the example, with its
genotype, gene and change.

usage: demo_test.py DEMO BUILD_FOLDER DEMO_FOLDER EXPECTED
"""
import subprocess
import sys
from pathlib import Path

demo, build, folder, expected = sys.argv[1:]
run = subprocess.run([demo, build, folder], capture_output=True, text=True)
print(run.stdout, run.stderr)

rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in run.stdout.splitlines() if "│ chr" in line]
found = [" ".join(row[:5] + [row[5].replace(" ", "_")]) for row in rows if row[0] != "chrom"]
wanted = Path(expected).read_text(encoding="utf-8").splitlines()
for line in sorted(set(found) ^ set(wanted)):
    print("expected" if line in wanted else "found   ", line)

parquet = Path(folder, "person.variants.parquet")
sys.exit(0 if run.returncode == 0 and found == wanted and parquet.stat().st_size > 0 else 1)
