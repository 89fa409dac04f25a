//! Predictions as the Sensorium challenges take them: one Parquet file, a row a clip.
//!
//! Columns `mouse` (text), `trial_indices` (text), `prediction` (a list a neuron of a value a frame) and `neuron_ids`
//! (a list of whole numbers). Source: ecker-lab/sensorium_2023, `sensorium/utility/submission.py`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ganglion_recording::write_atomically;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::Error;

/// Predicted responses to clips of one recording.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipPredictions {
    /// Name of the recording, for the column `mouse`.
    pub recording: String,
    /// The neurons, in the order of the predictions.
    pub neurons: Vec<i64>,
    /// The clips.
    pub clips: Vec<ClipPrediction>,
}

/// Predicted responses to one clip.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipPrediction {
    /// Name of the clip, for the column `trial_indices`.
    pub name: String,
    /// Rates `[neuron][frame]`.
    pub rates: Vec<Vec<f32>>,
}

/// Every level is there, so that no value is null.
const SCHEMA: &str = "message predictions {
    REQUIRED BINARY mouse (UTF8);
    REQUIRED BINARY trial_indices (UTF8);
    REQUIRED GROUP prediction (LIST) { REPEATED GROUP list { REQUIRED GROUP element (LIST) {
        REPEATED GROUP list { REQUIRED FLOAT element; } } } }
    REQUIRED GROUP neuron_ids (LIST) { REPEATED GROUP list { REQUIRED INT64 element; } }
}";

/// Writes predictions to a Parquet file.
///
/// # Errors
/// If a clip has another number of neurons than there are, or none, or no frames; if the file cannot be written.
pub fn write_sensorium(predictions: &ClipPredictions, path: &Path) -> Result<(), Error> {
    let neurons = predictions.neurons.len();
    let is_whole = |clip: &ClipPrediction| {
        clip.rates.len() == neurons && clip.rates.iter().all(|rates| !rates.is_empty())
    };
    if neurons == 0 || !predictions.clips.iter().all(is_whole) {
        return Err(Error::Predictions {
            path: path.to_owned(),
            message: "every clip needs a prediction of every neuron, of one frame at least".into(),
        });
    }
    let bytes = encoded(predictions).map_err(|error| Error::Predictions {
        path: path.to_owned(),
        message: error.to_string(),
    })?;
    write_atomically(path, |file| file.write_all(&bytes))?;
    Ok(())
}

fn encoded(predictions: &ClipPredictions) -> Result<Vec<u8>, ParquetError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut rows = writer.next_row_group()?;
    let clips = &predictions.clips;
    let text = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    let recordings: Vec<ByteArray> = clips.iter().map(|_| text(&predictions.recording)).collect();
    column::<ByteArrayType>(&mut rows, &recordings, None, None)?;
    let names: Vec<ByteArray> = clips.iter().map(|clip| text(&clip.name)).collect();
    column::<ByteArrayType>(&mut rows, &names, None, None)?;
    prediction(&mut rows, clips)?;
    let ids: Vec<i64> = clips
        .iter()
        .flat_map(|_| predictions.neurons.iter().copied())
        .collect();
    let starts = |place: usize| i16::from(!place.is_multiple_of(predictions.neurons.len()));
    let repeated: Vec<i16> = (0..ids.len()).map(starts).collect();
    let there = vec![1; ids.len()];
    column::<Int64Type>(&mut rows, &ids, Some(&there), Some(&repeated))?;
    rows.close()?;
    writer.into_inner()
}

/// Lists of lists: a value begins a clip (0), a neuron (1), or goes on with one (2).
fn prediction(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    clips: &[ClipPrediction],
) -> Result<(), ParquetError> {
    let (mut values, mut repeated) = (Vec::new(), Vec::new());
    for clip in clips {
        for (neuron, rates) in clip.rates.iter().enumerate() {
            values.extend_from_slice(rates);
            repeated.push(i16::from(neuron > 0));
            repeated.extend(std::iter::repeat_n(2, rates.len() - 1));
        }
    }
    let there = vec![2; values.len()];
    column::<FloatType>(rows, &values, Some(&there), Some(&repeated))
}

fn column<T: DataType>(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    there: Option<&[i16]>,
    repeated: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = rows.next_column()? else {
        return Err(ParquetError::General(
            "the schema has no further column".into(),
        ));
    };
    column.typed::<T>().write_batch(values, there, repeated)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    use parquet::file::reader::{FileReader, SerializedFileReader};

    #[test]
    fn lists_of_lists_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("predictions.parquet");
        let clip = |name: &str, first: f32| ClipPrediction {
            name: name.into(),
            rates: vec![vec![first, 2.0, 3.0], vec![4.0, 5.0, 6.5]],
        };
        let predictions = ClipPredictions {
            recording: "bars".into(),
            neurons: vec![3, 0],
            clips: vec![clip("0.npy", 1.0), clip("1.npy", 9.0)],
        };
        write_sensorium(&predictions, &path).unwrap();
        let file = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let rows: Vec<String> = file
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().to_string())
            .collect();
        assert_eq!(
            rows[1],
            "{mouse: \"bars\", trial_indices: \"1.npy\", prediction: [[9.0, 2.0, 3.0], [4.0, 5.0, 6.5]], \
             neuron_ids: [3, 0]}"
        );
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_clip_without_all_neurons_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("predictions.parquet");
        let predictions = ClipPredictions {
            recording: "bars".into(),
            neurons: vec![0, 1],
            clips: vec![ClipPrediction {
                name: "0.npy".into(),
                rates: vec![vec![1.0]],
            }],
        };
        assert!(write_sensorium(&predictions, &path).is_err());
        assert!(!path.exists());
    }
}
