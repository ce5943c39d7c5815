"""The page of `annotate --report` as Chromium shows it: light, dark, and as wide as a phone.

usage: report_page_test.py VARJOIN FOLDER [PERSON DATABASE]      exit 77 (skipped) where Chromium is absent

Leaves light.png, dark.png and phone.png in FOLDER, to be looked at. Without PERSON and DATABASE, files of its own.
"""
import os
import random
import shutil
import struct
import subprocess
import sys
import zlib

BACK = {"light": (0xFF, 0xFF, 0xFF), "dark": (0x14, 0x18, 0x1C)}
PHONE = 390  # CSS pixels
HEIGHT = 3200


def write_files(folder):
    """A person, and a database that has every third of the alleles."""
    chance = random.Random(1)
    contigs = [f"chr{i}" for i in list(range(1, 23)) + ["X"]]
    head = "##fileformat=VCFv4.3\n"
    person, database = open(folder + "/person.vcf", "w"), open(folder + "/database.vcf", "w")
    with person, database:
        columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        person.write(head + '##FILTER=<ID=LowQual,Description="l">\n' + columns)
        database.write(head + '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="s">\n'
                       '##INFO=<ID=AF,Number=A,Type=Float,Description="f">\n' + columns)
        for contig in contigs:
            for i in range(1, chance.randint(60, 300)):
                ref = chance.choice("ACGT")
                change = chance.random()
                alt = ({"A": "G", "G": "A", "C": "T", "T": "C"} if change < 0.6 else
                       {"A": "C", "C": "A", "G": "T", "T": "G"})[ref]
                if change > 0.9:
                    alt, ref = (ref + "A" * chance.randint(1, 30), ref) if change < 0.95 else (ref, ref + "AAT" * chance.randint(1, 9))
                place = f"{contig}\t{i * 100}\t.\t{ref}\t{alt}\t{chance.randint(1, 900)}"
                person.write(f"{place}\t{chance.choice(['PASS', 'PASS', 'PASS', 'LowQual'])}\t.\n")
                if chance.random() < 0.4:
                    meaning = chance.choice(["Benign", "Benign", "Likely_benign", "Uncertain_significance", "Pathogenic"])
                    database.write(f"{place}\t.\tCLNSIG={meaning};AF={10 ** chance.uniform(-6, 0):.6f}\n")
    return folder + "/person.vcf", folder + "/database.vcf"


def shoot(chromium, page, picture, width, dark):
    """Returns the rows of pixels, each of (red, green, blue)."""
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
               f"--window-size={width},{HEIGHT}", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
               f"--user-data-dir={os.path.dirname(picture)}/profile", f"--screenshot={picture}", "file://" + page]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    return pixels_of(picture)


def pixels_of(path):
    """Of a PNG of 8 bits with three or four channels."""
    with open(path, "rb") as file:
        data = file.read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    step = {2: 3, 6: 4}[colour]
    raw, before, rows = zlib.decompress(packed), bytearray(width * step), []
    for row in range(height):
        begin = row * (width * step + 1)
        before = unfiltered(raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step]), before, step)
        rows.append([tuple(before[i:i + 3]) for i in range(0, width * step, step)])
    return rows


def unfiltered(kind, line, before, step):
    for i, byte in enumerate(line):
        left = line[i - step] if i >= step else 0
        above, corner = before[i], before[i - step] if i >= step else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = above
        elif kind == 3:
            guess = (left + above) // 2
        elif kind == 4:
            base = left + above - corner
            guess = min((abs(base - left), 0, left), (abs(base - above), 1, above), (abs(base - corner), 2, corner))[2]
        else:
            return line
        line[i] = (byte + guess) & 255
    return line


def expect(condition, sentence):
    if not condition:
        raise SystemExit(sentence)


def main():
    varjoin, folder = sys.argv[1:3]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("needs Chromium: apt-get install chromium")
        raise SystemExit(77)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    folder = os.path.abspath(folder)
    person, database = sys.argv[3:5] if len(sys.argv) > 3 else write_files(folder)
    environment = {**os.environ, "VARJOIN_HOME": folder + "/home", "VARJOIN_TEMP_DIRECTORY": folder + "/temp"}
    for command in (["source", "import", "clinvar", database],
                    ["annotate", person, "-s", "clinvar", "-o", folder + "/out.parquet", "--report", folder + "/report.html"]):
        subprocess.run([varjoin] + command, env=environment, check=True, capture_output=True)
    with open(folder + "/phone.html", "w", encoding="utf-8") as file:  # a window can't be as narrow
        file.write(f'<body style="margin:0"><iframe src="report.html" style="border:0;width:{PHONE}px;height:{HEIGHT}px">')
    for scheme in ("light", "dark"):
        rows = shoot(chromium, folder + "/report.html", f"{folder}/{scheme}.png", 1280, scheme == "dark")
        expect(rows[2][2] == BACK[scheme], f"{scheme}: the page's ground is {rows[2][2]}, not {BACK[scheme]}")
        colours = {pixel for row in rows for pixel in row}
        expect(len(colours) > 20, f"{scheme}: nothing is drawn")
    rows = shoot(chromium, folder + "/phone.html", folder + "/phone.png", 1280, False)
    touched = [y for y, row in enumerate(rows) if row[PHONE - 2] != BACK["light"]]
    expect(not touched, f"phone: wider than the window at row {touched[:1]}")
    expect(any(pixel != BACK["light"] for row in rows for pixel in row[:PHONE]), "phone: nothing is drawn")
    print("looked at light.png, dark.png and phone.png in", folder)


if __name__ == "__main__":
    main()
