//! Types of numbers that are no weights, or that are not read.
//!
//! Types go by the names that PyTorch and NumPy give them, such as `float32` and `int8`.

/// Last parts of the names of arrays that count, which no network needs.
const COUNTS: [&str; 2] = ["num_batches_tracked", "n_averaged"];

/// Whether an array counts batches, or averaged networks, by its name.
pub(super) fn is_count(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    COUNTS.contains(&last)
}

/// Whether numbers of a type are whole. Weights are not: as whole numbers they were quantised, and
/// mean nothing without their scales.
pub(super) fn is_whole(kind: &str) -> bool {
    kind == "bool" || kind.starts_with("int") || kind.starts_with("uint")
}

/// Why an array of this type is not read: what [`ImportError::Unreadable`](super::ImportError) says
/// of it.
pub(super) fn refused(kind: &str) -> String {
    if kind == "bool" {
        "holds truth values (bool) where weights should be".into()
    } else if is_whole(kind) {
        format!(
            "holds whole numbers ({kind}) where weights should be. If the network was quantised, \
             dequantise it first"
        )
    } else if kind.starts_with("complex") {
        format!("holds complex numbers ({kind}), which no network here has")
    } else if kind.starts_with("qint") || kind.starts_with("quint") {
        format!("is quantised ({kind}). Dequantise it first (tensor.dequantize())")
    } else {
        format!("is of type {kind}; float16, bfloat16, float32 and float64 are read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart_by_their_names() {
        for whole in ["int8", "int64", "uint8", "uint16", "bool"] {
            assert!(is_whole(whole), "{whole}");
        }
        for other in ["float32", "bfloat16", "complex64", "qint8", "float8_e4m3fn"] {
            assert!(!is_whole(other), "{other}");
        }
        assert!(refused("quint4x2").contains("quantised"));
        assert!(is_count("sequential.2.num_batches_tracked"));
        assert!(!is_count("num_batches_tracked.weight"));
    }
}
