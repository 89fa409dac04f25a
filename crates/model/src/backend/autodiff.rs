//! Backward passes of the operations.

use burn::backend::{AutodiffBackend, Backend, tensor::FloatTensor};
use burn_autodiff::{
    Autodiff, NodeId,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};

use super::{Rectification, RetinaGradients, RetinaOperations, SavedNormalisation, SavedRescaling};

#[derive(Debug)]
struct SpectralConvolution;

impl<B: Backend + RetinaGradients> Backward<B, 3> for SpectralConvolution {
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let (input, kernel) = ops.state;
        let [input_node, kernel_node, bias_node] = ops.parents;
        let output_gradient = grads.consume::<B>(&ops.node);
        let (kernel_gradient, bias_gradient, input_gradient) =
            B::spectral_convolution_gradients(input, kernel, output_gradient, input_node.is_some());
        if let Some((node, gradient)) = input_node.zip(input_gradient) {
            grads.register::<B>(node.id, gradient);
        }
        if let Some(node) = kernel_node {
            grads.register::<B>(node.id, kernel_gradient);
        }
        if let Some(node) = bias_node {
            grads.register::<B>(node.id, bias_gradient);
        }
    }
}

#[derive(Debug)]
struct NormaliseByBatch;

impl<B: Backend + RetinaGradients> Backward<B, 3> for NormaliseByBatch {
    type State = SavedNormalisation<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let output_gradient = grads.consume::<B>(&ops.node);
        let gradients = B::normalise_by_batch_gradients(ops.state, output_gradient);
        let nodes = ops.parents.map(|parent| parent.map(|node| node.id));
        register::<B>(nodes, gradients, grads);
    }
}

#[derive(Debug)]
struct Rescale;

impl<B: Backend + RetinaGradients> Backward<B, 3> for Rescale {
    type State = SavedRescaling<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let output_gradient = grads.consume::<B>(&ops.node);
        let gradients = B::rescale_gradients(ops.state, output_gradient);
        let nodes = ops.parents.map(|parent| parent.map(|node| node.id));
        register::<B>(nodes, gradients, grads);
    }
}

fn register<B: Backend>(
    nodes: [Option<NodeId>; 3],
    gradients: [FloatTensor<B>; 3],
    grads: &mut Gradients,
) {
    for (node, gradient) in nodes.into_iter().zip(gradients) {
        if let Some(node) = node {
            grads.register::<B>(node, gradient);
        }
    }
}

impl<B: Backend + RetinaGradients, C: CheckpointStrategy> RetinaOperations for Autodiff<B, C> {
    fn spectral_convolution(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [input.node(), kernel.node(), bias.node()];
        let (input, kernel) = (input.into_primitive(), kernel.into_primitive());
        let output = B::spectral_convolution(input.clone(), kernel.clone(), bias.into_primitive());
        match SpectralConvolution
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => prepared.finish((input, kernel), output),
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        }
    }

    fn normalise_by_batch(
        input: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        offset: FloatTensor<Self>,
        settings: Rectification,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [input.node(), gain.node(), offset.node()];
        let (input, gain) = (input.into_primitive(), gain.into_primitive());
        let (output, mean, variance) = B::normalise_by_batch(
            input.clone(),
            gain.clone(),
            offset.into_primitive(),
            settings,
        );
        let saved = SavedNormalisation {
            input,
            output: output.clone(),
            gain,
            mean: mean.clone(),
            variance: variance.clone(),
            settings,
        };
        let output = match NormaliseByBatch
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => prepared.finish(saved, output),
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        };
        (output, Self::from_inner(mean), Self::from_inner(variance))
    }

    fn rescale(
        input: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        settings: Rectification,
    ) -> FloatTensor<Self> {
        let nodes = [input.node(), scale.node(), shift.node()];
        let (input, scale) = (input.into_primitive(), scale.into_primitive());
        let output = B::rescale(
            input.clone(),
            scale.clone(),
            shift.into_primitive(),
            settings,
        );
        match Rescale.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let saved = SavedRescaling {
                    input,
                    output: output.clone(),
                    scale,
                    settings,
                };
                prepared.finish(saved, output)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        }
    }
}
