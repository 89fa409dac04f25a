//! Links of a group: names, and what they lead to.
//!
//! The HDF5 library lists hard links only, and none at all of a group in the older form that holds
//! a soft link. `h5py.SoftLink`, `h5py.ExternalLink` and the links of pynwb must not make data
//! look absent.

use super::raw::{Links, Raw, message};

/// What a name of a group leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// An object of this file, at an address of its header.
    Object(u64),
    /// A path of this file.
    Soft(String),
    /// A path of another file.
    External { file: String, path: String },
}

/// Where a new group keeps its links, once there are many.
struct DenseLinks {
    heap: u64,
    index: u64,
}

/// Names and targets of the group whose header is at an address; none where the group cannot be
/// parsed, or the object is no group.
pub(super) fn of_group(raw: &Raw, address: u64) -> Option<Links> {
    let messages = raw.messages(address)?;
    let mut links = Vec::new();
    let mut is_group = false;
    for found in &messages {
        match found.kind {
            message::SYMBOL_TABLE => {
                is_group = true;
                links.extend(of_symbol_table(raw, &found.data)?);
            }
            message::LINK => {
                is_group = true;
                links.extend(link(raw, &found.data)?);
            }
            message::LINK_INFO => {
                is_group = true;
                if let Some(dense) = dense_of(raw, &found.data)? {
                    links.extend(of_dense(raw, &dense)?);
                }
            }
            _ => (),
        }
    }
    is_group.then_some(links)
}

/// The older form: entries in nodes of a B-tree, names in a local heap.
fn of_symbol_table(raw: &Raw, data: &[u8]) -> Option<Links> {
    let mut cursor = raw.cursor(data);
    let tree = raw.offset(&mut cursor)??;
    let names = local_heap(raw, raw.offset(&mut cursor)??)?;
    let mut links = Vec::new();
    for node in raw.symbol_nodes(tree)? {
        let head = raw.bytes(node, 8)?;
        if head.get(..4)? != b"SNOD" {
            return None;
        }
        let entries = u64::from(u16::from_le_bytes([head[6], head[7]]));
        let size = 2 * raw.offset_size() as u64 + 24;
        let body = raw.bytes(node.checked_add(8)?, entries * size)?;
        let mut cursor = raw.cursor(&body);
        for _ in 0..entries {
            let name = text_at(&names, cursor.number(raw.offset_size())?)?;
            let header = raw.offset(&mut cursor)?;
            let kind = cursor.number(4)?;
            cursor.skip(4)?;
            let scratch = cursor.take(16)?;
            let target = match (kind, header) {
                (2, _) => {
                    let place = u32::from_le_bytes(scratch.get(..4)?.try_into().ok()?);
                    LinkTarget::Soft(text_at(&names, u64::from(place))?)
                }
                (_, Some(header)) => LinkTarget::Object(header),
                (_, None) => return None,
            };
            links.push((name, target));
        }
    }
    Some(links)
}

fn local_heap(raw: &Raw, address: u64) -> Option<Vec<u8>> {
    let head = raw.bytes(address, 8 + 16 + raw.offset_size() as u64)?;
    if head.get(..4)? != b"HEAP" {
        return None;
    }
    let mut cursor = raw.cursor(head.get(8..)?);
    let size = raw.length(&mut cursor)?;
    raw.length(&mut cursor)?;
    raw.bytes(raw.offset(&mut cursor)??, size)
}

fn text_at(heap: &[u8], place: u64) -> Option<String> {
    let rest = heap.get(usize::try_from(place).ok()?..)?;
    let end = rest.iter().position(|&byte| byte == 0)?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

/// A link message; the inner `None` is a link of a user's own kind, which nobody can follow.
fn link(raw: &Raw, data: &[u8]) -> Option<Option<(String, LinkTarget)>> {
    let mut cursor = raw.cursor(data);
    if cursor.number(1)? != 1 {
        return None;
    }
    let flags = cursor.number(1)?;
    let kind = if flags & 0x08 != 0 {
        cursor.number(1)?
    } else {
        0
    };
    cursor.skip(if flags & 0x04 != 0 { 8 } else { 0 })?;
    cursor.skip(if flags & 0x10 != 0 { 1 } else { 0 })?;
    let length = cursor.number(1 << (flags & 3))?;
    let name = text(cursor.take(usize::try_from(length).ok()?)?)?;
    let target = match kind {
        0 => LinkTarget::Object(raw.offset(&mut cursor)??),
        1 => {
            let length = cursor.number(2)? as usize;
            LinkTarget::Soft(text(cursor.take(length)?)?)
        }
        64 => {
            let length = cursor.number(2)? as usize;
            external(cursor.take(length)?)?
        }
        _ => return Some(None),
    };
    Some(Some((name, target)))
}

/// A byte of version and flags, then file and path, each ended by a zero.
fn external(data: &[u8]) -> Option<LinkTarget> {
    let mut parts = data.get(1..)?.split(|&byte| byte == 0);
    let (file, path) = (text(parts.next()?)?, text(parts.next()?)?);
    Some(LinkTarget::External { file, path })
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

fn dense_of(raw: &Raw, data: &[u8]) -> Option<Option<DenseLinks>> {
    let mut cursor = raw.cursor(data);
    cursor.skip(1)?;
    let flags = cursor.number(1)?;
    cursor.skip(if flags & 1 != 0 { 8 } else { 0 })?;
    let heap = raw.offset(&mut cursor)?;
    let index = raw.offset(&mut cursor)?;
    Some(
        heap.zip(index)
            .map(|(heap, index)| DenseLinks { heap, index }),
    )
}

/// Many links: messages in a fractal heap, found by a B-tree of their names.
fn of_dense(raw: &Raw, dense: &DenseLinks) -> Option<Links> {
    let heap = FractalHeap::open(raw, dense.heap)?;
    let mut links = Vec::new();
    for record in records(raw, dense.index)? {
        // The hash of the name comes first.
        let message = heap.object(raw, record.get(4..)?)?;
        links.extend(link(raw, &message)?);
    }
    Some(links)
}

/// A heap of small objects in blocks of doubling size.
struct FractalHeap {
    offset_bytes: usize,
    width: u64,
    start_block: u64,
    most_direct: u64,
    root: u64,
    rows: u64,
}

impl FractalHeap {
    fn open(raw: &Raw, address: u64) -> Option<Self> {
        let head = raw.bytes(address, 22 + 12 * 8 + 3 * 8)?;
        let mut cursor = raw.cursor(&head);
        if cursor.take(4)? != b"FRHP" {
            return None;
        }
        cursor.skip(3)?;
        let filters = cursor.number(2)?;
        cursor.skip(1 + 4)?;
        raw.length(&mut cursor)?;
        raw.offset(&mut cursor)?;
        raw.length(&mut cursor)?;
        raw.offset(&mut cursor)?;
        for _ in 0..8 {
            raw.length(&mut cursor)?;
        }
        let width = cursor.number(2)?;
        let start_block = raw.length(&mut cursor)?;
        let most_direct = raw.length(&mut cursor)?;
        let bits = cursor.number(2)?;
        cursor.skip(2)?;
        let root = raw.offset(&mut cursor)??;
        let rows = cursor.number(2)?;
        (filters == 0 && width > 0 && start_block > 0).then_some(Self {
            offset_bytes: (bits as usize).div_ceil(8),
            width,
            start_block,
            most_direct,
            root,
            rows,
        })
    }

    /// The object of a heap identifier.
    fn object(&self, raw: &Raw, identifier: &[u8]) -> Option<Vec<u8>> {
        let mut cursor = raw.cursor(identifier);
        // Bits 4 and 5 tell managed objects, in blocks, from others.
        if cursor.number(1)? & 0x30 != 0 {
            return None;
        }
        let place = cursor.number(self.offset_bytes)?;
        let length = cursor.number(cursor.left().min(8))?;
        let (block, start) = self.block(raw, place)?;
        raw.bytes(block.checked_add(place.checked_sub(start)?)?, length)
    }

    /// Address of the direct block that holds a place of the heap, and the place it begins with.
    fn block(&self, raw: &Raw, place: u64) -> Option<(u64, u64)> {
        if self.rows == 0 {
            return Some((self.root, 0));
        }
        let front = 5 + raw.offset_size() + self.offset_bytes;
        let (mut start, mut entry) = (0u64, 0u64);
        for row in 0..self.rows {
            let size = self.start_block.checked_shl(row.saturating_sub(1) as u32)?;
            // Further rows hold blocks of blocks: tens of thousands of links in one group.
            if size > self.most_direct {
                return None;
            }
            let end = start.checked_add(size.checked_mul(self.width)?)?;
            if place < end {
                let column = (place - start) / size;
                let at = front as u64 + (entry + column) * raw.offset_size() as u64;
                let stored = raw.bytes(self.root.checked_add(at)?, raw.offset_size() as u64)?;
                let block = raw.offset(&mut raw.cursor(&stored))??;
                return Some((block, start + column * size));
            }
            (start, entry) = (end, entry + self.width);
        }
        None
    }
}

/// The records of a B-tree of version 2.
fn records(raw: &Raw, address: u64) -> Option<Vec<Vec<u8>>> {
    let head = raw.bytes(address, 22 + 16)?;
    let mut cursor = raw.cursor(&head);
    if cursor.take(4)? != b"BTHD" {
        return None;
    }
    cursor.skip(2)?;
    let node_size = cursor.number(4)?;
    let record_size = cursor.number(2)?;
    let depth = cursor.number(2)?;
    cursor.skip(2)?;
    let Some(root) = raw.offset(&mut cursor)? else {
        return Some(Vec::new());
    };
    let count = cursor.number(2)?;
    let levels = levels(node_size, record_size, depth, raw.offset_size() as u64)?;
    let tree = Tree {
        record_size,
        levels,
    };
    let mut found = Vec::new();
    tree.collect(raw, root, count, depth as usize, &mut found)?;
    Some(found)
}

/// Bytes of the numbers of records that a pointer to a node of each level has: its own, and those
/// of all below it.
struct Tree {
    record_size: u64,
    levels: Vec<(usize, usize)>,
}

/// Most levels of a tree: far more records than a file can hold.
const MOST_LEVELS: u64 = 8;

fn levels(node: u64, record: u64, depth: u64, offset: u64) -> Option<Vec<(usize, usize)>> {
    let width = |most: u64| (most.max(1).ilog2() / 8 + 1) as usize;
    let leaf = node.checked_sub(10)?.checked_div(record)?;
    let mut levels = vec![(width(leaf), 0)];
    let mut below = leaf;
    for level in 1..=depth.min(MOST_LEVELS) {
        let all = if level > 1 { width(below) } else { 0 };
        levels.push((width(leaf), all));
        let pointer = offset + (width(leaf) + all) as u64;
        let most = (node.checked_sub(10)?.checked_sub(pointer)?) / (record + pointer);
        below = below.checked_mul(most + 1)?.checked_add(most)?;
    }
    (depth <= MOST_LEVELS).then_some(levels)
}

impl Tree {
    fn collect(
        &self,
        raw: &Raw,
        address: u64,
        count: u64,
        level: usize,
        found: &mut Vec<Vec<u8>>,
    ) -> Option<()> {
        let (own, all) = *self.levels.get(level)?;
        let pointer = if level == 0 {
            0
        } else {
            raw.offset_size() + own + all
        };
        let records = count * self.record_size;
        let body = raw.bytes(address, 6 + records + (count + 1) * pointer as u64)?;
        let signature = if level == 0 { b"BTLF" } else { b"BTIN" };
        let inside = body.strip_prefix(signature)?.get(2..)?;
        let (own_records, pointers) = inside.split_at_checked(records as usize)?;
        let size = self.record_size.max(1) as usize;
        found.extend(own_records.chunks_exact(size).map(<[u8]>::to_vec));
        if level == 0 {
            return Some(());
        }
        let mut cursor = raw.cursor(pointers);
        for _ in 0..=count {
            let child = raw.offset(&mut cursor)??;
            let count = cursor.number(own)?;
            cursor.skip(all)?;
            self.collect(raw, child, count, level - 1, found)?;
        }
        Some(())
    }
}
