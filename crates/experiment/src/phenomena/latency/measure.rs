//! Reading the answers to contrasts.

use ganglion_recording::CellIndex;

use super::{Latency, LatencyCriteria};
use crate::answers::Answers;
use crate::course::LONGEST_PLATEAU_MS;
use crate::estimate::{Estimate, Presence};
use crate::outcome::{CONTRAST, CellOutcome, Curve, Metrics, Outcome, Quantity, RATE, by_no_more};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily, full_field};
use crate::statistics::{ordered_pairs, rank_correlation};

/// Time before the onset that figures show.
const BEFORE_ONSET_MS: f64 = 100.0;

pub(super) fn measure(config: &Latency, answers: &Answers<'_>) -> Outcome {
    let found: Vec<_> = (answers.rows())
        .map(|row| CellLatency::new(config, answers, row))
        .collect();
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(cell, &config.criteria)),
        curves: curves(config, &found),
        families: vec![family(config, answers)],
        ..Outcome::default()
    }
}

/// What was found on one cell.
struct CellLatency {
    responses: Vec<Response>,
    rest: f64,
    /// Time of a frame: latencies that differ by less are not told apart.
    resolution_ms: f64,
    /// Largest rise above rest at any contrast.
    strongest: f64,
    capped: bool,
}

/// The response to one contrast.
#[derive(Clone, Copy)]
struct Response {
    contrast: f64,
    /// Latency of the first peak in ms; NaN where it does not count.
    first_peak: f64,
    /// Centre of mass in ms; NaN where the contrast does not count.
    centre_of_mass: f64,
    /// Rise of the first peak above rest; 0 where there is none.
    rise: f64,
    plateau_ms: f64,
}

impl CellLatency {
    fn new(config: &Latency, answers: &Answers<'_>, row: usize) -> Self {
        let rest = answers.course(0, row).rest();
        let mut responses: Vec<_> = (config.contrasts.iter().enumerate())
            .map(|(index, contrast)| {
                Response::new(config, answers, (index, contrast.0), (row, rest))
            })
            .collect();
        let strongest = strongest(&responses).map_or(0.0, |response| response.rise);
        let sign = strongest_sign(&responses);
        let criteria = &config.criteria;
        let needed = criteria.least_rate.max(criteria.least_share * strongest);
        for response in &mut responses {
            let counts = response.rise >= needed && response.contrast * sign > 0.0;
            if !counts {
                response.first_peak = f64::NAN;
                response.centre_of_mass = f64::NAN;
            }
        }
        Self {
            capped: responses.iter().any(|response| {
                response.first_peak.is_finite() && response.plateau_ms > LONGEST_PLATEAU_MS
            }),
            responses,
            rest,
            resolution_ms: answers.screen().frame_period.0,
            strongest,
        }
    }

    /// Strength of contrast and latency where it counts, from the weakest on, without one of the
    /// contrasts.
    fn points(&self, latency: fn(&Response) -> f64, left_out: Option<usize>) -> Vec<(f64, f64)> {
        let responses = self.responses.iter().enumerate();
        let mut points: Vec<_> = responses
            .filter(|(place, _)| Some(*place) != left_out)
            .map(|(_, response)| (response.contrast.abs(), latency(response)))
            .filter(|(_, latency)| latency.is_finite())
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    }

    /// A number of the first peaks, and the same without each contrast.
    fn of_peaks(&self, number: impl Fn(&[(f64, f64)]) -> f64) -> Estimate {
        Estimate::jackknife(self.responses.len(), |left_out| {
            number(&self.points(|response| response.first_peak, left_out))
        })
    }

    fn outcome(&self, cell: CellIndex, criteria: &LatencyCriteria) -> CellOutcome {
        let peaks = self.points(|response| response.first_peak, None);
        let masses = self.points(|response| response.centre_of_mass, None);
        let (count, rank) = (peaks.len(), rank_correlation(&peaks));
        let fall = self.of_peaks(fall);
        let per_octave = self.of_peaks(fall_per_octave);
        let order = self.of_peaks(|peaks| ordered_pairs(peaks, self.resolution_ms));
        let end = |point: Option<&(f64, f64)>| point.map_or(f64::NAN, |point| point.1);
        let metrics = Metrics::new([
            (Latency::FALL, fall.value),
            (Latency::FALL_PER_OCTAVE, per_octave.value),
            (Latency::RANK_CORRELATION, rank),
            (Latency::ORDERED_PAIRS, order.value),
            (Latency::CONTRASTS, count as f64),
            (Latency::WEAKEST, end(peaks.first())),
            (Latency::STRONGEST, end(peaks.last())),
            (Latency::CENTRE_OF_MASS_FALL, self::fall(&masses)),
            (Latency::PEAK, self.rest + self.strongest),
            (Latency::REST, self.rest),
        ]);
        self.judged(cell, metrics, (count, &fall, &order), criteria)
            .with_headline(per_octave)
    }

    fn judged(
        &self,
        cell: CellIndex,
        metrics: Metrics,
        (count, fall, order): (usize, &Estimate, &Estimate),
        criteria: &LatencyCriteria,
    ) -> CellOutcome {
        let total = self.responses.len();
        if self.strongest < criteria.least_rate {
            let most = self.strongest;
            let reason = by_no_more("no contrast raises the rate", most);
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        if self.capped {
            let reason = "the rate is capped, so that its peak has no time";
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        if count < criteria.least_contrasts.max(2) {
            let reason = format!("responds to {count} of {total} contrasts");
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        let falls = [criteria.least_fall.0, f64::INFINITY];
        let ordered = [f64::NEG_INFINITY, criteria.rank_correlation];
        let presence = Presence::all([
            Presence::judge(fall.value, self.fall_error(fall), falls, 0.0),
            match order.value.is_nan() {
                // No two latencies can be told apart.
                true => Presence::Absent,
                false => Presence::judge(order.value, order.error(), ordered, 0.0),
            },
        ]);
        let in_order = match order.value.is_nan() {
            true => "no two latencies differ by a frame or more".to_owned(),
            false => format!(
                "of pairs that differ by a frame or more {:.2} ± {:.2} in order",
                order.value,
                order.error()
            ),
        };
        let reason = format!(
            "latency falls by {:.1} ± {:.1} ms (standard error) over {count} contrasts, {in_order}; \
             needed are {} ms and {}",
            fall.value,
            self.fall_error(fall),
            criteria.least_fall.0,
            criteria.rank_correlation
        );
        CellOutcome::judged(cell, metrics, presence, reason)
    }

    /// Standard error of the fall: that of the sweep, and that of two times known to a frame each.
    fn fall_error(&self, fall: &Estimate) -> f64 {
        let of_a_frame = self.resolution_ms / 12f64.sqrt();
        (fall.error().powi(2) + 2.0 * of_a_frame.powi(2)).sqrt()
    }
}

impl Response {
    fn new(
        config: &Latency,
        answers: &Answers<'_>,
        (index, contrast): (usize, f64),
        (row, rest): (usize, f64),
    ) -> Self {
        let course = answers.course(index, row);
        let screen = answers.screen();
        let window = screen.frame_period.0..=screen.whole_frames(config.window).0;
        let share = config.criteria.first_peak_share;
        let peak = course.first_peak(window.clone(), rest, share);
        Self {
            contrast,
            first_peak: peak.map_or(f64::NAN, |peak| peak.time_ms),
            centre_of_mass: course.centre_of_mass(window, rest),
            rise: peak.map_or(0.0, |peak| peak.rate_hz - rest),
            plateau_ms: peak.map_or(0.0, |peak| peak.plateau_ms),
        }
    }
}

fn strongest(responses: &[Response]) -> Option<&Response> {
    (responses.iter())
        .filter(|response| response.contrast != 0.0)
        .max_by(|a, b| a.rise.total_cmp(&b.rise))
}

/// The sign of the contrast that evokes the strongest response.
fn strongest_sign(responses: &[Response]) -> f64 {
    strongest(responses).map_or(0.0, |response| response.contrast.signum())
}

/// Latency of the weakest contrast less that of the strongest.
fn fall(points: &[(f64, f64)]) -> f64 {
    match points {
        [weakest, .., strongest] => weakest.1 - strongest.1,
        _ => f64::NAN,
    }
}

/// Minus the slope of the least-squares line of latency against the logarithm of contrast to base 2.
fn fall_per_octave(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let octaves = points.iter().map(|point| point.0.log2());
    let (x, y) = (
        octaves.clone().sum::<f64>() / count,
        points.iter().map(|point| point.1).sum::<f64>() / count,
    );
    let (mut products, mut squares) = (0.0, 0.0);
    for (octave, point) in octaves.zip(points) {
        products += (octave - x) * (point.1 - y);
        squares += (octave - x).powi(2);
    }
    -products / squares
}

fn curves(config: &Latency, found: &[CellLatency]) -> Vec<Curve> {
    let latency = Quantity {
        name: "latency",
        unit: "ms",
    };
    let curve = |name, y, value: fn(&Response) -> f64| Curve {
        name,
        x: CONTRAST,
        at: config.contrasts.iter().map(|contrast| contrast.0).collect(),
        y,
        cells: (found.iter())
            .map(|found| found.responses.iter().map(value).collect())
            .collect(),
    };
    vec![
        curve(Latency::FIRST_PEAK_BY_CONTRAST, latency, |response| {
            response.first_peak
        }),
        curve(Latency::CENTRE_OF_MASS_BY_CONTRAST, latency, |response| {
            response.centre_of_mass
        }),
        curve(Latency::RISE_BY_CONTRAST, RATE, |response| response.rise),
    ]
}

fn family(config: &Latency, answers: &Answers<'_>) -> ResponseFamily {
    let screen = answers.screen();
    let frames = |time_ms: f64| (time_ms / screen.frame_period.0).round() as isize;
    let end = screen
        .whole_frames(config.window)
        .0
        .max(screen.whole_frames(config.duration).0);
    let outline = FamilyOutline {
        name: Latency::RESPONSE_BY_CONTRAST,
        parameter: CONTRAST,
        aligned_on: "onset",
        shown_as: CONTRAST,
        shown: full_field,
        frames: -frames(BEFORE_ONSET_MS)..frames(end) + 1,
    };
    let member = |(condition, contrast): (usize, &crate::Contrast)| FamilyMember {
        at: contrast.0,
        condition,
        event: 0,
    };
    let members: Vec<_> = config.contrasts.iter().enumerate().map(member).collect();
    ResponseFamily::collect(answers, outline, &members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_on_octaves_has_its_slope_whichever_contrasts_count() {
        let points: Vec<(f64, f64)> = [0.25, 0.5, 0.7, 1.0, 2.0]
            .map(|contrast: f64| (contrast, 100.0 - 20.0 * contrast.log2()))
            .into();
        for some in [&points[..], &points[1..], &points[..3]] {
            assert!((fall_per_octave(some) - 20.0).abs() < 1e-9);
        }
        assert!(fall_per_octave(&points[..1]).is_nan());
    }
}
