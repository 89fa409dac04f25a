"""Arrays in, arrays out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ganglion
from conftest import ROOT, answers, command, noise


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


def test_spike_times_are_counted_in_frames() -> None:
    movie = noise(200, 4)
    random = np.random.default_rng(7)
    # Inside the movie of 2 s, at its ends and at the borders of frames.
    times = [np.sort(random.uniform(0, 2, 150)), np.array([0.0, 0.01, 1.25]), np.array([])]
    made = ganglion.Recording.from_arrays(movie, spike_times=times, frame_period_s=0.01)
    counts = made.response("binned")
    assert counts.shape == (3, 200) and counts[2].sum() == 0
    edges = 0.01 * np.arange(201)
    assert np.array_equal(counts[0], np.histogram(times[0], edges)[0])
    assert list(np.flatnonzero(counts[1])) == [0, 1, 125]
    twice = ganglion.Recording.from_arrays(movie, spike_times=[times, times], frame_period_s=0.01)
    assert np.array_equal(twice.response("binned"), 2 * counts)
    trials = twice.repeats
    assert trials is not None and np.array_equal(trials[0], [counts[0], counts[0]])
    with pytest.warns(ganglion.GanglionWarning, match="150 of 150 spikes lie outside the movie, 0 to 2 s") as told:
        ganglion.Recording.from_arrays(movie, spike_times=[1000 * times[0] + 2], frame_period_s=0.01)
    assert told[0].filename == __file__


def test_spike_times_in_the_place_of_counts_are_told_where_they_go() -> None:
    movie = noise(200, 4)
    made = ganglion.Recording.from_arrays
    with pytest.raises(ganglion.InvalidValueError, match="spike times of each cell as spike_times"):
        made(movie, spikes=[[0.1, 0.2], [0.3]], frame_period_s=0.01)
    with pytest.raises(ganglion.InvalidValueError, match="spike times go into test_spike_times"):
        made(movie, spike_times=[[0.1]], test_stimulus=movie, test_spikes=[[0.1, 0.2]], frame_period_s=0.01)
    with pytest.raises(ganglion.InvalidValueError, match="not both"):
        made(movie, spikes=np.ones((1, 200)), spike_times=[[0.1]], frame_period_s=0.01)
    with pytest.raises(ganglion.InvalidValueError, match="the same cells in every trial"):
        made(movie, spike_times=[[[0.1], [0.2]], [[0.1]]], frame_period_s=0.01)


NWB = ROOT / "crates" / "recording" / "tests" / "fixtures" / "noise.nwb"


def test_nwb_files_become_recordings(tmp_path: Path) -> None:
    choices = {"test": ["test_1", "test_2", "test_3"], "bin_ms": 10}
    made = ganglion.Recording.from_nwb(NWB, {"nwb": {"stimulus": "noise", "bin_ms": 20}}, **choices)
    assert made.stimulus.shape == (240, 5, 4) and made.frame_period_s == pytest.approx(0.01)
    assert made.test_repeats is not None and len(made.test_repeats) == 5
    # The same as the command.
    out = tmp_path / "command.h5"
    settings = [f"--set=nwb.{key}={value}" for key, value in {"stimulus": "noise", **choices}.items()]
    command("import", NWB, "--out", out, *settings)
    same = ganglion.Recording.open(out)
    assert np.array_equal(made.rates, same.rates) and np.array_equal(made.stimulus, same.stimulus)
    kept = ganglion.Recording.from_nwb(NWB, stimulus="noise", out=tmp_path / "kept.h5")
    assert kept.path == tmp_path / "kept.h5"
    with pytest.raises(ganglion.Error, match="exists"):
        ganglion.Recording.from_nwb(NWB, stimulus="noise", out=tmp_path / "kept.h5")
    ganglion.Recording.from_nwb(NWB, stimulus="noise", out=tmp_path / "kept.h5", overwrite=True)
    with pytest.warns(ganglion.GanglionWarning, match="nwb.bin_ms = 10"):
        ganglion.Recording.from_nwb(NWB, stimulus="noise", bin_ms=50)
    with pytest.raises(ganglion.InvalidValueError, match="bin_m"):
        ganglion.Recording.from_nwb(NWB, bin_m=10)


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
