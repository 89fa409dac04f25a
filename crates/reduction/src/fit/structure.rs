//! Which candidates a circuit is made of, and with which signs.

use ganglion_attribution::Sign;

/// Candidates with their signs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Structure {
    /// Indices of candidates, in rising order.
    pub members: Vec<usize>,
    /// Whether each excites.
    pub excites: Vec<bool>,
}

impl Structure {
    /// Every choice of `count` of `candidates`, with every choice of signs.
    pub fn all(candidates: usize, count: usize) -> Vec<Self> {
        let signs = |members: Vec<usize>| {
            let patterns = 0..1usize << members.len();
            patterns.map(move |pattern| Self {
                excites: (0..members.len())
                    .map(|place| pattern >> place & 1 == 0)
                    .collect(),
                members: members.clone(),
            })
        };
        choices(candidates, count)
            .into_iter()
            .flat_map(signs)
            .collect()
    }

    /// The structure with one more candidate, of either sign; none if it has it already.
    pub fn with(&self, candidate: usize) -> Vec<Self> {
        if self.members.contains(&candidate) {
            return Vec::new();
        }
        let place = self.members.partition_point(|&member| member < candidate);
        let extended = |excites: bool| {
            let mut extended = self.clone();
            extended.members.insert(place, candidate);
            extended.excites.insert(place, excites);
            extended
        };
        vec![extended(true), extended(false)]
    }

    /// Sign of a pathway.
    pub fn sign(&self, place: usize) -> Sign {
        match self.excites[place] {
            true => Sign::Excitatory,
            false => Sign::Inhibitory,
        }
    }

    /// The sign of a pathway as a factor.
    pub(super) fn factor(&self, place: usize) -> f64 {
        if self.excites[place] { 1.0 } else { -1.0 }
    }
}

/// Every choice of `count` of `all` things, in order.
pub fn choices(all: usize, count: usize) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new()];
    for _ in 0..count {
        found = found
            .into_iter()
            .flat_map(|chosen: Vec<usize>| {
                let next = chosen.last().map_or(0, |last| last + 1);
                (next..all).map(move |one| [&chosen[..], &[one]].concat())
            })
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_structures_are_all_choices_times_all_signs() {
        assert_eq!(choices(4, 2).len(), 6);
        assert_eq!(choices(3, 3), [[0, 1, 2]]);
        assert_eq!(Structure::all(8, 3).len(), 56 * 8);
        let pairs = Structure::all(5, 2);
        for (place, one) in pairs.iter().enumerate() {
            assert!(!pairs[..place].contains(one));
        }
        let larger = pairs[0].with(3);
        assert_eq!(larger[1].members, [0, 1, 3]);
        assert_eq!(larger[1].excites, [true, true, false]);
        assert!(pairs[0].with(1).is_empty());
    }
}
