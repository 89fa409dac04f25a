//! Numbers in JSON, which has none that are not finite: they are null there, and NaN when read.

/// One number.
pub(crate) mod one {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(from)?.unwrap_or(f64::NAN))
    }
}

/// Several numbers.
pub(crate) mod many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        let finite = values
            .iter()
            .map(|value| value.is_finite().then_some(*value));
        finite.collect::<Vec<Option<f64>>>().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let values = Vec::<Option<f64>>::deserialize(from)?;
        Ok(values
            .into_iter()
            .map(|value| value.unwrap_or(f64::NAN))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::Score;

    #[test]
    fn what_is_no_number_comes_back_as_none() {
        let score = Score {
            bits_per_spike: f64::NAN,
            loss: 0.5,
            bins: 10.0,
            spikes: 0.0,
        };
        let text = serde_json::to_string(&score).unwrap();
        let read: Score = serde_json::from_str(&text).unwrap();
        assert!(read.bits_per_spike.is_nan() && read.loss == 0.5, "{text}");
    }
}
