"""What is measured against: DuckDB alone, in a process of its own. Called by bench/run and
bench/pipeline.

    baseline.py join CALLS REFERENCE OUTPUT THREADS     the join and its output
    baseline.py table REFERENCE DATABASE THREADS        a table with an index instead of a view
    baseline.py compare OURS THEIRS THREADS             two outputs
    baseline.py written_join VCF REFERENCE OUTPUT THREADS   the join of a VCF's Parquet as it is, alleles as written
    baseline.py expected CALLS REFERENCE THREADS        how many alleles match, and how many of them as written
    baseline.py count OUTPUT COLUMN THREADS             the values of a column

Prints JSON, a line each: first what starting Python and loading DuckDB had cost by then, which is
no part of the work.
"""
import json
import resource
import sys

import duckdb


def string(text):
    return "'" + text.replace("'", "''") + "'"


def bytes_written():
    with open("/proc/self/io") as file:
        return int(next(line for line in file if line.startswith("write_bytes")).split()[1])


def connect(threads, database=":memory:"):
    connection = duckdb.connect(database, config={"threads": int(threads), "temp_directory": "baseline_spill"})
    connection.execute("SET enable_progress_bar = false")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"duckdb": duckdb.__version__, "startup_cpu": usage.ru_utime + usage.ru_stime}), flush=True)
    return connection


def join(calls, reference, output, threads):
    connection = connect(threads)
    key = ["chrom", "start", "ref", "alt"]
    payload = [row[0] for row in connection.execute(f"DESCRIBE FROM read_parquet({string(reference)})").fetchall()
               if row[0] not in key]
    connection.execute(f"""
        COPY (
          SELECT v.* EXCLUDE (key_chrom, key_ref, key_alt),
                 {', '.join(f'e."{name}" AS "ensembl_{name}"' for name in payload)},
                 (e.chrom IS NOT NULL)::INTEGER AS ensembl_hits
          FROM read_parquet({string(calls)}) v
          LEFT JOIN read_parquet({string(reference)}) e
            ON e.chrom = v.key_chrom AND e."start" = v."start" AND e.ref = v.key_ref AND e.alt = v.key_alt
          ORDER BY v.record, v.alt_index)
        TO {string(output)} (FORMAT parquet, COMPRESSION zstd)""")


def table(reference, database, threads):
    connection = connect(threads, database)
    connection.execute(f"CREATE TABLE ensembl_variations AS FROM read_parquet({string(reference)})")
    connection.execute('CREATE INDEX place ON ensembl_variations (chrom, "start")')
    connection.close()
    print(json.dumps({"bytes_written": bytes_written()}))


def written_join(vcf, reference, output, threads):
    connect(threads).execute(f"""
        COPY (
          SELECT v.*, COLUMNS(e.*) AS 'ensembl_\\0'
          FROM (SELECT *, file_row_number AS place FROM read_parquet({string(vcf)}, file_row_number = true)) v
          LEFT JOIN read_parquet({string(reference)}) e
            ON e.chrom = regexp_replace(v.chrom, '^chr', '') AND e."start" = v."start" AND e.ref = v.ref
               AND e.alt = v.alt
          ORDER BY v.place)
        TO {string(output)} (FORMAT parquet, COMPRESSION zstd)""")


def expected(calls, reference, threads):
    query = connect(threads).execute
    matched, written = query(f"""
        SELECT count(*), count(*) FILTER (v.alleles = 1 AND v.ref = e.ref AND v.alt = e.alt)
        FROM (SELECT *, count(*) OVER (PARTITION BY record) AS alleles FROM read_parquet({string(calls)})) v
        JOIN read_parquet({string(reference)}) e
          ON e.chrom = v.key_chrom AND e."start" = v."start" AND e.ref = v.key_ref AND e.alt = v.key_alt""").fetchone()
    print(json.dumps({"matched": matched, "as_written": written}))


def count(output, column, threads):
    found, = connect(threads).execute(f'SELECT count("{column}") FROM read_parquet({string(output)})').fetchone()
    print(json.dumps({"count": found}))


def compare(ours, theirs, threads):
    """What is wrong with `ours`: columns, rows, values, order."""
    query = connect(threads).execute
    a, b = f"read_parquet({string(ours)})", f"read_parquet({string(theirs)})"
    wrong = []
    columns = [[row[:2] for row in query(f"DESCRIBE FROM {table}").fetchall()] for table in (a, b)]
    rows, records, matched = query(
        f"SELECT count(*), max(record), count(*) FILTER (ensembl_hits > 0) FROM {b}").fetchone()
    if columns[0] != columns[1]:
        wrong.append(f"the columns are {columns[0]}, not {columns[1]}")
    else:
        for one, other, what in ((a, b, "too many"), (b, a, "missing")):
            count = query(f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})").fetchone()[0]
            if count:
                wrong.append(f"{count} rows {what}")
        # (record, alt_index) is unique in the baseline, and sorted.
        moved = query(f"""
            SELECT count(*) FROM {a} x JOIN {b} y USING (file_row_number)
            WHERE (x.record, x.alt_index) <> (y.record, y.alt_index)""").fetchone()[0]
        if moved:
            wrong.append(f"{moved} rows at another place")
    print(json.dumps({"wrong": wrong, "rows": rows, "records": records, "matched": matched,
                      "columns": len(columns[1])}))


if __name__ == "__main__":
    {"join": join, "table": table, "compare": compare, "written_join": written_join, "expected": expected,
     "count": count}[sys.argv[1]](*sys.argv[2:])
