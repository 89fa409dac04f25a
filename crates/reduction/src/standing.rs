//! How a pathway of a circuit stands: what is stated of the cell, what is undetermined, and what belongs to the fit alone.

use crate::stated::STATED;

/// Probability below which a pathway is told to be a part of the network's fit only: at this odds, 19 to 1 against it, nobody
/// would call it a finding about the cell.
pub const FIT_ONLY: f64 = 0.05;

/// How a pathway of a circuit stands in the cell that the network is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// The cell has it, with this probability, if its circuit is of the class.
    Stated(f64),
    /// Whether the cell has it is open.
    Undetermined(f64),
    /// The network's fit has it, and the cell, as far as is known, has not.
    FitOnly(f64),
    /// Nothing is known of it but that the fit has it.
    Unknown,
}

impl Standing {
    /// That of a pathway with a probability, in a cell of which something may be stated or nothing.
    pub fn new(probability: Option<f64>, may_be_stated: bool) -> Self {
        match probability {
            None => Self::Unknown,
            Some(p) if p > STATED && may_be_stated => Self::Stated(p),
            Some(p) if p < FIT_ONLY => Self::FitOnly(p),
            Some(p) => Self::Undetermined(p),
        }
    }

    /// Whether it is stated; none where nothing is known.
    pub fn is_stated(self) -> Option<bool> {
        match self {
            Self::Stated(_) => Some(true),
            Self::Undetermined(_) | Self::FitOnly(_) => Some(false),
            Self::Unknown => None,
        }
    }

    /// The probability, where it is known.
    pub fn probability(self) -> Option<f64> {
        match self {
            Self::Stated(p) | Self::Undetermined(p) | Self::FitOnly(p) => Some(p),
            Self::Unknown => None,
        }
    }
}

/// What is stated of a cell, what is undetermined, and what of its circuit is the fit's alone, in a sentence each; nothing
/// else is said of the cell.
pub fn told(cell: impl std::fmt::Display, names: &[String], standings: &[Standing]) -> String {
    let of = |wanted: fn(Standing) -> bool| -> Vec<String> {
        let all = names.iter().zip(standings);
        let wanted = all.filter(|(_, standing)| wanted(**standing));
        wanted
            .map(|(name, standing)| match standing.probability() {
                Some(probability) => format!("{name} (p {probability:.2})"),
                None => name.clone(),
            })
            .collect()
    };
    let stated = of(|one| matches!(one, Standing::Stated(_)));
    let parts = [
        (
            "Undetermined",
            of(|one| matches!(one, Standing::Undetermined(_))),
        ),
        (
            "A part of the network's fit only",
            of(|one| matches!(one, Standing::FitOnly(_))),
        ),
        (
            "Whether the cell has it is not known",
            of(|one| one == Standing::Unknown),
        ),
    ];
    let mut text = match stated.is_empty() {
        true => format!("Of cell {cell} no pathway is stated."),
        false => format!("Stated of cell {cell}: {}.", stated.join(", ")),
    };
    for (title, names) in parts.iter().filter(|(_, names)| !names.is_empty()) {
        text += &format!(" {title}: {}.", names.join(", "));
    }
    text + " Whether there are other pathways cannot be said."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pathways_stand_by_their_probability_and_their_cell() {
        let known = |p, may_be_stated| Standing::new(Some(p), may_be_stated);
        assert_eq!(known(0.95, true), Standing::Stated(0.95));
        assert_eq!(known(0.95, false), Standing::Undetermined(0.95));
        assert_eq!(known(0.9, true), Standing::Undetermined(0.9));
        assert_eq!(known(0.01, true), Standing::FitOnly(0.01));
        assert_eq!(Standing::new(None, true).is_stated(), None);
    }

    /// What is undetermined is never in the sentence on what is stated.
    #[test]
    fn what_is_stated_is_told_apart_from_what_is_not() {
        let names = [
            "fast OFF excitation",
            "slow OFF inhibition",
            "ON excitation",
        ]
        .map(String::from);
        let standings = [0.0, 0.99, 0.4].map(|p| Standing::new(Some(p), true));
        let text = told(3, &names, &standings);
        let sentences: Vec<&str> = text.split(". ").collect();
        assert_eq!(
            sentences[0],
            "Stated of cell 3: slow OFF inhibition (p 0.99)"
        );
        assert_eq!(sentences[1], "Undetermined: ON excitation (p 0.40)");
        assert_eq!(
            sentences[2],
            "A part of the network's fit only: fast OFF excitation (p 0.00)"
        );
        assert!(sentences[3].contains("cannot be said"), "{text}");
        let nothing = told(3, &names[..1], &standings[..1]);
        assert!(
            nothing.starts_with("Of cell 3 no pathway is stated."),
            "{nothing}"
        );
    }
}
