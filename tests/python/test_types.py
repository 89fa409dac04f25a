"""The package and a user's script are typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.parametrize("checked", ["crates/python/ganglion", "tests/python/typed_example.py"])
def test_mypy_is_content(checked: str) -> None:
    pytest.importorskip("mypy")
    words = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", checked]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
