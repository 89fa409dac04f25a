//! Writing long runs of zeros as holes.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// Bytes looked at together.
const PIECE: usize = 1 << 16;

/// A file in which runs of zeros are skipped rather than written.
pub(crate) struct Sparse<'a> {
    file: &'a File,
    length: u64,
}

impl<'a> Sparse<'a> {
    /// Starts at the beginning of an empty file.
    pub(crate) fn new(file: &'a File) -> Self {
        Self { file, length: 0 }
    }

    /// Gives the file its full length, in case it ends in a hole.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.set_len(self.length)
    }
}

impl Write for Sparse<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        if piece.len() == PIECE && piece.iter().all(|&byte| byte == 0) {
            self.file.seek(SeekFrom::Current(PIECE as i64))?;
        } else {
            self.file.write_all(piece)?;
        }
        self.length += piece.len() as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn holes_read_back_as_zeros() {
        let mut file = tempfile::tempfile().unwrap();
        let mut bytes = vec![7; 10];
        bytes.resize(3 * PIECE, 0);
        let mut sparse = Sparse::new(&file);
        sparse.write_all(&bytes).unwrap();
        sparse.finish().unwrap();
        file.rewind().unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
    }
}
