//! `ganglion manual` and `ganglion completions`

use crate::harness::{Scratch, listing};

#[test]
fn there_is_a_page_for_the_program_and_for_each_command() {
    let scratch = Scratch::empty();
    let printed = scratch.succeeds("manual --out man").stdout;
    let pages = listing(&scratch.path("man"));
    assert_eq!(printed.lines().count(), pages.len(), "{printed}");
    let program = scratch.read("man/ganglion.1");
    let help = scratch.succeeds("--help").stdout;
    for command in ["train", "identify", "reproduce", "manual"] {
        let page = scratch.read(&format!("man/ganglion-{command}.1"));
        let of_command = scratch.succeeds(&format!("{command} --help")).stdout;
        let first = of_command.lines().next().unwrap();
        assert!(
            page.contains(first.split(&[',', '\'', '-'][..]).next().unwrap()),
            "{page}"
        );
        assert!(page.contains("\\-\\-quiet"), "{page}");
        assert!(
            program.contains(&format!("ganglion\\-{command}(1)")),
            "{program}"
        );
        assert!(help.contains(command));
    }
}

#[test]
fn completions_know_commands_and_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Scratch::empty()
            .succeeds(&format!("completions {shell}"))
            .stdout;
        for part in ["reproduce", "networks", "quiet"] {
            assert!(script.contains(part), "{shell}: {part}");
        }
    }
    let done = Scratch::empty().run("completions csh");
    assert!(
        done.code == Some(2) && done.stderr.contains("zsh"),
        "{done:?}"
    );
}
