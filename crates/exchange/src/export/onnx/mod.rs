//! ONNX: the network as it computes outside training, for runtimes of other languages.

mod format;
mod graph;

use std::io::Write;
use std::path::Path;

use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{NamedArray, Sequential};
use ganglion_recording::{Milliseconds, Normalisation, write_atomically};
use prost::Message;

use self::format::{
    GraphProto, IR_VERSION, ModelProto, OPERATOR_SET, OperatorSetIdProto, StringStringEntryProto,
};
use self::graph::{INPUT, OUTPUT, graph};
use crate::Error;
use crate::description::DESCRIPTION;

/// The most that a message of protobuf may hold, bytes.
const LARGEST_FILE: usize = i32::MAX as usize;

/// Writes the network; the description, and what input and output are, stand in the metadata.
pub(super) fn write(
    model: &Model,
    sequential: &Sequential,
    description: &str,
    path: &Path,
) -> Result<(), Error> {
    let own = &model.description;
    let graph = graph(sequential, &own.movie).map_err(|module| Error::NotInOnnx {
        path: path.into(),
        kind: own.architecture.kind(),
        place: module.0,
    })?;
    let bytes = encoded(&file(own, graph, description), path, LARGEST_FILE)?;
    Ok(write_atomically(path, |file| file.write_all(&bytes))?)
}

/// The arrays of a sequence that are in the file: all that are not for training alone.
pub(super) fn arrays(sequential: Sequential) -> Vec<NamedArray> {
    let mut arrays = sequential.into_arrays();
    arrays.retain(|named| !named.is_counter() && !named.is_noise());
    arrays
}

/// Whether bytes are a file of ONNX that was written here.
pub(super) fn is_export(bytes: &[u8]) -> bool {
    let model = ModelProto::decode(bytes).ok();
    model.is_some_and(|model| {
        let mut keys = model.metadata_props.iter();
        keys.any(|entry| entry.key() == DESCRIPTION)
    })
}

fn encoded(model: &ModelProto, path: &Path, largest: usize) -> Result<Vec<u8>, Error> {
    let bytes = model.encoded_len();
    match bytes <= largest {
        true => Ok(model.encode_to_vec()),
        false => Err(Error::TooLargeForOnnx {
            path: path.into(),
            bytes,
            largest,
        }),
    }
}

fn file(own: &ModelDescription, graph: GraphProto, description: &str) -> ModelProto {
    let (input, output) = (input(own), output(own));
    let mut graph = graph;
    let values = graph.input.iter_mut().chain(&mut graph.output);
    for (value, text) in values.zip([&input, &output]) {
        value.doc_string = Some(text.clone());
    }
    let notes = [
        (DESCRIPTION, description.to_owned()),
        ("input", input.clone()),
        ("output", output.clone()),
        ("frame_period_ms", own.frame_period_ms.to_string()),
    ];
    ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("ganglion".to_owned()),
        producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        doc_string: Some(format!(
            "Firing rates of retinal ganglion cells to movies. {INPUT}: {input} {OUTPUT}: {output} \
             The text of model.toml stands in metadata_props under {DESCRIPTION}."
        )),
        graph: Some(graph),
        opset_import: vec![OperatorSetIdProto {
            domain: None,
            version: Some(OPERATOR_SET),
        }],
        metadata_props: notes.map(note).into(),
    }
}

fn note((key, value): (&str, String)) -> StringStringEntryProto {
    StringStringEntryProto {
        key: Some(key.to_owned()),
        value: Some(value),
    }
}

/// What the input is, in words.
fn input(own: &ModelDescription) -> String {
    let history = own.movie.history;
    let constants = match &own.normalisation {
        Normalisation::Global { mean, sd } => {
            format!("(intensity - {mean}) / {sd} of the recording's intensities")
        }
        Normalisation::PerPixel { .. } => format!(
            "each pixel by its own constants, (intensity - mean) / sd, which stand in {DESCRIPTION} under \
             normalisation"
        ),
    };
    format!(
        "[batch, history, y, x], the {history} frames before each response, the oldest first, one every {}; \
         normalised: {constants}.",
        Milliseconds(own.frame_period_ms)
    )
}

/// What the output is, in words.
fn output(own: &ModelDescription) -> String {
    let cells: Vec<String> = own.cells.iter().map(ToString::to_string).collect();
    format!(
        "[batch, cell], firing rates in Hz of cells {} of the recording, counted from 0.",
        cells.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{ExportFormat, export, is_export as is_own};
    use burn::tensor::Device;
    use ganglion_model::network::{ModelConfig, NetworkShape};
    use rstest::rstest;

    const SHAPE: NetworkShape = NetworkShape {
        height: 9,
        width: 8,
        history: 5,
        cells: 3,
    };

    fn model(settings: &str, normalisation: Normalisation) -> Model {
        let device = Device::flex();
        let config: ModelConfig = toml::from_str(settings).unwrap();
        let mut network = config.init(&SHAPE, 2, &device).unwrap();
        network.set_output_scale(&[3.0, 0.5, 7.0]);
        let own = ModelDescription::new(config, SHAPE, vec![1, 4, 5], 12.5, normalisation);
        Model::new(own, &network, &device)
    }

    fn per_pixel() -> Normalisation {
        Normalisation::PerPixel {
            height: 9,
            width: 8,
            mean: vec![20.0; 72],
            sd: vec![4.0; 72],
        }
    }

    /// Every array that is not for training alone is in the file, bit by bit, and what is computed with them
    /// is the network's sequence.
    #[rstest]
    #[case("kind = 'bn-cnn'\nchannels = [2]\nkernels = [3]\nnoise = 0.1",
        &["Conv", "Flatten", "BatchNormalization", "Reshape", "Relu", "Flatten", "Gemm",
            "BatchNormalization", "Softplus", "Mul"])]
    #[case("kind = 'bn-cnn'\nchannels = [2]\nkernels = [3]\nbatch_norm = 'per-channel'",
        &["Conv", "BatchNormalization", "Relu", "Flatten", "Gemm", "BatchNormalization", "Softplus",
            "Mul"])]
    #[case("kind = 'nips-cnn'\nchannels = [2, 2]\nkernels = [3, 2]",
        &["Conv", "Relu", "Conv", "Relu", "Flatten", "Gemm", "Softplus", "Mul"])]
    #[case("kind = 'ln'\nnonlinearity = 'exp'",
        &["Flatten", "Gemm", "Min", "Sub", "Exp", "Add", "Mul", "Mul"])]
    #[case("kind = 'bn-cnn'\nchannels = [2]\nkernels = [[1, 5]]\nreadout = { kind = 'gaussian' }",
        &["Conv", "Flatten", "BatchNormalization", "Reshape", "Relu", "Flatten", "Gemm", "Softplus", "Mul"])]
    #[case("kind = 'ln-ln'\nwindow = [3, 4]", &["Conv", "Relu", "Flatten", "Gemm", "Softplus", "Mul"])]
    #[case("kind = 'ln-ln'\nsubunit_nonlinearity = 'softplus'",
        &["Conv", "Softplus", "Flatten", "Gemm", "Softplus", "Mul"])]
    #[case("kind = 'nonlinear-input'\ninput_nonlinearity = 'rectified-square'",
        &["Conv", "Relu", "Mul", "Flatten", "Gemm", "Softplus", "Mul"])]
    fn a_file_has_the_network(#[case] settings: &str, #[case] operators: &[&str]) {
        let model = model(settings, per_pixel());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.onnx");
        let arrays = export(&model, ExportFormat::Onnx, &path).unwrap();
        assert!(is_own(&path));
        let bytes = std::fs::read(&path).unwrap();
        let file = ModelProto::decode(&bytes[..]).unwrap();
        let graph = file.graph.as_ref().unwrap();
        let found: Vec<&str> = graph.node.iter().map(|node| node.op_type()).collect();
        assert_eq!(found, operators);
        for named in &arrays {
            let mut constants = graph.initializer.iter();
            let stored = constants.find(|constant| constant.name() == named.name);
            let stored = stored.unwrap_or_else(|| panic!("{} is not there", named.name));
            let shape: Vec<usize> = stored.dims.iter().map(|extent| *extent as usize).collect();
            assert_eq!(shape, named.array.shape);
            let bits: Vec<u8> = (named.array.values.iter())
                .flat_map(|value| value.to_le_bytes())
                .collect();
            assert!(stored.raw_data() == bits, "{}", named.name);
        }
        let described = model.description.to_toml().unwrap();
        let mut notes = file.metadata_props.iter();
        let note = notes.find(|note| note.key() == DESCRIPTION).unwrap();
        assert_eq!(note.value(), described);
    }

    #[test]
    fn input_and_output_say_what_they_are() {
        let global = Normalisation::Global {
            mean: 20.5,
            sd: 4.0,
        };
        let words = |normalisation| {
            let own = model("kind = 'ln'", normalisation).description;
            (input(&own), output(&own))
        };
        let (shared, rates) = words(global);
        assert!(shared.contains("(intensity - 20.5) / 4 ") && shared.contains("12.5 ms"));
        assert!(rates.contains("Hz of cells 1, 4, 5 of"), "{rates}");
        let (own, _) = words(per_pixel());
        assert!(own.contains("each pixel by its own constants"), "{own}");
    }

    #[test]
    fn a_file_that_no_runtime_reads_is_refused() {
        let model = ModelProto {
            doc_string: Some("twelve bytes".to_owned()),
            ..ModelProto::default()
        };
        let path = Path::new("large.onnx");
        assert_eq!(encoded(&model, path, 14).unwrap().len(), 14);
        let error = encoded(&model, path, 13).unwrap_err().to_string();
        assert!(error.contains("large.onnx") && error.contains("safetensors"));
    }

    #[test]
    fn only_files_with_a_description_are_our_own() {
        let mut model = ModelProto {
            ir_version: Some(IR_VERSION),
            ..ModelProto::default()
        };
        assert!(!is_export(&model.encode_to_vec()));
        model.metadata_props = vec![note((DESCRIPTION, String::new()))];
        assert!(is_export(&model.encode_to_vec()));
        assert!(!is_export(b"\x08\x08 but no message"));
    }
}
