//! One phenomenon: does the network show it, and by which circuit.

use std::fmt::Write;
use std::path::Path;

use ganglion_attribution::Sign;
use ganglion_experiment::Presence;
use ganglion_reduction::silencing::effect::Effect;
use ganglion_reduction::standing::FIT_ONLY;
use ganglion_reduction::summary::{CellSummary, Details, PathwaySummary};
use ganglion_reduction::trust::shuffled::Shuffled;
use ganglion_reduction::{Comparison, Search};

use super::cells::{list, number, or_dash, yes_no};
use super::figure::figures;
use super::html::{Html, escaped};
use super::{Section, planting, stability};
use crate::results::{ReductionSummary, read_summary};

/// Experiment, circuits, causal checks and claims.
///
/// # Errors
/// Where results cannot be read.
pub fn section(out: &Path, name: &str) -> crate::Result<Section> {
    let folder = out.join("reduction").join(name);
    let reduction: Option<ReductionSummary> = read_summary(&folder)?;
    let cells = reduction.as_ref().map_or(&[][..], |found| &found.cells);
    let headline = reduction.as_ref().map_or("-", |found| &found.headline);
    let mut body = Html::new();
    body.add(&figures(&out.join("experiments").join(name), "")?);
    presence(&mut body, headline, cells);
    body.add(&stability::over_cells(cells));
    for cell in cells {
        if let Some(details) = cell.details.as_ref().filter(|_| cell.is_reduced()) {
            circuit(&mut body, &folder, headline, cell, details)?;
        }
    }
    let title = name.replace('-', " ");
    Ok(Section {
        anchor: name.to_owned(),
        title: title[..1].to_uppercase() + &title[1..],
        body,
    })
}

/// Which cells show it, and why not.
fn presence(body: &mut Html, headline: &str, cells: &[CellSummary]) {
    let present = cells.iter().filter(|cell| cell.present).count();
    body.text(
        "p",
        &format!("{present} of {} cells of the network show it.", cells.len()),
    );
    let row = |cell: &CellSummary| {
        vec![
            cell.cell.to_string(),
            shows_it(cell),
            number(Some(cell.metrics.named(headline))),
            cell.description.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    body.table(&["cell", "shows it", headline, "in words"], &rows);
}

/// Whether a cell shows it, in a word.
fn shows_it(cell: &CellSummary) -> String {
    match (cell.present, cell.presence) {
        (false, Presence::Undetermined) => Presence::Undetermined.name().to_owned(),
        (present, _) => yes_no(present),
    }
}

fn circuit(
    body: &mut Html,
    folder: &Path,
    headline: &str,
    cell: &CellSummary,
    details: &Details,
) -> crate::Result<()> {
    let index = cell.cell;
    body.text("h3", &format!("Cell {index}"));
    body.text("p", &cell.description);
    body.add(&figures(folder, &format!("cell{index}-"))?);
    pathways(body, cell);
    planting::beside(body, details.planted.as_ref(), "these stimuli");
    fidelity(body, headline, cell, details);
    body.add(&stability::over_range(details.held_out.as_ref()));
    lesions(body, headline, &details.lesions);
    claims(body, details);
    if let Ok(file) = std::fs::read_to_string(folder.join(format!("cell{index}-circuit.toml"))) {
        let head = file.split("[pathways.kernel]").next().unwrap_or_default();
        body.details("The circuit's file, without kernels", head);
    }
    Ok(())
}

fn pathways(body: &mut Html, cell: &CellSummary) {
    let headings = [
        "channels",
        "polarity",
        "sign",
        "effect of the stimuli",
        "peak (ms)",
        "biphasic index",
        "weight (Hz)",
        "threshold",
        "spread of thresholds (±)",
        "share",
        "pool sd (um)",
        "receptive field sd (um)",
        "probability",
        "in the time of the response",
    ];
    let row = |pathway: &PathwaySummary| {
        let words = [
            list(&pathway.channels),
            pathway.polarity.key().to_owned(),
            pathway.sign.key().to_owned(),
            or_dash(pathway.effect.map(Sign::key)),
        ];
        let numbers = [
            pathway.peak_ms,
            pathway.biphasic_index,
            pathway.weight,
            pathway.threshold,
            pathway.threshold_spread,
            pathway.share,
            pathway.pool_sd_um,
            pathway.receptive_field_sd_um,
        ];
        let numbers = numbers.map(|value| number(Some(value)));
        let probability = probability(cell, pathway);
        let response = or_dash(pathway.response.map(|used| used.told()));
        [
            words.to_vec(),
            numbers.to_vec(),
            vec![probability, response],
        ]
        .concat()
    };
    let rows: Vec<Vec<String>> = cell.pathways.iter().map(row).collect();
    body.table(&headings, &rows);
}

/// How probable a pathway is, what it is a part of, and in how many networks it is.
fn probability(cell: &CellSummary, pathway: &PathwaySummary) -> String {
    let mut told = match (pathway.probability, pathway.stated) {
        (Some(probability), Some(false)) if probability < FIT_ONLY => {
            format!("{probability:.2}, a part of the network's fit only")
        }
        (Some(probability), Some(false)) => format!("{probability:.2}, undetermined"),
        (Some(probability), _) => format!("{probability:.2}"),
        (None, _) => "-".to_owned(),
    };
    if let Some(whole) = pathway.part_of.and_then(|whole| cell.pathways.get(whole)) {
        let channels = list(&whole.channels);
        told += &format!(", one pathway with that of the channels {channels}");
    }
    let networks = cell.details.as_ref().and_then(|details| details.networks);
    if let (Some(all), Some(have)) = (networks, pathway.networks_agree) {
        told += &format!("; {have} of {all} networks");
    }
    told
}

fn fidelity(body: &mut Html, headline: &str, cell: &CellSummary, details: &Details) {
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    let mut rows = vec![
        row("Chosen as", chosen_as(details.search)),
        row("Correlation with the network", number(cell.correlation)),
        row(
            &format!("{headline}: network, circuit"),
            metrics(details, &details.acceptance.metric),
        ),
        row(
            "What the circuit says of silencing its channels, and all others (causal R²)",
            causal(details),
        ),
    ];
    rows.extend(held_out(headline, details));
    rows.extend(shuffled(details));
    rows.extend([
        row(
            "Channel and column terms needed, of how many",
            or_dash(details.terms.map(|terms| list(&terms))),
        ),
        row(
            "Largest completeness gap of the attributions (Hz)",
            match details.completeness_gap_hz {
                gap if gap.is_finite() => format!("{gap:.1e}"),
                _ => "-".to_owned(),
            },
        ),
    ]);
    body.table(&["fidelity", ""], &rows);
}

fn metrics(details: &Details, metric: &Comparison) -> String {
    format!(
        "{}, {} (difference {} ± {}, allowed {}: {})",
        number(details.full_metric),
        number(details.circuit_metric),
        number(metric.difference),
        number(metric.error),
        number(metric.allowed),
        metric.agreement.name(),
    )
}

fn causal(details: &Details) -> String {
    let acceptance = &details.acceptance;
    let agree = match acceptance.lesions_agree {
        true => "the lesions agree with it",
        false => "the lesions do not agree with it",
    };
    format!("{} ({agree})", number(Some(acceptance.causal_r_squared)))
}

/// What the circuit does on values that its fit did not see.
fn held_out(headline: &str, details: &Details) -> [Vec<String>; 2] {
    let held_out = details.held_out.as_ref();
    let varied = or_dash(held_out.map(|one| &one.varied));
    [
        vec![
            format!("Correlation on values that the fit did not see: {varied}"),
            format!(
                "{} ({} values, each held out once)",
                number(held_out.and_then(|one| one.correlation)),
                held_out.map_or(0, |one| one.values.len())
            ),
        ],
        vec![
            format!("{headline} of fits that did not see them"),
            number(held_out.and_then(|one| one.metric)),
        ],
    ]
}

/// Channels alone, chosen and at random.
fn shuffled(details: &Details) -> [Vec<String>; 2] {
    let shuffled = details.shuffled.as_ref();
    let told = |of: fn(&Shuffled) -> f64| number(shuffled.map(of));
    [
        vec![
            "Chosen on half of the values; its channels alone in the network, on the others"
                .to_owned(),
            format!(
                "{} channels, correlation with the intact network {}",
                or_dash(shuffled.map(|one| one.channels)),
                told(|one| one.correlation)
            ),
        ],
        vec![
            "As many random channels alone".to_owned(),
            format!(
                "correlation {} ± {} (sd, n = {}); p = {}, at least {}",
                told(|one| one.mean),
                told(|one| one.sd),
                or_dash(shuffled.map(|one| one.shuffles)),
                told(|one| one.p),
                told(|one| one.same),
            ),
        ],
    ]
}

/// By what rule the circuit was chosen, and from which kernels.
fn chosen_as(search: Search) -> String {
    let rule = "the circuit that costs least: unexplained variance, of the intact network and of the \
         network with channels silenced, and a price a pathway, more where what is known of the cell lacks it";
    match search.identified {
        true => format!(
            "{rule}; with kernels identified from the probe besides those of the channels, of which no \
             circuit follows the rate closely enough (for these, the channels most like them are silenced)"
        ),
        false => rule.to_owned(),
    }
}

/// What silencing does, in the full network.
fn lesions(body: &mut Html, headline: &str, lesions: &[Effect]) {
    let row = |effect: &Effect| {
        vec![
            effect.lesion.name.clone(),
            list(&effect.lesion.silenced),
            yes_no(effect.present),
            number(effect.metric),
            number(effect.correlation),
            number(Some(effect.rate)),
        ]
    };
    let rows: Vec<Vec<String>> = lesions.iter().map(row).collect();
    body.text(
        "p",
        "Silenced in the full network (held at their value for grey):",
    );
    let headings = [
        "silenced",
        "channels",
        "phenomenon present",
        headline,
        "correlation with intact",
        "rate / intact",
    ];
    body.table(&headings, &rows);
}

/// Claims of the literature, tested on this cell.
fn claims(body: &mut Html, details: &Details) {
    for claim in &details.hypotheses {
        let verdict = claim.verdict.name();
        let truth = match claim.truth {
            Some(truth) => format!(
                " (by intervention on the simulated retina: {})",
                truth.name()
            ),
            None => String::new(),
        };
        let mut html = format!(
            "<p><b class=\"{verdict}\">{verdict}</b>{truth}: {} <i>({})</i></p><ul>",
            escaped(&claim.claim),
            escaped(&claim.source),
        );
        for evidence in &claim.evidence {
            let _ = write!(html, "<li>{}</li>", escaped(evidence));
        }
        let refuted = escaped(&claim.refuted_if);
        let _ = write!(html, "<li>It would be refuted if {refuted}.</li>");
        if let Some(dispute) = &claim.dispute {
            let _ = write!(html, "<li>{}</li>", escaped(dispute));
        }
        body.raw(&(html + "</ul>\n"));
    }
}
