//! Whether the bins of a recording are short enough for what is read from them.

use crate::Milliseconds;

/// The longest bin in which delays of the retina are told apart.
///
/// Pathways of a ganglion cell differ in delay by some 20 to 60 ms, and filters rise within that: what lies within one
/// bin is one moment to a network. In bins above 20 ms such a delay is one bin or none.
pub const LONGEST_BIN: Milliseconds = Milliseconds(20.0);
/// Share by which a bin may be longer: clocks of 50 Hz are not exact.
const SLACK: f64 = 2e-3;

/// Whether delays of the retina are told apart in bins of this length.
pub fn resolves_delays(bin: Milliseconds) -> bool {
    bin <= (1.0 + SLACK) * LONGEST_BIN
}

/// What there is to say of bins that are too long, with the key that makes shorter ones.
pub fn long_bins_note(bin: Milliseconds) -> Option<String> {
    (!resolves_delays(bin)).then(|| {
        format!(
            "a bin lasts {bin}: delays in the retina, of some 20 to 60 ms, are not resolved by bins above \
             {LONGEST_BIN}; import the recording with nwb.bin_ms = 10"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_above_20_ms_are_told_with_the_key_that_helps() {
        assert_eq!(long_bins_note(Milliseconds(10.0)), None);
        assert_eq!(long_bins_note(Milliseconds(1000.0 / 60.0)), None);
        assert_eq!(long_bins_note(Milliseconds(20.001)), None);
        let told = long_bins_note(Milliseconds(1000.0 / 15.0)).unwrap();
        assert!(
            told.contains("66.6667 ms") && told.contains("nwb.bin_ms = 10"),
            "{told}"
        );
    }
}
