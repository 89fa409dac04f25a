//! What an identification leaves: circuits, tables and figures.

use std::path::Path;

use ganglion_plot::Figure;

use super::{Found, Identify, next};
use crate::figures;
use crate::program::PROGRAM;
use crate::results::{IdentificationSummary, circuit_tables, write_json, write_text};

/// Names of the files, in which `*` stands for a cell's number or an ending.
pub const NAMES: [&str; 6] = [
    "summary.json",
    "config.toml",
    "pathways.csv",
    "explained.csv",
    "planted.csv",
    "cell*-*.*",
];

/// Writes everything into a folder.
///
/// # Errors
/// Where a file cannot be written or a figure cannot be drawn.
pub fn write(
    found: &[Found],
    summary: &IdentificationSummary,
    settings: &Identify,
    folder: &Path,
) -> crate::Result<()> {
    let plantings = found.iter().filter_map(|one| {
        let cell = one.identified.circuit.cell;
        Some((cell, one.planting.as_ref()?))
    });
    write_json(&folder.join("summary.json"), summary)?;
    write_text(&folder.join("config.toml"), &resolved(settings)?)?;
    write_text(
        &folder.join("pathways.csv"),
        &circuit_tables::identified(found.iter().map(|one| &one.identified))?,
    )?;
    write_text(&folder.join("explained.csv"), &explained(found)?)?;
    if let Some(planted) = circuit_tables::planted(plantings)? {
        write_text(&folder.join("planted.csv"), &planted)?;
    }
    for one in found {
        if let Some(shown) = &one.next {
            next::write(one, shown, folder)?;
        }
    }
    for one in found {
        let circuit = &one.identified.circuit;
        let name = |what: &str| folder.join(format!("cell{}-{what}", circuit.cell));
        write_text(&name("circuit.toml"), &circuit.to_toml()?)?;
        let schematic = figures::circuit_schematic(circuit, &one.identified.standings());
        schematic.save(&name("circuit"), settings.format)?;
    }
    Ok(())
}

/// The settings with every value resolved.
fn resolved(settings: &Identify) -> crate::Result<String> {
    let mut reduction = toml::Table::new();
    reduction.insert("identify".into(), toml::Value::try_from(settings.identify)?);
    let mut table = toml::Table::new();
    table.insert("reduction".into(), reduction.into());
    let with = settings.with.iter().map(|model| ("--with", model));
    let recordings = settings.recordings.iter().map(|file| ("--recording", file));
    let more: String = (with.chain(recordings))
        .map(|(option, path)| format!(" {option} {}", path.display()))
        .collect();
    let more = match settings.training_recordings {
        true => format!("{more} --training-recordings"),
        false => more,
    };
    let more = match settings.without_network {
        true => format!("{more} --without-network"),
        false => more,
    };
    Ok(format!(
        "# {PROGRAM} identify {}{more}\n{}",
        settings.model.display(),
        toml::to_string(&table)?
    ))
}

/// One row a number of pathways: what circuits without depression explain.
fn explained(found: &[Found]) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["cell", "pathways", "explained"])?;
    for one in found {
        for (place, explained) in one.identified.explained.iter().enumerate() {
            let cell = one.identified.circuit.cell.to_string();
            table.write_record([cell, (place + 1).to_string(), explained.to_string()])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}
