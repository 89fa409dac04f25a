//! What silencing a kind of pathway does, by the network, by the reduced circuit, by a simulated retina.

use ganglion_experiment::CellOutcome;

use crate::circuit::Circuit;
use crate::config::ReductionConfig;
use crate::error::Error;
use crate::judge::Judge;
use crate::silencing::effect::{Causal, Effect};
use crate::silencing::lesion::Target;
use crate::silencing::network::SilencedNetwork;
use crate::silencing::random::{RandomLesions, random_lesions};
use crate::trust::comparison::Comparison;

/// Answers to the silencing of each kind of pathway.
#[derive(Clone, Debug)]
pub struct Witness {
    /// One entry for each of [`Target::ALL`].
    pub silenced: Vec<Silenced>,
}

/// What silencing one kind of pathway does.
#[derive(Clone, Debug)]
pub struct Silenced {
    /// What is silenced.
    pub target: Target,
    /// Whether there is anything of this kind.
    pub exists: bool,
    /// What is left.
    pub outcome: CellOutcome,
    /// The metric beside the intact one.
    pub comparison: Comparison,
    /// Mean rate as a share of the intact one.
    pub rate: f64,
    /// Random lesions of the same attribution mass.
    pub random: Option<RandomLesions>,
}

impl Witness {
    /// What rates without each kind of pathway say beside intact ones; `exists` tells whether there are
    /// any of a kind, `rates_without` gives the outcome and the mean rate over the intact one.
    ///
    /// # Errors
    /// Those of `rates_without`.
    pub fn new<E>(
        intact: &CellOutcome,
        tolerance: f64,
        exists: impl Fn(Target) -> bool,
        mut without: impl FnMut(Target) -> Result<(CellOutcome, f64), E>,
    ) -> Result<Self, E> {
        let silenced = Target::ALL.into_iter().map(|target| {
            let (outcome, rate) = without(target)?;
            Ok(Silenced {
                target,
                exists: exists(target),
                comparison: Comparison::new(&outcome, intact, tolerance),
                outcome,
                rate,
                random: None,
            })
        });
        Ok(Self {
            silenced: silenced.collect::<Result<_, E>>()?,
        })
    }

    /// A reduced circuit; `rates_without` are its rates `[sample]` with some pathways held at rest.
    pub(crate) fn of_circuit(
        judge: &Judge<'_>,
        circuit: &Circuit,
        intact: &CellOutcome,
        rates_without: impl Fn(&[bool]) -> Vec<f64>,
        config: &ReductionConfig,
    ) -> Result<Self, Error> {
        let of = |target: Target| -> Vec<bool> {
            let pathways = circuit.pathways.iter();
            pathways
                .map(|pathway| target.holds(pathway.polarity, pathway.sign))
                .collect()
        };
        let mean = |silenced: &[bool]| rates_without(silenced).iter().sum::<f64>();
        let all = mean(&vec![false; circuit.pathways.len()]).max(f64::MIN_POSITIVE);
        Self::new(
            intact,
            config.metric_tolerance,
            |target| of(target).contains(&true),
            |target| {
                let silenced = of(target);
                let outcome = judge.outcome(&rates_without(&silenced))?;
                Ok((outcome, mean(&silenced) / all))
            },
        )
    }

    /// The full network, with random lesions beside each.
    pub(crate) fn of_network(
        causal: &Causal<'_>,
        network: &SilencedNetwork<'_>,
        effects: &[Effect],
        random: (&[f64], usize, u64),
    ) -> Result<Self, Error> {
        let mut silenced = Vec::new();
        for target in Target::ALL {
            let effect = effects.iter().find(|one| one.lesion.name == target.name());
            let effect = effect.expect("each kind of channel is silenced");
            silenced.push(Silenced {
                target,
                exists: !effect.lesion.silenced.is_empty(),
                outcome: effect.outcome.clone(),
                comparison: effect.comparison.clone(),
                rate: effect.rate,
                random: random_lesions(causal, network, effect, random)?,
            });
        }
        Ok(Self { silenced })
    }

    pub(super) fn of(&self, target: Target) -> &Silenced {
        let mut silenced = self.silenced.iter();
        silenced
            .find(|one| one.target == target)
            .expect("each kind is silenced")
    }
}
