//! Phenomena by name; [`crate::phenomena`] lists them.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Phenomenon};

impl Phenomenon {
    /// All names, as a sentence lists them: `a, b or c`.
    pub fn choice() -> String {
        match &Self::ALL.map(Self::name)[..] {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [others @ .., last] => format!("{} or {last}", others.join(", ")),
        }
    }
}

impl fmt::Display for Phenomenon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Phenomenon {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| Error::UnknownExperiment {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_are_those_of_files() {
        for phenomenon in Phenomenon::ALL {
            assert_eq!(phenomenon.name().parse::<Phenomenon>().unwrap(), phenomenon);
            let written = serde_json::to_string(&phenomenon).unwrap();
            assert_eq!(written, format!("\"{phenomenon}\""));
        }
    }

    #[test]
    fn a_sentence_lists_all_names() {
        let choice = Phenomenon::choice();
        let [first, .., last] = Phenomenon::ALL.map(Phenomenon::name);
        assert!(choice.starts_with(&format!("{first}, ")), "{choice}");
        assert!(choice.ends_with(&format!(" or {last}")), "{choice}");
    }

    #[test]
    fn another_name_is_refused_with_those_that_work() {
        let error = "latncy".parse::<Phenomenon>().unwrap_err().to_string();
        assert!(error.contains("\"latncy\""), "{error}");
        assert!(error.contains(&Phenomenon::ALL.map(Phenomenon::name).join(", ")));
    }
}
