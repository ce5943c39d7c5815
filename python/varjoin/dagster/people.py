"""People's VCF files as partitions."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Optional, Union

import dagster as dg

ENDINGS = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")


def _ending_of(name: str) -> str:
    return next((ending for ending in ENDINGS if name.endswith(ending) and name != ending), "")


def sample_of(path: Union[str, Path]) -> str:
    """The sample that a file is of, by its name: of people/maria.vcf.gz, maria."""
    name = Path(path).name
    return name[: len(name) - len(_ending_of(name))]


def user_and_sample(partition: str) -> tuple[str, str]:
    """Of `maria/blood`: maria and blood; of `maria`: maria and maria."""
    user, _, sample = partition.rpartition("/")
    return user or sample, sample


class VcfFolder:
    """A folder of VCF or BCF files, each of them a partition.

    `maria.vcf.gz` is the partition `maria`; `maria/blood.vcf.gz` is `maria/blood`, the sample `blood` of the user
    `maria`. Partitions are dynamic: they are added by `sensor`, by `add_partitions`, or by hand.
    """

    def __init__(self, folder: Union[str, Path], name: str = "varjoin_people"):
        """`name`: of the partitions, in the whole of a Dagster instance."""
        self.folder = Path(folder).absolute()
        self.partitions = dg.DynamicPartitionsDefinition(name=name)

    def files(self) -> dict[str, Path]:
        """The file of each partition. Raises dg.Failure: there is no folder, or two files are of one sample."""
        if not self.folder.is_dir():
            raise dg.Failure(f"{self.folder}: no such folder; it is to hold people's VCFs", allow_retries=False)
        found: dict[str, Path] = {}
        of_sample: dict[tuple[str, str], Path] = {}
        for path in sorted([*self.folder.glob("*"), *self.folder.glob("*/*")]):
            if not _ending_of(path.name) or path.name.startswith(".") or not path.is_file():
                continue
            key = (path.parent / sample_of(path)).relative_to(self.folder).as_posix()
            user, sample = user_and_sample(key)
            other = of_sample.setdefault((user, sample), path)
            if other != path:
                raise dg.Failure(
                    f"{other} and {path} are both the sample {sample} of {user}: rename one of them, or move it away",
                    allow_retries=False,
                )
            found[key] = path
        return found

    def file_of(self, partition: str) -> Path:
        """Raises dg.Failure: the partition has no file."""
        files = self.files()
        if partition not in files:
            raise dg.Failure(
                f"{self.folder} has no file of the partition {partition}: expected {partition} with one of the "
                f"endings {', '.join(ENDINGS)}",
                allow_retries=False,
            )
        return files[partition]

    def add_partitions(self, instance: dg.DagsterInstance) -> list[str]:
        """Tells the instance of the files that it does not know; returns their partitions."""
        known = set(instance.get_dynamic_partitions(self.partitions.name))
        new = [key for key in self.files() if key not in known]
        instance.add_dynamic_partitions(self.partitions.name, new)
        return new

    def sensor(
        self,
        assets: Union[str, Sequence[str]],
        *,
        name: str = "new_vcf_files",
        run: bool = False,
        seconds_unchanged: float = 60.0,
        minimum_interval_seconds: Optional[int] = None,
    ) -> dg.SensorDefinition:
        """A sensor that adds the partitions of new files and, with `run`, starts the assets for them.

        With `run` it is off until it is turned on in Dagster, and leaves a file alone that has changed less than
        `seconds_unchanged` ago: it may be half a copy.
        """
        oldest = seconds_unchanged if run else 0.0

        @dg.sensor(
            name=name,
            target=dg.AssetSelection.assets(*([assets] if isinstance(assets, str) else assets)),
            minimum_interval_seconds=minimum_interval_seconds,
            default_status=dg.DefaultSensorStatus.STOPPED if run else dg.DefaultSensorStatus.RUNNING,
            description=f"adds a partition for each new VCF in {self.folder}",
        )
        def new_files(context: dg.SensorEvaluationContext):
            known = set(context.instance.get_dynamic_partitions(self.partitions.name))
            complete = time.time() - oldest
            new = [key for key, file in self.files().items() if key not in known and file.stat().st_mtime <= complete]
            if not new:
                return dg.SkipReason(f"no new file in {self.folder}")
            return dg.SensorResult(
                dynamic_partitions_requests=[self.partitions.build_add_request(new)],
                run_requests=[dg.RunRequest(partition_key=key) for key in new] if run else [],
            )

        return new_files
