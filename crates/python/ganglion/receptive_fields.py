"""Where, when and how recorded cells look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Floats


@dataclass(frozen=True, repr=False)
class ReceptiveFields:
    """Receptive fields of recorded cells, by reverse correlation: docs/receptive-fields.md.

    It draws itself in notebooks: space with its ellipse, and time, of every cell.
    """

    #: Fields `[cell, lag, y, x]`, the longest lag first: averages (Hz times standard deviations of the movie), or,
    #: where the movie's own correlations were taken out, Hz a standard deviation.
    fields: Floats
    #: Spatial part of each field's best product of space and time `[cell, y, x]`, of unit norm.
    space: Floats
    #: Its temporal part `[cell, lag]`.
    time: Floats
    #: Time from the onset of a frame to the response `[lag]`, milliseconds.
    lags_ms: NDArray[np.float64]
    #: Cells, 0-based within the recording.
    cells: list[int]
    #: `on`, `off` or `undetermined` of each cell.
    polarities: list[str]
    #: What `ganglion receptive-fields --json` prints: significance, centres, diameters and more, with errors.
    summary: dict[str, Any]
    _svg: str

    @property
    def significant(self) -> list[bool | None]:
        """Whether each cell answers to the movie; `None` where the recording is too short to tell."""
        found = [cell["significance"] for cell in self.summary["cells"]]
        return [None if one is None else bool(one["significant"]) for one in found]

    def svg(self) -> str:
        """The figure."""
        return self._svg

    def _repr_svg_(self) -> str:
        return self._svg

    def __repr__(self) -> str:
        sure = sum(one is True for one in self.significant)
        return f"<ReceptiveFields of {len(self.cells)} cells, {sure} significant>"
