//! How a network's rates change with its movie.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use ganglion_experiment::receptive_field::{InputGradient, ReceptiveField};
use ganglion_experiment::{Responder, ResponderError, StimulusMovie};

use crate::error::Error;
use crate::layer::Mode;
use crate::responder::ModelResponder;

impl InputGradient for ModelResponder {
    /// By autodiff, outside training. Clips do not influence each other, so that the gradient of the
    /// sum of a cell's rates is each clip's own.
    fn input_gradients(
        &self,
        clips: &[StimulusMovie],
        cell: usize,
    ) -> Result<Vec<ReceptiveField>, ResponderError> {
        let screen = self.screen();
        let shape = [screen.history, screen.height, screen.width];
        for clip in clips {
            self.check(clip)?;
            if clip.frames() != screen.history {
                let (frames, history) = (clip.frames(), screen.history);
                return Err(Error::ClipLength { frames, history }.into());
            }
        }
        if clips.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<f32> = clips
            .iter()
            .flat_map(|clip| clip.values())
            .copied()
            .collect();
        let gradient = self.gradient(values, [clips.len(), shape[0], shape[1], shape[2]], cell);
        let size = shape.iter().product();
        Ok((gradient.chunks(size))
            .map(|clip| ReceptiveField::new(shape, clip.to_vec()))
            .collect())
    }
}

impl ModelResponder {
    /// Gradient `[clip, frame, y, x]` of the summed rates of a cell.
    fn gradient(&self, values: Vec<f32>, shape: [usize; 4], cell: usize) -> Vec<f32> {
        let network = self.model().network.clone().train().no_grad();
        let device = self.model().device().clone().autodiff();
        let clips = Tensor::<4>::from_data(TensorData::new(values, shape), &device).require_grad();
        let movie = clips.clone().permute([2, 3, 0, 1]).unsqueeze_dim(0);
        let rates = network.forward(movie, Mode::Inference);
        let gradients = rates.slice([cell..cell + 1, 0..shape[0]]).sum().backward();
        let gradient = clips.grad(&gradients).expect("the clips are tracked");
        gradient.into_data().iter::<f32>().collect()
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use ganglion_recording::Normalisation;
    use rstest::rstest;

    use super::*;
    use crate::model::{Model, ModelDescription};
    use crate::network::{ModelConfig, NetworkShape};

    const SHAPE: NetworkShape = NetworkShape {
        height: 9,
        width: 8,
        history: 5,
        cells: 2,
    };

    fn responder(architecture: &str) -> ModelResponder {
        let architecture: ModelConfig = toml::from_str(architecture).unwrap();
        let device = Device::flex();
        let network = architecture.init(&SHAPE, 1, &device).unwrap();
        let normalisation = Normalisation::identity();
        let mut description =
            ModelDescription::new(architecture, SHAPE, vec![3, 7], 10.0, normalisation);
        description.microns_per_pixel = Some(50.0);
        ModelResponder::new(Model::new(description, &network, &device)).unwrap()
    }

    /// Numbers between -1 and 1 that look random and are the same everywhere.
    fn clip(start: usize) -> StimulusMovie {
        let value = |i: usize| (((i + start) * 7919 + 13) % 1009) as f32 / 504.5 - 1.0;
        StimulusMovie::new(9, 8, (0..5 * 72).map(value).collect())
    }

    fn rate(responder: &ModelResponder, clip: &StimulusMovie, cell: usize) -> f64 {
        let rates = responder.respond(std::slice::from_ref(clip)).unwrap();
        f64::from(rates[0].cell(cell)[0])
    }

    #[rstest]
    #[case("kind = \"bn-cnn\"\nchannels = [2, 2]\nkernels = [4, 3]")]
    #[case("kind = \"nips-cnn\"\nchannels = [2, 2]\nkernels = [4, 3]")]
    #[case("kind = \"ln\"")]
    #[case(
        "kind = \"ln-ln\"\nwindow = [7, 5]\nconvolutional = 3\nsubunit_nonlinearity = \"softplus\""
    )]
    #[case("kind = \"nonlinear-input\"")]
    fn gradients_are_those_of_finite_differences(#[case] architecture: &str) {
        let responder = responder(architecture);
        let clips = [clip(0), clip(41)];
        for cell in 0..2 {
            let fields = responder.input_gradients(&clips, cell).unwrap();
            for (clip, field) in clips.iter().zip(&fields) {
                let along = |sign: f32| {
                    let moved = (clip.values().iter().zip(field.values()))
                        .map(|(value, slope)| value + sign * 1e-2 * slope / norm(field))
                        .collect();
                    rate(&responder, &StimulusMovie::new(9, 8, moved), cell)
                };
                let slope = (along(1.0) - along(-1.0)) / 2e-2;
                let expected = f64::from(norm(field));
                // Single precision, and a kink of a rectifier may lie between.
                assert!(
                    (slope / expected - 1.0).abs() < 0.02,
                    "{slope}, not {expected}"
                );
            }
        }
    }

    fn norm(field: &ReceptiveField) -> f32 {
        field
            .values()
            .iter()
            .map(|value| value * value)
            .sum::<f32>()
            .sqrt()
    }

    #[test]
    fn clips_of_another_length_are_refused() {
        let responder = responder("kind = \"ln\"");
        let long = StimulusMovie::new(9, 8, vec![0.0; 6 * 72]);
        assert!(responder.input_gradients(&[long], 0).is_err());
        assert!(responder.input_gradients(&[], 0).unwrap().is_empty());
    }
}
