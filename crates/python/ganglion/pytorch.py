"""A model of ganglion as a PyTorch module.

    network = model.to_torch()                              # of a ganglion.Model
    network, description = load("weights.safetensors")      # of a file that ganglion exported
    rates = network(clips)          # [clip, cell], Hz; clips [clip, history, y, x], normalised

Needs torch, and for files safetensors. The module's state dict has the names of torch-deep-retina's
BNCNN: weights go from one to the other with `load_state_dict`. This file needs nothing else of the
package: it works by itself, too.
"""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import torch
from torch import nn


class Noise(nn.Module):
    """Gaussian noise, in training only."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("sigma", torch.zeros(1))

    def forward(self, x: Any) -> Any:
        return x + self.sigma * torch.randn_like(x) if self.training else x


class Reshape(nn.Module):
    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Any) -> Any:
        return x.reshape(x.shape[0], *self.shape)


class Exponential(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.exp()


class RectifiedSquare(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.relu().square()


class Scale(nn.Module):
    """Firing rate of a unit output, Hz, one a cell."""

    def __init__(self, cells: int) -> None:
        super().__init__()
        self.register_buffer("scale", torch.ones(cells))

    def forward(self, x: Any) -> Any:
        return x * self.scale


class Network(nn.Module):
    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.sequential = nn.Sequential(*layers)

    def forward(self, clips: Any) -> Any:
        return self.sequential(clips)


def load(path: str) -> tuple[Network, dict[str, Any]]:
    """The network of an exported file, ready to predict, and what `model.toml` says of it."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        description = parsed(file.metadata()["ganglion_model"])
        state = {name: file.get_tensor(name) for name in file.keys()}
    return build(description, state), description


def parsed(text: str) -> dict[str, Any]:
    """The text of a `model.toml`."""
    try:
        import tomllib
    except ModuleNotFoundError:
        # Python 3.10, with the rest of the package.
        import json

        from ganglion._native import toml_to_json

        found: dict[str, Any] = json.loads(toml_to_json(text))
        return found
    of_text: dict[str, Any] = tomllib.loads(text)
    return of_text


def of_arrays(description: Mapping[str, Any], state: Mapping[str, Any]) -> Network:
    """The network of a description and of arrays by their names in PyTorch."""
    return build(description, {name: tensor(name, array) for name, array in state.items()})


def tensor(name: str, array: Any) -> torch.Tensor:
    # A count of batches is a whole number to PyTorch.
    kind = np.int64 if name.endswith("num_batches_tracked") else np.float32
    return torch.from_numpy(np.array(array, dtype=kind))


def build(description: Mapping[str, Any], state: Mapping[str, torch.Tensor]) -> Network:
    """The network of a description and a state dict, ready to predict."""
    network = Network(layers(description, state))
    network.load_state_dict(dict(state))
    network.eval()
    return network


def layers(description: Mapping[str, Any], state: Mapping[str, Any]) -> list[nn.Module]:
    """The modules, in the order that their places in the state dict tell."""
    architecture, movie = description["architecture"], description["movie"]
    cells = movie["cells"]
    modules: list[nn.Module] = []
    if architecture["kind"] == "ln":
        inputs = movie["history"] * movie["height"] * movie["width"]
        modules = [nn.Flatten(), nn.Linear(inputs, cells)]
        exponential = architecture.get("nonlinearity") == "exp"
        return modules + [Exponential() if exponential else nn.Softplus()] + scale(state, cells)
    if architecture["kind"] in ("ln-ln", "nonlinear-input"):
        return summed_inputs(architecture, movie, state)
    channels, height, width = movie["history"], movie["height"], movie["width"]
    for outputs, kernel in zip(architecture["channels"], architecture["kernels"]):
        bias = f"sequential.{len(modules)}.bias" in state
        rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
        height, width = height - rows + 1, width - columns + 1
        modules.append(nn.Conv2d(channels, outputs, (rows, columns), bias=bias))
        modules += normalisation(architecture, [outputs, height, width]) + [Noise(), nn.ReLU()]
        channels = outputs
    modules.append(nn.Flatten())
    bias = f"sequential.{len(modules)}.bias" in state
    modules.append(nn.Linear(channels * height * width, cells, bias=bias))
    if f"sequential.{len(modules)}.running_mean" in state:
        modules.append(nn.BatchNorm1d(cells, eps=architecture["batch_norm_epsilon"]))
    return modules + [nn.Softplus()] + scale(state, cells)


def summed_inputs(architecture: Mapping[str, Any], movie: Mapping[str, int],
                  state: Mapping[str, Any]) -> list[nn.Module]:
    """Inputs of each cell as one convolution, of which each cell reads its own."""
    outputs, history, rows, columns = state["sequential.0.weight"].shape
    units = outputs * (movie["height"] - rows + 1) * (movie["width"] - columns + 1)
    key = "subunit_nonlinearity" if architecture["kind"] == "ln-ln" else "input_nonlinearity"
    hidden = {"relu": nn.ReLU, "softplus": nn.Softplus, "rectified-square": RectifiedSquare}
    exponential = architecture.get("nonlinearity") == "exp"
    return [
        nn.Conv2d(history, outputs, (rows, columns)),
        hidden[architecture[key]](),
        nn.Flatten(),
        nn.Linear(units, movie["cells"]),
        Exponential() if exponential else nn.Softplus(),
    ] + scale(state, movie["cells"])


def normalisation(architecture: Mapping[str, Any], planes: list[int]) -> list[nn.Module]:
    """Batch normalisation of one stage, per unit or per channel."""
    if architecture["kind"] != "bn-cnn":
        return []
    settings = {"eps": architecture["batch_norm_epsilon"],
                "momentum": architecture["batch_norm_momentum"]}
    if architecture["batch_norm"] == "per-channel":
        return [nn.BatchNorm2d(planes[0], **settings)]
    units = planes[0] * planes[1] * planes[2]
    return [nn.Flatten(), nn.BatchNorm1d(units, **settings), Reshape(*planes)]


def scale(state: Mapping[str, Any], cells: int) -> list[nn.Module]:
    return [Scale(cells)] if any(name.endswith(".scale") for name in state) else []
