"""What `annotate` is measured against: Polars alone, lazy. Called by bench/pipeline.

    polars_join.py VCF REFERENCE OUTPUT THREADS

The VCF's rows with the reference's columns, where contig, position and alleles are the same as written.
"""
import json
import os
import resource
import sys

source, reference, output, threads = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads

import polars as pl  # noqa: E402  (the number of threads has to be known before)
import polars_bio  # noqa: E402

polars_bio.set_option("datafusion.execution.target_partitions", threads)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"startup_cpu": usage.ru_utime + usage.ru_stime}), flush=True)
calls = polars_bio.scan_vcf(source, use_zero_based=False).with_columns(
    pl.col("chrom").str.strip_prefix("chr").alias("key"), pl.col("start").cast(pl.Int64))
known = pl.scan_parquet(reference).with_columns(pl.col("start").cast(pl.Int64))
key = ["chrom", "start", "ref", "alt"]
known = known.rename({name: f"ensembl_{name}" for name in known.collect_schema().names()})
known = known.with_columns(pl.col("ensembl_start").alias("place"))
calls.join(known, left_on=["key", "start", "ref", "alt"],
           right_on=["ensembl_chrom", "place", "ensembl_ref", "ensembl_alt"], how="left", maintain_order="left"
           ).sink_parquet(output, compression="zstd")
