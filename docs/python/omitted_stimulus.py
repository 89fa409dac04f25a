"""What a simulated retina's omitted-stimulus response survives.

    python omitted_stimulus.py models/simulated-50x50/circuit.toml

For the first cell of the class: the slope of the time of the peak on the period of the train, with
the circuit's own kernels; with the nearest ones that so many cosines up to `last_peak` can make; and
with each pathway that has a threshold split into five whose thresholds are spread evenly about it, as
if its units differed. Trains of eight dark flashes of 20 ms, full field, so that pools do not matter.
Needs numpy.
"""

import sys
import tomllib

import numpy as np

FRAME = 10  # ms
PERIODS = range(50, 141, 10)
CONTRAST = -2.0  # of a flash, in standard deviations of the training movie
OFFSET = 6.0  # frames, as in crates/numerics/src/raised_cosines.rs


def raised_cosines(functions, history, last_peak):
    """[function, lag], the newest frame first."""
    warp = lambda lag: np.log(lag + OFFSET)
    spacing = (warp(last_peak * history) - warp(1)) / (functions - 1)
    centres = warp(1) + spacing * np.arange(functions)
    phase = (warp(np.arange(history)) - centres[:, None]) * np.pi / (2 * spacing)
    return 0.5 * (1 + np.cos(np.clip(phase, -np.pi, np.pi)))


def nearest(kernel, basis):
    return basis.T @ np.linalg.lstsq(basis.T, kernel, rcond=None)[0]


def train(period, flashes=8, before=400, after=600):
    """Contrast of every frame, and the frame at which the flash that is missing would begin."""
    omitted = (before + flashes * period) // FRAME
    stimulus = np.zeros(omitted + after // FRAME)
    for flash in range(flashes):
        start = (before + flash * period) // FRAME
        stimulus[start : start + 2] = CONTRAST
    return stimulus, omitted


def rate(stimulus, cell, kernels, reach=0.0):
    drive = np.zeros(len(stimulus))
    for pathway in cell["pathways"]:
        kernel, sign = kernels[pathway["interneuron"]], {"excitatory": 1, "inhibitory": -1}[pathway["sign"]]
        seen = np.convolve(stimulus, kernel)[: len(stimulus)]
        spread = reach * np.linspace(-1, 1, 5) if pathway["threshold"] else np.zeros(1)
        parts = [np.maximum(seen - pathway["threshold"] - by, 0) for by in spread]
        drive += sign * pathway["weight"] * np.mean(parts, axis=0)
    output = cell["output"]
    soft = output["softness"]
    return output["gain_hz"] * soft * np.log1p(np.exp((drive - output["threshold"]) / soft))


def slope(cell, kernels, reach=0.0):
    """Slope of the peak's time after the last flash on the period, and those times, ms."""
    times = []
    for period in PERIODS:
        stimulus, omitted = train(period)
        after = rate(stimulus, cell, kernels, reach)[omitted:]
        times.append(period + FRAME * int(after.argmax()))
    return np.polyfit(PERIODS, times, 1)[0], times


def main(path):
    with open(path, "rb") as file:
        circuit = tomllib.load(file)
    cell = next(one for one in circuit["cells"] if one["class"] == "omitted-stimulus")
    used = {pathway["interneuron"] for pathway in cell["pathways"]}
    kernels = {}
    for one in circuit["interneurons"]:
        if one["name"] in used:
            factor = {"on": 1, "off": -1}[one["polarity"]] * circuit["contrast_unit"]
            whole_field = 1 - one["receptive_field"]["surround_strength"]
            kernels[one["name"]] = factor * whole_field * np.array(one["kernel"])
    print("own kernels: slope %.2f, peaks %s ms" % slope(cell, kernels))
    for reach in [0.02, 0.04, 0.06, 0.08]:
        print("thresholds spread by %.2f: slope %.2f, peaks %s ms" % (reach, *slope(cell, kernels, reach)))
    history = circuit["screen"]["history"]
    for functions, last_peak in [(10, 0.75), (14, 0.75), (18, 0.75), (14, 0.9), (14, 0.95), (14, 1.0)]:
        basis = raised_cosines(functions, history, last_peak)
        made = {name: nearest(kernel, basis) for name, kernel in kernels.items()}
        left = ["%s %.1f %%" % (name, 100 * np.linalg.norm(made[name] - kernel) / np.linalg.norm(kernel))
                for name, kernel in kernels.items()]
        print("%d cosines up to %.2f: left out %s;" % (functions, last_peak, ", ".join(left)), end=" ")
        print("slope %.2f, peaks %s ms" % slope(cell, made))


if __name__ == "__main__":
    main(sys.argv[1])
