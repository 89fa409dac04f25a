//! Amplitudes at multiples of a frequency.

use std::f64::consts::TAU;

/// Amplitude of the sinusoid at `cycles` cycles over the whole of a series `[sample]`, by the
/// discrete Fourier transform: `2 / N |sum_t x(t) exp(-2 pi i cycles t / N)|`.
pub fn harmonic_amplitude(values: &[f64], cycles: usize) -> f64 {
    let count = values.len() as f64;
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        // Whole turns are left out, so that the phase stays exact over long series.
        let phase = TAU * ((cycles * index) % values.len()) as f64 / count;
        real += value * phase.cos();
        imaginary -= value * phase.sin();
    }
    2.0 / count * f64::hypot(real, imaginary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinusoids_have_their_amplitude_and_nothing_else() {
        let wave = |t: usize| 3.0 + 2.0 * (TAU * 4.0 * t as f64 / 200.0 + 0.7).cos();
        let values: Vec<f64> = (0..200).map(wave).collect();
        assert!((harmonic_amplitude(&values, 4) - 2.0).abs() < 1e-12);
        assert!(harmonic_amplitude(&values, 8) < 1e-12 && harmonic_amplitude(&values, 3) < 1e-12);
    }

    #[test]
    fn a_full_wave_rectified_sine_has_the_textbook_second_harmonic() {
        let values: Vec<f64> = (0..4000)
            .map(|t| (TAU * f64::from(t) / 4000.0).sin().abs())
            .collect();
        let exact = 4.0 / (3.0 * std::f64::consts::PI);
        assert!((harmonic_amplitude(&values, 2) - exact).abs() < 1e-5);
        assert!(harmonic_amplitude(&values, 1) < 1e-12);
    }
}
