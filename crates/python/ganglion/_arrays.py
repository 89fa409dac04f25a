"""Arrays as the native half takes them, copied only where they must be converted."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InvalidValueError

#: Single floats, such as rates.
Floats: TypeAlias = NDArray[np.float32]

#: A movie: bytes or single floats.
Pixels: TypeAlias = "NDArray[np.uint8] | NDArray[np.float32]"


def floats(name: str, values: ArrayLike, *dimensions: str) -> Floats:
    """Values as C-contiguous single floats of so many dimensions."""
    return np.ascontiguousarray(real(name, values, dimensions), dtype=np.float32)


def pixels(name: str, values: ArrayLike) -> Pixels:
    """A movie `[frame, y, x]`: bytes stay bytes, all else becomes single floats. C-contiguous arrays of
    these two types are not copied."""
    movie = real(name, values, ("frame", "y", "x"))
    if 0 in movie.shape:
        raise InvalidValueError(f"{name} has shape {movie.shape}: a movie has a frame and a pixel")
    if movie.dtype == np.uint8:
        return np.ascontiguousarray(movie, dtype=np.uint8)
    return np.ascontiguousarray(movie, dtype=np.float32)


def real(name: str, values: ArrayLike, dimensions: tuple[str, ...]) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise InvalidValueError(f"{name} holds {array.dtype}: give real numbers")
    if array.ndim != len(dimensions):
        expected = ", ".join(dimensions)
        raise InvalidValueError(f"{name} has shape {array.shape}: give [{expected}]")
    return array


def read_only(array: Any) -> Any:
    """A view that cannot be written to: what a recording says is not changed by accident."""
    view = array.view()
    view.flags.writeable = False
    return view
