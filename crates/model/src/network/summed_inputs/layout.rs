//! Which inputs a cell has, and where they look.

use super::InputNonlinearity;
use crate::error::Error;
use crate::layer::{Factorisation, KernelShape};
use crate::network::config::{OutputNonlinearity, check_factorisation};
use crate::network::patch_size::PatchSize;
use crate::network::shape::NetworkShape;
use crate::network::window;

/// What a family asks for.
#[derive(Clone, Debug)]
pub(in crate::network) struct Inputs {
    /// The inputs of every cell.
    pub(in crate::network) inputs: Vec<Input>,
    /// Whose the filters are.
    pub(in crate::network) filters: FilterSet,
    /// Size of the window around each cell's receptive field; absent: the whole frame.
    pub(in crate::network) window: Option<PatchSize>,
    /// Size of the filters, which are then at every position within the window; absent: they fill it.
    pub(in crate::network) convolutional: Option<PatchSize>,
    /// Whether each input has a weight, or all have one.
    pub(in crate::network) weighted: bool,
    /// From an input's filtered movie to what is added up.
    pub(in crate::network) input_nonlinearity: InputNonlinearity,
    /// From drive to rate.
    pub(in crate::network) output: OutputNonlinearity,
    /// How filters are parameterised; absent: freely.
    pub(in crate::network) factorised: Option<Factorisation>,
}

/// One input of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Input {
    /// Its name in figures, such as "subunit 0".
    pub(in crate::network) name: String,
    /// 1 for excitation, -1 for inhibition.
    pub(in crate::network) sign: f32,
    /// How much later than the spike-triggered average its filter starts, milliseconds.
    pub(in crate::network) delay_ms: f64,
    /// Length of its filter at the start, as a share of what excitation has.
    pub(in crate::network) size: f32,
}

/// Whose filters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::network) enum FilterSet {
    /// Each cell has its own.
    Own,
    /// All cells have the same, relative to their windows.
    Shared,
}

/// The same, fitted to a movie.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) inputs: Vec<Input>,
    pub(super) filters: FilterSet,
    pub(super) input_nonlinearity: InputNonlinearity,
    /// Rows and columns of the frame.
    pub(super) frame: [usize; 2],
    /// Rows and columns of the windows.
    pub(super) window: [usize; 2],
    /// Rows and columns of the filters.
    pub(super) size: [usize; 2],
    pub(super) cells: usize,
}

impl Inputs {
    /// Checks everything that does not depend on the movie.
    pub(in crate::network) fn check(&self) -> Result<(), Error> {
        check_factorisation(self.factorised.as_ref())
    }

    /// Whether inputs are rectified, and rates the softplus of their sum.
    pub(in crate::network) fn are_rectified(&self) -> bool {
        self.input_nonlinearity == InputNonlinearity::Relu
            && self.output == OutputNonlinearity::Softplus
    }

    pub(super) fn layout(&self, shape: &NetworkShape) -> Result<Layout, Error> {
        let window = window::size(self.window, shape)?;
        let size = match self.convolutional {
            Some(size) => {
                let what = || "the filter of a subunit".to_owned();
                size.within(window, "model.convolutional", what)?
            }
            None => window,
        };
        Ok(Layout {
            inputs: self.inputs.clone(),
            filters: self.filters,
            input_nonlinearity: self.input_nonlinearity,
            frame: [shape.height, shape.width],
            window,
            size,
            cells: shape.cells,
        })
    }
}

impl Layout {
    /// Filters of all cells together.
    pub(super) fn channels(&self) -> usize {
        match self.filters {
            FilterSet::Own => self.cells * self.inputs.len(),
            FilterSet::Shared => self.inputs.len(),
        }
    }

    pub(super) fn kernels(&self, history: usize) -> KernelShape {
        KernelShape {
            channels_in: 1,
            channels_out: self.channels(),
            history,
            size: self.size,
        }
    }

    /// The first filter of a cell; the others follow.
    pub(super) fn first_channel(&self, cell: usize) -> usize {
        match self.filters {
            FilterSet::Own => cell * self.inputs.len(),
            FilterSet::Shared => 0,
        }
    }

    /// Rows and columns of the positions that a filter has within a window.
    pub(super) fn positions(&self) -> [usize; 2] {
        std::array::from_fn(|axis| self.window[axis] - self.size[axis] + 1)
    }

    /// Weights of a cell: input by input, position by position.
    pub(super) fn weights(&self) -> usize {
        let [rows, columns] = self.positions();
        self.inputs.len() * rows * columns
    }

    /// The sign of each weight of a cell.
    pub(super) fn signs(&self) -> Vec<f32> {
        let positions = self.weights() / self.inputs.len();
        let signs = self.inputs.iter().map(|input| input.sign);
        signs
            .flat_map(|sign| std::iter::repeat_n(sign, positions))
            .collect()
    }

    pub(super) fn is_windowed(&self) -> bool {
        self.window != self.frame
    }
}
