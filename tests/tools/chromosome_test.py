"""A run at the size of one small chromosome: 70,000 records against 17.7 million rows, the benchmark's data. The output
must equal the plain join of the generator's own table of calls with the reference, in values and order, in less than
500 MB.

usage: chromosome_test.py GENERATE VARJOIN FOLDER
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

generate, varjoin, folder = sys.argv[1:]
data = Path(folder, "data")
environment = dict(os.environ, VARJOIN=varjoin, VARJOIN_HOME=str(Path(folder, "home")))


def run(*command):
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def number(sql):
    return int(re.findall(r"│\s+(\d+)\s+│", run(varjoin, "query", sql))[-1])


run(generate, "--scale", "small", str(data))
run(varjoin, "source", "add", "ensembl", str(data / "reference"))
output = str(Path(folder, "out.parquet"))
report = json.loads(run(varjoin, "annotate", str(data / "calls.vcf.gz"), "-s", "ensembl", "-o", output, "--force",
                        "--threads", "2", "--json"))

ours = f"SELECT record, alt_index, chrom, ref, alt, GT, PL, ensembl_id, ensembl_maf, ensembl_clin_sig FROM '{output}'"
join = (f"SELECT record, alt_index, v.chrom, v.ref, v.alt, GT, PL, e.id, e.maf, e.clin_sig FROM '{data}/calls.parquet' v "
        f"LEFT JOIN '{data}/reference/*.parquet' e ON e.chrom = key_chrom AND e.ref = key_ref AND e.alt = key_alt "
        'AND e."start" = v."start"')
found = {
    "rows too many": number(f"SELECT count(*) FROM ({ours} EXCEPT ALL {join})"),
    "rows missing": number(f"SELECT count(*) FROM ({join} EXCEPT ALL {ours})"),
    "rows out of order": number(
        "SELECT count(*) FROM (SELECT (record, alt_index) AS now, lag(now) OVER (ORDER BY file_row_number) AS before "
        f"FROM read_parquet('{output}')) WHERE now <= before"),
}
matched = report["sources"][0]["matched"]
print(found, "matched", matched, "of", report["alleles"], "peak MB", report["resources"]["peak_memory_mb"])
sys.exit(any(found.values()) or matched < 50000 or report["resources"]["peak_memory_mb"] > 500)
