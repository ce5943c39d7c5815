"""The odd files that their corpus calls bad and read_vcf reads, as odd_files.txt lists them, hold what `bcftools query`
prints for them, by oracle_test.py; those that do not are the lines of odd_values.txt, with what is not equal first.

None of these is a wrong value:
- bcftools refuses contigs with a comma or a < in their names, empty lines, an empty fileformat and a FORMAT column
  without samples; read_vcf reads the records as they are written;
- FILTER is text as written, of which bcftools drops an empty filter.

usage: odd_values_test.py VARJOIN ARCHIVE FOLDER ODD_FILES GOLDEN [--bless]     exit 77 (skipped) where the archive or
bcftools is absent; --bless writes GOLDEN anew
"""
import concurrent.futures
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import oracle_test

varjoin, archive, folder, odd_files, golden, *options = sys.argv[1:]
if not Path(archive).exists() or not shutil.which("bcftools"):
    print(f"skipped: {archive} or bcftools is absent")
    sys.exit(77)
with tarfile.open(archive) as tar:
    tar.extractall(folder)
os.environ["VARJOIN_HOME"] = str(Path(folder, "home"))
names = Path(odd_files).read_text().split("# called bad, but read\n")[1].splitlines()


def difference(name):
    with tempfile.TemporaryDirectory() as scratch:
        try:
            _, wrong = oracle_test.compare(varjoin, str(Path(folder, name)), scratch)
        except SystemExit as refused:
            return str(refused)
    return wrong[0] if wrong else None


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    differences = list(pool.map(difference, names))
text = "".join(f"{name}: {found}\n" for name, found in zip(names, differences) if found)
print(f"{differences.count(None)} of {len(names)} files are read as bcftools does")
if "--bless" in options:
    Path(golden).write_text(text)
elif text != Path(golden).read_text() or differences.count(None) < 1000:
    print(text)
    sys.exit(1)
