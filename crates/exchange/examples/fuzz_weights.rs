//! Damages weights files at random and reads them, until the time is up.
//!
//!     cargo run --example fuzz_weights -- SECONDS [SEED] [FOLDER OF FILES TO START FROM ...]
//!
//! Counts what was read, refused and crashed; a file that made the reader panic is kept in the
//! current folder. Without folders, the files of the crate's tests are damaged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, panic};

use burn::tensor::Device;
use ganglion_exchange::import::{ImportOptions, import, read};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |place: usize| {
        arguments
            .get(place)
            .and_then(|text| text.parse::<u64>().ok())
    };
    let time = Duration::from_secs(number(0).unwrap_or(10));
    let seed = number(1).unwrap_or(1);
    let folders: Vec<PathBuf> = match arguments.get(2..) {
        Some(folders) if !folders.is_empty() => folders.iter().map(PathBuf::from).collect(),
        _ => [
            "tests/golden",
            "../model/tests/golden",
            "tests/import/fixtures",
        ]
        .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .to_vec(),
    };
    let corpus = corpus(&folders);
    assert!(!corpus.is_empty(), "no files to start from");
    panic::set_hook(Box::new(|_| {}));
    let mut tally = Tally::default();
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let place = env::temp_dir().join(format!("fuzz-weights-{seed}-{}", std::process::id()));
    let start = Instant::now();
    while start.elapsed() < time {
        let whole = &corpus[generator.random_range(0..corpus.len())];
        let damaged = damaged(whole, &corpus, &mut generator);
        fs::write(&place, &damaged).expect("the temporary file is written");
        tally.add(&place, &damaged, seed);
    }
    let _ = fs::remove_file(&place);
    println!(
        "seed {seed}, {:.0} s: {tally:#?}",
        start.elapsed().as_secs_f64()
    );
    println!("{}", peak_memory());
}

/// Weights files below 128 KiB, which mutate fast.
fn corpus(folders: &[PathBuf]) -> Vec<Vec<u8>> {
    let files = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten();
    let mut paths: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let weights = paths.iter().filter(|path| path.is_file());
    let read = weights.filter_map(|path| fs::read(path).ok());
    read.filter(|bytes| bytes.len() < 128 << 10).collect()
}

/// One to eight changes, most of them near the start or the end, where headers and directories are.
fn damaged(whole: &[u8], corpus: &[Vec<u8>], generator: &mut impl Rng) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..generator.random_range(1..=8) {
        if bytes.is_empty() {
            return bytes;
        }
        let near = [bytes.len(), 256, 4096][generator.random_range(0..3)].min(bytes.len());
        let distance = generator.random_range(0..near);
        let at = match generator.random_range(0..4) {
            0 => bytes.len() - 1 - distance,
            _ => distance,
        };
        change(&mut bytes, at, corpus, generator);
    }
    bytes
}

/// Changes something at a place.
fn change(bytes: &mut Vec<u8>, at: usize, corpus: &[Vec<u8>], generator: &mut impl Rng) {
    let length = generator.random_range(1..=(bytes.len() - at).min(64));
    match generator.random_range(0..8) {
        0 => bytes[at] ^= 1 << generator.random_range(0..8),
        1 => bytes[at] = generator.random_range(0..=255),
        2 => bytes[at..at + length]
            .iter_mut()
            .for_each(|byte| *byte = generator.random_range(0..=255)),
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(at..at + length)),
        5 => {
            let piece = bytes[at..at + length].to_vec();
            bytes.splice(at..at, piece);
        }
        6 => {
            let other = &corpus[generator.random_range(0..corpus.len())];
            let from = generator.random_range(0..other.len());
            let piece = &other[from..(from + 512).min(other.len())];
            bytes.splice(at..at + length, piece.iter().copied());
        }
        _ => {
            let sizes = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];
            let size: u64 = sizes[generator.random_range(0..sizes.len())];
            let count = [1, 2, 4, 8][generator.random_range(0..4)].min(bytes.len() - at);
            bytes[at..at + count].copy_from_slice(&size.to_le_bytes()[..count]);
        }
    }
}

/// What happened, by kind of outcome.
#[derive(Debug, Default)]
struct Tally {
    outcomes: BTreeMap<&'static str, u64>,
    slowest: Duration,
}

impl Tally {
    fn add(&mut self, path: &Path, bytes: &[u8], seed: u64) {
        let start = Instant::now();
        let outcome = panic::catch_unwind(|| match read(path) {
            Err(_) => "refused",
            Ok(_) => match import(path, &ImportOptions::default(), &Device::flex()) {
                Ok(_) => "imported",
                Err(_) => "read, but no network",
            },
        });
        self.slowest = self.slowest.max(start.elapsed());
        let kind = outcome.unwrap_or_else(|_| {
            let count = self.outcomes.get("panicked").unwrap_or(&0);
            let name = format!("fuzz-panic-{seed}-{count}");
            fs::write(&name, bytes).expect("the file that panics is kept");
            "panicked"
        });
        *self.outcomes.entry(kind).or_default() += 1;
    }
}

/// Highest memory use of the process, where the system says.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("peak memory unknown").to_owned()
}
