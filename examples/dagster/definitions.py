"""A source, its index, and people who are annotated from it. ./start opens Dagster with it."""

import os
from pathlib import Path

import dagster as dg

from varjoin.dagster import Varjoin, VcfFolder, source_assets, user_annotated_vcf, user_annotated_vcf_duckdb

HERE = Path(__file__).resolve().parent
# A file in this folder is a partition: people/anna.vcf, or people/USER/SAMPLE.vcf.gz.
people = VcfFolder(os.environ.get("PEOPLE", HERE / "people"))

defs = dg.Definitions(
    assets=[
        *source_assets("variants", [HERE.parent / "variants.vcf"]),
        user_annotated_vcf(["variants"], people=people, deps=["source_index/variants"], least_match_percent=50),
        user_annotated_vcf_duckdb(["variants"], deps=["source/variants"], defaults={"bare_names": True}),
    ],
    jobs=[dg.define_asset_job("annotate_people", selection=["user_annotated_vcf"])],
    sensors=[people.sensor("user_annotated_vcf", minimum_interval_seconds=5)],
    resources={"varjoin": Varjoin(binary=os.environ.get("VARJOIN"))},
    executor=dg.in_process_executor,  # a step is a process of varjoin's; a second one of Python's only takes time
)
