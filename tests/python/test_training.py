"""Training: the same bytes as the command's, and Ctrl-C."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ganglion
from conftest import CONFIG, command, with_files
from ganglion import _native


@pytest.fixture(scope="module")
def run(recording: ganglion.Recording, tmp_path_factory: pytest.TempPathFactory) -> ganglion.Run:
    return ganglion.train(recording, CONFIG, out=tmp_path_factory.mktemp("runs") / "run")


def test_runs_are_those_of_the_command(
    run: ganglion.Run, recording: ganglion.Recording, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(with_files(recording))
    command("train", tmp_path / "config.toml", "--out", tmp_path / "run")
    for name in ("model/model.safetensors", "model/model.toml", "history.csv", "config.toml"):
        assert (run.path / name).read_bytes() == (tmp_path / "run" / name).read_bytes(), name
    assert run.epochs == 3 and len(run.history["train_loss"]) == 3
    text = command("evaluate", tmp_path / "run", "--recording", recording.path, "--json").stdout
    expected = json.loads(text)
    found = run.model.evaluate(recording)
    assert found.summary["cells"] == expected["cells"]
    assert found.scores["pearson"].tolist() == [cell["pearson"] for cell in expected["cells"]]
    assert found.predicted.shape == found.recorded.shape == (3, 400 - 8)
    assert found.first_bin == 8 and 0.1 < found.median_correlation <= 1


def test_every_form_of_a_config_trains_the_same(
    run: ganglion.Run, recording: ganglion.Recording, arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    expected = run.model.state_dict()
    text = ganglion.train(recording, with_files(recording))
    # Arrays that are in no file yet.
    memory = ganglion.Recording.from_arrays(**arrays, frame_period_s=0.01, microns_per_pixel=50)
    for other in (text, ganglion.train(memory, CONFIG, out=tmp_path / "memory")):
        assert {name: array.tolist() for name, array in other.model.state_dict().items()} == {
            name: array.tolist() for name, array in expected.items()
        }
    assert (tmp_path / "memory-recording.h5").is_file()
    assert not np.array_equal(
        ganglion.train(recording, CONFIG, seed=4).model.state_dict()["sequential.0.weight"],
        expected["sequential.0.weight"],
    )


def test_a_temporary_run_goes_with_its_objects(recording: ganglion.Recording) -> None:
    run = ganglion.train(recording, CONFIG | {"training": CONFIG["training"] | {"epochs": 1}})
    path, model = run.path, run.model
    del run
    assert path.is_dir() and model.path.is_dir()
    del model
    assert not path.exists()


def test_mistakes_are_told_as_the_command_tells_them(recording: ganglion.Recording, tmp_path: Path) -> None:
    wrong: dict[str, Any] = CONFIG | {"training": {"epoch": 3}}
    with pytest.raises(ganglion.InvalidValueError, match="epochs"):
        ganglion.train(recording, wrong)
    (tmp_path / "config.toml").write_text(with_files(recording).replace("epochs", "epoch"))
    told = command("train", tmp_path / "config.toml", "--out", tmp_path / "run", check=False).stderr
    with pytest.raises(ValueError) as raised:
        ganglion.train(recording, tmp_path / "config.toml")
    assert str(raised.value) == told.strip().removeprefix("error: ")
    with pytest.raises(FileNotFoundError, match="none.toml"):
        ganglion.train(recording, tmp_path / "none.toml")
    with pytest.raises(ganglion.InvalidValueError, match="not valid TOML"):
        ganglion.train(recording, "epochs = = 3")


def test_what_is_done_is_logged(recording: ganglion.Recording, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ganglion")
    ganglion.train(recording, CONFIG)
    assert "epoch 3/3" in caplog.text and "parameters for 3 cells" in caplog.text


#: Trains for long, and tells how it ended.
INTERRUPTED = """
import json, sys, ganglion
recording, config, out = sys.argv[1:]
print("begun", flush=True)
try:
    ganglion.train(recording, json.loads(config), out=out)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_ctrl_c_stops_training_and_leaves_a_run(recording: ganglion.Recording, tmp_path: Path) -> None:
    long = CONFIG | {"training": CONFIG["training"] | {"epochs": 400}}
    out = tmp_path / "run"
    arguments = [str(recording.path), json.dumps(long), str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    while not (out / "history.csv").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.communicate()[0] == "interrupted\n"
    done = len(json.loads(_native.history(out)))
    assert 0 < done < 400
    # The run goes on from there, to the weights of one that was not interrupted.
    short = CONFIG | {"training": CONFIG["training"] | {"epochs": done + 2}}
    (out / "config.toml").write_text((out / "config.toml").read_text().replace("400", str(done + 2)))
    resumed = ganglion.train(recording, short, out=out, resume=True)
    whole = ganglion.train(recording, short)
    assert resumed.epochs == done + 2
    weights = [{k: v.tolist() for k, v in one.model.state_dict().items()} for one in (resumed, whole)]
    assert weights[0] == weights[1]
