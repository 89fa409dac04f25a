//! Command lines for people.

use std::fmt;
use std::path::Path;

/// What would be typed to run a stage by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine(Vec<String>);

impl CommandLine {
    /// A command.
    pub fn new(command: &str) -> Self {
        Self(vec![command.to_owned()])
    }

    /// With an argument.
    pub fn with(mut self, argument: impl Into<String>) -> Self {
        self.0.push(argument.into());
        self
    }

    /// With a file or folder.
    pub fn with_path(self, path: &Path) -> Self {
        self.with(path.display().to_string())
    }
}

impl fmt::Display for CommandLine {
    /// As a shell takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ganglion")?;
        for argument in &self.0 {
            match argument.contains([' ', '[', '"', '\'']) {
                true => write!(f, " '{}'", argument.replace('\'', r"'\''"))?,
                false => write!(f, " {argument}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_split_is_quoted() {
        let line = CommandLine::new("train")
            .with_path(Path::new("my folder/it's.toml"))
            .with("--set")
            .with(r#"recording.files=["a.h5"]"#);
        assert_eq!(
            line.to_string(),
            r#"ganglion train 'my folder/it'\''s.toml' --set 'recording.files=["a.h5"]'"#
        );
    }
}
