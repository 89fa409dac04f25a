//! Nonlinearities as Keras names them.

use serde_json::{Map, Value};

use super::step::KerasStep;
use crate::import::error::ImportError;

/// A nonlinearity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KerasActivation {
    Linear,
    Relu,
    Softplus,
    Exponential,
}

impl KerasActivation {
    /// That of a layer of its own, or the one that a convolution or dense layer ends with; none
    /// where the description does not say.
    pub(super) fn of(step: &KerasStep) -> Result<Option<Self>, ImportError> {
        match step.class.as_str() {
            "ReLU" => rectification(step, &step.config).map(Some),
            _ => match step.config.get("activation") {
                None => Ok(None),
                Some(value) => named(step, value).map(Some),
            },
        }
    }
}

fn named(step: &KerasStep, value: &Value) -> Result<KerasActivation, ImportError> {
    let name = match value {
        Value::Null => return Ok(KerasActivation::Linear),
        Value::String(name) => name.as_str(),
        Value::Object(object) => return of_object(step, object),
        other => return Err(step.refuse(format!("has the nonlinearity {other}"))),
    };
    Ok(match name {
        "linear" => KerasActivation::Linear,
        "relu" => KerasActivation::Relu,
        "softplus" => KerasActivation::Softplus,
        "exponential" | "exp" => KerasActivation::Exponential,
        other => return Err(unknown(step, other)),
    })
}

/// A nonlinearity that is a layer or a function of the user's own.
fn of_object(
    step: &KerasStep,
    object: &Map<String, Value>,
) -> Result<KerasActivation, ImportError> {
    let class = object.get("class_name").and_then(Value::as_str);
    match (class, object.get("config")) {
        (Some("ReLU"), Some(Value::Object(config))) => rectification(step, config),
        (_, Some(Value::String(name))) => Err(unknown(step, name)),
        _ => Err(unknown(step, class.unwrap_or("without a name"))),
    }
}

fn unknown(step: &KerasStep, name: &str) -> ImportError {
    step.refuse(format!(
        "has the nonlinearity `{name}`; networks here have relu in hidden layers and softplus at \
         the output, a linear-nonlinear model softplus or exponential"
    ))
}

fn rectification(
    step: &KerasStep,
    config: &Map<String, Value>,
) -> Result<KerasActivation, ImportError> {
    for name in ["max_value", "negative_slope", "threshold"] {
        match config.get(name) {
            None | Some(Value::Null) => (),
            Some(value) if value.as_f64() == Some(0.0) && name != "max_value" => (),
            Some(value) => {
                return Err(step.refuse(format!("is no plain rectification ({name} = {value})")));
            }
        }
    }
    Ok(KerasActivation::Relu)
}
