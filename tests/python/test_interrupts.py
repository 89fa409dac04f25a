"""Ctrl-C stops every long call, and leaves the interpreter as it was."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Callable, Iterator

import numpy as np
import pytest

import ganglion

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")

#: A short probe, for cells that are soon done.
PROBE = {"reduction": {"identify": {"probe": {"duration": 3000}}}}

CALLS: dict[str, Callable[[ganglion.Model], object]] = {
    "simulate": lambda model: ganglion.simulate(
        {
            "simulation": {
                "screen": {"height": 20, "width": 20},
                "mosaic": {"count": 1, "spacing": 150, "margin": 350},
                "white_noise": {"train_seconds": 3000, "test_seconds": 1},
            }
        }
    ),
    "respond": lambda model: model.respond(np.zeros((400_000, 20, 20), dtype=np.uint8), raw=True),
    "identify": lambda model: model.identify(config=PROBE),
    "reduce": lambda model: model.reduce("latency", config={"reduction": {"also_absent": True} | PROBE["reduction"]}),
    "attribute": lambda model: model.attribute(stimulus=np.ones((4000, 20, 20), dtype=np.float32), method="shapley"),
}


@pytest.fixture(autouse=True)
def python_hears_of_signals() -> Iterator[None]:
    """A program that was started in the background of a shell ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_interrupted(name: str, quickstart: ganglion.Model) -> None:
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        CALLS[name](quickstart)
    timer.join()
    # What was stopped has not spoiled what comes after it.
    assert quickstart.respond(np.zeros((60, 20, 20), dtype=np.float32)).shape == (12, 20)


def test_a_warning_that_is_an_error_ends_the_call(quickstart: ganglion.Model) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", ganglion.GanglionWarning)
        with pytest.raises(ganglion.GanglionWarning):
            quickstart.respond(np.full((60, 20, 20), 100, dtype=np.float32))
