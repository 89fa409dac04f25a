"""A model exported by ganglion as a PyTorch module.

    network, description = load("model.safetensors")
    rates = network(clips)          # [clip, cell], Hz; clips [clip, history, y, x], normalised

Needs torch and safetensors. The module's state dict has the names of torch-deep-retina's BNCNN:
weights go from one to the other with `load_state_dict`.
"""

import tomllib

import torch
from safetensors import safe_open
from torch import nn


class Noise(nn.Module):
    """Gaussian noise, in training only."""

    def __init__(self):
        super().__init__()
        self.register_buffer("sigma", torch.zeros(1))

    def forward(self, x):
        return x + self.sigma * torch.randn_like(x) if self.training else x


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)


class Exponential(nn.Module):
    def forward(self, x):
        return x.exp()


class Scale(nn.Module):
    """Firing rate of a unit output, Hz, one a cell."""

    def __init__(self, cells):
        super().__init__()
        self.register_buffer("scale", torch.ones(cells))

    def forward(self, x):
        return x * self.scale


class Network(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.sequential = nn.Sequential(*layers)

    def forward(self, clips):
        return self.sequential(clips)


def load(path):
    """The network, ready to predict, and what `model.toml` says of it."""
    with safe_open(path, "pt") as file:
        description = tomllib.loads(file.metadata()["ganglion_model"])
        state = {name: file.get_tensor(name) for name in file.keys()}
    network = Network(layers(description, state))
    network.load_state_dict(state)
    return network.eval(), description


def layers(description, state):
    """The modules, in the order that their places in the state dict tell."""
    architecture, movie = description["architecture"], description["movie"]
    cells, modules = movie["cells"], []
    if architecture["kind"] == "ln":
        inputs = movie["history"] * movie["height"] * movie["width"]
        modules = [nn.Flatten(), nn.Linear(inputs, cells)]
        exponential = architecture.get("nonlinearity") == "exp"
        return modules + [Exponential() if exponential else nn.Softplus()] + scale(state, cells)
    channels, height, width = movie["history"], movie["height"], movie["width"]
    for outputs, kernel in zip(architecture["channels"], architecture["kernels"]):
        bias = f"sequential.{len(modules)}.bias" in state
        height, width = height - kernel + 1, width - kernel + 1
        modules.append(nn.Conv2d(channels, outputs, kernel, bias=bias))
        modules += normalisation(architecture, [outputs, height, width]) + [Noise(), nn.ReLU()]
        channels = outputs
    modules.append(nn.Flatten())
    bias = f"sequential.{len(modules)}.bias" in state
    modules.append(nn.Linear(channels * height * width, cells, bias=bias))
    if f"sequential.{len(modules)}.running_mean" in state:
        modules.append(nn.BatchNorm1d(cells, eps=architecture["batch_norm_epsilon"]))
    return modules + [nn.Softplus()] + scale(state, cells)


def normalisation(architecture, planes):
    """Batch normalisation of one stage, per unit or per channel."""
    if architecture["kind"] != "bn-cnn":
        return []
    settings = {"eps": architecture["batch_norm_epsilon"],
                "momentum": architecture["batch_norm_momentum"]}
    if architecture["batch_norm"] == "per-channel":
        return [nn.BatchNorm2d(planes[0], **settings)]
    units = planes[0] * planes[1] * planes[2]
    return [nn.Flatten(), nn.BatchNorm1d(units, **settings), Reshape(*planes)]


def scale(state, cells):
    return [Scale(cells)] if any(name.endswith(".scale") for name in state) else []
