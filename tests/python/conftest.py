"""What the tests of the Python package share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ganglion

ROOT = Path(__file__).parents[2]

#: A network that is trained in seconds.
CONFIG: dict[str, Any] = {
    "seed": 3,
    "recording": {"history_frames": 8, "validation": {"fraction": 0.1, "segments": 2}},
    "model": {"kind": "bn-cnn", "channels": [2], "kernels": [3], "readout": {"kind": "dense"}},
    "training": {
        "epochs": 3,
        "batch_frames": 128,
        "segment_frames": 32,
        "optimiser": {"kind": "adam", "learning_rate": 0.01},
    },
}


def noise(frames: int, seed: int) -> np.ndarray:
    """Binary checks `[frame, y, x]` as bytes."""
    random = np.random.default_rng(seed)
    return (255 * random.integers(0, 2, (frames, 8, 9))).astype(np.uint8)


def answers(movie: np.ndarray, cells: int = 3) -> np.ndarray:
    """Rates `[cell, frame]` of cells that like light in the middle, three frames late, each more slowly."""
    light = movie[:, 2:6, 2:6].mean(axis=(1, 2)) / 255 - 0.5
    late = np.concatenate([np.zeros(3), light[:-3]])
    rates = [np.convolve(late, np.ones(width) / width)[: len(movie)] for width in range(1, cells + 1)]
    return (20 * np.maximum(0, np.array(rates) + 0.3)).astype(np.float32)


@pytest.fixture(scope="session")
def arrays() -> dict[str, np.ndarray]:
    """A small recording as arrays."""
    train, test = noise(3000, 1), noise(400, 2)
    trials = np.random.default_rng(3).poisson(answers(test) * 0.01, (5, 3, 400)).astype(np.float32)
    return {
        "stimulus": train,
        "rates": answers(train),
        "test_stimulus": test,
        "test_rates": answers(test),
        "test_repeats": trials,
    }


@pytest.fixture(scope="session")
def recording(arrays: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> ganglion.Recording:
    """The same in a file."""
    made = ganglion.Recording.from_arrays(**arrays, frame_period_s=0.01, microns_per_pixel=50)
    return made.save(tmp_path_factory.mktemp("recording") / "noise.h5")


@pytest.fixture(scope="session")
def quickstart() -> ganglion.Model:
    """The model that comes with ganglion."""
    return ganglion.Model.open(ROOT / "models" / "quickstart")


def command(*typed: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs the command that the package carries."""
    words = [sys.executable, "-m", "ganglion", *map(str, typed)]
    done = subprocess.run(words, capture_output=True, text=True)
    if check:
        assert done.returncode == 0, done.stderr
    return done


def with_files(recording: ganglion.Recording) -> str:
    """The same config as a file of the command."""
    lines = [
        f"seed = {CONFIG['seed']}",
        f"recording = {{ files = ['{recording.path}'], history_frames = 8, "
        "validation = { fraction = 0.1, segments = 2 } }",
        "model = { kind = 'bn-cnn', channels = [2], kernels = [3], readout = { kind = 'dense' } }",
        "[training]",
        "epochs = 3",
        "batch_frames = 128",
        "segment_frames = 32",
        "optimiser = { kind = 'adam', learning_rate = 0.01 }",
    ]
    return "\n".join(lines)
