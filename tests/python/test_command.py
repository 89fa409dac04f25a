"""The command that the package carries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import ganglion
from conftest import ROOT, command, with_files

#: The program that cargo built, if it is there.
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "ganglion"


def test_it_is_the_same_program() -> None:
    if not PROGRAM.exists():
        pytest.skip("the program is not built; cargo build")
    for words in (["--help"], ["--version"], ["train", "--help"], ["--device", "list"], ["train"], []):
        one = command(*words, check=False)
        other = subprocess.run([str(PROGRAM), *words], capture_output=True, text=True)
        assert (one.returncode, one.stdout, one.stderr) == (
            other.returncode,
            other.stdout,
            other.stderr,
        ), words


def test_versions_agree() -> None:
    assert command("--version").stdout.startswith(f"ganglion {ganglion.__version__}")


def test_exit_codes_are_those_of_the_program(tmp_path: Path) -> None:
    missing = command("inspect", tmp_path / "none.h5", check=False)
    assert missing.returncode == 1 and missing.stderr.startswith("error: ")
    assert command("experiment", "none", "--phenomenon", "none", check=False).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_ctrl_c_ends_it(recording: ganglion.Recording, tmp_path: Path) -> None:
    config = with_files(recording).replace("epochs = 3", "epochs = 4000")
    (tmp_path / "config.toml").write_text(config)
    words = ["-m", "ganglion", "train", tmp_path / "config.toml", "--out", tmp_path / "run"]
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "parameters" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == -signal.SIGINT
