//! Cells and which of them to use.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Row of a cell in the response datasets, counted from 0.
///
/// The session layout counts from 1 in the names `cell01`, `cell02`, ...; every number the
/// program takes or prints counts from 0.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct CellIndex(pub usize);

impl CellIndex {
    /// The name the session layout gives this cell's own datasets: 1-based, two digits.
    pub fn dataset_name(self) -> String {
        format!("cell{:02}", self.0 + 1)
    }

    /// Inverse of [`dataset_name`](Self::dataset_name); `None` for any other name.
    pub fn from_dataset_name(name: &str) -> Option<Self> {
        let number: usize = name.strip_prefix("cell")?.parse().ok()?;
        number.checked_sub(1).map(Self)
    }
}

impl fmt::Display for CellIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which cells of a recording to use: `"all"`, or a list of 0-based indices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenCells", into = "WrittenCells")]
pub enum CellSelection {
    /// Every cell, in the order of the file.
    #[default]
    All,
    /// These cells, in this order.
    List(Vec<usize>),
}

/// The form a configuration file holds.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected \"all\", or a list of cells counted from 0, such as [0, 2]"
)]
enum WrittenCells {
    Word(String),
    List(Vec<usize>),
}

impl TryFrom<WrittenCells> for CellSelection {
    type Error = String;

    fn try_from(written: WrittenCells) -> Result<Self, String> {
        match written {
            WrittenCells::Word(word) if word == "all" => Ok(Self::All),
            WrittenCells::Word(word) => Err(format!(
                "cells = \"{word}\": write \"all\" or a list such as [0, 2]"
            )),
            WrittenCells::List(list) => Ok(Self::List(list)),
        }
    }
}

impl From<CellSelection> for WrittenCells {
    fn from(selection: CellSelection) -> Self {
        match selection {
            CellSelection::All => Self::Word("all".into()),
            CellSelection::List(list) => Self::List(list),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_from_one() {
        assert_eq!(CellIndex(0).dataset_name(), "cell01");
        assert_eq!(CellIndex::from_dataset_name("cell22"), Some(CellIndex(21)));
        assert_eq!(CellIndex::from_dataset_name("cell00"), None);
        assert_eq!(CellIndex::from_dataset_name("firing_rate_10ms"), None);
    }

    #[test]
    fn a_selection_is_a_word_or_a_list() {
        let t = |text| serde_json::from_str::<CellSelection>(text);
        assert_eq!(t("\"all\"").unwrap(), CellSelection::All);
        assert_eq!(t("[3, 1]").unwrap(), CellSelection::List(vec![3, 1]));
        assert!(
            t("\"some\"")
                .unwrap_err()
                .to_string()
                .contains("write \"all\"")
        );
        assert_eq!(
            serde_json::to_string(&CellSelection::All).unwrap(),
            "\"all\""
        );
    }
}
