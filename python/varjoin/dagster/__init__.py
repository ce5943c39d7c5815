"""varjoin's runs as Dagster assets.

    import dagster as dg
    from varjoin.dagster import Varjoin, VcfFolder, source_assets, user_annotated_vcf

    people = VcfFolder("people")
    defs = dg.Definitions(
        assets=[
            *source_assets("clinvar", ["clinvar.vcf.gz"]),
            user_annotated_vcf(["clinvar"], people=people, deps=["source_index/clinvar"]),
        ],
        sensors=[people.sensor("user_annotated_vcf")],
        resources={"varjoin": Varjoin()},
    )

Each asset runs the command `varjoin` as a process of its own, through Dagster Pipes, so that a crash of it fails one
step and nothing else. Only Dagster is needed (`pip install varjoin[dagster]`) and the command: the package's native
module is not loaded.
"""

from .assets import (
    AnnotationConfig,
    DuckDBConfig,
    SourceConfig,
    source_add,
    source_assets,
    source_import,
    source_index,
    user_annotated_vcf,
    user_annotated_vcf_duckdb,
)
from .command import Varjoin
from .messages import MessageFile
from .people import VcfFolder

__all__ = [
    "AnnotationConfig",
    "DuckDBConfig",
    "MessageFile",
    "SourceConfig",
    "Varjoin",
    "VcfFolder",
    "source_add",
    "source_assets",
    "source_import",
    "source_index",
    "user_annotated_vcf",
    "user_annotated_vcf_duckdb",
]
