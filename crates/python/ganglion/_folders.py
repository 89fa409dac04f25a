"""Folders for what stages can only leave in files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TypeAlias

#: A path as users give it.
PathLike: TypeAlias = "str | os.PathLike[str]"


class Folder:
    """A folder of the user's, or a temporary one, which goes with the last object that keeps this one."""

    def __init__(self, path: PathLike | None = None) -> None:
        self._temporary = None
        if path is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="ganglion-")
            path = self._temporary.name
        self.path = Path(path)
