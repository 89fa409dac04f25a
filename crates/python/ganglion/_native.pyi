"""The native half: `crates/python/src`."""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray


from ._arrays import Floats, Pixels
from ._progress import Reporter

__version__: str
#: Name of the response that is meant where none is named.
RATE: str

#: Name, movie, rates `[cell, frame]`, spikes `[trial, cell, frame]`, repeats `[repeat, cell, frame]`.
Part: TypeAlias = tuple[str, Pixels, Floats | None, Floats | None, Floats | None]

def command(typed: list[str]) -> int: ...
def set_threads(threads: int) -> int:
    """Computes on so many threads, 0 for one a core; before the first long call of the process, after which
    it changes nothing. Returns how many there are."""

def preset_texts() -> dict[str, str]: ...
def toml_to_json(text: str) -> str: ...
def array_names(path: Path) -> dict[str, tuple[list[str], str | None]]: ...
def read_array(path: Path, dataset: str) -> Floats: ...
def write_array(path: Path, dataset: str, array: Floats) -> None: ...
def write_recording(
    path: Path,
    parts: list[Part],
    frame_period_s: float,
    microns_per_pixel: float | None,
    stimulus_class: str | None,
    overwrite: bool,
) -> None: ...
def import_nwb(path: Path, config: Config, out: Path, overwrite: bool) -> list[str]: ...
def spike_counts(times: NDArray[np.float64], frame_period_s: float, frames: int) -> Floats: ...
def simulate(config: Config, out: Path, overwrite: bool, reporter: Reporter) -> str: ...
def train(
    config: Config, out: Path, resume: bool, accept_changed_recordings: bool, reporter: Reporter
) -> tuple[int, int, bool]: ...
def history(run: Path) -> str: ...
def evaluate(
    model: Path, recording: Path, part: str, reporter: Reporter
) -> tuple[str, Floats, Floats]: ...
def compare(
    a: list[Path],
    b: list[Path],
    recording: Path,
    part: str,
    cells: list[int] | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> tuple[str, str]: ...
def receptive_fields(
    recording: Path,
    part: str,
    cells: list[int] | None,
    response: str | None,
    history_ms: float | None,
    estimate: str | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> tuple[str, Floats, Floats, Floats, str]: ...
def card(
    model: Path,
    title: str | None,
    licence: str | None,
    datasets: list[str],
    dois: list[str],
    data_licences: list[str],
    evaluation: Path | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> str: ...
def experiment(
    model: Path,
    phenomenon: str | None,
    config: Config | None,
    without: list[str],
    cells: list[int] | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> list[dict[str, Any]]: ...
def attribute(
    model: Path,
    phenomenon: str | None,
    config: Config | None,
    stimulus: str | None,
    raw: bool,
    method: str,
    maps: str | None,
    cells: list[int] | None,
    controls: bool,
    out: Path,
    overwrite: bool,
    reporter: Reporter,
) -> list[str]: ...
def identify(
    model: Path,
    config: Config | None,
    recordings: list[Path],
    training_recordings: bool,
    without_network: bool,
    together_with: list[Path],
    cells: list[int] | None,
    truth: Path | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> tuple[str, list[Circuit]]: ...
def reduce(
    model: Path,
    phenomenon: str | None,
    config: Config | None,
    circuits: Path | None,
    together_with: list[Path],
    cells: list[int] | None,
    truth: Path | None,
    out: Path | None,
    overwrite: bool,
    reporter: Reporter,
) -> list[tuple[str, list[Circuit]]]: ...

class Config:
    @staticmethod
    def of_path(path: Path) -> Config: ...
    @staticmethod
    def of_text(text: str) -> Config: ...
    @staticmethod
    def of_json(json: str) -> Config: ...
    def set(self, change: str) -> None: ...
    def has(self, name: str) -> bool: ...
    def json(self) -> str: ...

class Recording:
    @staticmethod
    def open(path: Path) -> Recording: ...
    frame_period_s: float
    microns_per_pixel: float | None
    stimulus_class: str | None
    notes: list[str]
    partitions: list[tuple[str, int, int, list[str]]]
    def shape(self, name: str) -> list[int]: ...
    def inspect(self) -> str: ...
    def load(self, name: str, response: str) -> Partition: ...

class Partition:
    def stimulus(self) -> Pixels: ...
    def response(self) -> Floats: ...
    def repeats(self) -> list[Floats | None] | None: ...

class Model:
    @staticmethod
    def open(path: Path) -> Model: ...
    @staticmethod
    def of_state(
        arrays: dict[str, Floats], description: str | None, options: dict[str, Any]
    ) -> tuple[Model, str, list[list[str]]]: ...
    def description(self) -> str: ...
    def description_json(self) -> str: ...
    def state(self) -> dict[str, Floats]: ...
    def save(self, folder: Path, overwrite: bool) -> None: ...
    def export(self, format: str, path: Path, overwrite: bool) -> None: ...
    def respond(self, movie: Pixels, raw: bool, reporter: Reporter) -> Floats: ...
    def respond_to_clips(self, clips: Floats, reporter: Reporter) -> Floats: ...

class Circuit:
    @staticmethod
    def of_toml(text: str) -> Circuit: ...
    cell: int
    phenomenon: str
    correlation: float
    frame_period_ms: float
    history: int
    def toml(self) -> str: ...
    def save(self, path: Path, overwrite: bool) -> None: ...
    def describe(self) -> str: ...
    def svg(self) -> str: ...
    def pathways(self) -> list[dict[str, Any]]: ...
    def respond(self, movie: Floats) -> NDArray[np.float32]: ...
