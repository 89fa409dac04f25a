//! Where networks are computed.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A backend of Burn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackendKind {
    /// The processor, with kernels of our own: the default.
    #[default]
    Flex,
    /// The processor, by ndarray.
    NdArray,
    /// Any graphics processor, by WebGPU (Vulkan, Metal or DirectX).
    Wgpu,
    /// NVIDIA graphics processors.
    Cuda,
}

impl BackendKind {
    /// All backends that ganglion knows.
    pub const ALL: [Self; 4] = [Self::Flex, Self::NdArray, Self::Wgpu, Self::Cuda];

    /// Whether this build contains the backend.
    pub fn is_built(self) -> bool {
        match self {
            Self::Flex => true,
            Self::NdArray => cfg!(feature = "ndarray"),
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Cuda => cfg!(feature = "cuda"),
        }
    }

    /// What the backend computes on.
    pub fn description(self) -> &'static str {
        match self {
            Self::Flex => "this computer's processor, with ganglion's own kernels",
            Self::NdArray => "this computer's processor, through ndarray",
            Self::Wgpu => "a graphics processor, through WebGPU",
            Self::Cuda => "an NVIDIA graphics processor, through CUDA",
        }
    }

    /// The device, without autodiff.
    ///
    /// # Errors
    /// If this build does not contain the backend.
    pub fn device(self) -> Result<Device, Error> {
        match self {
            Self::Flex => Ok(Device::flex()),
            // Burn means to drop this backend; until then it is a second opinion on the others.
            #[cfg(feature = "ndarray")]
            #[expect(deprecated)]
            Self::NdArray => Ok(Device::ndarray()),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[allow(unreachable_patterns)]
            missing => Err(Error::BackendNotBuilt { backend: missing }),
        }
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flex => "flex",
            Self::NdArray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        })
    }
}

impl FromStr for BackendKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.to_string() == name)
            .ok_or_else(|| Error::UnknownBackend { name: name.into() })
    }
}
