//! Made-up filters and responses of single cells.

use std::f64::consts::TAU;

use ganglion_plot::{
    CellPortrait, CellTraces, ChannelFilter, Measured, QuantityDistribution,
    ReceptiveFieldComparison, ResponseBars, TraceFigure,
};

use crate::noise::noise;

pub fn filter(index: usize) -> ChannelFilter {
    let sign = if index % 3 == 1 { 1.0 } else { -1.0 };
    let (cx, cy) = (7.0 + 3.0 * noise(index), 7.0 + 3.0 * noise(index + 50));
    let spatial = (0..225).map(|pixel| {
        let (x, y) = ((pixel % 15) as f64 - cx, (pixel / 15) as f64 - cy);
        let r2 = x * x + y * y;
        ((-r2 / 5.0).exp() - 0.25 * (-r2 / 25.0).exp() + 0.03 * noise(pixel + 999 * index)) as f32
    });
    let temporal = (0..40).map(|frame| {
        let t = (39 - frame) as f64 / (4.0 + index as f64 % 3.0);
        (sign * (t * (-t).exp() - 0.35 * (t / 2.0).powi(3) * (-t).exp())) as f32
    });
    ChannelFilter {
        name: format!("Channel {}", index + 1),
        polarity: Some(if sign > 0.0 { "ON" } else { "OFF" }.to_owned()),
        spatial: spatial.collect(),
        space_time: None,
        height: 15,
        width: 15,
        temporal: temporal.collect(),
        frame_period_ms: 10.0,
        explained_variance: Some(0.9 + 0.09 * noise(index + 7)),
        outline: None,
    }
}

fn portrait(index: usize, source: &str, scale: f32) -> CellPortrait {
    let rate = |bin: usize| {
        let t = bin as f64 * 0.01;
        let drive = (TAU * t / 0.83).sin() + 0.8 * (TAU * t / 0.37 + index as f64).sin();
        (3.0 * (drive - 0.6)).exp().min(60.0)
    };
    let spikes = |repeat: usize| {
        let fires =
            |&bin: &usize| 0.5 + 0.5 * noise(bin * 31 + repeat * 7919 + index) < rate(bin) * 0.01;
        (0..400)
            .filter(fires)
            .map(|bin| bin as f64 * 0.01)
            .collect()
    };
    CellPortrait {
        filter: ChannelFilter {
            name: format!("{source} cell {}", index + 1),
            ..filter(index)
        },
        psth_hz: (0..400).map(|bin| scale * rate(bin) as f32).collect(),
        bin_ms: 10.0,
        raster_s: (0..20).map(spikes).collect(),
        split_half: Some(0.8 + 0.1 * noise(index)),
        fano_factor: Some(0.7 + 0.3 * noise(index + 5)),
    }
}

pub fn receptive_fields(cells: usize, scale: f32) -> ReceptiveFieldComparison {
    let spread = |center: f64, width: f64, seed: usize| -> Vec<f64> {
        (0..6 * cells)
            .map(|cell| center + width * noise(cell + seed))
            .collect()
    };
    let distribution = |label: &str, center: f64, width: f64, level| QuantityDistribution {
        label: label.to_owned(),
        recorded: spread(center, width, 0),
        simulated: spread(1.1 * center, width, 60),
        level,
    };
    ReceptiveFieldComparison {
        title: "Made-up cells".to_owned(),
        recorded: (0..cells)
            .map(|cell| portrait(cell, "Recorded", scale))
            .collect(),
        simulated: (0..cells)
            .map(|cell| portrait(cell + 4, "Simulated", scale))
            .collect(),
        microns_per_pixel: Some(50.0),
        distributions: vec![
            distribution("Peak time (ms)", 90.0, 30.0, None),
            distribution("Field size (µm)", 220.0, 60.0, None),
            distribution("Split-half r", 0.8, 0.15, None),
            distribution("Fano factor", 0.8, 0.4, Some(1.0)),
        ],
    }
}

/// Responses to a reversing grating, with F1 and F2 beside them.
pub fn traces(cells: usize, conditions: usize, scale: f64) -> TraceFigure {
    let time: Vec<f64> = (0..200).map(|frame| f64::from(frame) * 0.01).collect();
    let grating = |t: &f64| if t.rem_euclid(0.5) < 0.25 { 1.0 } else { -1.0 };
    let rate = |cell: usize, condition: usize| {
        let size = scale * (30.0 + 10.0 * noise(cell)) / (1.0 + condition as f64);
        let value = |t: &f64| {
            let since = t.rem_euclid(0.25);
            size * (-((since - 0.09) / 0.03).powi(2)).exp() + scale
        };
        Measured {
            values: time.iter().map(value).collect(),
            errors: if condition == 0 {
                vec![2.0; time.len()]
            } else {
                Vec::new()
            },
        }
    };
    let cell = |cell: usize| CellTraces {
        name: format!("Cell {cell} (made up)"),
        traces: (0..conditions)
            .map(|condition| (format!("Phase {}°", 45 * condition), rate(cell, condition)))
            .collect(),
        bars: Some(ResponseBars {
            label: "Amplitude (Hz)".to_owned(),
            names: vec!["F1".to_owned(), "F2".to_owned()],
            values: Measured {
                values: vec![2.0 * scale, (12.0 + 3.0 * noise(cell)) * scale],
                errors: vec![0.4, 1.2],
            },
        }),
    };
    TraceFigure {
        title: "Reversing grating".to_owned(),
        time_label: "Time (s)".to_owned(),
        window: None,
        stimuli: vec![("grating".to_owned(), time.iter().map(grating).collect())],
        stimulus_label: "Contrast".to_owned(),
        cells: (0..cells).map(cell).collect(),
        response_label: "Rate (Hz)".to_owned(),
        time,
    }
}
