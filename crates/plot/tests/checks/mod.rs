//! What holds for every figure, whatever its data.

use ganglion_plot::{Figure, Format, Mark, Scene};
use std::path::Path;

/// Texts lie on the page and do not cover one another.
fn assert_legible(scene: &Scene) {
    let texts: Vec<_> = scene.texts().collect();
    for (index, text) in texts.iter().enumerate() {
        let bounds = text.bounds();
        assert!(
            bounds.x >= -0.5 && bounds.y >= -0.5,
            "{:?} leaves the page",
            text.text
        );
        assert!(
            bounds.right() <= scene.width() + 0.5,
            "{:?} leaves the page",
            text.text
        );
        assert!(
            bounds.bottom() <= scene.height() + 0.5,
            "{:?} leaves the page",
            text.text
        );
        for other in &texts[..index] {
            assert!(
                !bounds.overlaps(&other.bounds()),
                "{:?} on {:?}",
                text.text,
                other.text
            );
        }
    }
}

/// Every place on the page is a number, near the page.
fn assert_finite(scene: &Scene) {
    let near = |&(x, y): &(f64, f64)| x.abs() < 1e4 && y.abs() < 1e4;
    for mark in scene.marks() {
        let fine = match mark {
            Mark::Stroke { lines, .. } => lines.iter().flatten().all(near),
            Mark::Fill { polygons, .. } => polygons.iter().flatten().all(near),
            Mark::Dots { centers, .. } => centers.iter().all(near),
            Mark::Cells { area, .. } => near(&(area.width, area.height)),
            Mark::Text(text) => near(&text.at),
        };
        assert!(fine, "{mark:?}");
    }
}

/// Tags open and close in order, and attributes are quoted.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let body = svg
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        .unwrap();
    for tag in body.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(
            text.trim().is_empty() && tag.matches('"').count() % 2 == 0,
            "{tag}"
        );
        let name = tag.split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && !svg.contains("NaN") && !svg.contains("inf"));
}

/// Draws and saves a figure, and checks that it can be read.
pub fn check(figure: &dyn Figure) {
    let scene = figure.scene().unwrap();
    assert_finite(&scene);
    assert_legible(&scene);
    let folder = tempfile::tempdir().unwrap();
    let stem = folder.path().join("new").join("figure.1");
    let svg = figure.save(&stem, Format::Svg).unwrap();
    assert_well_formed(&std::fs::read_to_string(&svg.figure).unwrap());
    let png = figure.save(&stem, Format::Png).unwrap();
    assert_png(&png.figure, &scene);
    let mut names: Vec<_> = std::fs::read_dir(folder.path().join("new"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["figure.1.csv", "figure.1.png", "figure.1.svg"]);
}

fn assert_png(path: &Path, scene: &Scene) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(f64::from(side(16)), (3.0 * scene.width()).round());
    assert_eq!(f64::from(side(20)), (3.0 * scene.height()).round());
    assert_eq!(&bytes[bytes.len() - 8..bytes.len() - 4], b"IEND");
}
