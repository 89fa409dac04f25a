//! NumPy's npz: a zip file with a `.npy` entry for each array.
//!
//! Format: NEP 1, version 1.0. A `.npy` is `\x93NUMPY`, the version, the length of the header, the
//! header (a Python literal, padded to a multiple of 64 bytes), and the values.

use std::io::{self, Write};
use std::path::Path;

use ganglion_recording::write_atomically;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::state::NamedArray;
use crate::Error;
use crate::description::DESCRIPTION;

/// Writes the arrays, and the description as bytes of text.
pub(super) fn write(arrays: &[NamedArray], description: &str, path: &Path) -> Result<(), Error> {
    let bytes = archive(arrays, description).map_err(|error| Error::File {
        path: path.into(),
        source: io::Error::other(error),
    })?;
    Ok(write_atomically(path, |file| file.write_all(&bytes))?)
}

fn archive(arrays: &[NamedArray], description: &str) -> Result<Vec<u8>, rawzip::Error> {
    let mut zip = ZipArchiveWriter::new(Vec::new());
    for named in arrays {
        let values = named.array.values.iter();
        let (kind, bytes): (&str, Vec<u8>) = match named.is_counter() {
            true => (
                "<i8",
                values.flat_map(|v| (*v as i64).to_le_bytes()).collect(),
            ),
            false => ("<f4", values.flat_map(|v| v.to_le_bytes()).collect()),
        };
        add(
            &mut zip,
            &named.name,
            &npy(kind, &named.array.shape, &bytes),
        )?;
    }
    let text = description.as_bytes();
    let kind = format!("|S{}", text.len());
    add(&mut zip, DESCRIPTION, &npy(&kind, &[], text))?;
    zip.finish()
}

fn add(zip: &mut ZipArchiveWriter<Vec<u8>>, name: &str, npy: &[u8]) -> Result<(), rawzip::Error> {
    let name = format!("{name}.npy");
    let file = zip
        .new_file(&name)
        .compression_method(CompressionMethod::STORE);
    let (mut entry, config) = file.start()?;
    let mut writer = config.wrap(&mut entry);
    writer.write_all(npy)?;
    let (_, descriptor) = writer.finish()?;
    entry.finish(descriptor)?;
    Ok(())
}

fn npy(kind: &str, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
    let extents: String = shape.iter().map(|extent| format!("{extent}, ")).collect();
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({extents}), }}");
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
