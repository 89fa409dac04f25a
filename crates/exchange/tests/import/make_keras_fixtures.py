"""Small networks saved by Keras 3 itself in its layouts, and their responses.

Needs keras (with torch), h5py and numpy. Run in this folder; writes into `fixtures/keras/`.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras
import numpy as np
from keras import layers as L

HISTORY, ROWS, COLUMNS, CELLS = 6, 10, 9, 3
FIRST, LAST = "channels_first", "channels_last"
FOLDER = "fixtures/keras"
os.makedirs(FOLDER, exist_ok=True)


def movie(data_format):
    shape = (HISTORY, ROWS, COLUMNS) if data_format == FIRST else (ROWS, COLUMNS, HISTORY)
    return L.Input(shape)


def conv(channels, data_format=FIRST, **settings):
    return L.Conv2D(channels, 3, data_format=data_format, **settings)


def softplus(**settings):
    return L.Dense(CELLS, activation="softplus", **settings)


def per_unit():
    """As in deep-retina: units are flattened for their normalisation and reshaped after it."""
    shape = (4, ROWS - 2, COLUMNS - 2)
    return [conv(4), L.Flatten(), L.BatchNormalization(epsilon=0.01), L.Reshape(shape)]


def functional():
    """A model inside a model."""
    inner = keras.Sequential([L.Input((4, ROWS - 2, COLUMNS - 2)), conv(5), L.ReLU()], name="inner")
    x = movie(FIRST)
    y = L.Dropout(0.2)(L.Activation("relu")(L.BatchNormalization(axis=1)(conv(4)(x))))
    return keras.Model(x, softplus()(L.Flatten()(inner(y))))


NETWORKS = {
    "channels_last": [movie(LAST), conv(4, LAST), L.BatchNormalization(), L.ReLU(),
                      conv(5, LAST), L.BatchNormalization(), L.ReLU(), L.Flatten(), softplus()],
    "flatten_first": [movie(FIRST), conv(4, activation="relu"), L.Flatten(data_format=FIRST),
                      softplus()],
    "columns": [movie(FIRST), conv(7), L.BatchNormalization(axis=-1, epsilon=0.1), L.ReLU(), L.Flatten(),
                softplus(use_bias=False)],
    "rows_and_channels": [movie(FIRST), conv(4), L.Permute((2, 3, 1)), L.Flatten(),
                          L.BatchNormalization(), L.Reshape((ROWS - 2, COLUMNS - 2, 4)), L.ReLU(),
                          conv(5, LAST, activation="relu"), L.Flatten(), softplus()],
    "after": [movie(FIRST), conv(4, activation="relu"), L.BatchNormalization(axis=1, scale=False),
              conv(5, activation="relu", use_bias=False),
              L.BatchNormalization(axis=1, center=False), L.Flatten(),
              L.Dense(CELLS, use_bias=False), L.BatchNormalization(), L.Activation("softplus")],
    "per_unit": [movie(FIRST), *per_unit(), L.GaussianNoise(0.05), L.ReLU(), L.Flatten(),
                 softplus()],
    "exponential": [movie(FIRST), L.Flatten(), L.Dense(CELLS, activation="exponential")],
    "movie_last": [L.Input((ROWS, ROWS, HISTORY)), L.Flatten(), L.Dense(CELLS, activation="softplus")],
    "functional": functional(),
}


def randomised(model, random):
    for weight in model.weights:
        if "moving_variance" in weight.path:
            weight.assign(random.uniform(0.2, 1.2, weight.shape))
        elif "kernel" in weight.path:
            scale = 1 / np.sqrt(np.prod(weight.shape[:-1]))
            weight.assign(random.normal(0, 1.5 * scale, weight.shape))
        elif "seed" not in weight.path:
            weight.assign(random.normal(0.3, 0.5, weight.shape))


def without_description(name):
    """What `save_weights` of Keras 2 wrote: the groups at the top, no description."""
    with h5py.File(f"{FOLDER}/{name}.h5") as whole, h5py.File(f"{FOLDER}/{name}_weights.h5", "w") as file:
        weights = whole["model_weights"]
        for layer in weights:
            weights.copy(layer, file)
        for key, value in weights.attrs.items():
            file.attrs[key] = value


def main():
    random = np.random.default_rng(20190612)
    stimulus = random.normal(0, 1, (4, HISTORY, ROWS, COLUMNS)).astype("f4")
    square = random.normal(0, 1, (4, HISTORY, ROWS, ROWS)).astype("f4")
    with h5py.File(f"{FOLDER}/expected.h5", "w") as file:
        file["stimulus"], file["square/stimulus"] = stimulus, square
        for name, layers in NETWORKS.items():
            model = layers if isinstance(layers, keras.Model) else keras.Sequential(layers)
            randomised(model, random)
            clips = square if name == "movie_last" else stimulus
            is_last = name in ("channels_last", "movie_last")
            shown = clips.transpose(0, 2, 3, 1) if is_last else clips
            where = f"square/{name}" if name == "movie_last" else name
            file[where] = model.predict(shown, verbose=0)
            model.save(f"{FOLDER}/{name}.keras")
            if name in ("flatten_first", "channels_last", "functional", "after"):
                model.save(f"{FOLDER}/{name}.h5")
            if name in ("channels_last", "after"):
                model.save_weights(f"{FOLDER}/{name}.weights.h5")
                without_description(name)


def quantised():
    """A network whose dense weights Keras has quantised to eight bits, which is refused."""
    layers = [movie(FIRST), conv(2, activation="relu"), L.Flatten(), softplus()]
    model = keras.Sequential(layers)
    model.layers[-1].quantize("int8")
    model.save(f"{FOLDER}/quantised.keras")


if __name__ == "__main__":
    main()
    quantised()
