"""From recordings of retinal ganglion cells to the circuits behind their responses.

    import ganglion

    retina = ganglion.simulate()                               # or Recording.open, Recording.from_arrays
    run = ganglion.train(list(retina.recordings.values()), ganglion.preset())
    print(run.model.evaluate(retina.recordings["naturalscene"]))
    print(run.model.experiment("omitted-stimulus"))
    print(run.model.identify()[0])

Frames, rows and columns of movies come in the order `[frame, y, x]`, rates are `[cell, bin]` in Hz. Long calls
leave the interpreter to other threads, draw a bar, and stop at Ctrl-C. Warnings are `GanglionWarning`s, the rest
is told to the logger `ganglion`. Everything that goes wrong is a `ganglion.Error`.
"""

from ._native import __version__, set_threads
from .attribution import Attribution, Labelled
from .circuit import Circuit, Circuits, Pathway
from .comparison import Comparison, compare
from .config import preset
from .errors import Error, GanglionWarning, InternalError, InvalidValueError, MissingFileError
from .experiment import Condition, Curve, Experiment
from .model import Evaluation, Model
from .receptive_fields import ReceptiveFields
from .recording import Recording
from .simulation import Simulation, simulate
from .training import Run, train

__all__ = [
    "Attribution",
    "Circuit",
    "Circuits",
    "Comparison",
    "Condition",
    "Curve",
    "Error",
    "Evaluation",
    "Experiment",
    "GanglionWarning",
    "InternalError",
    "InvalidValueError",
    "Labelled",
    "MissingFileError",
    "Model",
    "Pathway",
    "ReceptiveFields",
    "Recording",
    "Run",
    "Simulation",
    "__version__",
    "compare",
    "preset",
    "set_threads",
    "simulate",
    "train",
]
