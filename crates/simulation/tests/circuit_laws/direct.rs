//! The equations written down once more, in 64-bit arithmetic and without any short cut.

use ganglion_experiment::StimulusMovie;
use ganglion_simulation::{Circuit, GanglionCell, Interneuron, Pathway};

/// Drive of a pathway in one bin.
pub fn drive(
    circuit: &Circuit,
    cell: &GanglionCell,
    pathway: &Pathway,
    movie: &StimulusMovie,
    bin: usize,
) -> f64 {
    let interneuron = circuit.interneuron(&pathway.interneuron).unwrap();
    let pool = pool(circuit, cell, pathway.pool_sd.0);
    let sum: f64 = pool
        .iter()
        .map(|&((y, x), share)| {
            let potential = potential(circuit, interneuron, movie, bin, (y, x));
            share * (potential - pathway.threshold).max(0.0)
        })
        .sum();
    pathway.signed_weight() * sum
}

/// Rate of a cell in one bin.
pub fn rate(circuit: &Circuit, cell: &GanglionCell, movie: &StimulusMovie, bin: usize) -> f64 {
    let drive: f64 = cell
        .pathways
        .iter()
        .map(|pathway| drive(circuit, cell, pathway, movie, bin))
        .sum();
    let output = cell.output;
    let scaled = (drive - output.threshold) / output.softness;
    output.gain_hz * output.softness * (1.0 + scaled.exp()).ln()
}

/// Pixels `(y, x)` within three standard deviations and their shares.
pub fn pool(circuit: &Circuit, cell: &GanglionCell, sd: f64) -> Vec<((usize, usize), f64)> {
    let screen = &circuit.screen;
    let pixel = screen.microns_per_pixel.0;
    let mut pool = Vec::new();
    for y in 0..screen.height {
        for x in 0..screen.width {
            let dy = (y as f64 + 0.5) * pixel - cell.centre.y.0;
            let dx = (x as f64 + 0.5) * pixel - cell.centre.x.0;
            let distance = (dy * dy + dx * dx).sqrt();
            if distance <= 3.0 * sd {
                pool.push(((y, x), (-distance * distance / (2.0 * sd * sd)).exp()));
            }
        }
    }
    if pool.is_empty() {
        let nearest = |place: f64| (place / pixel).floor() as usize;
        pool.push(((nearest(cell.centre.y.0), nearest(cell.centre.x.0)), 1.0));
    }
    let sum: f64 = pool.iter().map(|(_, share)| share).sum();
    pool.into_iter()
        .map(|(place, share)| (place, share / sum))
        .collect()
}

/// Membrane potential of an interneuron.
fn potential(
    circuit: &Circuit,
    interneuron: &Interneuron,
    movie: &StimulusMovie,
    bin: usize,
    place: (usize, usize),
) -> f64 {
    let weights = weights(circuit, interneuron, place);
    let lag = |(lag, tap): (usize, &f64)| match bin.checked_sub(1 + lag) {
        Some(frame) => tap * filtered(circuit, movie.frame(frame), &weights),
        None => 0.0,
    };
    let sum: f64 = interneuron.kernel.iter().enumerate().map(lag).sum();
    interneuron.polarity.factor() * sum
}

/// Difference of Gaussians over a frame, pixel by pixel.
fn filtered(circuit: &Circuit, frame: &[f32], weights: &[f64]) -> f64 {
    let contrasts = frame
        .iter()
        .map(|&value| circuit.contrast_unit * f64::from(value));
    contrasts
        .zip(weights)
        .map(|(contrast, weight)| weight * contrast)
        .sum()
}

/// Weight of every pixel in the receptive field of an interneuron at a place.
fn weights(circuit: &Circuit, interneuron: &Interneuron, (y, x): (usize, usize)) -> Vec<f64> {
    let screen = &circuit.screen;
    let field = interneuron.receptive_field.unwrap();
    let farthest = screen.height.max(screen.width);
    let shares = |sd: f64| pixel_shares(sd / screen.microns_per_pixel.0, farthest);
    let (centre, surround) = (shares(field.centre_sd.0), shares(field.surround_sd.0));
    let weight = |pixel: usize| {
        let (dy, dx) = (
            (pixel / screen.width).abs_diff(y),
            (pixel % screen.width).abs_diff(x),
        );
        centre[dy] * centre[dx] - field.surround_strength * surround[dy] * surround[dx]
    };
    (0..screen.pixels()).map(weight).collect()
}

/// Shares of a Gaussian that fall on the pixels at distances below `farthest`, of all pixels up to
/// 3.5 standard deviations; midpoint rule.
pub fn pixel_shares(sd: f64, farthest: usize) -> Vec<f64> {
    if sd == 0.0 {
        return (0..farthest)
            .map(|distance| f64::from(u8::from(distance == 0)))
            .collect();
    }
    let radius = (3.5 * sd).ceil() as usize;
    let density = |place: f64| (-0.5 * (place / sd).powi(2)).exp();
    let integral = |distance: usize| -> f64 {
        let place = |step: i32| distance as f64 - 0.5 + (f64::from(step) + 0.5) / 50.0;
        (0..50).map(|step| density(place(step))).sum()
    };
    let all: f64 = (1..=radius).map(integral).sum::<f64>() * 2.0 + integral(0);
    let share = |distance| {
        if distance > radius {
            0.0
        } else {
            integral(distance) / all
        }
    };
    (0..farthest).map(share).collect()
}
