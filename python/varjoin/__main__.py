"""python -m varjoin: the command."""
from ._command import main

main()
