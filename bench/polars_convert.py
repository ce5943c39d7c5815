"""What `convert` is measured against: polars-bio, VCF to Parquet. Called by bench/read.

    polars_convert.py VCF OUTPUT THREADS

Prints, as JSON, what starting Python and loading the package had cost before the work.
"""
import json
import os
import resource
import sys

source, output, threads = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads

import polars_bio  # noqa: E402  (the number of threads has to be known before)

polars_bio.set_option("datafusion.execution.target_partitions", threads)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"startup_cpu": usage.ru_utime + usage.ru_stime}), flush=True)
polars_bio.scan_vcf(source, use_zero_based=False).sink_parquet(output, compression="zstd")
