//! The luminances of a PNG or JPEG file.

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// Exponent that turns the levels of a photograph into luminance: that of common displays and
/// cameras (sRGB is close to it).
const GAMMA: f32 = 2.2;

/// Weights of red, green and blue in the grey level of a pixel: ITU-R BT.709.
const GREY: [f32; 3] = [0.2126, 0.7152, 0.0722];

type Failure = Box<dyn Error + Send + Sync>;

/// Luminances `[y, x]`, 0 for black and 1 for white.
pub(super) struct Luminances {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) values: Vec<f32>,
}

/// Levels `[y, x, channel]` between 0 and 1.
struct Levels {
    height: usize,
    width: usize,
    channels: usize,
    values: Vec<f32>,
}

impl Luminances {
    /// Reads a file whose name says what it is.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path)?;
        let ending = path.extension().and_then(|ending| ending.to_str());
        let levels = match ending.is_some_and(|ending| ending.eq_ignore_ascii_case("png")) {
            true => Levels::of_png(&bytes)?,
            false => Levels::of_jpeg(&bytes)?,
        };
        if levels.values.is_empty() {
            return Err("it has no pixels".into());
        }
        Ok(levels.luminances())
    }
}

impl Levels {
    fn of_png(bytes: &[u8]) -> Result<Self, Failure> {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        // Palettes become colours, and levels of fewer than 8 bits become bytes.
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info()?;
        let size = reader.output_buffer_size().ok_or("it is too large")?;
        let mut buffer = vec![0; size];
        let frame = reader.next_frame(&mut buffer)?;
        let buffer = &buffer[..frame.buffer_size()];
        let values = match frame.bit_depth {
            png::BitDepth::Sixteen => buffer
                .chunks_exact(2)
                .map(|pair| f32::from(u16::from_be_bytes([pair[0], pair[1]])) / f32::from(u16::MAX))
                .collect(),
            _ => of_bytes(buffer),
        };
        Ok(Self {
            height: frame.height as usize,
            width: frame.width as usize,
            channels: frame.color_type.samples(),
            values,
        })
    }

    fn of_jpeg(bytes: &[u8]) -> Result<Self, Failure> {
        if !is_whole_jpeg(bytes) {
            return Err("it is cut off: the end of the picture is missing".into());
        }
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(ColorSpace::RGB)
            .set_strict_mode(true);
        let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
        let pixels = decoder.decode()?;
        let (width, height) = decoder.dimensions().ok_or("it has no size")?;
        let channels = decoder
            .output_colorspace()
            .map_or(3, |space| space.num_components());
        Ok(Self {
            height,
            width,
            channels,
            values: of_bytes(&pixels),
        })
    }

    /// Grey levels made linear in light; transparency is left out.
    fn luminances(&self) -> Luminances {
        let grey = |pixel: &[f32]| match pixel {
            [red, green, blue, ..] => GREY[0] * red + GREY[1] * green + GREY[2] * blue,
            [grey, ..] => *grey,
            [] => 0.0,
        };
        Luminances {
            height: self.height,
            width: self.width,
            values: self
                .values
                .chunks_exact(self.channels)
                .map(|pixel| grey(pixel).powf(GAMMA))
                .collect(),
        }
    }
}

/// Whether a JPEG file goes on to the marker of its end, which a cut-off file lacks. Such markers
/// within segments, as of a thumbnail, do not count. What is no JPEG is left to the decoder.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const END_OF_IMAGE: u8 = 0xd9;
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return true;
    }
    let mut place = 2;
    loop {
        // Data of a scan, or bytes between segments, up to the next marker.
        let Some(found) = bytes[place..].windows(2).position(is_marker) else {
            return false;
        };
        let marker = bytes[place + found + 1];
        place += found + 2;
        if marker == END_OF_IMAGE {
            return true;
        }
        let length = bytes.get(place..place + 2);
        let length = length.map(|length| usize::from(u16::from_be_bytes([length[0], length[1]])));
        match length {
            Some(length) if place + length <= bytes.len() => place += length,
            _ => return false,
        }
    }
}

/// Whether two bytes are a marker, and neither filling, a byte 255 of the data nor a restart.
fn is_marker(pair: &[u8]) -> bool {
    let is_restart = (0xd0..=0xd7).contains(&pair[1]);
    pair[0] == 0xff && !matches!(pair[1], 0x00 | 0x01 | 0xff) && !is_restart
}

fn of_bytes(bytes: &[u8]) -> Vec<f32> {
    let level = |&byte: &u8| f32::from(byte) / f32::from(u8::MAX);
    bytes.iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(color: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        let mut image = encoder.write_header().unwrap();
        image.write_image_data(data).unwrap();
        image.finish().unwrap();
        bytes
    }

    /// A grey of 50 % and white in every kind of PNG have the same luminances, to a level of 8 bits.
    #[test]
    fn every_kind_of_png_has_the_same_luminances() {
        use png::{BitDepth, ColorType};
        let files = [
            png(ColorType::Grayscale, BitDepth::Eight, &[128, 255]),
            png(
                ColorType::Grayscale,
                BitDepth::Sixteen,
                &[128, 128, 255, 255],
            ),
            png(
                ColorType::GrayscaleAlpha,
                BitDepth::Eight,
                &[128, 9, 255, 255],
            ),
            png(
                ColorType::Rgb,
                BitDepth::Eight,
                &[128, 128, 128, 255, 255, 255],
            ),
            png(
                ColorType::Rgba,
                BitDepth::Eight,
                &[128, 128, 128, 0, 255, 255, 255, 7],
            ),
        ];
        let grey = (128.0f32 / 255.0).powf(GAMMA);
        for file in files {
            let found = Levels::of_png(&file).unwrap().luminances();
            assert_eq!((found.height, found.width), (1, 2));
            assert!((found.values[0] - grey).abs() < 1e-5, "{:?}", found.values);
            assert!((found.values[1] - 1.0).abs() < 1e-5, "{:?}", found.values);
        }
    }

    /// Files of 8 x 8 equal pixels that Pillow wrote: grey level 128, and the colour (200, 100, 50),
    /// whose level is 117.7 (JPEG is lossy: to 3 levels).
    #[test]
    fn grey_and_coloured_jpegs_are_read() {
        for (bytes, level) in [
            (&include_bytes!("image_file/grey.jpg")[..], 128.0f32),
            (&include_bytes!("image_file/colour.jpg")[..], 117.7),
        ] {
            let found = Levels::of_jpeg(bytes).unwrap().luminances();
            assert_eq!(found.values.len(), 64);
            for value in found.values {
                let back = 255.0 * value.powf(1.0 / GAMMA);
                assert!((back - level).abs() < 3.0, "{back}, not {level}");
            }
        }
        assert!(Levels::of_jpeg(b"no picture").is_err());
    }

    /// Wherever it is cut, and where its data are no code.
    #[test]
    fn a_jpeg_that_is_cut_off_or_spoilt_is_no_picture() {
        for whole in [
            &include_bytes!("image_file/grey.jpg")[..],
            include_bytes!("image_file/colour.jpg"),
        ] {
            for end in 0..whole.len() {
                assert!(Levels::of_jpeg(&whole[..end]).is_err(), "{end}");
            }
            let scan = whole.windows(2).position(|pair| pair == [0xff, 0xda]);
            let scan = scan.unwrap();
            let header = usize::from(whole[scan + 3]);
            let data = scan + 2 + header;
            // Bits that are all set are no code of any table.
            let bytes = [&whole[..data], &[0xff, 0].repeat(8), &whole[data..]].concat();
            assert!(Levels::of_jpeg(&bytes).is_err());
        }
    }
}
