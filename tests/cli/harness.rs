//! A folder of its own for each test, and the program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

use crate::session::Session;

/// A model small enough to learn the tiny session in a second.
pub const CONFIG: &str = r#"
seed = 3
[recording]
files = ["tiny.h5"]
history_frames = 8
validation = { fraction = 0.1, segments = 2 }
[model]
kind = "ln"
factorised = { rank = 1 }
[training]
epochs = 60
batch_frames = 256
segment_frames = 64
optimiser = { kind = "adam", learning_rate = 2e-2 }
equalise_cells = true
"#;

/// A folder that is removed at the end of the test; the program runs in it.
pub struct Scratch {
    folder: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Done {
    /// Exit code.
    pub code: Option<i32>,
    /// Everything on standard output.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
}

impl Scratch {
    /// An empty folder.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With the recording `tiny.h5` and the config `tiny.toml`.
    pub fn with_session() -> Self {
        Self::with_recording(&Session::tiny())
    }

    /// The same with another recording as `tiny.h5`.
    pub fn with_recording(session: &Session) -> Self {
        let scratch = Self::empty();
        session.write(&scratch.path("tiny.h5"));
        scratch.write("tiny.toml", CONFIG);
        scratch
    }

    /// With all of that, and the trained run `run`.
    pub fn with_run() -> Self {
        let scratch = Self::empty();
        copy_folder(trained(), scratch.folder.path());
        scratch
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a text file.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Reads a text file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the program with arguments separated by spaces.
    pub fn run(&self, arguments: &str) -> Done {
        run_in(self.folder.path(), arguments)
    }

    /// Runs the program with environment variables that name paths in the folder.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &str) -> Done {
        let mut command = program();
        command.envs(variables.iter().map(|(name, path)| (name, self.path(path))));
        command.args(arguments.split_whitespace());
        done(command.current_dir(self.folder.path()))
    }

    /// Runs the program where no file can grow beyond about a kilobyte.
    #[cfg(target_os = "linux")]
    pub fn run_on_full_disk(&self, arguments: &str) -> Done {
        let mut shell = Command::new("sh");
        // Without the trap, the signal would end the program before it sees the error.
        let script = r#"trap "" XFSZ; ulimit -f 2; exec "$0" "$@""#;
        let program = program();
        shell
            .args(["-c", script])
            .arg(program.get_program())
            .args(arguments.split_whitespace());
        shell
            .env("RAYON_NUM_THREADS", "1")
            .env_remove("RUST_BACKTRACE");
        done(shell.current_dir(self.folder.path()))
    }

    /// Runs the program, which must succeed.
    #[track_caller]
    pub fn succeeds(&self, arguments: &str) -> Done {
        let done = self.run(arguments);
        assert_eq!(done.code, Some(0), "`{arguments}` failed: {}", done.stderr);
        done
    }

    /// Runs the program, which must end with this exit code and one line with all of `parts`.
    #[track_caller]
    pub fn refuses(&self, arguments: &str, code: i32, parts: &[&str]) {
        let done = self.run(arguments);
        assert_eq!(done.code, Some(code), "`{arguments}`: {done:?}");
        assert_eq!(done.stdout, "", "`{arguments}`");
        let errors = done
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        let [error] = errors.collect::<Vec<_>>()[..] else {
            panic!("not one error line: {}", done.stderr)
        };
        for part in parts {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }
}

impl Done {
    /// Standard output as the one JSON document that it must be.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn run_in(folder: &Path, arguments: &str) -> Done {
    done(
        program()
            .current_dir(folder)
            .args(arguments.split_whitespace()),
    )
}

fn done(command: &mut Command) -> Done {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The program, not yet started; one thread, so that tests side by side share the processor.
pub fn program() -> Command {
    let mut program = Command::new(cargo_bin!("ganglion"));
    program
        .env("RAYON_NUM_THREADS", "1")
        .env_remove("GANGLION_LOG")
        .env_remove("GANGLION_MODELS")
        .env_remove("HF_HUB_CACHE")
        .env_remove("HF_HOME")
        .env_remove("RUST_BACKTRACE");
    program
}

/// A folder with a session and a run trained on it, made once for all tests.
fn trained() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-trained");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Session::tiny().write(&folder.join("tiny.h5"));
        fs::write(folder.join("tiny.toml"), CONFIG).unwrap();
        let done = run_in(&folder, "train tiny.toml --out run");
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        folder
    })
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Names of everything in a folder and below, sorted, without the program's own notes on it.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if is_note(&path) => (),
                false => names.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    names.sort();
    names
}

/// The ledger of results, and the lock of a run.
fn is_note(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name == ".ganglion.json" || name == "run.lock"
}
