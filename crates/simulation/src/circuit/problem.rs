//! A value of a circuit that makes no sense.

/// What is wrong with a value of a circuit, and what would work.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{key} = {value} {problem}; {remedy}")]
pub struct Problem {
    /// The key, such as `interneurons.on-fast.centre_sd`.
    pub key: String,
    /// The value that was given.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What would work.
    pub remedy: String,
}

impl Problem {
    pub(crate) fn new(
        key: impl Into<String>,
        value: impl ToString,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            value: value.to_string(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// The same problem of a key within a table.
    pub(crate) fn within(mut self, table: &str) -> Self {
        self.key = format!("{table}.{}", self.key);
        self
    }
}

/// Refuses anything but positive numbers.
pub(crate) fn positive(key: &str, value: f64) -> Result<(), Problem> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Problem::new(
        key,
        value,
        "is not positive",
        "give a number above 0",
    ))
}

/// Refuses negative numbers.
pub(crate) fn not_negative(key: &str, value: f64) -> Result<(), Problem> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Problem::new(
        key,
        value,
        "is negative or no number",
        "give 0 or more",
    ))
}

/// Refuses infinities and what is no number.
pub(crate) fn finite(key: &str, value: f64) -> Result<(), Problem> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Problem::new(
        key,
        value,
        "is not finite",
        "give a finite number",
    ))
}
