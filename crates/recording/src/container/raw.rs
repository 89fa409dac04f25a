//! Object headers of an HDF5 file, as far as the HDF5 library does not show them: links, and
//! attributes of types that it leaves out.
//!
//! Source: HDF5 File Format Specification 3.0, sections III.A (B-trees), III.D (local heaps), III.G
//! (fractal heaps) and IV.A (object headers).

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::links::{self, LinkTarget};

/// Blocks that one header, tree or heap is followed through at most: a damaged file may run in
/// circles.
const MOST_BLOCKS: usize = 100_000;
/// Groups whose links are kept at most.
const MOST_GROUPS: usize = 64;
/// Bytes of one block at most.
const MOST_BYTES: u64 = 64 << 20;

/// Type of an object header message.
pub(super) mod message {
    pub(in crate::container) const LINK_INFO: u16 = 0x02;
    pub(in crate::container) const LINK: u16 = 0x06;
    pub(in crate::container) const EXTERNAL_FILES: u16 = 0x07;
    pub(in crate::container) const DATA_LAYOUT: u16 = 0x08;
    pub(in crate::container) const ATTRIBUTE: u16 = 0x0c;
    pub(super) const CONTINUATION: u16 = 0x10;
    pub(in crate::container) const SYMBOL_TABLE: u16 = 0x11;
}

/// One message of an object header.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) kind: u16,
    pub(super) data: Vec<u8>,
}

/// The bytes of a file, and how it writes addresses.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    file: Arc<Mutex<File>>,
    length: u64,
    base: u64,
    offset_size: usize,
    length_size: usize,
    root: u64,
    /// Links of groups that were parsed before, by the address of the group.
    known: Arc<Mutex<HashMap<u64, Arc<Links>>>>,
}

/// Names of a group and what they lead to.
pub(super) type Links = Vec<(String, LinkTarget)>;

/// Bytes of a block, read from the front.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl Raw {
    /// Opens the bytes beside the library's own handle; none where the system refuses.
    pub(super) fn open(path: &Path, superblock: &hdf5_pure::Superblock) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        Some(Self {
            file: Arc::new(Mutex::new(file)),
            length,
            base: superblock.base_address.get(),
            offset_size: usize::from(superblock.offset_size),
            length_size: usize::from(superblock.length_size),
            root: superblock.root_group_address,
            known: Arc::default(),
        })
    }

    /// Links of the group whose header is at an address; none where it cannot be parsed, or is no
    /// group.
    pub(super) fn links(&self, address: u64) -> Option<Arc<Links>> {
        if let Some(links) = self.known.lock().ok()?.get(&address) {
            return Some(Arc::clone(links));
        }
        let links = Arc::new(links::of_group(self, address)?);
        let mut known = self.known.lock().ok()?;
        if known.len() >= MOST_GROUPS {
            known.clear();
        }
        known.insert(address, Arc::clone(&links));
        Some(links)
    }

    /// Address of the root group.
    pub(super) fn root(&self) -> u64 {
        self.root
    }

    /// Bytes at a stored address; none beyond the end of the file.
    pub(super) fn bytes(&self, address: u64, count: u64) -> Option<Vec<u8>> {
        let start = self.base.checked_add(address)?;
        if count > MOST_BYTES || start.checked_add(count)? > self.length {
            return None;
        }
        let mut bytes = vec![0; count as usize];
        let mut file = self.file.lock().ok()?;
        file.seek(SeekFrom::Start(start)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// As many bytes as there are, up to `count`.
    fn bytes_up_to(&self, address: u64, count: u64) -> Option<Vec<u8>> {
        let start = self.base.checked_add(address)?;
        self.bytes(address, count.min(self.length.checked_sub(start)?))
    }

    /// The messages of the object header at an address, its continuations included.
    pub(super) fn messages(&self, address: u64) -> Option<Vec<Message>> {
        let start = self.bytes_up_to(address, 64)?;
        match start.get(..4)? {
            b"OHDR" => self.messages_v2(address, &start),
            _ if start[0] == 1 => self.messages_v1(address, &start),
            _ => None,
        }
    }

    fn messages_v1(&self, address: u64, start: &[u8]) -> Option<Vec<Message>> {
        let size = u32::from_le_bytes(start.get(8..12)?.try_into().ok()?);
        let mut blocks = vec![(address.checked_add(16)?, u64::from(size))];
        let mut messages = Vec::new();
        let mut next = 0;
        while next < blocks.len() && next < MOST_BLOCKS {
            let (address, size) = blocks[next];
            next += 1;
            let block = self.bytes(address, size)?;
            let mut cursor = Cursor::new(&block);
            while cursor.left() >= 8 {
                let kind = cursor.number(2)? as u16;
                let size = cursor.number(2)? as usize;
                cursor.skip(4)?;
                let data = cursor.take(size)?.to_vec();
                self.keep(Message { kind, data }, &mut messages, &mut blocks)?;
            }
        }
        Some(messages)
    }

    fn messages_v2(&self, address: u64, start: &[u8]) -> Option<Vec<Message>> {
        let flags = *start.get(5)?;
        let mut front = 6;
        front += if flags & 0x20 != 0 { 16 } else { 0 };
        front += if flags & 0x10 != 0 { 4 } else { 0 };
        let width = 1usize << (flags & 3);
        let size = Cursor::new(start.get(front..)?).number(width)?;
        front += width;
        let ordered = flags & 0x04 != 0;
        let mut blocks = vec![(address.checked_add(front as u64)?, size)];
        let mut messages = Vec::new();
        let mut next = 0;
        while next < blocks.len() && next < MOST_BLOCKS {
            let (address, size) = blocks[next];
            let block = self.bytes(address, size)?;
            // A continuation stands between a signature and a checksum.
            let inside = match next {
                0 => &block[..],
                _ => block.get(4..block.len().checked_sub(4)?)?,
            };
            next += 1;
            let mut cursor = Cursor::new(inside);
            while cursor.left() >= 4 {
                let kind = cursor.number(1)? as u16;
                let size = cursor.number(2)? as usize;
                cursor.skip(if ordered { 3 } else { 1 })?;
                let data = cursor.take(size)?.to_vec();
                self.keep(Message { kind, data }, &mut messages, &mut blocks)?;
            }
        }
        Some(messages)
    }

    fn keep(
        &self,
        message: Message,
        messages: &mut Vec<Message>,
        blocks: &mut Vec<(u64, u64)>,
    ) -> Option<()> {
        if message.kind == message::CONTINUATION {
            let mut cursor = self.cursor(&message.data);
            let address = self.offset(&mut cursor)?;
            let length = self.length(&mut cursor)?;
            blocks.push((address?, length));
        } else {
            messages.push(message);
        }
        Some(())
    }

    pub(super) fn cursor<'a>(&self, bytes: &'a [u8]) -> Cursor<'a> {
        Cursor::new(bytes)
    }

    /// An address; the inner `None` is the address of nothing.
    pub(super) fn offset(&self, cursor: &mut Cursor<'_>) -> Option<Option<u64>> {
        let address = cursor.number(self.offset_size)?;
        let nothing = u64::MAX >> (64 - 8 * self.offset_size.clamp(1, 8));
        Some((address != nothing).then_some(address))
    }

    /// A length.
    pub(super) fn length(&self, cursor: &mut Cursor<'_>) -> Option<u64> {
        cursor.number(self.length_size)
    }

    pub(super) fn offset_size(&self) -> usize {
        self.offset_size
    }

    /// The symbol table nodes below a node of a group's B-tree.
    pub(super) fn symbol_nodes(&self, tree: u64) -> Option<Vec<u64>> {
        let mut found = Vec::new();
        let mut nodes = vec![tree];
        let mut next = 0;
        while next < nodes.len() {
            if next >= MOST_BLOCKS {
                return None;
            }
            let front = 8 + 2 * self.offset_size as u64;
            let head = self.bytes(nodes[next], front)?;
            if head.get(..4)? != b"TREE" || head[4] != 0 {
                return None;
            }
            let (level, used) = (head[5], u64::from(u16::from_le_bytes([head[6], head[7]])));
            let pair = (self.length_size + self.offset_size) as u64;
            let body = self.bytes(nodes[next].checked_add(front)?, used * pair)?;
            next += 1;
            let mut cursor = Cursor::new(&body);
            for _ in 0..used {
                cursor.skip(self.length_size)?;
                let child = self.offset(&mut cursor)??;
                match level {
                    0 => found.push(child),
                    _ => nodes.push(child),
                }
            }
        }
        Some(found)
    }
}

impl<'a> Cursor<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(drop)
    }

    /// A little-endian number of at most eight bytes.
    pub(super) fn number(&mut self, width: usize) -> Option<u64> {
        let taken = self.take(width)?;
        let mut bytes = [0; 8];
        bytes.get_mut(..width)?.copy_from_slice(taken);
        Some(u64::from_le_bytes(bytes))
    }
}
