//! Correlations of networks and their nulls with interneurons, and means of them with intervals.

use ganglion_numerics::{Draws, RESAMPLES, mean, nested_bootstrap};

/// Correlations with the interneurons of one recording, on the half that judges; none where one is not
/// defined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correlations {
    /// Name of the type of each interneuron.
    pub types: Vec<String>,
    /// Of the best units of networks, `[network][interneuron]`.
    pub networks: Vec<Vec<Option<f64>>>,
    /// The same of untrained networks.
    pub untrained: Vec<Vec<Option<f64>>>,
    /// The same of networks that were trained on shifted responses.
    pub shifted: Vec<Vec<Option<f64>>>,
    /// Of a linear-nonlinear model of each interneuron itself.
    pub ln_model: Vec<Option<f64>>,
}

/// What a mean is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Networks.
    Network,
    /// Untrained networks.
    Untrained,
    /// Networks of shifted responses.
    Shifted,
    /// Linear-nonlinear models of the interneurons themselves.
    LnModel,
    /// What networks have more than untrained ones.
    OverUntrained,
    /// What networks have more than those of shifted responses.
    OverShifted,
    /// What networks have more than models of the interneurons themselves.
    OverLnModel,
}

/// A mean over interneurons, networks and recordings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOf {
    /// Its value.
    pub mean: f64,
    /// 95 % interval; none where there is one recording with one type of interneuron.
    pub interval: Option<[f64; 2]>,
    /// Recordings.
    pub recordings: usize,
    /// Types, those of each recording counted.
    pub types: usize,
    /// Interneurons for which it is defined, in all recordings.
    pub interneurons: usize,
}

/// What was drawn of one recording: places of interneurons, networks and nulls.
struct Drawn {
    interneurons: Vec<usize>,
    networks: Vec<usize>,
    untrained: Vec<usize>,
    shifted: Vec<usize>,
}

impl Measure {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Network,
        Self::Untrained,
        Self::Shifted,
        Self::LnModel,
        Self::OverUntrained,
        Self::OverShifted,
        Self::OverLnModel,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Untrained => "untrained",
            Self::Shifted => "shifted",
            Self::LnModel => "ln_model",
            Self::OverUntrained => "network - untrained",
            Self::OverShifted => "network - shifted",
            Self::OverLnModel => "network - ln_model",
        }
    }

    /// The mean over recordings of the mean over interneurons of the mean over networks:
    ///
    /// ```text
    /// mean = 1/R sum_r 1/I_r sum_i 1/N_r sum_n r[r, n, i]
    /// ```
    ///
    /// with the interneurons `i` and networks `n` of recording `r` for which it is defined; a difference
    /// is taken interneuron by interneuron. The interval is a [nested bootstrap](nested_bootstrap):
    /// recordings are drawn, and within each its types of interneuron, whole, because interneurons of one
    /// type are alike; its networks; and its nulls. With one recording or one network the interval is of
    /// that one. None where it is defined for no interneuron.
    pub fn over(self, recordings: &[&Correlations]) -> Option<MeanOf> {
        let defined: Vec<&Correlations> = (recordings.iter().copied())
            .filter(|one| self.values(one, &Drawn::all(one)).next().is_some())
            .collect();
        let types: Vec<Vec<Vec<usize>>> = defined.iter().map(|one| one.by_type(self)).collect();
        let means = defined.iter().map(|one| self.mean(one, &Drawn::all(one)));
        let means = means.collect::<Option<Vec<f64>>>()?;
        let drawn = |draws: &mut Draws| {
            let recordings = draws.of(defined.len()).into_iter();
            let means = recordings.filter_map(|place| {
                let drawn = Drawn::of(defined[place], &types[place], draws);
                self.mean(defined[place], &drawn)
            });
            let means: Vec<f64> = means.collect();
            (!means.is_empty()).then(|| mean(&means))
        };
        let count = types.iter().map(Vec::len).sum();
        let interval = (count > 1).then(|| nested_bootstrap(drawn, RESAMPLES));
        Some(MeanOf {
            mean: (!means.is_empty()).then(|| mean(&means))?,
            interval: interval.flatten(),
            recordings: defined.len(),
            types: count,
            interneurons: types.iter().flatten().map(Vec::len).sum(),
        })
    }

    fn mean(self, one: &Correlations, drawn: &Drawn) -> Option<f64> {
        let values: Vec<f64> = self.values(one, drawn).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    /// Its values of the interneurons that were drawn.
    fn values<'a>(self, one: &'a Correlations, drawn: &'a Drawn) -> impl Iterator<Item = f64> + 'a {
        let of = move |unit: usize| {
            let network = || averaged(&one.networks, &drawn.networks, unit);
            let untrained = || averaged(&one.untrained, &drawn.untrained, unit);
            let shifted = || averaged(&one.shifted, &drawn.shifted, unit);
            let ln_model = || one.ln_model.get(unit).copied().flatten();
            match self {
                Self::Network => network(),
                Self::Untrained => untrained(),
                Self::Shifted => shifted(),
                Self::LnModel => ln_model(),
                Self::OverUntrained => Some(network()? - untrained()?),
                Self::OverShifted => Some(network()? - shifted()?),
                Self::OverLnModel => Some(network()? - ln_model()?),
            }
        };
        drawn
            .interneurons
            .iter()
            .filter_map(move |&unit| of(unit))
            .filter(|value| value.is_finite())
    }
}

impl Correlations {
    /// The mean over networks of one interneuron.
    pub fn network(&self, interneuron: usize) -> Option<f64> {
        averaged(&self.networks, &every(&self.networks), interneuron)
    }

    /// The mean over untrained networks of one interneuron.
    pub fn untrained(&self, interneuron: usize) -> Option<f64> {
        averaged(&self.untrained, &every(&self.untrained), interneuron)
    }

    /// The mean over networks of shifted responses of one interneuron.
    pub fn shifted(&self, interneuron: usize) -> Option<f64> {
        averaged(&self.shifted, &every(&self.shifted), interneuron)
    }

    /// Those of some of the interneurons.
    #[must_use]
    pub fn of(&self, which: &[bool]) -> Self {
        let chosen = |values: &[Option<f64>]| -> Vec<Option<f64>> {
            let pairs = values.iter().zip(which);
            pairs
                .filter(|(_, is)| **is)
                .map(|(value, _)| *value)
                .collect()
        };
        let each = |networks: &[Vec<Option<f64>>]| networks.iter().map(|one| chosen(one)).collect();
        let types = self.types.iter().zip(which).filter(|(_, is)| **is);
        Self {
            types: types.map(|(kind, _)| kind.clone()).collect(),
            networks: each(&self.networks),
            untrained: each(&self.untrained),
            shifted: each(&self.shifted),
            ln_model: chosen(&self.ln_model),
        }
    }

    /// Places of the interneurons of each type for which a measure is defined.
    fn by_type(&self, measure: Measure) -> Vec<Vec<usize>> {
        let mut types: Vec<(&str, Vec<usize>)> = Vec::new();
        for (unit, kind) in self.types.iter().enumerate() {
            let alone = Drawn {
                interneurons: vec![unit],
                ..Drawn::all(self)
            };
            if measure.values(self, &alone).next().is_none() {
                continue;
            }
            match types.iter_mut().find(|(known, _)| known == kind) {
                Some((_, units)) => units.push(unit),
                None => types.push((kind, vec![unit])),
            }
        }
        types.into_iter().map(|(_, units)| units).collect()
    }
}

impl Drawn {
    fn all(one: &Correlations) -> Self {
        Self {
            interneurons: (0..one.types.len()).collect(),
            networks: every(&one.networks),
            untrained: every(&one.untrained),
            shifted: every(&one.shifted),
        }
    }

    /// Draws types, whole, networks and nulls.
    fn of(one: &Correlations, types: &[Vec<usize>], draws: &mut Draws) -> Self {
        let drawn = draws.of(types.len());
        Self {
            interneurons: drawn
                .into_iter()
                .flat_map(|kind| types[kind].clone())
                .collect(),
            networks: draws.of(one.networks.len()),
            untrained: draws.of(one.untrained.len()),
            shifted: draws.of(one.shifted.len()),
        }
    }
}

fn every<T>(networks: &[T]) -> Vec<usize> {
    (0..networks.len()).collect()
}

/// The mean over some networks, those left out for which there is none.
fn averaged(networks: &[Vec<Option<f64>>], places: &[usize], unit: usize) -> Option<f64> {
    let known = places.iter().filter_map(|&place| networks[place][unit]);
    let known: Vec<f64> = known.collect();
    (!known.is_empty()).then(|| mean(&known))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four types of two interneurons each; networks that differ by `spread` in everything.
    fn recording(networks: usize, spread: f64, shift: f64) -> Correlations {
        let level = |unit: usize| shift + 0.5 + 0.05 * (unit / 2) as f64;
        let of = |network: usize, below: f64| {
            let by = spread * (network as f64 - (networks - 1) as f64 / 2.0);
            (0..8).map(|unit| Some(level(unit) + by - below)).collect()
        };
        Correlations {
            types: (0..8).map(|unit| format!("type {}", unit / 2)).collect(),
            networks: (0..networks).map(|network| of(network, 0.0)).collect(),
            untrained: vec![of(0, 0.2), of(networks - 1, 0.2)],
            shifted: Vec::new(),
            ln_model: (0..8).map(|unit| Some(level(unit) + 0.1)).collect(),
        }
    }

    fn width(found: MeanOf) -> f64 {
        let [low, high] = found.interval.unwrap();
        high - low
    }

    #[test]
    fn means_are_over_interneurons_networks_and_recordings() {
        let (one, other) = (recording(3, 0.02, 0.0), recording(1, 0.0, 0.1));
        let found = Measure::Network.over(&[&one, &other]).unwrap();
        // 0.575 and 0.675, up to the rounding of some sums.
        assert!((found.mean - 0.625).abs() < 1e-12, "{found:?}");
        assert_eq!(
            (found.recordings, found.types, found.interneurons),
            (2, 8, 16)
        );
        let over = Measure::OverUntrained.over(&[&one]).unwrap();
        assert!((over.mean - 0.2).abs() < 1e-12, "{over:?}");
        let over = Measure::OverLnModel.over(&[&one, &other]).unwrap();
        assert!((over.mean + 0.1).abs() < 1e-12, "{over:?}");
        assert_eq!(Measure::Shifted.over(&[&one, &other]), None);
        assert_eq!(Measure::Network.over(&[]), None);
    }

    /// What varies between networks, and between recordings, makes the interval longer; a difference that is
    /// the same for all interneurons has an interval of the networks alone.
    #[test]
    fn every_level_that_varies_makes_the_interval_longer() {
        let (one, many) = (recording(1, 0.0, 0.0), recording(5, 0.1, 0.0));
        let [alone, seeds] = [&one, &many].map(|all| Measure::Network.over(&[all]).unwrap());
        assert!((alone.mean - seeds.mean).abs() < 1e-12);
        assert!(width(seeds) > 1.5 * width(alone), "{seeds:?} {alone:?}");
        let far = recording(1, 0.0, 0.4);
        let retinas = Measure::Network.over(&[&one, &far]).unwrap();
        assert!(width(retinas) > 1.5 * width(alone), "{retinas:?}");
        let same = Measure::OverLnModel.over(&[&one]).unwrap();
        // Rounding.
        assert!(width(same) < 1e-12, "{same:?}");
    }

    #[test]
    fn some_interneurons_are_those_that_are_chosen() {
        let all = recording(2, 0.02, 0.0);
        let which: Vec<bool> = (0..8).map(|unit| unit >= 6).collect();
        let some = all.of(&which);
        assert_eq!(some.types, ["type 3", "type 3"]);
        assert_eq!(some.network(1), all.network(7));
        assert_eq!(Measure::Network.over(&[&some]).unwrap().interneurons, 2);
    }

    /// One type in one recording has no interval, and an interneuron without a value is left out.
    #[test]
    fn what_does_not_vary_has_no_interval() {
        let mut one = recording(2, 0.1, 0.0);
        one.types = vec!["all".into(); 8];
        one.networks[0][3] = None;
        one.networks[1][3] = None;
        let found = Measure::Network.over(&[&one]).unwrap();
        assert_eq!(
            (found.interval, found.types, found.interneurons),
            (None, 1, 7)
        );
    }
}
