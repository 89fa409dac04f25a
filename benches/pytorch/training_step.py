#!/usr/bin/env python3
"""Times the published BN-CNN in PyTorch, computed the way the published code does.

One training step: gather overlapping windows of 40 frames from a normalised movie, direct
convolutions, per-unit batch normalisation, Poisson loss, backward pass, Adam. Then inference on a
movie. Prints frames (predictions) per second; `--json` prints one JSON document.

    python training_step.py --threads 2 --batch 2500 --steps 5
"""

import argparse
import json
import platform
import resource
import statistics
import sys
import time

import torch
from torch import nn

HISTORY, HEIGHT, WIDTH = 40, 50, 50
CHANNELS = (8, 8)
KERNELS = (15, 11)
NOISE = 0.05


class GaussianNoise(nn.Module):
    """Adds Gaussian noise, in training only."""

    def __init__(self, deviation):
        super().__init__()
        self.deviation = deviation

    def forward(self, x):
        return x + self.deviation * torch.randn_like(x) if self.training else x


def stage(channels_in, channels_out, kernel, rows, columns):
    """Convolution, batch normalisation of every unit, noise, rectification."""
    rows, columns = rows - kernel + 1, columns - kernel + 1
    units = channels_out * rows * columns
    layers = [
        nn.Conv2d(channels_in, channels_out, kernel),
        nn.Flatten(),
        nn.BatchNorm1d(units, eps=1e-3, momentum=0.01),
        nn.Unflatten(1, (channels_out, rows, columns)),
        GaussianNoise(NOISE),
        nn.ReLU(),
    ]
    return layers, rows, columns


def bn_cnn(cells):
    """Windows [sample, 40, 50, 50] to firing rates [sample, cell]."""
    first, rows, columns = stage(HISTORY, CHANNELS[0], KERNELS[0], HEIGHT, WIDTH)
    second, rows, columns = stage(CHANNELS[0], CHANNELS[1], KERNELS[1], rows, columns)
    return nn.Sequential(
        *first,
        *second,
        nn.Flatten(),
        nn.Linear(CHANNELS[1] * rows * columns, cells, bias=False),
        nn.BatchNorm1d(cells, eps=1e-3, momentum=0.01),
        nn.Softplus(),
    )


def windows_of(movie):
    """A view [window, 40, 50, 50] of a movie [frame, 50, 50]; nothing is copied yet."""
    return movie.unfold(0, HISTORY, 1).permute(0, 3, 1, 2)


def synchronise(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def timed(device, work):
    synchronise(device)
    start = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - start


def time_training(options, device, movie):
    model = bn_cnn(options.cells).to(device).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    loss_of = nn.PoissonNLLLoss(log_input=False, full=False, eps=1e-8)
    windows = windows_of(movie)
    rates = torch.rand(len(windows), options.cells, device=movie.device)

    def step():
        chosen = torch.randint(len(windows), (options.batch,), device=movie.device)
        clips = windows[chosen]
        targets = rates[chosen]
        optimiser.zero_grad()
        loss = loss_of(model(clips), targets)
        loss.backward()
        optimiser.step()
        loss.item()

    for _ in range(options.warm_up):
        step()
    return [timed(device, step) for _ in range(options.steps)]


def time_inference(options, device, movie):
    model = bn_cnn(options.cells).to(device).eval()
    windows = windows_of(movie[: options.inference_frames + HISTORY - 1])

    @torch.no_grad()
    def respond():
        for start in range(0, len(windows), options.batch):
            model(windows[start : start + options.batch].contiguous()).cpu()

    for _ in range(options.warm_up):
        respond()
    return len(windows), [timed(device, respond) for _ in range(options.steps)]


def summary(frames, seconds):
    rates = [frames / s for s in seconds]
    return {
        "frames": frames,
        "seconds": seconds,
        "frames_per_second": frames / statistics.median(seconds),
        "slowest": min(rates),
        "fastest": max(rates),
    }


def peak_memory_mib():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="processor threads (default: PyTorch's)")
    parser.add_argument("--batch", type=int, default=2500, help="windows a step")
    parser.add_argument("--steps", type=int, default=5, help="timed steps")
    parser.add_argument("--warm-up", type=int, default=1, help="steps before timing starts")
    parser.add_argument("--cells", type=int, default=5)
    parser.add_argument("--inference-frames", type=int, default=1000,
                        help="responses computed a pass; 0 to skip inference")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--tf32", action="store_true",
                        help="let a graphics processor round factors to 10 bits (PyTorch's default)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    if options.batch < 2 or options.steps < 1 or options.cells < 1:
        parser.error("--batch must be at least 2, --steps and --cells at least 1")
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("this PyTorch finds no CUDA device")
    return options


def main():
    options = parse_arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.manual_seed(1)
    device = torch.device(options.device)
    frames = max(options.batch, options.inference_frames, 4000) + HISTORY - 1
    # The movie lies on the device: gathering windows on the processor would be most of a step.
    movie = torch.randn(frames, HEIGHT, WIDTH, device=device)

    report = {
        "pytorch": torch.__version__,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda"
        else platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "batch": options.batch,
        "cells": options.cells,
        "training": summary(options.batch, time_training(options, device, movie)),
    }
    report["training"]["peak_memory_mib"] = peak_memory_mib()
    if options.inference_frames > 0:
        report["inference"] = summary(*time_inference(options, device, movie))
    if device.type == "cuda":
        report["peak_device_memory_mib"] = torch.cuda.max_memory_allocated(device) / 2**20

    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"PyTorch {report['pytorch']}, {report['device']}, {report['threads']} threads, "
          f"batch {options.batch}, {options.cells} cells")
    for name in ("training", "inference"):
        if name in report:
            part = report[name]
            print(f"{name:10} {part['frames_per_second']:9.1f} frames/s "
                  f"(median of {options.steps}; {part['slowest']:.1f} to {part['fastest']:.1f})")
    print(f"peak memory in training {report['training']['peak_memory_mib']:.0f} MiB")


if __name__ == "__main__":
    main()
