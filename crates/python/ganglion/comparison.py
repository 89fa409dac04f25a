"""Which of two models predicts better."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from . import _native
from ._folders import PathLike
from ._progress import Reporter
from .model import Model
from .recording import PartitionName, Recording, opened


@dataclass(frozen=True, repr=False)
class Comparison:
    """Paired differences of two models, A - B, with intervals: docs/evaluation.md."""

    #: What `ganglion evaluate --against --json` prints: `cells`, a difference a cell and score, and `population`.
    summary: dict[str, Any]
    _text: str

    def __repr__(self) -> str:
        return self._text.rstrip()


def compare(
    a: Model | Sequence[Model],
    b: Model | Sequence[Model],
    recording: Recording | PathLike,
    *,
    partition: PartitionName = "test",
    cells: Sequence[int] | None = None,
    out: PathLike | None = None,
    overwrite: bool = False,
    progress: bool | None = None,
) -> Comparison:
    """Scores two models on the same bins of the same cells, by default of the part held back from training.

    `a`, `b`
        a model each, or several trainings of each with different seeds, whose scores are averaged and which are
        drawn with time and repeats.
    `cells`
        cells of the recording to compare; all that both models predict unless given. `summary["cells_left_out"]` are
        those that not all of them predict.
    `out`
        folder for tables and the figure, as `ganglion evaluate --against` writes them; nothing is written
        without one.
    """
    sides = [[side] if isinstance(side, Model) else list(side) for side in (a, b)]
    paths = [[model._source for model in side] for side in sides]
    folder = None if out is None else Path(out)
    with Reporter(progress) as reporter:
        text, told = _native.compare(
            paths[0],
            paths[1],
            opened(recording)._file(),
            partition,
            None if cells is None else list(cells),
            folder,
            overwrite,
            reporter,
        )
    return Comparison(json.loads(text), told)
