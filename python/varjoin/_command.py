"""The command `varjoin`, which the package brings along."""
import os
import pathlib
import sys

COMMAND = pathlib.Path(__file__).parent / "bin" / "varjoin"


def main() -> None:
    """Becomes the command."""
    os.execv(COMMAND, ["varjoin", *sys.argv[1:]])
