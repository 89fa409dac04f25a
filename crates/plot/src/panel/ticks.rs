//! Round numbers along an axis.

use super::Tick;

/// Ticks at round numbers inside a range, about as many as wanted.
///
/// There are at least two wherever the range has room for two round numbers: a single tick gives
/// no scale.
pub(crate) fn linear(low: f64, high: f64, wanted: usize) -> Vec<Tick> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return Vec::new();
    }
    let enough = |wanted: usize| {
        let ticks = stepped(low, high, round_step(span / wanted as f64));
        (ticks.len() > 1).then_some(ticks)
    };
    let wanted = wanted.max(1);
    (wanted..wanted + 4).find_map(enough).unwrap_or_default()
}

/// Ticks at whole numbers inside a range, about as many as wanted.
pub(crate) fn whole(low: f64, high: f64, wanted: usize) -> Vec<Tick> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return Vec::new();
    }
    stepped(low, high, round_step(span / wanted.max(1) as f64).max(1.0))
}

/// Ticks at the multiples of a step inside a range.
fn stepped(low: f64, high: f64, step: f64) -> Vec<Tick> {
    let span = high - low;
    let tolerance = 1e-9 * span / step;
    let first = (low / step - tolerance).ceil();
    let last = (high / step + tolerance).floor();
    let count = (last - first).clamp(-1.0, 1000.0);
    (0..=count as i64)
        .filter(|_| count >= 0.0)
        .map(|index| (first + index as f64) * step)
        .map(|at| Tick {
            at,
            label: label(at, step, low.abs().max(high.abs())),
        })
        .collect()
}

/// Ticks at powers of ten inside a range of positive numbers.
///
/// A range that holds fewer than two of them has ticks at 1, 2 and 5 times powers of ten, or
/// linear ones if it holds fewer than two of those.
pub(crate) fn logarithmic(low: f64, high: f64, wanted: usize) -> Vec<Tick> {
    let (first, last) = (low.log10().ceil(), high.log10().floor());
    if !(last - first).is_finite() || last - first < 1.0 {
        let ticks = one_two_five(low, high);
        return if ticks.len() > 1 {
            ticks
        } else {
            linear(low, high, wanted)
        };
    }
    let stride = ((last - first) / wanted.max(1) as f64).ceil().max(1.0) as usize;
    (first as i32..=last as i32)
        .step_by(stride)
        .map(|power| Tick {
            at: 10f64.powi(power),
            label: format!("10{}", superscript(power)),
        })
        .collect()
}

fn one_two_five(low: f64, high: f64) -> Vec<Tick> {
    let (first, last) = (low.log10().floor(), high.log10().floor());
    if !(last - first).is_finite() {
        return Vec::new();
    }
    let powers = first as i32..=last as i32;
    let places = powers.flat_map(|power| {
        [1.0, 2.0, 5.0].map(|factor| (factor * 10f64.powi(power), factor, power))
    });
    let inside = places.filter(|(at, ..)| (low..=high).contains(at));
    let tick = |(at, factor, power): (f64, f64, i32)| {
        let small = (-2..=4).contains(&power);
        let exact = format!("{at:.*}", usize::try_from(-power).unwrap_or(0));
        let label = if small {
            exact
        } else {
            format!("{factor}·10{}", superscript(power))
        };
        Tick { at, label }
    };
    inside.map(tick).collect()
}

/// The step of 1, 2 or 5 times a power of ten nearest above a raw step.
fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    let factor = raw / power;
    let round = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|round| factor <= round * (1.0 + 1e-9));
    round.unwrap_or(10.0) * power
}

/// A tick label with the decimals its step needs and a true minus sign; in powers of ten where
/// the largest label of the axis or its step would need too many digits.
fn label(at: f64, step: f64, largest: f64) -> String {
    if at.abs() < step * 1e-6 && (largest >= 1e5 || step < 1e-4) {
        return "0".to_owned();
    }
    let text = if largest >= 1e5 || step < 1e-4 {
        let decimals = (at.abs() / step).log10().floor().clamp(0.0, 6.0) as usize;
        let text = format!("{at:.decimals$e}");
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{mantissa}·10{}", superscript(power.parse().unwrap_or(0)))
    } else {
        let at = if at.abs() < step * 1e-6 { 0.0 } else { at };
        let decimals = (-step.log10().floor()).clamp(0.0, 4.0) as usize;
        format!("{at:.decimals$}")
    };
    text.replace('-', "−")
}

fn superscript(power: i32) -> String {
    let raise = |character: char| match character.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    };
    power.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[rstest]
    #[case(0.0, 1.0, 5, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])]
    #[case(-400.0, 0.0, 2, &["−400", "−200", "0"])]
    #[case(0.0, 3e6, 3, &["0", "1·10⁶", "2·10⁶", "3·10⁶"])]
    #[case(0.0, 2e-5, 2, &["0", "1·10⁻⁵", "2·10⁻⁵"])]
    #[case(12.0, 12.5, 2, &["12.0", "12.5"])]
    #[case(-0.1, 0.1, 2, &["−0.1", "0.0", "0.1"])]
    fn ticks_are_round(
        #[case] low: f64,
        #[case] high: f64,
        #[case] wanted: usize,
        #[case] expected: &[&str],
    ) {
        let ticks = linear(low, high, wanted);
        assert_eq!(labels(&ticks), expected);
    }

    #[test]
    fn counted_things_have_whole_ticks() {
        assert_eq!(labels(&whole(1.0, 4.0, 7)), ["1", "2", "3", "4"]);
        assert_eq!(labels(&whole(0.5, 1.5, 7)), ["1"]);
        assert_eq!(labels(&whole(1.0, 50.0, 5)), ["10", "20", "30", "40", "50"]);
    }

    #[test]
    fn a_range_without_span_has_no_ticks() {
        assert!(linear(1.0, 1.0, 5).is_empty());
        assert!(linear(f64::NAN, 1.0, 5).is_empty());
        assert!(linear(0.0, f64::INFINITY, 5).is_empty());
    }

    #[test]
    fn decades_are_ticked() {
        assert_eq!(
            labels(&logarithmic(5e-5, 2e-2, 5)),
            ["10⁻⁴", "10⁻³", "10⁻²"]
        );
        assert_eq!(labels(&logarithmic(2.0, 6.0, 2)), ["2", "5"]);
    }
}
