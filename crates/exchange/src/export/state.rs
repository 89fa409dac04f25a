//! A network's arrays in PyTorch's naming.

use ganglion_model::model::Model;
pub use ganglion_model::network::NamedArray;

/// The arrays of a model, named by their places in the `torch.nn.Sequential` that it equals:
///
/// ```text
/// per unit     conv, flatten, norm, reshape, noise, relu   per stage   0 2 4, 6 8 10
/// per channel  conv, norm, noise, relu                     per stage   0 1 2, 4 5 6
/// no norm      conv, noise, relu                           per stage   0 1,   3 4
/// then         flatten, linear, norm (if there is any), softplus, scale (if any is not 1)
/// LN           flatten, linear, softplus or exp, scale (if any is not 1)
/// ```
pub fn state_dict(model: &Model) -> Vec<NamedArray> {
    model.network.state_dict(&model.description.movie)
}
