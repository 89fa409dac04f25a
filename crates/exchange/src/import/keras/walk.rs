//! A walk through a described Keras network, from the movie to the rates.
//!
//! On the way it keeps the order of axes, so that every list of values is known to be over channels,
//! columns, or units in some order; and it checks that every layer does what our networks do:
//!
//! ```text
//! movie -> [convolution -> batch norm -> relu] x stages -> dense -> batch norm -> softplus
//! ```
//!
//! The normalisation may also follow the rectification. Anything else is refused by name.

use ganglion_model::network::OutputNonlinearity;
use ganglion_model::weights::WeightArray;

use super::activation::KerasActivation;
use super::convolution::refuse_other_convolutions;
use super::description::{Description, list};
use super::position::{ChannelOrder, FilePosition, first_to_last, guessed, in_our_order};
use super::step::{KerasStep, integers};
use crate::import::assumed::said_already;
use crate::import::convolution::Convolution;
use crate::import::error::ImportError;
use crate::import::finite::refuse_not_finite;
use crate::import::layer::{Dense, FileLayer, FileNormalisation, LayerKind};
use crate::import::options::{FlattenOrder, ImportOptions};
use crate::import::source::WeightsSource;
use crate::import::units::{Axis, CHANNELS_FIRST, Order, Over};

/// The layers of a described network, their arrays taken out of the source. What the description
/// says beside them goes into `source.said`.
pub(in crate::import) fn layers(
    description: &Description,
    source: &mut WeightsSource,
    options: &ImportOptions,
) -> Result<Vec<FileLayer>, ImportError> {
    let sizes = description.input.clone();
    let mut walk = Walk {
        source,
        options,
        planes: None,
        position: FilePosition::Input((0..sizes.as_ref().map_or(3, Vec::len)).collect()),
        sizes,
        linear: None,
        activation: None,
        normalised: false,
        unsaid: false,
        taken: Vec::new(),
        layers: Vec::new(),
    };
    for step in &description.steps {
        walk.take(step)?;
    }
    walk.finish()
}

struct Walk<'a> {
    source: &'a mut WeightsSource,
    options: &'a ImportOptions,
    /// Sizes of the input in the file's order.
    sizes: Option<Vec<usize>>,
    /// Channels, rows and columns at this place.
    planes: Option<[usize; 3]>,
    position: FilePosition,
    /// The last convolution or dense layer.
    linear: Option<KerasStep>,
    /// What has been applied to its output.
    activation: Option<KerasActivation>,
    /// Whether its output has been normalised after that.
    normalised: bool,
    /// Whether the description says no nonlinearities.
    unsaid: bool,
    /// Arrays of the layer at hand.
    taken: Vec<(String, Vec<usize>)>,
    layers: Vec<FileLayer>,
}

impl Walk<'_> {
    fn take(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        match step.class.as_str() {
            "InputLayer"
            | "Dropout"
            | "SpatialDropout2D"
            | "GaussianDropout"
            | "AlphaDropout"
            | "ActivityRegularization"
            | "Identity" => Ok(()),
            "GaussianNoise" => {
                let said = &mut self.source.said;
                said.noise = said.noise.or(step.number(&["stddev", "sigma"]));
                Ok(())
            }
            "Conv2D" | "Convolution2D" => self.convolution(step),
            "Dense" => self.dense(step),
            "BatchNormalization" => self.normalisation(step),
            "Activation" | "ReLU" => self.activate(step),
            "Flatten" => self.flatten(step),
            "Reshape" => self.reshape(step),
            "Permute" => self.permute(step),
            _ => Err(step.refuse("is of a class that networks here do not have")),
        }
    }

    fn convolution(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        self.begin(step)?;
        let format = format(step)?.ok_or_else(|| step.refuse("does not say its data format"))?;
        if let FilePosition::Input(axes) = self.position.clone() {
            self.position = FilePosition::Maps(self.bound(step, &axes, format)?);
        }
        if self.position != FilePosition::Maps(format.order()) {
            return Err(step.refuse(format!(
                "takes {} as channels, which are not the channels of the layer before",
                match format {
                    ChannelOrder::First => "its first axis",
                    ChannelOrder::Last => "its last axis",
                }
            )));
        }
        let kernel = self.array(step, "weight")?;
        let [outputs, inputs, rows, columns] = kernel.shape[..] else {
            return Err(step.refuse(format!("has a kernel of shape {:?}", kernel.shape)));
        };
        refuse_other_convolutions(step, [rows, columns])?;
        let bias = self.bias(step, outputs, &["use_bias", "bias"])?;
        self.planes = self.planes.and_then(|[_, height, width]| {
            let above = |size: usize, kernel: usize| (size + 1).checked_sub(kernel);
            Some([outputs, above(height, rows)?, above(width, columns)?])
        });
        let kind = LayerKind::Convolution(Convolution {
            kernel: kernel.values,
            shape: [outputs, inputs, rows, columns],
            bias,
            stacked: 1,
        });
        self.add(step, kind);
        self.ends_with(step)
    }

    fn dense(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        self.begin(step)?;
        let order = match &self.position {
            FilePosition::Units(order) => *order,
            FilePosition::Input(axes) if axes.len() == 1 => self.assumed_order(None).order(),
            FilePosition::Cells => return Err(step.refuse("is a second dense layer")),
            _ => return Err(step.refuse("takes maps that are not flattened")),
        };
        let weight = self.array(step, "weight")?;
        let [outputs, inputs] = weight.shape[..] else {
            return Err(step.refuse(format!("has weights of shape {:?}", weight.shape)));
        };
        let bias = self.bias(step, outputs, &["use_bias", "bias"])?;
        let kind = LayerKind::Dense(Dense {
            weight: weight.values,
            outputs,
            inputs,
            bias,
            order,
        });
        self.add(step, kind);
        self.position = FilePosition::Cells;
        self.planes = Some([outputs, 1, 1]);
        self.ends_with(step)
    }

    /// The layer before is done: a hidden one must be rectified.
    fn begin(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        if let Some(before) = self.linear.replace(step.clone()) {
            match self.activation.take() {
                Some(KerasActivation::Relu) => (),
                None if self.unsaid => (),
                _ => return Err(before.refuse(NOT_RECTIFIED)),
            }
        }
        self.normalised = false;
        Ok(())
    }

    /// The nonlinearity within a convolution or dense layer.
    fn ends_with(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        match KerasActivation::of(step)? {
            // Every version of Keras writes it: a description without says nothing of any.
            None => {
                self.unsaid = true;
                Ok(())
            }
            Some(activation) => self.apply(step, activation),
        }
    }

    fn activate(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        let activation = KerasActivation::of(step)?;
        let activation = activation.ok_or_else(|| step.refuse("does not say which it is"))?;
        self.apply(step, activation)
    }

    fn apply(&mut self, step: &KerasStep, activation: KerasActivation) -> Result<(), ImportError> {
        if activation == KerasActivation::Linear {
            return Ok(());
        }
        if self.linear.is_none() {
            return Err(step.refuse("acts on the movie itself"));
        }
        let repeats = self.activation == Some(KerasActivation::Relu)
            && activation == KerasActivation::Relu
            && !self.normalised;
        if self.activation.is_some() && !repeats {
            return Err(step.refuse("is a second nonlinearity after one layer"));
        }
        self.activation = Some(activation);
        Ok(())
    }

    fn normalisation(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        if self.linear.is_none() {
            return Err(step.refuse("normalises the movie itself"));
        }
        if step.number(&["mode"]).is_some_and(|mode| mode != 0.0) {
            return Err(step.refuse("normalises each clip or batch by itself (`mode`)"));
        }
        let after_activation = self.activation.is_some();
        if after_activation && self.position == FilePosition::Cells {
            return Err(step.refuse("normalises the rates, after the output's nonlinearity"));
        }
        let over = self.over(step)?;
        let mean = self.array(step, "running_mean")?.values;
        let groups = mean.len();
        let mut vector = |name: &str, key: &str| match step.truth(&[key]) {
            Some(false) => Ok(None),
            _ => self.vector(step, name, groups).map(Some),
        };
        let (gain, offset) = (vector("weight", "scale")?, vector("bias", "center")?);
        let epsilon = step.number(&["epsilon"]);
        let affine = FileNormalisation {
            gain: gain.unwrap_or_else(|| vec![1.0; groups]),
            offset: offset.unwrap_or_else(|| vec![0.0; groups]),
            mean,
            variance: self.vector(step, "running_var", groups)?,
            epsilon,
            over,
            after_activation,
        };
        if let Some(epsilon) = epsilon {
            self.source.said.epsilons.push((step.name.clone(), epsilon));
        }
        self.normalised = after_activation;
        self.add(step, LayerKind::Normalisation(affine));
        Ok(())
    }

    /// Which units share statistics: those that differ in none of the axes that `axis` lists.
    fn over(&self, step: &KerasStep) -> Result<Over, ImportError> {
        let axes = step.setting(&["axis"]).map_or(Some(vec![-1]), integers);
        let wrong = || step.refuse("has an `axis` that its input does not have");
        let axes = axes.ok_or_else(wrong)?;
        let rank = match &self.position {
            FilePosition::Maps(_) => 4,
            _ => 2,
        };
        // Axis 0 counts clips.
        let place = |axis: &i64| {
            let axis = if *axis < 0 { axis + rank } else { *axis };
            (1..rank).contains(&axis).then(|| axis as usize - 1)
        };
        let places: Option<Vec<usize>> = axes.iter().map(place).collect();
        let mut places = places
            .filter(|places| !places.is_empty())
            .ok_or_else(wrong)?;
        places.sort_unstable();
        places.dedup();
        Ok(match &self.position {
            FilePosition::Maps(order) => {
                Over::Axes(places.iter().map(|&place| order[place]).collect())
            }
            FilePosition::Units(order) => Over::Axes(order.to_vec()),
            _ => Over::Counted(CHANNELS_FIRST),
        })
    }

    fn flatten(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        let format = format(step)?;
        self.position = match &self.position {
            FilePosition::Maps(order) => FilePosition::Units(match format {
                Some(ChannelOrder::First) => first_to_last(*order),
                _ => *order,
            }),
            FilePosition::Input(axes) if axes.len() == 1 => self.position.clone(),
            FilePosition::Input(axes) => {
                let axes = axes.clone();
                FilePosition::Units(self.flattened_movie(step, &axes, format)?)
            }
            FilePosition::Units(_) | FilePosition::Cells => self.position.clone(),
        };
        Ok(())
    }

    /// The order in which a linear-nonlinear model lists the movie.
    fn flattened_movie(
        &mut self,
        step: &KerasStep,
        axes: &[usize],
        format: Option<ChannelOrder>,
    ) -> Result<Order, ImportError> {
        let sizes = self.sizes.clone().unwrap_or_default();
        let in_order: Vec<usize> = axes.iter().filter_map(|&a| sizes.get(a).copied()).collect();
        let movie = self.assumed_order(guessed(&in_order));
        let order = self.bound(step, axes, movie)?;
        Ok(match format {
            Some(ChannelOrder::First) => first_to_last(order),
            _ => order,
        })
    }

    /// Where frames stand among the axes of a movie that no convolution sees: as the option says, as
    /// the sizes suggest, or first.
    fn assumed_order(&mut self, suggested: Option<FlattenOrder>) -> ChannelOrder {
        let chosen = self.options.flatten_order.or(suggested);
        let chosen = chosen.unwrap_or(FlattenOrder::ChannelsFirst);
        self.source.said.movie_order = Some(chosen);
        chosen.into()
    }

    /// Finds frames, rows and columns among the movie's axes, which stand in the order `axes`.
    fn bound(
        &mut self,
        step: &KerasStep,
        axes: &[usize],
        format: ChannelOrder,
    ) -> Result<Order, ImportError> {
        let [first, second, third] = axes[..] else {
            let what = format!("takes a movie of {} axes instead of 3", axes.len());
            return Err(step.refuse(what));
        };
        let rows_before_columns = match format {
            ChannelOrder::First => second < third,
            ChannelOrder::Last => first < second,
        };
        if !rows_before_columns {
            return Err(step.refuse("takes a movie whose rows and columns were exchanged"));
        }
        if let Some([a, b, c]) = self
            .sizes
            .as_deref()
            .and_then(|s| <[usize; 3]>::try_from(s).ok())
        {
            let sizes = [[a, b, c][first], [a, b, c][second], [a, b, c][third]];
            let image = in_our_order(sizes, format.order());
            self.source.said.image = Some(image);
            self.planes = Some(image);
        }
        Ok(format.order())
    }

    fn reshape(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        let target = list(step, &["target_shape", "dims"])?;
        let other = || step.refuse("turns units into another form than they had or than a row");
        self.position = match (&self.position, &target[..]) {
            (FilePosition::Maps(order) | FilePosition::Units(order), [_]) => {
                FilePosition::Units(*order)
            }
            (FilePosition::Maps(order) | FilePosition::Units(order), [_, _, _]) => {
                let planes = self.planes.ok_or_else(other)?;
                let fits = |(axis, size): (&Axis, &i64)| {
                    *size == -1 || usize::try_from(*size) == Ok(axis.of(planes))
                };
                if !order.iter().zip(&target).all(fits) {
                    return Err(other());
                }
                FilePosition::Maps(*order)
            }
            (FilePosition::Cells, [_]) => FilePosition::Cells,
            (FilePosition::Input(axes), [_, _, _]) if axes.len() == 1 => {
                let sizes = target.iter().map(|&size| usize::try_from(size).ok());
                self.sizes = sizes.collect();
                FilePosition::Input(vec![0, 1, 2])
            }
            _ => return Err(other()),
        };
        Ok(())
    }

    fn permute(&mut self, step: &KerasStep) -> Result<(), ImportError> {
        let dims = list(step, &["dims"])?;
        let places: Vec<usize> = dims
            .iter()
            .map(|&axis| (axis - 1).max(0) as usize)
            .collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..places.len()) {
            return Err(step.refuse(format!("has the axes {dims:?}")));
        }
        self.position = match &self.position {
            FilePosition::Input(axes) if axes.len() == places.len() => {
                FilePosition::Input(places.iter().map(|&place| axes[place]).collect())
            }
            FilePosition::Maps(order) if places.len() == 3 => {
                FilePosition::Maps([order[places[0]], order[places[1]], order[places[2]]])
            }
            FilePosition::Units(_) | FilePosition::Cells if places.len() == 1 => {
                self.position.clone()
            }
            _ => return Err(step.refuse(format!("has the axes {dims:?}"))),
        };
        Ok(())
    }

    /// Checks the output, and that every array was used.
    fn finish(self) -> Result<Vec<FileLayer>, ImportError> {
        let said = &mut self.source.said;
        let Some(last) = self.linear else {
            return Err(ImportError::Empty);
        };
        if self.position != FilePosition::Cells {
            return Err(last.refuse("is the last layer with weights, but no dense read-out"));
        }
        let has_stages = self
            .layers
            .iter()
            .any(|layer| matches!(layer.kind, LayerKind::Convolution(_)));
        said.nonlinearities = !self.unsaid;
        said.unit_order = true;
        if said.movie_order.is_none() && self.options.flatten_order.is_some() {
            return Err(said_already("--flatten-order"));
        }
        said.output = match self.activation {
            Some(KerasActivation::Softplus) => Some(OutputNonlinearity::Softplus),
            Some(KerasActivation::Exponential) if !has_stages => Some(OutputNonlinearity::Exp),
            None if self.unsaid => None,
            _ => return Err(last.refuse(other_output(self.activation, has_stages))),
        };
        match self.source.arrays.first() {
            None => Ok(self.layers),
            Some((name, _)) => Err(ImportError::Keras {
                message: format!("`{name}` belongs to no layer of the model's description"),
            }),
        }
    }

    fn add(&mut self, step: &KerasStep, kind: LayerKind) {
        self.layers.push(FileLayer {
            name: step.name.clone(),
            arrays: std::mem::take(&mut self.taken),
            kind,
        });
    }

    fn array(&mut self, step: &KerasStep, part: &str) -> Result<WeightArray, ImportError> {
        let name = format!("{}.{part}", step.name);
        let array = self.source.take(&name)?;
        refuse_not_finite(&name, &array)?;
        self.taken.push((name, array.shape.clone()));
        Ok(array)
    }

    fn vector(
        &mut self,
        step: &KerasStep,
        part: &str,
        length: usize,
    ) -> Result<Vec<f32>, ImportError> {
        let array = self.array(step, part)?;
        match array.values.len() {
            found if found == length => Ok(array.values),
            found => Err(step.refuse(format!("has {found} values in `{part}`, expected {length}"))),
        }
    }

    fn bias(
        &mut self,
        step: &KerasStep,
        outputs: usize,
        names: &[&str],
    ) -> Result<Option<Vec<f32>>, ImportError> {
        let name = format!("{}.bias", step.name);
        let is_there = self.source.arrays.iter().any(|(known, _)| *known == name);
        let says = step.truth(names);
        match says.unwrap_or(is_there) {
            true => self.vector(step, "bias", outputs).map(Some),
            false => Ok(None),
        }
    }
}

const NOT_RECTIFIED: &str = "is hidden but not rectified; hidden layers here have relu";

fn other_output(activation: Option<KerasActivation>, has_stages: bool) -> String {
    let found = match activation {
        None => "no nonlinearity at the output",
        Some(KerasActivation::Relu) => "relu at the output",
        Some(KerasActivation::Exponential) => "an exponential at the output",
        _ => "another nonlinearity at the output",
    };
    let known = match has_stages {
        true => "networks here have softplus",
        false => "linear-nonlinear models here have softplus or exponential",
    };
    format!("has {found}; {known}")
}

/// `data_format`, or `dim_ordering` of Keras 1.
fn format(step: &KerasStep) -> Result<Option<ChannelOrder>, ImportError> {
    match step.text(&["data_format", "dim_ordering"]) {
        None => Ok(None),
        Some("channels_first" | "th") => Ok(Some(ChannelOrder::First)),
        Some("channels_last" | "tf") => Ok(Some(ChannelOrder::Last)),
        Some(other) => Err(step.refuse(format!("has the data format `{other}`"))),
    }
}
