//! How well every cell is predicted.

use super::{Figure, PAGE_WIDTH};
use crate::draw::{Area, Mark, Point, SPINE_WIDTH, Scene, palette};
use crate::error::check_length;
use crate::panel::{
    Axis, Frame, Legend, Mapping, Panel, ScatterPanel, Series, Symbol, extent, median,
};
use crate::table::number;
use crate::{Error, Table};

/// The correlation of every cell, best first, under its ceiling; and against a baseline model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellScores {
    /// The cells.
    pub cells: Vec<usize>,
    /// Correlation of the network with the recording, one a cell; NaN where it is undefined.
    pub pearson: Vec<f64>,
    /// The highest correlation that the noise of the recording allows, one a cell.
    pub ceiling: Option<Vec<f64>>,
    /// Name and correlations of a simpler model, one a cell.
    pub baseline: Option<(String, Vec<f64>)>,
}

const HEIGHT: f64 = 170.0;
const SCATTER_WIDTH: f64 = 178.0;
/// Most cells that are named on the axis; more are counted by rank.
const NAMED: usize = 40;

impl CellScores {
    fn check(&self) -> Result<(), Error> {
        let count = self.cells.len();
        check_length("correlations of the cells", count, self.pearson.len())?;
        if let Some(ceiling) = &self.ceiling {
            check_length("ceilings of the cells", count, ceiling.len())?;
        }
        if let Some((name, scores)) = &self.baseline {
            check_length(&format!("correlations of {name}"), count, scores.len())?;
        }
        Ok(())
    }

    /// Indices of the cells, best first; undefined ones last.
    fn order(&self) -> Vec<usize> {
        let key = |&index: &usize| {
            let score = self.pearson[index];
            if score.is_nan() {
                f64::NEG_INFINITY
            } else {
                score
            }
        };
        let mut order: Vec<usize> = (0..self.pearson.len()).collect();
        order.sort_by(|a, b| key(b).total_cmp(&key(a)));
        order
    }

    fn ranked(&self, scores: &[f64]) -> Vec<f64> {
        self.order()
            .into_iter()
            .map(|index| scores[index])
            .collect()
    }

    fn x_axis(&self) -> Axis {
        let count = self.cells.len();
        if count > NAMED {
            return Axis::new("Cell, by rank").range(0.0, count as f64 + 1.0);
        }
        let names = self
            .order()
            .into_iter()
            .map(|index| self.cells[index].to_string());
        let places = (1..=count).map(|rank| rank as f64);
        Axis::new("Cell")
            .range(0.3, count as f64 + 0.7)
            .ticks(places.zip(names))
    }

    fn legend(&self) -> Legend {
        let mut legend = Legend::default();
        legend.add("Network", palette::BLUE, Symbol::Dot);
        if let Some((name, _)) = &self.baseline {
            legend.add(name, palette::series(1), Symbol::Dot);
        }
        if self.ceiling.is_some() {
            legend.add("Noise ceiling", palette::INK, Symbol::Line);
        }
        if let Some(median) = median(&self.pearson) {
            let name = format!("Network median {median:.2}").replace('-', "−");
            legend.add(&name, palette::BLUE, Symbol::Dashed);
        }
        legend
    }

    fn draw_ranks(&self, scene: &mut Scene, area: Area) {
        let baseline = self.baseline.iter().flat_map(|(_, scores)| scores);
        let scores = self
            .pearson
            .iter()
            .chain(self.ceiling.iter().flatten())
            .chain(baseline);
        let data = extent(scores.copied()).map(|scores| ((0.0, 1.0), scores));
        let x = self.x_axis();
        let y = Axis::new("Correlation with recording").reaching(0.0);
        let y = if data.is_some_and(|(_, (low, _))| low >= 0.0) {
            y.range(0.0, 1.0)
        } else {
            y
        };
        let frame = Frame {
            legend: self.legend(),
            ..Frame::new("", &x, &y, data)
        };
        let Some(map) = frame.draw(scene, area) else {
            return;
        };
        if let Some(median) = median(&self.pearson) {
            draw_median(scene, &map, median);
        }
        self.draw_cells(scene, &map);
    }

    fn draw_cells(&self, scene: &mut Scene, map: &Mapping) {
        let place = |scores: &[f64]| -> Vec<Point> {
            let ranked = self.ranked(scores).into_iter().enumerate();
            ranked
                .filter_map(|(rank, score)| map.point(rank as f64 + 1.0, score))
                .collect()
        };
        let spacing = map.area().width / self.cells.len().max(1) as f64;
        let radius = (spacing * 0.3).clamp(0.9, 2.3);
        if let Some(ceiling) = &self.ceiling {
            let half = (spacing * 0.36).clamp(0.8, 5.0);
            let bar = |(x, y): Point| vec![(x - half, y), (x + half, y)];
            let lines = place(ceiling).into_iter().map(bar).collect::<Vec<_>>();
            if !lines.is_empty() {
                scene.push(Mark::Stroke {
                    lines,
                    color: palette::INK,
                    width: 1.0,
                });
            }
        }
        if let Some((_, scores)) = &self.baseline {
            scene.dots(place(scores), radius * 0.85, palette::series(1), 1.0);
        }
        scene.dots(place(&self.pearson), radius, palette::BLUE, 1.0);
    }

    fn scatter(&self, name: &str, scores: &[f64]) -> ScatterPanel {
        let series = Series::new("", scores.to_vec(), self.pearson.clone()).color(palette::BLUE);
        let (x, y) = (Axis::new(format!("{name}, r")), Axis::new("Network, r"));
        let all = self.pearson.iter().chain(scores).copied();
        let positive = extent(all).is_some_and(|(low, high)| low >= 0.0 && high <= 1.0);
        let unit = |axis: Axis| if positive { axis.range(0.0, 1.0) } else { axis };
        ScatterPanel::new("", unit(x), unit(y)).with(series).unity()
    }
}

fn draw_median(scene: &mut Scene, map: &Mapping, median: f64) {
    let area = map.area();
    let Some(y) = map.y(median) else { return };
    scene.dashed_line(
        &[(area.x, y), (area.right(), y)],
        palette::BLUE,
        SPINE_WIDTH,
    );
}

impl Figure for CellScores {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        let mut scene = Scene::new(PAGE_WIDTH, HEIGHT);
        let Some((name, scores)) = &self.baseline else {
            let page = scene.area();
            self.draw_ranks(&mut scene, page);
            return Ok(scene);
        };
        let left = PAGE_WIDTH - SCATTER_WIDTH;
        self.draw_ranks(&mut scene, Area::new(0.0, 0.0, left, HEIGHT));
        let right = Area::new(left, 0.0, SCATTER_WIDTH, HEIGHT);
        self.scatter(name, scores).draw(&mut scene, right)?;
        Ok(scene)
    }

    fn table(&self) -> Table {
        let mut header = vec!["cell".to_owned(), "pearson".to_owned()];
        header.extend(self.ceiling.as_ref().map(|_| "ceiling".to_owned()));
        header.extend(self.baseline.as_ref().map(|(name, _)| name.clone()));
        let mut table = Table::new(header);
        for (index, cell) in self.cells.iter().enumerate() {
            let at = |values: &[f64]| values.get(index).copied().map_or_else(String::new, number);
            let mut row = vec![cell.to_string(), at(&self.pearson)];
            row.extend(self.ceiling.as_deref().map(at));
            row.extend(self.baseline.as_ref().map(|(_, scores)| at(scores)));
            table.push(row);
        }
        table
    }
}
