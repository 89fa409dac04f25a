"""The network `current` of `make_fixtures.py` in checkpoints as programs nest and wrap them.

Needs torch and numpy. Run in this folder after `make_fixtures.py`; writes into
`fixtures/checkpoints/`.
"""

import os
import pickle

import numpy as np
import torch

FOLDER = "fixtures/checkpoints"
os.makedirs(FOLDER, exist_ok=True)


def save(name, content, **settings):
    torch.save(content, f"{FOLDER}/{name}.pt", **settings)


def arrays(state, change):
    return {name: change(value.numpy()) for name, value in state.items()}


def big_endian(array):
    return array.astype(array.dtype.newbyteorder(">"))


def main():
    whole = torch.load("fixtures/current.pt", weights_only=False)
    state, settings = whole["model_state_dict"], {"hyps": whole["hyps"]}
    prefixed = lambda prefix: {f"{prefix}{name}": value for name, value in state.items()}
    other = {name: value + 1 if value.is_floating_point() else value for name, value in state.items()}

    save("nested", {"epoch": 3, "model": {"state_dict": state, **settings}})
    save("listed", [{"loss": 1.0}, (1, {"net_state": state, **settings})])
    save("averaged", {"n_averaged": torch.tensor(5), **prefixed("module.")})
    save("compiled", {"model": prefixed("_orig_mod.module."), **settings})
    save("with_average", {"model_state_dict": state, "ema_state_dict": other, **settings})
    both = {**prefixed("model."), **{f"ema.{name}": value for name, value in other.items()}}
    save("average_beside", {"state_dict": both})

    # One value repeated with stride 0, and all arrays as views of one storage.
    expanded = {**state, "sequential.2.running_var": torch.full((1,), 0.75).expand(128)}
    save("expanded", expanded)
    flat = torch.cat([value.float().reshape(-1) for value in state.values()])
    parts, at = {}, 0
    for name, value in state.items():
        parts[name] = flat[at:at + value.numel()].view(value.shape)
        at += value.numel()
    save("shared", parts, _use_new_zipfile_serialization=False)
    save("half", {name: value.half() if value.is_floating_point() else value for name, value in state.items()})

    for protocol in (2, 4, 5):
        with open(f"{FOLDER}/numpy{protocol}.pkl", "wb") as file:
            change = np.asfortranarray if protocol == 4 else lambda array: array
            pickle.dump({"state_dict": arrays(state, change), **settings}, file, protocol=protocol)
    save("numpy_big_endian", {"weights": arrays(state, big_endian), **settings,
                              "norm_stats": {"mean": np.array(51.5, ">f4"), "std": torch.tensor([53.25])}})

    linear = torch.nn.Linear(4, 3)
    norm = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(4, 3))
    save("parametrised", norm.state_dict())
    not_read()


def not_read():
    """Weights in types of numbers that are no weights, or that are not read."""
    torch.manual_seed(1)
    linear = torch.nn.Linear(4, 3)
    weight, bias = linear.weight.detach(), linear.bias.detach()
    whole = (weight * 100).round()
    stored = {
        "complex": weight.to(torch.complex64),
        "int8": whole.to(torch.int8),
        "int64": whole.to(torch.int64),
        "bool": whole > 0,
        "uint16": whole.abs().to(torch.uint16),
        "float8": weight.to(torch.float8_e4m3fn),
        "quantised": torch.quantize_per_tensor(weight, 0.01, 0, torch.qint8),
        "sparse": weight.to_sparse(),
        "parameter8": torch.nn.Parameter(weight.to(torch.float8_e5m2), requires_grad=False),
    }
    for name, values in stored.items():
        save(name, {"0.weight": values, "0.bias": bias})
    for name in "complex", "float8", "quantised", "uint16":
        content = {"0.weight": stored[name], "0.bias": bias}
        save(f"{name}_legacy", content, _use_new_zipfile_serialization=False)
    for name, kind in ("numpy_int8", np.int8), ("numpy_complex", np.complex128):
        with open(f"{FOLDER}/{name}.pkl", "wb") as file:
            pickle.dump({"0.weight": whole.numpy().astype(kind), "0.bias": bias.numpy()}, file, protocol=4)


if __name__ == "__main__":
    main()
