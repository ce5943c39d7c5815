"""What `annotate` adds to INFO is what `bcftools annotate` adds, with contigs renamed and records split.

usage: added_values_test.py VARJOIN PERSON DATABASE      exit 77 (skipped) where a file or bcftools is absent

bcftools compares alleles as they are written; varjoin compares minimal ones, as tests/cases/matching.tsv has it. So a
record may differ only where an allele of the person or of the database there is not minimal, or where the database has
it twice; these are counted. Both outputs are split by `bcftools norm -m-` and compared line by line, the strings byte
by byte, the numbers as numbers.
"""
import collections
import gzip
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from urllib.parse import unquote

from import_test import whole_copy

Field = collections.namedtuple("Field", "name number type")


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="surrogateescape")


def fields_of(path):
    """The INFO fields that have one value for each allele, or one for all."""
    pattern = r"(?m)^##INFO=<ID=([^,>]+),Number=([^,]+),Type=([^,>]+)"
    return [Field(*found) for found in re.findall(pattern, run("bcftools", "view", "-h", path)) if found[1] not in "RG"]


def contigs_of(path):
    return list(dict.fromkeys(line.split("\t")[0] for line in run("bcftools", "query", "-f", "%CHROM\n", path).split("\n")
                              if line))


def bare(contig):
    """chrX, X, chrM and MT: the names that the two files differ in."""
    name = contig[3:] if contig.lower().startswith("chr") else contig
    return "MT" if name == "M" else name


def split(path, out, *more):
    run("bcftools", "norm", "-m-", "-Ob", "-o", out, *more, path)
    run("bcftools", "index", "-f", out)


def renamed(database, person, folder):
    """The database, split, under the person's names of contigs."""
    names = {bare(contig): contig for contig in contigs_of(person)}
    table = os.path.join(folder, "contigs.txt")
    with open(table, "w", encoding="utf-8") as file:
        for contig in contigs_of(database):
            file.write(f"{contig}\t{names.get(bare(contig), contig)}\n")
    run("bcftools", "annotate", "--rename-chrs", table, "-Ob", "-o", folder + "/renamed.bcf", database)
    split(folder + "/renamed.bcf", folder + "/split.bcf")
    return folder + "/split.bcf"


def minimal(pos, ref, alt):
    while len(ref) > 1 and len(alt) > 1 and ref[-1].upper() == alt[-1].upper():
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0].upper() == alt[0].upper():
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return pos, ref.upper(), alt.upper()


def rows_of(path, names):
    asked = "%CHROM\\t%POS\\t%REF\\t%ALT" + "".join(f"\\t%INFO/{name}" for name in names) + "\\n"
    for line in run("bcftools", "query", "-f", asked, path).split("\n"):
        if line:
            columns = line.split("\t")
            yield (columns[0], int(columns[1]), columns[2], columns[3]), columns[4:]


def key_of(allele):
    return allele[0], *minimal(*allele[1:])


def database_keys(path):
    """How many rows of the database have each minimal allele, and those that are not written minimal."""
    count, odd = collections.Counter(), set()
    for allele, _ in rows_of(path, []):
        count[key_of(allele)] += 1
        if key_of(allele)[1:] != (allele[1], allele[2].upper(), allele[3].upper()):
            odd.add(key_of(allele))
    return count, odd


def same(field, ours, theirs):
    """Ours has `&` for a list's commas, 1 or 0 for a flag, and `.` for an element that is empty."""
    if field.type == "Flag":
        return (ours == "1") == (theirs == "1")
    if field.type == "Float" and ours != "." and theirs != ".":
        return all(math.isclose(float(a), float(b), rel_tol=1e-5) for a, b in zip(ours.split("&"), theirs.split(",")))
    return [unquote(part) for part in ours.split("&")] == [unquote(part) or "." for part in theirs.split(",")]


def compare(fields, ours, theirs, count, odd):
    tally = collections.Counter()
    names = [field.name for field in fields]
    # `norm` leaves the alleles of one position in an order that depends on what else the records hold.
    ours_rows = sorted(rows_of(ours, ["db_hits"] + ["db_" + name for name in names]), key=lambda row: row[0])
    theirs_rows = sorted(rows_of(theirs, ["bcf_" + name for name in names]), key=lambda row: row[0])
    for (allele, (hits, *mine)), (their_allele, others) in zip(ours_rows, theirs_rows, strict=True):
        if allele != their_allele:
            raise SystemExit(f"{ours}: {allele}: the records are not those of bcftools, which has {their_allele}")
        key = key_of(allele)
        tally["alleles"] += 1
        tally["hits"] += hits not in ("0", ".")
        wrong = [name for field, name, a, b in zip(fields, names, mine, others) if not same(field, a, b)]
        tally["values"] += sum(a != "." for a in mine)
        if not wrong:
            continue
        is_minimal = key[1:] == (allele[1], allele[2].upper(), allele[3].upper())
        if count[key] > 1:
            tally["differ: several rows in the database"] += 1
        elif not is_minimal or key in odd:
            tally["differ: not written minimal"] += 1
        else:
            at = names.index(wrong[0])
            raise SystemExit(f"{allele}: {wrong[0]}: varjoin adds {mine[at]!r}, bcftools {others[at]!r} ({hits} hits)")
    return tally


def warnings(path):
    """What bcftools has to say of a file, in which it must find nothing wrong."""
    done = subprocess.run(["bcftools", "view", "-Ou", "-o", os.devnull, path], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bcftools can't read {path}: {done.stderr}")
    return set(done.stderr.replace(path, "").split("\n"))


def check_formats(varjoin, person, folder, environment):
    """bcftools warns of no output that it does not warn of in the input, and reads the same records from each."""
    before = warnings(person)
    for duplicates in ("list", "first"):
        seen = set()
        for ending in ("vcf", "vcf.gz", "bcf"):
            path = f"{folder}/{duplicates}.{ending}"
            done = subprocess.run([varjoin, "annotate", person, "-s", "db", "--duplicates", duplicates, "-o", path,
                                   "--no-version"], capture_output=True, text=True, env=environment)
            if done.returncode and ending == "bcf" and "BCF can't have" in done.stderr:
                continue
            if done.returncode or not warnings(path) <= before:
                raise SystemExit(f"{path}: {done.stderr or warnings(path) - before}")
            seen.add(run("bcftools", "view", "--no-version", path))
        if len(seen) != 1:
            raise SystemExit(f"--duplicates {duplicates}: the formats have different records")


def check_index(path, most=300):
    """By our index, tabix finds each of some records that are spread over the file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        records = [line.rstrip("\n") for line in file if not line.startswith("#")]
    for record in records[::len(records) // most + 1]:
        chrom, pos = record.split("\t", 2)[:2]
        if record not in run("tabix", path, f"{chrom}:{pos}-{pos}").split("\n"):
            raise SystemExit(f"{path}: tabix does not find {record[:80]}")


def main():
    varjoin, person, database = sys.argv[1:4]
    if not shutil.which("bcftools") or not os.path.exists(person) or not os.path.exists(database):
        print("needs bcftools and", person, database)
        raise SystemExit(77)
    with tempfile.TemporaryDirectory() as folder:
        copies = folder + "/database.vcf", folder + "/person.vcf"
        whole_copy(database, copies[0])
        whole_copy(person, copies[1])
        fields = fields_of(copies[0])
        environment = {**os.environ, "VARJOIN_HOME": folder + "/home", "VARJOIN_TEMP_DIRECTORY": folder}
        run(varjoin, "source", "import", "db", copies[0], env=environment)
        run(varjoin, "annotate", copies[1], "-s", "db", "--duplicates", "first", "-o", folder + "/ours.vcf.gz",
            env=environment)
        check_formats(varjoin, copies[1], folder, environment)
        check_index(folder + "/ours.vcf.gz")
        split(folder + "/ours.vcf.gz", folder + "/ours.bcf")
        split(copies[1], folder + "/person.bcf")
        with_names = renamed(copies[0], copies[1], folder)
        columns = ",".join(f"INFO/bcf_{field.name}:=INFO/{field.name}" for field in fields)
        run("bcftools", "annotate", "-a", with_names, "-c", columns, "-Ob", "-o", folder + "/theirs.bcf",
            folder + "/person.bcf")
        tally = compare(fields, folder + "/ours.bcf", folder + "/theirs.bcf", *database_keys(with_names))
    print(dict(tally))
    if not tally["hits"] or not tally["values"]:
        raise SystemExit("nothing matched: the pair tells nothing")


if __name__ == "__main__":
    main()
