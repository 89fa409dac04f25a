//! The examples of `docs/python.md` about files, run where Python has the packages. Those of the package are run
//! by its own tests.

use std::path::Path;
use std::process::Command;

use crate::exchange::python;
use crate::harness::Scratch;

/// The part of the page that is about files.
const FILES: &str = "# Files in Python";

/// Python's code blocks of a part of a page.
fn code_blocks(part: &str) -> String {
    let blocks = part.split("```python\n").skip(1);
    let code: Vec<&str> = blocks
        .map(|block| block.split("```").next().unwrap_or(""))
        .collect();
    code.join("\n")
}

/// What must be true after the examples.
const CHECKS: &str = r#"
assert movie.shape == (600, 12, 12) and movie.dtype == "uint8", movie
assert rates.shape == (3, 600) and trials.shape == (8, 200)
assert abs(frame_s - 0.01) < 1e-12 and microns == 50
assert average.shape == (3, 8, 12, 12) and list(lag_ms) == [80, 70, 60, 50, 40, 30, 20, 10]
assert len(fields) == 3 and len(differences) > 3
assert len(history) > 0 and len(scores) == 3 and "pearson" in scores
assert "filter.temporal" in weights, weights.keys()
assert rate.shape == (192, 3) and names == ["frame", "cell"] and unit == "Hz"
assert from_npz["sequential.1.weight"].shape == (3, 1152)
assert (from_npz["sequential.1.weight"] == from_h5["sequential.1.weight"]).all()
assert (from_npz["sequential.1.weight"] == state["sequential.1.weight"].numpy()).all()
assert 'kind = "ln"' in description_text
import numpy as np
clips = np.stack([(h5py.File("recording.h5")["test/stimulus"][i:i + 8] - constants["mean"])
                  / constants["sd"] for i in range(192)]).astype("f4")
found = network(torch.from_numpy(clips)).detach().numpy()
assert abs(found - rate).max() < 1e-4 * rate.max(), abs(found - rate).max()
expected = open("expected.bin", "rb").read()
assert movie.tobytes() == expected, "the movie is not what was written"
"#;

/// The heading of the page's last section, whose example stands by itself.
const ONNX: &str = "\n## ONNX\n";

/// Single precision in another order of sums: relative to the highest rate.
const ONNX_CHECKS: &str = r#"
rate = h5py.File("response.h5")["response"][:]
assert predicted.shape == rate.shape == (192, 3), predicted.shape
assert abs(predicted - rate).max() < 1e-5 * rate.max(), abs(predicted - rate).max()
"#;

#[test]
fn the_example_of_onnx_runs() {
    let Some(python) = python("onnxruntime, numpy, h5py, tomllib") else {
        return;
    };
    let scratch = Scratch::with_run();
    std::fs::copy(scratch.path("tiny.h5"), scratch.path("recording.h5")).unwrap();
    scratch.succeeds("respond run --raw --stimulus tiny.h5:test/stimulus --out response.h5");
    scratch.succeeds("export run --format onnx --out model.onnx");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/python.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once(ONNX).unwrap();
    let code = code_blocks(section);
    scratch.write("example.py", &format!("{code}{ONNX_CHECKS}"));
    let done = Command::new(python)
        .arg("example.py")
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Lines that load the module by itself, since the package is not installed here.
fn loader() -> String {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/python/ganglion/pytorch.py");
    format!(
        "import importlib.util\n\
         spec = importlib.util.spec_from_file_location('pytorch', {module:?})\n\
         module = importlib.util.module_from_spec(spec)\n\
         spec.loader.exec_module(module)\n\
         load = module.load\n"
    )
}

#[test]
fn the_examples_of_the_page_run() {
    let Some(python) = python("torch, h5py, pandas, safetensors, tomllib") else {
        return;
    };
    let scratch = Scratch::with_run();
    std::fs::copy(scratch.path("tiny.h5"), scratch.path("recording.h5")).unwrap();
    scratch.succeeds("evaluate run --recording tiny.h5");
    scratch.succeeds("receptive-fields tiny.h5 --history 80 --out fields");
    scratch.succeeds("train tiny.toml --set training.epochs=1 --out early --quiet");
    scratch.succeeds("evaluate run --against early --recording tiny.h5 --out compared");
    scratch.succeeds("respond run --raw --stimulus tiny.h5:test/stimulus --out response.h5");
    for format in ["safetensors", "npz", "h5"] {
        scratch.succeeds(&format!(
            "export run --format {format} --out weights.{format}"
        ));
    }
    let movie = ganglion_recording::read_array(scratch.path("tiny.h5"), "train/stimulus").unwrap();
    let bytes: Vec<u8> = movie.values.iter().map(|value| *value as u8).collect();
    std::fs::write(scratch.path("expected.bin"), bytes).unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = std::fs::read_to_string(docs.join("python.md")).unwrap();
    let (_, files) = page.split_once(FILES).unwrap();
    let (files, _) = files.split_once(ONNX).unwrap();
    let code = code_blocks(files).replace(
        "from ganglion.pytorch import load\n",
        &format!("description_text = description\nimport torch\n{}", loader()),
    );
    let constants = "\nconstants = description[\"normalisation\"]\n";
    scratch.write("examples.py", &format!("{code}{constants}{CHECKS}"));
    let done = Command::new(python)
        .arg("examples.py")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let mine = scratch.succeeds("inspect mine.h5");
    assert!(
        mine.stdout.contains("ready for training"),
        "{}",
        mine.stdout
    );
}
