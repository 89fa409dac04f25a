//! `ganglion reproduce`

use crate::harness::Scratch;
use crate::reduce::CONFIG;

#[test]
fn a_recording_becomes_one_report_and_finished_stages_are_not_repeated() {
    let scratch = Scratch::with_session();
    scratch.write("all.toml", CONFIG);
    let first = scratch.succeeds("reproduce all.toml --out all");
    assert!(!first.stderr.contains("done before"), "{}", first.stderr);
    let report = scratch.read("all/report.html");
    for part in [
        "<!DOCTYPE html>",
        "data:image/svg+xml",
        "Latency",
        "ganglion reduce",
        "epochs = 4",
    ] {
        assert!(report.contains(part), "{part}");
    }
    // One file: nothing is fetched from elsewhere.
    assert!(!report.contains("src=\"http") && !report.contains("href=\"http"));

    let second = scratch.succeeds("reproduce all.toml --out all");
    let stages = first.stderr.matches("ganglion ").count();
    assert_eq!(
        second.stderr.matches("done before").count(),
        stages,
        "{}",
        second.stderr
    );

    // Another setting of the reduction repeats it alone.
    let third = scratch.succeeds("reproduce all.toml --out all --set reduction.merge=0.8");
    assert_eq!(
        third.stderr.matches("done before").count(),
        stages - 1,
        "{}",
        third.stderr
    );
}
