//! Reading the answers to trains.

use ganglion_recording::{CellIndex, Milliseconds};

use super::shown::TrainMovie;
use super::{OmissionCriteria, OmittedStimulus};
use crate::answers::Answers;
use crate::course::{LONGEST_PLATEAU_MS, RatePeak};
use crate::estimate::{Estimate, Presence};
use crate::outcome::{CONTRAST, CellOutcome, Curve, Metrics, Outcome, Quantity, RATE, by_no_more};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily, full_field};
use crate::statistics::{LineFit, mean};

const PERIOD: Quantity = Quantity {
    name: "period",
    unit: "ms",
};

pub(super) fn measure(config: &OmittedStimulus, answers: &Answers<'_>) -> Outcome {
    let reading = TrainReading {
        config,
        answers,
        shown: TrainMovie::all(config),
    };
    let found: Vec<_> = (answers.rows()).map(|row| reading.cell(row)).collect();
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(cell, &config.criteria)),
        curves: curves(config, &found),
        families: vec![reading.family()],
        ..Outcome::default()
    }
}

/// What was found on one cell.
struct CellOmission {
    /// Time of the response after the last flash by period, in ms; NaN where it does not count.
    latencies: Vec<f64>,
    /// Peak rate of the response to the omission by period.
    rates: Vec<f64>,
    /// Peak rate after trains of `counts` flashes.
    by_count: Vec<f64>,
    /// Mean time after the missing flash was due.
    delay: f64,
    fit: Option<LineFit>,
    /// Slope of the line, and of that without each period.
    slope: Estimate,
    /// Peak rates at the reference period.
    omission: f64,
    going_on: f64,
    jittered: f64,
    single_flash: f64,
    rest: f64,
    /// Largest distance from rest in any train.
    modulation: f64,
    capped: bool,
}

struct TrainReading<'a> {
    config: &'a OmittedStimulus,
    answers: &'a Answers<'a>,
    shown: Vec<TrainMovie>,
}

impl TrainReading<'_> {
    fn cell(&self, row: usize) -> CellOmission {
        let responses: Vec<_> = (self.config.periods.iter())
            .map(|&period| (period, self.response(row, period)))
            .collect();
        let latency = |(period, peak): &(Milliseconds, Option<RatePeak>)| {
            peak.map_or(f64::NAN, |peak| peak.time_ms - self.last_flash(*period))
        };
        let all: Vec<(f64, f64)> = (responses.iter())
            .map(|response| (self.whole(response.0), latency(response)))
            .collect();
        let counted = |left_out: Option<usize>| -> Vec<(f64, f64)> {
            let points = all.iter().enumerate();
            points
                .filter(|(place, (_, latency))| Some(*place) != left_out && latency.is_finite())
                .map(|(_, point)| *point)
                .collect()
        };
        let points = counted(None);
        let slope = |left_out: Option<usize>| {
            LineFit::through(&counted(left_out)).map_or(f64::NAN, |fit| fit.slope)
        };
        let reference = self.config.reference_period;
        let test = |period, flashes| TrainMovie::Omission { period, flashes };
        let peak_after = |shown| self.after(row, shown).1;
        CellOmission {
            latencies: responses.iter().map(latency).collect(),
            rates: (responses.iter())
                .map(|(period, _)| peak_after(test(*period, self.config.flashes)))
                .collect(),
            by_count: (self.config.counts.iter())
                .map(|&count| peak_after(test(reference, count)))
                .collect(),
            delay: mean(points.iter().map(|(period, latency)| latency - period)),
            fit: LineFit::through(&points),
            slope: Estimate::jackknife(all.len(), slope),
            omission: peak_after(test(reference, self.config.flashes)),
            going_on: self.going_on(row, reference),
            jittered: peak_after(TrainMovie::Jittered { period: reference }),
            single_flash: match self.config.counts.contains(&1) {
                true => peak_after(test(reference, 1)),
                false => f64::NAN,
            },
            rest: self.answers.course(0, row).rest(),
            modulation: self.modulation(row),
            capped: responses
                .iter()
                .any(|(_, peak)| peak.is_some_and(|peak| peak.plateau_ms > LONGEST_PLATEAU_MS)),
        }
    }

    /// The response to the omission, if it counts.
    fn response(&self, row: usize, period: Milliseconds) -> Option<RatePeak> {
        let criteria = &self.config.criteria;
        let flashes = self.config.flashes;
        let (peak, _) = self.after(row, TrainMovie::Omission { period, flashes });
        let rest = self.answers.course(0, row).rest();
        let control = self.going_on(row, period).max(rest);
        let needed = control + (criteria.margin * control.abs()).max(criteria.least_rate);
        peak.filter(|peak| peak.rate_hz >= needed)
    }

    /// Peak, and largest rate, within the window after the next flash of a train is due.
    fn after(&self, row: usize, shown: TrainMovie) -> (Option<RatePeak>, f64) {
        let index = self.index(shown);
        let course = self.answers.course(index, row);
        let window = self.window(shown);
        (course.peak(window.clone()), course.highest(window))
    }

    /// Largest rate, in the time of the response, of the train that goes on.
    fn going_on(&self, row: usize, period: Milliseconds) -> f64 {
        self.after(row, TrainMovie::GoingOn { period }).1
    }

    /// A frame after the missing flash was due until the end.
    fn window(&self, shown: TrainMovie) -> std::ops::RangeInclusive<f64> {
        shown.window(self.config, &self.answers.screen())
    }

    fn last_flash(&self, period: Milliseconds) -> f64 {
        (self.config.flashes as f64 - 1.0) * self.whole(period)
    }

    /// A period as shown.
    fn whole(&self, period: Milliseconds) -> f64 {
        self.answers.screen().whole_frames(period).0
    }

    fn index(&self, shown: TrainMovie) -> usize {
        let place = self.shown.iter().position(|known| *known == shown);
        place.expect("every train that is read is shown")
    }

    fn modulation(&self, row: usize) -> f64 {
        let from_rest = |index: usize| {
            let course = self.answers.course(index, row);
            let rest = course.rest();
            let rates = course.within(0.0..=f64::MAX);
            rates
                .map(|(_, rate)| (rate - rest).abs())
                .fold(0.0, f64::max)
        };
        (0..self.shown.len()).map(from_rest).fold(0.0, f64::max)
    }

    /// The trains of all periods, aligned on the last flash.
    fn family(&self) -> ResponseFamily {
        let period_ms = self.answers.screen().frame_period.0;
        let longest = (self.config.periods.iter())
            .map(|&period| self.last_flash(period))
            .fold(0.0, f64::max);
        let window = self.whole(self.config.window);
        let next = (self.config.periods.iter())
            .map(|&period| self.whole(period))
            .fold(f64::INFINITY, f64::min);
        let [first, last] =
            [-longest, next + window].map(|time| (time / period_ms).round() as isize);
        let member = |&period: &Milliseconds| FamilyMember {
            at: period.0,
            condition: self.index(TrainMovie::Omission {
                period,
                flashes: self.config.flashes,
            }),
            event: (self.last_flash(period) / period_ms).round() as isize,
        };
        let members: Vec<_> = self.config.periods.iter().map(member).collect();
        let outline = FamilyOutline {
            name: OmittedStimulus::OMISSION_BY_PERIOD,
            parameter: PERIOD,
            aligned_on: "last flash",
            shown_as: CONTRAST,
            shown: full_field,
            frames: first..last + 1,
        };
        ResponseFamily::collect(self.answers, outline, &members)
    }
}

impl CellOmission {
    fn outcome(&self, cell: CellIndex, criteria: &OmissionCriteria) -> CellOutcome {
        let counted = self
            .latencies
            .iter()
            .filter(|time| time.is_finite())
            .count();
        let (slope, slope_error) = self
            .fit
            .map_or((f64::NAN, f64::NAN), |fit| (fit.slope, fit.slope_error));
        let metrics = Metrics::new([
            (OmittedStimulus::SLOPE, slope),
            (OmittedStimulus::SLOPE_ERROR, slope_error),
            (OmittedStimulus::DELAY, self.delay),
            (OmittedStimulus::PERIODS, counted as f64),
            (OmittedStimulus::OMISSION, self.omission),
            (OmittedStimulus::GOING_ON, self.going_on),
            (OmittedStimulus::JITTERED, self.jittered),
            (OmittedStimulus::SINGLE_FLASH, self.single_flash),
            (OmittedStimulus::REST, self.rest),
        ]);
        self.judged(cell, metrics, (counted, slope, slope_error), criteria)
            .with_headline(self.slope.clone())
    }

    fn judged(
        &self,
        cell: CellIndex,
        metrics: Metrics,
        (counted, slope, slope_error): (usize, f64, f64),
        criteria: &OmissionCriteria,
    ) -> CellOutcome {
        let periods = self.latencies.len();
        if self.modulation < criteria.least_rate {
            let most = self.modulation;
            let reason = by_no_more("no train moves the rate", most);
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        if self.capped {
            let reason = "the rate is capped, so that its peak has no time";
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        if counted < criteria.least_periods.max(2) {
            let reason = format!("responds to the omission at {counted} of {periods} periods");
            return CellOutcome::found(cell, metrics, false, reason);
        }
        let [least, most] = criteria.slope;
        let presence = match slope_error <= criteria.slope_error {
            true => Presence::judge(slope, slope_error, criteria.slope, REBOUND),
            false => Presence::Undetermined,
        };
        let reason = format!(
            "slope {slope:.2} ± {slope_error:.2} (standard error) over {counted} of {periods} periods; \
             predictive is {least} to {most}, a rebound after the last flash has {REBOUND}",
        );
        CellOutcome::judged(cell, metrics, presence, reason)
    }
}

/// Slope of a rebound: a constant time after the last flash.
const REBOUND: f64 = 0.0;

fn curves(config: &OmittedStimulus, found: &[CellOmission]) -> Vec<Curve> {
    let curve = |name, y, values: fn(&CellOmission) -> &Vec<f64>| Curve {
        name,
        x: PERIOD,
        at: config.periods.iter().map(|period| period.0).collect(),
        y,
        cells: found.iter().map(|found| values(found).clone()).collect(),
    };
    let latency = Quantity {
        name: "time after last flash",
        unit: "ms",
    };
    vec![
        curve(OmittedStimulus::LATENCY_BY_PERIOD, latency, |found| {
            &found.latencies
        }),
        curve(OmittedStimulus::RATE_BY_PERIOD, RATE, |found| &found.rates),
        Curve {
            name: OmittedStimulus::RATE_BY_FLASHES,
            x: Quantity {
                name: "flashes",
                unit: "",
            },
            at: config.counts.iter().map(|&count| count as f64).collect(),
            y: RATE,
            cells: found.iter().map(|found| found.by_count.clone()).collect(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use crate::estimate::Presence;
    use crate::statistics::LineFit;
    use crate::{ExperimentConfig, Phenomenon};

    fn verdict(slope: f64, error: f64) -> Presence {
        let ExperimentConfig::OmittedStimulus(config) = Phenomenon::OmittedStimulus.into() else {
            panic!("another experiment")
        };
        Presence::judge(slope, error, config.criteria.slope, super::REBOUND)
    }

    /// Ebert et al. 2024 (source data), mouse ganglion cells: the rule says of them what the authors do.
    #[test]
    fn recorded_cells_respond_to_the_omission_and_not_without_glycine() {
        // Mean shift of the response, relative to that at 60 ms, by period, ms.
        let shifts = [
            (60.0, 0.0),
            (80.0, 11.6),
            (100.0, 39.1),
            (120.0, 64.7),
            (170.0, 115.6),
        ];
        let fit = LineFit::through(&shifts).unwrap();
        assert!((fit.slope - 1.09).abs() < 0.01, "{}", fit.slope);
        assert_eq!(verdict(fit.slope, fit.slope_error), Presence::Present);
        // Slopes of 12 cells: mean and standard deviation, so that the mean has this standard error.
        let of_mean = |sd: f64| sd / 12f64.sqrt();
        assert_eq!(verdict(1.126, of_mean(0.281)), Presence::Present);
        assert_eq!(verdict(0.073, of_mean(0.644)), Presence::Absent);
        // Single cells from 0.60 to 1.55, with the errors that a line through five periods has.
        assert_eq!(verdict(0.60, 0.13), Presence::Present);
        assert_eq!(verdict(1.55, 0.13), Presence::Present);
    }
}
