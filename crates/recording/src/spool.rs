//! Arrays that are too large for memory, on their way into a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::Error;
use crate::atomic::folder_of;

/// Values of 32 bits, appended piece by piece to an unnamed temporary file.
///
/// A [`ResultFile`](crate::ResultFile) takes it as an array with
/// [`spooled`](crate::ResultFile::spooled); its values are never in memory together.
#[derive(Debug)]
pub struct Spool {
    file: File,
    values: usize,
}

impl Spool {
    /// An empty spool in the folder of the file that it is meant for, whose disk has the room.
    ///
    /// # Errors
    /// [`Error::Write`], naming that file.
    pub fn beside(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let file = tempfile::tempfile_in(folder_of(path));
        Ok(Self {
            file: file.map_err(|error| Error::writing(path, error))?,
            values: 0,
        })
    }

    /// Appends values.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn append(&mut self, values: &[f32]) -> io::Result<()> {
        for values in values.chunks(1 << 16) {
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            self.file.write_all(&bytes)?;
        }
        self.values += values.len();
        Ok(())
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.values
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.values == 0
    }

    /// Copies everything to a place in a file.
    pub(crate) fn copy_to(mut self, mut file: &File, offset: u64) -> io::Result<()> {
        self.file.rewind()?;
        file.seek(SeekFrom::Start(offset))?;
        io::copy(&mut Read::by_ref(&mut self.file), &mut file).map(drop)
    }
}
