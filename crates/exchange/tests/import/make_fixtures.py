"""Weights of small networks in the variants the field uses, and their responses in float64.

Needs torch, h5py, numpy and safetensors. Run in this folder; writes into `fixtures/`.
"""

import json
import os

import h5py
import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

HISTORY, SIZE, CELLS, CHANNELS, KERNELS = 8, 12, 3, [2, 3], [5, 3]
PLANES = [SIZE - 4, SIZE - 6]
EPSILON = 1e-3
random = np.random.default_rng(20190612)
os.makedirs("fixtures", exist_ok=True)


class Noise(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("sigma", torch.ones(1) * 0.05)

    def forward(self, x):
        return x


class Shape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)


class AbsBatchNorm(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(units)), nn.Parameter(torch.zeros(units))
        self.register_buffer("running_mean", torch.zeros(units))
        self.register_buffer("running_var", torch.ones(units))

    def forward(self, x):
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.scale.abs(), self.shift, False, 0.1, EPSILON
        )


class Stack(nn.Module):
    """Linear convolutions of 3x3 one after the other, dropout between them."""

    def __init__(self, inputs, outputs, kernel):
        super().__init__()
        count = (kernel - 1) // 2
        layers = []
        for index in range(count):
            last = index == count - 1
            layers.append(nn.Conv2d(inputs, outputs, 3, bias=last))
            inputs = outputs
            layers += [] if last else [nn.Dropout(0.1)]
        self.convs = nn.Sequential(*layers)

    def forward(self, x):
        return self.convs(x)


class Grab(nn.Module):
    """One unit of each cell's map."""

    def __init__(self, places):
        super().__init__()
        self.places = places

    def forward(self, x):
        units = [x[:, cell, row, column] for cell, (row, column) in enumerate(self.places)]
        return torch.stack(units, 1)


def norm(units):
    return nn.BatchNorm1d(units, eps=EPSILON)


def network(*layers):
    module = nn.Module()
    module.sequential = nn.Sequential(*layers)
    return module


UNITS = [CHANNELS[0] * PLANES[0] ** 2, CHANNELS[1] * PLANES[1] ** 2]


def hidden(first, second, norms):
    return [
        first, Shape(-1), norms(UNITS[0]), Shape(CHANNELS[0], *[PLANES[0]] * 2), Noise(), nn.ReLU(),
        second, Shape(-1), norms(UNITS[1]), Shape(CHANNELS[1], *[PLANES[1]] * 2), Noise(), nn.ReLU(),
    ]


def convolutions(kind=nn.Conv2d):
    return kind(HISTORY, CHANNELS[0], KERNELS[0]), kind(*CHANNELS, KERNELS[1])


def linear(bias=False):
    return nn.Linear(UNITS[1], CELLS, bias=bias)


def current():
    return network(*hidden(*convolutions(), norm), Shape(-1), linear(), norm(CELLS), nn.Softplus())


def older():
    first, second = convolutions()
    # Noise at 3 and 9, the read-out at 11 and 12.
    noisy = [Shape(-1), norm(UNITS[0]), Noise()]
    again = [Shape(-1), norm(UNITS[1]), Noise()]
    return network(
        first, *noisy, nn.ReLU(), Shape(CHANNELS[0], *[PLANES[0]] * 2),
        second, *again, nn.ReLU(), linear(), norm(CELLS), nn.Softplus(),
    )


def per_channel():
    first, second = convolutions()
    return network(
        first, nn.BatchNorm2d(CHANNELS[0], eps=EPSILON), Noise(), nn.ReLU(),
        second, nn.BatchNorm2d(CHANNELS[1], eps=EPSILON), Noise(), nn.ReLU(),
        Shape(-1), linear(), norm(CELLS), nn.Softplus(),
    )


def stacked():
    layers = hidden(*convolutions(Stack), norm)
    return network(*layers, Shape(-1), linear(), norm(CELLS), nn.Softplus())


def absolute():
    layers = hidden(*convolutions(), AbsBatchNorm)
    return network(*layers, Shape(-1), linear(True), AbsBatchNorm(CELLS), nn.Softplus())


PLACES = [[0, 3], [2, 1], [3, 3]]


def one_unit():
    layers = hidden(*convolutions(Stack), norm)
    return network(
        *layers, nn.Conv2d(CHANNELS[1], CELLS, 3), Grab(PLACES), norm(CELLS), nn.Softplus()
    )


def nips():
    first, second = convolutions()
    return network(
        first, Noise(), nn.ReLU(), second, Noise(), nn.ReLU(), Shape(-1), linear(True), nn.Softplus()
    )


def linear_nonlinear():
    return network(
        Shape(-1), nn.Linear(HISTORY * SIZE**2, CELLS, bias=True), norm(CELLS), nn.Softplus()
    )


def randomised(module):
    """Random values in float32, so large that every unit matters."""
    for name, tensor in module.state_dict().items():
        shape = tuple(tensor.shape)
        if name.endswith("running_var"):
            values = random.uniform(0.5, 2.0, shape)
        elif name.endswith("sigma") or name.endswith("num_batches_tracked"):
            continue
        elif len(shape) > 1:
            values = random.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape) * 1.5
        else:
            values = random.normal(0.3, 0.7, shape)
        tensor.copy_(torch.from_numpy(values.astype("f4")))
    return module.eval()


def responses(module, stimulus):
    with torch.no_grad():
        return module.double().sequential(torch.from_numpy(stimulus).double()).numpy()


def save(name, module, **more):
    """As torch-deep-retina saves its checkpoints, with a set and NumPy scalars among the rest."""
    checkpoint = {
        "model_type": "BNCNN",
        "model_state_dict": module.float().state_dict(),
        "optim_state_dict": {"state": {}, "param_groups": [{"lr": 5e-3}]},
        "hyps": {"img_shape": (HISTORY, SIZE, SIZE), "n_units": CELLS, "noise": 0.05, "softplus": True,
                 "cells": [4, 6, 9], "search_keys": {"lr", "noise"}},
        "loss": 0.25, "epoch": 7, "val_loss": np.float64(0.5), "test_pearson": np.float32(0.75),
        "norm_stats": {"mean": np.float32(51.5), "std": np.float64(53.25)},
        **more,
    }
    torch.save(checkpoint, f"fixtures/{name}.pt", _use_new_zipfile_serialization=name != "older")


def keras_group(file, arrays, config):
    """The layout of `model.save("x.h5")` in Keras 2."""
    file.attrs["keras_version"] = b"2.2.4"
    file.attrs["model_config"] = json.dumps(config).encode()
    weights = file.create_group("model_weights")
    weights.attrs["layer_names"] = np.array([name.encode() for name in arrays])
    for layer, parts in arrays.items():
        group = weights.create_group(layer)
        group.attrs["weight_names"] = np.array([f"{layer}/{part}:0".encode() for part in parts])
        for part, value in parts.items():
            group.create_dataset(f"{layer}/{part}:0", data=value)


def keras(name, module):
    """The same network as Keras would store it, every layer described as Keras 2 describes it."""
    state = {key: value.numpy() for key, value in module.float().state_dict().items()}
    arrays, layers, count = {}, [], {}

    def add(kind, parts, **config):
        snake = {"Conv2D": "conv2d", "BatchNormalization": "batch_normalization",
                 "GaussianNoise": "gaussian_noise"}.get(kind, kind.lower())
        count[snake] = count.get(snake, 0) + 1
        label = f"{snake}_{count[snake]}"
        if not layers:
            config["batch_input_shape"] = [None, HISTORY, SIZE, SIZE]
        arrays[label] = parts
        layers.append({"class_name": kind, "config": {"name": label, **config}})

    for index, layer in enumerate(module.sequential):
        get = lambda part: state[f"sequential.{index}.{part}"]
        if isinstance(layer, nn.Conv2d):
            add("Conv2D", {"kernel": get("weight").transpose(2, 3, 1, 0), "bias": get("bias")},
                filters=layer.out_channels, kernel_size=list(layer.kernel_size), strides=[1, 1],
                padding="valid", data_format="channels_first", dilation_rate=[1, 1],
                activation="linear", use_bias=True)
        elif isinstance(layer, nn.Linear):
            parts = {"kernel": get("weight").T}
            if layer.bias is not None:
                parts["bias"] = get("bias")
            add("Dense", parts, units=layer.out_features, activation="linear",
                use_bias=layer.bias is not None)
        elif isinstance(layer, nn.BatchNorm1d):
            parts = {"gamma": get("weight"), "beta": get("bias"),
                     "moving_mean": get("running_mean"), "moving_variance": get("running_var")}
            add("BatchNormalization", parts, axis=-1, epsilon=EPSILON, center=True, scale=True)
        elif isinstance(layer, Noise):
            add("GaussianNoise", {}, stddev=0.1)
        elif isinstance(layer, nn.ReLU):
            add("Activation", {}, activation="relu")
        elif isinstance(layer, nn.Softplus):
            add("Activation", {}, activation="softplus")
        elif isinstance(layer, Shape) and len(layer.shape) == 1:
            add("Flatten", {}, data_format="channels_last")
        elif isinstance(layer, Shape):
            add("Reshape", {}, target_shape=list(layer.shape))
    with h5py.File(f"fixtures/{name}.h5", "w") as file:
        keras_group(file, arrays, {"class_name": "Sequential",
                                   "config": {"name": "sequential_1", "layers": layers}})


def keras_1(name, module, backend):
    """The network as Keras 1.2 stores it: its own names of settings and arrays, kernels with channels
    first, and turned by half a turn if Theano computes, whose convolutions are no correlations."""
    state = {key: value.numpy() for key, value in module.float().state_dict().items()}
    ending = ":0" if backend == "tensorflow" else ""
    turned = slice(None, None, -1 if backend == "theano" else None)
    layers, arrays = [], {}

    def add(kind, parts, **config):
        label = f"{kind.lower()}_{len(layers) + 1}"
        if not layers:
            config["batch_input_shape"] = [None, HISTORY, SIZE, SIZE]
        layers.append({"class_name": kind, "config": {"name": label, **config}})
        arrays[label] = {f"{label}_{part}{ending}": value for part, value in parts.items()}

    for index, layer in enumerate(module.sequential):
        get = lambda part: state[f"sequential.{index}.{part}"]
        if isinstance(layer, nn.Conv2d):
            add("Convolution2D", {"W": get("weight")[:, :, turned, turned], "b": get("bias")},
                nb_filter=layer.out_channels, nb_row=layer.kernel_size[0], nb_col=layer.kernel_size[1],
                border_mode="valid", subsample=[1, 1], dim_ordering="th", bias=True, activation="relu")
        elif isinstance(layer, nn.Linear):
            add("Dense", {"W": get("weight").T, "b": get("bias")}, output_dim=layer.out_features,
                bias=True, activation="softplus", input_dim=None)
        elif isinstance(layer, Noise):
            add("GaussianNoise", {}, sigma=0.1)
        elif isinstance(layer, Shape):
            add("Flatten", {})
    with h5py.File(f"fixtures/{name}.h5", "w") as file:
        file.attrs["keras_version"] = b"1.2.2"
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": layers}).encode()
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([label.encode() for label in arrays])
        for label, parts in arrays.items():
            group = weights.create_group(label)
            group.attrs["weight_names"] = np.array([part.encode() for part in parts])
            for part, value in parts.items():
                group.create_dataset(part, data=value)


def named(module):
    """The current network under names and layouts that say nothing of their order."""
    state = module.float().state_dict()
    renamed = {"retina/b_first": "0.bias", "retina/b_second": "6.bias"}
    for place, name in ((2, "amacrine"), (8, "bipolar"), (14, "cells")):
        for ours, theirs in (("g", "weight"), ("o", "bias"), ("m", "running_mean"), ("v", "running_var")):
            renamed[f"norm/{name}.{ours}"] = f"{place}.{theirs}"
    tensors = {ours: state[f"sequential.{theirs}"].clone() for ours, theirs in renamed.items()}
    for ours, theirs in (("kernel/zz", 0), ("kernel/aa", 6)):
        tensors[ours] = state[f"sequential.{theirs}.weight"].permute(2, 3, 1, 0).contiguous()
    tensors["out"] = state["sequential.13.weight"].t().contiguous()
    tensors["unused"] = torch.zeros(2)
    save_file(tensors, "fixtures/named.safetensors")


def recording(module):
    """A session whose cells are the network's: its cells' units can be found again."""
    movie = (random.uniform(0, 1, (600, SIZE, SIZE)) < 0.5).astype("u1") * 255
    normalised = (movie - 51.5) / 53.25
    clips = np.stack([normalised[i:i + HISTORY] for i in range(len(movie) - HISTORY)])
    rates = np.zeros((10, len(movie)))
    rates[[4, 6, 9], HISTORY:] = responses(module, clips).T
    with h5py.File("fixtures/session.h5", "w") as file:
        file["train/stimulus"] = movie
        file["train/response/firing_rate_10ms"] = rates.astype("f4")
        file.attrs["frame_period_s"] = 0.01


def main():
    stimulus = random.normal(0, 1, (5, HISTORY, SIZE, SIZE)).astype("f4")
    networks = {make.__name__: randomised(make()) for make in (
        current, older, per_channel, stacked, absolute, one_unit, nips, linear_nonlinear)}
    with h5py.File("fixtures/expected.h5", "w") as file:
        file["stimulus"] = stimulus
        for name, module in networks.items():
            file[name] = responses(module, stimulus)
    for name, module in networks.items():
        save(name, module)
    torch.save(networks["current"].float().state_dict(), "fixtures/bare.pt")
    keras("keras_bn", networks["current"])
    keras("keras_nips", networks["nips"])
    for backend in ("theano", "tensorflow"):
        keras_1(f"keras_1_{backend}", networks["nips"], backend)
    named(networks["current"])
    recording(networks["one_unit"])


main()
