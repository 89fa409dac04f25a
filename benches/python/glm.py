#!/usr/bin/env python3
"""Compares fits of coupled generalised linear models: ganglion, scikit-learn, glum and nemos.

Every program fits the same Poisson models to the same data: the same features, the same ridge of 1e-4
on standardised features, to a largest derivative of the mean loss of 1e-6. Each run is a cold process
that reads the arrays, makes what features it needs, fits all cells and scores held-out bins; its
processor seconds and its peak memory are the operating system's. Programs that are not installed are
skipped, and named.

    cargo build --release -p ganglion-glm --example fit_arrays
    pip install numpy h5py scikit-learn glum nemos
    python glm.py --runner target/release/examples/fit_arrays --recordings RECORDINGS --runs 3

Cases: `mahuas-small` and `mahuas` (6 cells of Mahuas et al. 2020, `RECORDINGS/mahuas-2020/bars.h5`, 10 and
50 stretches of 36 s in bins of 1/600 s), `coupled` (simulated: 20 cells, 120,000 bins, 180 features) and
`wide` (simulated: the same with 14 x 14 pixels, 1,668 features).
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RIDGE = 1e-4
TOLERANCE = 1e-6
PEERS = {"scikit-learn": "sklearn", "glum": "glum", "nemos": "nemos"}


def cosines(functions, length, first_peak, last_peak, stretch):
    return {"kind": "raised-cosines", "functions": functions, "length": length,
            "first_peak": first_peak, "last_peak": last_peak, "stretch": stretch}


def functions(basis):
    """Functions [function, lag], as `ganglion_numerics::raised_cosines_between` has them."""
    import numpy as np
    first, last = np.log(basis["first_peak"] + basis["stretch"]), np.log(basis["last_peak"] + basis["stretch"])
    spacing = (last - first) / (basis["functions"] - 1)
    x = np.log(np.arange(basis["length"]) + basis["stretch"])
    centres = first + spacing * np.arange(basis["functions"])
    phase = np.clip((x - centres[:, None]) * np.pi / (2 * spacing), -np.pi, np.pi)
    values = 0.5 * (1 + np.cos(phase))
    return values / np.linalg.norm(values, axis=1, keepdims=True)


# The cases


def mahuas(folder, recordings, blocks):
    import h5py
    import numpy as np
    with h5py.File(recordings / "mahuas-2020" / "bars.h5") as file:
        movie = file["train/stimulus"][:2160 * blocks].reshape(-1, 31)
        spikes = file["train/spikes"][:, :21600 * blocks]
    segments = [{"start": 2160 * b, "end": 2160 * (b + 1)} for b in range(blocks)]
    design = {"stimulus": {"basis": cosines(6, 200, 1, 170, 50)}, "history": cosines(7, 25, 1, 15, 1),
              "coupling": cosines(4, 25, 0, 15, 5)}
    write(folder, movie.astype(np.uint8), spikes.astype(np.uint8), design, [1, 31], 10,
          segments[:4 * blocks // 5], segments[4 * blocks // 5:])


def simulated(folder, frame):
    """20 cells with a filter each and weak couplings, 120,000 bins."""
    import numpy as np
    random = np.random.default_rng(1)
    pixels, cells, bins = frame[0] * frame[1], 20, 120_000
    movie = random.standard_normal((bins, pixels), dtype=np.float32)
    stimulus, spiking = cosines(8, 30, 0, 20, 3), cosines(5, 20, 0, 12, 2)
    space = random.standard_normal((cells, pixels)) * (random.random((cells, pixels)) < 10 / pixels)
    time_course = functions(stimulus).T @ random.standard_normal((8, cells)) / np.sqrt(8)
    seen = movie @ space.T.astype(np.float32)
    drive = np.stack([np.convolve(seen[:, c], time_course[:, c])[:bins] for c in range(cells)], 1)
    drive *= 0.7 / drive.std(0)
    filters = np.zeros((cells, cells, 20))
    filters[:] = np.einsum("ijf,fl->ijl", 0.1 * random.standard_normal((cells, cells, 5)), functions(spiking))
    filters *= (random.random((cells, cells)) < 0.2)[:, :, None]
    filters[np.arange(cells), np.arange(cells)] = -2.0 * np.exp(-np.arange(20) / 3.0)
    added, spikes = np.zeros((bins + 21, cells)), np.zeros((cells, bins), np.uint8)
    for t in range(bins):
        spikes[:, t] = random.poisson(np.exp(np.minimum(drive[t] - 2.9 + added[t], 1.5)))
        for j in np.flatnonzero(spikes[:, t]):
            added[t + 1:t + 21] += spikes[j, t] * filters[:, j].T
    design = {"stimulus": {"basis": stimulus}, "history": spiking, "coupling": spiking}
    write(folder, movie, spikes, design, frame, 1, [{"start": 0, "end": 4 * bins // 5}],
          [{"start": 4 * bins // 5, "end": bins}])


def write(folder, movie, spikes, design, frame, bins_per_frame, train, test):
    import numpy as np
    np.save(folder / "movie.npy", np.ascontiguousarray(movie))
    np.save(folder / "spikes.npy", np.ascontiguousarray(spikes))
    settings = {"penalty": {"ridge": RIDGE}, "tolerance": TOLERANCE}
    task = {"design": design, "settings": settings, "bins_per_frame": bins_per_frame, "frame": frame,
            "train": train, "test": test,
            "terms": [{"stimulus": True, "history": True, "coupling": True}]}
    (folder / "task.json").write_text(json.dumps(task))


CASES = {
    "mahuas-small": lambda folder, recordings: mahuas(folder, recordings, 10),
    "mahuas": lambda folder, recordings: mahuas(folder, recordings, 50),
    "coupled": lambda folder, _: simulated(folder, [1, 10]),
    "wide": lambda folder, _: simulated(folder, [14, 14]),
}


# One peer, in a process of its own


def features(movie, spikes, task, segments):
    """Dense features [bin, feature] of the bins with a whole history: stimulus, then every cell's spikes through
    the coupling and the history functions; and the counts [bin, cell]."""
    import numpy as np
    from scipy.signal import fftconvolve
    design, per_frame = task["design"], task["bins_per_frame"]
    stimulus, coupling, history = (functions(basis) for basis in
                                   (design["stimulus"]["basis"], design["coupling"], design["history"]))
    reach = max(stimulus.shape[1] - 1, coupling.shape[1], history.shape[1])
    rows, counts = [], []
    for segment in segments:
        shown = np.repeat(movie[segment["start"]:segment["end"]].astype(float), per_frame, 0)
        fired = spikes[:, segment["start"] * per_frame:segment["end"] * per_frame].T.astype(float)
        columns = [fftconvolve(shown, f[:, None])[:len(shown)] for f in stimulus]
        part = [np.stack(columns, 2).reshape(len(shown), -1)]
        for filters in (coupling, history):
            before = [np.pad(fftconvolve(fired, f[:, None])[:len(fired) - 1], ((1, 0), (0, 0))) for f in filters]
            part.append(np.stack(before, 2).reshape(len(fired), -1))
        rows.append(np.concatenate(part, 1)[reach:])
        counts.append(fired[reach:])
    return np.concatenate(rows), np.concatenate(counts)


def columns_of(cell, task, cells):
    import numpy as np
    pixels = task["frame"][0] * task["frame"][1]
    design = task["design"]
    first = pixels * design["stimulus"]["basis"]["functions"]
    [many, own] = [design[part]["functions"] for part in ("coupling", "history")]
    others = [np.arange(many) + first + many * other for other in range(cells) if other != cell]
    return np.concatenate([np.arange(first), *others, np.arange(own) + first + many * cells + own * cell])


def child(program, folder):
    import numpy as np
    task = json.loads((folder / "task.json").read_text())
    movie, spikes = np.load(folder / "movie.npy"), np.load(folder / "spikes.npy")
    x, y = features(movie, spikes, task, task["train"])
    deviations = x.std(0)
    deviations[deviations == 0] = 1
    x /= deviations
    started = time.process_time()
    predict = {"scikit-learn": fit_sklearn, "glum": fit_glum, "nemos": fit_nemos}[program](x, y, task)
    seconds = time.process_time() - started
    del x
    x, y = features(movie, spikes, task, task["test"])
    x /= deviations
    rates, mean = predict(x), y.mean(0)
    gain = (y * np.log(rates / mean) - rates + mean).sum(0) / (np.log(2) * y.sum(0))
    print(json.dumps({"bits_per_spike": gain.tolist(), "processor_seconds_of_the_fit": seconds}))


def one_by_one(x, y, task, make):
    import numpy as np
    models = []
    for cell in range(y.shape[1]):
        columns = columns_of(cell, task, y.shape[1])
        models.append((columns, make().fit(x[:, columns], y[:, cell])))
    return lambda x: np.stack([model.predict(x[:, columns]) for columns, model in models], 1)


def fit_sklearn(x, y, task):
    from sklearn.linear_model import PoissonRegressor
    return one_by_one(x, y, task, lambda: PoissonRegressor(alpha=RIDGE, solver="newton-cholesky", tol=TOLERANCE,
                                                           max_iter=100))


def fit_glum(x, y, task):
    from glum import GeneralizedLinearRegressor
    return one_by_one(x, y, task, lambda: GeneralizedLinearRegressor(family="poisson", alpha=RIDGE, l1_ratio=0,
                                                                     gradient_tol=TOLERANCE, max_iter=100))


def fit_nemos(x, y, task):
    import jax
    jax.config.update("jax_enable_x64", True)
    import nemos
    import numpy as np
    mask = np.zeros((x.shape[1], y.shape[1]))
    for cell in range(y.shape[1]):
        mask[columns_of(cell, task, y.shape[1]), cell] = 1
    # The mean over cells is what it minimises, of the loss and of the penalty.
    model = nemos.glm.PopulationGLM(feature_mask=mask, regularizer="Ridge", regularizer_strength=RIDGE,
                                    solver_name="LBFGS", solver_kwargs={"tol": 1e-7, "maxiter": 2000})
    model.fit(x, y)
    return lambda x: np.asarray(model.predict(x))


# All of them


def run(command):
    """Processor and wall seconds, peak memory in MB, and the JSON object that a cold process prints."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: status {status}")
    return {"processor_seconds": usage.ru_utime + usage.ru_stime, "seconds": time.perf_counter() - started,
            "peak_mb": usage.ru_maxrss / 1024, **json.loads(output.splitlines()[-1])}


def command_of(program, options, folder):
    if program == "ganglion":
        return [options.runner, folder]
    return [sys.executable, __file__, "--child", program, folder]


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(sys.argv[2], Path(sys.argv[3]))
    if sys.argv[1:2] == ["--make"]:
        return CASES[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", required=True, help="the built example fit_arrays")
    parser.add_argument("--recordings", type=Path, help="folder of mahuas-2020")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=["mahuas-small", "coupled"])
    parser.add_argument("--programs", nargs="+", choices=["ganglion", *PEERS], default=["ganglion", *PEERS])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    results = {}
    for case in options.cases:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # In a process of its own: a child's peak memory counts its parent's at the start.
            subprocess.run([sys.executable, __file__, "--make", case, folder, str(options.recordings)], check=True)
            for program in options.programs:
                if program in PEERS and importlib.util.find_spec(PEERS[program]) is None:
                    print(f"{case}: {program} is not installed: skipped", file=sys.stderr)
                    continue
                runs = [run(command_of(program, options, folder)) for _ in range(options.runs)]
                results[f"{case} {program}"] = summary(runs)
                if not options.json:
                    print(f"{case} {program}: {json.dumps(summary(runs))}", flush=True)
    if options.json:
        print(json.dumps(results, indent=1))


def summary(runs):
    found = {key: round(statistics.median(one[key] for one in runs), 2)
             for key in ("processor_seconds", "seconds", "peak_mb")}
    model = runs[-1]["models"][-1] if "models" in runs[-1] else runs[-1]
    return {**found, "runs": len(runs), "bits_per_spike": [round(bits, 5) for bits in model["bits_per_spike"]]}


if __name__ == "__main__":
    main()
