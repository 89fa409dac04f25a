"""Arrays in, arrays out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ganglion
from conftest import answers, noise


def test_arrays_come_back_as_they_were(arrays: dict[str, np.ndarray], recording: ganglion.Recording) -> None:
    assert np.array_equal(recording.stimulus, arrays["stimulus"])
    assert recording.stimulus.dtype == np.uint8
    assert np.array_equal(recording.rates, arrays["rates"])
    assert np.array_equal(recording.test_stimulus, arrays["test_stimulus"])
    trials = recording.test_repeats
    assert trials is not None and recording.repeats is None
    for cell, one in enumerate(trials):
        assert np.array_equal(one, arrays["test_repeats"][:, cell])
    assert recording.frame_period_s == pytest.approx(0.01, rel=1e-12)
    assert recording.microns_per_pixel == 50 and recording.has_test


def test_arrays_are_neither_copied_nor_writable(
    arrays: dict[str, np.ndarray], recording: ganglion.Recording
) -> None:
    memory = ganglion.Recording.from_arrays(**arrays, frame_period_s=0.01)
    assert np.shares_memory(memory.stimulus, arrays["stimulus"])
    assert np.shares_memory(memory.rates, arrays["rates"])
    for one in (memory, recording):
        assert np.shares_memory(one.stimulus, one.stimulus)
        assert np.shares_memory(one.rates, one.rates)
        with pytest.raises(ValueError):
            one.stimulus[0] = 1


def test_arrays_outlive_their_recording(arrays: dict[str, np.ndarray], recording: ganglion.Recording) -> None:
    assert recording.path is not None
    movie = ganglion.Recording.open(recording.path).stimulus
    assert np.array_equal(movie, arrays["stimulus"])


def test_spikes_become_counts_trials_and_rates() -> None:
    movie = noise(200, 4)
    spikes = np.random.default_rng(5).poisson(0.2, (4, 2, 200))
    made = ganglion.Recording.from_arrays(movie, spikes=spikes, frame_period_s=0.01)
    assert np.array_equal(made.response("binned"), spikes.sum(axis=0))
    trials = made.repeats
    assert trials is not None and np.array_equal(trials[1], spikes[:, 1])
    # A Gaussian of one bin, cut off at five: the weights sum to 1 away from the ends.
    kernel = np.exp(-0.5 * np.arange(-5, 6) ** 2.0)
    mean = spikes.mean(axis=0) / 0.01
    expected = [np.convolve(row, kernel / kernel.sum(), mode="same") for row in mean]
    assert np.allclose(made.rates, expected, rtol=1e-5, atol=1e-4)


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    movie, rates = noise(50, 6), answers(noise(50, 6))
    made = ganglion.Recording.from_arrays
    with pytest.raises(ganglion.InvalidValueError, match="rates.*movie 50 frames"):
        made(movie, rates[:, :40], frame_period_s=0.01)
    with pytest.raises(ValueError, match="stimulus has shape"):
        made(movie[0], rates, frame_period_s=0.01)
    with pytest.raises(ganglion.Error, match="give rates"):
        made(movie, frame_period_s=0.01)
    with pytest.raises(ganglion.Error, match="real numbers"):
        made(movie.astype(complex), rates, frame_period_s=0.01)
    with pytest.raises(ganglion.Error, match="no test_stimulus"):
        made(movie, rates, test_rates=rates, frame_period_s=0.01)
    saved = made(movie, rates, frame_period_s=0.01).save(tmp_path / "a.h5")
    with pytest.raises(ganglion.Error, match="exists"):
        made(movie, rates, frame_period_s=0.01).save(tmp_path / "a.h5")
    with pytest.raises(ganglion.Error, match="copy it"):
        saved.save(tmp_path / "b.h5")
    with pytest.raises(ganglion.InvalidValueError, match="'none'; it has firing_rate_10ms"):
        saved.response("none")
    with pytest.raises(FileNotFoundError, match="missing.h5"):
        ganglion.Recording.open(tmp_path / "missing.h5")
