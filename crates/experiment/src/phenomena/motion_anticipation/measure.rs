//! Reading the answers to moving and flashed bars.

use ganglion_recording::{CellIndex, Microns};

use super::shown::{AnticipationMovie, crossings, flashed_position};
use super::{AnticipationCriteria, MotionAnticipation};
use crate::answers::Answers;
use crate::crossing::Crossing;
use crate::estimate::{Estimate, Presence};
use crate::outcome::{CellOutcome, Curve, Metrics, Outcome, Quantity, RATE};
use crate::statistics::mean;
use crate::{MicronsPerSecond, course::Crest};

/// Distances from the centre of the bar, along the motion, at which profiles are given.
const FARTHEST: f64 = 600.0;
const STEP: f64 = 25.0;

const DISTANCE: Quantity = Quantity {
    name: "distance ahead of bar",
    unit: "um",
};

const LEAD: Quantity = Quantity {
    name: "lead",
    unit: "um",
};

pub(super) fn measure(config: &MotionAnticipation, answers: &Answers<'_>) -> Outcome {
    let reading = AnticipationReading {
        config,
        answers,
        shown: AnticipationMovie::all(config),
    };
    let found: Vec<_> = (answers.rows()).map(|row| reading.cell(row)).collect();
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(cell, &config.criteria)),
        curves: curves(config, &found),
        ..Outcome::default()
    }
}

/// What was found on one cell.
struct CellAnticipation {
    /// Lead along `direction` and against it, by the centre of the crest.
    leads: [f64; 2],
    /// The same by its highest bin.
    peak_leads: [f64; 2],
    /// Centre of the receptive field along `direction`.
    centre: Option<Centre>,
    /// Highest rate of a moving bar above rest, the weaker of both directions.
    moving: f64,
    /// Highest rate of a flashed bar above rest.
    flashed: f64,
    rest: f64,
    leads_by_speed: Vec<f64>,
    leads_by_width: Vec<f64>,
    /// Rates at the distances of profiles.
    profiles: [Vec<f64>; 3],
}

/// Centre of a receptive field.
#[derive(Clone, Copy)]
struct Centre {
    at: f64,
    from_flashes: bool,
    /// Whether the response is still above half at the first or last flash.
    at_edge: bool,
}

struct AnticipationReading<'a> {
    config: &'a MotionAnticipation,
    answers: &'a Answers<'a>,
    shown: Vec<AnticipationMovie>,
}

impl AnticipationReading<'_> {
    fn cell(&self, row: usize) -> CellAnticipation {
        let config = self.config;
        let rest = self.answers.course(0, row).rest();
        let pair = crossings(config, config.speed, config.width);
        let crests = pair.map(|crossing| self.crest(row, &crossing));
        let places = [0, 1].map(|side| self.place(&pair[side], crests[side], |c| c.centre_ms));
        let peaks = [0, 1].map(|side| self.place(&pair[side], crests[side], |c| c.highest_ms));
        let flashed = self.flashed(row, rest);
        let centre = self.centre(&flashed, places);
        let at = centre.map_or(f64::NAN, |centre| centre.at);
        // Positions along the second direction are those along the first with the other sign.
        let leads = |places: [f64; 2]| [at - places[0], -at - places[1]];
        CellAnticipation {
            leads: leads(places),
            peak_leads: leads(peaks),
            centre,
            moving: (crests.iter())
                .map(|crest| crest.map_or(0.0, |crest| crest.rate_hz - rest))
                .fold(f64::INFINITY, f64::min),
            flashed: flashed.iter().copied().fold(0.0, f64::max),
            rest,
            leads_by_speed: (config.speeds.iter())
                .map(|&speed| self.mean_lead(row, speed, config.width))
                .collect(),
            leads_by_width: (config.widths.iter())
                .map(|&width| self.mean_lead(row, config.speed, width))
                .collect(),
            profiles: [
                self.moving_profile(row, &pair[0], at),
                self.moving_profile(row, &pair[1], -at),
                self.flashed_profile(&flashed, at, rest),
            ],
        }
    }

    fn crest(&self, row: usize, crossing: &Crossing) -> Option<Crest> {
        let course = self
            .answers
            .course(self.index(AnticipationMovie::Moving(*crossing)), row);
        let crest = crossing.crest(&self.answers.screen(), &course, self.config.window)?;
        let rise = crest.rate_hz - course.rest();
        (rise >= self.config.criteria.least_rate).then_some(crest)
    }

    /// Position of the bar's centre, along its motion, at a time of the crest.
    fn place(&self, crossing: &Crossing, crest: Option<Crest>, time: fn(Crest) -> f64) -> f64 {
        crest.map_or(f64::NAN, |crest| {
            crossing.position(&self.answers.screen(), time(crest))
        })
    }

    /// Mean lead of both directions, wherever the receptive field is.
    fn mean_lead(&self, row: usize, speed: MicronsPerSecond, width: Microns) -> f64 {
        let pair = crossings(self.config, speed, width);
        -mean(pair.map(|crossing| {
            self.place(&crossing, self.crest(row, &crossing), |crest| {
                crest.centre_ms
            })
        }))
    }

    /// Highest rate above rest to each of the flashed bars.
    fn flashed(&self, row: usize, rest: f64) -> Vec<f64> {
        let screen = self.answers.screen();
        let window = screen.frame_period.0..=screen.whole_frames(self.config.window).0;
        (0..self.config.flashed_positions)
            .map(|place| {
                self.answers
                    .course(self.index(AnticipationMovie::Flashed(place)), row)
            })
            .map(|course| course.highest(window.clone()) - rest)
            .collect()
    }

    fn centre(&self, flashed: &[f64], places: [f64; 2]) -> Option<Centre> {
        let highest = (0..flashed.len()).max_by(|a, b| flashed[*a].total_cmp(&flashed[*b]))?;
        if flashed[highest] < self.config.criteria.least_rate {
            let middle = 0.5 * (places[0] - places[1]);
            return middle.is_finite().then_some(Centre {
                at: middle,
                from_flashes: false,
                at_edge: false,
            });
        }
        let half = 0.5 * flashed[highest];
        let above = |place: &usize| flashed[*place] >= half;
        let first = (0..=highest).rev().take_while(above).last()?;
        let last = (highest..flashed.len()).take_while(above).last()?;
        let weights = (first..=last).map(|place| (self.position(place), flashed[place] - half));
        let (mass, moment) = weights.fold((0.0, 0.0), |(mass, moment), (at, weight)| {
            (mass + weight, moment + weight * at)
        });
        Some(Centre {
            at: moment / mass,
            from_flashes: true,
            at_edge: first == 0 || last + 1 == flashed.len(),
        })
    }

    fn position(&self, place: usize) -> f64 {
        flashed_position(self.config, &self.answers.screen(), place)
    }

    /// Rate where the bar is at given distances from the centre of the receptive field.
    fn moving_profile(&self, row: usize, crossing: &Crossing, centre: f64) -> Vec<f64> {
        let course = self
            .answers
            .course(self.index(AnticipationMovie::Moving(*crossing)), row);
        let screen = self.answers.screen();
        let rate = |distance: f64| {
            let time = crossing.time_ms(&screen, centre - distance);
            let shown = time.is_finite() && time >= 0.0;
            shown.then(|| course.interpolated(time)).flatten()
        };
        distances().map(|at| rate(at).unwrap_or(f64::NAN)).collect()
    }

    /// Highest rate to a bar flashed at given distances, interpolated between places.
    fn flashed_profile(&self, flashed: &[f64], centre: f64, rest: f64) -> Vec<f64> {
        let [first, second] = [0, 1].map(|place| self.position(place));
        let rate = |distance: f64| {
            let exact = (centre - distance - first) / (second - first);
            let below = exact.floor();
            if !exact.is_finite() || below < 0.0 {
                return None;
            }
            let [low, high] = [0, 1].map(|step| flashed.get(below as usize + step));
            Some(rest + low? + (exact - below) * (high? - low?))
        };
        distances().map(|at| rate(at).unwrap_or(f64::NAN)).collect()
    }

    fn index(&self, shown: AnticipationMovie) -> usize {
        let place = self.shown.iter().position(|known| *known == shown);
        place.expect("every bar that is read is shown")
    }
}

fn distances() -> impl Iterator<Item = f64> {
    let steps = (FARTHEST / STEP) as i32;
    (-steps..=steps).map(|step| f64::from(step) * STEP)
}

impl CellAnticipation {
    fn outcome(&self, cell: CellIndex, criteria: &AnticipationCriteria) -> CellOutcome {
        let at = self.centre.map_or(f64::NAN, |centre| centre.at);
        let [forth, back] = self.leads;
        let metrics = Metrics::new([
            (MotionAnticipation::LEAD, mean(self.leads)),
            (MotionAnticipation::LEAD_FORTH, forth),
            (MotionAnticipation::LEAD_BACK, back),
            (MotionAnticipation::PEAK_LEAD, mean(self.peak_leads)),
            (MotionAnticipation::CENTRE, at),
            (MotionAnticipation::MOVING, self.rest + self.moving),
            (MotionAnticipation::FLASHED, self.rest + self.flashed),
            (MotionAnticipation::REST, self.rest),
        ]);
        let not_measurable =
            |reason: String| CellOutcome::not_measurable(cell, metrics.clone(), reason);
        if self.moving < criteria.least_rate {
            return not_measurable(format!(
                "a moving bar raises the rate by {:.2} Hz only",
                self.moving
            ));
        }
        let Some(centre) = self.centre else {
            return not_measurable("the receptive field has no centre".to_owned());
        };
        if centre.at_edge {
            return not_measurable("the receptive field lies at the edge of the screen".to_owned());
        }
        let least = criteria.least_lead.0;
        let lead = self.lead();
        // Beyond the least lead, by more than the two directions differ.
        let beyond = [least.next_up(), f64::INFINITY];
        let presence = Presence::judge(lead.value, lead.error(), beyond, least);
        let reference = match centre.from_flashes {
            true => "the flashed bar",
            false => "the middle of both directions, as flashes evoke too little",
        };
        let reason = format!(
            "leads by {forth:.1} and {back:.1} um in the two directions, against {reference}; \
             needed is more than {least} um, whatever the direction"
        );
        CellOutcome::judged(cell, metrics, presence, reason).with_headline(lead)
    }

    /// Mean lead of both directions, and that of each alone.
    fn lead(&self) -> Estimate {
        Estimate::jackknife(2, |left_out| match left_out {
            None => mean(self.leads),
            Some(direction) => self.leads[1 - direction],
        })
    }
}

fn curves(config: &MotionAnticipation, found: &[CellAnticipation]) -> Vec<Curve> {
    let profile = |name, which: usize| Curve {
        name,
        x: DISTANCE,
        at: distances().collect(),
        y: RATE,
        cells: (found.iter())
            .map(|found| found.profiles[which].clone())
            .collect(),
    };
    vec![
        profile(MotionAnticipation::PROFILE_MOVING_FORTH, 0),
        profile(MotionAnticipation::PROFILE_MOVING_BACK, 1),
        profile(MotionAnticipation::PROFILE_FLASHED, 2),
        Curve {
            name: MotionAnticipation::LEAD_BY_SPEED,
            x: Quantity {
                name: "speed",
                unit: "um/s",
            },
            at: config.speeds.iter().map(|speed| speed.0).collect(),
            y: LEAD,
            cells: (found.iter())
                .map(|found| found.leads_by_speed.clone())
                .collect(),
        },
        Curve {
            name: MotionAnticipation::LEAD_BY_WIDTH,
            x: Quantity {
                name: "width",
                unit: "um",
            },
            at: config.widths.iter().map(|width| width.0).collect(),
            y: LEAD,
            cells: (found.iter())
                .map(|found| found.leads_by_width.clone())
                .collect(),
        },
    ]
}
