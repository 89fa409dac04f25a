//! What is identified belongs to what a network answers, not to how it is written down.

use std::ops::ControlFlow;

use ganglion_attribution::{Polarity, Sign};
use ganglion_model::responder::ModelResponder;
use ganglion_recording::{CellIndex, Milliseconds};
use ganglion_reduction::Subject;
use ganglion_reduction::correlation;
use ganglion_reduction::identify::probe::Probe;
use ganglion_reduction::identify::{Followed, Identified, Identifier, IdentifyConfig, Synapses};

use crate::network::{CHANNELS, Channel, Retina};

const fn channel(peak: f32, polarity: f32, threshold: f32) -> Channel {
    Channel {
        peak,
        polarity,
        strength: 1.0,
        transience: 0.4,
        threshold,
    }
}

/// A fast ON that excites cell 0, with a slow OFF that inhibits it; cell 1 has the ON alone. Two channels are
/// read by no cell.
const BASE: Retina = Retina {
    screen: [8, 8],
    channels: [
        channel(3.0, 1.0, 0.02),
        channel(9.0, -1.0, 0.02),
        channel(5.0, 1.0, 0.02),
        channel(5.0, -1.0, 0.02),
    ],
    read: [[200.0, -150.0, 0.0, 0.0], [200.0, 0.0, 0.0, 0.0]],
    bias: [8.0, 2.0],
};

fn config() -> IdentifyConfig {
    IdentifyConfig {
        functions: 6,
        most_pathways: 3,
        probe: Probe {
            duration: Milliseconds(8000.0),
            ..Probe::default()
        },
        ..IdentifyConfig::default()
    }
}

fn identified(retina: &Retina) -> Vec<Identified> {
    let responder = ModelResponder::new(retina.model()).unwrap();
    let subject = Subject::new(&responder).unwrap();
    let config = config();
    let identifier = Identifier {
        subject: &subject,
        source: "planted".to_owned(),
        config: &config,
        synapses: &[Synapses::NonDepressing],
        followed: Followed::Network,
    };
    let cells = [0, 1].map(CellIndex);
    identifier
        .network(&cells, &|| ControlFlow::Continue(()))
        .unwrap()
}

/// The same circuits, as probable. Answers in single precision differ by rounding, and descents end where a step
/// gains less than a part in some ten thousand: probabilities are the same to a few hundredths.
fn assert_same(found: &[Identified], expected: &[Identified], how: &str) {
    for (found, expected) in found.iter().zip(expected) {
        let [one, other] = [found, expected].map(|one| &one.circuit.pathways);
        assert_eq!(one.len(), other.len(), "{how}");
        for pathway in one {
            let course = pathway.kernel.time_course();
            let place = other.iter().position(|known| {
                let alike = correlation(&known.kernel.time_course(), &course);
                (known.polarity, known.sign) == (pathway.polarity, pathway.sign)
                    && alike.is_some_and(|r| r > 0.99)
            });
            let place = place.unwrap_or_else(|| panic!("{how}: {}", pathway.peak));
            let share = (pathway.share - other[place].share).abs();
            assert!(share < 0.02, "{how}: {share}");
        }
        let pairs = found.probabilities.iter().zip(&expected.probabilities);
        for (one, other) in pairs {
            assert!((one - other).abs() < 0.05, "{how}: {one} {other}");
        }
        assert_eq!(found.stated(), expected.stated(), "{how}");
        let [one, other] = [found, expected].map(|one| &one.alternatives[0]);
        assert_eq!(one.pathways, other.pathways, "{how}");
        assert!((one.probability - other.probability).abs() < 0.05, "{how}");
    }
}

#[test]
fn the_planted_pathways_are_stated() {
    let found = identified(&BASE);
    let kinds = |one: &Identified| -> Vec<(Polarity, Sign)> {
        let pathways = one.circuit.pathways.iter();
        pathways.map(|one| (one.polarity, one.sign)).collect()
    };
    let mut both = kinds(&found[0]);
    both.sort_by_key(|(_, sign)| *sign == Sign::Inhibitory);
    let on = (Polarity::On, Sign::Excitatory);
    assert_eq!(both, [on, (Polarity::Off, Sign::Inhibitory)]);
    assert_eq!(kinds(&found[1]), [on]);
    assert!(
        found
            .iter()
            .all(|one| one.stated().iter().all(|stated| *stated))
    );
    assert!(found.iter().all(|one| one.is_good_enough() == Some(true)));
}

#[test]
fn the_order_of_channels_makes_no_difference() {
    let order = [3, 1, 0, 2];
    let permuted = Retina {
        channels: order.map(|channel: usize| BASE.channels[channel]),
        read: BASE
            .read
            .map(|read| order.map(|channel: usize| read[channel])),
        ..BASE
    };
    assert_same(&identified(&permuted), &identified(&BASE), "permuted");
}

/// A channel that is three times as large and read with a third of the weight.
#[test]
fn the_scale_of_channels_makes_no_difference() {
    let mut scaled = BASE;
    let factors = [3.0, 0.25, 1.0, 1.0];
    for (place, factor) in factors.into_iter().enumerate() {
        scaled.channels[place].strength *= factor;
        scaled.channels[place].threshold *= factor;
        for read in &mut scaled.read {
            read[place] /= factor;
        }
    }
    assert_same(&identified(&scaled), &identified(&BASE), "scaled");
}

/// One channel, or two of the same kernel and threshold that are read with a part of its weight each.
#[test]
fn the_split_of_a_channel_makes_no_difference() {
    let mut split = BASE;
    split.channels[2] = split.channels[0];
    for read in &mut split.read {
        (read[0], read[2]) = (0.3 * read[0], 0.7 * read[0]);
    }
    assert_same(&identified(&split), &identified(&BASE), "split");
}

/// A cell of one filter and one output nonlinearity, whichever channels carry it: channels that nothing silences add up
/// to one filter, of which the share of each is not known.
#[test]
fn a_linear_nonlinear_cell_has_one_pathway() {
    let mut linear = BASE;
    linear.channels = BASE.channels.map(|channel| Channel {
        threshold: -10.0,
        ..channel
    });
    linear.read = [[200.0, 0.0, 0.0, 0.0], [120.0, 0.0, 0.0, -60.0]];
    let at_rest = |read: &[f32; CHANNELS]| -> f32 { read.iter().map(|weight| 10.0 * weight).sum() };
    linear.bias = [
        5.0 - at_rest(&linear.read[0]),
        5.0 - at_rest(&linear.read[1]),
    ];
    for one in identified(&linear) {
        assert_eq!(one.circuit.pathways.len(), 1, "{:?}", one.alternatives[0]);
    }
}
