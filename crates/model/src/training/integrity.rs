//! Whether files are as they were written: a list of their SHA-256.
//!
//! The list is `SHA256SUMS`, a line a file, as `sha256sum` writes and checks it.

use std::io::Write;
use std::path::Path;

use ganglion_recording::{sha256_of, write_atomically};

use crate::error::Error;

const LIST: &str = "SHA256SUMS";

/// Writes the list of these files of a folder.
pub(super) fn write(folder: &Path, names: &[&str]) -> Result<(), Error> {
    let mut text = String::new();
    for name in names {
        text += &format!("{}  {name}\n", sha256_of(folder.join(name))?);
    }
    Ok(write_atomically(folder.join(LIST), |file| {
        file.write_all(text.as_bytes())
    })?)
}

/// Refuses a folder whose files are not as they were written. Folders of earlier versions have no
/// list and are not judged.
pub(super) fn check(folder: &Path) -> Result<(), Error> {
    let Ok(text) = std::fs::read_to_string(folder.join(LIST)) else {
        return Ok(());
    };
    for line in text.lines() {
        let (expected, name) = line.split_once("  ").unwrap_or((line, ""));
        let path = folder.join(name);
        if name.is_empty() || sha256_of(&path)? != expected {
            return Err(Error::Checkpoint {
                path,
                message: "it is not as it was written: cut off or damaged".into(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_cut_off_or_changed_or_gone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        write(folder.path(), &["a"]).unwrap();
        assert!(check(folder.path()).is_ok());
        for content in ["ab", "abd", ""] {
            std::fs::write(&path, content).unwrap();
            let message = check(folder.path()).unwrap_err().to_string();
            assert!(message.contains("cut off or damaged"), "{message}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(check(folder.path()).is_err());
    }
}
