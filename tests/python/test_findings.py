"""Receptive fields, comparisons and cards are those of the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import ganglion
from conftest import CONFIG, command
from ganglion import _native


def test_receptive_fields_are_those_of_the_command(recording: ganglion.Recording, tmp_path: Path) -> None:
    found = recording.receptive_fields(history_ms=80)
    told = command("receptive-fields", recording.path, "--history", 80, "--out", tmp_path / "fields", "--json")
    assert found.summary == json.loads(told.stdout)
    expected = _native.read_array(tmp_path / "fields" / "receptive-fields.h5", "average")
    assert found.fields.shape == (3, 8, 8, 9) and np.array_equal(found.fields, expected)
    assert found.space.shape == (3, 8, 9) and found.time.shape == (3, 8)
    assert list(found.lags_ms) == [80, 70, 60, 50, 40, 30, 20, 10]
    # Cells that like light in the middle.
    assert found.polarities == ["on"] * 3 and found.significant == [True] * 3
    assert "3 significant" in repr(found) and "<svg" in found._repr_svg_()
    with pytest.raises(ganglion.InvalidValueError, match='choose "average" or "decorrelated"'):
        recording.receptive_fields(estimate="best")  # type: ignore[arg-type]


def test_models_are_compared_as_by_the_command(recording: ganglion.Recording, tmp_path: Path) -> None:
    runs = [tmp_path / name for name in ("a", "b")]
    for seed, run in enumerate(runs):
        ganglion.train(recording, {**CONFIG, "seed": seed}, out=run, progress=False)
    a, b = (ganglion.Model.open(run) for run in runs)
    evaluation = a.evaluate(recording)
    ends = evaluation.intervals["pearson"]
    assert ends.shape == (3, 2)
    assert np.all(ends[:, 0] <= evaluation.scores["pearson"]) and np.all(evaluation.scores["pearson"] <= ends[:, 1])
    compared = ganglion.compare(a, [b], recording)
    told = command("evaluate", runs[0], "--against", runs[1], "--recording", recording.path, "--json")
    assert compared.summary == json.loads(told.stdout)
    assert "median" in repr(compared)


def test_a_card_is_that_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    card = quickstart.card(licence="CC-BY-4.0", dois=["10.1000/182"])
    told = command("card", quickstart.path, "--licence", "CC-BY-4.0", "--doi", "10.1000/182")
    assert card == told.stdout and "cc-by-4.0" in card and "10.1000/182" in card
    quickstart.card(tmp_path / "card", licence="CC-BY-4.0")
    copied = ganglion.Model.open(tmp_path / "card")
    assert copied.description["licence"] == "CC-BY-4.0"
    for name, weights in quickstart.state_dict().items():
        assert np.array_equal(weights, copied.state_dict()[name])
    quickstart.export(tmp_path / "network.onnx", format="onnx")
    assert (tmp_path / "network.onnx").stat().st_size > 0


def test_a_model_is_opened_by_its_name(
    quickstart: ganglion.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickstart.save(tmp_path / "lab" / "retina")
    monkeypatch.setenv("GANGLION_MODELS", str(tmp_path))
    named = ganglion.Model.open("lab/retina")
    movie = np.random.default_rng(5).normal(0, 0.5, (60, 20, 20)).astype(np.float32)
    assert np.array_equal(named.respond(movie), quickstart.respond(movie))
    found = named.experiment("step-response", cells=[0], progress=False)
    assert len(found.cells) == 1
