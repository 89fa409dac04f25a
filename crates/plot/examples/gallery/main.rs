//! Draws every figure from made-up data, as SVG and PNG, into a folder.
//!
//!     cargo run -p ganglion-plot --example gallery -- FOLDER

mod cells;
mod circuits;
mod noise;
mod phenomena;

use ganglion_plot::{
    Axis, BarPanel, CellScores, ColorMap, Error, Figure, FilterFigure, Format, HeatPanel,
    LearningCurve, LinePanel, PanelGrid, PsthFigure, PsthPanel, RasterPanel, ScatterPanel, Series,
    Trace, palette,
};
use noise::noise;
use std::f64::consts::TAU;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let folder = Path::new(&folder);
    save(folder, "learning_curve", &learning_curve())?;
    save(folder, "psth", &psth())?;
    save(folder, "filters", &filters(8))?;
    save(folder, "filters_32", &filters(32))?;
    save(folder, "cell_scores", &cell_scores(22))?;
    save(folder, "cell_scores_100", &cell_scores(100))?;
    save(folder, "receptive_fields", &cells::receptive_fields(3, 1.0))?;
    save(
        folder,
        "omitted_stimulus",
        &phenomena::omitted_stimulus(6, 1.0),
    )?;
    save(folder, "latency", &phenomena::latency(8, 1.0))?;
    save(folder, "anticipation", &phenomena::anticipation(5, 1.0))?;
    save(folder, "reversal", &phenomena::reversal(12, 1.0))?;
    save(folder, "traces", &cells::traces(3, 3, 1.0))?;
    save(folder, "attribution", &circuits::attribution(8, 1.0))?;
    save(folder, "attribution_maps", &circuits::maps(8, true, 1.0))?;
    save(
        folder,
        "attribution_space_time",
        &circuits::maps(8, false, 1.0),
    )?;
    save(folder, "attribution_matrix", &circuits::matrix(8, 1.0))?;
    save(folder, "attribution_sweep", &circuits::sweep(8, 6, 1.0))?;
    save(folder, "circuit", &circuits::circuit(4, 1.0))?;
    save(folder, "building_blocks", &building_blocks())?;
    Ok(())
}

fn save(folder: &Path, name: &str, figure: &dyn Figure) -> Result<(), Error> {
    for format in [Format::Svg, Format::Png] {
        let saved = figure.save(&folder.join(name), format)?;
        println!("{}", saved.figure.display());
    }
    Ok(())
}

fn learning_curve() -> LearningCurve {
    let epochs: Vec<f64> = (1..=50).map(f64::from).collect();
    let falling = |floor: f64, seed: usize| -> Vec<f64> {
        let loss = |e: &f64| floor + 0.9 * (-e / 7.0).exp() + 0.012 * noise(seed + *e as usize);
        epochs.iter().map(loss).collect()
    };
    let rising = |e: &f64| 0.71 * (1.0 - (-e / 6.0).exp()) + 0.012 * noise(300 + *e as usize);
    LearningCurve {
        train_loss: falling(0.52, 0),
        validation_loss: falling(0.6, 100),
        validation_correlation: epochs.iter().map(rising).collect(),
        learning_rate: Some(
            epochs
                .iter()
                .map(|e| 5e-3 * 0.5f64.powf((e / 9.0).floor()))
                .collect(),
        ),
        best_epoch: Some(41.0),
        epochs,
    }
}

fn psth() -> PsthFigure {
    let panels = ["best", "median", "worst"]
        .iter()
        .enumerate()
        .map(|(index, title)| {
            let rate = |t: usize, sharp: f64| {
                let t = t as f64 * 0.01;
                let drive = (TAU * t / 0.83).sin() + 0.8 * (TAU * t / 0.37 + index as f64).sin();
                (sharp * (drive - 0.6)).exp().min(60.0)
            };
            let recorded: Vec<f32> = (0..800)
                .map(|t| (rate(t, 3.0) * (1.0 + 0.3 * noise(t + 900 * index))).max(0.0) as f32)
                .collect();
            let raster = (0..20).map(|repeat| {
                let spikes = (0..800).filter(|&t| {
                    0.5 + 0.5 * noise(t * 31 + repeat * 7919 + index) < rate(t, 3.0) * 0.01
                });
                spikes.map(|t| t as f64 * 0.01).collect()
            });
            PsthPanel {
                title: (*title).to_owned(),
                cell: 4 * index + 3,
                predictions: vec![
                    Trace::new("Network", (0..800).map(|t| rate(t, 2.8) as f32).collect()),
                    Trace::new("LN", (0..800).map(|t| rate(t, 1.8) as f32).collect()),
                ],
                recorded,
                frame_period_ms: 10.0,
                start_s: 0.0,
                pearson: Some([0.86, 0.7, 0.41][index]),
                ceiling: Some([0.95, 0.88, 0.62][index]),
                raster: (index < 2).then(|| raster.collect()),
            }
        });
    PsthFigure {
        panels: panels.collect(),
        window_s: None,
    }
}

fn filters(count: usize) -> FilterFigure {
    FilterFigure {
        channels: (0..count).map(cells::filter).collect(),
        microns_per_pixel: Some(50.0),
    }
}

fn cell_scores(count: usize) -> CellScores {
    let pearson: Vec<f64> = (0..count).map(|cell| 0.62 + 0.24 * noise(cell)).collect();
    let beside = |shift: f64, spread: f64, seed: usize| -> Vec<f64> {
        let score = |(cell, r): (usize, &f64)| (r + shift + spread * noise(cell + seed)).min(0.98);
        pearson.iter().enumerate().map(score).collect()
    };
    CellScores {
        cells: (0..count).collect(),
        ceiling: Some(beside(0.16, 0.06, 40)),
        baseline: Some(("LN".to_owned(), beside(-0.14, 0.1, 80))),
        pearson,
    }
}

fn building_blocks() -> PanelGrid {
    let periods: Vec<f64> = (0..8).map(|i| 60.0 + 20.0 * f64::from(i)).collect();
    let latency = |slope: f64| periods.iter().map(|p| 40.0 + slope * p).collect::<Vec<_>>();
    let tuning = LinePanel::new(
        "Latency",
        Axis::new("Period (ms)"),
        Axis::new("Latency (ms)"),
    )
    .with(
        Series::new("Network", periods.clone(), latency(0.8))
            .error(&[9.0; 8])
            .markers(),
    )
    .with(Series::new("Reduced", periods.clone(), latency(0.9)).dashed());
    let time: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.01 - 1.0).collect();
    let family = [0.25, 0.5, 1.0].into_iter().enumerate().fold(
        LinePanel::new(
            "Family",
            Axis::new("Time (s)"),
            Axis::new("Rate (Hz)").reaching(0.0),
        ),
        |panel, (index, contrast)| {
            let peak = |t: &f64| 50.0 * contrast * (-((t - 0.2) / 0.12).powi(2)).exp();
            let rate = time.iter().map(peak).collect();
            let color = palette::SKY.mix(palette::INK, 0.4 * index as f64);
            panel.with(Series::new(format!("{contrast}"), time.clone(), rate).color(color))
        },
    );
    let map = |sign: f64| -> Vec<f64> {
        let bump = |i: i32, j: i32| (-f64::from((i - 12).pow(2) + (j - 8).pow(2)) / 30.0).exp();
        (0..16)
            .flat_map(|j| (0..36).map(move |i| bump(i, j) - sign * bump(36 - i, j)))
            .collect()
    };
    let (x, y) = (Axis::new("Position (pixel)"), Axis::new("Channel"));
    let heat = HeatPanel::new("Attribution", x, y, map(0.6), 36).bar("Attribution (Hz)");
    let (x, y) = (
        Axis::new("Time (s)").range(0.0, 2.0),
        Axis::new("y (pixel)"),
    );
    let sequential = HeatPanel::new("Sequential", x, y, map(-0.5), 36)
        .color_map(ColorMap::Sequential)
        .bar("Rate (Hz)");
    let score: Vec<f64> = (0..60).map(noise).collect();
    let other = score
        .iter()
        .enumerate()
        .map(|(i, s)| 0.8 * s + 0.3 * noise(i + 500))
        .collect();
    let scatter = ScatterPanel::new(
        "Scatter",
        Axis::new("Ablated (Hz)"),
        Axis::new("Intact (Hz)"),
    )
    .with(Series::new("Cells", score, other))
    .unity();
    let names = ["1 OFF", "2 ON", "3 OFF", "4 OFF"]
        .map(str::to_owned)
        .to_vec();
    let bars = BarPanel::new(
        "Weights",
        Axis::new("Weight"),
        names,
        vec![1.2, -0.7, 0.4, 0.1],
    )
    .errors(vec![0.2, 0.1, 0.1, 0.05])
    .colors(vec![
        palette::BLUE,
        palette::VERMILLION,
        palette::BLUE,
        palette::BLUE,
    ]);
    let trials = (0..12).map(|trial| {
        (0..40)
            .map(|i| (1.0 + noise(trial * 97 + i)) * 0.5)
            .collect()
    });
    let raster = RasterPanel::new(
        "Raster",
        Axis::new("Time (s)").range(0.0, 1.0),
        trials.collect(),
    );
    let log = LinePanel::new(
        "Decades",
        Axis::new("Nodes").logarithmic(),
        Axis::new("Gap (Hz)").logarithmic(),
    )
    .with(
        Series::new(
            "",
            vec![1.0, 10.0, 100.0, 1000.0],
            vec![3.0, 0.2, 2e-3, 4e-5],
        )
        .markers(),
    );
    PanelGrid::new(3)
        .panel_height(140.0)
        .with_named("latency", tuning)
        .with_named("family", family)
        .with_named("attribution", heat)
        .with_named("rate", sequential)
        .with_named("scatter", scatter)
        .with_named("weights", bars)
        .with_named("raster", raster)
        .with_named("gap", log)
}
