//! Ways of saying how important a unit is.

use std::fmt;
use std::str::FromStr;

use ganglion_attribution::Rule;

/// The value of `--method`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// The path integral, refined until it is good enough.
    Path,
    /// A fixed rule of others, for comparison.
    Rule(Rule),
    /// Integrated gradients of the input.
    Pixels,
    /// Shapley values of channels.
    Shapley,
    /// Each channel silenced in turn.
    Ablation,
    /// Each unit silenced in turn.
    UnitAblation,
    /// Each of some pathways silenced in turn.
    Occlusion,
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, steps) = match text.split_once(':') {
            Some((name, steps)) => (name, Some(steps)),
            None => (text, None),
        };
        let steps = steps
            .map(|steps| steps.parse::<usize>().map_err(|_| not_steps(text)))
            .transpose()?;
        Ok(match (name, steps) {
            ("path", None) => Self::Path,
            ("gradient", None) => Self::Rule(Rule::Gradient),
            ("pixels", None) => Self::Pixels,
            ("shapley", None) => Self::Shapley,
            ("ablation", None) => Self::Ablation,
            ("unit-ablation", None) => Self::UnitAblation,
            ("occlusion", None) => Self::Occlusion,
            ("midpoint", Some(steps)) => Self::Rule(Rule::Midpoint { steps }),
            ("right-endpoint", Some(steps)) => Self::Rule(Rule::RightEndpoint { steps }),
            ("layer-conductance", Some(steps)) => Self::Rule(Rule::LayerConductance { steps }),
            ("midpoint" | "right-endpoint" | "layer-conductance", None) => {
                return Err(not_steps(text));
            }
            _ => {
                return Err(
                    "the methods are path, gradient, midpoint:N, right-endpoint:N, \
                            layer-conductance:N, shapley, ablation, unit-ablation, occlusion and pixels"
                        .to_owned(),
                );
            }
        })
    }
}

fn not_steps(text: &str) -> String {
    let name = text.split(':').next().unwrap_or_default();
    format!("say how many steps, as in {name}:100")
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("path"),
            Self::Rule(Rule::Gradient) => f.write_str("gradient"),
            Self::Rule(Rule::Midpoint { steps }) => write!(f, "midpoint:{steps}"),
            Self::Rule(Rule::RightEndpoint { steps }) => write!(f, "right-endpoint:{steps}"),
            Self::Rule(Rule::LayerConductance { steps }) => write!(f, "layer-conductance:{steps}"),
            Self::Pixels => f.write_str("pixels"),
            Self::Shapley => f.write_str("shapley"),
            Self::Ablation => f.write_str("ablation"),
            Self::UnitAblation => f.write_str("unit-ablation"),
            Self::Occlusion => f.write_str("occlusion"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for name in [
            "path",
            "gradient",
            "midpoint:7",
            "right-endpoint:100",
            "layer-conductance:20",
            "pixels",
            "shapley",
            "ablation",
            "unit-ablation",
            "occlusion",
        ] {
            assert_eq!(name.parse::<Method>().unwrap().to_string(), name);
        }
        assert!(
            "midpoint"
                .parse::<Method>()
                .unwrap_err()
                .contains("midpoint:100")
        );
        assert!(
            "path:3"
                .parse::<Method>()
                .unwrap_err()
                .contains("the methods are")
        );
    }
}
