//! Arrays that are too large for memory, on their way into a file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
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
    /// Values of a row, and the rows in the order in which they are wanted.
    order: Option<(usize, Vec<usize>)>,
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
            order: None,
        })
    }

    /// Appends values.
    ///
    /// # Errors
    /// Where the disk is full.
    ///
    /// # Panics
    /// If its rows have been put in order.
    pub fn append(&mut self, values: &[f32]) -> io::Result<()> {
        assert!(self.order.is_none(), "rows of a finished spool");
        for values in values.chunks(1 << 16) {
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            self.file.write_all(&bytes)?;
        }
        self.values += values.len();
        Ok(())
    }

    /// Values that were appended, from a place on.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(&mut self, place: usize, count: usize) -> io::Result<Vec<f32>> {
        let mut bytes = vec![0; 4 * count];
        self.file.seek(SeekFrom::Start(4 * place as u64))?;
        self.file.read_exact(&mut bytes)?;
        self.file.seek(SeekFrom::End(0))?;
        let (values, _) = bytes.as_chunks();
        Ok(values
            .iter()
            .map(|&value| f32::from_le_bytes(value))
            .collect())
    }

    /// The array made of some of its rows of `size` values, in any order and as often as asked for.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn in_order(mut self, size: usize, rows: Vec<usize>) -> Self {
        let last = rows.iter().max().map_or(0, |row| (row + 1) * size);
        assert!(last <= self.values, "rows that were not appended");
        self.values = rows.len() * size;
        self.order = Some((size, rows));
        self
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
        file.seek(SeekFrom::Start(offset))?;
        let Some((size, rows)) = self.order.take() else {
            self.file.rewind()?;
            return io::copy(&mut Read::by_ref(&mut self.file), &mut file).map(drop);
        };
        let mut bytes = vec![0; 4 * size];
        let mut file = BufWriter::new(file);
        for row in rows {
            self.file.seek(SeekFrom::Start((4 * size * row) as u64))?;
            self.file.read_exact(&mut bytes)?;
            file.write_all(&bytes)?;
        }
        file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_and_put_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::beside(folder.path().join("result.h5")).unwrap();
        spool.append(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!(spool.read(1, 2).unwrap(), [2.0, 3.0]);
        spool.append(&[5.0, 6.0]).unwrap();
        let spool = spool.in_order(2, vec![2, 0, 2]);
        assert_eq!(spool.len(), 6);
        let path = folder.path().join("copy");
        spool.copy_to(&File::create(&path).unwrap(), 4).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let (values, _) = bytes.as_chunks();
        let values: Vec<f32> = values.iter().map(|&v| f32::from_le_bytes(v)).collect();
        assert_eq!(values, [0.0, 5.0, 6.0, 1.0, 2.0, 5.0, 6.0]);
    }
}
