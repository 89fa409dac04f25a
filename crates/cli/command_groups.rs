//! Commands in groups, for `--help`.

use std::fmt::Write;

use clap::Subcommand;

use crate::command::Command;

/// What people look for, and the commands for it.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Recordings",
        &["inspect", "import", "receptive-fields", "simulate"],
    ),
    ("Models", &["train", "respond", "export", "card"]),
    (
        "Phenomena and circuits",
        &["reproduce", "experiment", "identify", "reduce", "attribute"],
    ),
    (
        "Judging",
        &["evaluate", "score", "recovery", "interneurons"],
    ),
    (
        "Other",
        &["plot", "reference", "completions", "manual", "help"],
    ),
];

/// Columns of the names.
const NAMES: usize = 20;
/// Columns of a line, at most.
const WIDTH: usize = 100;

/// The help of the program: the commands by groups, each with its own sentence, then the options.
pub fn help_template() -> String {
    let program = Command::augment_subcommands(clap::Command::new("ganglion"));
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "\n{title}:");
        for name in names {
            let about = program
                .find_subcommand(name)
                .and_then(clap::Command::get_about);
            let about = about.map_or(
                "Print this message or the help of a command".to_owned(),
                |about| about.to_string(),
            );
            text += &entry(name, &about);
        }
    }
    text + "\nOptions:\n{options}"
}

/// A name and a sentence, which goes on below itself where it is too long.
fn entry(name: &str, about: &str) -> String {
    let mut text = format!("  {name:0$}", NAMES - 2);
    let mut column = NAMES;
    for word in about.split(' ') {
        if column + word.chars().count() > WIDTH {
            let _ = write!(text, "\n{:NAMES$}", "");
            column = NAMES;
        }
        let _ = write!(text, "{word} ");
        column += word.chars().count() + 1;
    }
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let program = Command::augment_subcommands(clap::Command::new("ganglion"));
        let known = program.get_subcommands().map(clap::Command::get_name);
        let known: BTreeSet<&str> = known.chain(["help"]).collect();
        let grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        assert_eq!(grouped.len(), known.len());
        assert_eq!(grouped.into_iter().collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn long_sentences_go_on_below_themselves() {
        let text = entry("evaluate", &"word ".repeat(30));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert!(lines[1].starts_with(&" ".repeat(NAMES)) && lines[0].starts_with("  evaluate"));
    }
}
