"""The `ganglion` command that the package carries: the same program, with the same results."""

import sys

from . import _native


def main() -> int:
    """Runs the command with what was typed, and returns its exit code."""
    return _native.command(["ganglion", *sys.argv[1:]])
