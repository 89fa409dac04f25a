//! Where networks are computed.

use std::str::FromStr;

use burn::tensor::Device;

pub use crate::backend_kind::BackendKind;
use crate::error::Error;

impl BackendKind {
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
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Ok(Device::vulkan(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[allow(unreachable_patterns)]
            missing => Err(Error::BackendNotBuilt { backend: missing }),
        }
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
