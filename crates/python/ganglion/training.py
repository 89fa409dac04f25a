"""Training networks on recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Sequence

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._folders import Folder, PathLike
from ._progress import Reporter
from .config import Config, native
from .model import Model
from .recording import Recording, opened


class Run:
    """A training run: the model that it kept, and how it went."""

    def __init__(self, path: Path, folder: Folder | None = None) -> None:
        #: The run's folder.
        self.path = path
        #: The model of the best epoch; a temporary folder goes with it and with the run.
        self.model = Model.open(path)
        self._folder = self.model._folder = folder
        rows: list[dict[str, Any]] = json.loads(_native.history(path))
        #: A row an epoch: `epoch`, `learning_rate`, `train_loss`, `validation_loss`,
        #: `validation_correlation` and `best`, each an array `[epoch]`; NaN without validation data.
        self.history: dict[str, NDArray[Any]] = {
            name: np.array([np.nan if row[name] is None else row[name] for row in rows])
            for name in (rows[0] if rows else {})
        }

    @classmethod
    def open(cls, path: PathLike) -> Run:
        """Opens a run folder, of Python or of `ganglion train`."""
        return cls(Path(path))

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(self.history.get("epoch", ()))

    @property
    def best_epoch(self) -> int:
        """The epoch whose model was kept, counted from one."""
        kept = self.history["epoch"][self.history["best"].astype(bool)]
        return int(kept[-1])

    def __repr__(self) -> str:
        r = self.history["validation_correlation"][self.best_epoch - 1]
        return f"<Run of {self.epochs} epochs, best {self.best_epoch}, mean validation r {r:.3f}>"


def train(
    recording: Recording | PathLike | Sequence[Recording | PathLike],
    config: Config,
    *,
    out: PathLike | None = None,
    resume: bool = False,
    accept_changed_recordings: bool = False,
    seed: int | None = None,
    progress: bool | None = None,
) -> Run:
    """Trains a network.

    `recording`
        one, or several of the same cells, as objects or paths.
    `config`
        tables `model`, `training` and `recording`, as in `configs/`; `recording.files` is what was given
        above, and tables of other stages are left alone.
    `out`
        the run's folder; without one it is a temporary folder that goes with the run. Arrays that are in no
        file are written beside it, to `OUT-recording.h5`.
    `resume`
        goes on with the run that `out` holds, from its last full epoch, to the same weights as if it had not
        been interrupted. Ctrl-C stops training after the current step and leaves such a run.
    `seed`
        another seed than that of the config.

    The process keeps the memory that training frees for the next step; see docs/python.md.
    """
    several = [recording] if isinstance(recording, (Recording, str, Path)) else list(recording)  # type: ignore[arg-type]
    recordings = [opened(one) for one in several]
    folder = Folder(out)
    # A temporary folder is there already, and may hold a run.
    run = folder.path / "run" if out is None else folder.path
    files = [one._file() if out is None else one._file_beside(run) for one in recordings]
    chosen = native(config)
    chosen.set(f"recording.files={json.dumps([str(file.absolute()) for file in files])}")
    if seed is not None:
        chosen.set(f"seed={int(seed)}")
    with Reporter(progress) as reporter:
        _native.train(chosen, run, resume, accept_changed_recordings, reporter)
    return Run(run, folder)
