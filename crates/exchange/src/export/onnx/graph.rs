//! A network as a graph of ONNX operators.

use ganglion_model::network::{
    LARGEST_EXPONENT, NamedArray, NetworkShape, Sequential, SequentialModule,
};

use super::format::{
    AttributeProto, AttributeType, DimensionProto, FLOAT, GraphProto, INT64, NodeProto,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};

/// Name of the input.
pub const INPUT: &str = "stimulus";

/// Name of the output.
pub const OUTPUT: &str = "rate";

/// A module that no operators are known for, by its place in the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inexpressible(pub usize);

/// The graph that computes what a sequence does outside training.
///
/// # Shapes
/// - input: `[batch, history, y, x]`, normalised, the oldest frame first
/// - output: `[batch, cell]`, Hz
///
/// # Errors
/// The first module that has no form.
pub fn graph(sequential: &Sequential, shape: &NetworkShape) -> Result<GraphProto, Inexpressible> {
    let mut builder = Builder::new(sequential);
    for (place, module) in sequential.modules().iter().enumerate() {
        builder.module(place, *module)?;
    }
    let extents = [shape.history, shape.height, shape.width];
    let batch = |rest: &[usize]| -> Vec<DimensionProto> {
        let batch = DimensionProto {
            dim_param: Some("batch".to_owned()),
            ..DimensionProto::default()
        };
        [batch].into_iter().chain(rest.iter().map(fixed)).collect()
    };
    Ok(GraphProto {
        name: Some("network".to_owned()),
        input: vec![value(INPUT, batch(&extents))],
        output: vec![value(OUTPUT, batch(&[shape.cells]))],
        ..builder.finish()
    })
}

/// Operators being added one after the other, each of which takes what the one before gives.
struct Builder<'a> {
    sequential: &'a Sequential,
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    /// The newest value.
    newest: String,
}

impl<'a> Builder<'a> {
    fn new(sequential: &'a Sequential) -> Self {
        Self {
            sequential,
            nodes: Vec::new(),
            constants: Vec::new(),
            newest: INPUT.to_owned(),
        }
    }

    /// What was built; its last value is the output.
    fn finish(mut self) -> GraphProto {
        if let Some(last) = self.nodes.last_mut() {
            last.output = vec![OUTPUT.to_owned()];
        }
        GraphProto {
            node: self.nodes,
            initializer: self.constants,
            ..GraphProto::default()
        }
    }

    fn module(&mut self, place: usize, module: SequentialModule) -> Result<(), Inexpressible> {
        let weighted = ["weight", "bias"];
        match module {
            SequentialModule::Convolution => self.layer(place, "Conv", &weighted, vec![]),
            SequentialModule::Flatten => self.layer(place, "Flatten", &[], vec![int("axis", 1)]),
            SequentialModule::Normalisation { epsilon } => {
                let arrays = ["weight", "bias", "running_mean", "running_var"];
                let epsilon = float("epsilon", epsilon as f32);
                self.layer(place, "BatchNormalization", &arrays, vec![epsilon]);
            }
            SequentialModule::Reshape(planes) => self.reshape(place, planes),
            // In training only.
            SequentialModule::Noise => (),
            SequentialModule::Rectification => self.layer(place, "Relu", &[], vec![]),
            SequentialModule::RectifiedSquare => self.rectified_square(place),
            SequentialModule::Linear => {
                self.layer(place, "Gemm", &weighted, vec![int("transB", 1)]);
            }
            SequentialModule::Softplus => self.layer(place, "Softplus", &[], vec![]),
            SequentialModule::Exponential => self.exponential(place),
            SequentialModule::Scale => self.layer(place, "Mul", &["scale"], vec![]),
            _ => return Err(Inexpressible(place)),
        }
        Ok(())
    }

    /// An operator with those of these arrays that its module has.
    fn layer(
        &mut self,
        place: usize,
        operator: &str,
        arrays: &[&str],
        settings: Vec<AttributeProto>,
    ) {
        let found = arrays.iter().map(|name| self.sequential.array(place, name));
        let found: Vec<&NamedArray> = found.flatten().collect();
        self.constants
            .extend(found.iter().map(|named| weights(named)));
        let constants: Vec<String> = found.iter().map(|named| named.name.clone()).collect();
        self.chain(
            &format!("sequential.{place}"),
            operator,
            constants,
            settings,
        );
    }

    /// `[batch, unit]` as `[batch, channel, y, x]`.
    fn reshape(&mut self, place: usize, planes: [usize; 3]) {
        let name = format!("sequential.{place}");
        let shape = self.constant(TensorProto {
            dims: vec![4],
            data_type: Some(INT64),
            name: Some(format!("{name}.shape")),
            // Zero is the extent that there is.
            raw_data: Some(
                ([0].iter().chain(&planes))
                    .flat_map(|extent| extent_of(*extent).to_le_bytes())
                    .collect(),
            ),
        });
        self.chain(&name, "Reshape", vec![shape], vec![]);
    }

    /// `exp(min(h, limit)) * (h - min(h, limit) + 1)`
    fn exponential(&mut self, place: usize) {
        let name = |part: &str| format!("sequential.{place}.{part}");
        let drive = self.newest.clone();
        let limit = self.constant(number(&name("limit"), LARGEST_EXPONENT as f32));
        let one = self.constant(number(&name("one"), 1.0));
        let limited = self.node(&name("limited"), "Min", vec![drive.clone(), limit], vec![]);
        let excess = self.node(&name("excess"), "Sub", vec![drive, limited.clone()], vec![]);
        let exponential = self.node(&name("exponential"), "Exp", vec![limited], vec![]);
        let slope = self.node(&name("slope"), "Add", vec![excess, one], vec![]);
        self.newest = self.node(&name("rate"), "Mul", vec![exponential, slope], vec![]);
    }

    /// `max(0, z)^2`
    fn rectified_square(&mut self, place: usize) {
        let name = |part: &str| format!("sequential.{place}.{part}");
        let drive = self.newest.clone();
        let rectified = self.node(&name("rectified"), "Relu", vec![drive], vec![]);
        let twice = vec![rectified.clone(), rectified];
        self.newest = self.node(&name("square"), "Mul", twice, vec![]);
    }

    /// An operator on the newest value.
    fn chain(
        &mut self,
        name: &str,
        operator: &str,
        constants: Vec<String>,
        settings: Vec<AttributeProto>,
    ) {
        let inputs = [self.newest.clone()].into_iter().chain(constants).collect();
        self.newest = self.node(name, operator, inputs, settings);
    }

    /// An operator; returns the name of its value.
    fn node(
        &mut self,
        name: &str,
        operator: &str,
        input: Vec<String>,
        attribute: Vec<AttributeProto>,
    ) -> String {
        let output = format!("{name}.output");
        self.nodes.push(NodeProto {
            input,
            output: vec![output.clone()],
            name: Some(name.to_owned()),
            op_type: Some(operator.to_owned()),
            attribute,
        });
        output
    }

    /// A constant; returns its name.
    fn constant(&mut self, tensor: TensorProto) -> String {
        let name = tensor.name().to_owned();
        self.constants.push(tensor);
        name
    }
}

/// An array, bit by bit.
fn weights(named: &NamedArray) -> TensorProto {
    let array = &named.array;
    TensorProto {
        dims: array
            .shape
            .iter()
            .map(|extent| extent_of(*extent))
            .collect(),
        data_type: Some(FLOAT),
        name: Some(named.name.clone()),
        raw_data: Some(array.values.iter().flat_map(|v| v.to_le_bytes()).collect()),
    }
}

fn number(name: &str, value: f32) -> TensorProto {
    TensorProto {
        dims: Vec::new(),
        data_type: Some(FLOAT),
        name: Some(name.to_owned()),
        raw_data: Some(value.to_le_bytes().to_vec()),
    }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        i: Some(value),
        r#type: Some(AttributeType::Int.into()),
        ..AttributeProto::default()
    }
}

fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        f: Some(value),
        r#type: Some(AttributeType::Float.into()),
        ..AttributeProto::default()
    }
}

fn value(name: &str, dim: Vec<DimensionProto>) -> ValueInfoProto {
    let tensor_type = TensorTypeProto {
        elem_type: Some(FLOAT),
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(tensor_type),
        }),
        doc_string: None,
    }
}

fn fixed(extent: &usize) -> DimensionProto {
    DimensionProto {
        dim_value: Some(extent_of(*extent)),
        dim_param: None,
    }
}

/// Extents of arrays in memory are below 2^63.
fn extent_of(extent: usize) -> i64 {
    extent as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: NetworkShape = NetworkShape {
        height: 1,
        width: 2,
        history: 3,
        cells: 1,
    };

    #[test]
    fn a_module_that_is_not_known_is_refused_by_its_place() {
        let mut sequential = Sequential::default();
        sequential.module(SequentialModule::Flatten);
        assert!(graph(&sequential, &SHAPE).is_ok());
        sequential.skip(1);
        assert_eq!(graph(&sequential, &SHAPE), Err(Inexpressible(1)));
    }

    #[test]
    fn values_lead_from_the_input_to_the_output() {
        let mut sequential = Sequential::default();
        sequential.module(SequentialModule::Flatten);
        sequential.module(SequentialModule::Noise);
        sequential.module(SequentialModule::Exponential);
        let graph = graph(&sequential, &SHAPE).unwrap();
        let mut known: Vec<&str> = vec![INPUT];
        known.extend(graph.initializer.iter().map(TensorProto::name));
        for node in &graph.node {
            for input in &node.input {
                assert!(
                    known.contains(&input.as_str()),
                    "{input} comes from nowhere"
                );
            }
            known.extend(node.output.iter().map(String::as_str));
        }
        assert_eq!(known.last(), Some(&OUTPUT));
        let operators: Vec<&str> = graph.node.iter().map(NodeProto::op_type).collect();
        assert_eq!(operators, ["Flatten", "Min", "Sub", "Exp", "Add", "Mul"]);
    }
}
