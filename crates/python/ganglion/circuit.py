"""Circuits behind what cells do."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Iterable, Iterator, Sequence, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._arrays import Floats, floats
from ._folders import PathLike
from .errors import Error, MissingFileError
from .experiment import inline


@dataclass(frozen=True)
class Pathway:
    """A type of interneuron, and what it does to the ganglion cell."""

    #: Such as "fast OFF excitation".
    name: str
    #: `on` or `off`: whether brightening or darkening drives it.
    polarity: str
    #: `excitatory` or `inhibitory`.
    sign: str
    #: Part in the circuit's response, 0 to 1.
    share: float
    #: How probable it is that the cell has such a pathway; None where that is not known.
    probability: float | None
    #: Whether that is probable enough to be stated; other pathways are undetermined, and all of a cell of which
    #: nothing is stated, see `Circuit.not_stated_because`.
    stated: bool | None
    #: Hz a unit of drive, and the threshold of the drive.
    weight_hz: float
    threshold: float
    #: Whether its synapses depress.
    depresses: bool
    #: Lag of the kernel's largest weight, and other sign over main sign of its time course.
    peak_ms: float
    biphasic_index: float
    receptive_field_sd_um: float
    #: Centre (y, x) from the upper left corner, and standard deviation, of where it is pooled.
    pool_centre_um: tuple[float, float]
    pool_sd_um: float
    #: Space-time kernel `[frame, y, x]`, the oldest frame first, and the time course of its centre `[frame]`.
    kernel: Floats
    time_course: NDArray[np.float64]
    #: Channels of the network that it was made of, counted from zero.
    channels: list[int]
    #: Whether what the stimuli do to it raises or lowers the rate; None where that is not known.
    effect: str | None

    def __repr__(self) -> str:
        known = "" if self.probability is None else f", p {self.probability:.2f}"
        open_ = ", undetermined" if self.stated is False else ""
        return f"<Pathway {self.name}: share {self.share:.2f}, peak {self.peak_ms:.0f} ms{known}{open_}>"


class Circuit:
    """The circuit of one ganglion cell. In a notebook it draws itself."""

    def __init__(self, native: _native.Circuit, details: dict[str, Any] | None = None) -> None:
        self._native = native
        #: What the summary of `identify` or `reduce` says of the cell: alternatives, acceptance, ...
        self.details = details or {}
        #: What the cell receives.
        self.pathways = tuple(Pathway(**one) for one in native.pathways())

    @classmethod
    def open(cls, path: PathLike) -> Circuit:
        """Reads a circuit file (TOML) of Python or of `ganglion identify` and `reduce`."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise MissingFileError(f"{path}: there is no such file") from error
        except (OSError, UnicodeDecodeError) as error:
            raise Error(f"{path}: cannot be read as a circuit: {error}") from error
        return cls(_native.Circuit.of_toml(text))

    def save(self, path: PathLike, *, overwrite: bool = False) -> None:
        """Writes a circuit file."""
        self._native.save(Path(path), overwrite)

    def to_toml(self) -> str:
        """The text of a circuit file."""
        return self._native.toml()

    @property
    def cell(self) -> int:
        """The ganglion cell, 0-based within the recording."""
        return self._native.cell

    @property
    def phenomenon(self) -> str:
        """What it was fitted to: a phenomenon, or `probe`."""
        return self._native.phenomenon

    @property
    def correlation(self) -> float:
        """Correlation of its rate with what it was fitted to."""
        return self._native.correlation

    @property
    def history(self) -> int:
        """Frames that one response depends on."""
        return self._native.history

    @property
    def frame_period_ms(self) -> float:
        """Time from one frame to the next, milliseconds."""
        return self._native.frame_period_ms

    @property
    def not_stated_because(self) -> str | None:
        """Why nothing is stated of the cell, whatever the probabilities of its pathways; None where something may be."""
        because = self.details.get("not_stated_because")
        return None if because is None else str(because)

    def describe(self) -> str:
        """It in plain words; with what is known of how far to trust it, where it is known."""
        return str(self.details.get("description") or self._native.describe())

    def respond(self, movie: ArrayLike) -> Floats:
        """Its rate in Hz, `[bin]`, in answer to a movie `[frame, y, x]` in the model's normalised units; the
        first bin is that of frame `history`, the last the one after the movie."""
        return self._native.respond(floats("movie", movie, "frame", "y", "x"))

    def svg(self) -> str:
        """The circuit as physiologists draw it."""
        return self._native.svg()

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return "\n".join([f"<Circuit of cell {self.cell}>", self.describe(), *map(repr, self.pathways)])


class Circuits(Sequence[Circuit]):
    """Circuits of several cells, of `Model.identify` or `Model.reduce`."""

    def __init__(self, circuits: Iterable[Circuit], summary: dict[str, Any]) -> None:
        self._circuits = list(circuits)
        #: What `ganglion identify --json` or `ganglion reduce --json` prints: of every cell, also of those
        #: that have no circuit.
        self.summary = summary

    @classmethod
    def of_native(cls, summary: dict[str, Any], circuits: list[_native.Circuit]) -> Circuits:
        details = {one["cell"]: one for one in summary["cells"]}
        return cls((Circuit(one, details.get(one.cell)) for one in circuits), summary)

    def of_cell(self, cell: int) -> Circuit | None:
        """The circuit of a cell, by its number in the recording; None where it has none."""
        return next((one for one in self._circuits if one.cell == cell), None)

    @overload
    def __getitem__(self, place: int) -> Circuit: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Circuit]: ...

    def __getitem__(self, place: int | slice) -> Circuit | Sequence[Circuit]:
        return self._circuits[place]

    def __iter__(self) -> Iterator[Circuit]:
        return iter(self._circuits)

    def __len__(self) -> int:
        return len(self._circuits)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self._circuits)) or "<no circuits>"

    def _repr_html_(self) -> str:
        shown = (f"{inline(one.svg())}<p>{escape(one.describe())}</p>" for one in self._circuits)
        return "".join(shown) or "<p>no circuits</p>"
