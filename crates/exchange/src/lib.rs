//! Networks of the retina to and from other programs.
//!
//! [`import`] makes models of the weights that the field has: checkpoints of PyTorch, models of Keras,
//! safetensors. [`export`] writes models for other programs, in PyTorch's naming: safetensors, NumPy's
//! npz, HDF5; and as ONNX, which runs without PyTorch. A model that was exported as safetensors or HDF5 comes back as it was, its description
//! included:
//!
//! ```
//! use ganglion_exchange::export::{ExportFormat, export};
//! use ganglion_exchange::import::{ImportOptions, import};
//! use ganglion_model::device::BackendKind;
//! use ganglion_model::model::{Model, ModelDescription};
//! use ganglion_model::network::{ModelConfig, NetworkShape, NipsCnn};
//! use ganglion_recording::Normalisation;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = BackendKind::Flex.device()?;
//! let architecture = ModelConfig::NipsCnn(NipsCnn {
//!     channels: vec![2, 3],
//!     kernels: vec![5.into(), 3.into()],
//!     noise: 0.05,
//!     algorithm: Default::default(),
//!     microns_per_pixel: Some(50.0),
//! });
//! let movie = NetworkShape { height: 12, width: 12, history: 8, cells: 3 };
//! let network = architecture.init(&movie, 1, &device)?;
//! let normalisation = Normalisation::Global { mean: 51.0, sd: 47.5 };
//! let cells = vec![0, 4, 5];
//! let description = ModelDescription::new(architecture, movie, cells, 10.0, normalisation);
//! let model = Model::new(description, &network, &device);
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("nips.safetensors");
//! let arrays = export(&model, ExportFormat::Safetensors, &file)?;
//! assert_eq!(arrays[0].name, "sequential.0.weight");
//!
//! let imported = import(&file, &ImportOptions::default(), &device)?;
//! assert_eq!(imported.model.description.cells, [0, 4, 5]);
//! assert_eq!(imported.report.mapped[0].to, "stage 1 convolution");
//! # Ok(())
//! # }
//! ```
//!
//! Nothing in a file is run, and no memory is allocated for what a file only claims to hold. What a file
//! asks for and networks here do not have is refused by name ([`import::ImportError`]).

mod description;
pub mod error;
pub mod export;
pub mod import;

pub use error::Error;
