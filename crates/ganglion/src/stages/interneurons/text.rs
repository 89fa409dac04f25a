//! Correlations with interneurons, for people.

use std::fmt::Write;

use super::Compared;
use crate::table::{TextTable, decimal};

/// The best unit of each interneuron beside the nulls, and means over all.
pub fn text(compared: &Compared) -> String {
    let summary = &compared.summary;
    let headings = [
        "unit",
        "type",
        "best unit",
        "r",
        "untrained",
        "shifted",
        "LN model",
    ];
    let mut table = TextTable::new(headings);
    for one in &summary.interneurons {
        let best = one.network.map_or("-".to_owned(), |best| {
            let [row, column] = best.place;
            format!(
                "layer {} channel {} ({row}, {column})",
                best.layer, best.channel
            )
        });
        table.push([
            one.unit.to_string(),
            one.kind.clone(),
            best,
            decimal(one.correlation()),
            decimal(one.untrained),
            decimal(one.shifted),
            decimal(one.ln_model),
        ]);
    }
    let mut text = format!("{table}\n");
    let mut means = TextTable::new(["mean over interneurons", "r", "95 % interval", "types"]);
    for one in &summary.means {
        let interval = one.interval.map_or("-".to_owned(), |[low, high]| {
            format!("{} to {}", decimal(Some(low)), decimal(Some(high)))
        });
        let types = one.types.to_string();
        means.push([one.what.clone(), decimal(Some(one.mean)), interval, types]);
    }
    let _ = write!(
        text,
        "{means}\nunits were chosen on {} bins of `{}` and judged on the {} after them; intervals by \
         bootstrap over types\n",
        summary.chosen_bins, summary.partition, summary.judged_bins
    );
    if let Some(folder) = &compared.folder {
        let _ = writeln!(text, "saved in {}", folder.display());
    }
    text
}
