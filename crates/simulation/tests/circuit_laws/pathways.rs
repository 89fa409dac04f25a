//! What each pathway contributes.

use ganglion_experiment::Responder;
use ganglion_simulation::Error;

use crate::direct;
use crate::fixture::{noise, retina};

#[test]
fn drives_are_those_of_the_equations() {
    let retina = retina(2);
    let movie = noise(80, 1);
    let drives = retina.pathway_drives(&movie).unwrap();
    for (cell, drives) in retina.cells().iter().zip(&drives) {
        assert_eq!(
            (drives.bins(), drives.pathways()),
            (40..81, cell.pathways.len())
        );
        for (index, pathway) in cell.pathways.iter().enumerate() {
            for bin in [40, 64, 80] {
                let expected = direct::drive(retina.circuit(), cell, pathway, &movie, bin);
                let drive = f64::from(drives.pathway(index)[bin - 40]);
                // 32-bit sums of some hundred terms of size 1.
                assert!(
                    (drive - expected).abs() < 1e-5,
                    "{drive} against {expected}"
                );
            }
        }
    }
}

#[test]
fn drives_add_up_to_the_rate() {
    let retina = retina(2);
    let movie = noise(80, 1);
    let drives = retina.pathway_drives(&movie).unwrap();
    let rates = &retina.respond(&[movie]).unwrap()[0];
    for (index, (cell, drives)) in retina.cells().iter().zip(&drives).enumerate() {
        for bin in drives.bins() {
            let drive = (0..drives.pathways()).map(|pathway| drives.pathway(pathway)[bin - 40]);
            let rate = cell.output.rate(f64::from(drive.sum::<f32>())) as f32;
            assert_eq!(rate, rates.at(index, bin));
        }
    }
}

#[test]
fn shares_add_up_to_one_and_have_the_sizes_of_departures_from_rest() {
    let retina = retina(2);
    let drives = &retina.pathway_drives(&noise(400, 1)).unwrap();
    for drives in drives {
        let shares = drives.shares();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(shares.iter().all(|&share| share > 0.0));
    }
    let push_pull = &drives[retina.cells().len() - 1];
    let departure = |pathway: usize| -> f64 {
        let rest = f64::from(push_pull.resting(pathway));
        push_pull
            .pathway(pathway)
            .iter()
            .map(|&drive| (f64::from(drive) - rest).abs())
            .sum()
    };
    let expected = departure(0) / (departure(0) + departure(1) + departure(2));
    assert!((push_pull.shares()[0] - expected).abs() < 1e-12);
}

#[test]
fn a_pathway_with_a_negative_threshold_is_active_at_rest() {
    let retina = retina(2);
    let drives = retina.pathway_drives(&noise(50, 1)).unwrap();
    for (cell, drives) in retina.cells().iter().zip(&drives) {
        for (index, pathway) in cell.pathways.iter().enumerate() {
            let expected = pathway.signed_weight() * (-pathway.threshold).max(0.0);
            assert!((f64::from(drives.resting(index)) - expected).abs() < 1e-6);
        }
    }
}

#[test]
fn short_movies_are_refused() {
    let answer = retina(1).pathway_drives(&noise(10, 1));
    assert!(matches!(
        answer,
        Err(Error::MovieTooShort {
            frames: 10,
            history: 40
        })
    ));
}
