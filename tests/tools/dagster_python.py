"""A Python that has Dagster, its web server and pytest."""
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import venv

SKIPPED = 77
MODULES = ("dagster", "dagster_webserver", "pytest")
PACKAGES = ("dagster==1.13.27", "dagster-webserver==1.13.27", "pytest>=8,<10")  # one version of the first two


def run_with_dagster(folder):
    """Returns if this Python has them. Otherwise starts the program anew with a virtual environment's in `folder`, made
    if it is not there; ends the program as skipped if that can't be done.
    """
    if all(importlib.util.find_spec(name) for name in MODULES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = folder / "venv" / "bin" / "python"
        if not (folder / "venv" / "complete").exists():
            try:
                venv.create(folder / "venv", with_pip=True, clear=True)
                subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, timeout=900)
                (folder / "venv" / "complete").touch()
            except (OSError, subprocess.SubprocessError) as error:
                shutil.rmtree(folder / "venv", ignore_errors=True)
                print(f"skipped: Dagster can't be installed: {error}")
                sys.exit(SKIPPED)
    os.execv(python, [str(python), *sys.argv])
