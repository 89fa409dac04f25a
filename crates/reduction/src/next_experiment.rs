//! The stimulus that would tell apart what a cell's circuit may be.
//!
//! Circuits S with probabilities p predict rates `r_S(t)`. Spikes of a Poisson process in bins of length `dt` tell
//!
//! ```text
//! I = sum over bins t of dt sum over S of p_S r_S(t) log2(r_S(t) / r(t)),     r(t) = sum over S of p_S r_S(t)
//! ```
//!
//! bits about which of the circuits it is, for one presentation and while little is known: later ones tell less. The
//! most that there is to know is their entropy, `H = -sum over S of p_S log2 p_S`. Of many short clips of the kind that
//! circuits are identified with, those that tell most are put together: full fields and the probe's stripes, which
//! [`RecordedAnswers`](crate::identify::RecordedAnswers) reads when the cell has answered them. After Lindley 1956, Ann. Math. Stat. 27:986
//! (recalled); the clips are ours.

use ganglion_experiment::{Responder, Screen, StimulusMovie};
use ganglion_recording::{Microns, Milliseconds};

use crate::circuit::{Circuit, CircuitResponder};
use crate::error::Error;
use crate::identify::probe::Probe;

/// A circuit that a cell may have.
#[derive(Clone, Debug)]
pub struct Rival {
    /// The circuit.
    pub circuit: Circuit,
    /// How probable circuits of its make-up are.
    pub probability: f64,
}

/// What to show next, and what each circuit predicts.
#[derive(Clone, Debug)]
pub struct NextExperiment {
    /// Clips, each after as much grey as a circuit remembers, in standard deviations of the training stimulus.
    pub movie: StimulusMovie,
    /// The clips.
    pub clips: Vec<Clip>,
    /// First bin of the rates: the one after a whole history.
    pub first_bin: usize,
    /// Predicted rates `[circuit][bin]`, Hz.
    pub rates: Vec<Vec<f32>>,
    /// Probability of each circuit among those that are compared, of sum 1.
    pub probabilities: Vec<f64>,
    /// Bits that one presentation tells of which circuit it is.
    pub bits: f64,
    /// Bits that there are to know.
    pub entropy: f64,
}

/// A part of the movie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clip {
    /// Frames before it.
    pub start: usize,
    /// Its frames.
    pub frames: usize,
    /// Width of its stripes; none where the whole field changes.
    pub stripe: Option<Microns>,
    /// Bits that it tells.
    pub bits: f64,
}

/// Length of a clip.
const CLIP: Milliseconds = Milliseconds(1000.0);
/// Clips that are chosen from, and that are chosen.
const CANDIDATES: usize = 48;
const CHOSEN: usize = 8;
/// Seeds of clips begin here, far from those of probes.
const FIRST_SEED: u64 = 7_000_000;
/// Wider than any screen.
const WHOLE_FIELD: Microns = Microns(1e9);

/// Chooses what to show of clips like `probe`.
///
/// # Errors
/// Where a circuit does not answer, as on another screen.
pub fn next_experiment(
    rivals: &[Rival],
    probe: &Probe,
    screen: &Screen,
) -> Result<NextExperiment, Error> {
    let sum: f64 = rivals.iter().map(|one| one.probability).sum();
    let probabilities: Vec<f64> = rivals.iter().map(|one| one.probability / sum).collect();
    let clips = candidates(probe, screen)?;
    let told: Vec<f64> = {
        let movies: Vec<StimulusMovie> = clips.iter().map(|(_, movie)| movie.clone()).collect();
        let rates = answers(rivals, &movies)?;
        let of = |clip: usize| {
            let rates: Vec<&[f32]> = rates.iter().map(|all| &all[clip][..]).collect();
            bits(&rates, &probabilities, screen.frame_period)
        };
        (0..clips.len()).map(of).collect()
    };
    let mut order: Vec<usize> = (0..clips.len()).collect();
    order.sort_by(|&a, &b| told[b].total_cmp(&told[a]));
    order.truncate(CHOSEN);
    let chosen = order
        .iter()
        .map(|&clip| (clips[clip].0, &clips[clip].1, told[clip]));
    let (movie, clips) = joined(chosen, screen);
    let rates = answers(rivals, std::slice::from_ref(&movie))?;
    let entropy = |p: &f64| if *p > 0.0 { -p * p.log2() } else { 0.0 };
    Ok(NextExperiment {
        bits: clips.iter().map(|clip| clip.bits).sum(),
        entropy: probabilities.iter().map(entropy).sum(),
        rates: rates.into_iter().map(|mut all| all.remove(0)).collect(),
        first_bin: screen.history,
        probabilities,
        movie,
        clips,
    })
}

/// Clips with the width of their stripes, each after a history of grey.
fn candidates(
    probe: &Probe,
    screen: &Screen,
) -> Result<Vec<(Option<Microns>, StimulusMovie)>, Error> {
    let widths = [None, Some(probe.stripe)];
    let clip = |index: usize| {
        let stripe = widths[index % widths.len()];
        let history = screen.history as f64 * screen.frame_period;
        let (_, movie) = Probe {
            duration: if CLIP.0 > history.0 { CLIP } else { history },
            stripe: stripe.unwrap_or(WHOLE_FIELD),
            seed: FIRST_SEED + index as u64,
            ..*probe
        }
        .of(screen)?;
        let mut values = vec![0.0; screen.history * screen.pixels()];
        values.extend_from_slice(movie.values());
        Ok((
            stripe,
            StimulusMovie::new(screen.height, screen.width, values),
        ))
    };
    (0..CANDIDATES).map(clip).collect()
}

/// Clips in one movie, and where they are.
fn joined<'a>(
    chosen: impl Iterator<Item = (Option<Microns>, &'a StimulusMovie, f64)>,
    screen: &Screen,
) -> (StimulusMovie, Vec<Clip>) {
    let (mut values, mut clips) = (Vec::new(), Vec::new());
    for (stripe, movie, bits) in chosen {
        clips.push(Clip {
            start: values.len() / screen.pixels() + screen.history,
            frames: movie.frames() - screen.history,
            stripe,
            bits,
        });
        values.extend_from_slice(movie.values());
    }
    (
        StimulusMovie::new(screen.height, screen.width, values),
        clips,
    )
}

/// Rates `[circuit][movie][bin]`, Hz.
fn answers(rivals: &[Rival], movies: &[StimulusMovie]) -> Result<Vec<Vec<Vec<f32>>>, Error> {
    let of = |rival: &Rival| {
        let responder = CircuitResponder::new(rival.circuit.clone())?;
        let answers = responder.respond(movies).map_err(Error::Responder)?;
        Ok(answers.iter().map(|rates| rates.cell(0).to_vec()).collect())
    };
    rivals.iter().map(of).collect()
}

/// Bits that spikes tell of which circuit it is; rates `[circuit][bin]`, Hz.
fn bits(rates: &[&[f32]], probabilities: &[f64], period: Milliseconds) -> f64 {
    let bins = rates.first().map_or(0, |rates| rates.len());
    let of_bin = |bin: usize| {
        let each = || {
            rates
                .iter()
                .zip(probabilities)
                .map(|(r, p)| (f64::from(r[bin]), p))
        };
        let mean: f64 = each().map(|(rate, p)| p * rate).sum();
        let one = |(rate, p): (f64, &f64)| match rate > 0.0 && mean > 0.0 {
            true => p * rate * (rate / mean).log2(),
            false => 0.0,
        };
        each().map(one).sum::<f64>()
    };
    period.seconds() * (0..bins).map(of_bin).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use ganglion_attribution::{Polarity, Sign};

    use super::*;
    use crate::circuit::fixture::circuit;

    /// Two rates of 10 and 30 Hz for a second, equally probable: I = 5 log2(10 / 20) + 15 log2(30 / 20) bits.
    #[test]
    fn spikes_tell_what_the_equation_says() {
        let (low, high) = ([10.0_f32; 100], [30.0_f32; 100]);
        let told = bits(&[&low, &high], &[0.5, 0.5], Milliseconds(10.0));
        let expected = 5.0 * 0.5_f64.log2() + 15.0 * 1.5_f64.log2();
        assert!((told - expected).abs() < 1e-9, "{told} {expected}");
        assert_eq!(bits(&[&low, &low], &[0.5, 0.5], Milliseconds(10.0)), 0.0);
        assert_eq!(
            bits(&[&[0.0], &[0.0]], &[0.5, 0.5], Milliseconds(10.0)),
            0.0
        );
    }

    /// Clips that are chosen tell more than those that are not, in order, and rates are those of the circuits.
    #[test]
    fn the_clips_that_tell_most_are_shown() {
        let one = circuit();
        let mut other = circuit();
        (other.pathways[1].polarity, other.pathways[1].sign) = (Polarity::Off, Sign::Excitatory);
        let rivals = [(one, 0.6), (other, 0.3)].map(|(circuit, probability)| Rival {
            circuit,
            probability,
        });
        let screen = rivals[0].circuit.screen;
        let found = next_experiment(&rivals, &Probe::default(), &screen).unwrap();
        assert_eq!(found.clips.len(), CHOSEN);
        assert!(found.clips.is_sorted_by(|a, b| a.bits >= b.bits) && found.bits > 0.0);
        assert!((found.probabilities[0] - 2.0 / 3.0).abs() < 1e-12);
        assert!((found.entropy - 0.918_295_834).abs() < 1e-6);
        let grey = found.movie.values()[..screen.history * screen.pixels()].iter();
        assert!(grey.into_iter().all(|value| *value == 0.0));
        let bins = found.movie.frames() + 1 - found.first_bin;
        assert!(found.rates.iter().all(|rates| rates.len() == bins));
        let clip = found.clips[0];
        let bins = clip.start + 1 - found.first_bin..clip.start + clip.frames + 1 - found.first_bin;
        let rates: Vec<&[f32]> = found.rates.iter().map(|r| &r[bins.clone()]).collect();
        let told = bits(&rates, &found.probabilities, screen.frame_period);
        assert!(
            (told - clip.bits).abs() < 0.05 * clip.bits,
            "{told} {}",
            clip.bits
        );
    }
}
