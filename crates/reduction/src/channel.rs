//! What every channel of the network adds to one cell's responses.

use ganglion_attribution::Polarity;

use crate::circuit::Circuit;
use crate::subject::Subject;
use crate::sweep::{CellSweep, Sweep};

/// One channel's attribution over the whole sweep, summed over space.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelAttribution {
    /// The channel.
    pub channel: usize,
    /// What drives it.
    pub polarity: Polarity,
    /// Whether the circuit chosen is made of it.
    pub kept: bool,
    /// `A_c(t) = sum_xy A_cxy(t)`, `[sample]`, Hz; summed over channels it is the departure of the
    /// rate from that at rest, up to the completeness gap.
    pub attribution: Vec<f64>,
}

/// Attributions of all channels, ON channels first, each kind in the order of the network.
pub(crate) fn channel_attributions(
    subject: &Subject<'_>,
    sweep: &Sweep,
    cell: &CellSweep,
    circuit: &Circuit,
) -> Vec<ChannelAttribution> {
    let kept = |channel: usize| {
        let mut pathways = circuit.pathways.iter();
        pathways.any(|pathway| pathway.channels.contains(&channel))
    };
    let one = |channel: usize| ChannelAttribution {
        channel,
        polarity: subject.polarity(channel),
        kept: kept(channel),
        attribution: cell.channel(channel, sweep.columns()),
    };
    let mut channels: Vec<ChannelAttribution> = (0..sweep.channels()).map(one).collect();
    channels.sort_by_key(|one| one.polarity != Polarity::On);
    channels
}
