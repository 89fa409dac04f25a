//! A moving bar seen ahead of where a flashed bar is.

use super::page::Page;
use super::{Figure, Measured, PAGE_WIDTH};
use crate::draw::{Area, Color, palette};
use crate::panel::{Annotation, Axis, DotPanel, LinePanel, Series, extent};
use crate::{Error, Scene, Table};

/// Motion anticipation: the profile of the population's rate around a moving and a flashed bar,
/// and the lead of one over the other (Berry et al. 1999, their form).
///
/// Distances run along the motion: positive is ahead of the bar, for both directions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnticipationFigure {
    /// Title of the page.
    pub title: String,
    /// Distance of a cell from the centre of the bar along the motion, in µm `[distance]`.
    pub distance_um: Vec<f64>,
    /// Profiles of the bar moving in each direction.
    pub moving: Vec<MotionProfile>,
    /// Rate of the flashed bar in Hz `[distance]`.
    pub flashed_hz: Measured,
    /// Width of the bar in µm.
    pub bar_width_um: f64,
    /// What the bands are, for example `"s.e.m., 12 cells"`; may be empty.
    pub error_name: String,
    /// Mean lead in µm, written into the profile.
    pub lead_um: Option<f64>,
    /// Lead of single cells in µm, by group such as a class or a direction; may be empty.
    pub cell_leads_um: Vec<(String, Vec<f64>)>,
    /// Speeds of a sweep in mm/s `[speed]`, rising; may be empty.
    pub speeds_mm_per_s: Vec<f64>,
    /// Mean lead at each speed in µm `[speed]`.
    pub lead_by_speed_um: Measured,
}

/// The profile of a bar that moves in one direction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MotionProfile {
    /// The direction, for example `"Moving right"`.
    pub name: String,
    /// Rate in Hz `[distance]`.
    pub rate_hz: Measured,
}

const HEIGHT: f64 = 168.0;
const COLORS: [Color; 2] = [palette::BLUE, palette::SKY];

impl AnticipationFigure {
    fn check(&self) -> Result<(), Error> {
        let distances = self.distance_um.len();
        for profile in &self.moving {
            profile.rate_hz.check(&profile.name, distances)?;
        }
        self.flashed_hz.check("flashed_hz", distances)?;
        let speeds = self.speeds_mm_per_s.len();
        self.lead_by_speed_um.check("lead_by_speed_um", speeds)
    }

    fn band(&self, name: &str, rate: &Measured) -> Series {
        let line = Series::new(name, self.distance_um.clone(), rate.values.clone());
        if rate.errors.is_empty() {
            line
        } else {
            line.error(&rate.errors)
        }
    }

    fn profiles(&self) -> LinePanel {
        let x = Axis::new("Distance ahead of bar centre (µm)");
        let y = Axis::new("Rate (Hz)").reaching(0.0);
        let half = 0.5 * self.bar_width_um;
        let panel = LinePanel::new("", x, y).annotate(Annotation::Object {
            from: -half,
            to: half,
            name: "Bar".to_owned(),
            moving: true,
        });
        let flashed = self.band("Flashed", &self.flashed_hz).color(palette::INK);
        let panel =
            self.moving
                .iter()
                .enumerate()
                .fold(panel.with(flashed), |panel, (index, profile)| {
                    let line = self.band(&profile.name, &profile.rate_hz);
                    panel.with(line.color(COLORS[index % COLORS.len()]))
                });
        let lead = self.lead_um.filter(|lead| lead.is_finite());
        lead.and_then(|lead| self.lead_arrow(lead))
            .into_iter()
            .fold(panel, LinePanel::annotate)
    }

    /// An arrow from the bar's centre over the lead, above every profile.
    fn lead_arrow(&self, lead: f64) -> Option<Annotation> {
        let moving = self
            .moving
            .iter()
            .flat_map(|profile| profile.rate_hz.tops());
        let (_, peak) = extent(self.flashed_hz.tops().chain(moving))?;
        let label = format!("Lead {lead:.0} µm").replace('-', "−");
        Some(Annotation::Distance {
            from: 0.0,
            to: lead,
            at: 1.06 * peak,
            label,
        })
    }

    fn leads(&self) -> DotPanel {
        let panel = DotPanel::new("", Axis::new("Lead (µm)").reaching(0.0)).level(0.0);
        let groups = &self.cell_leads_um;
        groups
            .iter()
            .enumerate()
            .fold(panel, |panel, (index, (name, leads))| {
                // Two groups are the two directions.
                let color = match groups.len() {
                    2 => COLORS[index],
                    _ => palette::series(index),
                };
                panel.with(name.clone(), leads.clone(), color)
            })
    }

    fn speeds(&self) -> LinePanel {
        let x = Axis::new("Speed (mm/s)").logarithmic();
        let panel = LinePanel::new("", x, Axis::new("Lead (µm)").reaching(0.0)).level(0.0);
        let lead = self.lead_by_speed_um.series("", &self.speeds_mm_per_s);
        panel.with(lead.listed_as("").color(palette::BLUE))
    }

    fn page(&self) -> Page {
        let distance = "Distance ahead of bar centre (µm)";
        let sweep = !self.speeds_mm_per_s.is_empty();
        let cells = !self.cell_leads_um.is_empty();
        let third = if sweep { 142.0 } else { 0.0 };
        let second = if cells { 122.0 } else { 0.0 };
        let first = PAGE_WIDTH - second - third;
        let at = |x: f64, width: f64| Area::new(x, 0.0, width, HEIGHT);
        let mut page = Page::new(&self.title, HEIGHT).with(
            "profile",
            [distance, "Rate (Hz)"],
            at(0.0, first),
            self.profiles(),
        );
        if cells {
            let place = at(first, second);
            page = page.with("lead by cell", ["Cell", "Lead (µm)"], place, self.leads());
        }
        if sweep {
            let place = at(first + second, third);
            let axes = ["Speed (mm/s)", "Lead (µm)"];
            page = page.with("lead by speed", axes, place, self.speeds());
        }
        page
    }
}

impl Figure for AnticipationFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    fn table(&self) -> Table {
        self.page().table()
    }
}
