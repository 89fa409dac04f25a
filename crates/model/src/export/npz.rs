//! NumPy's npz: a zip file with a `.npy` entry for each array.
//!
//! Format: NEP 1, version 1.0. A `.npy` is `\x93NUMPY`, the version, the length of the header, the
//! header (a Python literal, padded to a multiple of 64 bytes), and the values.

use std::io::{self, Cursor, Write};
use std::path::Path;

use ganglion_recording::write_atomically;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{DESCRIPTION, Named};
use crate::Error;

/// Writes the arrays, and the description as bytes of text.
pub(super) fn write(arrays: &[Named], description: &str, path: &Path) -> Result<(), Error> {
    let bytes = archive(arrays, description).map_err(|source| Error::File {
        path: path.into(),
        source,
    })?;
    Ok(write_atomically(path, |file| file.write_all(&bytes))?)
}

fn archive(arrays: &[Named], description: &str) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed date: the same model gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    for named in arrays {
        zip.start_file(format!("{}.npy", named.name), options)?;
        let values = named.array.values.iter();
        let (kind, bytes): (&str, Vec<u8>) = match named.is_counter() {
            true => ("<i8", values.flat_map(|v| (*v as i64).to_le_bytes()).collect()),
            false => ("<f4", values.flat_map(|v| v.to_le_bytes()).collect()),
        };
        zip.write_all(&npy(kind, &named.array.shape, &bytes))?;
    }
    zip.start_file(format!("{DESCRIPTION}.npy"), options)?;
    let text = description.as_bytes();
    zip.write_all(&npy(&format!("|S{}", text.len()), &[], text))?;
    Ok(zip.finish()?.into_inner())
}

fn npy(kind: &str, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
    let extents: String = shape.iter().map(|extent| format!("{extent}, ")).collect();
    let header =
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({extents}), }}");
    // Magic, version and length take 10 bytes, the newline one.
    let padding = (64 - (10 + header.len() + 1) % 64) % 64;
    let length = (header.len() + padding + 1) as u16;
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend(length.to_le_bytes());
    npy.extend(header.as_bytes());
    npy.extend(std::iter::repeat_n(b' ', padding));
    npy.push(b'\n');
    npy.extend(bytes);
    npy
}
