"""Recordings of ganglion cells."""

from __future__ import annotations

import filecmp
import json
import os
from pathlib import Path
from typing import Any, Literal, Sequence, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._arrays import Floats, Pixels, floats, pixels, read_only
from ._folders import Folder, PathLike
from ._progress import Reporter, warn
from .config import Config, native
from .errors import InvalidValueError
from .receptive_fields import ReceptiveFields

#: A part of a recording: `test` is held back from training.
PartitionName: TypeAlias = Literal["train", "test"]

#: Spike times of each cell, or of each cell in each trial, seconds.
SpikeTimes: TypeAlias = "Sequence[ArrayLike] | Sequence[Sequence[ArrayLike]]"

#: The response that is meant where none is named.
RATES = _native.RATE


class Recording:
    """A movie that was shown to a retina, and what its cells answered.

    Opened with `Recording.open`, made of arrays with `Recording.from_arrays`, or of an NWB file with
    `Recording.from_nwb`. Arrays are loaded when
    they are first asked for, are not copied, and cannot be written to.
    """

    def __init__(self, source: _File | _Memory, folder: Folder | None = None) -> None:
        self._source = source
        # A temporary folder goes with the last recording in it.
        self._folder = folder

    @classmethod
    def open(cls, path: PathLike) -> Recording:
        """Opens an HDF5 file in the layout of deep-retina. Its metadata are read and checked."""
        return cls(_File(Path(path)))

    @classmethod
    def from_nwb(
        cls,
        path: PathLike,
        config: Config | None = None,
        *,
        out: PathLike | None = None,
        overwrite: bool = False,
        **choices: Any,
    ) -> Recording:
        """A recording of an NWB 2 file, as `ganglion import` makes it. What is unusual is a `GanglionWarning`.

        `config`
            with the table `nwb`, as a dict, the text of a TOML file, or its path. `ganglion inspect FILE.nwb` ends
            with what a file leaves open.
        `choices`
            keys of that table, which go before those of `config`, such as `stimulus="noise"`, `test=["test_1", "test_2"]`,
            `bin_ms=10` and `microns_per_pixel=50`; docs/configuration.md has them all.
        `out`
            file of the recording; without one it is in a temporary folder that goes with the recording.
        """
        tables: dict[str, Any] = {} if config is None else json.loads(native(config).json())
        tables["nwb"] = {**tables.get("nwb", {}), **choices}
        folder = Folder() if out is None else None
        place = folder.path / "recording.h5" if folder else Path(out or "")
        for warning in _native.import_nwb(Path(path), native(tables), place, overwrite):
            warn(warning)
        return cls(_File(place), folder)

    @classmethod
    def from_arrays(
        cls,
        stimulus: ArrayLike,
        rates: ArrayLike | None = None,
        *,
        frame_period_s: float,
        microns_per_pixel: float | None = None,
        spikes: ArrayLike | None = None,
        spike_times: SpikeTimes | None = None,
        repeats: ArrayLike | None = None,
        test_stimulus: ArrayLike | None = None,
        test_rates: ArrayLike | None = None,
        test_spikes: ArrayLike | None = None,
        test_spike_times: SpikeTimes | None = None,
        test_repeats: ArrayLike | None = None,
        stimulus_class: str | None = None,
    ) -> Recording:
        """A recording of arrays.

        `stimulus`
            `[frame, y, x]`, in whatever units: training normalises it. Bytes stay bytes, all else becomes
            single floats; C-contiguous arrays of these types are kept as they are.
        `rates`
            `[cell, frame]` in Hz; NaN where nothing was recorded.
        `spikes`
            in the place of rates: spikes in each frame, `[cell, frame]`, or `[trial, cell, frame]` where
            the movie was shown several times. Rates are their mean under a Gaussian of 10 ms.
        `spike_times`
            in the place of `spikes`: for each cell its spike times in seconds, counted from when the first frame
            appears, or a list of that for each trial. They are counted in each frame as the import of NWB files does,
            from its start to before its end; times before and after the movie are left out, and told where they
            are many.
        `repeats`
            single trials `[repeat, cell, frame]`, rates or spikes, for noise ceilings; the trials of
            `spikes` unless given.
        `frame_period_s`, `microns_per_pixel`
            duration of a frame in seconds, and the side of a pixel on the retina; experiments need it.
        `test_...`
            the same of a part that is held back from training, to evaluate models with.
        """
        if not frame_period_s > 0:
            raise InvalidValueError(f"frame_period_s is {frame_period_s}: give seconds above 0")
        spikes = spikes_of("", stimulus, spikes, spike_times, frame_period_s)
        train = _Part.of("", stimulus, rates, spikes, repeats)
        test = None
        if test_stimulus is not None:
            test_spikes = spikes_of("test_", test_stimulus, test_spikes, test_spike_times, frame_period_s)
            test = _Part.of("test_", test_stimulus, test_rates, test_spikes, test_repeats)
        elif any(one is not None for one in (test_rates, test_spikes, test_spike_times, test_repeats)):
            raise InvalidValueError("there are test responses, but no test_stimulus")
        memory = _Memory(train, test, float(frame_period_s), microns_per_pixel, stimulus_class)
        return cls(memory)

    def save(self, path: PathLike, *, overwrite: bool = False) -> Recording:
        """Writes a recording of arrays to a file, which `ganglion` reads as well, and opens it."""
        if not isinstance(self._source, _Memory):
            raise InvalidValueError(f"{self.path} is a file already; copy it")
        self._source.write(Path(path), overwrite)
        return Recording.open(path)

    @property
    def path(self) -> Path | None:
        """The file; None of arrays in memory."""
        return self._source.path if isinstance(self._source, _File) else None

    @property
    def frame_period_s(self) -> float:
        """Time from one frame to the next, seconds."""
        return self._source.frame_period_s

    @property
    def microns_per_pixel(self) -> float | None:
        """Side of a pixel on the retina, micrometres, where known."""
        return self._source.microns_per_pixel

    @property
    def stimulus_class(self) -> str | None:
        """What was shown, where the recording says."""
        return self._source.stimulus_class

    @property
    def notes(self) -> list[str]:
        """What is unusual about it."""
        return self._source.notes

    @property
    def has_test(self) -> bool:
        """Whether a part is held back from training."""
        return self._source.has("test")

    def responses(self, partition: PartitionName = "train") -> list[str]:
        """Names of the responses."""
        return self._source.responses(partition)

    def response(self, name: str = RATES, partition: PartitionName = "train") -> Floats:
        """A response `[cell, frame]` by its name: Hz, or spikes in a frame for `binned`."""
        return self._source.response(partition, name)

    @property
    def stimulus(self) -> Pixels:
        """The movie `[frame, y, x]`."""
        return self._source.stimulus("train")

    @property
    def rates(self) -> Floats:
        """Firing rates `[cell, frame]`, Hz."""
        return self.response()

    @property
    def repeats(self) -> list[Floats | None] | None:
        """Single trials `[repeat, frame]` of each cell, where there are any."""
        return self._source.repeats("train")

    @property
    def test_stimulus(self) -> Pixels:
        """The movie of the part that is held back, `[frame, y, x]`."""
        return self._source.stimulus("test")

    @property
    def test_rates(self) -> Floats:
        """Its firing rates `[cell, frame]`, Hz."""
        return self.response(partition="test")

    @property
    def test_repeats(self) -> list[Floats | None] | None:
        """Its single trials `[repeat, frame]` of each cell, where there are any."""
        return self._source.repeats("test")

    def receptive_fields(
        self,
        *,
        partition: PartitionName = "train",
        cells: Sequence[int] | None = None,
        response: str | None = None,
        history_ms: float | None = None,
        estimate: Literal["average", "decorrelated"] | None = None,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> ReceptiveFields:
        """Where, when and how the cells look, by reverse correlation, with the significance of each field.

        `response`
            a dataset of responses; spikes where they are known, or else the least smoothed rates.
        `history_ms`
            how far back fields reach, milliseconds; 400 unless given.
        `estimate`
            the plain average, or the field without the movie's own correlations; by default the average where the
            movie is white.
        `out`
            folder for tables, arrays and the figure, as `ganglion receptive-fields` writes them.
        """
        with Reporter(progress) as reporter:
            text, fields, space, time, svg = _native.receptive_fields(
                self._file(),
                partition,
                None if cells is None else list(cells),
                response,
                history_ms,
                estimate,
                None if out is None else Path(out),
                overwrite,
                reporter,
            )
        summary = json.loads(text)
        lags = np.arange(summary["history_frames"], 0, -1) * summary["frame_period_ms"]
        found = summary["cells"]
        polarities = [cell["polarity"] for cell in found]
        cells_of = [cell["cell"] for cell in found]
        return ReceptiveFields(fields, space, time, lags, cells_of, polarities, summary, svg)

    def inspect(self) -> dict[str, Any]:
        """What it holds and whether it can be trained on, as `ganglion inspect --json` says it."""
        found: dict[str, Any] = json.loads(_native.Recording.open(self._file()).inspect())
        return found

    def __repr__(self) -> str:
        frames, height, width = self._source.shape("train")
        where = "in memory" if self.path is None else os.fspath(self.path)
        test = f", {self._source.shape('test')[0]} of them apart" if self.has_test else ""
        return (
            f"<Recording {where}: {self._source.cells} cells, {frames} frames of {height} x {width} "
            f"pixels{test}, {1e3 * self.frame_period_s:g} ms a frame>"
        )

    def _file(self) -> Path:
        """The file; a recording of arrays is written to a temporary one first, once."""
        return self._source.file()

    def _file_beside(self, run: Path) -> Path:
        """The same for a run that may be resumed: arrays are written beside it, as RUN-recording.h5."""
        if isinstance(self._source, _File):
            return self._source.path
        place = run.with_name(f"{run.name}-recording.h5")
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            self._source.write(place, False)
        elif not filecmp.cmp(place, self._source.file(), shallow=False):
            raise InvalidValueError(f"{place} is there already and holds another recording; choose another out")
        return place


def opened(recording: Recording | PathLike) -> Recording:
    """A recording, opened if it is a path."""
    return recording if isinstance(recording, Recording) else Recording.open(recording)


class _File:
    """A recording in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.native = _native.Recording.open(path)
        self.frame_period_s = self.native.frame_period_s
        self.microns_per_pixel = self.native.microns_per_pixel
        self.stimulus_class = self.native.stimulus_class
        self.notes = self.native.notes
        self.parts = {name: (cells, names) for name, _, cells, names in self.native.partitions}
        self.cells = max((cells for cells, _ in self.parts.values()), default=0)
        self.loaded: dict[str, _native.Partition] = {}
        self.others: dict[tuple[str, str], Floats] = {}

    def has(self, partition: PartitionName) -> bool:
        return partition in self.parts

    def responses(self, partition: PartitionName) -> list[str]:
        return list(self.parts[partition][1]) if self.has(partition) else []

    def main_response(self, partition: PartitionName) -> str:
        """The response that is loaded with the movie."""
        names = self.responses(partition)
        return RATES if RATES in names or not names else names[0]

    def load(self, partition: PartitionName) -> _native.Partition:
        if partition not in self.loaded:
            self.loaded[partition] = self.native.load(partition, self.main_response(partition))
        return self.loaded[partition]

    def shape(self, partition: PartitionName) -> tuple[int, int, int]:
        frames, height, width = self.native.shape(partition)
        return frames, height, width

    def stimulus(self, partition: PartitionName) -> Pixels:
        return self.load(partition).stimulus()

    def response(self, partition: PartitionName, name: str) -> Floats:
        names = self.responses(partition)
        if name not in names:
            known = ", ".join(names) or "none"
            raise InvalidValueError(f"{self.path} has no {partition} response {name!r}; it has {known}")
        if name == self.main_response(partition):
            return self.load(partition).response()
        key = (partition, name)
        if key not in self.others:
            self.others[key] = _native.read_array(self.path, f"{partition}/response/{name}")
        found: Floats = read_only(self.others[key])
        return found

    def repeats(self, partition: PartitionName) -> list[Floats | None] | None:
        return self.load(partition).repeats()

    def file(self) -> Path:
        return self.path


class _Part:
    """One part of a recording of arrays."""

    def __init__(
        self, stimulus: Pixels, rates: Floats | None, spikes: Floats | None, repeats: Floats | None
    ) -> None:
        self.stimulus, self.rates, self.spikes, self.repeats = stimulus, rates, spikes, repeats

    @classmethod
    def of(
        cls,
        prefix: str,
        stimulus: ArrayLike,
        rates: ArrayLike | None,
        spikes: ArrayLike | None,
        repeats: ArrayLike | None,
    ) -> _Part:
        movie = pixels(f"{prefix}stimulus", stimulus)
        if rates is None and spikes is None:
            raise InvalidValueError(
                f"give {prefix}rates [cell, frame], {prefix}spikes [cell, frame] or {prefix}spike_times"
            )
        part = cls(
            movie,
            None if rates is None else floats(f"{prefix}rates", rates, "cell", "frame"),
            None if spikes is None else trials_of(f"{prefix}spikes", spikes),
            None if repeats is None else floats(f"{prefix}repeats", repeats, "repeat", "cell", "frame"),
        )
        for name in ("rates", "spikes", "repeats"):
            array = getattr(part, name)
            if array is not None and (array.shape[-1] != len(movie) or 0 in array.shape):
                times = f"; spike times go into {prefix}spike_times" if name == "spikes" else ""
                raise InvalidValueError(
                    f"{prefix}{name} has shape {array.shape}, but the movie {len(movie)} frames: "
                    f"give one value a cell and frame{times}"
                )
        counts = {array.shape[-2] for array in (part.rates, part.spikes, part.repeats) if array is not None}
        if len(counts) > 1:
            raise InvalidValueError(f"{prefix}rates, spikes and repeats are of {sorted(counts)} cells")
        return part

    @property
    def cells(self) -> int:
        found = self.rates if self.rates is not None else self.spikes
        assert found is not None
        return int(found.shape[-2])

    def native(self, name: str) -> _native.Part:
        return name, self.stimulus, self.rates, self.spikes, self.repeats


#: Above this share of spikes outside the movie, their times are hardly those of it.
MANY_OUTSIDE = 0.1


def spikes_of(
    prefix: str,
    stimulus: ArrayLike,
    spikes: ArrayLike | None,
    times: SpikeTimes | None,
    frame_period_s: float,
) -> ArrayLike | None:
    """Spikes in each frame: those that are given, or of spike times `[trial, cell, frame]`."""
    name = f"{prefix}spike_times"
    if times is None:
        return spikes
    if spikes is not None:
        raise InvalidValueError(f"give {prefix}spikes or {name}, not both")
    trials: list[Any] = [list(times)] if all(is_cell(one) for one in times) else list(times)
    cells = [[times_of(name, cell) for cell in trial] for trial in trials]
    if not cells or not cells[0] or len({len(trial) for trial in cells}) > 1:
        raise InvalidValueError(f"{name} must hold the spike times of each cell, the same cells in every trial")
    frames = len(np.asarray(stimulus))
    counts = [
        [_native.spike_counts(one, frame_period_s, frames) for one in trial] for trial in cells
    ]
    array = np.array(counts, dtype=np.float32)
    total = sum(len(one) for trial in cells for one in trial)
    outside = total - int(array.sum(dtype=np.float64))
    if outside > MANY_OUTSIDE * total:
        warn(
            f"{name}: {outside} of {total} spikes lie outside the movie, 0 to {frames * frame_period_s:g} s, and are "
            "left out: times are in seconds from the first frame on"
        )
    return array


def is_cell(times: Any) -> bool:
    """Whether something is a list of times, and not a list of cells."""
    try:
        return np.ndim(times) == 1
    except ValueError:
        # Rows of different lengths.
        return False


def times_of(name: str, times: Any) -> NDArray[np.float64]:
    """Spike times of a cell."""
    array = np.asarray(times)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise InvalidValueError(f"{name} must hold a list of times in seconds for each cell")
    return np.ascontiguousarray(array, dtype=np.float64)


def trials_of(name: str, spikes: ArrayLike) -> Floats:
    """Spikes as `[trial, cell, frame]`."""
    if isinstance(spikes, (list, tuple)) and len({np.size(one) for one in spikes}) > 1:
        raise InvalidValueError(
            f"{name} holds lists of different lengths: give counts [cell, frame], or the spike times of each cell as "
            f"{name[:-1]}_times"
        )
    try:
        return floats(name, spikes, "trial", "cell", "frame")
    except InvalidValueError:
        return floats(name, spikes, "cell", "frame")[None]


class _Memory:
    """A recording of arrays."""

    def __init__(
        self,
        train: _Part,
        test: _Part | None,
        frame_period_s: float,
        microns_per_pixel: float | None,
        stimulus_class: str | None,
    ) -> None:
        self.parts = {"train": train} | ({} if test is None else {"test": test})
        self.frame_period_s = frame_period_s
        self.microns_per_pixel = microns_per_pixel
        self.stimulus_class = stimulus_class
        self.notes: list[str] = []
        self.cells = train.cells
        self.folder: Folder | None = None

    def has(self, partition: PartitionName) -> bool:
        return partition in self.parts

    def part(self, partition: PartitionName) -> _Part:
        if partition not in self.parts:
            raise InvalidValueError(f"the recording has no part {partition!r}")
        return self.parts[partition]

    def shape(self, partition: PartitionName) -> tuple[int, int, int]:
        frames, height, width = self.part(partition).stimulus.shape
        return frames, height, width

    def responses(self, partition: PartitionName) -> list[str]:
        part = self.parts.get(partition)
        if part is None:
            return []
        return [RATES] if part.spikes is None else ["binned", RATES]

    def stimulus(self, partition: PartitionName) -> Pixels:
        movie: Pixels = read_only(self.part(partition).stimulus)
        return movie

    def response(self, partition: PartitionName, name: str) -> Floats:
        rates = self.part(partition).rates
        if name == RATES and rates is not None:
            kept: Floats = read_only(rates)
            return kept
        # Rates of spikes are made when they are written.
        return _native.Recording.open(self.file()).load(partition, name).response()

    def repeats(self, partition: PartitionName) -> list[Floats | None] | None:
        part = self.part(partition)
        trials = part.repeats if part.repeats is not None else part.spikes
        if trials is None or len(trials) < 2:
            return None
        return [read_only(trials[:, cell]) for cell in range(part.cells)]

    def write(self, path: Path, overwrite: bool) -> None:
        parts = [part.native(name) for name, part in self.parts.items()]
        _native.write_recording(
            path, parts, self.frame_period_s, self.microns_per_pixel, self.stimulus_class, overwrite
        )

    def file(self) -> Path:
        if self.folder is None:
            folder = Folder()
            self.write(folder.path / "recording.h5", False)
            self.folder = folder
        return self.folder.path / "recording.h5"
