//! Correlations with interneurons as a figure.

use ganglion_plot::{Axis, DotPanel, PanelGrid, palette};

use crate::results::{ComparedInterneuron, InterneuronSummary};

/// A dot an interneuron, for the network and for each null.
pub fn interneurons(summary: &InterneuronSummary) -> PanelGrid {
    let values = |of: fn(&ComparedInterneuron) -> Option<f64>| -> Vec<f64> {
        summary.interneurons.iter().filter_map(of).collect()
    };
    let groups = [
        (
            "Network",
            values(ComparedInterneuron::correlation),
            palette::BLUE,
        ),
        ("Untrained", values(|one| one.untrained), palette::INK),
        ("Shifted", values(|one| one.shifted), palette::series(1)),
        ("LN model", values(|one| one.ln_model), palette::VERMILLION),
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
