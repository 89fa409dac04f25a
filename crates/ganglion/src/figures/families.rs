//! Scores of several models side by side.

use ganglion_model::evaluation::{Evaluation, Score};
use ganglion_plot::{Axis, DotPanel, PanelGrid, palette};

/// Scores that are shown, each with its name.
const SHOWN: [(Score, &str); 4] = [
    (Score::Pearson, "Correlation r"),
    (Score::CcNorm, "CC_norm"),
    (Score::Feve, "FEVe"),
    (Score::BitsPerSpike, "Bits a spike"),
];

/// A row a score, a column a model: a dot a cell, the median over cells and its 95 % interval over time and repeats.
/// Scores that no model has are left out.
pub fn families(models: &[(String, Evaluation)]) -> PanelGrid {
    let of = |score: Score, evaluation: &Evaluation| -> Vec<f64> {
        evaluation
            .cells
            .iter()
            .filter_map(|cell| score.of(cell))
            .collect()
    };
    let is_known = |score: Score| models.iter().any(|(_, one)| !of(score, one).is_empty());
    let grid = PanelGrid::new(1).width(504.0).panel_height(128.0);
    let shown = SHOWN.into_iter().filter(|(score, _)| is_known(*score));
    shown.fold(grid, |grid, (score, name)| {
        let panel = DotPanel::new("", Axis::new(name));
        let panel = models
            .iter()
            .enumerate()
            .fold(panel, |panel, (place, (name, evaluation))| {
                let panel = panel.with(name, of(score, evaluation), palette::series(place));
                let known = evaluation.population.iter().find(|one| one.score == score);
                match known.and_then(|one| one.median_interval) {
                    Some(ends) => panel.interval(ends),
                    None => panel,
                }
            });
        grid.with_named(score.key(), panel)
    })
}
