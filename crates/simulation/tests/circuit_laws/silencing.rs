//! A retina with parts held at what they give for grey.

use ganglion_experiment::{Rates, Responder as _};
use ganglion_simulation::{Polarity, Retina, Sign, Silencing};

use crate::fixture::{noise, retina};

fn rates(retina: &Retina) -> Rates {
    retina.respond(&[noise(90, 4)]).unwrap().remove(0)
}

fn silenced(retina: &Retina, text: &str) -> Retina {
    let silencing = Silencing::of(text, retina.circuit()).unwrap();
    assert_eq!(silencing.to_string(), text);
    retina.without(&silencing).unwrap()
}

/// The sum of the drives of pathways, or of their drives for grey, through the output.
fn expected(
    retina: &Retina,
    held: impl Fn(&str, &ganglion_simulation::Pathway) -> bool,
) -> Vec<f32> {
    let drives = retina.pathway_drives(&noise(90, 4)).unwrap();
    let cell = |(cell, drives): (
        &ganglion_simulation::GanglionCell,
        &ganglion_simulation::PathwayDrives,
    )| {
        let drive = |bin: usize| -> f32 {
            let pathways = cell.pathways.iter().enumerate();
            let one = |(index, pathway)| match held(&cell.class, pathway) {
                true => drives.resting(index),
                false => drives.pathway(index)[bin],
            };
            pathways.map(one).sum()
        };
        let bins = drives.bins().len();
        let rate = |bin| cell.output.rate(f64::from(drive(bin))) as f32;
        (0..bins).map(rate).collect::<Vec<_>>()
    };
    retina.cells().iter().zip(&drives).flat_map(cell).collect()
}

fn all(rates: &Rates) -> Vec<f32> {
    let cells = 0..rates.cells();
    cells.flat_map(|cell| rates.cell(cell).to_vec()).collect()
}

/// Without mechanisms interneurons act on ganglion cells alone, so that a part is silent where what it gives
/// these is held: to the bit.
#[test]
fn each_part_is_held_at_its_drive_for_grey() {
    let retina = retina(3);
    let of = |text: &str| all(&rates(&silenced(&retina, text)));
    let intact = all(&rates(&retina));
    let pathway = expected(&retina, |class, pathway| {
        class == "push-pull" && pathway.interneuron == "on-slow"
    });
    assert_eq!(of("push-pull/on-slow"), pathway);
    let kind = expected(&retina, |_, pathway| pathway.interneuron == "on-slow");
    assert_eq!(of("on-slow"), kind);
    let on = expected(&retina, |_, pathway| pathway.polarity == Polarity::On);
    assert_eq!(of("on"), on);
    let off = expected(&retina, |_, pathway| pathway.polarity == Polarity::Off);
    assert_eq!(of("off"), off);
    let inhibition = expected(&retina, |_, pathway| pathway.sign == Sign::Inhibitory);
    assert_eq!(of("inhibition"), inhibition);
    for (index, silenced) in [&pathway, &kind, &on, &off, &inhibition]
        .into_iter()
        .enumerate()
    {
        assert_ne!(*silenced, intact, "case {index}");
    }
    assert_ne!(pathway, kind, "the control class has this type as well");
}

#[test]
fn silencing_adds_up_until_nothing_is_left() {
    let retina = retina(3);
    let silent = silenced(&silenced(&retina, "on"), "off");
    let resting = retina.resting_rates();
    let rates = rates(&silent);
    for (cell, &resting) in resting.iter().enumerate() {
        assert!(rates.cell(cell).iter().all(|&rate| rate == resting));
    }
    assert_eq!(silent.circuit(), retina.circuit());
}

#[test]
fn what_the_retina_does_not_have_is_refused_with_what_it_has() {
    let retina = retina(3);
    let message = |text: &str| {
        let refused = Silencing::of(text, retina.circuit());
        refused.unwrap_err().to_string()
    };
    assert!(message("green").contains("use on, off, inhibition"));
    assert!(message("green").contains("amacrine-off"));
    // Nobody typed a key.
    assert!(message("green").starts_with("\"green\" is no part of this retina"));
    assert!(message("control/off-fast").contains("use one of on-slow"));
    assert!(message("pushpull/off-fast").contains("push-pull"));
    let unknown = Silencing::Interneuron("green".to_owned());
    assert!(retina.without(&unknown).is_err());
}
