//! Text files as people save them, and settings in TOML.

use std::fs;
use std::path::Path;

use ganglion_recording::ConfigPath;
use serde::de::DeserializeOwned;

use crate::error::{Context as _, Error};

/// Reads a text file in UTF-8, with or without a byte order mark.
///
/// # Errors
/// Where it cannot be read, or is in another encoding, with the way out.
pub fn read(path: &Path, what: &str) -> crate::Result<String> {
    let name = path.display();
    let bytes = fs::read(path).with_context(|| format!("{name}: the {what} cannot be read"))?;
    decoded(&bytes).map_err(|problem| Error::input(format!("{name}: {problem}")))
}

/// Settings of a stage, from TOML whose relative paths start at `folder`.
///
/// # Errors
/// Where the text is not TOML, or does not hold what it should.
pub fn from_toml<T: DeserializeOwned>(text: &str, folder: &Path) -> crate::Result<T> {
    let (parsed, _) = ConfigPath::reading_in(folder, || toml::from_str(text));
    Ok(parsed?)
}

/// Reads a TOML file that the program wrote, whose relative paths start at its folder.
///
/// # Errors
/// Where it cannot be read, or does not hold what it should.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path, what: &str) -> crate::Result<T> {
    let folder = path.parent().unwrap_or(Path::new(""));
    from_toml(&read(path, what)?, folder).with_context(|| path.display().to_string())
}

fn decoded(bytes: &[u8]) -> Result<String, String> {
    if is_utf16(bytes) {
        return Err(
            "is in UTF-16, as PowerShell writes with >; save it in UTF-8 (Set-Content -Encoding \
             utf8, or any editor)"
                .to_owned(),
        );
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count();
            Err(format!(
                "line {line} holds a character that is not in UTF-8; save the file in UTF-8"
            ))
        }
    }
}

/// By its byte order mark, or because every second byte at the start is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let has_mark = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |offset: usize| {
        let every_second = start.iter().skip(offset).step_by(2);
        start.len() > 3 && every_second.clone().count() > 0 && every_second.copied().all(|b| b == 0)
    };
    has_mark || zeros(0) || zeros(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known() {
        let text = "seed = 1\n# \u{b5}m\n";
        assert_eq!(decoded(text.as_bytes()).as_deref(), Ok(text));
        let marked = ["\u{feff}", text].concat();
        assert_eq!(decoded(marked.as_bytes()).as_deref(), Ok(text));
        for mark in ["\u{feff}", ""] {
            let units: Vec<u16> = [mark, text].concat().encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for bytes in [little, big] {
                let refused = decoded(&bytes).unwrap_err();
                // Without a mark, a character beyond Latin is told as one that is not UTF-8.
                assert!(refused.contains("UTF-16") || mark.is_empty(), "{refused}");
            }
        }
        let latin = decoded(b"seed = 1\n# \xb5m\n").unwrap_err();
        assert!(latin.contains("line 2"), "{latin}");
    }
}
