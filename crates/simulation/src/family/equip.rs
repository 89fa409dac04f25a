//! Giving the mechanisms of a family to a retina.

use ganglion_experiment::Screen;
use ganglion_recording::{Microns, Milliseconds};
use rand::RngExt;

use super::Number;
use super::mechanisms::{AmacrineStage, DepressionRanges, Mechanisms, TerminalInhibition};
use super::number::Draws;
use super::switch::Switch;
use crate::circuit::{Circuit, Interneuron, InterneuronKind, Problem, Sign};
use crate::mechanism::{
    Conductances, Contamination, Coupling, Depression, GainControl, GainDrift, LightAdaptation,
    Noise, RetinaMechanisms, SpikeHistory, Subunits, Synapse, SynapticDrive, ThresholdSpread,
};

impl Mechanisms {
    /// Gives a circuit the mechanisms that are switched on. Each number is drawn from the seed and its own
    /// key, so that a mechanism is the same whatever others there are.
    pub(super) fn equip(&self, circuit: &mut Circuit, draws: &Draws) -> Result<(), Problem> {
        if let Some(stage) = Switch::of(self.amacrine_stage.as_ref()) {
            let screen = circuit.screen;
            build_amacrine_stage(stage, &mut circuit.interneurons, &screen, draws)?;
        }
        if let Some(ranges) = Switch::of(self.terminal_inhibition.as_ref()) {
            inhibit_terminals(ranges, &mut circuit.interneurons, draws)?;
        }
        for interneuron in &mut circuit.interneurons {
            self.equip_type(interneuron, circuit.contrast_unit, draws)?;
        }
        if let Some(ranges) = Switch::of(self.feedback.as_ref()) {
            ranges.close_loops(&mut circuit.interneurons, draws)?;
        }
        circuit.mechanisms = self.of_the_retina(draws)?;
        Ok(())
    }

    fn equip_type(
        &self,
        interneuron: &mut Interneuron,
        contrast_unit: f64,
        draws: &Draws,
    ) -> Result<(), Problem> {
        let key = format!("interneurons.{}.mechanisms", interneuron.name);
        let draw = |name: &str, number: Number| draws.number(&format!("{key}.{name}"), number);
        let is_bipolar = interneuron.kind == InterneuronKind::Bipolar;
        let mechanisms = &mut interneuron.mechanisms;
        if let Some(delay) = Switch::of(self.surround_delay.as_ref())
            && interneuron.receptive_field.is_some()
        {
            let delay = draw("surround_delay", delay.time_constant)?;
            mechanisms.surround_delay = Some(Milliseconds(delay));
        }
        if let Some(ranges) = Switch::of(self.gain_control.as_ref())
            && is_bipolar
        {
            mechanisms.gain_control = Some(GainControl {
                strength: draw("gain_control.strength", ranges.strength)?,
                time_constant: Milliseconds(draw("gain_control.time", ranges.time_constant)?),
            });
        }
        if let Some(range) = Switch::of(self.threshold_spread.as_ref()) {
            let deviation = draw("threshold_spread.deviation", range.deviation)?;
            mechanisms.threshold_spread = Some(ThresholdSpread {
                deviation: contrast_unit * deviation,
            });
        }
        if let Some(ranges) = Switch::of(self.subunits.as_ref()) {
            let saturation = ranges.saturation;
            mechanisms.subunits = Some(Subunits {
                power: draw("subunits.power", ranges.power)?,
                reference: draw("subunits.reference", ranges.reference)?,
                saturation: saturation
                    .map(|saturation| draw("subunits.saturation", saturation))
                    .transpose()?,
            });
        }
        let depression = match is_bipolar {
            true => &self.depression,
            false => &self.inhibitory_depression,
        };
        if let Some(ranges) = Switch::of(depression.as_ref()) {
            mechanisms.depression = Some(ranges.draw(&format!("{key}.depression"), draws)?);
        }
        Ok(())
    }

    fn of_the_retina(&self, draws: &Draws) -> Result<RetinaMechanisms, Problem> {
        let draw = |name: &str, number: Number| draws.number(&format!("mechanisms.{name}"), number);
        let mut drawn = RetinaMechanisms::default();
        if let Some(ranges) = Switch::of(self.light_adaptation.as_ref()) {
            drawn.light_adaptation = Some(LightAdaptation {
                strength: draw("light_adaptation.strength", ranges.strength)?,
                time_constant: Milliseconds(draw("light_adaptation.time", ranges.time_constant)?),
            });
        }
        if let Some(ranges) = Switch::of(self.conductances.as_ref()) {
            let (excitatory, inhibitory) = (ranges.excitatory_reversal, ranges.inhibitory_reversal);
            drawn.conductances = Some(Conductances {
                excitatory_reversal: draw("conductances.excitatory_reversal", excitatory)?,
                inhibitory_reversal: draw("conductances.inhibitory_reversal", inhibitory)?,
            });
        }
        if let Some(ranges) = Switch::of(self.coupling.as_ref()) {
            drawn.coupling = Some(Coupling {
                conductance: draw("coupling.conductance", ranges.conductance)?,
                reach: Microns(draw("coupling.reach", ranges.reach)?),
            });
        }
        if let Some(ranges) = Switch::of(self.spike_history.as_ref()) {
            drawn.spike_history = Some(SpikeHistory {
                absolute: Milliseconds(draw("spike_history.absolute", ranges.absolute)?),
                relative: Milliseconds(draw("spike_history.relative", ranges.relative)?),
                burst: draw("spike_history.burst", ranges.burst)?,
                burst_time: Milliseconds(draw("spike_history.burst_time", ranges.burst_time)?),
            });
        }
        if let Some(ranges) = Switch::of(self.noise.as_ref()) {
            let time = draw("noise.bipolar_time_constant", ranges.bipolar_time_constant)?;
            drawn.noise = Some(Noise {
                photoreceptor: draw("noise.photoreceptor", ranges.photoreceptor)?,
                bipolar: draw("noise.bipolar", ranges.bipolar)?,
                bipolar_time_constant: Milliseconds(time),
                gain_variance: draw("noise.gain_variance", ranges.gain_variance)?,
                gain_time: Milliseconds(draw("noise.gain_time", ranges.gain_time)?),
            });
        }
        self.of_the_recording(&mut drawn, draws)?;
        Ok(drawn)
    }

    fn of_the_recording(&self, drawn: &mut RetinaMechanisms, draws: &Draws) -> Result<(), Problem> {
        let draw = |name: &str, number: Number| draws.number(&format!("mechanisms.{name}"), number);
        if let Some(ranges) = Switch::of(self.gain_drift.as_ref()) {
            drawn.gain_drift = Some(GainDrift {
                deviation: draw("gain_drift.deviation", ranges.deviation)?,
                time_constant: Milliseconds(draw("gain_drift.time", ranges.time_constant)?),
            });
        }
        if let Some(ranges) = Switch::of(self.contamination.as_ref()) {
            drawn.contamination = Some(Contamination {
                share: draw("contamination.share", ranges.share)?,
                reach: Microns(draw("contamination.reach", ranges.reach)?),
            });
        }
        Ok(())
    }
}

impl DepressionRanges {
    fn draw(&self, key: &str, draws: &Draws) -> Result<Depression, Problem> {
        let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
        let lost = draw("lost", self.lost)?;
        if !(0.0..1.0).contains(&lost) || lost == 0.0 {
            let remedy = "give a share above 0 and below 1";
            return Err(Problem::new(
                format!("{key}.lost"),
                lost,
                "is no share",
                remedy,
            ));
        }
        let recovery = Milliseconds(draw("recovery", self.recovery)?);
        Ok(Depression::losing(lost, draw("at", self.at)?, recovery))
    }
}

/// Puts amacrine types behind the bipolar types, and has these drive them.
fn build_amacrine_stage(
    stage: &AmacrineStage,
    interneurons: &mut Vec<Interneuron>,
    screen: &Screen,
    draws: &Draws,
) -> Result<(), Problem> {
    let is_amacrine = |known: &Interneuron| known.kind == InterneuronKind::Amacrine;
    let (amacrine, mut built): (Vec<Interneuron>, Vec<Interneuron>) =
        interneurons.drain(..).partition(is_amacrine);
    for before in amacrine {
        let drive = stage.drive(&before, &built, screen, draws)?;
        let kind = (before.kind, before.polarity);
        built.push(Interneuron::driven(
            before.name,
            kind,
            drive,
            &built,
            screen,
        )?);
    }
    *interneurons = built;
    Ok(())
}

impl AmacrineStage {
    /// What drives an amacrine type, in the place of the light.
    fn drive(
        &self,
        amacrine: &Interneuron,
        earlier: &[Interneuron],
        screen: &Screen,
        draws: &Draws,
    ) -> Result<SynapticDrive, Problem> {
        let key = format!("interneurons.{}.drive", amacrine.name);
        let own = amacrine
            .kinetics
            .map_or(0.0, |kinetics| kinetics.low_pass.0);
        let low_pass = match own > 0.0 {
            true => own,
            false => draws.number(&format!("{key}.low_pass"), self.low_pass)?,
        };
        let mut drive = SynapticDrive {
            low_pass: Milliseconds(low_pass),
            synapses: self.inputs(&key, amacrine, earlier, draws)?,
        };
        drive.scale_to_a_unit_step(amacrine, earlier, screen);
        drive
            .synapses
            .extend(self.serial_inhibition(&key, earlier, draws)?);
        Ok(drive)
    }

    /// Synapses of bipolar types of its polarity.
    fn inputs(
        &self,
        key: &str,
        amacrine: &Interneuron,
        earlier: &[Interneuron],
        draws: &Draws,
    ) -> Result<Vec<Synapse>, Problem> {
        let fits = |known: &&Interneuron| {
            known.kind == InterneuronKind::Bipolar && known.polarity == amacrine.polarity
        };
        let mut bipolar: Vec<&Interneuron> = earlier.iter().filter(fits).collect();
        if bipolar.is_empty() {
            let remedy = "give the family a bipolar type of this polarity, or no amacrine stage";
            return Err(Problem::new(
                key,
                "none",
                "has no bipolar type to drive it",
                remedy,
            ));
        }
        let mut random = draws.generator(&format!("{key}.inputs"));
        let most = self.most_inputs.clamp(1, bipolar.len());
        let count = random.random_range(1..=most);
        let field = amacrine.receptive_field;
        let mut synapses = Vec::new();
        for index in 0..count {
            let chosen = bipolar.swap_remove(random.random_range(0..bipolar.len()));
            synapses.push(Synapse {
                interneuron: chosen.name.clone(),
                sign: Sign::Excitatory,
                weight: 2f64.powf(random.random_range(-1.0..1.0)),
                threshold: draws.number(&format!("{key}.{index}.threshold"), self.threshold)?,
                pool_sd: field.map_or(Microns(0.0), |field| field.centre_sd),
            });
        }
        Ok(synapses)
    }

    /// A synapse of an amacrine type that comes earlier.
    fn serial_inhibition(
        &self,
        key: &str,
        earlier: &[Interneuron],
        draws: &Draws,
    ) -> Result<Option<Synapse>, Problem> {
        let amacrine = earlier
            .iter()
            .filter(|known| known.kind == InterneuronKind::Amacrine);
        let amacrine: Vec<&Interneuron> = amacrine.collect();
        let mut random = draws.generator(&format!("{key}.serial"));
        if !random.random_bool(probability(key, "serial", self.serial)?) || amacrine.is_empty() {
            return Ok(None);
        }
        let chosen = amacrine[random.random_range(0..amacrine.len())];
        Ok(Some(Synapse {
            interneuron: chosen.name.clone(),
            sign: Sign::Inhibitory,
            weight: draws.number(&format!("{key}.serial_weight"), self.serial_weight)?,
            threshold: draws.number(&format!("{key}.serial_threshold"), self.threshold)?,
            pool_sd: Microns(random.random_range(40.0..100.0)),
        }))
    }
}

impl SynapticDrive {
    /// Scales the weights so that its kernel has the unit of all kernels: the largest value of its
    /// cumulative sum is 1.
    fn scale_to_a_unit_step(
        &mut self,
        amacrine: &Interneuron,
        earlier: &[Interneuron],
        screen: &Screen,
    ) {
        let kernel = self.kernel(amacrine.polarity, earlier, screen.frame_period);
        let mut sum = 0.0;
        let steps = kernel.iter().map(|tap| {
            sum += tap;
            sum
        });
        let peak = steps.fold(f64::MIN_POSITIVE, f64::max);
        for synapse in &mut self.synapses {
            synapse.weight /= peak;
        }
    }
}

/// Has amacrine types inhibit the terminals of bipolar types.
fn inhibit_terminals(
    ranges: &TerminalInhibition,
    interneurons: &mut [Interneuron],
    draws: &Draws,
) -> Result<(), Problem> {
    let amacrine = interneurons
        .iter()
        .filter(|known| known.kind == InterneuronKind::Amacrine);
    let names: Vec<String> = amacrine.map(|known| known.name.clone()).collect();
    let bipolar = |known: &&mut Interneuron| known.kind == InterneuronKind::Bipolar;
    for interneuron in interneurons.iter_mut().filter(bipolar) {
        for name in &names {
            let key = format!("interneurons.{}.terminals.{name}", interneuron.name);
            let probability = probability(&key, "probability", ranges.probability)?;
            if !draws.generator(&key).random_bool(probability) {
                continue;
            }
            let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
            interneuron.mechanisms.terminal_inhibition.push(Synapse {
                interneuron: name.clone(),
                sign: Sign::Inhibitory,
                weight: draw("weight", ranges.weight)?,
                threshold: draw("threshold", ranges.threshold)?,
                pool_sd: Microns(draw("pool_sd", ranges.pool_sd)?),
            });
        }
    }
    Ok(())
}

/// Refuses what is no probability.
pub(super) fn probability(table: &str, key: &str, value: f64) -> Result<f64, Problem> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    let key = format!("{table}.{key}");
    Err(Problem::new(key, value, "is no probability", "give 0 to 1"))
}
