//! The spikes of a recording, as something to learn from.

use ganglion_recording::{CellIndex, Partition, Recording, RecordingFile, Responses, SpikeCounts};

use crate::error::Error;

/// How much the mean rates of the spikes and of the recorded response may differ: smoothing changes a
/// mean by far less, and counts that are the sum of two trials, or rates in Hz, by more.
const SAME_RATE: f64 = std::f64::consts::SQRT_2;

/// Spikes of single trials in the training partition, which go with the response that was loaded.
///
/// # Errors
/// Where there are none, or they make another mean rate than the response has.
pub(super) fn load(file: &RecordingFile, recording: &Recording) -> Result<SpikeCounts, Error> {
    let cells: &[CellIndex] = recording.responses.cells();
    let spikes = file.spike_counts(Partition::Train, cells)?;
    let response = &recording.responses;
    if response.dataset().ends_with(SpikeCounts::BINNED) {
        // Counts themselves: there are no rates to compare with.
        return Ok(spikes);
    }
    let counted = spikes.mean_rates(recording.frame_period.period);
    match ratio(&spikes, &counted, response) {
        Some(ratio) if !(1.0 / SAME_RATE..SAME_RATE).contains(&ratio) => {
            Err(Error::SpikesAndRatesDiffer {
                path: recording.path.clone(),
                spikes: spikes.dataset().to_owned(),
                response: response.dataset().to_owned(),
                ratio,
            })
        }
        _ => Ok(spikes),
    }
}

/// Mean rate of the spikes over that of the response, over all cells and the bins that both hold; none
/// where they hold none, or nothing fires.
fn ratio(spikes: &SpikeCounts, counted: &Responses, response: &Responses) -> Option<f64> {
    let (mut of_spikes, mut of_response) = (0.0, 0.0);
    for row in 0..spikes.cells().len() {
        let pairs = counted.cell(row).iter().zip(response.cell(row));
        for (bin, (&counted, &rate)) in pairs.enumerate() {
            if rate.is_finite() && spikes.recorded(row, bin) > 0 {
                of_spikes += f64::from(counted);
                of_response += f64::from(rate);
            }
        }
    }
    (of_response > 0.0).then(|| of_spikes / of_response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ganglion_recording::Milliseconds;

    #[test]
    fn rates_are_compared_where_both_are_known() {
        let values = vec![1.0, f32::NAN, 3.0, 0.0];
        let spikes = SpikeCounts::new(vec![CellIndex(0)], 1, 4, values);
        let counted = spikes.mean_rates(Milliseconds(10.0));
        let response = |rates: [f32; 4]| Responses::new(vec![CellIndex(0)], 4, rates.to_vec());
        let of = |rates: [f32; 4]| ratio(&spikes, &counted, &response(rates));
        // The first and the last bin are known on both sides: 100 and 0 Hz are counted.
        assert_eq!(of([40.0, 70.0, f32::NAN, 10.0]), Some(2.0));
        assert_eq!(of([0.0, 70.0, f32::NAN, 0.0]), None);
    }
}
