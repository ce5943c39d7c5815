#!/usr/bin/env python3
"""examples/snakemake/Snakefile, run to its end: samples × chromosomes, what is merged is what one process writes.

usage: snakemake_test.py VARJOIN SNAKEFILE FOLDER

Skipped (77) where there is no snakemake, bcftools or gzip.
"""
import gzip
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

varjoin, snakefile, folder = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
# The one of the distribution, whose modules belong to its Python.
snakemake = shutil.which("snakemake", path="/usr/bin:/usr/local/bin:" + os.environ["PATH"])
if not snakemake or not shutil.which("bcftools"):
    print("skipped: needs snakemake and bcftools")
    sys.exit(77)

CHROMS = [f"chr{name}" for name in [*range(1, 23), "X", "Y"]]
SAMPLES = ["ann", "bob", "eve"]
ENVIRONMENT = {**os.environ, "VARJOIN_HOME": str(folder / "home"), "VARJOIN_TEMP_DIRECTORY": str(folder / "temp")}


def run(*command):
    done = subprocess.run([str(word) for word in command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def write_vcf(name, sample, seed):
    """Forty records on each chromosome, bases at random."""
    choose = random.Random(seed)
    header = ["##fileformat=VCFv4.2", '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
              '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">']
    header += [f"##contig=<ID={chrom}>" for chrom in CHROMS]
    lines = [*header, "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample])]
    for chrom in CHROMS:
        for position in range(100, 4100, 100):
            ref, alt = choose.sample("ACGT", 2)
            lines.append(f"{chrom}\t{position}\t.\t{ref}\t{alt}\t50\tPASS\tDP={choose.randrange(99)}\tGT\t0/1")
    (folder / name).write_text("\n".join(lines) + "\n")


def body(path):
    with gzip.open(path, "rt") as file:
        return [line for line in file if not line.startswith("#")]


shutil.rmtree(folder, ignore_errors=True)
(folder / "temp").mkdir(parents=True)
write_vcf("source.vcf", "nobody", 1)
run(varjoin, "source", "import", "demo", "source.vcf")
for number, sample in enumerate(SAMPLES):
    write_vcf(f"{sample}.vcf", sample, number + 2)
    run(varjoin, "convert", f"{sample}.vcf", "-o", f"{sample}.vcf.gz")
    run(varjoin, "annotate", f"{sample}.vcf.gz", "-s", "demo", "-o",
        f"{sample}.one.vcf.gz")

workflow = [snakemake, "--snakefile", snakefile, "--cores", "1", "--config", f"varjoin={varjoin}", "type=vcf.gz",
            "sources=demo", "samples=" + " ".join(f"{sample}.vcf.gz" for sample in SAMPLES)]
told = run(*workflow)
shards = len(SAMPLES) * len(CHROMS)
status = (folder / "annotated" / "status.json").read_text()
assert '"merged": true' in status and f'"done": {shards}' in status, status
for sample in SAMPLES:
    made = body(folder / "annotated" / f"{sample}.vcf.gz")
    assert len(made) == 40 * len(CHROMS), len(made)
    assert any("demo_hits=1" in line for line in made), made[0]
    assert made == body(folder / f"{sample}.one.vcf.gz"), f"{sample}: not what one process writes"
again = run(*workflow)
assert "Nothing to be done" in again, again
print(f"{len(SAMPLES)} samples, {shards} shards: as one process")
