#!/usr/bin/env python3
"""Times Captum's layer conductance on the published BN-CNN: seconds a clip and cell.

Random weights, white noise, conv1's output before batch normalisation, zero baseline. Prints the
median of `--repeats` runs over all clips and cells, and the completeness gap: the largest
|sum A - (F(s) - F(0))|, also as a share of the cells' response range.

    python attribution.py --threads 2 --clips 4 --steps 100
    RAYON_NUM_THREADS=2 cargo bench -p ganglion-attribution
"""

import argparse
import json
import platform
import statistics
import time

import torch
from captum.attr import LayerConductance

from training_step import HEIGHT, HISTORY, WIDTH, bn_cnn


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="processor threads (default: PyTorch's)")
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--cells", type=int, default=5)
    parser.add_argument("--steps", type=int, default=100, help="points of the path")
    parser.add_argument("--method", default="gausslegendre", help="Captum's quadrature rule")
    parser.add_argument("--batch", type=int, help="points that go through at once (default: all)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


def attribute(options, model, clips):
    """Attributions [clip, cell, channel, y, x]."""
    conductance = LayerConductance(model, model[0])
    cells = []
    for cell in range(options.cells):
        cells.append(conductance.attribute(clips, baselines=torch.zeros_like(clips), target=cell,
                                           n_steps=options.steps, method=options.method,
                                           internal_batch_size=options.batch).detach())
    return torch.stack(cells, 1)


def main():
    options = parse_arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = bn_cnn(options.cells).eval()
    clips = torch.randn(options.clips, HISTORY, HEIGHT, WIDTH)
    attribute(options, model, clips[:1])
    seconds, used = [], []
    for _ in range(options.repeats):
        start, processor = time.perf_counter(), time.process_time()
        found = attribute(options, model, clips)
        seconds.append((time.perf_counter() - start) / (options.clips * options.cells))
        used.append((time.process_time() - processor) / (options.clips * options.cells))
    with torch.no_grad():
        response, rest = model(clips), model(torch.zeros_like(clips[:1]))
    gap = (found.sum((2, 3, 4)) - (response - rest)).abs()
    both = torch.cat([response, rest])
    spread = both.max(0).values - both.min(0).values
    result = {
        "clips": options.clips,
        "cells": options.cells,
        "steps": options.steps,
        "method": options.method,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "seconds_a_clip_and_cell": statistics.median(seconds),
        "all_seconds": seconds,
        "processor_seconds_a_clip_and_cell": statistics.median(used),
        "largest_gap_hz": gap.max().item(),
        "largest_gap_share": (gap / spread).max().item(),
    }
    if options.json:
        print(json.dumps(result))
        return
    print(f"{1e3 * result['seconds_a_clip_and_cell']:.1f} ms a clip and cell, {options.steps} steps "
          f"of {options.method}, {result['threads']} threads; processor time "
          f"{1e3 * result['processor_seconds_a_clip_and_cell']:.1f} ms")
    print(f"largest completeness gap {result['largest_gap_hz']:.1e} Hz, "
          f"{result['largest_gap_share']:.1e} of the response range")


if __name__ == "__main__":
    main()
