"""Experiments, attributions and circuits, as the command's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import ganglion
from conftest import command
from ganglion import _native

CELLS = [0, 5]
LIST = "0,5"

#: A short probe: enough to find something, not to find it well.
PROBE = {"reduction": {"identify": {"probe": {"duration": 3000}}}}


def written(folder: Path, config: object) -> Path:
    path = folder / "config.toml"
    path.write_text("[reduction.identify]\nprobe = { duration = 3000 }\n")
    assert json.loads(_native.Config.of_path(path).json()) == config
    return path


def test_experiments_are_those_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    made = quickstart.experiment("latency", cells=CELLS)
    words = ("experiment", quickstart.path, "--phenomenon", "latency", "--cells", LIST)
    expected = json.loads(command(*words, "--json", "--out", tmp_path / "latency").stdout)
    assert made.summary["cells"] == expected["cells"]
    assert made.present.shape == (2,) and set(made.metrics) == set(expected["cells"][0]["metrics"])
    for number, condition in enumerate(made.conditions):
        rates = _native.read_array(tmp_path / "latency" / "responses.h5", f"response/{number:03}")
        assert np.array_equal(condition.rates, rates)
        assert len(condition.time_ms) == rates.shape[1]
    assert all(figure.startswith("<?xml") for figure in made.figures.values()) and made.figures
    assert "latency" in repr(made) and "<img" in made._repr_html_()


def test_an_experiment_has_a_name_that_there_is(quickstart: ganglion.Model) -> None:
    with pytest.raises(ganglion.InvalidValueError, match="omitted-stimulus"):
        quickstart.experiment("no-such")
    with pytest.raises(ganglion.InvalidValueError, match="name a phenomenon"):
        quickstart.experiment()
    with pytest.raises(ganglion.Error, match="2 experiments: name one"):
        both = [{"phenomenon": "latency"}, {"phenomenon": "omitted-stimulus"}]
        quickstart.experiment(config={"experiments": both}, cells=[0])
    with pytest.raises(ganglion.Error, match="cell 99"):
        quickstart.experiment("latency", cells=[99])


def test_circuits_are_those_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    circuits = quickstart.identify(config=PROBE, cells=CELLS)
    config = written(tmp_path, PROBE)
    words = ("identify", quickstart.path, config, "--cells", LIST, "--out", tmp_path / "found", "--json")
    expected = json.loads(command(*words).stdout)
    assert json.loads(json.dumps(circuits.summary)) == expected
    assert [one.cell for one in circuits] == CELLS
    for circuit in circuits:
        text = (tmp_path / "found" / f"cell{circuit.cell}-circuit.toml").read_text()
        assert circuit.to_toml() == text
        figure = (tmp_path / "found" / f"cell{circuit.cell}-circuit.svg").read_text()
        assert circuit.svg() == circuit._repr_svg_() == figure
        opened = ganglion.Circuit.open(tmp_path / "found" / f"cell{circuit.cell}-circuit.toml")
        assert opened.to_toml() == text and opened.pathways[0].probability is None
    pathway = circuits[0].pathways[0]
    assert pathway.polarity in ("on", "off") and pathway.sign in ("excitatory", "inhibitory")
    assert 0 <= pathway.share <= 1 and pathway.probability is not None
    assert pathway.kernel.shape[0] == quickstart.history == len(pathway.time_course)
    assert pathway.name in repr(circuits[0]) and "cell 0" in repr(circuits)
    assert circuits.of_cell(5) is circuits[1] and circuits.of_cell(3) is None
    shown = np.zeros((60, 20, 20), dtype=np.float32)
    rates = circuits[0].respond(shown)
    assert rates.shape == (61 - quickstart.history,) and np.ptp(rates) == 0


def test_reductions_are_those_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    table = {"also_absent": True, "most_cells": 1, "identify": {"probe": {"duration": 3000}}}
    circuits = quickstart.reduce("latency", config={"reduction": table}, cells=[0])
    path = tmp_path / "config.toml"
    path.write_text("[reduction]\nalso_absent = true\nmost_cells = 1\nidentify = { probe = { duration = 3000 } }\n")
    words = ("reduce", quickstart.path, path, "--phenomenon", "latency", "--cells", "0")
    expected = json.loads(command(*words, "--out", tmp_path / "out", "--json").stdout)
    assert circuits.summary == expected
    assert circuits[0].to_toml() == (tmp_path / "out" / "cell0-circuit.toml").read_text()
    assert circuits[0].describe() == expected["cells"][0]["description"]
    assert circuits[0].not_stated_because == expected["cells"][0].get("not_stated_because")


def test_attributions_are_those_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    shown = np.random.default_rng(7).normal(0, 0.5, (60, 20, 20)).astype(np.float32)
    found = quickstart.attribute(stimulus=shown, cells=[0])
    _native.write_array(tmp_path / "movie.h5", "movie", shown)
    words = ("attribute", quickstart.path, "--stimulus", f"{tmp_path}/movie.h5:movie", "--cells", "0")
    command(*words, "--out", tmp_path / "out")
    names = _native.array_names(tmp_path / "out" / "attribution.h5")
    assert set(found) == set(names) and len(found) == len(names) > 2
    for name, (dims, units) in names.items():
        array = found.labelled(name)
        expected = _native.read_array(tmp_path / "out" / "attribution.h5", name)
        assert np.array_equal(array.values, expected, equal_nan=True), name
        assert array.dims == tuple(dims) and array.units == units
    xarray = pytest.importorskip("xarray")
    array = found["attribution"]
    assert isinstance(array, xarray.DataArray) and "channel" in array.dims
    assert found.cells[0]["cell"] == 0


def test_a_simulated_retina_is_a_subject_with_a_truth(tmp_path: Path) -> None:
    config = {
        "simulation": {
            "repeats": 2,
            "screen": {"height": 14, "width": 16},
            "mosaic": {"count": 1, "spacing": 150, "margin": 250},
            "natural": {"train_seconds": 8, "test_seconds": 2},
        }
    }
    retina = ganglion.simulate(config, seed=5)
    assert "naturalscene" in retina.recordings and retina.circuit
    recording = retina.recordings["naturalscene"]
    assert recording.stimulus.shape[1:] == (14, 16) and recording.rates.shape[1] == len(recording.stimulus)
    outcome = retina.experiment("latency", cells=[0])
    silenced = retina.experiment("latency", cells=[0], without=("inhibition",))
    assert outcome.summary["subject"] == "simulated retina" and silenced.summary["without"] == ["inhibition"]
    folder = retina.path.parent
    del retina, outcome
    assert folder.is_dir() and len(recording.rates) > 0
    del recording
    assert not folder.exists()
