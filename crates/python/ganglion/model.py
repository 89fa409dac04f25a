"""Networks that answer movies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._arrays import Floats, floats, pixels
from ._folders import Folder, PathLike
from ._progress import Reporter, warn
from .attribution import Attribution
from .circuit import Circuits
from .config import Config, native
from .errors import InvalidValueError
from .experiment import Experiment, asked, make
from .recording import PartitionName, Recording, opened

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, repr=False)
class Evaluation:
    """A model judged against a recording and the cells' own reliability."""

    #: Every score `[cell]`, NaN where it is not defined: `pearson`, `ceiling`, `normalised`, `fev`, ...
    scores: dict[str, NDArray[np.float64]]
    #: 95 % interval of each over time and repeats `[cell, 2]`, NaN where there is none.
    intervals: dict[str, NDArray[np.float64]]
    #: Cells, 0-based within the recording.
    cells: list[int]
    #: Rates `[cell, bin]`, Hz; NaN in bins that are not scored.
    predicted: Floats
    recorded: Floats
    #: Frame of the recording that the first bin belongs to.
    first_bin: int
    #: What `ganglion evaluate --json` prints.
    summary: dict[str, Any]

    @property
    def median_correlation(self) -> float:
        """Median correlation over cells for which it is defined."""
        value = self.summary["median_pearson"]
        return float("nan") if value is None else float(value)

    def __repr__(self) -> str:
        return f"<Evaluation of {len(self.cells)} cells: median r {self.median_correlation:.3f}>"


class Model:
    """A network of the retina, and what is needed to use it.

    Opened with `Model.open`, trained with `ganglion.train`, or made of weights with `Model.from_state_dict`.
    """

    def __init__(self, model: _native.Model, path: Path | None = None) -> None:
        self._native = model
        self._path = path
        self._folder: Folder | None = None
        self._run: Path | None = None
        #: Everything but the weights, as `model.toml` says it.
        self.description: dict[str, Any] = json.loads(model.description_json())

    @classmethod
    def open(cls, path: PathLike) -> Model:
        """Opens a model folder, a run folder, which stands for the model that it kept, or by its name a model
        that is on this machine: `owner/name` (docs/models.md)."""
        model = _native.Model.open(Path(path))
        folder = Path(path)
        # A run stands for the model that it kept; a name is resolved by whatever it is given to.
        if not (folder / "model").is_dir():
            return cls(model, folder)
        made = cls(model, folder / "model")
        made._run = folder
        return made

    @classmethod
    def from_state_dict(
        cls,
        state_dict: Mapping[str, Any],
        *,
        description: str | None = None,
        microns_per_pixel: float | None = None,
        cells: Sequence[int] | None = None,
        frame_period_ms: float | None = None,
        frame_size: tuple[int, int] | None = None,
        normalisation: tuple[float, float] | None = None,
        response: str | None = None,
        batch_norm_epsilon: float | None = None,
        hidden_activation: str | None = None,
        output_activation: str | None = None,
        batch_norm_order: str | None = None,
        flatten_order: str | None = None,
    ) -> Model:
        """A model of weights: tensors of PyTorch or arrays by their names in a `torch.nn.Sequential`.

        The network is found by the order and shapes of its layers. What weights alone do not say is given,
        as to `ganglion import`; a warning tells what had to be assumed:

        `description`
            the text of a `model.toml`, where there is one, which says all of the following.
        `microns_per_pixel`, `frame_period_ms`
            size of a pixel and time of a frame; experiments need the first.
        `frame_size`, `normalisation`
            rows and columns of a frame; mean and standard deviation of the training movie.
        `cells`, `response`
            cells of the recording, in the order of the outputs, and the name of what was learned.
        `hidden_activation`, `output_activation`
            `"relu"`; `"softplus"` or `"exponential"`.
        `batch_norm_epsilon`, `batch_norm_order`, `flatten_order`
            what is added to variances; `"before-activation"` or `"after-activation"`;
            `"channels-first"` or `"channels-last"`.
        """
        arrays = {name: as_array(name, value) for name, value in state_dict.items()}
        options = {
            "microns_per_pixel": microns_per_pixel,
            "cells": None if cells is None else [int(cell) for cell in cells],
            "frame_period_ms": frame_period_ms,
            "frame_size": frame_size,
            "normalisation": normalisation,
            "response": response,
            "batch_norm_epsilon": batch_norm_epsilon,
            "hidden_activation": hidden_activation,
            "output_activation": output_activation,
            "batch_norm_order": batch_norm_order,
            "flatten_order": flatten_order,
        }
        model, report, missing = _native.Model.of_state(arrays, description, options)
        for what, assumed, flag in missing:
            option = OPTIONS.get(flag, flag.lstrip("-").replace("-", "_"))
            warn(f"the weights do not say the {what}; assumed: {assumed}. Give {option}")
        made = cls(model)
        made.import_report = report
        return made

    #: What became of every array, of a model that was made of weights.
    import_report: str | None = None

    def save(self, path: PathLike, *, overwrite: bool = False) -> None:
        """Writes a model folder, which is what every command of `ganglion` calls MODEL."""
        self._native.save(Path(path), overwrite)

    def export(self, path: PathLike, *, format: str = "safetensors", overwrite: bool = False) -> None:
        """Writes the weights in PyTorch's naming as `safetensors`, `npz` or `h5`, or the network as `onnx`."""
        self._native.export(format, Path(path), overwrite)

    def card(
        self,
        out: PathLike | None = None,
        *,
        title: str | None = None,
        licence: str | None = None,
        datasets: Sequence[str] = (),
        dois: Sequence[str] = (),
        data_licences: Sequence[str] = (),
        evaluation: PathLike | None = None,
        overwrite: bool = False,
    ) -> str:
        """What the model is, in sentences (Markdown); with `out`, a folder that a model hub takes as it is.

        What is not known of weights and data can be given: licences as SPDX writes them, names of data sets and
        their digital object identifiers. Scores are those of the run, or of `evaluation`, a file that
        `ganglion evaluate --json` printed.
        """
        folder = None if out is None else Path(out)
        known = (list(datasets), list(dois), list(data_licences))
        scores = None if evaluation is None else Path(evaluation)
        with Reporter(False) as reporter:
            return _native.card(
                self._source, title, licence, *known, scores, folder, overwrite, reporter
            )

    @property
    def _source(self) -> Path:
        """The run that the model is of, where it is known, which says how it was trained and scored."""
        return self._run or self.path

    def state_dict(self) -> dict[str, Floats]:
        """The weights by their names in the `torch.nn.Sequential` that the network equals."""
        return self._native.state()

    def to_torch(self) -> torch.nn.Module:
        """The network as a module of PyTorch, ready to predict: clips `[clip, history, y, x]` in normalised
        units to rates `[clip, cell]`, Hz. PyTorch must be installed."""
        from . import pytorch

        return pytorch.of_arrays(self.description, self.state_dict())

    @property
    def cells(self) -> list[int]:
        """Cells, 0-based within the recording, in the order of the outputs."""
        return list(self.description["cells"])

    @property
    def history(self) -> int:
        """Frames that one response depends on."""
        return int(self.description["movie"]["history"])

    @property
    def frame_size(self) -> tuple[int, int]:
        """Rows and columns of a frame."""
        movie = self.description["movie"]
        return movie["height"], movie["width"]

    @property
    def frame_period_ms(self) -> float:
        """Time from one frame to the next, milliseconds."""
        return float(self.description["frame_period_ms"])

    def respond(self, movie: ArrayLike, *, raw: bool = False, progress: bool | None = None) -> Floats:
        """Firing rates in Hz.

        `movie`
            frames `[frame, y, x]`, answered by `[cell, bin]`: the first bin is that of frame `history`, the
            last that of the movie's last frame; a bin depends on the frames before it. Or clips
            `[clip, history, y, x]`, answered by `[cell, clip]`. C-contiguous movies of bytes or single floats
            are not copied.
        `raw`
            whether the movie is in the recording's units, and normalised as the model's training movie was;
            else it is in units of that movie's standard deviation, 0 its mean.
        """
        shown = np.asarray(movie)
        with Reporter(progress) as reporter:
            if shown.ndim == 4:
                clips = floats("clips", shown, "clip", "history", "y", "x")
                if raw:
                    clips = self._normalised(clips)
                return self._native.respond_to_clips(clips, reporter)
            return self._native.respond(pixels("movie", shown), raw, reporter)

    def _normalised(self, clips: Floats) -> Floats:
        rule = self.description["normalisation"]
        mean, sd = (np.asarray(rule[name], dtype=float) for name in ("mean", "sd"))
        height, width = self.frame_size
        if mean.ndim:
            mean, sd = mean.reshape(height, width), sd.reshape(height, width)
        return np.ascontiguousarray((clips - mean) / sd, dtype=np.float32)

    def evaluate(
        self,
        recording: Recording | PathLike,
        *,
        partition: PartitionName = "test",
        progress: bool | None = None,
    ) -> Evaluation:
        """Judges the model against a recording, by default the part held back from training."""
        file = opened(recording)._file()
        with Reporter(progress) as reporter:
            text, predicted, recorded = _native.evaluate(self.path, file, partition, reporter)
        summary = json.loads(text)
        rows = summary["cells"]
        ends = ("_note", "_interval")
        names = [name for name in rows[0] if name != "cell" and not name.endswith(ends)]
        scores = {name: np.array([row[name] for row in rows], dtype=float) for name in names}
        intervals = {name: interval([row.get(f"{name}_interval") for row in rows]) for name in names}
        cells = [row["cell"] for row in rows]
        return Evaluation(scores, intervals, cells, predicted, recorded, summary["first_bin"], summary)

    def experiment(
        self,
        phenomenon: str | None = None,
        *,
        config: Config | None = None,
        cells: Sequence[int] | None = None,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> Experiment:
        """Looks for a phenomenon: shows stimuli, with controls, and measures the answers.

        `phenomenon`
            `"omitted-stimulus"`, `"latency"`, `"motion-anticipation"`, `"motion-reversal"`, or another
            experiment by its name, with published parameters.
        `config`
            a config with `experiments`, of which it is the one named, or the only one.
        `cells`
            cells of the recording; all unless given.
        `out`
            folder for tables, arrays and figures, as `ganglion experiment` writes them; nothing is written
            without one.
        """
        listed = None if cells is None else list(cells)
        return make(self.path, phenomenon, config, (), listed, out, overwrite, progress)

    def attribute(
        self,
        phenomenon: str | None = None,
        *,
        config: Config | None = None,
        stimulus: ArrayLike | None = None,
        raw: bool = False,
        method: str = "path",
        maps: str | None = None,
        cells: Sequence[int] | None = None,
        controls: bool = False,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> Attribution:
        """How much each hidden unit adds to the responses to an experiment, or to a movie.

        `stimulus`
            in the place of a phenomenon, a movie `[frame, y, x]` or clips `[clip, history, y, x]`; `raw` as
            for `respond`.
        `method`
            `path`, the path integral, or another way to compare with: docs/attribution.md.
        `maps`
            what is kept of every unit: `all`, `attribution` or `none`; by default all of a movie, and sums
            of experiments.
        `controls`
            whether controls of experiments are shown, too.
        `out`
            folder for everything, as `ganglion attribute` writes it. Arrays may be larger than the memory, so
            that they are in files: in a temporary folder, which goes with the result, without one.
        """
        if stimulus is not None and (phenomenon is not None or config is not None):
            raise InvalidValueError("give a stimulus, or a phenomenon or a config with experiments, not both")
        chosen = None if stimulus is not None else asked(phenomenon, config)
        folder, scratch = Folder(out), Folder()
        shown = None
        if stimulus is not None:
            file = scratch.path / "stimulus.h5"
            _native.write_array(file, "stimulus", as_movie(stimulus))
            shown = f"{file}:stimulus"
        listed = None if cells is None else list(cells)
        with Reporter(progress) as reporter:
            texts = _native.attribute(
                self.path, phenomenon, chosen, shown, raw, method, maps, listed, controls,
                folder.path, overwrite, reporter,
            )
        if len(texts) != 1:
            raise InvalidValueError(f"{len(texts)} experiments were attributed: name one of them")
        return Attribution(json.loads(texts[0]), folder, folder.path)

    def identify(
        self,
        *,
        recording: Recording | PathLike | Sequence[Recording | PathLike] = (),
        config: Config | None = None,
        together_with: Sequence[Model] = (),
        training_recordings: bool = False,
        without_network: bool = False,
        cells: Sequence[int] | None = None,
        truth: PathLike | None = None,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> Circuits:
        """Identifies each cell's circuit, kernels and all, from the model's answers to a probe.

        `recording`
            recordings whose spikes the circuits have to follow as well, where they show full fields or
            stripes; `without_network` follows them alone.
        `training_recordings`
            the same for the recordings that the model's run names, as far as they can be followed.
        `config`
            a config with `reduction.identify`.
        `together_with`
            other networks of the same recording: circuits are those of the mean of their rates.
        `truth`
            `circuit.toml` of the simulated retina, to compare with.
        `out`
            folder for circuits, tables and figures, as `ganglion identify` writes them.
        """
        files = [one._file() for one in several(recording)]
        with Reporter(progress) as reporter:
            text, circuits = _native.identify(
                self.path,
                None if config is None else native(config),
                files,
                training_recordings,
                without_network,
                [one.path for one in together_with],
                None if cells is None else list(cells),
                None if truth is None else Path(truth),
                None if out is None else Path(out),
                overwrite,
                reporter,
            )
        return Circuits.of_native(json.loads(text), circuits)

    def reduce(
        self,
        phenomenon: str | None = None,
        *,
        config: Config | None = None,
        circuits: PathLike | None = None,
        together_with: Sequence[Model] = (),
        cells: Sequence[int] | None = None,
        truth: PathLike | None = None,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> Circuits:
        """The smallest circuits behind a phenomenon, checked by ablation, of the cells that show it.

        `config`
            a config with `experiments` and `reduction`; with a phenomenon, its experiment of that name.
        `circuits`
            folder that `identify(out=...)` wrote; else circuits are identified first.
        Other arguments are those of `identify`.
        """
        with Reporter(progress) as reporter:
            reduced = _native.reduce(
                self.path,
                phenomenon,
                asked(phenomenon, config),
                None if circuits is None else Path(circuits),
                [one.path for one in together_with],
                None if cells is None else list(cells),
                None if truth is None else Path(truth),
                None if out is None else Path(out),
                overwrite,
                reporter,
            )
        if len(reduced) != 1:
            raise InvalidValueError(f"{len(reduced)} experiments were reduced: name one of them")
        text, found = reduced[0]
        return Circuits.of_native(json.loads(text), found)

    @property
    def path(self) -> Path:
        """The model's folder; a model that was made of weights is written to a temporary one first."""
        if self._path is None:
            folder = Folder()
            self.save(folder.path / "model")
            self._folder, self._path = folder, folder.path / "model"
        return self._path

    def __repr__(self) -> str:
        height, width = self.frame_size
        kind = self.description["architecture"]["kind"]
        return (
            f"<Model {kind} of {len(self.cells)} cells, {self.history} frames of {height} x {width} pixels, "
            f"{self.frame_period_ms:g} ms a frame>"
        )


#: Options of `ganglion import` that have another name here.
OPTIONS = {"--frame-period": "frame_period_ms"}


def as_movie(stimulus: ArrayLike) -> Floats:
    """A movie `[frame, y, x]` or clips `[clip, history, y, x]` as single floats."""
    axes = ("clip", "history", "y", "x") if np.ndim(stimulus) == 4 else ("frame", "y", "x")
    return floats("stimulus", stimulus, *axes)


def interval(ends: Sequence[Sequence[float] | None]) -> NDArray[np.float64]:
    """Ends of an interval `[cell, 2]`; NaN where there is none."""
    nothing = (np.nan, np.nan)
    return np.array([nothing if one is None else one for one in ends], dtype=float).reshape(-1, 2)


def several(recordings: Recording | PathLike | Sequence[Recording | PathLike]) -> list[Recording]:
    """One recording or several, opened."""
    if isinstance(recordings, Sequence) and not isinstance(recordings, str):
        return [opened(one) for one in recordings]
    return [opened(recordings)]  # type: ignore[arg-type, unused-ignore]


def as_array(name: str, value: Any) -> Floats:
    """A tensor of PyTorch or an array as C-contiguous single floats."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise InvalidValueError(f"{name} holds {array.dtype}: give real numbers")
    return np.asarray(array, dtype=np.float32, order="C")
