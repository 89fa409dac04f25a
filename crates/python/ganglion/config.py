"""Configs: tables that say what is simulated, trained and looked for.

Wherever a config is taken it may be a dict, the text of a TOML file, or its path. Keys and values are those
of the files in `configs/`, and of the `ganglion` command.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping, TypeAlias, cast

import numpy as np

from . import _native
from .errors import InvalidValueError

#: A table, the text of a TOML file, or its path.
Config: TypeAlias = "Mapping[str, Any] | str | os.PathLike[str]"


def preset(name: str = "quickstart") -> dict[str, Any]:
    """A config that comes with ganglion, as a dict to be changed.

    `quickstart` simulates a small retina and trains a small network on it in about a minute;
    `simulated-50x50` does so at the published size, and takes an hour.
    """
    texts = _native.preset_texts()
    if name not in texts:
        known = ", ".join(sorted(texts))
        raise InvalidValueError(f"there is no preset {name!r}; use one of {known}")
    return parsed(texts[name])


def parsed(toml: str) -> dict[str, Any]:
    """The tables of a TOML text."""
    return cast("dict[str, Any]", json.loads(_native.toml_to_json(toml)))


def native(config: Config) -> _native.Config:
    """A config for the native half."""
    if isinstance(config, Mapping):
        return _native.Config.of_json(json.dumps(without_none(config), default=plain))
    if isinstance(config, str) and ("\n" in config or "=" in config):
        return _native.Config.of_text(config)
    return _native.Config.of_path(Path(config))


def without_none(value: Any) -> Any:
    """TOML has no null: keys of None are left out."""
    if isinstance(value, Mapping):
        kept = {key: one for key, one in value.items() if one is not None}
        return {key: without_none(one) for key, one in kept.items()}
    return value


def plain(value: Any) -> Any:
    """Numbers of NumPy and paths as JSON has them."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise InvalidValueError(f"a config cannot hold {value!r}")
