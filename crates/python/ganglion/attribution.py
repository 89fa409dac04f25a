"""What hidden units add to responses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping

from . import _native
from ._arrays import Floats
from ._folders import Folder


@dataclass(frozen=True)
class Labelled:
    """An array whose dimensions have names."""

    values: Floats
    dims: tuple[str, ...]
    units: str | None

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {size}" for name, size in zip(self.dims, self.values.shape))
        return f"<Labelled ({sizes}) {self.units or ''}>"


class Attribution(Mapping[str, Any]):
    """What every hidden unit adds to the responses to one experiment or stimulus.

    A mapping from names to arrays, which are read when they are asked for: `xarray.DataArray` where xarray is
    installed, else `Labelled`. `by_channel` is `[sample, cell, channel]` in Hz.
    """

    def __init__(self, summary: dict[str, Any], folder: Folder, path: Path) -> None:
        #: What `ganglion attribute --json` prints.
        self.summary = summary
        self._folder = folder
        self._files = [file for file in FILES if (path / file).exists()]
        self._names = {
            name: (path / file, dims, units)
            for file in self._files
            for name, (dims, units) in _native.array_names(path / file).items()
        }

    @property
    def cells(self) -> list[dict[str, Any]]:
        """How good it is, and each channel's part, of each cell."""
        found: list[dict[str, Any]] = self.summary["cells"]
        return found

    def labelled(self, name: str) -> Labelled:
        """An array with the names of its dimensions, whether xarray is there or not."""
        file, dims, units = self._names[name]
        return Labelled(_native.read_array(file, name), tuple(dims), units)

    def __getitem__(self, name: str) -> Any:
        array = self.labelled(name)
        try:
            import xarray
        except ImportError:
            return array
        attributes = {} if array.units is None else {"units": array.units}
        return xarray.DataArray(array.values, dims=array.dims, name=name, attrs=attributes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        summary = self.summary
        return (
            f"<Attribution of {summary['samples']} responses of {len(self.cells)} cells to "
            f"{summary['phenomenon']}: {', '.join(self)}>"
        )


#: Files of arrays that attributions leave.
FILES = ("attribution.h5", "effects.h5", "pixels.h5")
