"""All columns of read_vcf over a VCF, strings included, equal what `bcftools query` prints for the same fields.

usage: oracle_test.py VARJOIN FILE…      exit 77 (skipped) where a file or bcftools is absent

Compared as text, record by record. What may differ, and why:
- Floats: bcftools keeps 32 bits and prints 6 digits, read_vcf 64 bits. Equal to 6 digits is equal.
- INFO/END and Integers: bcftools sets what does not fit to missing, with a warning; read_vcf keeps END (64 bits) and
  stops at others. A missing value of bcftools where ours is beyond 32 bits is equal.
- % codes are decoded by read_vcf and left by bcftools: its text is decoded before it is compared.
- Flag: bcftools prints 1, read_vcf has true; false is its `.`.
- A key without a value or with an empty one, and trailing `.` of FORMAT lists that bcftools pads: NULL and `.` are equal.
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

MISSING = (None, ".", "")
SITE = ("chrom", "start", "end", "id", "ref", "alts", "qual", "filter", "record", "genotypes", "record_text")


def fields_of(header, samples):
    found, seen = [], set()
    for kind, id_, number, type_ in re.findall(r"(?m)^##(INFO|FORMAT)=<ID=([^,>]+),Number=([^,>]+),Type=([^,>]+)", header):
        if (kind, id_) not in seen and (kind == "INFO" or samples):
            seen.add((kind, id_))
            found.append((kind, id_, number, type_))
    return [f for f in found if f[0] == "INFO"] + [f for f in found if f[0] == "FORMAT"]


def decoded(text):
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]) if code[1] != b"00" else code[0],
                 text.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "replace")


def same_value(ours, theirs, type_, genotype):
    if theirs in MISSING:
        return ours in MISSING or (type_ == "Integer" and abs(int(ours)) >= 2**31 - 8)
    if ours is None:
        return False
    if type_ == "Integer":
        return ours == int(theirs)
    if type_ == "Float":
        found, expected = float(ours), float(theirs)
        return (math.isnan(found) and math.isnan(expected)) or found == expected or \
            abs(found - expected) <= 5.1e-6 * max(abs(expected), 1e-38)
    return ours == (theirs if genotype else decoded(theirs))


def same(ours, theirs, field):
    kind, id_, number, type_ = field
    if type_ == "Flag":
        return bool(ours) == (theirs != ".")
    genotype = kind == "FORMAT" and id_ == "GT"
    if number == "1" or genotype:
        return same_value(ours, theirs, type_, genotype)
    values = theirs.split(",")
    if ours is None:
        return all(value in MISSING for value in values)
    return len(ours) == len(values) and all(same_value(o, t, type_, False) for o, t in zip(ours, values))


def compare(varjoin, path, folder):
    asked = subprocess.run(["bcftools", "view", "-h", path], capture_output=True)
    if asked.returncode != 0:
        return 0, ["bcftools refuses it"]
    header = asked.stdout
    header = header.decode("utf-8", "surrogateescape")
    samples = header.rstrip("\n").split("\n")[-1].split("\t")[9:]
    fields = fields_of(header, samples)
    site = "%CHROM\\t%POS\\t%ID\\t%REF\\t%ALT\\t%QUAL\\t%FILTER"
    info = "".join(f"\\t%INFO/{f[1]}" for f in fields if f[0] == "INFO")
    per_sample = "".join(f"\\t%{f[1]}" for f in fields if f[0] == "FORMAT")
    query = site + info + (f"[{per_sample}]" if per_sample else "") + "\\n"
    theirs = subprocess.Popen(["bcftools", "query", "-f", query, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    ours_path = os.path.join(folder, "ours.json")
    quoted = path.replace("'", "''")
    names = os.path.join(folder, "names.json")
    run(varjoin, f"COPY (FROM (DESCRIBE FROM read_vcf('{quoted}', split := false))) TO '{names}'")
    with open(names) as file:
        columns = [json.loads(line)["column_name"] for line in file]
    run(varjoin, f"COPY (FROM read_vcf('{quoted}', split := false)) TO '{ours_path}' (FORMAT json)")
    infos = sum(f[0] == "INFO" for f in fields)
    names = [column_of(field, columns) for field in fields]
    wrong, count = [], 0
    with open(ours_path) as file:
        for count, (line, text) in enumerate(zip_strict(file, theirs.stdout), 1):
            row = json.loads(line)
            if not text:
                wrong.append(f"record {count}: bcftools refuses it")
                break
            values = text.decode("utf-8", "surrogateescape").rstrip("\n").split("\t")
            for name, found, expected in differences(row, values, names, fields, infos, samples):
                wrong.append(f"record {count} ({values[0]}:{values[1]}) {name}: {found!r}, bcftools has {expected!r}")
            if len(wrong) > 20:
                break
    theirs.stdout.close()
    if theirs.wait() != 0 and not wrong:
        wrong.append("bcftools refuses it")
    return count, wrong


def run(varjoin, sql):
    done = subprocess.run([varjoin, "query", "--threads", "2", sql], capture_output=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode(errors="replace"))


def zip_strict(ours, theirs):
    for line in ours:
        yield line, theirs.readline()
    rest = theirs.readline()
    if rest:
        raise SystemExit(f"there are more records in bcftools: {rest[:80]}")


def column_of(field, columns):
    """The name of a field's column: INFO has its own name if no other column took it, FORMAT if INFO didn't."""
    kind, id_ = field[:2]
    if kind == "INFO":
        return "info_" + id_ if id_.lower() in SITE or id_ not in columns else id_
    return "fmt_" + id_ if "fmt_" + id_ in columns else id_


def differences(row, values, names, fields, infos, samples):
    """(column, ours, theirs) of what is not equal."""
    site = {"chrom": values[0], "start": int(values[1]), "id": values[2], "ref": values[3],
            "alts": None if values[4] == "." else values[4].split(","), "filter": values[6]}
    for name, expected in site.items():
        if row.get(name) != expected and not (row.get(name) is None and expected == "."):
            yield name, row.get(name), expected
    if not same_value(row.get("qual"), values[5], "Float", False):
        yield "qual", row.get("qual"), values[5]
    for i in range(infos):
        if not same(row.get(names[i]), values[7 + i], fields[i]):
            yield "INFO/" + fields[i][1], row.get(names[i]), values[7 + i]
    formats = fields[infos:]
    for s in range(len(samples)):
        mine = row if len(samples) == 1 else row["genotypes"][s]
        for i, field in enumerate(formats):
            expected = values[7 + infos + s * len(formats) + i]
            value = mine.get(names[infos + i] if len(samples) == 1 else field[1])
            if not same(value, expected, field):
                yield f"FORMAT/{field[1]} of {samples[s]}", value, expected


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
            count, wrong = compare(varjoin, path, folder)
            print(f"{os.path.basename(path)}: {count} records", *wrong, sep="\n  ")
            failed = failed or bool(wrong) or count == 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
