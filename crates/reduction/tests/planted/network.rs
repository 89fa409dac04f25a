//! Networks whose channels and read-out are written down.

use ganglion_model::device::BackendKind;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{ModelConfig, Network, NetworkShape, NipsCnn};
use ganglion_model::weights::Weights;
use ganglion_recording::Normalisation;

pub const KERNEL: usize = 3;
pub const CHANNELS: usize = 4;
/// Frames that a response depends on, of 10 ms.
pub const HISTORY: usize = 40;

/// A channel of the first layer: a centre with weak neighbours, and an alpha function in time.
#[derive(Clone, Copy)]
pub struct Channel {
    /// Time to the peak of the alpha function, frames.
    pub peak: f32,
    /// 1 for ON, -1 for OFF.
    pub polarity: f32,
    /// Area of the alpha function.
    pub strength: f32,
    /// How much of it a slower one of the other sign takes away again: 1 leaves no answer to what lasts.
    pub transience: f32,
    /// Below which the channel is silent.
    pub threshold: f32,
}

/// How channels make two cells, which look at the middle of the screen.
pub struct Retina {
    /// Rows and columns of a frame.
    pub screen: [usize; 2],
    pub channels: [Channel; CHANNELS],
    /// Weights of the channels on the cells, Hz.
    pub read: [[f32; CHANNELS]; 2],
    /// Drive of the cells without any input, Hz.
    pub bias: [f32; 2],
}

impl Retina {
    fn shape(&self) -> NetworkShape {
        NetworkShape {
            height: self.screen[0],
            width: self.screen[1],
            history: HISTORY,
            cells: self.read.len(),
        }
    }

    /// The network, with pixels of 50 um.
    pub fn model(&self) -> Model {
        let device = BackendKind::default().device().unwrap();
        let config = ModelConfig::NipsCnn(NipsCnn {
            channels: vec![CHANNELS],
            kernels: vec![KERNEL.into()],
            noise: 0.0,
            algorithm: Default::default(),
            microns_per_pixel: Some(50.0),
        });
        let network = config.init(&self.shape(), 1, &device).unwrap();
        let network = self.planted(network);
        let cells = (0..self.read.len()).collect();
        let mut description =
            ModelDescription::new(config, self.shape(), cells, 10.0, Normalisation::identity());
        description.microns_per_pixel = Some(50.0);
        Model::new(description, &network, &device)
    }

    fn planted(&self, network: Network) -> Network {
        let mut weights = Weights::of(&network);
        for (name, array) in &mut weights.0 {
            match name.rsplit('.').next() {
                Some("bias") if array.values.len() == CHANNELS => {
                    array.values = self.channels.map(|channel| -channel.threshold).to_vec();
                }
                Some("bias") => array.values = self.bias.to_vec(),
                Some("weight") if name.contains("readout") => self.read_out(&mut array.values),
                _ if array.values.len() == CHANNELS * HISTORY * KERNEL * KERNEL => {
                    self.kernels(&mut array.values);
                }
                _ => (),
            }
        }
        weights.load_into(network).unwrap()
    }

    /// `[channel, 1, frame, y, x]`
    fn kernels(&self, values: &mut [f32]) {
        let size = KERNEL * KERNEL;
        let kernels = values.chunks_mut(HISTORY * size);
        for (channel, kernel) in self.channels.iter().zip(kernels) {
            for (frame, values) in kernel.chunks_mut(size).enumerate() {
                let lag = (HISTORY - 1 - frame) as f32 + 0.5;
                let alpha = |peak: f32| lag / peak * (-lag / peak).exp() / peak;
                let slower = channel.transience * alpha(3.0 * channel.peak);
                let weight = channel.polarity * (alpha(channel.peak) - slower);
                for (pixel, value) in values.iter_mut().enumerate() {
                    *value = channel.strength * weight * if pixel == 4 { 0.6 } else { 0.05 };
                }
            }
        }
    }

    /// `[cell, channel, y, x]`, a Gaussian in the middle.
    fn read_out(&self, values: &mut [f32]) {
        let [rows, columns] = self.screen.map(|pixels| pixels - KERNEL + 1);
        let from_middle = |place: usize, of: usize| place as f32 - 0.5 * (of as f32 - 1.0);
        let heights: Vec<f32> = (0..rows * columns)
            .map(|unit| {
                let dy = from_middle(unit / columns, rows);
                let dx = from_middle(unit % columns, columns);
                (-(dy * dy + dx * dx) / 4.0).exp()
            })
            .collect();
        let sum: f32 = heights.iter().sum();
        for (index, value) in values.iter_mut().enumerate() {
            let (row, unit) = (index / heights.len(), index % heights.len());
            *value = self.read[row / CHANNELS][row % CHANNELS] * heights[unit] / sum;
        }
    }
}
