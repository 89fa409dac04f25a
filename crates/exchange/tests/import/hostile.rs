//! Files made to do harm: each is refused with a clear message, in bounded memory.

use std::path::{Path, PathBuf};

use ganglion_exchange::import::ImportOptions;
use rstest::rstest;
use tempfile::TempDir;

use super::archive::zipped;
use super::{file, golden, refusal};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A checkpoint in zip form with this pickle and no storages.
    fn checkpoint(&self, pickle: &[u8]) -> PathBuf {
        self.write("bad.pt", &zipped(&[("bad/data.pkl", pickle)]))
    }
}

#[track_caller]
fn refused(path: &Path, parts: &[&str]) {
    let message = refusal(path, &ImportOptions::default());
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    for part in parts.iter().chain([&name.as_str()]) {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// What `pickle.dumps` makes of an object whose `__reduce__` is `(os.system, ("touch FILE",))`.
fn system_call(file: &Path) -> Vec<u8> {
    "\u{80}\u{2}cposix\nsystem\nX"
        .chars()
        .map(|c| c as u8)
        .chain((file.display().to_string().len() as u32 + 6).to_le_bytes())
        .chain(format!("touch {}", file.display()).bytes())
        .chain(*b"\x85R.")
        .collect()
}

#[rstest]
#[case::zip(true)]
#[case::by_itself(false)]
fn a_pickle_that_calls_the_system_is_not_obeyed(#[case] zip: bool) {
    let folder = Folder::new();
    let touched = folder.0.path().join("touched");
    let pickle = system_call(&touched);
    let path = match zip {
        true => folder.checkpoint(&pickle),
        false => folder.write("bad.pkl", &pickle),
    };
    refused(&path, &["posix.system", "Nothing was run"]);
    assert!(!touched.exists());
}

#[rstest]
#[case::eval(
    b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.",
    "__builtin__.eval"
)]
#[case::import(
    b"\x80\x02cbuiltins\n__import__\nX\x02\x00\x00\x00os\x85R.",
    "builtins.__import__"
)]
#[case::hidden_in_a_name(
    b"\x80\x04\x8c\x0bcollections\x8c\x17OrderedDict.__globals__\x93.",
    "collections.OrderedDict.__globals__"
)]
#[case::old_class(b"(S'ls'\nios\nsystem\n.", "os.system")]
fn other_ways_to_call_are_refused_too(#[case] pickle: &[u8], #[case] name: &str) {
    refused(&Folder::new().checkpoint(pickle), &[name]);
}

/// A list that holds the last one ten times, thirty deep: 10^30 items to whoever follows them all.
#[test]
fn a_list_of_lists_of_lists_stays_small() {
    let mut pickle = b"\x80\x02]q\x00".to_vec();
    for level in 0..30u8 {
        pickle.extend(b"](");
        for _ in 0..10 {
            pickle.extend([b'h', level]);
        }
        pickle.extend([b'e', b'q', level + 1]);
    }
    pickle.push(b'.');
    refused(&Folder::new().checkpoint(&pickle), &["no weights in it"]);
}

#[test]
fn nesting_900_000_deep_does_not_overflow() {
    let mut pickle = b"\x80\x02".to_vec();
    pickle.extend(std::iter::repeat_n(b']', 900_000));
    pickle.extend(std::iter::repeat_n(b'a', 899_999));
    pickle.push(b'.');
    refused(&Folder::new().checkpoint(&pickle), &["no weights in it"]);
}

#[test]
fn endless_instructions_are_cut_short() {
    let mut pickle = b"\x80\x02".to_vec();
    pickle.extend(std::iter::repeat_n(b'N', 3_000_000));
    refused(
        &Folder::new().checkpoint(&pickle),
        &["more than 2000000 instructions"],
    );
}

#[rstest]
#[case::text(b"\x80\x02X\xff\xff\xff\x7fabc")]
#[case::long_text(b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc")]
#[case::bytes(b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f")]
#[case::number(b"\x80\x02\x8b\xff\xff\xff\x7f")]
#[case::nothing(b"")]
fn lengths_that_lie_allocate_nothing(#[case] pickle: &[u8]) {
    refused(&Folder::new().checkpoint(pickle), &["cut off"]);
}

#[rstest]
#[case::unknown(b"\x80\x02\xfe.", "instruction 0xfe")]
#[case::extension(b"\x80\x02\x82\x01.", "instruction 0x82")]
#[case::empty_stack(b"\x80\x02R.", "malformed")]
#[case::no_mark(b"\x80\x02t.", "no mark")]
#[case::unknown_memory(b"\x80\x02h\x05.", "remembered")]
#[case::items_of_a_number(b"\x80\x02K\x01K\x02a.", "holds none")]
fn nonsense_is_named(#[case] pickle: &[u8], #[case] part: &str) {
    refused(&Folder::new().checkpoint(pickle), &[part]);
}

/// A class of the user's own is not built; a file that is one has no weights to read.
#[test]
fn an_unknown_class_is_not_built() {
    let pickle = b"\x80\x02cmymodels\nRetina\n)\x81}X\x01\x00\x00\x00aK\x01sb.";
    refused(
        &Folder::new().checkpoint(pickle),
        &[
            "a mymodels.Retina, not built",
            "torch.save(model.state_dict(), FILE)",
        ],
    );
}

/// A tensor of `shape` with `strides` over one storage of four values.
fn tensor(shape: &[u32], strides: &[u32]) -> Vec<u8> {
    let integers = |values: &[u32]| -> Vec<u8> {
        let each = values
            .iter()
            .flat_map(|value| [b"J".to_vec(), value.to_le_bytes().to_vec()].concat());
        [b"(".to_vec(), each.collect(), b"t".to_vec()].concat()
    };
    [
        b"\x80\x02}X\x08\x00\x00\x00a.weightctorch._utils\n_rebuild_tensor_v2\n(".to_vec(),
        b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQK\x00"
            .to_vec(),
        integers(shape),
        integers(strides),
        b"\x89NtRs.".to_vec(),
    ]
    .concat()
}

#[rstest]
#[case::beyond(&[2, 3], &[3, 1])]
#[case::far_strides(&[2, 2], &[0x7fff_ffff, 1])]
#[case::repeated(&[1000, 1000], &[0, 0])]
#[case::uncountable(&[0x7fff_ffff, 0x7fff_ffff, 0x7fff_ffff], &[1, 1, 1])]
fn tensors_larger_than_their_memory_are_refused(#[case] shape: &[u32], #[case] strides: &[u32]) {
    let folder = Folder::new();
    let entries: [(&str, &[u8]); 2] = [
        ("x/data.pkl", &tensor(shape, strides)),
        ("x/data/0", &[0; 16]),
    ];
    let path = folder.write("bad.pt", &zipped(&entries));
    let message = refusal(&path, &ImportOptions::default());
    let told = message.contains("outside its memory") || message.contains("has room for");
    assert!(told && message.contains("a.weight"), "{message}");
}

#[test]
fn a_checkpoint_cut_anywhere_is_refused() {
    let whole = std::fs::read(golden("small.pt")).unwrap();
    let legacy = std::fs::read(golden("small.legacy.pt")).unwrap();
    let folder = Folder::new();
    for whole in [whole, legacy] {
        for part in 1..20 {
            let path = folder.write("cut.pt", &whole[..whole.len() * part / 20]);
            refused(&path, &[]);
        }
    }
}

/// The size in the directory of the first entry called `name`, overwritten.
fn with_size(mut bytes: Vec<u8>, name: &str, size: u32) -> Vec<u8> {
    let directory = (0..bytes.len() - 46).find(|&at| {
        bytes[at..].starts_with(b"PK\x01\x02") && bytes[at + 46..].starts_with(name.as_bytes())
    });
    let at = directory.unwrap();
    bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
    bytes
}

#[test]
fn a_zip_entry_that_lies_about_its_size_is_refused() {
    let whole = std::fs::read(golden("small.pt")).unwrap();
    let folder = Folder::new();
    for size in [4, 0x7fff_fff0] {
        let bytes = with_size(whole.clone(), "small/data/0", size);
        refused(
            &folder.write("bad.pt", &bytes),
            &["small/data/0", "is not what"],
        );
    }
}

#[rstest]
#[case::beyond(r#"{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8000000]}}"#)]
#[case::wrong_length(r#"{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#)]
#[case::huge(
    r#"{"a.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#
)]
#[case::backwards(r#"{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#)]
#[case::no_json("{{{")]
fn safetensors_that_lie_are_refused(#[case] header: &str) {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend([0; 8]);
    refused(
        &Folder::new().write("bad.safetensors", &bytes),
        &["safetensors"],
    );
}

#[test]
fn a_safetensors_header_longer_than_the_file_is_refused() {
    let mut bytes = u64::MAX.to_le_bytes().to_vec();
    bytes.extend(b"{}      ");
    refused(
        &Folder::new().write("bad.safetensors", &bytes),
        &["safetensors"],
    );
}

#[rstest]
#[case(b"")]
#[case(b"PK")]
#[case(b"hello, I am no weights file at all")]
fn other_files_are_no_weights(#[case] bytes: &[u8]) {
    refused(
        &Folder::new().write("bad.bin", bytes),
        &["not a weights file"],
    );
}

#[test]
fn weights_that_are_not_finite_are_refused() {
    let folder = Folder::new();
    let mut bytes = std::fs::read(golden("small.safetensors")).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[8 + header..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    refused(&folder.write("nan.safetensors", &bytes), &["not finite"]);
}

/// Datasets of terabytes in a file of some kilobytes.
#[test]
fn hdf5_that_claims_more_than_it_holds_is_refused() {
    let path = file("../../recording/tests/fixtures/absurd.h5");
    refused(&path, &["does not fit in this file"]);
}
