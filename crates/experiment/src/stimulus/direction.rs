//! Directions on the screen.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A direction in degrees: 0 is right (columns grow), 90 is down (rows grow), 180 left, 270 up.
///
/// In files a number, or one of `"right"`, `"down"`, `"left"`, `"up"`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenDirection", into = "WrittenDirection")]
#[schemars(extend("unit" = "degrees"))]
pub struct Direction(pub f64);

impl Direction {
    /// Towards larger columns.
    pub const RIGHT: Self = Self(0.0);
    /// Towards larger rows.
    pub const DOWN: Self = Self(90.0);
    /// Towards smaller columns.
    pub const LEFT: Self = Self(180.0);
    /// Towards smaller rows.
    pub const UP: Self = Self(270.0);

    /// Unit vector `[x, y]`, exact for the four directions along rows and columns.
    pub fn vector(self) -> [f64; 2] {
        match self.0.rem_euclid(360.0) {
            0.0 => [1.0, 0.0],
            90.0 => [0.0, 1.0],
            180.0 => [-1.0, 0.0],
            270.0 => [0.0, -1.0],
            degrees => [degrees.to_radians().cos(), degrees.to_radians().sin()],
        }
    }

    /// The direction against it.
    pub fn opposite(self) -> Self {
        Self((self.0 + 180.0).rem_euclid(360.0))
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::RIGHT => f.write_str("right"),
            Self::DOWN => f.write_str("down"),
            Self::LEFT => f.write_str("left"),
            Self::UP => f.write_str("up"),
            Self(degrees) => write!(f, "{degrees} degrees"),
        }
    }
}

impl Default for Direction {
    fn default() -> Self {
        Self::RIGHT
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected degrees, or right, down, left or up")]
enum WrittenDirection {
    Degrees(f64),
    Named(Named),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Named {
    Right,
    Down,
    Left,
    Up,
}

impl From<WrittenDirection> for Direction {
    fn from(written: WrittenDirection) -> Self {
        match written {
            WrittenDirection::Degrees(degrees) => Self(degrees),
            WrittenDirection::Named(Named::Right) => Self::RIGHT,
            WrittenDirection::Named(Named::Down) => Self::DOWN,
            WrittenDirection::Named(Named::Left) => Self::LEFT,
            WrittenDirection::Named(Named::Up) => Self::UP,
        }
    }
}

impl From<Direction> for WrittenDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::RIGHT => Self::Named(Named::Right),
            Direction::DOWN => Self::Named(Named::Down),
            Direction::LEFT => Self::Named(Named::Left),
            Direction::UP => Self::Named(Named::Up),
            Direction(degrees) => Self::Degrees(degrees),
        }
    }
}
