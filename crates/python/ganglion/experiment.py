"""What experiments found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._arrays import Floats
from ._folders import PathLike
from ._progress import Reporter
from .config import Config, native
from .errors import InvalidValueError


@dataclass(frozen=True)
class Condition:
    """One stimulus of an experiment, and the answers to it."""

    label: str
    #: `test` or `control`.
    role: str
    #: What sets it apart: (name, value, unit).
    parameters: list[tuple[str, float, str]]
    #: Rates `[cell, bin]`, Hz; bin `t` is the time of frame `t`.
    rates: Floats
    #: When each bin is, in ms after the stimulus' zero, `[bin]`.
    time_ms: NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A metric against what was varied."""

    name: str
    x_name: str
    x_unit: str
    #: `[condition]`
    x: NDArray[np.float64]
    y_name: str
    y_unit: str
    #: `[cell, condition]`; NaN where it could not be measured.
    y: NDArray[np.float64]


class CellOutcome(TypedDict):
    """What was found on one cell."""

    cell: int
    metrics: dict[str, float | None]
    present: bool
    presence: str
    measurable: bool
    reason: str


@dataclass(frozen=True, repr=False)
class Experiment:
    """An experiment that was made on a network, a simulated retina or a circuit."""

    #: The phenomenon or experiment.
    phenomenon: str
    #: What was found on each cell, in the order of the rates.
    cells: list[CellOutcome]
    #: The metric that stands for the experiment.
    headline: str
    conditions: list[Condition]
    curves: dict[str, Curve]
    #: Figures by name, as SVG.
    figures: dict[str, str]
    #: What `ganglion experiment --json` prints.
    summary: dict[str, Any]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which cells show the phenomenon, `[cell]`."""
        return np.array([cell["present"] for cell in self.cells], dtype=bool)

    @property
    def measurable(self) -> NDArray[np.bool_]:
        """On which cells the stimuli could tell, `[cell]`."""
        return np.array([cell["measurable"] for cell in self.cells], dtype=bool)

    @property
    def metrics(self) -> dict[str, NDArray[np.float64]]:
        """Every metric `[cell]`; NaN where it could not be measured."""
        names = self.cells[0]["metrics"] if self.cells else {}
        values = {name: [cell["metrics"][name] for cell in self.cells] for name in names}
        return {name: np.array(found, dtype=float) for name, found in values.items()}

    def __repr__(self) -> str:
        present, measurable = int(self.present.sum()), int(self.measurable.sum())
        return (
            f"<Experiment {self.phenomenon}: present in {present} of {measurable} cells in which it can be "
            f"measured, {len(self.conditions)} conditions>"
        )

    def _repr_html_(self) -> str:
        title = repr(self).strip("<>")
        return f"<p>{title}</p>" + "".join(map(inline, self.figures.values()))


def inline(svg: str) -> str:
    """An SVG document as a picture in a page: by itself, so that names in two pictures do not meet."""
    from base64 import b64encode

    return f'<img src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"/>'


def make(
    model: Path,
    phenomenon: str | None,
    config: Config | None,
    without: tuple[str, ...],
    cells: list[int] | None,
    out: PathLike | None,
    overwrite: bool,
    progress: bool | None,
) -> Experiment:
    """Makes the one experiment that is asked for."""
    chosen = asked(phenomenon, config)
    place = None if out is None else Path(out)
    with Reporter(progress) as reporter:
        made = _native.experiment(
            model, phenomenon, chosen, list(without), cells, place, overwrite, reporter
        )
    if len(made) != 1:
        raise InvalidValueError(f"the config holds {len(made)} experiments: name one of them")
    return of_native(made[0])


def asked(phenomenon: str | None, config: Config | None) -> _native.Config | None:
    """The config, if there is one; a dict or text may be a single experiment."""
    if phenomenon is None and config is None:
        raise InvalidValueError('name a phenomenon, such as "omitted-stimulus", or give a config')
    return None if config is None else native(config)


def of_native(made: dict[str, Any]) -> Experiment:
    summary = json.loads(made["summary"])
    period = made["frame_period_ms"]
    conditions = [
        Condition(
            one["label"],
            one["role"],
            one["parameters"],
            one["rates"],
            (one["first_bin"] - one["zero_frame"] + np.arange(one["rates"].shape[1])) * period,
        )
        for one in made["conditions"]
    ]
    curves = {one["name"]: Curve(**one) for one in made["curves"]}
    return Experiment(
        summary["phenomenon"],
        summary["cells"],
        summary["headline"],
        conditions,
        curves,
        dict(made["figures"]),
        summary,
    )
