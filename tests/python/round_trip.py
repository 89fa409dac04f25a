"""From ganglion to PyTorch and back: loads an exported model, compares its responses, saves it.

    round_trip.py NETWORK.py WEIGHTS.safetensors CLIPS.h5 RESPONSE.h5 BACK.pt
"""

import importlib.util
import sys

import h5py
import torch

script, weights, clips, response, back = sys.argv[1:]
spec = importlib.util.spec_from_file_location("network", script)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

network, description = module.load(weights)
with h5py.File(clips) as file:
    stimulus = torch.from_numpy(file["clips"][:])
with h5py.File(response) as file:
    expected = torch.from_numpy(file["response"][:])
with torch.no_grad():
    found = network.double()(stimulus.double())
error = ((found - expected).abs().max() / expected.abs().max()).item()
print(f"difference {error:.2e}")
assert error < 1e-5, error

movie, normalisation = description["movie"], description["normalisation"]
torch.save(
    {
        "model_type": "BNCNN",
        "model_state_dict": network.float().state_dict(),
        "hyps": {"img_shape": (movie["history"], movie["height"], movie["width"]),
                 "n_units": movie["cells"], "cells": description["cells"]},
        "norm_stats": {"mean": normalisation["mean"], "std": normalisation["sd"]},
    },
    back,
)
