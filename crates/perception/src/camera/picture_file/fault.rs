//! Why a picture supplied by a person is refused: the kind of fault, and what to do.

use super::{MAX_FILE, MAX_MEMORY};
use crate::camera::jpeg::JpegFault;
use crate::camera::{MAX_PIXELS, MAX_SIDE};

const MEGA: u64 = 1_000_000;
const MIB: u64 = 1 << 20;

/// Why a picture is refused. Each message names the kind of fault and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// The file is empty.
    #[error("an empty file; give it again")]
    Empty,
    /// Not a picture, judging by its first bytes.
    #[error("not a picture; give JPEG, PNG, GIF, BMP, WebP or PNM")]
    NotAPicture,
    /// A picture in an unsupported format.
    #[error("{0} is not read; give JPEG or PNG")]
    NotRead(&'static str),
    /// A JPEG with an unsupported coding.
    #[error("an unsupported kind of JPEG ({0}); save it again as a baseline JPEG or as PNG")]
    JpegCoding(&'static str),
    /// An unsupported variant of another format.
    #[error("an unsupported kind of picture ({0}); save it again as JPEG or PNG")]
    Variant(String),
    /// More than one picture where a single one is needed.
    #[error("{0} holds several pictures; give a single one")]
    Several(&'static str),
    /// Its end is missing.
    #[error("the picture is cut off; give it again")]
    CutOff,
    /// Its data contradicts itself.
    #[error("the picture is damaged ({0}); give it again")]
    Damaged(String),
    /// A file larger than any reasonable picture.
    #[error("a file of {mb} MB; at most {most} MB are read: save it smaller", mb = .0.div_ceil(MIB), most = MAX_FILE / MIB)]
    Bytes(u64),
    /// More pixels than allowed.
    #[error(
        "a picture of {0}x{1} pixels; at most {side} on a side and {mega} megapixels are read: make it \
         smaller", side = MAX_SIDE, mega = MAX_PIXELS / MEGA
    )]
    Pixels(u32, u32),
    /// Fewer pixels, but too many bytes per pixel.
    #[error(
        "a picture that takes {mb} MB of memory to read; at most {most} MB are allowed: make it smaller, \
         or save it with 8 bits a channel", mb = .0.div_ceil(MIB), most = MAX_MEMORY / MIB
    )]
    Memory(u64),
}

impl From<JpegFault> for PictureFault {
    fn from(fault: JpegFault) -> Self {
        match fault {
            JpegFault::Coding(kind) => Self::JpegCoding(kind),
            JpegFault::CutOff => Self::CutOff,
            JpegFault::Pixels(width, height) => Self::Pixels(width, height),
            JpegFault::Headers | JpegFault::Damaged(_) => Self::Damaged(fault.to_string()),
        }
    }
}

impl From<image::ImageError> for PictureFault {
    fn from(error: image::ImageError) -> Self {
        match error {
            image::ImageError::Unsupported(error) => Self::Variant(error.to_string()),
            image::ImageError::Limits(_) => Self::Memory(MAX_MEMORY + 1),
            image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::CutOff
            }
            error => Self::Damaged(error.to_string()),
        }
    }
}
