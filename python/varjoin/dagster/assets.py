"""Factories of assets: sources, their indexes, and people's annotated VCFs."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, Union

import dagster as dg
from pydantic import Field

from .command import Varjoin
from .people import VcfFolder, sample_of, user_and_sample

POOL = "varjoin"  #: of all steps; its limit is how many of them run at a time
IMPORT_CHECKS = ("bad_records",)
ANNOTATION_CHECKS = ("contigs_in_common", "bad_records", "match_rate")
BACKFILL_TAG = "dagster/backfill"


class DuckDBConfig(dg.Config):
    """What a run may use of the machine. What is not given is varjoin's default."""

    memory_limit: Optional[str] = Field(default=None, description="16GB or 50%; default: 75 % of RAM")
    threads: Optional[int] = Field(default=None, description="default: 75 % of the CPUs")
    temp_directory: Optional[str] = Field(default=None, description="where to spill")
    preserve_insertion_order: Optional[bool] = Field(default=None, description="false: the output may be unsorted")
    enable_object_cache: Optional[bool] = Field(default=None, description="true: keep Parquet footers in memory")

    def arguments(self) -> list[str]:
        """As options of the command."""
        options = []
        for key, value in self.model_dump(exclude_none=True).items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            options += [f"--{key.replace('_', '-')}", text]
        return options


class SourceConfig(dg.Config):
    """The run configuration of a source's import and index."""

    duckdb_config: DuckDBConfig = DuckDBConfig()


class AnnotationConfig(dg.Config):
    """The run configuration of an annotation: the keys of varjoin's own (docs/configuration.md)."""

    vcf_path: Optional[str] = Field(default=None, description="the VCF; of a partition, its own by default")
    sources: Optional[list[str]] = Field(
        default=None, description="SOURCE[:col[=name],...], each; default: the asset's"
    )
    output_path: Optional[str] = Field(
        default=None, description="default: a file of the asset's own in varjoin's folder"
    )
    output_type: Optional[str] = Field(default=None, description="parquet, vcf, vcf.gz, bcf, csv, tsv or json")
    partition_by: Optional[str] = Field(default=None, description="chrom: a folder with a Parquet for each chromosome")
    force: Optional[bool] = Field(default=None, description="replace an existing output; default: only the asset's own")
    reuse: Optional[bool] = Field(default=None, description="give back what an earlier run of the same has made")
    compression: Optional[str] = Field(default=None, description="zstd, snappy, gzip, lz4 or uncompressed")
    engine: Optional[str] = Field(default=None, description="auto, index or duckdb; default: the asset's")
    join_columns: Optional[list[str]] = Field(default=None, description="plain equality on these instead of matching")
    duplicates: Optional[str] = Field(default=None, description="auto, all, first or list")
    existing_info: Optional[str] = Field(default=None, description="VCF: a new field's name: replace, keep or append")
    set_id: Optional[str] = Field(default=None, description="VCF: the new column that fills an empty ID")
    no_version: Optional[bool] = Field(default=None, description="VCF: no command line and date in the header")
    compression_level: Optional[int] = Field(
        default=None, description="of vcf.gz and bcf, 0 to 12; of Parquet's zstd, 1 to 22"
    )
    row_group_size: Optional[int] = Field(default=None, description="rows of a row group of Parquet")
    bare_names: Optional[bool] = Field(default=None, description="source columns without their source's name")
    reference: Optional[str] = Field(default=None, description="genome FASTA that alleles are left-aligned by")
    contig_aliases: Optional[str] = Field(
        default=None, description="what the input's contigs are called in the sources"
    )
    allow_no_overlap: Optional[bool] = Field(default=None, description="no contig in common is a note, not an error")
    on_bad_record: Optional[str] = Field(default=None, description="what a bad record does: fail, skip or null")
    regions: Optional[list[str]] = Field(default=None, description="records that overlap chr7:1-100 or a BED file")
    samples: Optional[list[str]] = Field(default=None, description="these samples only")
    pass_: Optional[bool] = Field(default=None, alias="pass", description="only where FILTER is PASS")
    min_qual: Optional[float] = Field(default=None, description="only where QUAL is at least this")
    min_dp: Optional[int] = Field(default=None, description="only where a sample's DP is at least this")
    min_gq: Optional[int] = Field(default=None, description="only where a sample's GQ is at least this")
    carried: Optional[bool] = Field(default=None, description="only alleles that a sample's genotype has")
    drop_ref_blocks: Optional[bool] = Field(default=None, description="no gVCF blocks")
    where: Optional[str] = Field(default=None, description="SQL over the output's columns")
    only_matched: Optional[bool] = Field(default=None, description="only alleles that a source has")
    user_name: Optional[str] = Field(default=None, description="who the run is for")
    sample_name: Optional[str] = Field(default=None, description="the sample; default: the input's name")
    sample_description: Optional[str] = Field(default=None, description="kept with the output")
    sequencing_type: Optional[str] = Field(default=None, description="WGS, WES, panel, ...")
    species: Optional[str] = Field(default=None, description="kept with the output")
    reference_genome: Optional[str] = Field(default=None, description="the input's assembly: GRCh38, GRCh37, ...")
    duckdb_config: DuckDBConfig = DuckDBConfig()

    def given(self) -> dict[str, Any]:
        """What has a value, and always `duckdb_config`, as a run configuration of varjoin."""
        return self.model_dump(exclude_none=True, by_alias=True)


def source_import(
    name: str, files: Sequence[Union[str, Path]], *, options: Sequence[str] = (), index: bool = False
) -> dg.AssetsDefinition:
    """The asset `source/NAME`: a database's VCF, TSV, CSV, BED or Parquet files, imported as a source.

    options: of `varjoin source import`, such as ["--columns", "AF", "--where", "AF > 0.01"].
    index: build the source's index in the same step.
    """
    arguments = ["source", "import", name, *map(str, files), *options, *([] if index else ["--no-index"])]
    description = f"Imported from {', '.join(map(str, files))}."
    return _source_asset(dg.AssetKey(["source", name]), description, arguments, IMPORT_CHECKS, ())


def source_add(name: str, files: Sequence[Union[str, Path]], *, options: Sequence[str] = ()) -> dg.AssetsDefinition:
    """The asset `source/NAME`: Parquet files, patterns or a folder of them, registered as they are.

    options: of `varjoin source add`, such as ["--map", "start=pos"].
    """

    @_asset_of_source(dg.AssetKey(["source", name]), f"Registered: {', '.join(map(str, files))}.")
    def source(context: dg.AssetExecutionContext, config: SourceConfig, varjoin: Varjoin):
        known = varjoin.add_source(context, name, [*map(str, files), *options, *config.duckdb_config.arguments()])
        for warning in known["warnings"]:
            context.log.warning(warning)
        columns = [dg.TableColumn(column["name"], column["type"]) for column in known["columns"]]
        return dg.MaterializeResult(
            metadata={
                "num_rows": known["rows"],
                "num_columns": len(columns),
                "files": dg.MetadataValue.json(known["patterns"]),
                "contigs": ", ".join(contig[0] for contig in known["contigs"]),
                "reference_genome": known["assembly"],
                "warnings": dg.MetadataValue.json(known["warnings"]),
                "dagster/row_count": known["rows"],
                "dagster/column_schema": dg.TableSchema(columns=columns),
            }
        )

    return source


def source_index(name: str, *, deps: Sequence[Any] = ()) -> dg.AssetsDefinition:
    """The asset `source_index/NAME`: the index that makes look-ups in the source many times faster."""
    key, description = dg.AssetKey(["source_index", name]), f"The index of the source {name}."
    return _source_asset(key, description, ["source", "index", name], (), _keys(deps))


def source_assets(name: str, files: Sequence[Union[str, Path]], **kwargs: Any) -> list[dg.AssetsDefinition]:
    """A source's import, as source_import() makes it, and its index, which depends on it."""
    imported = source_import(name, files, **kwargs)
    return [imported, source_index(name, deps=[imported.key])]


def _source_asset(
    key: dg.AssetKey, description: str, arguments: Sequence[str], checks: Sequence[str], deps: Sequence[Any]
) -> dg.AssetsDefinition:
    @_asset_of_source(key, description, checks, deps)
    def source(context: dg.AssetExecutionContext, config: SourceConfig, varjoin: Varjoin):
        return varjoin.run(
            context, [*arguments, *config.duckdb_config.arguments()], extras={"varjoin_checks": list(checks)}
        )

    return source


def _asset_of_source(
    key: dg.AssetKey, description: str, checks: Sequence[str] = (), deps: Sequence[Any] = ()
) -> Callable[..., dg.AssetsDefinition]:
    return dg.asset(
        key=key,
        deps=deps,
        check_specs=_check_specs(key, checks),
        description=description,
        group_name="sources",
        kinds={"varjoin", "parquet"},
        pool=POOL,
    )


def user_annotated_vcf(sources: Sequence[str], **kwargs: Any) -> dg.AssetsDefinition:
    """The asset `user_annotated_vcf`: a person's VCF with what the sources know of its variants.

    The engine is the faster one of those that the sources allow. Keywords: see user_annotated_vcf_duckdb().
    """
    return _annotated_asset(sources, **{"name": "user_annotated_vcf", "engine": "auto", **kwargs})


def user_annotated_vcf_duckdb(sources: Sequence[str], **kwargs: Any) -> dg.AssetsDefinition:
    """The asset `user_annotated_vcf_duckdb`: the same rows, always by a join in DuckDB, which needs no index.

    sources: SOURCE[:col[=name],...], each, one at least.
    people: a VcfFolder; the asset is then partitioned by its files. Without, the run configuration has `vcf_path`.
    deps: assets to be made first, such as "source_index/clinvar".
    defaults: of the run configuration, {"bare_names": True}.
    least_match_percent: the check `match_rate` fails if no source has as many percent of the alleles.
    name: of the asset.
    """
    return _annotated_asset(sources, **{"name": "user_annotated_vcf_duckdb", "engine": "duckdb", **kwargs})


def _annotated_asset(
    sources: Sequence[str],
    *,
    name: str,
    engine: str,
    people: Optional[VcfFolder] = None,
    deps: Sequence[Any] = (),
    defaults: Optional[Mapping[str, Any]] = None,
    least_match_percent: float = 0.0,
) -> dg.AssetsDefinition:
    asset_defaults = AnnotationConfig(**{"sources": list(sources), "engine": engine, **(defaults or {})}).given()

    @dg.asset(
        name=name,
        deps=_keys(deps),
        partitions_def=people.partitions if people else None,
        check_specs=_check_specs(dg.AssetKey(name), ANNOTATION_CHECKS),
        description=f"A person's VCF, annotated from {', '.join(asset_defaults['sources'])}.",
        group_name="people",
        kinds={"varjoin", "parquet"},
        pool=POOL,
    )
    def annotated(context: dg.AssetExecutionContext, config: AnnotationConfig, varjoin: Varjoin):
        given = {**asset_defaults, **config.given()}
        given["duckdb_config"] = {**asset_defaults["duckdb_config"], **given["duckdb_config"]}
        run_config = _of_partition(context, given, people) if people else given
        for key in ("vcf_path", "sources"):
            if not run_config.get(key):
                raise dg.Failure(
                    f"{key} is missing: give ops: {{{name}: {{config: {{{key}: …}}}}}}", allow_retries=False
                )
        with tempfile.TemporaryDirectory(prefix="varjoin-dagster-") as folder:
            return varjoin.run(
                context,
                _arguments(varjoin, name, run_config, folder),
                extras={
                    "varjoin_checks": list(ANNOTATION_CHECKS),
                    "varjoin_least_match_percent": least_match_percent,
                },
            )

    return annotated


def _check_specs(key: dg.AssetKey, names: Sequence[str]) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(name, asset=key) for name in names]  # Dagster 1.11 fails on a variable called `check`


def _keys(deps: Sequence[Any]) -> list[Any]:
    """A text is a key with its prefix: "source/clinvar"."""
    return [dg.AssetKey.from_user_string(dep) if isinstance(dep, str) else dep for dep in deps]


def _of_partition(context: dg.AssetExecutionContext, given: Mapping[str, Any], people: VcfFolder) -> dict[str, Any]:
    """The run configuration with the partition's VCF, user and sample."""
    partition = context.partition_key
    own = dict(zip(("user_name", "sample_name"), user_and_sample(partition)))
    for key, value in own.items():
        if given.get(key, value) != value:
            raise dg.Failure(
                f"{key} is {given[key]}, but the partition {partition} is of {value}: leave {key} out, or run the "
                "partition that is meant",
                allow_retries=False,
            )
    if "vcf_path" in given and BACKFILL_TAG in context.run.tags:
        raise dg.Failure(
            f"vcf_path is {given['vcf_path']}, but in a backfill each partition has a VCF of its own: leave it out",
            allow_retries=False,
        )
    return {"vcf_path": str(given.get("vcf_path") or people.file_of(partition)), **given, **own}


def _arguments(varjoin: Varjoin, asset: str, run_config: Mapping[str, Any], folder: str) -> list[str]:
    """Of `varjoin annotate`: the run configuration, as a file in `folder`, and who and where as options.

    Options, since the environment (VARJOIN_USER_NAME) goes before a run configuration. Where no output is named, it is
    one of the asset's own, which a later run replaces.
    """
    path = Path(folder) / "run.json"
    user = run_config.get("user_name") or os.environ.get("USER") or "user"
    sample = run_config.get("sample_name") or sample_of(run_config["vcf_path"])
    output = run_config.get("output_path")
    if not output:
        for name in (user, sample):
            if "/" in name or name in (".", ".."):
                raise dg.Failure(
                    f"'{name}' can't be a user's or sample's name: it becomes a folder's", allow_retries=False
                )
        ending = run_config.get("output_type") or "parquet"
        own_folder = varjoin.home_folder() / "users" / user / sample
        own_folder.mkdir(parents=True, exist_ok=True)
        output = str(own_folder / (asset if run_config.get("partition_by") else f"{asset}.{ending}"))
        run_config = {"force": True, **run_config}
    path.write_text(json.dumps(run_config), encoding="utf-8")
    return ["annotate", "--run-config", str(path), "--user", user, "--sample", sample, "--output", output]
