//! Specimen documents, printed and photographed by our own code, for tests, demonstrations and
//! training: a real person's document must not be used there.
//!
//! In: a layout, a seed, conditions. Out: pages at 300 dots per inch with the place of everything
//! on them, photographs with the corners, and clips. All are of the imaginary state UTO or marked
//! SPECIMEN, all holders are invented, and the same seed gives the same specimens. Called by
//! `vouch-lab specimen` ([`order`]) and by tests; nothing that reads documents depends on it.

mod canvas;
pub mod clip;
mod fonts;
mod ground;
mod holder;
pub mod iin;
mod kazakhstan;
mod layout;
mod lookalikes;
pub mod mrz;
mod open;
pub mod order;
mod page;
mod portrait;
pub mod scene;
pub mod truth;
mod utopia;

pub use fonts::Fonts;
pub use holder::Holder;
pub use layout::{Layout, Side};
pub use lookalikes::{Trouble, photograph_trouble};
pub use open::Open;
pub use page::{Content, PX_PER_MM, Page, Zone, print};

/// Why a specimen could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SpecimenError {
    /// A typeface is missing or broken.
    #[error("typeface {path}: {reason}; install Debian's package {package} (apt install {package})")]
    Font {
        /// Where it was looked for.
        path: &'static str,
        /// The package that has it.
        package: &'static str,
        /// What went wrong.
        reason: String,
    },
    /// A clip can't be written.
    #[error("clip {path}: {reason}")]
    Video {
        /// The file.
        path: String,
        /// What went wrong.
        reason: String,
    },
    /// A file can't be written.
    #[error("{}: {reason}; give a folder that can be written", path.display())]
    Write {
        /// The file.
        path: std::path::PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// The portrait can't be read.
    #[error("portrait {}: {reason}; give a PNG or JPEG of a face", path.display())]
    Portrait {
        /// The file.
        path: std::path::PathBuf,
        /// What went wrong.
        reason: String,
    },
}
