//! The backends of Burn that networks are computed by.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A backend of Burn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BackendKind {
    /// The processor, with kernels of our own: the default.
    #[default]
    Flex,
    /// The processor, by ndarray.
    NdArray,
    /// Any graphics processor, by WebGPU (Vulkan, Metal or DirectX).
    Wgpu,
    /// Graphics processors with Vulkan, without the detour by WebGPU's language of shaders.
    Vulkan,
    /// NVIDIA graphics processors.
    Cuda,
}

impl BackendKind {
    /// All backends that ganglion knows.
    pub const ALL: [Self; 5] = [
        Self::Flex,
        Self::NdArray,
        Self::Wgpu,
        Self::Vulkan,
        Self::Cuda,
    ];

    /// Whether this build contains the backend.
    pub fn is_built(self) -> bool {
        match self {
            Self::Flex => true,
            Self::NdArray => cfg!(feature = "ndarray"),
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Cuda => cfg!(feature = "cuda"),
        }
    }

    /// What the backend computes on.
    pub fn description(self) -> &'static str {
        match self {
            Self::Flex => "this computer's processor, with ganglion's own kernels",
            Self::NdArray => "this computer's processor, through ndarray",
            Self::Wgpu => "a graphics processor, through WebGPU",
            Self::Vulkan => "a graphics processor, through Vulkan",
            Self::Cuda => "an NVIDIA graphics processor, through CUDA",
        }
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flex => "flex",
            Self::NdArray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Cuda => "cuda",
        })
    }
}
