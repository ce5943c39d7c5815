"""The same rows as Polars and DuckDB, in Python, that do the same join on real data, which they read from its text."""
import duckdb
import polars as pl
import pytest
from conftest import DATA

import varjoin

KEY = ["chrom", "start", "ref", "alt"]
ROW = ["record", "written", "payload"]
ENSEMBL = "ensembl84_GRCh38_chr21_25-26Mb.snv.vcf.gz"
# Person, database, the database's column that is compared, alleles that match, rows.
PAIRS = [
    ("NA12878_WES_MegaBOLT", "clinvar_2016_lifted_GRCh38.vcf.gz", "MEASURESET_ID", 2_503, 75_413),
    ("NA12878_WES_MegaBOLT", "clinvar_20260226_part.plain-gzip.vcf.gz", "id", 90, 75_413),
    ("NA12878_WES_MegaBOLT", "vkgl_vus_202507.vcf.gz", "id", 48, 75_414),
    ("NA12878_mosaic_GRCh38", "clinvar_2016_lifted_GRCh38.vcf.gz", "MEASURESET_ID", 2_525, 327_672),
    ("NA12878_mosaic_GRCh38", "clinvar_20260226_part.plain-gzip.vcf.gz", "id", 105, 327_672),
    ("NA12878_mosaic_GRCh38", ENSEMBL, "id", 1_219, 327_672),
    ("NA12878_PlatinumGenomes_chr21", ENSEMBL, "id", 1_217, 66_050),
    ("HG002_GIAB_chr22", "clinvar_2016_lifted_GRCh38.vcf.gz", "MEASURESET_ID", 42, 50_861),
]


def minimal(start, ref, alt):
    """Plain trimming, suffix first, as the rule of matching has it."""
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


def read(path, column):
    """A VCF as Polars reads it, without varjoin: one row per alternate, minimal; what is no sequence has no key."""
    text = pl.read_csv(path, separator="\t", comment_prefix="##", infer_schema=False, quote_char=None)
    payload = pl.col("ID").replace(".", None) if column == "id" else pl.col("INFO").str.extract(
        rf"(?:^|;){column}=([^;]*)")
    rows = text.select(
        pl.int_range(1, pl.len() + 1).alias("record"),
        pl.col("#CHROM").str.strip_prefix("chr").replace("MT", "M").alias("chrom"),
        pl.col("POS").cast(pl.Int64).alias("start"), pl.col("REF").alias("ref"),
        pl.col("ALT").replace(".", None).str.split(",").alias("written"), payload.alias("payload")).explode("written")
    keys = [minimal(start, ref, alt) if alt and alt.isalpha() else (start, ref, None)
            for start, ref, alt in rows.select("start", "ref", "written").iter_rows()]
    return rows.with_columns(pl.Series(name, values) for name, values in zip(("start", "ref", "alt"), zip(*keys)))


def in_order(frame):
    return frame.select(pl.col("record").cast(pl.Int64), "written", pl.col("payload").cast(pl.String)).sort(ROW)


@pytest.mark.parametrize("name, database, column, matched, height", [
    pytest.param(*pair, id="-".join(pair[:2]), marks=[pytest.mark.long] if pair != PAIRS[0] else []) for pair in PAIRS])
def test_the_rows_are_those_of_polars_and_duckdb(real_data, work, name, database, column, matched, height):
    path = DATA / "people" / f"{name}.vcf.gz"
    varjoin.Catalog().import_("db", DATA / "databases" / database)
    person = read(path, "id").drop("payload")
    known = read(DATA / "databases" / database, column).filter(pl.col("alt").is_not_null()).select(*KEY, "payload")
    by_polars = in_order(person.join(known, on=KEY, how="left"))
    by_duckdb = in_order(duckdb.sql(
        "SELECT record, written, payload FROM person p LEFT JOIN known k USING (chrom, start, ref, alt)").pl())
    assert by_polars.equals(by_duckdb) and by_polars.height == height
    for engine in ("index", "duckdb"):
        report = varjoin.annotate(path, f"db:{column}=payload", "o.parquet", engine=engine, force=True).report
        ours = pl.read_parquet("o.parquet")
        assert in_order(ours.rename({"alt": "written"})).equals(by_polars), engine
        assert ours["record"].is_sorted() and report["sources"][0]["matched"] == matched
