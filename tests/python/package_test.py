"""The package as users get it: its wheel, installed into a fresh environment.

usage: package_test.py wheel SOURCE BUILD FOLDER     packs the wheel of a build folder, and installs it
       package_test.py test SOURCE FOLDER PYTEST…    runs python/tests with it
"""
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path


def wheel(source, build, folder):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, source / "python/make_wheel.py", source, build, folder / "dist"], check=True)
    packed, = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv")
    python = folder / "venv/bin/python"
    # What the tests need besides is that of the environment that runs this; the package is not in there.
    site = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True,
                          capture_output=True, text=True).stdout.strip()
    Path(site, "tools.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps",
                    "--disable-pip-version-check", packed], check=True)


def test(source, folder, options):
    packed, = (folder / "dist").glob("*.whl")
    # Not in the source folder: the package is the installed one.
    done = subprocess.run([folder / "venv/bin/python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--rootdir",
                           source, "-c", source / "pyproject.toml", source / "python/tests",
                           f"--ignore-glob={source}/python/tests/test_dagster*", *options], cwd=folder,
                          env=dict(os.environ, VARJOIN_WHEEL=str(packed)))
    sys.exit(done.returncode)


def main():
    paths = [Path(argument).resolve() for argument in sys.argv[2:5]]
    if sys.argv[1] == "wheel":
        wheel(*paths)
    else:
        test(*paths[:2], sys.argv[4:])


main()
