//! SHA-256 of a file, for provenance.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;

/// SHA-256 of the file's bytes, as 64 lower-case hexadecimal digits.
///
/// Streams the file: memory use does not depend on its size.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Read`] where the file cannot be read.
pub fn sha256_of(path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    let mut file = File::open(path).map_err(|error| Error::reading(path, error))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file
            .read(&mut piece)
            .map_err(|error| Error::reading(path, error))?
        {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_test_vector() {
        // FIPS 180-2, appendix B.1: the message "abc".
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(
            sha256_of(file.path()).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = sha256_of("no-such-file.h5").unwrap_err();
        assert!(error.to_string().contains("no-such-file.h5"));
    }
}
