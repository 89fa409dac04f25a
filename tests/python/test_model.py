"""A model answers movies, as the command's does."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import ganglion
from conftest import ROOT, command
from ganglion import _native


def movie(frames: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.5, (frames, 20, 20)).astype(np.float32)


def test_rates_are_those_of_the_command(quickstart: ganglion.Model, tmp_path: Path) -> None:
    shown = movie(700)
    _native.write_array(tmp_path / "movie.h5", "movie", shown)
    command("respond", quickstart.path, "--stimulus", f"{tmp_path}/movie.h5:movie", "--out", tmp_path / "a.h5")
    expected = _native.read_array(tmp_path / "a.h5", "response")
    rates = quickstart.respond(shown)
    assert rates.shape == (12, 700 - quickstart.history)
    assert np.array_equal(rates, expected.T)


def test_bytes_and_floats_and_clips_agree(quickstart: ganglion.Model) -> None:
    shown = np.random.default_rng(2).integers(60, 140, (90, 20, 20)).astype(np.uint8)
    rates = quickstart.respond(shown, raw=True)
    assert np.array_equal(rates, quickstart.respond(shown.astype(float), raw=True))
    history = quickstart.history
    clips = np.stack([shown[start : start + history] for start in range(50)])
    found = quickstart.respond(clips, raw=True)
    # Single precision: a segment's transform adds up in another order than a clip's.
    assert np.allclose(found, rates, rtol=1e-4, atol=1e-4)


def test_what_does_not_fit_is_refused_or_told(quickstart: ganglion.Model) -> None:
    with pytest.raises(ganglion.InvalidValueError, match=r"\[90, 19, 20\], but the model sees movies"):
        quickstart.respond(movie(90)[:, 1:])
    broken = movie(90)
    broken[3, 2, 1] = np.nan
    with pytest.raises(ganglion.InvalidValueError, match=r"NaN at \[3, 2, 1\]"):
        quickstart.respond(broken)
    with pytest.warns(ganglion.GanglionWarning, match="raw") as told:
        quickstart.respond(100 * movie(90))
    assert told[0].filename == __file__
    with pytest.raises(FileNotFoundError):
        ganglion.Model.open(ROOT / "models" / "none")


#: A movie of 200 MB, and how much more memory its responses took at most.
MEMORY = """
import numpy as np, ganglion

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

weights = {"sequential.1.weight": np.full((1, 4 * 400), 1e-3, "f4"), "sequential.1.bias": np.zeros(1, "f4")}
model = ganglion.Model.from_state_dict(weights, frame_size=(20, 20), flatten_order="channels-first",
    output_activation="softplus", frame_period_ms=10, cells=[0], normalisation=(0, 1))
model.respond(np.ones((600, 20, 20), "f4"))
movie = np.ones((131072, 20, 20), "f4")
assert movie.nbytes > 200e6
before = peak()
model.respond(movie)
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_a_large_movie_is_not_copied() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", MEMORY], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # Chunks of 512 frames and the rates: a few megabytes.
    assert float(done.stdout) < 50, done.stdout


def test_other_threads_run_meanwhile(quickstart: ganglion.Model) -> None:
    shown = movie(20000)
    counted, done = 0, threading.Event()

    def respond() -> None:
        quickstart.respond(shown)
        done.set()

    thread = threading.Thread(target=respond)
    thread.start()
    while not done.is_set():
        counted += 1
        time.sleep(0.001)
    thread.join()
    # A call that kept the lock would let this thread run once or twice.
    assert counted > 5


def test_a_model_goes_to_its_arrays_and_back(quickstart: ganglion.Model, tmp_path: Path) -> None:
    text = (quickstart.path / "model.toml").read_text()
    back = ganglion.Model.from_state_dict(quickstart.state_dict(), description=text)
    shown = movie(200)
    # A factorised kernel comes back as the full one: products are rounded once more.
    assert np.allclose(back.respond(shown), quickstart.respond(shown), rtol=1e-4, atol=1e-3)
    assert back.cells == quickstart.cells and back.import_report
    back.save(tmp_path / "model")
    again = ganglion.Model.open(tmp_path / "model")
    assert np.array_equal(again.respond(shown), back.respond(shown))
    with pytest.raises(ganglion.Error, match="another --out"):
        back.save(tmp_path / "model")


def test_what_weights_do_not_say_is_told(quickstart: ganglion.Model) -> None:
    with pytest.warns(ganglion.GanglionWarning) as told:
        ganglion.Model.from_state_dict(quickstart.state_dict(), microns_per_pixel=50)
    texts = [str(one.message) for one in told]
    assert any("frame_period_ms" in text for text in texts), texts
    assert not any("microns_per_pixel" in text for text in texts), texts
    weights = quickstart.state_dict()
    del weights["sequential.0.weight"]
    with pytest.raises(ganglion.Error, match="memory"):
        ganglion.Model.from_state_dict(weights)
    with pytest.raises(ganglion.InvalidValueError, match="softplus"):
        ganglion.Model.from_state_dict({}, output_activation="relu")


def test_a_model_goes_to_pytorch_and_back(quickstart: ganglion.Model) -> None:
    torch = pytest.importorskip("torch")
    clips = movie(40 * 30).reshape(30, 40, 20, 20)
    network = quickstart.to_torch()
    with torch.no_grad():
        found = network(torch.from_numpy(clips)).numpy()
    expected = quickstart.respond(clips).T
    # Single precision, relative to the largest rate.
    assert np.abs(found - expected).max() < 1e-4 * expected.max()
    text = (quickstart.path / "model.toml").read_text()
    back = ganglion.Model.from_state_dict(network.state_dict(), description=text)
    assert np.allclose(back.respond(clips), expected.T, rtol=1e-4, atol=1e-3)
