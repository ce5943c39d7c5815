"""What the tests share: a home of their own, small files, and the real data where they are."""
from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
WES = DATA / "people" / "NA12878_WES_MegaBOLT.vcf.gz"
CLINVAR = DATA / "databases" / "clinvar_2016_lifted_GRCh38.vcf.gz"

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEADER = f"""##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422>
##INFO=<ID=DP,Number=1,Type=Integer,Description="depth">
##INFO=<ID=AF,Number=A,Type=Float,Description="frequency">
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
{COLUMNS}\tFORMAT\tanna
"""
PERSON = HEADER + """chr1\t100\trs1\tA\tG\t50\tPASS\tDP=10;AF=0.5\tGT\t0/1
chr1\t200\t.\tC\tT,A\t60\tPASS\tDP=20;AF=0.25,0.75\tGT\t1/2
chr1\t300\t.\tG\tC\t.\tlow\t.\tGT\t0/0
"""
DATABASE = f"""##fileformat=VCFv4.2
##contig=<ID=1,length=248956422>
##INFO=<ID=SIG,Number=1,Type=String,Description="significance">
{COLUMNS}
1\t100\tid1\tA\tG\t.\t.\tSIG=benign
1\t200\tid2\tC\tA\t.\t.\tSIG=risk
1\t900\tid3\tT\tC\t.\t.\tSIG=none
"""


@pytest.fixture(autouse=True)
def work(request, tmp_path, monkeypatch):
    """An empty folder to work in, with a home in it. The tests of Dagster, which run elsewhere, have their own."""
    if "dagster" in request.module.__name__:
        return tmp_path
    for name in [name for name in os.environ if name.startswith("VARJOIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VARJOIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VARJOIN_TEMP_DIRECTORY", str(tmp_path / "temp"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def person(work):
    path = work / "person.vcf"
    path.write_text(PERSON, encoding="utf-8")
    return path


@pytest.fixture
def database(work):
    """The source `db`, imported and indexed."""
    import varjoin

    path = work / "db.vcf"
    path.write_text(DATABASE, encoding="utf-8")
    varjoin.Catalog().import_("db", path)
    return "db"


@pytest.fixture
def people(work):
    """Three VCFs: anna's, ben's, and one that can't be read to its end."""
    people = {"anna": PERSON, "ben": PERSON.replace("anna", "ben").replace("DP=10", "DP=11"),
              "broken": PERSON.replace("DP=20", "DP=many")}
    for name, text in people.items():
        (work / f"{name}.vcf").write_text(text, encoding="utf-8")
    return ["anna.vcf", "ben.vcf", "broken.vcf"]


@pytest.fixture
def large_vcf(work):
    """A VCF that takes seconds to read."""
    path = work / "large.vcf"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n{COLUMNS}\n")
        for start in range(0, 3_000_000, 1000):
            file.write("".join(f"chr1\t{start + i + 1}\t.\tA\tG\t50\tPASS\tDP={i}\n" for i in range(1000)))
    return path


@pytest.fixture
def real_data():
    if not WES.exists():
        pytest.skip(f"there are no real data in {DATA}")
    return DATA


def run_python(code, *arguments, options=(), **more):
    """A script in a process of its own."""
    return subprocess.run([sys.executable, *options, "-c", code, *map(str, arguments)], capture_output=True, text=True,
                          timeout=3000, **more)
