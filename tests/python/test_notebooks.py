"""The notebooks run, on less data than a network needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))

#: What the first cell of a notebook says, for a shorter run.
SHORTER = {"seconds = 1800": "seconds = 40", "epochs = 6": "epochs = 1"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(path, as_version=4)
    if any("torch" in cell.source for cell in notebook.cells if cell.cell_type == "code"):
        pytest.importorskip("torch")
    for cell in notebook.cells:
        assert not cell.get("outputs"), "notebooks are kept without outputs"
        for long, short in SHORTER.items():
            cell.source = cell.source.replace(long, short)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
