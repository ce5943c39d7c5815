"""An imported database has as many rows, and in every column as many values, as `bcftools norm -m-` leaves of its VCF.

usage: import_test.py VARJOIN FILE…      exit 77 (skipped) where a file or bcftools is absent

bcftools refuses ClinVar's files: their headers lack contigs and fields. It is given a copy with those lines added.
"""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def lines_of(path):
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with (gzip.open if packed else open)(path, "rt", encoding="utf-8", errors="surrogateescape") as file:
        yield from file


def whole_copy(path, copy):
    """The VCF with a header line for every contig and INFO field that has none."""
    header, contigs, fields = [], set(), set()
    for line in lines_of(path):
        if line.startswith("#"):
            header.append(line)
            continue
        columns = line.rstrip("\r\n").split("\t")
        contigs.add(columns[0])
        fields.update(part.split("=")[0] for part in columns[7].split(";") if part != ".")
    text = "".join(header)
    added = [f"##contig=<ID={name}>\n" for name in sorted(contigs) if f"##contig=<ID={name}," not in text
             and f"##contig=<ID={name}>" not in text]
    added += [f'##INFO=<ID={name},Number=1,Type=String,Description="">\n' for name in sorted(fields)
              if f"##INFO=<ID={name}," not in text]
    with open(copy, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(header[:-1] + added + header[-1:])
        file.writelines(line for line in lines_of(path) if not line.startswith("#"))


def expected_counts(path):
    """Rows, and values by column, that bcftools has."""
    header = subprocess.run(["bcftools", "view", "-h", path], capture_output=True, check=True).stdout.decode()
    fields = list(dict.fromkeys(re.findall(r"(?m)^##INFO=<ID=([^,>]+)", header)))
    norm = subprocess.Popen(["bcftools", "norm", "-m-", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    names = ["id", "qual", "filter"] + fields
    query = "%ID\\t%QUAL\\t%FILTER" + "".join(f"\\t%INFO/{field}" for field in fields) + "\\n"
    asked = subprocess.Popen(["bcftools", "query", "-f", query], stdin=norm.stdout, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    rows, counts = 0, dict.fromkeys(names, 0)
    for line in asked.stdout:
        rows += 1
        for name, value in zip(names, line.rstrip(b"\n").split(b"\t")):
            counts[name] += any(part not in (b".", b"") for part in value.split(b","))
    if asked.wait() or norm.wait():
        raise SystemExit(f"{path}: bcftools refuses it")
    return rows, counts


def run(varjoin, *arguments):
    done = subprocess.run([varjoin, *arguments], capture_output=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode(errors="replace"))
    return done.stdout.decode()


def imported_counts(varjoin, path, folder):
    run(varjoin, "source", "import", "database", path, "--no-index")
    source = json.loads(run(varjoin, "source", "show", "database", "--json"))
    counted = []
    for column in source["columns"]:
        name = '"' + column["name"].replace('"', '""') + '"'
        test = f"{name} IS NOT NULL"
        if column["type"] == "BOOLEAN":
            test = name
        elif column["type"] == "VARCHAR[]":
            test = f"len(list_filter({name}, lambda x: coalesce(x, '') <> '')) > 0"
        elif column["type"].endswith("[]"):
            test = f"len(list_filter({name}, lambda x: x IS NOT NULL)) > 0"
        elif column["type"] == "VARCHAR":
            test = f"coalesce({name}, '') <> ''"
        counted.append(f"count(*) FILTER ({test})")
    result = os.path.join(folder, "counts.json")
    parquet = source["patterns"][0].replace("'", "''")
    run(varjoin, "query", f"COPY (SELECT count(*) AS n, [{', '.join(counted)}] AS counts FROM '{parquet}') TO '{result}'")
    with open(result) as file:
        found = json.load(file)
    names = [column["name"] for column in source["columns"]]
    return found["n"], dict(zip(names, found["counts"]))


def compare(varjoin, path, folder):
    oracle = path
    if subprocess.run(["bcftools", "norm", "-m-", "-o", os.devnull, path], capture_output=True).returncode != 0:
        oracle = os.path.join(folder, "whole.vcf")
        whole_copy(path, oracle)
    rows, expected = expected_counts(oracle)
    found_rows, found = imported_counts(varjoin, path, folder)
    wrong = [] if rows == found_rows else [f"{found_rows} rows, bcftools has {rows}"]
    for name, count in expected.items():
        ours = found.get(name, found.get("info_" + name))
        if ours != count:
            wrong.append(f"{name}: {ours} values, bcftools has {count}")
    return rows, len(expected), wrong


def main():
    varjoin, *files = sys.argv[1:]
    absent = [path for path in files if not os.path.exists(path)]
    if absent or not files or not shutil.which("bcftools"):
        print(f"skipped: {absent or 'bcftools'} is absent")
        sys.exit(77)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VARJOIN_HOME"] = os.path.join(folder, "home")
        for path in files:
            rows, columns, wrong = compare(varjoin, path, folder)
            print(f"{os.path.basename(path)}: {rows} rows, {columns} columns", *wrong[:20], sep="\n  ")
            failed = failed or bool(wrong) or rows == 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
