"""Simulated retinas, whose circuits are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _native
from ._folders import Folder, PathLike
from ._progress import Reporter
from .config import Config, native, parsed, preset
from .experiment import Experiment, make
from .recording import Recording, _File


@dataclass(frozen=True, repr=False)
class Simulation:
    """A simulated retina and what was recorded from it."""

    #: Recordings by what was shown: naturalscene, whitenoise, flicker, bars, ...
    recordings: dict[str, Recording]
    #: The known circuit: every interneuron, pathway, sign, kernel, weight and threshold.
    circuit: dict[str, Any]
    #: What `ganglion simulate --json` prints.
    summary: dict[str, Any]
    _folder: Folder

    @property
    def path(self) -> Path:
        """The file of the known circuit, as `truth=` takes it."""
        return self._folder.path / "circuit.toml"

    def experiment(
        self,
        phenomenon: str | None = None,
        *,
        config: Config | None = None,
        without: tuple[str, ...] = (),
        cells: list[int] | None = None,
        out: PathLike | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> Experiment:
        """An experiment on the retina itself; `without` holds parts of it at what they give for grey, such as
        `("inhibition",)`. Other arguments are those of `Model.experiment`."""
        return make(self.path, phenomenon, config, without, cells, out, overwrite, progress)

    def __repr__(self) -> str:
        shown = ", ".join(self.recordings)
        return f"<Simulation of the family {self.summary['family']}, seed {self.summary['seed']}: {shown}>"


def simulate(
    config: Config = "quickstart",
    *,
    seed: int | None = None,
    out: PathLike | None = None,
    overwrite: bool = False,
    progress: bool | None = None,
) -> Simulation:
    """Draws a retina from a family of circuits, by seed, and records from it.

    `config`
        the name of a preset (`ganglion.preset`), or a config with a table `simulation`.
    `seed`
        another seed than that of the config. The same seed gives the same bytes.
    `out`
        folder for the recordings and `circuit.toml`; without one they are in a temporary folder that goes
        with the recordings.
    """
    chosen = native(preset(config) if config in PRESETS else config)
    if seed is not None:
        chosen.set(f"seed={int(seed)}")
    folder = Folder(out)
    with Reporter(progress) as reporter:
        text = _native.simulate(chosen, folder.path, overwrite, reporter)
    summary = json.loads(text)
    files = [folder.path / Path(one["file"]).name for one in summary["classes"]]
    recordings = {file.stem: Recording(_File(file), folder) for file in files}
    circuit = parsed((folder.path / "circuit.toml").read_text(encoding="utf-8"))
    return Simulation(recordings, circuit, summary, folder)


#: Names that are not taken for paths.
PRESETS = ("quickstart", "simulated-50x50")
