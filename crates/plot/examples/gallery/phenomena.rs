//! Made-up responses to the stimuli of the four phenomena: `scale` times what a cell may answer.

use ganglion_plot::{
    AnticipationFigure, FittedLine, LatencyFigure, Measured, MotionProfile, OmittedStimulusFigure,
    ReversalFigure,
};

use crate::noise::noise;

/// A bump of height 1.
fn bump(at: f64, center: f64, width: f64) -> f64 {
    (-((at - center) / width).powi(2)).exp()
}

fn frames(from: f64, to: f64) -> Vec<f64> {
    let count = ((to - from) / 10.0) as usize;
    (0..count).map(|frame| from + 10.0 * frame as f64).collect()
}

fn measured(values: Vec<f64>, error: f64) -> Measured {
    Measured {
        errors: vec![error; values.len()],
        values,
    }
}

pub fn omitted_stimulus(periods: usize, scale: f64) -> OmittedStimulusFigure {
    let periods_ms: Vec<f64> = (0..periods).map(|i| 60.0 + 20.0 * i as f64).collect();
    let time_ms = frames(-700.0, 500.0);
    let response = |&period: &f64| -> Vec<f64> {
        let flash = |t: f64| -> f64 {
            (0..8)
                .map(|k| 6.0 * bump(t, 60.0 - period * f64::from(k), 22.0))
                .sum()
        };
        let omission = |t: f64| 40.0 * bump(t, 62.0 + period, 26.0);
        let rate = |&t: &f64| scale * (flash(t) + omission(t) + 1.0);
        time_ms.iter().map(rate).collect()
    };
    let example = 80.0;
    let flashed = |&t: &f64| {
        let since = (t + 7.0 * example).rem_euclid(example);
        let on = t >= -7.0 * example && t < 20.0 && since < 20.0;
        if on { -2.0 * scale } else { 0.0 }
    };
    let latency =
        |cell: usize, &period: &f64| scale * (62.0 + period + 8.0 * noise(cell + period as usize));
    OmittedStimulusFigure {
        title: "Made-up retina, 12 cells".to_owned(),
        stimulus: time_ms.iter().map(flashed).collect(),
        stimulus_name: "Period 80 ms, 8 flashes".to_owned(),
        window_ms: None,
        flashes: 8,
        responses_hz: periods_ms.iter().map(response).collect(),
        latency_ms: measured(periods_ms.iter().map(|p| scale * (62.0 + p)).collect(), 6.0),
        latency_name: "Mean ± s.e.m., 12 cells".to_owned(),
        cell_latencies_ms: (0..12)
            .map(|cell| periods_ms.iter().map(|p| latency(cell, p)).collect())
            .collect(),
        fit: Some(FittedLine {
            slope: 1.02 * scale,
            slope_error: Some(0.04),
            intercept: 61.0,
        }),
        periods_ms,
        time_ms,
    }
}

pub fn latency(contrasts: usize, scale: f64) -> LatencyFigure {
    let contrasts: Vec<f64> = (1..=contrasts).map(|i| -0.25 * i as f64).collect();
    let time_ms = frames(-100.0, 500.0);
    let peak = |contrast: f64| 60.0 + 90.0 * (contrast / 0.6).exp();
    let response = |&contrast: &f64| -> Vec<f64> {
        let rate = |&t: &f64| scale * (2.0 - 28.0 * contrast * bump(t, peak(contrast), 35.0));
        time_ms.iter().map(rate).collect()
    };
    let step = |&contrast: &f64| -> Vec<f64> {
        let value = |&t: &f64| if t >= 0.0 { contrast } else { 0.0 };
        time_ms.iter().map(value).collect()
    };
    let peaks = |shift: f64| -> Vec<f64> { contrasts.iter().map(|&c| peak(c) + shift).collect() };
    LatencyFigure {
        title: "Made-up retina, 12 cells".to_owned(),
        window_ms: Some((-50.0, 350.0)),
        stimuli: contrasts.iter().map(step).collect(),
        responses_hz: contrasts.iter().map(response).collect(),
        first_peak_ms: measured(peaks(0.0), 5.0 * scale),
        center_of_mass_ms: measured(peaks(24.0), 5.0 * scale),
        error_name: "± s.e.m., 12 cells".to_owned(),
        cell_first_peaks_ms: (0..12).map(|cell| peaks(12.0 * noise(cell))).collect(),
        contrasts,
        time_ms,
    }
}

pub fn anticipation(speeds: usize, scale: f64) -> AnticipationFigure {
    let distance_um: Vec<f64> = (-16..=16).map(|i| 25.0 * f64::from(i)).collect();
    let profile = |center: f64, height: f64| {
        let rate = |&d: &f64| scale * (height * bump(d, center, 110.0) + 2.0);
        measured(distance_um.iter().map(rate).collect(), 2.0 * scale)
    };
    let moving = |(name, center): (&str, f64)| MotionProfile {
        name: name.to_owned(),
        rate_hz: profile(center, 34.0),
    };
    let speeds_mm_per_s: Vec<f64> = (0..speeds).map(|i| 0.11 * 2f64.powi(i as i32)).collect();
    let lead = |(index, _): (usize, &f64)| 60.0 - 22.0 * index as f64;
    let leads = |shift: f64| (0..12).map(|cell| shift + 15.0 * noise(cell)).collect();
    AnticipationFigure {
        title: "Made-up retina, 12 cells".to_owned(),
        moving: [("Moving right", 55.0), ("Moving left", 48.0)]
            .map(moving)
            .to_vec(),
        flashed_hz: profile(0.0, 26.0),
        bar_width_um: 160.0,
        error_name: "s.e.m., 12 cells".to_owned(),
        lead_um: Some(52.0 * scale),
        cell_leads_um: vec![
            ("Right".to_owned(), leads(55.0)),
            ("Left".to_owned(), leads(48.0)),
        ],
        lead_by_speed_um: measured(speeds_mm_per_s.iter().enumerate().map(lead).collect(), 6.0),
        speeds_mm_per_s,
        distance_um,
    }
}

pub fn reversal(positions: usize, scale: f64) -> ReversalFigure {
    let middle = 0.5 * positions.saturating_sub(1) as f64;
    let positions_um: Vec<f64> = (0..positions).map(|i| 40.0 * (i as f64 - middle)).collect();
    let time_ms = frames(-500.0, 600.0);
    let path = |&turn: &f64| -> Vec<f64> { time_ms.iter().map(|t| turn - t.abs()).collect() };
    let rate = |&turn: &f64| -> Vec<f64> {
        let burst = 40.0 * bump(turn, 0.0, 260.0);
        let rate = |&t: &f64| scale * (burst * bump(t, 180.0, 30.0) + 8.0 * bump(t, -120.0, 80.0));
        time_ms.iter().map(rate).collect()
    };
    let latency = |shift: f64| -> Vec<f64> {
        let at = |p: &f64| 180.0 + shift + 6.0 * noise(p.abs() as usize);
        positions_um.iter().map(at).collect()
    };
    let size = |p: &f64| 40.0 * scale * bump(*p, 0.0, 260.0);
    ReversalFigure {
        title: "Made-up retina, 12 cells".to_owned(),
        window_ms: Some((-300.0, 400.0)),
        bar_positions_um: positions_um.iter().map(path).collect(),
        bar_width_um: 120.0,
        responses_hz: positions_um.iter().map(rate).collect(),
        smooth_hz: time_ms
            .iter()
            .map(|&t| 16.0 * scale * bump(t, -40.0, 90.0))
            .collect(),
        burst_latency_ms: measured(latency(0.0), 5.0),
        burst_rate_hz: measured(positions_um.iter().map(size).collect(), 3.0 * scale),
        smooth_peak_hz: Some(16.0 * scale),
        error_name: "Mean ± s.e.m., 12 cells".to_owned(),
        cell_burst_latencies_ms: (0..12).map(|cell| latency(9.0 * noise(cell))).collect(),
        positions_um,
        time_ms,
    }
}
