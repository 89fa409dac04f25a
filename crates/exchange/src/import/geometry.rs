//! Sizes of a network, found from its arrays and what is said of it, and checked.

use ganglion_model::network::NetworkShape;

use super::ImportError;
use super::convolution::Convolution;
use super::layer::FileNormalisation;
use super::plan::{ImportPlan, PlannedPart, PlannedReadout};
use super::units::Over;

/// Rows and columns of a frame that no retina was shown.
pub(super) const LARGEST_FRAME: usize = 4096;
/// Units of one stage at most; the published networks have ten thousand.
const MOST_UNITS: usize = 1 << 24;

/// Sizes of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NetworkGeometry {
    /// Rows and columns of a frame.
    pub(super) frame: [usize; 2],
    /// Frames that one response sees.
    pub(super) history: usize,
    /// Channels, rows and columns of each hidden stage.
    pub(super) planes: Vec<[usize; 3]>,
    /// Cells.
    pub(super) cells: usize,
}

impl NetworkGeometry {
    /// Finds the frame's size where it is not given, then checks every layer against it.
    pub(super) fn of(plan: &ImportPlan, frame: Option<[usize; 2]>) -> Result<Self, ImportError> {
        let first = &plan.stages[0].convolution.value;
        let frame = match frame {
            Some(frame) => frame,
            None => guessed(plan).ok_or(ImportError::NotSaid {
                what: "the size of a frame, and no layer tells it",
                flag: "--frame-size ROWSxCOLUMNS",
            })?,
        };
        if frame.iter().any(|size| *size == 0 || *size > LARGEST_FRAME) {
            return Err(ImportError::Option {
                flag: "--frame-size",
                problem: format!("{frame:?} pixels are no frame"),
            });
        }
        let mut planes = vec![[1, frame[0], frame[1]]];
        for (index, stage) in plan.stages.iter().enumerate() {
            let below = planes[index];
            let channels = if index == 0 { first.shape[1] } else { below[0] };
            let above = above(&stage.convolution, below, channels)?;
            if let Some(normalisation) = &stage.normalisation {
                check_groups(normalisation, above)?;
            }
            if let Some(normalisation) = &stage.afterwards {
                check_groups(normalisation, above)?;
            }
            planes.push(above);
        }
        let last = planes[planes.len() - 1];
        let cells = check_readout(plan, last)?;
        planes.remove(0);
        Ok(Self {
            frame,
            history: first.shape[1],
            planes,
            cells,
        })
    }

    /// Sizes of the network's movie and answers.
    pub(super) fn shape(&self) -> NetworkShape {
        NetworkShape {
            height: self.frame[0],
            width: self.frame[1],
            history: self.history,
            cells: self.cells,
        }
    }

    /// Channels, rows and columns of the last stage.
    pub(super) fn last(&self) -> [usize; 3] {
        self.planes[self.planes.len() - 1]
    }
}

/// Planes after a convolution.
fn above(
    convolution: &PlannedPart<Convolution>,
    [_, rows, columns]: [usize; 3],
    channels: usize,
) -> Result<[usize; 3], ImportError> {
    let [outputs, inputs, height, width] = convolution.value.shape;
    let problem = if inputs != channels {
        format!("it takes {inputs} channels, but the layer before has {channels}")
    } else if height > rows || width > columns {
        format!("its kernels are {height}x{width}, but its input is only {rows}x{columns}")
    } else {
        let planes = [outputs, rows - height + 1, columns - width + 1];
        let units = planes
            .iter()
            .try_fold(1usize, |units, &n| units.checked_mul(n));
        if units.is_some_and(|units| units <= MOST_UNITS) {
            return Ok(planes);
        }
        format!("it makes {planes:?} units, more than {MOST_UNITS}")
    };
    let name = convolution.name.clone();
    Err(ImportError::DoesNotFit { name, problem })
}

/// Normalisation is per unit or per channel, or along the axes that the file says.
fn check_groups(
    normalisation: &PlannedPart<FileNormalisation>,
    planes: [usize; 3],
) -> Result<(), ImportError> {
    let PlannedPart { name, value, .. } = normalisation;
    if value.axes(planes).is_some() {
        return Ok(());
    }
    let ([channels, rows, columns], groups) = (planes, value.mean.len());
    Err(ImportError::DoesNotFit {
        name: name.to_owned(),
        problem: format!(
            "it normalises {groups} groups, but the stage has {channels} channels of \
             {rows}x{columns} units; if the frame is of another size, give --frame-size ROWSxCOLUMNS"
        ),
    })
}

fn check_readout(plan: &ImportPlan, last: [usize; 3]) -> Result<usize, ImportError> {
    let units: usize = last.iter().product();
    let [channels, rows, columns] = last;
    let name = &plan.readout.name;
    let does_not_fit = |problem: String| ImportError::DoesNotFit {
        name: name.clone(),
        problem,
    };
    let (cells, map) = match &plan.readout.value {
        PlannedReadout::Dense(dense) if dense.inputs != units => {
            let inputs = dense.inputs;
            return Err(does_not_fit(format!(
                "it reads {inputs} units, but the last stage has {units} ({channels} channels of \
                 {rows}x{columns}); if the frame is of another size, give --frame-size ROWSxCOLUMNS"
            )));
        }
        PlannedReadout::Dense(dense) => (dense.outputs, [dense.outputs, 1, 1]),
        PlannedReadout::OneUnit(convolution) => {
            let part = PlannedPart {
                name: name.clone(),
                arrays: Vec::new(),
                value: convolution.clone(),
            };
            let map = above(&part, last, channels)?;
            (map[0], map)
        }
    };
    if let Some(normalisation) = &plan.readout_normalisation {
        check_groups(normalisation, map)?;
    }
    if let Some(scale) = plan
        .scale
        .as_ref()
        .filter(|scale| scale.value.len() != cells)
    {
        let problem = format!("it scales {} rates of {cells} cells", scale.value.len());
        let name = scale.name.clone();
        return Err(ImportError::DoesNotFit { name, problem });
    }
    Ok(cells)
}

/// The side of a square frame, from the first layer that tells its number of units; none where kernels are
/// not square, as frames may not be either.
fn guessed(plan: &ImportPlan) -> Option<[usize; 2]> {
    let mut stages = plan.stages.iter();
    if stages.any(|stage| stage.convolution.value.shape[2] != stage.convolution.value.shape[3]) {
        return None;
    }
    let mut shrunk = 0;
    let mut side = None;
    for stage in &plan.stages {
        let [channels, _, height, _] = stage.convolution.value.shape;
        shrunk += height - 1;
        let norm = stage.normalisation.as_ref().or(stage.afterwards.as_ref());
        let of_units = norm.and_then(|norm| of_units(&norm.value, channels));
        side = side.or_else(|| root(of_units?, channels)?.checked_add(shrunk));
    }
    let channels = plan.stages.last()?.convolution.value.shape[0];
    let side = side.or_else(|| match &plan.readout.value {
        PlannedReadout::Dense(dense) => root(dense.inputs, channels)?.checked_add(shrunk),
        PlannedReadout::OneUnit(convolution) => {
            let groups = plan.readout_normalisation.as_ref()?.value.mean.len();
            let [cells, _, height, _] = convolution.shape;
            if groups == cells {
                return None;
            }
            root(groups, cells)?.checked_add(shrunk + height - 1)
        }
    })?;
    Some([side; 2])
}

/// Values of a normalisation that has one for every unit.
fn of_units(affine: &FileNormalisation, channels: usize) -> Option<usize> {
    let groups = affine.mean.len();
    let is_per_unit = match &affine.over {
        Over::Counted(_) => groups != channels,
        Over::Axes(axes) => axes.len() == 3,
    };
    is_per_unit.then_some(groups)
}

/// The side of square planes, if they are square.
pub(super) fn root(units: usize, channels: usize) -> Option<usize> {
    let positions = (channels > 0 && units.is_multiple_of(channels)).then(|| units / channels)?;
    let side = positions.isqrt();
    (side > 0 && side * side == positions).then_some(side)
}
