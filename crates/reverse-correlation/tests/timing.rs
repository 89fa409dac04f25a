use ganglion_recording::{
    CellIndex, Milliseconds, Movie, MovieShape, Normalisation, NormalisationRule,
};
use ganglion_reverse_correlation::*;
#[test]
fn timing() {
    let shape = MovieShape {
        frames: 360_000,
        height: 50,
        width: 50,
    };
    let mut state = 1u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let movie: Vec<u8> = (0..shape.elements() / 8)
        .flat_map(|_| next().to_le_bytes())
        .collect();
    let movie = Movie::from_u8(shape, movie);
    let rates: Vec<Vec<f32>> = (0..15)
        .map(|c| {
            (0..shape.frames)
                .map(|t| {
                    if (t * 7919 + c * 31) % 97 < 5 {
                        100.0
                    } else {
                        0.0
                    }
                })
                .collect()
        })
        .collect();
    let responses = CellResponses {
        cells: (0..15).map(CellIndex).collect(),
        kind: ResponseKind::Spikes,
        rates,
    };
    let all = 0..shape.frames;
    let start = std::time::Instant::now();
    let normalisation = Normalisation::fit(
        NormalisationRule::Global,
        &movie,
        std::slice::from_ref(&all),
    )
    .unwrap();
    eprintln!("fit {:?}", start.elapsed());
    for estimate in [FieldEstimate::Average, FieldEstimate::Decorrelated] {
        let start = std::time::Instant::now();
        let settings = FieldSettings {
            history: 40,
            frame_period: Milliseconds(10.0),
            estimate: Some(estimate),
        };
        let found = find(
            ShownMovie {
                movie: &movie,
                normalisation: &normalisation,
            },
            &responses,
            std::slice::from_ref(&(40..shape.frames)),
            settings,
        )
        .unwrap();
        eprintln!(
            "{estimate:?} {:?} {:?}",
            start.elapsed(),
            found.cells[0].significance
        );
    }
}
