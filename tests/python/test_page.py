"""The script of `docs/python.md` runs, on less data than a network needs."""

from __future__ import annotations

import pytest

from conftest import ROOT

#: Put behind the script's settings.
SHORTER = """
for shown, seconds in (("natural", 40), ("flicker", 20), ("bars", 20)):
    settings["simulation"][shown]["train_seconds"] = seconds
settings["training"]["epochs"] = 1
settings["reduction"]["identify"]["probe"]["duration"] = 3000
"""


def test_the_script_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    script = page.split("<!-- script -->\n```python\n")[1].split("```")[0]
    first, settings, rest = script.split("\n\n", 1)[0], *script.split("\n\n", 1)[1].split("\n", 1)
    assert settings.startswith("settings = ")
    names: dict[str, object] = {}
    exec("\n".join([first, settings, SHORTER, rest]), names)
    told = capsys.readouterr().out
    assert "correlation" in told and "<Circuit of cell 0>" in told
    assert getattr(names["rates"], "shape")[0] == 12
