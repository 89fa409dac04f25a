//! The circuit of a ganglion cell, as physiologists draw it.

use super::circuit_symbols::{
    Ink, amacrine, bipolar, excitatory_end, ganglion_cell, inhibitory_end, kernel_inset, soma,
};
use super::{Figure, PAGE_WIDTH, Polarity};
use crate::draw::{Area, Color, LABEL_SIZE, Point, Scene, TICK_SIZE, Text, palette};
use crate::error::check_positive;
use crate::panel::no_data;
use crate::table::{number, number32};
use crate::{Error, Table};

/// Interneurons above the ganglion cell they drive: the kind by symbol, the polarity by fill, the
/// sign by the end of the line (triangle: excitatory, bar: inhibitory), the weight by its width. What is not certain is
/// pale and dashed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CircuitSchematic {
    /// Title of the page.
    pub title: String,
    /// The ganglion cell, for example `"Cell 3"`.
    pub ganglion_cell: String,
    /// Its inputs, from left to right; at most eight fit.
    pub inputs: Vec<CircuitInput>,
}

/// One input of the ganglion cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitInput {
    /// Its name, for example `"Fast OFF"` or `"Channels 2 + 5"`.
    pub name: String,
    /// Bipolar or amacrine cell.
    pub kind: Interneuron,
    /// Whether it responds to light or to dark.
    pub polarity: Polarity,
    /// Its weight in any unit: positive excites, negative inhibits.
    pub weight: f64,
    /// Its temporal kernel, oldest frame first; may be empty.
    pub kernel: Vec<f32>,
    /// Length of a frame in ms.
    pub frame_period_ms: f64,
    /// A short remark under the kernel, for example `"peak 80 ms"`; may be empty.
    pub note: String,
    /// Whether the ganglion cell is said to have it.
    pub certainty: Certainty,
}

/// Whether a ganglion cell is said to have an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// It is drawn as it is.
    #[default]
    Certain,
    /// Whether it has it is open: pale and dashed, with a question mark.
    Undetermined,
    /// A model of it has it, and it has probably not: paler, dashed.
    FitOnly,
}

impl Certainty {
    /// `"certain"`, `"undetermined"` or `"fit only"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Undetermined => "undetermined",
            Self::FitOnly => "fit only",
        }
    }

    /// What the legend says of it.
    fn legend(self) -> Option<&'static str> {
        match self {
            Self::Certain => None,
            Self::Undetermined => Some("?: undetermined"),
            Self::FitOnly => Some("a part of the network's fit only"),
        }
    }

    /// A colour, as pale as it is uncertain.
    fn tint(self, color: Color) -> Color {
        let fraction = match self {
            Self::Certain => 0.0,
            Self::Undetermined => 0.35,
            Self::FitOnly => 0.6,
        };
        color.mix(palette::WHITE, fraction)
    }

    /// A line, dashed where it is uncertain.
    fn line(self, scene: &mut Scene, line: Vec<Point>, width: f64) {
        let color = self.tint(palette::INK);
        match self {
            Self::Certain => scene.line(line, color, width),
            Self::Undetermined | Self::FitOnly => scene.dashed_line(&line, color, width),
        }
    }
}

/// The kind of an interneuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interneuron {
    /// A bipolar cell, drawn with dendrites above and an axon below.
    Bipolar,
    /// An amacrine cell, drawn flat with processes to its sides.
    Amacrine,
}

impl Interneuron {
    /// `"bipolar"` or `"amacrine"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bipolar => "bipolar",
            Self::Amacrine => "amacrine",
        }
    }
}

const COLUMN: f64 = 84.0;
const LEAST_COLUMN: f64 = 60.0;
const LEAST_WIDTH: f64 = 300.0;
const NAME: f64 = 12.0;
const INSET: (f64, f64) = (50.0, 30.0);
const SOMA: f64 = 92.0;
const DENDRITE: f64 = 158.0;
const GANGLION: f64 = 190.0;
const BOTTOM: f64 = 252.0;
/// Height of a line of the legend on what is uncertain.
const UNCERTAIN: f64 = 14.0;
const THINNEST: f64 = 0.7;
const THICKEST: f64 = 4.0;

impl CircuitInput {
    fn sign(&self) -> &'static str {
        if self.weight < 0.0 {
            "inhibitory"
        } else {
            "excitatory"
        }
    }

    fn ink(&self) -> Ink {
        Ink {
            color: self.certainty.tint(palette::INK),
            filled: self.polarity == Polarity::Off,
        }
    }

    fn draw(&self, scene: &mut Scene, x: f64, top: f64, largest: f64) {
        self.draw_kernel(scene, x, top);
        let weight = if largest > 0.0 {
            self.weight.abs() / largest
        } else {
            0.0
        };
        let width = THINNEST + (THICKEST - THINNEST) * weight;
        let (soma, end) = (top + SOMA, top + DENDRITE - 1.5);
        let stop = if self.weight < 0.0 {
            end - 1.5
        } else {
            end - 7.0
        };
        self.certainty
            .line(scene, vec![(x, soma), (x, stop)], width);
        match self.kind {
            Interneuron::Bipolar => bipolar(scene, (x, soma), self.ink()),
            Interneuron::Amacrine => amacrine(scene, (x, soma), self.ink()),
        }
        if self.weight < 0.0 {
            inhibitory_end(scene, (x, end - 1.5), self.ink().color);
        } else {
            excitatory_end(scene, (x, end), width, self.ink().color);
        }
        let label = format!("{:+.2}", self.weight).replace('-', "−");
        let at = (x + THICKEST / 2.0 + 4.0, (soma + end) / 2.0 + 4.0);
        scene.text(Text::new(label, at).size(TICK_SIZE).middle());
    }

    fn draw_kernel(&self, scene: &mut Scene, x: f64, top: f64) {
        let color = self.certainty.tint(self.polarity.color());
        let name = match self.certainty {
            Certainty::Undetermined => format!("{} ?", self.name),
            Certainty::Certain | Certainty::FitOnly => self.name.clone(),
        };
        let name = Text::new(name, (x, top + NAME)).size(TICK_SIZE + 0.5);
        scene.text(name.bold().centered().color(color));
        let inset = Area::new(x - INSET.0 / 2.0, top + NAME + 5.0, INSET.0, INSET.1);
        kernel_inset(scene, inset, &self.kernel, color);
        let note = Text::new(&*self.note, (x, inset.bottom() + 8.5)).size(TICK_SIZE - 0.5);
        scene.text(note.centered().color(palette::GREY));
    }

    fn record(&self, table: &mut Table) {
        let labels = [
            &*self.name,
            self.kind.name(),
            self.polarity.name(),
            self.sign(),
        ];
        let mut row = labels.map(str::to_owned).to_vec();
        row.push(number(self.weight));
        let certainty = self.certainty.name().to_owned();
        if self.kernel.is_empty() {
            let nothing = vec![String::new(), String::new(), certainty.clone()];
            table.push([row.clone(), nothing].concat());
        }
        let frames = self.kernel.len();
        for (frame, &value) in self.kernel.iter().enumerate() {
            // The newest frame that can act is one frame before the response.
            let before = (frames - frame) as f64 * self.frame_period_ms;
            let numbers = vec![number(before), number32(value), certainty.clone()];
            table.push([row.clone(), numbers].concat());
        }
    }
}

impl CircuitSchematic {
    fn check(&self) -> Result<(), Error> {
        self.inputs.iter().try_for_each(|input| {
            let what = |part: &str| format!("{part} of input {:?}", input.name);
            check_positive(&what("frame period"), input.frame_period_ms)?;
            if input.weight == 0.0 {
                return Ok(());
            }
            check_positive(&what("magnitude of the weight"), input.weight.abs())
        })
    }

    /// Width of the page and of the column of an input.
    fn widths(&self) -> (f64, f64) {
        let count = self.inputs.len().max(1) as f64;
        let column = ((PAGE_WIDTH - 20.0) / count).clamp(LEAST_COLUMN, COLUMN);
        ((count * column + 20.0).max(LEAST_WIDTH), column)
    }

    fn draw_circuit(&self, scene: &mut Scene, top: f64) {
        let (width, column) = self.widths();
        let count = self.inputs.len() as f64;
        let first = width / 2.0 - 0.5 * (count - 1.0) * column;
        let magnitudes = self.inputs.iter().map(|input| input.weight.abs());
        let largest = magnitudes.fold(0.0, f64::max);
        let last = first + (count - 1.0) * column;
        let reach = (first - 14.0, last + 14.0);
        let center = (width / 2.0, top + GANGLION);
        ganglion_cell(scene, center, top + DENDRITE, reach);
        let name = Text::new(&*self.ganglion_cell, (center.0 + 18.0, center.1));
        scene.text(name.bold().middle());
        for (index, input) in self.inputs.iter().enumerate() {
            input.draw(scene, first + index as f64 * column, top, largest);
        }
    }

    /// How inputs are uncertain, each way once.
    fn uncertain(&self) -> Vec<Certainty> {
        let ways = [Certainty::Undetermined, Certainty::FitOnly];
        let is_there = |way: &Certainty| self.inputs.iter().any(|input| input.certainty == *way);
        ways.into_iter().filter(is_there).collect()
    }

    /// What fills, ends and widths mean.
    fn draw_legend(&self, scene: &mut Scene, y: f64) {
        let (width, _) = self.widths();
        let entries = ["ON", "OFF", "excitatory", "inhibitory", "width: |weight|"];
        let label = |text: &str, x: f64| Text::new(text, (x, y)).size(TICK_SIZE).middle();
        let wide = |text: &&str| label(text, 0.0).width() + 28.0;
        let total: f64 = entries.iter().map(wide).sum::<f64>() - 14.0;
        let mut x = (width - total) / 2.0;
        for (index, text) in entries.iter().enumerate() {
            draw_key(scene, (x + 4.0, y), index);
            scene.text(label(text, x + 12.0));
            x += wide(text);
        }
    }
}

/// Draws a line of the legend on what is uncertain.
fn draw_uncertain_key(scene: &mut Scene, y: f64, certainty: Certainty) {
    let Some(legend) = certainty.legend() else {
        return;
    };
    let label = Text::new(legend, (0.0, y)).size(TICK_SIZE).middle();
    let key = 26.0;
    let x = (scene.width() - label.width() - key - 5.0) / 2.0;
    certainty.line(scene, vec![(x, y), (x + key, y)], 2.0);
    let label = Text::new(legend, (x + key + 5.0, y)).size(TICK_SIZE);
    scene.text(label.middle());
}

/// Draws the symbol of an entry of the legend.
fn draw_key(scene: &mut Scene, at: (f64, f64), index: usize) {
    let ink = |filled| Ink {
        color: palette::INK,
        filled,
    };
    let (x, y) = at;
    match index {
        0 | 1 => soma(scene, at, (3.6, 3.6), ink(index == 1)),
        2 => {
            scene.line(vec![(x, y - 5.0), (x, y - 2.0)], palette::INK, 1.4);
            excitatory_end(scene, (x, y + 4.0), 0.0, palette::INK);
        }
        3 => {
            scene.line(vec![(x, y - 5.0), (x, y + 2.5)], palette::INK, 1.4);
            inhibitory_end(scene, (x, y + 2.5), palette::INK);
        }
        _ => {
            let lines = [(-2.5, THINNEST), (3.0, 3.0)];
            for (offset, width) in lines {
                let line = vec![(x - 6.0, y + offset), (x + 5.0, y + offset)];
                scene.line(line, palette::INK, width);
            }
        }
    }
}

impl Figure for CircuitSchematic {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        let top = if self.title.is_empty() { 0.0 } else { 16.0 };
        let uncertain = self.uncertain();
        let below = UNCERTAIN * uncertain.len() as f64;
        let mut scene = Scene::new(self.widths().0, top + BOTTOM + below);
        if self.inputs.is_empty() {
            let page = scene.area();
            no_data(&mut scene, page);
            return Ok(scene);
        }
        let title = Text::new(&*self.title, (8.0, 12.0)).size(LABEL_SIZE + 1.0);
        scene.text(title.bold());
        self.draw_circuit(&mut scene, top);
        self.draw_legend(&mut scene, top + BOTTOM - 12.0);
        for (row, &certainty) in uncertain.iter().enumerate() {
            let y = top + BOTTOM - 12.0 + UNCERTAIN * (row + 1) as f64;
            draw_uncertain_key(&mut scene, y, certainty);
        }
        Ok(scene)
    }

    /// One row for every frame of every kernel; an input without a kernel has one row.
    fn table(&self) -> Table {
        let header = [
            "input",
            "kind",
            "polarity",
            "sign",
            "weight",
            "time_before_response_ms",
            "kernel",
            "certainty",
        ];
        let mut table = Table::new(header);
        self.inputs
            .iter()
            .for_each(|input| input.record(&mut table));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Mark;

    fn drawn(certainty: Certainty) -> Scene {
        let input = CircuitInput {
            name: "OFF".to_owned(),
            kind: Interneuron::Bipolar,
            polarity: Polarity::Off,
            weight: 1.0,
            kernel: vec![0.0, 1.0, 0.5],
            frame_period_ms: 10.0,
            note: String::new(),
            certainty,
        };
        let circuit = CircuitSchematic {
            inputs: vec![input],
            ..CircuitSchematic::default()
        };
        circuit.scene().unwrap()
    }

    /// Whether the thickest line, that of the input's axon, is in one piece, and its colour.
    fn axon(scene: &Scene) -> (bool, Color) {
        let strokes = scene.marks().iter().filter_map(|mark| match mark {
            Mark::Stroke {
                lines,
                color,
                width,
            } => Some((lines.len() == 1, *color, *width)),
            _ => None,
        });
        let thickest = strokes.max_by(|a, b| a.2.total_cmp(&b.2));
        let (is_whole, color, _) = thickest.expect("an axon is drawn");
        (is_whole, color)
    }

    fn says(scene: &Scene, part: &str) -> bool {
        scene.texts().any(|text| text.text.contains(part))
    }

    #[test]
    fn what_is_uncertain_is_pale_and_dashed_and_the_legend_says_so() {
        let certain = drawn(Certainty::Certain);
        assert_eq!(axon(&certain), (true, palette::INK));
        assert!(!says(&certain, "?"));
        let open = drawn(Certainty::Undetermined);
        assert!(says(&open, "OFF ?") && says(&open, "?: undetermined"));
        let fit = drawn(Certainty::FitOnly);
        assert!(says(&fit, "a part of the network's fit only"));
        let [(open_whole, open_color), (fit_whole, fit_color)] = [axon(&open), axon(&fit)];
        assert!(!open_whole && !fit_whole);
        // Paler the less certain.
        assert!(palette::INK.0 < open_color.0 && open_color.0 < fit_color.0);
        assert!(open.height() > certain.height());
    }
}
