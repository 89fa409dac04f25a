//! Why a weights file is not imported.

use super::pickle::Refusal;

/// Why a weights file is not imported. The file is named around it, see [`crate::Error::Import`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// The file is of no known kind.
    #[error(
        "not a weights file that is known here; expected a PyTorch checkpoint (.pt), a Keras model \
         (.h5 or .keras) or safetensors"
    )]
    UnknownFormat,
    /// The file is larger than any weights file.
    #[error("holds {size} bytes, more than the {limit} that are read at most")]
    FileTooLarge {
        /// Bytes of the file.
        size: u64,
        /// Bytes read at most.
        limit: u64,
    },
    /// A problem with a pickle.
    #[error("{message}")]
    Pickle {
        /// What is wrong.
        message: String,
    },
    /// A zip file that is damaged.
    #[error("not a usable zip file: {message}; copy or download it again")]
    Zip {
        /// What is wrong.
        message: String,
    },
    /// A zip file without a pickle.
    #[error("a zip file without `data.pkl`, so no PyTorch checkpoint")]
    NoPickle,
    /// A program of PyTorch.
    #[error(
        "a program of TorchScript (torch.jit), which is not run here; save the weights with \
         torch.save(model.state_dict(), FILE)"
    )]
    TorchScript,
    /// A NumPy archive.
    #[error(
        "a NumPy archive (.npz), which is not read here; save the arrays as safetensors or HDF5"
    )]
    NumpyArchive,
    /// A folder.
    #[error(
        "a folder, not a file; a SavedModel of TensorFlow is not read: save the model with \
         model.save(\"FILE.h5\") or model.save(\"FILE.keras\")"
    )]
    Folder,
    /// An entry of a zip file that is compressed.
    #[error(
        "`{name}` is compressed, which neither PyTorch nor Keras does; save the file again with \
         torch.save or model.save"
    )]
    Compressed {
        /// The entry.
        name: String,
    },
    /// An entry of a zip file is not as long as it claims.
    #[error("`{name}` claims {size} bytes, which is not what this file of {file} bytes holds")]
    LyingSize {
        /// The entry.
        name: String,
        /// Bytes that it claims.
        size: u64,
        /// Bytes of the file.
        file: u64,
    },
    /// A checkpoint of a machine that stores the highest byte first.
    #[error("written on a big-endian machine; load and save it again with PyTorch on another")]
    BigEndian,
    /// A tensor's memory is not in the file.
    #[error("tensor memory `{key}` is not in the file or is cut off; copy or download it again")]
    NoStorage {
        /// Name of the memory.
        key: String,
    },
    /// A tensor reaches beyond its memory.
    #[error(
        "`{name}` of shape {shape:?} reaches outside its memory `{key}`, which holds {values} values"
    )]
    OutsideStorage {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// Its memory.
        key: String,
        /// Values of that memory.
        values: usize,
    },
    /// More values than the file can hold.
    #[error("`{name}` of shape {shape:?} holds more values than the file has room for")]
    MoreThanFile {
        /// The array.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// More arrays than any network has.
    #[error("holds {found} arrays; at most {limit} are read")]
    TooManyArrays {
        /// Arrays in the file.
        found: usize,
        /// Arrays read at most.
        limit: usize,
    },
    /// A checkpoint without weights.
    #[error(
        "no weights in it: it holds {found}; expected a state dict, by itself or under \
         `model_state_dict` (save it with torch.save(model.state_dict(), FILE))"
    )]
    NoStateDict {
        /// What there is.
        found: String,
    },
    /// Safetensors that cannot be read.
    #[error("not a usable safetensors file: {message}")]
    Safetensors {
        /// What is wrong.
        message: String,
    },
    /// HDF5 that cannot be read.
    #[error(transparent)]
    Hdf5(#[from] ganglion_recording::Error),
    /// A description of Keras, or weights of Keras that do not fit it.
    #[error("the Keras model: {message}")]
    Keras {
        /// What is wrong, and what to do.
        message: String,
    },
    /// A layer of a Keras model that networks here do not have.
    #[error("layer `{name}` of class `{class}` {what}; it is not supported here")]
    Layer {
        /// The layer.
        name: String,
        /// Its class in Keras.
        class: String,
        /// What it does.
        what: String,
    },
    /// An array whose values cannot be read.
    #[error("`{name}` {reason}; store it as 32-bit floating-point numbers (float32)")]
    Unreadable {
        /// The array.
        name: String,
        /// Why.
        reason: String,
    },
    /// Several sets of weights.
    #[error(
        "holds several sets of weights: {found}; say with --weights-at NAME which to use \
         (averaged weights are another network than those of the last step)"
    )]
    SeveralNetworks {
        /// Where they are.
        found: String,
    },
    /// No set of weights where the option says.
    #[error("--weights-at {wanted}: no weights there; there are {found}")]
    NoWeightsAt {
        /// What was asked for.
        wanted: String,
        /// Where weights are.
        found: String,
    },
    /// A weight that is computed from other arrays.
    #[error(
        "`{name}` is part of a weight that is computed from several arrays ({how}); undo it with \
         {undo} and save again"
    )]
    Parametrised {
        /// The array.
        name: String,
        /// What computes the weight.
        how: &'static str,
        /// The function that undoes it.
        undo: &'static str,
    },
    /// HDF5 that holds no weights.
    #[error(
        "an HDF5 file without a Keras model's `model_weights` or `layer_names`, and without arrays \
         in PyTorch's naming"
    )]
    NoKerasModel,
    /// The mapping file is malformed.
    #[error("the mapping {path}: {message}")]
    Mapping {
        /// The mapping file.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// An array that was asked for is not there.
    #[error("no array `{name}`; there are {found}")]
    NoArray {
        /// The array.
        name: String,
        /// The arrays there are.
        found: String,
    },
    /// No array at all.
    #[error("holds no arrays of weights")]
    Empty,
    /// An array holds values that are not numbers.
    #[error("`{name}` holds a value that is not finite, or a variance below zero")]
    NotFinite {
        /// The array.
        name: String,
    },
    /// Arrays that are no known layer.
    #[error(
        "`{name}` ({arrays}) is no layer that is known here; leave it out with a mapping file \
         (--mapping) that lists the layers to use"
    )]
    UnknownLayer {
        /// The layer.
        name: String,
        /// Its arrays and their shapes.
        arrays: String,
    },
    /// Layers in an order that no known network has.
    #[error(
        "layer `{name}`: {problem}; give the order of the layers in a mapping file (--mapping)"
    )]
    Order {
        /// The layer.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// The layers' shapes contradict each other or the frame.
    #[error("layer `{name}` does not fit: {problem}")]
    DoesNotFit {
        /// The layer.
        name: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The network does something that is not known here.
    #[error("the network {what}, which is not supported here")]
    Unsupported {
        /// What it does.
        what: String,
    },
    /// Something must be said that the file does not say.
    #[error("the file does not say {what}; give {flag}")]
    NotSaid {
        /// What is needed.
        what: &'static str,
        /// How to give it.
        flag: &'static str,
    },
    /// An option contradicts the file.
    #[error("{flag}: {problem}")]
    Option {
        /// The option.
        flag: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::Pickle {
            message: refusal.to_string(),
        }
    }
}
