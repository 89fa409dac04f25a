//! Correlations with interneurons as a figure.

use ganglion_plot::{Axis, DotPanel, PanelGrid, palette};
use ganglion_reduction::interneurons::Correlations;

use crate::results::InterneuronSummary;

/// A dot an interneuron, for the networks and for each null, averaged over networks.
pub fn interneurons(summary: &InterneuronSummary) -> PanelGrid {
    let found = summary.correlations();
    let values = |of: &dyn Fn(&Correlations, usize) -> Option<f64>| -> Vec<f64> {
        let units = 0..found.types.len();
        units.filter_map(|unit| of(&found, unit)).collect()
    };
    let groups = [
        ("Network", values(&Correlations::network), palette::BLUE),
        ("Untrained", values(&Correlations::untrained), palette::INK),
        ("Shifted", values(&Correlations::shifted), palette::GREEN),
        (
            "LN model",
            values(&|found, unit| found.ln_model[unit]),
            palette::VERMILLION,
        ),
    ];
    let shown = groups
        .into_iter()
        .filter(|(_, values, _)| !values.is_empty());
    let y = Axis::new("Correlation with potential").reaching(0.0);
    let panel = DotPanel::new("Best unit for each interneuron", y).level(0.0);
    let panel = shown.fold(panel, |panel, (name, values, color)| {
        panel.with(name, values, color)
    });
    PanelGrid::new(1).with_named("interneurons", panel)
}
