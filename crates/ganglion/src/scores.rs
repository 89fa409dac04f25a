//! Scores of cells as a table.

use std::fmt::Write;

use ganglion_glm::Terms;
use ganglion_model::evaluation::{
    Bootstrap, CellScore, Evaluation, PairVariability, Score, SpikeBySpike, Variability,
    WindowVariability,
};
use ganglion_model::metrics;

use crate::table::{TextTable, decimal, with_interval};

/// Scores in the table.
const TOLD: [Score; 6] = [
    Score::Pearson,
    Score::Ceiling,
    Score::Normalised,
    Score::Fev,
    Score::CorrectedFev,
    Score::Rmse,
];

/// A row a cell, then the medians and how many cells they are over; with 95 % intervals where there are any.
pub fn text(evaluation: &Evaluation) -> String {
    let headings = [
        "cell",
        "r",
        "ceiling",
        "r/ceiling",
        "FEV",
        "corrected FEV",
        "rmse (Hz)",
    ];
    let mut table = TextTable::new(headings);
    let cells = &evaluation.cells;
    for cell in cells {
        let score = |score: Score| with_interval(score.of(cell), cell.intervals.of(score));
        table.push([cell.cell.to_string()].into_iter().chain(TOLD.map(score)));
    }
    let over = |score: Score| over_cells(evaluation, score);
    table.push(["median".to_owned()].into_iter().chain(TOLD.map(over)));
    let mut text = table.to_string();
    let defined = cells.iter().filter(|cell| cell.pearson.is_some()).count();
    let _ = writeln!(text, "n = {} cells, r defined in {defined}", cells.len());
    let of_trials = [
        Score::CcNorm,
        Score::Feve,
        Score::Oracle,
        Score::BitsPerSpike,
        Score::LogLikelihood,
    ];
    for score in of_trials
        .into_iter()
        .filter(|score| cells.iter().any(|cell| score.of(cell).is_some()))
    {
        let _ = writeln!(text, "median {} = {}", score.key(), over(score));
    }
    let means = evaluation.population.iter();
    for mean in means.filter(|one| [Score::Pearson, Score::Normalised].contains(&one.score)) {
        let told = with_interval(Some(mean.mean), mean.mean_interval);
        let _ = writeln!(text, "mean {} = {told}", mean.score.key());
    }
    if let Some(bootstrap) = &evaluation.bootstrap {
        let _ = writeln!(text, "{}", method(bootstrap));
    }
    for (note, cells) in notes(cells) {
        let _ = writeln!(text, "{cells}: {note}");
    }
    text
}

/// Bits a spike of models with more and more terms, a row a cell.
pub fn spike_by_spike(scores: &SpikeBySpike, cells: &[usize]) -> String {
    let name = |terms: &Terms| match (terms.history, terms.coupling) {
        (false, false) => "stimulus",
        (true, false) => "+ history",
        (false, true) => "+ coupling",
        (true, true) => "+ history + coupling",
    };
    let names = scores.models.iter().map(|model| name(&model.terms));
    let mut table = TextTable::new(["cell"].into_iter().chain(names));
    for (place, cell) in cells.iter().enumerate() {
        let bits = scores
            .models
            .iter()
            .map(|model| model.cells[place].bits_per_spike);
        let bits = bits.map(|bits| decimal(Some(bits)));
        table.push([cell.to_string()].into_iter().chain(bits));
    }
    let bins = scores.bins_per_frame;
    format!(
        "bits a spike beyond the mean rate, each spike from the stimulus and the spikes before it, in {bins} bins a \
         frame, {} trials\n{table}",
        scores.trials
    )
}

/// How recorded and simulated trials vary, a row a cell, and a sentence on pairs of cells for each length of window.
pub fn variability(found: &Variability) -> String {
    let mut headings = vec!["cell".to_owned()];
    for window in &found.windows {
        let length = window.window_ms;
        headings.extend([format!("{length:.0} ms"), "simulated".to_owned()]);
    }
    let mut table = TextTable::new(headings.iter().map(|heading| &**heading));
    let cells = found.windows.first().map_or(0, |window| window.cells.len());
    for row in 0..cells {
        let of = |window: &WindowVariability| {
            let cell = &window.cells[row];
            [cell.recorded_fano, cell.simulated_fano].map(decimal)
        };
        let cell = found.windows[0].cells[row].cell;
        table.push(
            [cell.to_string()]
                .into_iter()
                .chain(found.windows.iter().flat_map(of)),
        );
    }
    let trials = found.trials;
    let mut text = format!(
        "Fano factor (mean variance over mean of counts in windows) of {trials} recorded and {trials} simulated \
         trials\n{table}"
    );
    for window in found
        .windows
        .iter()
        .filter(|window| !window.pairs.is_empty())
    {
        let _ = writeln!(text, "{}", noise_correlations(window));
    }
    text
}

/// Noise correlations of all pairs in a sentence.
fn noise_correlations(window: &WindowVariability) -> String {
    let of =
        |side: fn(&PairVariability) -> Option<f64>| decimal(median(window.pairs.iter().map(side)));
    format!(
        "median noise correlation of {} pairs in {:.0} ms = {} recorded, {} simulated",
        window.pairs.len(),
        window.window_ms,
        of(|pair| pair.recorded),
        of(|pair| pair.simulated),
    )
}

/// The medians in a sentence.
pub fn sentence(evaluation: &Evaluation) -> String {
    let cells = &evaluation.cells;
    let over = |score: Score| over_cells(evaluation, score);
    let mut sentence = format!("median r {} of {} cells", over(Score::Pearson), cells.len());
    if cells.iter().any(|cell| cell.normalised.is_some()) {
        let _ = write!(sentence, "; r / ceiling {}", over(Score::Normalised));
    }
    sentence
}

/// The median of a score over the cells, with its interval.
fn over_cells(evaluation: &Evaluation, score: Score) -> String {
    let mut known = evaluation.population.iter();
    let known = known.find(|one| one.score == score);
    let value = median(evaluation.cells.iter().map(|cell| score.of(cell)));
    with_interval(value, known.and_then(|one| one.median_interval))
}

/// Each note on scores or a ceiling once, with the cells that it is of.
fn notes(cells: &[CellScore]) -> Vec<(String, String)> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for cell in cells {
        let note = match (&cell.score_note, &cell.ceiling_note, cell.ceiling) {
            (Some(note), _, _) => format!("no scores: {note}"),
            (None, None, _) => continue,
            (None, Some(note), Some(_)) => note.clone(),
            (None, Some(note), None) => format!("no ceiling: {note}"),
        };
        match found.iter_mut().find(|(known, _)| *known == note) {
            Some((_, cells)) => cells.push(cell.cell),
            None => found.push((note, vec![cell.cell])),
        }
    }
    let listed = |of: Vec<usize>| match of[..] {
        _ if of.len() == cells.len() && of.len() > 1 => "all cells".to_owned(),
        [cell] => format!("cell {cell}"),
        _ => {
            let names: Vec<String> = of.iter().map(ToString::to_string).collect();
            format!("cells {}", names.join(", "))
        }
    };
    found
        .into_iter()
        .map(|(note, cells)| (note, listed(cells)))
        .collect()
}

/// What intervals are by, in words.
pub fn method(bootstrap: &Bootstrap) -> String {
    let Bootstrap {
        resamples,
        blocks,
        block_ms,
        is_cut,
    } = bootstrap;
    let short = if *is_cut {
        "; the autocorrelation asks for longer blocks, of which there would be fewer than ten: intervals are too short"
    } else {
        ""
    };
    format!(
        "95 % intervals over time and repeats: {resamples} resamples of {blocks} blocks of {block_ms:.0} ms{short}"
    )
}

/// The median of the values that there are.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    metrics::median(values.flatten().filter(|value| value.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_leave_out_what_is_undefined() {
        let t = |values: &[Option<f64>]| median(values.iter().copied());
        assert_eq!(t(&[]), None);
        assert_eq!(t(&[Some(3.0), None, Some(1.0), Some(2.0)]), Some(2.0));
        assert_eq!(t(&[Some(3.0), Some(f64::NAN), Some(1.0)]), Some(2.0));
    }
}
