"""How far long work is, told to whoever sits before it."""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from .errors import GanglionWarning

logger = logging.getLogger("ganglion")

#: Calls from files below this folder are ganglion's own, not the user's.
PACKAGE = str(Path(__file__).parent)


class Bar(Protocol):
    """One line that grows."""

    def show(self, name: str, message: str, done: int, total: int) -> None: ...

    def close(self) -> None: ...


class TqdmBar:
    """A bar of tqdm, in terminals and notebooks."""

    def __init__(self, tqdm: Any, unit: str) -> None:
        self.bar = tqdm(unit=f" {unit}" if unit else "", leave=False, dynamic_ncols=True)

    def show(self, name: str, message: str, done: int, total: int) -> None:
        self.bar.total, self.bar.n = total, done
        self.bar.set_description_str(name, refresh=False)
        self.bar.set_postfix_str(message, refresh=False)
        self.bar.refresh()

    def close(self) -> None:
        self.bar.close()


class PlainBar:
    """A line of a terminal, where there is no tqdm."""

    def show(self, name: str, message: str, done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        sys.stderr.write(f"\r\033[K{name} {share:3d} %  {message}")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


class Reporter:
    """Hears what the native half tells; a context that leaves no bar behind.

    `progress` says whether bars are drawn: by default in terminals and notebooks.
    """

    def __init__(self, progress: bool | None) -> None:
        self.draws = is_watched() if progress is None else progress
        self.bars: dict[int, Bar] = {}

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in list(self.bars):
            self.finish(number)

    def say(self, line: str) -> None:
        """A line worth telling."""
        logger.info(line)

    def message(self, level: str, text: str) -> None:
        """A message of the library: warnings are Python's, the rest is logged."""
        if level == "warning":
            warn(text)
        else:
            getattr(logger, level)(text)

    def meter(
        self, number: int, name: str, message: str, unit: str, done: int, total: int
    ) -> None:
        """How far a piece of work is."""
        if self.draws:
            if number not in self.bars:
                self.bars[number] = new_bar(unit)
            self.bars[number].show(name, message, done, total)

    def finish(self, number: int) -> None:
        """A piece of work is at its end."""
        bar = self.bars.pop(number, None)
        if bar is not None:
            bar.close()


def is_watched() -> bool:
    """Whether somebody sits before a terminal or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def new_bar(unit: str) -> Bar:
    try:
        with warnings.catch_warnings():
            # In notebooks without ipywidgets tqdm draws with characters, and warns of it.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return PlainBar()
    return TqdmBar(tqdm, unit)


def warn(text: str) -> None:
    """Warns where the user's code called ganglion."""
    warnings.warn(text, GanglionWarning, stacklevel=outside())


def outside() -> int:
    """How many frames above its caller the user's code is."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
