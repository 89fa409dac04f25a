//! Made-up data for every figure.

use ganglion_plot::{
    Axis, BarPanel, CellRasters, CellScores, ChannelFilter, ColorMap, DotPanel, FilterFigure,
    GraphPanel, HeatPanel, LearningCurve, LinePanel, PanelGrid, PsthFigure, PsthPanel,
    RasterFigure, RasterPanel, ScatterPanel, Series, Trace, palette,
};

pub fn learning_curve(epochs: &[f64], values: &[f64]) -> LearningCurve {
    LearningCurve {
        epochs: epochs.to_vec(),
        train_loss: values.to_vec(),
        validation_loss: values.to_vec(),
        validation_correlation: values.to_vec(),
        learning_rate: Some(values.to_vec()),
        best_epoch: epochs.first().copied(),
    }
}

pub fn psth(frames: usize, repeats: usize, scale: f32) -> PsthFigure {
    let rate: Vec<f32> = (0..frames)
        .map(|t| scale * (t as f32 * 0.1).sin().max(0.0))
        .collect();
    let panel = |(index, title): (usize, &str)| PsthPanel {
        title: title.to_owned(),
        cell: 4 + index,
        recorded: rate.clone(),
        predictions: vec![
            Trace::new("Network", rate.clone()),
            Trace::new("LN", rate.clone()),
        ],
        frame_period_ms: 10.0,
        start_s: 0.0,
        pearson: Some(f64::from(scale)),
        ceiling: Some(0.9),
        raster: Some(vec![vec![0.005, 0.3]; repeats]),
    };
    let panels = ["best", "median", "worst"]
        .into_iter()
        .enumerate()
        .map(panel)
        .collect();
    PsthFigure {
        panels,
        window_s: None,
    }
}

pub fn filters(count: usize, side: usize, scale: f32) -> FilterFigure {
    let value = |index: usize| scale * (index as f32 * 0.7).sin();
    let filter = |index: usize| ChannelFilter {
        name: format!("A channel with a rather long name {index}"),
        polarity: Some(["ON", "OFF"][index % 2].to_owned()),
        spatial: (0..side * side).map(value).collect(),
        space_time: None,
        height: side,
        width: side,
        temporal: (0..2 * side).map(value).collect(),
        frame_period_ms: 10.0,
        explained_variance: Some(0.97),
        outline: None,
    };
    FilterFigure {
        channels: (0..count).map(filter).collect(),
        microns_per_pixel: Some(50.0),
    }
}

pub fn cell_scores(count: usize, score: f64) -> CellScores {
    let spread = |cell: usize| score * (1.0 - cell as f64 / (count + 1) as f64);
    let pearson: Vec<f64> = (0..count).map(spread).collect();
    CellScores {
        cells: (0..count).collect(),
        ceiling: Some(pearson.iter().map(|r| 2.0 * r).collect()),
        baseline: Some(("LN".to_owned(), pearson.iter().map(|r| 0.5 * r).collect())),
        pearson,
    }
}

pub fn building_blocks(count: usize, scale: f64) -> PanelGrid {
    let x: Vec<f64> = (0..count).map(|index| index as f64).collect();
    let y: Vec<f64> = x.iter().map(|x| scale * (1e-3 * x + 1e4)).collect();
    let axis = |label: &str| Axis::new(label);
    let series = Series::new("A", x.clone(), y.clone()).error(&x).markers();
    let line = LinePanel::new("Line", axis("Time (s)"), axis("Rate (Hz)"))
        .with(series.clone())
        .with(series.clone().dashed())
        .level(1e4)
        .moment(0.5, "flash")
        .moment(0.6, "omission");
    let scatter = ScatterPanel::new("Scatter", axis("x (Hz)"), axis("y (Hz)")).with(series);
    let log = LinePanel::new(
        "Log",
        axis("n").logarithmic(),
        axis("Gap (Hz)").logarithmic(),
    )
    .with(Series::new("", x.clone(), y.clone()));
    let values: Vec<f64> = (0..count * 3).map(|index| scale * index as f64).collect();
    let heat = HeatPanel::new("Heat", axis("x (px)"), axis("Row"), values.clone(), count)
        .bar("Value (Hz)")
        .color_map(ColorMap::Sequential);
    let square = HeatPanel::new("Square", axis("x"), axis("y"), values, count)
        .square_cells()
        .marked_cells(vec![0, 2, 1000]);
    let names = (0..count).map(|index| format!("Channel {index}")).collect();
    let bars = BarPanel::new("Bars", axis("Weight"), names, y).errors(x.clone());
    let raster = RasterPanel::new("Raster", axis("Time (s)"), vec![x.clone(); count]);
    let nodes = (0..count).map(|index| index.to_string()).collect();
    let graph = GraphPanel::new("Graph", nodes).named("Raises the rate", "Lowers the rate");
    let pairs = (0..count).flat_map(|from| (0..count).map(move |to| (from, to)));
    let graph = pairs.fold(graph, |graph, (from, to)| {
        graph.arrow(from, to, scale * (from as f64 - to as f64))
    });
    let dots = (0..count.min(9)).fold(DotPanel::new("Dots", axis("Score")), |dots, index| {
        let name = format!("A model with a long name {index}");
        dots.with(name, x.clone(), palette::series(index))
            .interval([0.0, scale])
    });
    PanelGrid::new(2)
        .title("Building blocks")
        .with(line)
        .with(scatter.clone().unity())
        .with(scatter)
        .with(log)
        .with(heat)
        .with(square)
        .with(bars)
        .with(raster)
        .with(graph)
        .with(dots)
}

pub fn rasters(cells: usize, trials: usize, scale: f64) -> RasterFigure {
    let spikes: Vec<f64> = (0..40).map(|spike| 0.07 * f64::from(spike)).collect();
    let time: Vec<f64> = (0..180).map(|bin| (f64::from(bin) + 0.5) / 60.0).collect();
    let rate: Vec<f64> = time
        .iter()
        .map(|time| scale * (3.0 * time).sin().abs())
        .collect();
    let cell = |cell: usize| CellRasters {
        title: format!("Cell {cell} · median · r = 0.85"),
        cell,
        recorded: vec![spikes.clone(); trials],
        simulated: vec![Vec::new(); trials],
        time_s: time.clone(),
        recorded_hz: rate.clone(),
        simulated_hz: rate.clone(),
    };
    RasterFigure {
        cells: (0..cells).map(cell).collect(),
        title: "the simulated cells run away".to_owned(),
        window_s: (0.0, 3.0),
    }
}
