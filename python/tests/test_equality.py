"""The same answers as Polars and DuckDB, in Python, that do the same join on real data."""
import duckdb
import polars as pl
import pytest
from conftest import CLINVAR, WES

import varjoin

KEY = ["chrom", "start", "ref", "alt"]
ENGINES = ["index", "duckdb"]


def minimal(start, ref, alt):
    """Plain trimming, suffix first, as the rule of matching has it."""
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """The exome and ClinVar as Polars reads them from their text, without varjoin: one row per alternate, minimal."""
    if not WES.exists():
        pytest.skip("there are no real data")

    def read(path):
        text = pl.read_csv(path, separator="\t", comment_prefix="##", infer_schema=False)
        one_alt = text.rename({"#CHROM": "chrom", "POS": "start", "REF": "ref", "ALT": "alt", "INFO": "info"}).select(
            pl.int_range(1, pl.len() + 1).alias("record"), pl.col("chrom").str.strip_prefix("chr").replace("MT", "M"),
            pl.col("start").cast(pl.Int64), "ref", pl.col("alt").str.split(","), "info").explode("alt")
        trimmed = [minimal(*row) for row in one_alt.select("start", "ref", "alt").iter_rows()]
        starts, refs, alts = zip(*trimmed)
        return one_alt.with_columns(pl.Series("start", starts), pl.Series("ref", refs), pl.Series("alt", alts))

    return read(WES), read(CLINVAR)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_exome_against_clinvar(frames, work, engine):
    person, clinvar = frames
    varjoin.Catalog().import_("clinvar", CLINVAR)
    report = varjoin.annotate(WES, "clinvar:PATHOGENIC=sig", "o.parquet", engine=engine).report
    ours = pl.read_parquet("o.parquet")
    significance = clinvar.with_columns(sig=pl.col("info").str.extract(r"(?:^|;)PATHOGENIC=([^;]*)")).select(*KEY, "sig")
    assert significance.select(KEY).is_unique().all() and significance["sig"].null_count() == 0
    joined = person.join(significance, on=KEY, how="left", maintain_order="left")
    assert ours["sig"].to_list() == joined["sig"].to_list()
    query = duckdb.sql("""
        SELECT count(DISTINCT (p.record, p.start, p.alt)) FROM person p
        JOIN clinvar c USING (chrom, start, ref, alt)""").fetchone()[0]
    assert report["sources"][0]["matched"] == query == 2_503
