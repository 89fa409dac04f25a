//! Made-up attributions and circuits: `scale` times what a network may have.

use ganglion_plot::{
    AttributionFigure, AttributionMap, AttributionMaps, AttributionMatrix, AttributionSweep,
    Certainty, ChannelTrace, CircuitInput, CircuitSchematic, Interneuron, Polarity, SweptChannel,
    SweptCourse,
};

use crate::noise::noise;

fn polarity(index: usize) -> Polarity {
    if index % 3 == 1 {
        Polarity::On
    } else {
        Polarity::Off
    }
}

pub fn attribution(channels: usize, scale: f64) -> AttributionFigure {
    let time_ms: Vec<f64> = (0..90).map(|i| f64::from(i) * 10.0 - 400.0).collect();
    let wave = |index: usize| -> Vec<f64> {
        let size = scale * 20.0 * noise(index + 3) / (1.0 + index as f64);
        let center = 120.0 + 20.0 * index as f64;
        let value = |t: &f64| size * (-((t - center) / 45.0).powi(2)).exp();
        time_ms.iter().map(value).collect()
    };
    let channel = |index: usize| {
        let attribution_hz = wave(index);
        let total: f64 = attribution_hz.iter().map(|v| v.abs()).sum();
        ChannelTrace {
            name: (index + 1).to_string(),
            polarity: Some(polarity(index)),
            mean_magnitude_hz: total / 90.0,
            attribution_hz,
            kept: index < 3,
        }
    };
    let sum = |kept: usize| -> Vec<f64> {
        let courses: Vec<_> = (0..kept.min(channels)).map(wave).collect();
        (0..90)
            .map(|t| 3.0 + courses.iter().map(|c| c[t]).sum::<f64>())
            .collect()
    };
    AttributionFigure {
        title: "Made-up network, cell 4".to_owned(),
        time_label: "Time after last flash (ms)".to_owned(),
        window_ms: None,
        stimulus: time_ms
            .iter()
            .map(|t| {
                let on = *t < 20.0 && t.rem_euclid(80.0) < 20.0;
                if on { -2.0 * scale } else { 0.0 }
            })
            .collect(),
        response_hz: sum(channels),
        resting_hz: 3.0,
        kept_sum_hz: sum(3),
        channels: (0..channels).map(channel).collect(),
        time_ms,
    }
}

/// Square maps of space, or flat ones of space and time.
pub fn maps(count: usize, square: bool, scale: f64) -> AttributionMaps {
    let (columns, rows) = if square { (36, 36) } else { (60, 24) };
    let map = |index: usize| AttributionMap {
        name: format!("Channel {}", index + 1),
        polarity: Some(polarity(index)),
        values: (0..columns * rows)
            .map(|cell| {
                let (x, y) = ((cell % columns) as f64, (cell / columns) as f64);
                let center = (18.0 + 5.0 * noise(index), 12.0 + 5.0 * noise(index + 40));
                let r2 = (x - center.0).powi(2) + (y - center.1).powi(2);
                scale * noise(index + 9) * (-r2 / 30.0).exp()
            })
            .collect(),
    };
    let (x_label, x_range) = if square {
        ("x (µm)", (-900.0, 900.0))
    } else {
        ("Time (ms)", (0.0, 600.0))
    };
    AttributionMaps {
        title: "Made-up network, cell 4, 120 ms after the last flash".to_owned(),
        maps: (0..count).map(map).collect(),
        columns,
        x_label: x_label.to_owned(),
        x_range,
        y_label: if square { "y (µm)" } else { "Position (µm)" }.to_owned(),
        y_range: (-900.0, 900.0),
        value_label: "Attribution (Hz)".to_owned(),
        square,
    }
}

pub fn matrix(channels: usize, scale: f64) -> AttributionMatrix {
    let phenomena = [
        "Omitted stimulus",
        "Latency",
        "Motion anticipation",
        "Motion reversal",
    ];
    AttributionMatrix {
        title: "Made-up network, mean over 12 cells".to_owned(),
        channels: (1..=channels).map(|channel| channel.to_string()).collect(),
        polarities: (0..channels).map(polarity).collect(),
        shares: (0..channels * phenomena.len())
            .map(|index| scale * 0.3 * noise(index))
            .collect(),
        phenomena: phenomena.map(str::to_owned).to_vec(),
    }
}

/// Courses of every second condition.
pub fn sweep(channels: usize, courses: usize, scale: f64) -> AttributionSweep {
    let (conditions, bins) = (12, 60);
    let value = |channel: usize, condition: usize, bin: usize| {
        let distance = (bin as f64 - 20.0 - 2.0 * condition as f64) / 6.0;
        scale * 10.0 * noise(channel + 5) * (-distance.powi(2)).exp()
    };
    let course = |place: usize| SweptCourse {
        condition: 2 * place,
        label: format!("contrast {}", -0.2 * place as f64),
        time_s: (0..bins).map(|bin| 0.01 * bin as f64).collect(),
        attribution_hz: (0..channels * bins)
            .map(|index| value(index / bins, 2 * place, index % bins))
            .collect(),
    };
    let mean = |index: usize| {
        let bins = (0..bins).map(|bin| value(index / conditions, index % conditions, bin));
        bins.sum::<f64>() / 60.0
    };
    AttributionSweep {
        title: "Made-up network, cell 4 (channels of the circuit are framed)".to_owned(),
        channels: (0..channels)
            .map(|index| SweptChannel {
                name: (index + 1).to_string(),
                polarity: Some(polarity(index)),
                kept: index.is_multiple_of(3),
            })
            .collect(),
        conditions: (0..conditions)
            .map(|at| format!("condition {at}"))
            .collect(),
        means_hz: (0..channels * conditions).map(mean).collect(),
        courses: (0..courses).map(course).collect(),
    }
}

pub fn circuit(inputs: usize, scale: f64) -> CircuitSchematic {
    let input = |index: usize| {
        let peak = 4.0 + 2.0 * index as f64;
        let kernel = (0..40).map(|frame| {
            let lag = f64::from(39 - frame);
            let sign = if polarity(index) == Polarity::On {
                scale
            } else {
                -scale
            };
            (sign * ((lag / peak) * (1.0 - lag / peak).exp()).powi(3)) as f32
        });
        CircuitInput {
            name: ["Fast OFF", "Slow ON", "Wide OFF", "Channels 2 + 5"][index % 4].to_owned(),
            kind: if index % 3 == 2 {
                Interneuron::Amacrine
            } else {
                Interneuron::Bipolar
            },
            polarity: polarity(index),
            weight: scale * [1.4, 0.6, -0.8, 0.2][index % 4],
            kernel: kernel.collect(),
            frame_period_ms: 10.0,
            note: format!("peak {:.0} ms", 10.0 * peak),
            certainty: [
                Certainty::Certain,
                Certainty::Certain,
                Certainty::Undetermined,
                Certainty::FitOnly,
            ][index % 4],
        }
    };
    CircuitSchematic {
        title: "Latency coding, made-up cell".to_owned(),
        ganglion_cell: "Cell 4".to_owned(),
        inputs: (0..inputs).map(input).collect(),
    }
}
