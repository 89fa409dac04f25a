//! The equations of all mechanisms written down once more, in 64-bit arithmetic, pixel by pixel.

use ganglion_experiment::StimulusMovie;
use ganglion_simulation::mechanism::Synapse;
use ganglion_simulation::{Circuit, GanglionCell, Interneuron, Sign};

use crate::direct::{pixel_shares, pool};

/// Values `[frame][pixel]`.
type Frames = Vec<Vec<f64>>;

/// Rates `[cell][bin - 1]` of a movie that comes after grey.
pub fn rates(circuit: &Circuit, movie: &StimulusMovie) -> Vec<Vec<f64>> {
    let given = given_by_types(circuit, movie);
    let terminals: Vec<Frames> = (0..given.len())
        .map(|index| {
            let mut own = given[index].clone();
            for synapse in &circuit.interneurons[index].mechanisms.terminal_inhibition {
                add(&self::given(circuit, synapse, &given), &mut own);
            }
            own
        })
        .collect();
    let drives: Vec<Vec<f64>> = circuit
        .cells
        .iter()
        .map(|cell| drives_of(circuit, cell, &terminals, movie.frames()))
        .collect();
    outputs(circuit, &coupled(circuit, drives))
}

/// Potentials at the synapses of all types. Feedback comes a bin late, so that from nothing each round of the
/// same equations makes one more bin right.
fn given_by_types(circuit: &Circuit, movie: &StimulusMovie) -> Vec<Frames> {
    let seen = seen(circuit, movie);
    let answers = circuit.interneurons.iter();
    let answers: Vec<Option<Frames>> = answers
        .map(|interneuron| {
            let answers_light = interneuron.drive.is_none();
            answers_light.then(|| {
                let own = answer_to_light(circuit, interneuron, &seen);
                gain_controlled(circuit, interneuron, own)
            })
        })
        .collect();
    let nothing = vec![vec![0.0; circuit.screen.pixels()]; movie.frames()];
    let mut late = vec![nothing.clone(); answers.len()];
    let mut before = Vec::new();
    loop {
        let mut potentials: Vec<Frames> = Vec::new();
        for (interneuron, (answer, late)) in
            circuit.interneurons.iter().zip(answers.iter().zip(&late))
        {
            let mut own = late.clone();
            match (answer, &interneuron.drive) {
                (Some(answer), _) => add(answer, &mut own),
                (None, Some(drive)) => {
                    for synapse in &drive.synapses {
                        add(&given(circuit, synapse, &potentials), &mut own);
                    }
                    own = low_passed(circuit, drive.low_pass.0, own);
                    own = gain_controlled(circuit, interneuron, own);
                }
                (None, None) => unreachable!("the circuit was checked"),
            }
            potentials.push(own);
        }
        if potentials == before {
            return potentials;
        }
        for (late, interneuron) in late.iter_mut().zip(&circuit.interneurons) {
            let mut sum = nothing.clone();
            for synapse in &interneuron.mechanisms.feedback {
                add(&given(circuit, synapse, &potentials), &mut sum);
            }
            sum.rotate_right(1);
            sum[0] = nothing[0].clone();
            *late = sum;
        }
        before = potentials;
    }
}

fn bin(circuit: &Circuit) -> f64 {
    circuit.screen.frame_period.0
}

fn kept(circuit: &Circuit, time: f64) -> f64 {
    (-bin(circuit) / time).exp()
}

/// Weber contrasts after light adaptation.
fn seen(circuit: &Circuit, movie: &StimulusMovie) -> Frames {
    let pixels = circuit.screen.pixels();
    let contrast =
        |frame: usize, pixel: usize| circuit.contrast_unit * f64::from(movie.frame(frame)[pixel]);
    let mut memory = vec![1.0; pixels];
    let frame = |frame: usize| {
        let pixel = |pixel: usize| {
            let Some(adaptation) = circuit.mechanisms.light_adaptation else {
                return contrast(frame, pixel);
            };
            let light = (1.0 + contrast(frame, pixel)).max(0.0);
            let kept = kept(circuit, adaptation.time_constant.0);
            memory[pixel] = kept * memory[pixel] + (1.0 - kept) * light;
            let strength = adaptation.strength;
            (1.0 + strength) * light / (1.0 + strength * memory[pixel]) - 1.0
        };
        (0..pixels).map(pixel).collect()
    };
    (0..movie.frames()).map(frame).collect()
}

/// A Gaussian of sum 1 around each pixel, nothing being outside the frame.
fn blurred(circuit: &Circuit, sd: f64, frame: &[f64]) -> Vec<f64> {
    let (height, width) = (circuit.screen.height, circuit.screen.width);
    let shares = pixel_shares(sd / circuit.screen.microns_per_pixel.0, height.max(width));
    let pixel = |pixel: usize| {
        let share = |other: usize| {
            let dy = (pixel / width).abs_diff(other / width);
            let dx = (pixel % width).abs_diff(other % width);
            shares[dy] * shares[dx] * frame[other]
        };
        (0..height * width).map(share).sum()
    };
    (0..height * width).map(pixel).collect()
}

fn answer_to_light(circuit: &Circuit, interneuron: &Interneuron, seen: &Frames) -> Frames {
    let field = interneuron.receptive_field.unwrap();
    let blur = |sd: f64| -> Frames {
        let frames = seen.iter();
        frames.map(|frame| blurred(circuit, sd, frame)).collect()
    };
    let mut surround = blur(field.surround_sd.0);
    if let Some(delay) = interneuron.mechanisms.surround_delay {
        surround = low_passed(circuit, delay.0, surround);
    }
    let mut filtered = blur(field.centre_sd.0);
    for (frame, surround) in filtered.iter_mut().zip(&surround) {
        for (value, surround) in frame.iter_mut().zip(surround) {
            *value -= field.surround_strength * surround;
        }
    }
    let potential = |newest: usize, pixel: usize| {
        let lags = interneuron.kernel.iter().enumerate().take(newest + 1);
        let sum: f64 = lags
            .map(|(lag, tap)| tap * filtered[newest - lag][pixel])
            .sum();
        interneuron.polarity.factor() * sum
    };
    let frame = |newest: usize| {
        let pixels = 0..seen[newest].len();
        pixels.map(|pixel| potential(newest, pixel)).collect()
    };
    (0..seen.len()).map(frame).collect()
}

fn low_passed(circuit: &Circuit, time: f64, mut frames: Frames) -> Frames {
    let kept = kept(circuit, time);
    let mut state = vec![0.0; frames[0].len()];
    for frame in &mut frames {
        for (value, state) in frame.iter_mut().zip(&mut state) {
            *state = kept * *state + (1.0 - kept) * *value;
            *value = *state;
        }
    }
    frames
}

fn gain_controlled(circuit: &Circuit, interneuron: &Interneuron, mut frames: Frames) -> Frames {
    let Some(control) = interneuron.mechanisms.gain_control else {
        return frames;
    };
    let kept = kept(circuit, control.time_constant.0);
    let mut sizes = vec![0.0; frames[0].len()];
    for frame in &mut frames {
        for (value, size) in frame.iter_mut().zip(&mut sizes) {
            *size = kept * *size + (1.0 - kept) * value.abs();
            *value /= 1.0 + control.strength * *size;
        }
    }
    frames
}

/// What is released at a potential if nothing is depleted.
fn undepleted(interneuron: &Interneuron, potential: f64, threshold: f64) -> f64 {
    let above = (potential - threshold).max(0.0);
    let Some(subunits) = interneuron.mechanisms.subunits else {
        return above;
    };
    let raised = subunits.reference * (above / subunits.reference).powf(subunits.power);
    subunits
        .saturation
        .map_or(raised, |saturation| raised / (1.0 + raised / saturation))
}

/// What a synapse gives, potential by potential, and what it gives for grey.
fn released(
    circuit: &Circuit,
    interneuron: &Interneuron,
    potentials: &[f64],
    threshold: f64,
) -> (Vec<f64>, f64) {
    let rest = undepleted(interneuron, 0.0, threshold);
    let undepleted = potentials
        .iter()
        .map(|&potential| undepleted(interneuron, potential, threshold));
    let Some(depression) = interneuron.mechanisms.depression else {
        return (undepleted.collect(), rest);
    };
    let recovered = bin(circuit) / depression.recovery.0;
    let depleted = bin(circuit) * 1e-3 * depression.depletion;
    let resting = depression.steady(rest);
    let mut ready = resting;
    let released = undepleted.map(|x| {
        let given = ready * x;
        ready = (ready + recovered) / (1.0 + recovered + depleted * x);
        given
    });
    (released.collect(), resting * rest)
}

/// What a synapse gives to every interneuron of a type, less what it gives for grey.
fn given(circuit: &Circuit, synapse: &Synapse, potentials: &[Frames]) -> Frames {
    let is_source = |known: &Interneuron| known.name == synapse.interneuron;
    let source = circuit.interneurons.iter().position(is_source).unwrap();
    let (interneuron, potentials) = (&circuit.interneurons[source], &potentials[source]);
    let pixels = circuit.screen.pixels();
    let mut departures = vec![vec![0.0; pixels]; potentials.len()];
    for pixel in 0..pixels {
        let course: Vec<f64> = potentials.iter().map(|frame| frame[pixel]).collect();
        let threshold = synapse.threshold + offset(circuit, interneuron, pixel);
        let (released, rest) = released(circuit, interneuron, &course, threshold);
        for (frame, released) in departures.iter_mut().zip(released) {
            frame[pixel] = synapse.signed_weight() * (released - rest);
        }
    }
    let frames = departures.iter();
    frames
        .map(|frame| blurred(circuit, synapse.pool_sd.0, frame))
        .collect()
}

fn add(frames: &Frames, sums: &mut Frames) {
    for (frame, sum) in frames.iter().zip(sums) {
        frame.iter().zip(sum).for_each(|(value, sum)| *sum += value);
    }
}

fn drives_of(
    circuit: &Circuit,
    cell: &GanglionCell,
    terminals: &[Frames],
    frames: usize,
) -> Vec<f64> {
    let mut drives = vec![[0.0; 2]; frames];
    for pathway in &cell.pathways {
        let is_source = |known: &Interneuron| known.name == pathway.interneuron;
        let source = circuit.interneurons.iter().position(is_source).unwrap();
        let middle = GanglionCell {
            centre: pathway.centre(cell.centre),
            ..cell.clone()
        };
        for ((y, x), share) in pool(circuit, &middle, pathway.pool_sd.0) {
            let pixel = y * circuit.screen.width + x;
            let course: Vec<f64> = terminals[source].iter().map(|frame| frame[pixel]).collect();
            let interneuron = &circuit.interneurons[source];
            let threshold = pathway.threshold + offset(circuit, interneuron, pixel);
            let (released, _) = released(circuit, interneuron, &course, threshold);
            for ([excitation, inhibition], released) in drives.iter_mut().zip(released) {
                match pathway.sign {
                    Sign::Excitatory => *excitation += pathway.weight * share * released,
                    Sign::Inhibitory => *inhibition += pathway.weight * share * released,
                }
            }
        }
    }
    drives
        .into_iter()
        .map(|drives| together(circuit, drives))
        .collect()
}

/// What excitation and inhibition come to.
fn together(circuit: &Circuit, [excitation, inhibition]: [f64; 2]) -> f64 {
    let Some(conductances) = circuit.mechanisms.conductances else {
        return excitation - inhibition;
    };
    let reversal = conductances.excitatory_reversal;
    let current = excitation + inhibition / reversal * conductances.inhibitory_reversal;
    current / (1.0 + (excitation + inhibition) / reversal)
}

/// What a type's interneuron adds to thresholds.
fn offset(circuit: &Circuit, interneuron: &Interneuron, pixel: usize) -> f64 {
    let spread = interneuron.mechanisms.threshold_spread;
    spread.map_or(0.0, |spread| {
        spread.offsets(circuit.seed, &interneuron.name, circuit.screen.pixels())[pixel]
    })
}

/// The drives that solve `u = v + g L v`, by iteration.
fn coupled(circuit: &Circuit, drives: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let Some(coupling) = circuit.mechanisms.coupling else {
        return drives;
    };
    let joined = |one: &GanglionCell, other: &GanglionCell| {
        let dx = one.centre.x.0 - other.centre.x.0;
        let dy = one.centre.y.0 - other.centre.y.0;
        one.class == other.class && dx.hypot(dy) <= coupling.reach.0
    };
    let cells = &circuit.cells;
    let mut coupled = drives.clone();
    for _ in 0..400 {
        let before = coupled.clone();
        for (cell, potentials) in coupled.iter_mut().enumerate() {
            let neighbours: Vec<usize> = (0..cells.len())
                .filter(|&other| other != cell && joined(&cells[cell], &cells[other]))
                .collect();
            for (bin, potential) in potentials.iter_mut().enumerate() {
                let given: f64 = neighbours.iter().map(|&other| before[other][bin]).sum();
                let conductance = coupling.conductance;
                *potential = (drives[cell][bin] + conductance * given)
                    / (1.0 + conductance * neighbours.len() as f64);
            }
        }
    }
    coupled
}

fn outputs(circuit: &Circuit, drives: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let cells = circuit.cells.iter().zip(drives);
    let rates = |(cell, drives): (&GanglionCell, &Vec<f64>)| {
        let drives = drives.iter();
        drives.map(|&drive| cell.output.rate(drive)).collect()
    };
    cells.map(rates).collect()
}
