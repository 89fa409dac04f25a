//! Why a pickle is not read.

/// Why a pickle is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// It ends too early.
    #[error("the pickle is cut off at byte {at}")]
    CutOff {
        /// Where more was expected.
        at: usize,
    },
    /// An instruction that the machine does not know.
    #[error("the pickle holds instruction {code:#04x} at byte {at}, which is not read here")]
    Instruction {
        /// The instruction.
        code: u8,
        /// Its place.
        at: usize,
    },
    /// An instruction lacks its operands, or they are of the wrong kind.
    #[error("the pickle is malformed at byte {at}: {problem}")]
    Malformed {
        /// Its place.
        at: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// It would run something.
    #[error(
        "the pickle asks Python to call {module}.{name}: opening it with Python could run any \
         program. Nothing was run here; do not trust this file"
    )]
    Harmful {
        /// Module of the function.
        module: String,
        /// The function.
        name: String,
    },
    /// More than any weights file needs.
    #[error("the pickle holds more than {limit} {what}, which no weights file needs")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many are read at most.
        limit: usize,
    },
}
