//! Licences, as SPDX and as model hubs write them.

use crate::error::{Error, Result};

/// Licences that Hugging Face calls as SPDX does, in small letters.
const KNOWN: [&str; 15] = [
    "apache-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "bsl-1.0",
    "cc-by-4.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "isc",
    "mit",
    "unlicense",
    "zlib",
];

/// What the licence is called on the hub: its own name there, or `other` with a name of letters, digits,
/// points and dashes.
pub fn on_hub(licence: &str) -> (String, Option<String>) {
    let name = licence.to_lowercase();
    match KNOWN.contains(&name.as_str()) {
        true => (name, None),
        false => {
            let letters = |c: char| match c.is_ascii_alphanumeric() || c == '.' {
                true => c,
                false => '-',
            };
            (
                "other".to_owned(),
                Some(name.chars().map(letters).collect()),
            )
        }
    }
}

/// Refuses what is no name of a licence.
///
/// # Errors
/// Naming the option.
pub fn check(option: &str, licence: &str) -> Result<()> {
    let known = |c: char| c.is_ascii_alphanumeric() || "-.+ ()".contains(c);
    match !licence.trim().is_empty() && licence.chars().all(known) {
        true => Ok(()),
        false => Err(Error::request(format!(
            "{option} {licence:?}: is no licence as SPDX writes it, such as CC-BY-4.0 or \"MIT OR \
             Apache-2.0\" (https://spdx.org/licenses)"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_knows_some_by_name() {
        assert_eq!(on_hub("CC-BY-4.0"), ("cc-by-4.0".to_owned(), None));
        let (licence, name) = on_hub("MIT OR Apache-2.0");
        assert_eq!(
            (&*licence, name.as_deref()),
            ("other", Some("mit-or-apache-2.0"))
        );
    }

    #[test]
    fn what_is_no_licence_is_refused() {
        assert!(check("--licence", "MIT OR Apache-2.0").is_ok());
        for wrong in ["", " ", "MIT\nlicense: mit", "CC-BY: 4.0"] {
            let error = check("--licence", wrong).unwrap_err().to_string();
            assert!(error.contains("--licence"), "{error}");
        }
    }
}
