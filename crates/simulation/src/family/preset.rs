//! Families that are built in.

/// Names and texts of all presets.
pub(super) const PRESETS: [(&str, &str); 1] =
    [("salamander", include_str!("../../presets/salamander.toml"))];

/// Names and texts of all that retinas can be drawn from.
pub(super) const FAMILIES: [(&str, &str); 2] = [
    PRESETS[0],
    (
        "random-topology",
        include_str!("../../presets/random-topology.toml"),
    ),
];

/// The names, separated by commas.
pub(super) fn names() -> String {
    PRESETS.map(|(name, _)| name).join(", ")
}
