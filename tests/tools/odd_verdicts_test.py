"""What becomes of each odd file, against tests/golden/odd_files.txt: how many of each corpus are read, read with
warnings or refused; each file that its corpus calls good but is refused; and each that it calls bad but is read. A file
is read with all checks on (on_bad_record := 'fail').

usage: odd_verdicts_test.py VARJOIN ARCHIVE FOLDER GOLDEN [--bless]     exit 77 (skipped) where the archive is
absent; --bless writes GOLDEN anew
"""
import concurrent.futures
import os
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

varjoin, archive, folder, golden, *options = sys.argv[1:]
if not Path(archive).exists():
    print(f"skipped: {archive} is absent")
    sys.exit(77)
with tarfile.open(archive) as tar:
    tar.extractall(folder)
os.environ["VARJOIN_HOME"] = str(Path(folder, "home"))
files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and "home" not in path.parts)


def verdict(path):
    quoted = str(path).replace("'", "''")
    done = subprocess.run([varjoin, "query", "--threads", "1", f"SELECT count(COLUMNS(*)) FROM read_vcf('{quoted}')"],
                          capture_output=True, timeout=300)
    if done.returncode not in (0, 1, 2):
        return f"exit {done.returncode}"
    if done.returncode != 0:
        return "refused"
    return "read with warnings" if done.stderr.strip() else "read"


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    verdicts = dict(zip(files, pool.map(verdict, files)))

lines = ["# corpus: read, read with warnings, refused"]
corpora = sorted({path.relative_to(folder).parts[0] for path in files})
for corpus in corpora:
    count = Counter(outcome for path, outcome in verdicts.items() if path.relative_to(folder).parts[0] == corpus)
    lines.append(f"{corpus}: {count.pop('read', 0)}, {count.pop('read with warnings', 0)}, {count.pop('refused', 0)}"
                 + "".join(f", {number} {outcome}" for outcome, number in sorted(count.items())))
lines.append("# called good, but refused")
lines += [str(path.relative_to(folder)) for path, outcome in verdicts.items()
          if "passed" in path.parts and not outcome.startswith("read")]
lines.append("# called bad, but read")
lines += [str(path.relative_to(folder)) for path, outcome in verdicts.items()
          if "failed" in path.parts and outcome.startswith("read")]
text = "\n".join(lines) + "\n"
if "--bless" in options:
    Path(golden).write_text(text)
    sys.exit(0)
expected = Path(golden).read_text()
if text != expected:
    import difflib
    sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), text.splitlines(True), "golden", "found"))
    sys.exit(1)
print(lines[1:1 + len(corpora)])
