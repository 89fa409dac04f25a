//! Steps of the whole screen.

use ganglion_recording::Milliseconds;

use crate::condition::{Draft, Parameter, Role};
use crate::stimulus::{Flash, Layer, Region};
use crate::{Contrast, Stimulus};

/// A step of the whole screen from grey to a contrast and back; one of contrast 0 is a control.
pub(crate) struct ContrastStep {
    pub(crate) contrast: Contrast,
    pub(crate) duration: Milliseconds,
    /// Time from the onset until nothing more is read.
    pub(crate) total: Milliseconds,
}

impl ContrastStep {
    pub(crate) fn draft(self, label: String) -> Draft {
        let flash = Flash {
            onset: Milliseconds(0.0),
            duration: Some(self.duration),
            contrast: self.contrast,
            region: Region::Everywhere,
        };
        let is_blank = self.contrast.0 == 0.0;
        Draft {
            role: if is_blank { Role::Control } else { Role::Test },
            parameters: vec![
                Parameter::new("contrast", self.contrast.0, "sd"),
                Parameter::new("duration", self.duration.0, "ms"),
            ],
            stimulus: Stimulus::new(label, self.total, [Layer::Flash(flash)]),
        }
    }
}
