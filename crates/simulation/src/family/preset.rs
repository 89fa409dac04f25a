//! Families that are built in.

/// Names and texts of all presets.
pub(super) const PRESETS: [(&str, &str); 1] =
    [("salamander", include_str!("../../presets/salamander.toml"))];

/// The names, separated by commas.
pub(super) fn names() -> String {
    PRESETS.map(|(name, _)| name).join(", ")
}
