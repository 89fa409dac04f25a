//! Every claim supported, refuted and left open once, on made-up evidence.

use std::ops::Range;

use ganglion_attribution::{Polarity, Sign};
use ganglion_experiment::{
    CellOutcome, Estimate, ExperimentConfig, Metrics, OmittedStimulus, PreparedExperiment,
    Presence, Screen,
};
use ganglion_recording::{CellIndex, Microns, Milliseconds};

use super::{Anatomy, Evidence, Hypothesis, PathwayAnatomy, Verdict, Witness, evaluate};
use crate::silencing::lesion::Target;
use crate::silencing::random::RandomLesions;

const TOLERANCE: f64 = 0.2;

/// What silencing a kind of pathway does.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    /// There is nothing of this kind.
    Nothing,
    /// All of the phenomenon.
    Same,
    /// None of it.
    Gone,
    /// A metric, and a phenomenon, that errors leave open.
    Open,
    /// The phenomenon, with a metric whose error leaves open whether it is another.
    Perhaps,
    /// All of it, in a hundredth of the rate.
    Faint,
}
use Left::{Faint, Gone, Nothing, Open, Perhaps, Same};

fn outcome(value: f64, error: f64, presence: Presence) -> CellOutcome {
    CellOutcome {
        cell: CellIndex(0),
        metrics: Metrics::new([]),
        present: presence == Presence::Present,
        presence,
        // Two replicates at this distance have this standard error.
        headline: Estimate {
            value,
            replicates: vec![value - error, value + error],
        },
        measurable: true,
        reason: String::new(),
    }
}

/// In the order of [`Target::ALL`]: ON, OFF, inhibition.
fn witness(left: [Left; 3]) -> Witness {
    let of = |target: Target| {
        let place = Target::ALL.iter().position(|known| *known == target);
        left[place.unwrap()]
    };
    let without = |target: Target| {
        let outcome = match of(target) {
            Nothing | Same | Faint => outcome(100.0, 0.0, Presence::Present),
            Gone => outcome(0.0, 0.0, Presence::Absent),
            Open => outcome(85.0, 20.0, Presence::Undetermined),
            Perhaps => outcome(85.0, 20.0, Presence::Present),
        };
        let rate = if of(target) == Faint { 0.01 } else { 1.0 };
        Ok::<_, std::convert::Infallible>((outcome, rate))
    };
    let intact = outcome(100.0, 0.0, Presence::Present);
    let exists = |target| of(target) != Nothing;
    let Ok(witness) = Witness::new(&intact, TOLERANCE, exists, without);
    witness
}

/// A cell under an experiment.
struct Case {
    experiment: PreparedExperiment,
    samples: Vec<Range<usize>>,
    pathways: Vec<PathwayAnatomy>,
    circuit: [Left; 3],
    network: [Left; 3],
    opposed: Option<f64>,
    lesions_refute: Option<f64>,
    misses_phenomenon: bool,
    by_chance: bool,
    types: Option<Vec<PathwayAnatomy>>,
}

impl Case {
    fn new(phenomenon: &str) -> Self {
        let screen = Screen {
            height: 20,
            width: 20,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        };
        let text = match phenomenon {
            "motion-reversal" => {
                "phenomenon = \"motion-reversal\"\npositions = [-100, -50, 0, 50, 100]".to_owned()
            }
            other => format!("phenomenon = \"{other}\""),
        };
        let config: ExperimentConfig = toml::from_str(&text).unwrap();
        let experiment = config.prepare(screen).unwrap();
        let mut end = 0;
        let samples = experiment.movies().into_iter().map(|movie| {
            let count = movie.frames() + 1 - screen.history;
            end += count;
            end - count..end
        });
        Self {
            samples: samples.collect(),
            experiment,
            pathways: Vec::new(),
            circuit: [Same; 3],
            network: [Same; 3],
            opposed: None,
            lesions_refute: None,
            misses_phenomenon: false,
            by_chance: false,
            types: None,
        }
    }

    /// With a pathway whose activity is `activity` of the condition's period, 1 where there is none.
    fn pathway(
        mut self,
        (polarity, sign, peak_ms): (Polarity, Sign, f64),
        activity: fn(f64) -> f64,
    ) -> Self {
        let mut departure = Vec::new();
        for (condition, samples) in self.experiment.conditions().iter().zip(&self.samples) {
            let mut parameters = condition.parameters.iter();
            let period = parameters.find(|one| one.name == OmittedStimulus::PERIOD);
            let value = period.map_or(1.0, |period| activity(period.value));
            departure.extend(std::iter::repeat_n(value, samples.len()));
        }
        self.pathways.push(PathwayAnatomy {
            polarity,
            sign,
            peak_ms,
            departure,
        });
        self
    }

    fn silenced(mut self, circuit: [Left; 3], network: [Left; 3]) -> Self {
        (self.circuit, self.network) = (circuit, network);
        self
    }

    fn claims(&self) -> Vec<Hypothesis> {
        let mut network = witness(self.network);
        for silenced in &mut network.silenced {
            let as_strong = if self.by_chance { 20 } else { 0 };
            silenced.random = Some(RandomLesions {
                sets: 40,
                as_strong,
                p: (1 + as_strong) as f64 / 41.0,
            });
        }
        evaluate(&Evidence {
            experiment: &self.experiment,
            tolerance: TOLERANCE,
            anatomy: Anatomy {
                pathways: self.pathways.clone(),
            },
            types: self.types.clone().map(|pathways| Anatomy { pathways }),
            samples: &self.samples,
            first_bin: 40,
            lesions_refute: self.lesions_refute,
            misses_phenomenon: self.misses_phenomenon,
            opposed: self.opposed,
            circuit: witness(self.circuit),
            network: Some(network),
        })
    }

    #[track_caller]
    fn says(&self, place: usize, verdict: Verdict) {
        let claim = &self.claims()[place];
        assert_eq!(claim.verdict, verdict, "{:#?}", claim.evidence);
    }
}

const FAST_OFF: (Polarity, Sign, f64) = (Polarity::Off, Sign::Excitatory, 50.0);
const SLOW_ON: (Polarity, Sign, f64) = (Polarity::On, Sign::Inhibitory, 90.0);

#[test]
fn latency_is_supported_refuted_and_left_open() {
    let both = || {
        Case::new("latency")
            .pathway(FAST_OFF, |_| 1.0)
            .pathway(SLOW_ON, |_| 1.0)
    };
    let needed = [Gone, Gone, Gone];
    both().silenced(needed, needed).says(0, Verdict::Supported);
    // The slower type is not needed.
    both()
        .silenced([Gone, Gone, Same], [Same, Gone, Same])
        .says(0, Verdict::Refuted);
    // ON is the faster.
    Case::new("latency")
        .pathway((Polarity::On, Sign::Inhibitory, 30.0), |_| 1.0)
        .pathway(FAST_OFF, |_| 1.0)
        .silenced(needed, needed)
        .says(0, Verdict::Refuted);
    both()
        .silenced(needed, [Open, Gone, Gone])
        .says(0, Verdict::Undetermined);
    // What its own lesions refute decides nothing.
    let mut refuted = Case::new("latency")
        .pathway(FAST_OFF, |_| 1.0)
        .silenced(needed, needed);
    refuted.says(0, Verdict::Refuted);
    refuted.lesions_refute = Some(0.1);
    refuted.says(0, Verdict::Undetermined);
    // A circuit that does not show the phenomenon refutes nothing by what it lacks.
    refuted.lesions_refute = None;
    refuted.misses_phenomenon = true;
    refuted.network[0] = Nothing;
    refuted.says(0, Verdict::Undetermined);
    // Nor by what it can do without.
    (refuted.circuit[0], refuted.network[0]) = (Nothing, Open);
    refuted.by_chance = true;
    refuted.says(0, Verdict::Undetermined);
}

#[test]
fn anticipation_is_supported_refuted_and_left_open() {
    let case = || Case::new("motion-anticipation");
    let all = [Gone; 3];
    case().silenced(all, all).says(0, Verdict::Supported);
    case()
        .silenced(all, [Same, Gone, Gone])
        .says(0, Verdict::Refuted);
    case()
        .silenced([Nothing, Gone, Gone], [Nothing, Gone, Gone])
        .says(0, Verdict::Refuted);
    case()
        .silenced(all, [Open, Gone, Gone])
        .says(0, Verdict::Undetermined);
    // What is present without ON pathways does not need them, whatever the error of its metric.
    case()
        .silenced([Perhaps, Gone, Gone], [Perhaps, Gone, Gone])
        .says(0, Verdict::Refuted);
}

#[test]
fn a_change_that_the_circuit_denies_counts_only_against_random_lesions() {
    let mut case =
        Case::new("motion-anticipation").silenced([Nothing, Gone, Gone], [Gone, Gone, Gone]);
    case.says(0, Verdict::Undetermined);
    case.by_chance = true;
    case.says(0, Verdict::Refuted);
}

#[test]
fn opposed_attributions_are_supported_refuted_and_left_open() {
    let case = |opposed| Case {
        opposed,
        ..Case::new("motion-reversal")
    };
    let both = [Gone, Gone, Gone];
    case(Some(-0.6))
        .silenced(both, both)
        .says(0, Verdict::Supported);
    case(Some(0.4))
        .silenced(both, both)
        .says(0, Verdict::Refuted);
    case(Some(-0.6))
        .silenced(both, [Same, Gone, Gone])
        .says(0, Verdict::Refuted);
    case(None)
        .silenced(both, both)
        .says(0, Verdict::Undetermined);
}

#[test]
fn inhibition_of_the_reversal_is_supported_refuted_and_left_open() {
    let case = |left| Case::new("motion-reversal").silenced([Same, Gone, left], [Same, Gone, left]);
    case(Gone).says(1, Verdict::Supported);
    case(Same).says(1, Verdict::Refuted);
    case(Open).says(1, Verdict::Undetermined);
    // Whether inhibition fixes its latency is a question of the latency.
    case(Perhaps).says(1, Verdict::Undetermined);
    // What is left of the rate is no response.
    case(Faint).says(1, Verdict::Supported);
}

#[test]
fn two_on_types_are_supported_refuted_and_left_open() {
    let case = |early: fn(f64) -> f64| {
        Case::new("omitted-stimulus")
            .pathway((Polarity::On, Sign::Excitatory, 80.0), |_| 1.0)
            .pathway((Polarity::On, Sign::Excitatory, 50.0), early)
            .silenced([Gone; 3], [Gone; 3])
    };
    case(|period| 60.0 / period).says(0, Verdict::Supported);
    // What is there without ON pathways is not explained by them.
    case(|period| 60.0 / period)
        .silenced([Same, Gone, Gone], [Same, Gone, Gone])
        .says(0, Verdict::Undetermined);
    // Unless they make it by themselves, beside others that do so as well.
    case(|period| 60.0 / period)
        .silenced([Same, Same, Gone], [Same, Perhaps, Gone])
        .says(0, Verdict::Supported);
    case(|period| period / 60.0).says(0, Verdict::Refuted);
    case(|_| 1.0).says(0, Verdict::Undetermined);
    // Of two types with one peak neither is the earlier.
    Case::new("omitted-stimulus")
        .pathway((Polarity::On, Sign::Excitatory, 70.0), |_| 1.0)
        .pathway((Polarity::On, Sign::Excitatory, 70.0), |period| {
            period / 60.0
        })
        .says(0, Verdict::Undetermined);
    // The network's channels must say so as well.
    let early = |period: f64| 60.0 / period;
    let types = Some(case(|period| period / 60.0).pathways);
    let other = Case {
        types,
        ..case(early)
    };
    other.says(0, Verdict::Undetermined);
    let types = Some(case(early).pathways);
    let same = Case {
        types: types.clone(),
        ..case(early)
    };
    same.says(0, Verdict::Supported);
    let one =
        || Case::new("omitted-stimulus").pathway((Polarity::On, Sign::Excitatory, 80.0), |_| 1.0);
    one().says(0, Verdict::Refuted);
    // A second type that the network has, and the circuit does without, is not refuted.
    Case { types, ..one() }.says(0, Verdict::Undetermined);
    let open = Case {
        lesions_refute: Some(0.3),
        ..one()
    };
    open.says(0, Verdict::Undetermined);
}

#[test]
fn inhibition_of_the_omitted_stimulus_is_supported_refuted_and_left_open() {
    let case =
        |left| Case::new("omitted-stimulus").silenced([Gone, Same, left], [Gone, Same, left]);
    case(Gone).says(1, Verdict::Supported);
    case(Nothing).says(1, Verdict::Refuted);
    case(Perhaps).says(1, Verdict::Refuted);
    case(Open).says(1, Verdict::Undetermined);
}
