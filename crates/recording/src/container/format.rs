//! Which stored numbers are read exactly.

use hdf5_pure::{Datatype, DatatypeByteOrder, FixedPointLayout, FloatingPointLayout};

/// How the elements of a dataset or attribute are read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Format {
    /// By the HDF5 library, exactly.
    Library,
    /// Half precision, which the library does not read.
    Half {
        /// Whether the high byte comes first.
        big_endian: bool,
    },
    /// Not at all: what it is, in words.
    Unreadable(String),
}

/// IEEE 754 binary16.
const HALF: FloatingPointLayout = FloatingPointLayout {
    bit_offset: 0,
    bit_precision: 16,
    exponent_location: 10,
    exponent_size: 5,
    mantissa_location: 0,
    mantissa_size: 10,
    exponent_bias: 15,
};

impl Format {
    /// The format of a type. Integers of any precision are read; of floats, the IEEE 754 ones of
    /// 16, 32 and 64 bits. The library takes a float for one of those by its size alone, so that
    /// others would come out mis-scaled.
    pub(crate) fn of(datatype: &Datatype) -> Self {
        match datatype {
            Datatype::FixedPoint {
                size, byte_order, ..
            } => match (size, byte_order) {
                (1 | 2 | 4 | 8, DatatypeByteOrder::LittleEndian | DatatypeByteOrder::BigEndian) => {
                    Self::Library
                }
                _ => Self::Unreadable(format!("integers of {size} bytes")),
            },
            Datatype::FloatingPoint {
                size,
                byte_order,
                layout,
            } => of_float(*size, *byte_order, *layout),
            other => Self::Unreadable(hdf5_words(other)),
        }
    }

    /// Whether a type is the unsigned byte whose stored bytes are its values.
    pub(crate) fn is_plain_byte(datatype: &Datatype) -> bool {
        let plain = FixedPointLayout {
            signed: false,
            bit_offset: 0,
            bit_precision: 8,
        };
        matches!(datatype, Datatype::FixedPoint { size: 1, layout, .. } if *layout == plain)
    }
}

fn of_float(size: u32, order: DatatypeByteOrder, layout: FloatingPointLayout) -> Format {
    let known = match size {
        2 => layout == HALF,
        4 => layout == FloatingPointLayout::IEEE754_BINARY32,
        8 => layout == FloatingPointLayout::IEEE754_BINARY64,
        _ => false,
    };
    let big_endian = match order {
        DatatypeByteOrder::LittleEndian => false,
        DatatypeByteOrder::BigEndian => true,
        DatatypeByteOrder::Vax => return Format::Unreadable("floats in VAX byte order".into()),
    };
    match (known, size) {
        (true, 2) => Format::Half { big_endian },
        (true, _) => Format::Library,
        (false, _) => Format::Unreadable(format!(
            "floats of an unusual format ({} bits, {} of them exponent and {} mantissa), which \
             cannot be read exactly",
            layout.bit_precision, layout.exponent_size, layout.mantissa_size
        )),
    }
}

fn hdf5_words(datatype: &Datatype) -> String {
    match datatype {
        Datatype::Compound { .. } => "compound values (such as complex numbers)".into(),
        Datatype::Enumeration { .. } => "an enumeration (such as booleans)".into(),
        Datatype::String { .. }
        | Datatype::VariableLength {
            is_string: true, ..
        } => "text".into(),
        Datatype::VariableLength { .. } => "lists of varying length".into(),
        Datatype::Reference { .. } => "references".into(),
        Datatype::Array { .. } => "arrays as elements".into(),
        Datatype::BitField { .. } => "bit fields".into(),
        Datatype::Opaque { .. } => "opaque bytes".into(),
        _ => "values of an unknown type".into(),
    }
}

/// Values of half-precision elements.
pub(crate) fn halves(bytes: &[u8], big_endian: bool) -> impl Iterator<Item = f32> {
    bytes.chunks_exact(2).map(move |pair| {
        let pair = [pair[0], pair[1]];
        half(match big_endian {
            true => u16::from_be_bytes(pair),
            false => u16::from_le_bytes(pair),
        })
    })
}

/// (-1)^s 2^(e - 15) (1 + m / 1024), and for e = 0 (-1)^s 2^-14 m / 1024; every value is one of
/// single precision.
fn half(bits: u16) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    let size = match exponent {
        0 => mantissa * 2f32.powi(-24),
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + mantissa) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_the_values_of_the_standard() {
        // Bit patterns of NumPy.
        let known = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ];
        for (bits, value) in known {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan());
        let big: Vec<f32> = halves(&[0x3c, 0x00, 0xc0, 0x00], true).collect();
        assert_eq!(big, [1.0, -2.0]);
    }

    #[test]
    fn floats_of_other_layouts_are_not_taken_for_ieee() {
        let float = |size, layout| Datatype::FloatingPoint {
            size,
            byte_order: DatatypeByteOrder::LittleEndian,
            layout,
        };
        let bfloat = FloatingPointLayout {
            bit_offset: 0,
            bit_precision: 16,
            exponent_location: 7,
            exponent_size: 8,
            mantissa_location: 0,
            mantissa_size: 7,
            exponent_bias: 127,
        };
        let biased = FloatingPointLayout {
            exponent_bias: 126,
            ..FloatingPointLayout::IEEE754_BINARY32
        };
        let extended = FloatingPointLayout {
            bit_precision: 80,
            exponent_location: 64,
            exponent_size: 15,
            mantissa_size: 64,
            exponent_bias: 16383,
            ..bfloat
        };
        for (size, layout) in [(2, bfloat), (4, biased), (16, extended)] {
            let format = Format::of(&float(size, layout));
            assert!(matches!(format, Format::Unreadable(_)), "{format:?}");
        }
        let single = float(4, FloatingPointLayout::IEEE754_BINARY32);
        assert_eq!(Format::of(&single), Format::Library);
        let half = Format::Half { big_endian: false };
        assert_eq!(Format::of(&float(2, HALF)), half);
    }
}
