use rstest::rstest;

use super::*;

/// Steps of the quadrature in a frame of 10 ms.
const STEPS: usize = 200;
const FRAME: Milliseconds = Milliseconds(10.0);

fn kinetics(
    order: u32,
    photoreceptor: f64,
    low_pass: f64,
    (time, strength): (f64, f64),
) -> Kinetics {
    Kinetics {
        delay: Milliseconds(0.0),
        photoreceptor: Photoreceptor {
            order,
            time_constant: Milliseconds(photoreceptor),
        },
        low_pass: Milliseconds(low_pass),
        high_pass: HighPass {
            time_constant: Milliseconds(time),
            strength,
        },
    }
}

/// The formulas of [`Kinetics`] on a fine grid, convolved and integrated by the trapezoidal rule.
fn quadrature(kinetics: &Kinetics, taps: usize) -> Vec<f64> {
    let step = FRAME.0 / STEPS as f64;
    let times: Vec<f64> = (0..=taps * STEPS)
        .map(|index| index as f64 * step)
        .collect();
    let mut response: Vec<f64> = times.iter().map(|&time| gamma(kinetics, time)).collect();
    let exponential = |constant: f64| -> Vec<f64> {
        times
            .iter()
            .map(|time| (-time / constant).exp() / constant)
            .collect()
    };
    if kinetics.low_pass.0 > 0.0 {
        response = convolved(&response, &exponential(kinetics.low_pass.0), step);
    }
    let high_pass = kinetics.high_pass;
    let lost = convolved(&response, &exponential(high_pass.time_constant.0), step);
    for (response, lost) in response.iter_mut().zip(lost) {
        *response -= high_pass.strength * lost;
    }
    let tap = |tap: usize| trapezoid(&response[tap * STEPS..=(tap + 1) * STEPS], step);
    scaled_to_unit_step((0..taps).map(tap).collect())
}

fn gamma(kinetics: &Kinetics, time: f64) -> f64 {
    let order = kinetics.photoreceptor.order as i32;
    let constant = kinetics.photoreceptor.time_constant.0;
    let factorial: f64 = (1..order).map(f64::from).product();
    (time / constant).powi(order - 1) * (-time / constant).exp() / (factorial * constant)
}

fn convolved(one: &[f64], other: &[f64], step: f64) -> Vec<f64> {
    let at = |end: usize| -> f64 {
        let product = |index: usize| one[index] * other[end - index];
        let ends = 0.5 * (product(0) + product(end));
        step * ((0..=end).map(product).sum::<f64>() - ends)
    };
    (0..one.len()).map(at).collect()
}

fn trapezoid(values: &[f64], step: f64) -> f64 {
    let ends = 0.5 * (values[0] + values[values.len() - 1]);
    step * (values.iter().sum::<f64>() - ends)
}

fn cumulative(taps: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |tap: &f64| {
        sum += tap;
        sum
    };
    taps.iter().map(add).collect()
}

fn scaled_to_unit_step(taps: Vec<f64>) -> Vec<f64> {
    let peak = cumulative(&taps).into_iter().fold(0.0, f64::max);
    taps.into_iter().map(|tap| tap / peak).collect()
}

#[rstest]
#[case::fast(kinetics(4, 12.0, 0.0, (60.0, 0.9)))]
#[case::slow(kinetics(6, 10.0, 45.0, (120.0, 0.6)))]
#[case::sustained(kinetics(3, 20.0, 15.0, (80.0, 0.0)))]
#[case::equal_time_constants(kinetics(2, 30.0, 30.0, (30.0, 1.0)))]
#[case::one_stage(kinetics(1, 25.0, 10.0, (200.0, 1.0)))]
fn taps_are_integrals_of_the_impulse_response(#[case] kinetics: Kinetics) {
    let taps = kinetics.kernel(FRAME, 40).unwrap();
    let expected = quadrature(&kinetics, 40);
    let peak = expected
        .iter()
        .fold(0.0, |peak: f64, tap| peak.max(tap.abs()));
    for (tap, expected) in taps.iter().zip(&expected) {
        // The trapezoidal rule is good to (step / time constant)^2 / 12, below 3e-6.
        assert!(
            (tap - expected).abs() < 1e-5 * peak,
            "{tap} against {expected}"
        );
    }
}

fn delayed(kinetics: Kinetics, delay: f64) -> Kinetics {
    Kinetics {
        delay: Milliseconds(delay),
        ..kinetics
    }
}

/// A delay of whole frames moves the taps; one of a part of a frame is in the reference's grid.
#[test]
fn a_delay_moves_the_response() {
    let prompt = kinetics(4, 9.0, 15.0, (80.0, 0.8));
    let taps = prompt.kernel(FRAME, 40).unwrap();
    let late = delayed(prompt, 30.0).kernel(FRAME, 40).unwrap();
    assert_eq!(late[..3], [0.0; 3]);
    for (late, tap) in late[3..].iter().zip(&taps) {
        // The peak that both are scaled by is the same.
        assert!((late - tap).abs() < 1e-12);
    }
    let fine = Milliseconds(2.5);
    let fine_taps = prompt.kernel(fine, 160).unwrap();
    let shifted = delayed(prompt, 7.5).kernel(FRAME, 40).unwrap();
    let whole = |frame: usize| -> f64 {
        let parts = (4 * frame..4 * (frame + 1)).filter_map(|part| part.checked_sub(3));
        parts.map(|part| fine_taps[part]).sum()
    };
    let peak = cumulative(&(0..40).map(whole).collect::<Vec<_>>());
    let peak = peak.into_iter().fold(0.0, f64::max);
    for (frame, tap) in shifted.iter().enumerate() {
        assert!((tap - whole(frame) / peak).abs() < 1e-12, "tap {frame}");
    }
    let never = delayed(prompt, 400.0).kernel(FRAME, 40).unwrap_err();
    assert!(never.to_string().contains("does not respond to a step"));
}

#[test]
fn a_full_contrast_step_reaches_one() {
    let taps = kinetics(4, 12.0, 20.0, (60.0, 0.9))
        .kernel(FRAME, 40)
        .unwrap();
    let peak = cumulative(&taps).into_iter().fold(0.0, f64::max);
    assert!((peak - 1.0).abs() < 1e-12);
}

#[test]
fn a_fully_transient_type_ends_where_it_began() {
    let taps = kinetics(4, 5.0, 0.0, (20.0, 1.0))
        .kernel(FRAME, 100)
        .unwrap();
    // exp(-1000/20) of the response is left.
    assert!(taps.iter().sum::<f64>().abs() < 1e-12);
}

#[test]
fn very_short_time_constants_pass_the_stimulus_on() {
    let taps = kinetics(3, 1e-4, 0.0, (50.0, 0.0))
        .kernel(FRAME, 5)
        .unwrap();
    assert!((taps[0] - 1.0).abs() < 1e-4 && taps[1..].iter().all(|tap| tap.abs() < 1e-4));
}

#[rstest]
#[case(kinetics(0, 12.0, 0.0, (60.0, 0.9)), "kinetics.photoreceptor.order = 0")]
#[case(kinetics(4, 0.0, 0.0, (60.0, 0.9)), "kinetics.photoreceptor.time_constant = 0")]
#[case(kinetics(4, 12.0, -1.0, (60.0, 0.9)), "kinetics.low_pass = -1")]
#[case(delayed(kinetics(4, 12.0, 1.0, (60.0, 0.9)), -1.0), "kinetics.delay = -1")]
#[case(kinetics(4, 12.0, f64::NAN, (60.0, 0.9)), "kinetics.low_pass = NaN")]
#[case(kinetics(4, 12.0, 0.0, (0.0, 0.9)), "kinetics.high_pass.time_constant = 0")]
#[case(kinetics(4, 12.0, 0.0, (60.0, 1.1)), "kinetics.high_pass.strength = 1.1")]
#[case(kinetics(20, 1e30, 0.0, (60.0, 0.9)), "does not respond to a step within 40 frames")]
fn parameters_without_sense_are_named(#[case] kinetics: Kinetics, #[case] expected: &str) {
    let message = kinetics.kernel(FRAME, 40).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}
