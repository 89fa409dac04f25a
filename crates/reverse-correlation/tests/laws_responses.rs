//! Cells of which little or nothing is recorded, and cells that see nothing.

mod planted;

use ganglion_recording::CellIndex;
use ganglion_reverse_correlation::*;
use planted::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Of more than 4000 bins, where shifted averages are of parts of the recording, 5 % of cells that see nothing are
/// called significant: of 300 cells, 15 are expected, and with a probability of 0.3 % fewer than 5 or more than 27.
#[test]
fn one_cell_in_twenty_that_sees_nothing_is_significant() {
    for check in [1, 3] {
        let random = &mut ChaCha8Rng::seed_from_u64(10);
        let shape = [16_000, 9, 9];
        let movie = checks(shape, check, None, random);
        let rates = (0..300).map(|_| bursts(shape[0], random)).collect();
        let fields = found(&movie, shape, rates, Some(FieldEstimate::Average));
        let called = fields
            .cells
            .iter()
            .filter(|cell| cell.is_significant())
            .count();
        assert!(
            (5..=27).contains(&called),
            "{called} of 300, checks of {check}"
        );
        let tested = fields.cells[0].significance.unwrap();
        assert!(check > 1 || tested.bins < 15_000, "{tested:?}");
    }
}

/// A cell without responses is left out and told; one that lacks some bins has the field of the others, at its scale;
/// the other cells' fields are as they would be without them.
#[test]
fn cells_that_were_not_recorded_do_not_touch_the_others() {
    let random = &mut ChaCha8Rng::seed_from_u64(11);
    let shape = [6000, 10, 10];
    let movie = white(shape, random);
    let planted = Planted {
        centre: [5.0, 4.0],
        sigma: 1.5,
        sign: 1.0,
        gain: 0.8,
    };
    let whole = spikes(&planted.scaled_rates(&movie, shape), random);
    let mut half = whole.clone();
    // A part in the middle, and every fifth of the other bins.
    half[2000..4000].fill(f32::NAN);
    half.iter_mut().step_by(5).for_each(|rate| *rate = f32::NAN);
    let mut start = whole.clone();
    start[1500..].fill(f32::NAN);
    let mut little = vec![f32::NAN; 6000];
    little.iter_mut().step_by(60).for_each(|rate| *rate = 1.0);
    let nothing = vec![f32::NAN; 6000];
    for estimate in [FieldEstimate::Average, FieldEstimate::Decorrelated] {
        let rates = vec![
            nothing.clone(),
            whole.clone(),
            start.clone(),
            half.clone(),
            little.clone(),
        ];
        let fields = found(&movie, shape, rates, Some(estimate));
        let left_out = |cell, reason| LeftOutCell {
            cell: CellIndex(cell),
            reason,
        };
        assert_eq!(
            fields.left_out,
            [
                left_out(0, LeftOutReason::NothingRecorded),
                left_out(2, LeftOutReason::TooFewParts { parts: 3, least: 5 }),
                left_out(
                    4,
                    LeftOutReason::TooFewBins {
                        bins: 99,
                        least: 240
                    }
                ),
            ]
        );
        let cells: Vec<usize> = fields.cells.iter().map(|cell| cell.cell.0).collect();
        assert_eq!(cells, [1, 3]);
        let alone = found(&movie, shape, vec![whole.clone()], Some(estimate));
        let [of_all, of_half] = [&fields.cells[0], &fields.cells[1]];
        assert_eq!(alone.cells[0].numbers.centre_x, of_all.numbers.centre_x);
        assert_eq!(of_all.bins, 6000 - HISTORY);
        assert!((3100..3300).contains(&of_half.bins), "{}", of_half.bins);
        within(of_half.numbers.centre_x, 5.0, 3.3);
        within(of_half.numbers.centre_y, 4.0, 3.3);
        // The same weights within their noise.
        let largest = |cell: &FoundField| {
            cell.average
                .values()
                .iter()
                .fold(0.0f32, |most, value| most.max(*value))
        };
        let scale = largest(of_half) / largest(of_all);
        assert!((0.8..1.4).contains(&scale), "{scale}");
    }
    let none = tried(&movie, shape, vec![nothing], None).unwrap_err();
    assert!(
        none.to_string().contains("cell 0: nothing was recorded"),
        "{none}"
    );
}
