"""What bench/read checks the sums of read_vcf against, from the text that `bcftools query` prints. In a
process of its own, because it takes memory.

    expected_sums.py BCFTOOLS VCF

Prints JSON: records, sums (a number a column; null: not checked), and what tells which is which.
"""
import json
import re
import subprocess
import sys


class Expected:
    """The sums over each column of read_vcf (split := false): numbers, bytes of text, elements of lists."""

    def __init__(self, bcftools, path):
        header = subprocess.run([bcftools, "view", "-h", path], check=True, capture_output=True, text=True).stdout
        self.samples = header.rstrip("\n").split("\n")[-1].split("\t")[9:]
        fields = re.findall(r'(?m)^##(INFO|FORMAT)=<ID=([^,]+),Number=([^,]+),Type=([^,]+)', header)
        self.info = [field for field in fields if field[0] == "INFO"]
        self.format = [field for field in fields if field[0] == "FORMAT"] if self.samples else []
        query = "\\t".join(["%CHROM\\t%POS\\t%ID\\t%REF\\t%ALT\\t%QUAL\\t%FILTER", *(f"%INFO/{f[1]}" for f in self.info)])
        query += "[" + "".join(f"\\t%{f[1]}" for f in self.format) + "]\\n" if self.format else "\\n"
        lines = subprocess.run([bcftools, "query", "-f", query, path], check=True, capture_output=True,
                               text=True).stdout.splitlines()
        columns = list(zip(*(line.split("\t") for line in lines)))
        self.records = len(lines)
        self.sums = [self.text(columns[0]), sum(map(int, columns[1])), None, self.text(columns[2]),
                     self.text(columns[3]), self.elements(columns[4]), self.numbers(columns[5]),
                     self.text(columns[6]), self.records * (self.records + 1) // 2]
        at = 7
        for field in self.info:
            self.sums.append(self.sum(field, columns[at]))
            at += 1
        self.per_sample = [sum(self.sum(field, column) for column in columns[at + i::len(self.format)])
                           for i, field in enumerate(self.format)]
        if len(self.samples) == 1:
            self.sums += self.per_sample
        elif self.samples:
            self.sums.append(len(self.samples) * self.records)

    @staticmethod
    def text(column):
        decoded = (re.sub(r"%[0-9A-Fa-f]{2}", "x", value) if "%" in value else value for value in column)
        return sum(len(value.encode()) for value in decoded if value != ".")

    @staticmethod
    def elements(column):
        return sum(value.count(",") + 1 for value in column if value != ".")

    @staticmethod
    def numbers(column):
        return sum(float(value) for value in column if value != ".")

    def sum(self, field, column):
        kind, name, number, type_ = field
        if type_ == "Flag":
            return sum(value != "." for value in column)
        if number != "1" and name != "GT":
            return self.elements(column)
        if type_ in ("Integer", "Float") and name != "GT":
            return self.numbers(column)
        return sum(len(value) for value in column if value != ".") if name == "GT" else self.text(column)


print(json.dumps(vars(Expected(*sys.argv[1:]))))
