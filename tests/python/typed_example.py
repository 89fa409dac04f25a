"""What a user's typed script looks like; checked by mypy, not run."""

import numpy as np
from numpy.typing import NDArray

import ganglion


def circuits(stimulus: NDArray[np.uint8], spikes: NDArray[np.int64]) -> list[str]:
    recording = ganglion.Recording.from_arrays(
        stimulus, spikes=spikes, frame_period_s=0.01, microns_per_pixel=50
    )
    run = ganglion.train(recording, ganglion.preset(), out="run", progress=False)
    scores: NDArray[np.float64] = run.model.evaluate(recording).scores["pearson"]
    rates: NDArray[np.float32] = run.model.respond(stimulus, raw=True)
    outcome = run.model.experiment("omitted-stimulus")
    found = run.model.identify(recording=recording, cells=[0])
    names = [pathway.name for circuit in found for pathway in circuit.pathways]
    return [*names, str(scores.mean()), str(rates.max()), str(outcome.present.sum())]
