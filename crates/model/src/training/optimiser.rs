//! Optimisers as configured, and clipping of gradients.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

use super::config::OptimiserConfig;
use crate::network::Network;

/// Builds the optimiser.
pub fn build(config: &OptimiserConfig) -> ModuleOptimizer {
    match *config {
        OptimiserConfig::Adam {
            beta_1,
            beta_2,
            epsilon,
            weight_decay,
            ..
        } => {
            let adam = AdamConfig::new()
                .with_beta_1(beta_1)
                .with_beta_2(beta_2)
                .with_epsilon(epsilon);
            let decay = (weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay));
            adam.with_weight_decay(decay).init()
        }
        OptimiserConfig::AdamW {
            beta_1,
            beta_2,
            epsilon,
            weight_decay,
            ..
        } => AdamWConfig::new()
            .with_beta_1(beta_1)
            .with_beta_2(beta_2)
            .with_epsilon(epsilon)
            .with_weight_decay(weight_decay)
            .init(),
    }
}

/// Scales the whole gradient so that its Euclidean norm is at most `largest`.
pub fn clip(network: &Network, gradients: GradientsParams, largest: f64) -> GradientsParams {
    let mut norm = Norm {
        gradients: &gradients,
        squares: 0.0,
    };
    network.visit(&mut norm);
    let norm = norm.squares.sqrt();
    if norm <= largest {
        return gradients;
    }
    let mut scaling = Scaling {
        gradients,
        factor: largest / norm,
    };
    network.visit(&mut scaling);
    scaling.gradients
}

struct Norm<'a> {
    gradients: &'a GradientsParams,
    squares: f64,
}

impl ModuleVisitor for Norm<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            self.squares += f64::from(gradient.powi_scalar(2).sum().into_scalar::<f32>());
        }
    }
}

struct Scaling {
    gradients: GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Scaling {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(parameter.id) {
            self.gradients
                .register(parameter.id, gradient.mul_scalar(self.factor));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{ModelConfig, NetworkShape};
    use burn::tensor::Device;

    /// The whole gradient of a sum over rates, by parameter.
    fn gradients(network: &Network) -> GradientsParams {
        let device = Device::flex().autodiff();
        let movie = Tensor::ones([1, 4, 4, 1, 6], &device);
        let rates = network.forward(movie, crate::layer::Mode::Inference);
        GradientsParams::from_module(&mut rates.sum().backward(), network)
    }

    fn norm(network: &Network, gradients: &GradientsParams) -> f64 {
        let mut norm = Norm {
            gradients,
            squares: 0.0,
        };
        network.visit(&mut norm);
        norm.squares.sqrt()
    }

    #[test]
    fn clipping_scales_the_whole_gradient_to_the_limit_and_leaves_smaller_ones_alone() {
        let config: ModelConfig = toml::from_str("kind = \"ln\"").unwrap();
        let shape = NetworkShape {
            height: 4,
            width: 4,
            history: 3,
            cells: 2,
        };
        let network = config.init(&shape, 1, &Device::flex().autodiff()).unwrap();
        let full = norm(&network, &gradients(&network));
        assert!(full > 1.0);
        let clipped = clip(&network, gradients(&network), 0.5);
        assert!((norm(&network, &clipped) - 0.5).abs() < 1e-5);
        let untouched = clip(&network, gradients(&network), 2.0 * full);
        assert!((norm(&network, &untouched) - full).abs() < 1e-9);
    }
}
