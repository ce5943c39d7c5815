"""Values of Number=A and Number=R (and of lists and Flags) in INFO, for three ALTs and every pattern of hits: each ALT is
missed, hit once, or hit by two rows of the source.

usage: number_values_test.py VARJOIN CASES FOLDER          (CASES: tests/cases/number_values.tsv)
       number_values_test.py --write CASES

What is expected stands in CASES, a line for each pattern. An oracle of a few lines, which shares nothing with the
program, says the same anew from docs/output.md, so that the file can't drift; then the program has to agree, by both
engines, with --duplicates list and first.
"""
import itertools
import os
import pathlib
import shutil
import subprocess
import sys

ALTS = "CGT"
HITS = (0, 1, 2)
COLUMNS = ("pattern", "duplicates", "number_a", "number_r", "list", "flag", "hits")


def rows_of(pattern):
    """The source's rows at one place: by ALT, the numbers of those that have it, from 10 on."""
    numbers = itertools.count(10)
    return [[next(numbers) for _ in range(hits)] for hits in pattern]


def expected(pattern, duplicates):
    rows = [of_alt[:1] if duplicates == "first" else of_alt for of_alt in rows_of(pattern)]

    def by_alt(text):
        return ",".join("|".join(text(row) for row in of_alt) or "." for of_alt in rows)
    any_row = [row for of_alt in rows for row in of_alt]
    hits = ",".join(str(count) for count in pattern)
    if not any_row:
        return ["", "", "", "", hits]
    return [by_alt(lambda row: f"{row}"), f"7{any_row[0]}," + by_alt(lambda row: f"{row}"),
            by_alt(lambda row: f"x{row}&%2C"), by_alt(lambda row: "1"), hits]


def cases():
    for pattern in itertools.product(HITS, repeat=len(ALTS)):
        for duplicates in ("list", "first"):
            yield ["".join(map(str, pattern)), duplicates, *expected(pattern, duplicates)]


def text_of_cases():
    head = "# three ALTs; pattern: rows of the source for each; what INFO has then (docs/output.md), nothing: no entry\n"
    return head + "\t".join(COLUMNS) + "\n" + "".join("\t".join(case) + "\n" for case in cases())


def write_files(folder):
    head = "##fileformat=VCFv4.3\n##contig=<ID=chr1>\n"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    person, source = [], []
    for at, pattern in enumerate(itertools.product(HITS, repeat=len(ALTS)), start=100):
        person.append(f"chr1\t{at}\t.\tA\t{','.join(ALTS)}\t.\t.\tDP=1\n")
        for alt, of_alt in zip(ALTS, rows_of(pattern)):
            source += [f"chr1\t{at}\t.\tA\t{alt}\t.\t.\tA={row};R=7{row},{row};L=x{row},%2C;F\n" for row in of_alt]
    fields = "".join(f'##INFO=<ID={name},Number={number},Type={kind},Description="d">\n' for name, number, kind in
                     (("A", "A", "Integer"), ("R", "R", "Integer"), ("L", ".", "String"), ("F", "0", "Flag")))
    (folder / "person.vcf").write_text(head + columns + "".join(person))
    (folder / "db.vcf").write_text(head + fields + columns + "".join(source))


def run(varjoin, folder, *arguments):
    environment = dict(os.environ, VARJOIN_HOME=str(folder / "home"), VARJOIN_TEMP_DIRECTORY=str(folder / "temp"))
    subprocess.run([varjoin, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


def found(varjoin, folder, engine, duplicates):
    run(varjoin, folder, "annotate", "person.vcf", "-s", "db:A,R,L,F", "--engine", engine, "--duplicates", duplicates, "-o",
        "out.vcf", "--force", "--no-version")
    for line in (folder / "out.vcf").read_text().split("\n"):
        if line and not line.startswith("#"):
            entries = dict(entry.split("=", 1) for entry in line.split("\t")[7].split(";"))
            yield [entries.get(f"db_{name}", "") for name in ("A", "R", "L", "F", "hits")]


def main():
    if sys.argv[1] == "--write":
        pathlib.Path(sys.argv[2]).write_text(text_of_cases())
        return
    varjoin, path, folder = (pathlib.Path(argument).absolute() for argument in sys.argv[1:4])
    if path.read_text() != text_of_cases():
        sys.exit(f"{path} is not what the oracle says")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "temp").mkdir(parents=True)
    write_files(folder)
    run(varjoin, folder, "source", "import", "db", "db.vcf")
    checked = 0
    for engine in ("index", "duckdb"):
        for duplicates in ("list", "first"):
            wanted = [case for case in cases() if case[1] == duplicates]
            for case, values in zip(wanted, found(varjoin, folder, engine, duplicates), strict=True):
                checked += 1
                if values != case[2:]:
                    sys.exit(f"hits {case[0]}, {engine}, --duplicates {duplicates}: found {values}, expected {case[2:]}")
    print(f"{checked} records as expected")


if __name__ == "__main__":
    main()
