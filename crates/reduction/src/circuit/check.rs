//! Whether the parts of a circuit make sense together.

use super::{Circuit, Pathway};
use crate::error::Error;

impl Circuit {
    /// Refuses a circuit that cannot be computed.
    ///
    /// # Errors
    /// [`Error::Circuit`], which names the key and says what would work.
    pub fn check(&self) -> Result<(), Error> {
        let screen = &self.screen;
        for (key, value) in [
            ("screen.height", screen.height as f64),
            ("screen.width", screen.width as f64),
            ("screen.history", screen.history as f64),
            ("screen.frame_period", screen.frame_period.0),
            ("screen.microns_per_pixel", screen.microns_per_pixel.0),
            ("output.softness_hz", self.output.softness_hz),
        ] {
            require(
                value > 0.0 && value.is_finite(),
                key,
                "must be a number above 0",
            )?;
        }
        require(
            self.output.threshold_hz.is_finite(),
            "output.threshold_hz",
            "must be finite",
        )?;
        let highest = self.output.highest_hz.unwrap_or(1.0);
        require(
            highest > 0.0 && highest.is_finite(),
            "output.highest_hz",
            "must be a number above 0, or left out",
        )?;
        self.pathways
            .iter()
            .enumerate()
            .try_for_each(|(index, pathway)| {
                self.check_pathway(&format!("pathways[{index}]"), pathway)
            })
    }

    fn check_pathway(&self, table: &str, pathway: &Pathway) -> Result<(), Error> {
        let key = |key: &str| format!("{table}.{key}");
        let known = pathway.weight >= 0.0 && pathway.weight.is_finite();
        require(known, &key("weight"), "must be a number at or above 0")?;
        let known = pathway.threshold.is_finite();
        require(known, &key("threshold"), "must be finite")?;
        let spread = pathway.threshold_spread;
        let known = spread >= 0.0 && spread.is_finite();
        require(
            known,
            &key("threshold_spread"),
            "must be a number at or above 0",
        )?;
        let known = pathway.depression.is_none_or(|one| {
            let [recovery, depletion] = [one.recovery.0, one.depletion];
            recovery > 0.0 && recovery.is_finite() && depletion >= 0.0 && depletion.is_finite()
        });
        require(
            known,
            &key("depression"),
            "needs a recovery above 0 and a depletion at or above 0",
        )?;
        let places = [pathway.pool.centre.x, pathway.pool.centre.y];
        let known = places.iter().all(|place| place.0.is_finite()) && pathway.pool.sd.0 > 0.0;
        require(
            known,
            &key("pool"),
            "needs a finite centre and an sd above 0",
        )?;
        let (kernel, screen) = (&pathway.kernel, &self.screen);
        let fits = kernel.history() == screen.history
            && (1..=screen.height).contains(&kernel.height)
            && (1..=screen.width).contains(&kernel.width);
        let problem = format!(
            "must have one list for each of the screen's {} frames and fit into {}x{} pixels",
            screen.history, screen.height, screen.width
        );
        require(fits, &key("kernel"), &problem)?;
        let size = kernel.height * kernel.width;
        let whole = kernel
            .frames
            .iter()
            .all(|frame| frame.len() == size && frame.iter().all(|value| value.is_finite()));
        let problem = "must have height * width finite values in every frame";
        require(whole, &key("kernel.frames"), problem)
    }
}

fn require(condition: bool, key: &str, problem: &str) -> Result<(), Error> {
    if condition {
        return Ok(());
    }
    Err(Error::Circuit {
        key: key.to_owned(),
        problem: problem.to_owned(),
    })
}
