//! The size of a map by its half-maximum.

/// Points a pixel is interpolated at along each axis.
const SAMPLES: usize = 8;

/// Pixels of a map `[y, x]` at or above half of its largest value that hang together with it.
pub(super) fn half_maximum_region(map: &[f32], width: usize) -> Vec<usize> {
    let height = map.len() / width;
    let peak = (0..map.len()).max_by(|&a, &b| map[a].total_cmp(&map[b]));
    let Some(peak) = peak.filter(|&peak| map[peak] > 0.0) else {
        return Vec::new();
    };
    let mut inside = vec![false; map.len()];
    let (mut region, mut next) = (vec![peak], 0);
    inside[peak] = true;
    while next < region.len() {
        let (x, y) = (region[next] % width, region[next] / width);
        next += 1;
        let mut visit = |x: usize, y: usize| {
            let pixel = y * width + x;
            if !inside[pixel] && map[pixel] >= 0.5 * map[peak] {
                inside[pixel] = true;
                region.push(pixel);
            }
        };
        if x > 0 {
            visit(x - 1, y);
        }
        if x + 1 < width {
            visit(x + 1, y);
        }
        if y > 0 {
            visit(x, y - 1);
        }
        if y + 1 < height {
            visit(x, y + 1);
        }
    }
    region
}

/// Area, in pixels, over which a map `[y, x]` is at least half its largest value: within a pixel of
/// the connected region around the peak, interpolated linearly between pixel centres.
///
/// Zero for a map without a positive value.
pub fn half_maximum_area(map: &[f32], width: usize) -> f64 {
    let region = half_maximum_region(map, width);
    let Some(&peak) = region.first() else {
        return 0.0;
    };
    let near = |x: f64, y: f64| {
        region.iter().any(|&pixel| {
            let (column, row) = ((pixel % width) as f64, (pixel / width) as f64);
            (column - x).abs() < 1.0 && (row - y).abs() < 1.0
        })
    };
    let columns = bounds(region.iter().map(|pixel| pixel % width));
    let rows = bounds(region.iter().map(|pixel| pixel / width));
    let steps = |[low, high]: [usize; 2]| {
        let count = (high - low + 3) * SAMPLES;
        (0..count).map(move |step| low as f64 - 1.5 + (step as f64 + 0.5) / SAMPLES as f64)
    };
    let half = 0.5 * f64::from(map[peak]);
    let inside = steps(rows)
        .flat_map(|y| steps(columns).map(move |x| (x, y)))
        .filter(|&(x, y)| interpolated(map, width, x, y) >= half && near(x, y))
        .count();
    inside as f64 / (SAMPLES * SAMPLES) as f64
}

fn bounds(values: impl Iterator<Item = usize>) -> [usize; 2] {
    values.fold([usize::MAX, 0], |[low, high], value| {
        [low.min(value), high.max(value)]
    })
}

/// The map between pixel centres; beyond the edge it keeps the edge's value for half a pixel, then
/// there is nothing.
fn interpolated(map: &[f32], width: usize, x: f64, y: f64) -> f64 {
    let height = map.len() / width;
    let ([x, y], last) = ([x, y], [width as f64 - 1.0, height as f64 - 1.0]);
    if x < -0.5 || y < -0.5 || x > last[0] + 0.5 || y > last[1] + 0.5 {
        return 0.0;
    }
    let (x, y) = (x.clamp(0.0, last[0]), y.clamp(0.0, last[1]));
    let (column, row) = (x.floor(), y.floor());
    let at = |dx: f64, dy: f64| {
        let (column, row) = ((column + dx).min(last[0]), (row + dy).min(last[1]));
        f64::from(map[row as usize * width + column as usize])
    };
    let (across, down) = (x - column, y - row);
    let top = at(0.0, 0.0) * (1.0 - across) + at(1.0, 0.0) * across;
    let bottom = at(0.0, 1.0) * (1.0 - across) + at(1.0, 1.0) * across;
    top * (1.0 - down) + bottom * down
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gaussian_is_half_its_peak_at_its_known_radius() {
        let sigma = 2.5f64;
        let map: Vec<f32> = (0..900)
            .map(|pixel| {
                let (x, y) = ((pixel % 30) as f64 - 14.3, (pixel / 30) as f64 - 13.8);
                (-(x * x + y * y) / (2.0 * sigma * sigma)).exp() as f32
            })
            .collect();
        let exact = std::f64::consts::PI * 2.0 * 2f64.ln() * sigma * sigma;
        let found = half_maximum_area(&map, 30);
        // The peak lies between pixels, and lines are not curves.
        assert!((found / exact - 1.0).abs() < 0.04, "{found}, not {exact}");
    }

    #[test]
    fn another_peak_elsewhere_does_not_count() {
        let mut map = vec![0.0f32; 400];
        map[210] = 1.0;
        let alone = half_maximum_area(&map, 20);
        map[25] = 0.9;
        assert_eq!(half_maximum_area(&map, 20), alone);
        assert_eq!(half_maximum_area(&[-1.0; 4], 2), 0.0);
    }
}
