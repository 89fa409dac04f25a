"""An exported ONNX file: valid, and with the responses of ganglion.

    onnx_model.py MODEL.onnx CLIPS.h5 RESPONSE.h5
"""

import sys
import tomllib

import h5py
import onnx
import onnxruntime

path, clips, response = sys.argv[1:]
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
notes = {entry.key: entry.value for entry in model.metadata_props}
description = tomllib.loads(notes["ganglion_model"])
shape = [description["movie"][key] for key in ("history", "height", "width")]

session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
[entry], [exit] = session.get_inputs(), session.get_outputs()
assert (entry.name, exit.name) == ("stimulus", "rate")
assert entry.shape == ["batch", *shape], entry.shape
assert exit.shape == ["batch", len(description["cells"])], exit.shape

with h5py.File(clips) as file:
    stimulus = file["clips"][:]
with h5py.File(response) as file:
    expected = file["response"][:]
[found] = session.run(None, {"stimulus": stimulus})
error = abs(found - expected).max() / abs(expected).max()
print(f"difference {error:.2e} of the highest rate, {abs(expected).max():.1f} Hz")
# Single precision in another order of sums: relative to the highest rate.
assert error < 1e-5, error
[one] = session.run(None, {"stimulus": stimulus[:1]})
assert abs(one - expected[:1]).max() < 1e-5 * abs(expected).max(), "a batch of one differs"
