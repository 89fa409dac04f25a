#!/usr/bin/env python3
"""Makes the attribution fixtures of this folder with PyTorch and Captum, in double precision.

    python make.py            needs torch, captum, h5py and safetensors

Each fixture is a model folder that ganglion opens, with random weights rounded to single precision,
and `reference.h5`:

- `stimulus` [clip, history, y, x], normalised;
- `response`, `resting_response` [clip, cell];
- `STAGE-POINT/captum` [clip, cell, channel, y, x]: `captum.attr.LayerConductance`, riemann_middle,
  as many steps as its attribute `steps` says;
- `STAGE-POINT/integral`: the same integral by 16384 intervals, the gradient at the middle of each
  times the layer's change over the whole interval, so that nothing of the path is left out.
"""

import pathlib

import h5py
import numpy as np
import torch
from captum.attr import LayerConductance
from safetensors.numpy import save_file
from torch import nn

CAPTUM_STEPS = 1000
INTERVALS = 16384
TOGETHER = 512
EPSILON = 1e-3
FOLDER = pathlib.Path(__file__).parent


class Affine(nn.Module):
    """Batch normalisation by running statistics, of every unit or every channel."""

    def __init__(self, groups, random, gain=(0.5, 1.5), offset=0.3):
        super().__init__()
        self.gain = single(random.uniform(*gain, groups))
        self.offset = single(random.normal(0, 1, groups) * offset)
        self.mean = single(random.normal(0, 0.3, groups))
        self.variance = single(random.uniform(0.3, 1.5, groups))

    def forward(self, x):
        scale = self.gain / torch.sqrt(self.variance + EPSILON)
        shift = self.offset - scale * self.mean
        units = x[0].numel()
        spread = lambda v: v.repeat_interleave(units // len(v)).reshape(x.shape[1:])
        return x * spread(scale) + spread(shift)


class Network(nn.Module):
    """Two stages and a read-out, with every point a module of its own."""

    def __init__(self, shape, random):
        super().__init__()
        self.shape = shape
        history, height, width = shape["movie"]
        channels, kernels, cells = shape["channels"], shape["kernels"], shape["cells"]
        size = [height, width]
        below = history
        for stage, (count, kernel) in enumerate(zip(channels, kernels)):
            conv = nn.Conv2d(below, count, kernel).double()
            scale = shape["contrast"][stage] / np.sqrt(below * kernel * kernel)
            conv.weight.data = single(random.normal(0, scale, conv.weight.shape))
            conv.bias.data = single(random.normal(0, 0.1, count))
            size = [extent - kernel + 1 for extent in size]
            units = count * size[0] * size[1]
            norm = shape["normalisation"]
            groups = {"per-unit": units, "per-channel": count}.get(norm)
            setattr(self, f"linear{stage + 1}", conv)
            offset = shape.get("offsets", (0.3, 0.3))[stage]
            affine = Affine(groups, random, offset=offset) if groups else nn.Identity()
            setattr(self, f"normalised{stage + 1}", affine)
            setattr(self, f"rectified{stage + 1}", nn.ReLU())
            below = count
        weight = random.normal(0, shape["contrast"][2] / np.sqrt(units), (cells, units))
        self.weight = single(weight)
        self.bias = single(random.normal(0, 0.3, cells))
        self.readout = Affine(cells, random) if norm else nn.Identity()
        if norm:
            self.readout.offset = single(np.array(shape["drives"]))

    def forward(self, x):
        for stage in "12":
            for point in ("linear", "normalised", "rectified"):
                x = getattr(self, point + stage)(x)
        drive = x.flatten(1) @ self.weight.T
        drive = self.readout(drive) if self.shape["normalisation"] else drive + self.bias
        return nn.functional.softplus(drive)

    def at(self, name, x):
        """The values of one module for an input."""
        kept = {}
        hook = getattr(self, name).register_forward_hook(lambda m, i, o: kept.update(o=o))
        self(x)
        hook.remove()
        return kept["o"]

    def above(self, name, value):
        """The response for given values of one module."""
        hook = getattr(self, name).register_forward_hook(lambda m, i, o: value)
        history, height, width = self.shape["movie"]
        response = self(torch.zeros(len(value), history, height, width).double())
        hook.remove()
        return response


def single(values):
    return torch.tensor(np.asarray(values).astype(np.float32).astype(np.float64))


def integral(network, name, clip):
    """[cell, channel, y, x] by the midpoint rule over the whole path."""
    total = 0
    for first in range(0, INTERVALS, TOGETHER):
        edges = torch.arange(first, first + TOGETHER + 1).double() / INTERVALS
        middles = (edges[:-1] + edges[1:]) / 2
        along = lambda a: a.view(-1, 1, 1, 1) * clip
        with torch.no_grad():
            change = network.at(name, along(edges)).diff(dim=0)
            middle = network.at(name, along(middles))
        middle = middle.requires_grad_()
        rates = network.above(name, middle)
        terms = []
        for cell in range(rates.shape[1]):
            gradient, = torch.autograd.grad(rates[:, cell].sum(), middle, retain_graph=True)
            terms.append((gradient * change).sum(0))
        total = total + torch.stack(terms).detach()
    return total.numpy()


def captum(network, name, clips):
    """[clip, cell, channel, y, x]"""
    conductance = LayerConductance(network, getattr(network, name))
    def of(cell):
        return conductance.attribute(clips, baselines=torch.zeros_like(clips), target=cell,
                                     n_steps=CAPTUM_STEPS, method="riemann_middle",
                                     internal_batch_size=TOGETHER)
    cells = [of(cell).detach() for cell in range(network.shape["cells"])]
    return torch.stack(cells, 1).numpy()


def weights(network):
    """Under ganglion's names, in single precision."""
    arrays = {}
    def affine(name, module):
        for theirs, ours in [("gain", "gain"), ("offset", "offset"), ("mean", "running_mean"),
                             ("variance", "running_variance")]:
            arrays[f"{name}.{ours}"] = getattr(module, theirs)
    for stage in (1, 2):
        conv = getattr(network, f"linear{stage}")
        kernel = conv.weight.data
        # [out, in, history, y, x]: the first stage has one channel and a history.
        kernel = kernel.unsqueeze(1 if stage == 1 else 2)
        arrays[f"stages.{stage - 1}.convolution.kernel"] = kernel
        arrays[f"stages.{stage - 1}.convolution.bias"] = conv.bias.data
        if network.shape["normalisation"]:
            affine(f"stages.{stage - 1}.normalisation", getattr(network, f"normalised{stage}"))
    arrays["readout.weight"] = network.weight
    if network.shape["normalisation"]:
        affine("readout_normalisation", network.readout)
    else:
        arrays["readout.bias"] = network.bias
    arrays["output.scale"] = torch.ones(network.shape["cells"])
    return {name: np.ascontiguousarray(a.numpy().astype(np.float32)) for name, a in arrays.items()}


def description(shape):
    history, height, width = shape["movie"]
    norm = shape["normalisation"]
    kind = f'kind = "bn-cnn"\nbatch_norm = "{norm}"' if norm else 'kind = "nips-cnn"'
    return f"""format = 1
cells = {list(range(shape["cells"]))}
frame_period_ms = 10.0
microns_per_pixel = 50.0
response = "firing_rate_10ms"

[architecture]
{kind}
channels = {shape["channels"]}
kernels = {shape["kernels"]}

[movie]
height = {height}
width = {width}
history = {history}
cells = {shape["cells"]}

[normalisation]
rule = "global"
mean = 0.0
sd = 1.0

[provenance]
"""


def make(name, shape, layers, seed):
    random = np.random.default_rng(seed)
    network = Network(shape, random).eval()
    contrasts = shape["clips"]
    clips = random.normal(0, 1, (len(contrasts), *shape["movie"]))
    clips = single(clips * np.array(contrasts).reshape(-1, 1, 1, 1))
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    save_file(weights(network), folder / "model.safetensors")
    (folder / "model.toml").write_text(description(shape))
    with h5py.File(folder / "reference.h5", "w") as file:
        save = lambda key, values: file.create_dataset(
            key, data=np.asarray(values, "f4"), compression="gzip", shuffle=True)
        save("stimulus", clips)
        with torch.no_grad():
            response = network(clips)
            resting = network(torch.zeros_like(clips))
        save("response", response)
        save("resting_response", resting)
        for layer in layers:
            point, stage = layer.rstrip("12"), layer[-1]
            exact = np.stack([integral(network, layer, clip[None]) for clip in clips])
            if layer in shape["captum"]:
                theirs = captum(network, layer, clips)
                save(f"{stage}-{point}/captum", theirs).attrs["steps"] = CAPTUM_STEPS
            save(f"{stage}-{point}/integral", exact)
            gap = exact.sum((2, 3, 4)) - (response - resting).numpy()
            print(name, layer, "gap of the integral", abs(gap).max(), "change",
                  abs(response - resting).numpy().max())
            with torch.no_grad():
                on = [(network.at(f"normalised{s}", clips) > 0).double().mean().item() for s in (1, 2)]
                print("   active", on)


ALL = [f"{point}{stage}" for stage in (1, 2) for point in ("linear", "normalised", "rectified")]
PLAIN = dict(movie=(12, 18, 16), channels=[4, 3], kernels=[5, 4], cells=3, contrast=(1.5, 1.5, 2.0),
             normalisation="per-unit", drives=[0.0, 1.0, -1.0], clips=[1.0, 2.0],
             captum=["linear1"])

if __name__ == "__main__":
    # Cells far below threshold and far above it, units that never and always fire, a grey clip.
    saturated = PLAIN | dict(offsets=(3.0, 3.0), drives=[6.0, -6.0, 0.0], clips=[2.0, 0.0, 5.0])
    make("saturated", saturated, ["linear1"], 1)
    nips = PLAIN | dict(movie=(10, 17, 20), channels=[5, 3], kernels=[6, 5], normalisation=None)
    make("nips", nips, ["linear1"], 2)
    make("points", PLAIN | dict(normalisation="per-channel", cells=2, drives=[0.0, 1.0],
                                captum=["linear1", "rectified1", "linear2"]), ALL, 3)
