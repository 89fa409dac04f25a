//! Where the blocks of a partition begin.

use crate::container::Container;
use crate::{Error, Partition};

/// Frames at which a block begins that does not follow what is before it, without the first: dataset
/// `block_starts`, or attribute `blocks` of the group, a number of equal blocks. None where neither is there.
///
/// # Errors
/// Where they are no frames in ascending order, or the blocks are not equal.
pub(super) fn read(
    container: &Container,
    partition: Partition,
    frames: usize,
) -> Result<Vec<usize>, Error> {
    let name = partition.path("block_starts");
    if container.has(&name) {
        let stored = container.dataset(&name)?;
        stored.require(&[1], "one dimension [block]")?;
        let starts = stored.rows_f64(0..stored.shape()[0])?;
        return of_starts(&starts, frames).map_err(|problem| Error::BadBlocks {
            path: container.path().to_owned(),
            partition,
            what: "`block_starts`",
            problem,
        });
    }
    match container.number(partition.group(), "blocks")? {
        None => Ok(Vec::new()),
        Some(blocks) => of_equal(blocks, frames).map_err(|problem| Error::BadBlocks {
            path: container.path().to_owned(),
            partition,
            what: "attribute `blocks`",
            problem,
        }),
    }
}

fn of_starts(starts: &[f64], frames: usize) -> Result<Vec<usize>, String> {
    let is_frame = |start: &f64| start.fract() == 0.0 && (0.0..frames as f64).contains(start);
    if let Some(start) = starts.iter().find(|start| !is_frame(start)) {
        return Err(format!(
            "holds {start}, which is no frame of a movie of {frames}; frames are counted from 0"
        ));
    }
    if starts.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err("is not in ascending order; write the frames in the order of the movie".into());
    }
    let starts = starts.iter().map(|&start| start as usize);
    Ok(starts.filter(|&start| start > 0).collect())
}

fn of_equal(blocks: f64, frames: usize) -> Result<Vec<usize>, String> {
    let whole = blocks.fract() == 0.0 && blocks >= 1.0 && blocks <= frames as f64;
    if !whole || !frames.is_multiple_of(blocks as usize) {
        return Err(format!(
            "is {blocks}, but {frames} frames are no {blocks} equal blocks; write the dataset \
             `block_starts`, the frame at which each begins"
        ));
    }
    let length = frames / blocks as usize;
    Ok((length..frames).step_by(length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_begin_where_they_are_said_to() {
        assert_eq!(of_starts(&[0.0, 30.0, 70.0], 100), Ok(vec![30, 70]));
        assert_eq!(of_starts(&[30.0], 100), Ok(vec![30]));
        assert_eq!(of_equal(4.0, 100), Ok(vec![25, 50, 75]));
        assert_eq!(of_equal(1.0, 100), Ok(vec![]));
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for starts in [
            &[0.0, 100.0][..],
            &[0.0, 0.5],
            &[0.0, 40.0, 40.0],
            &[-1.0],
            &[f64::NAN],
        ] {
            assert!(of_starts(starts, 100).is_err(), "{starts:?}");
        }
        for blocks in [0.0, 3.0, 2.5, f64::NAN, 1e9] {
            assert!(of_equal(blocks, 100).is_err(), "{blocks}");
        }
    }
}
