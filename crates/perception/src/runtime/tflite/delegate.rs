//! External delegates: the way to an NPU on the TFLite C API.

use std::collections::BTreeMap;
use std::path::PathBuf;

use edgefirst_tflite::{Delegate, DelegateOptions};

use crate::runtime::network::Placement;

const CPU: &str = "CPU (the library's own kernels)";

/// An external delegate, as a board profile names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegateSpec {
    /// Shared library that exports `tflite_plugin_create_delegate`.
    pub library: PathBuf,
    /// Options passed as they are.
    pub options: BTreeMap<String, String>,
}

/// Loads the requested delegate. If that fails, the model runs on the CPU and the placement says
/// so.
///
/// The wrapper's `Delegate::xnnpack` is never used. It passes an options struct by value whose size
/// differs between releases of the library, so with any release other than the wrapper's own it
/// reads or writes out of bounds. Libraries since 2.8 use XNNPACK on the CPU by themselves.
pub(super) fn load(model: &str, wanted: Option<&DelegateSpec>) -> (Option<Delegate>, Placement) {
    let Some(spec) = wanted else {
        return (None, Placement { asked: "CPU".into(), actual: CPU.into(), fell_back: false });
    };
    let asked = spec.library.display().to_string();
    let options =
        spec.options.iter().fold(DelegateOptions::new(), |all, (key, value)| all.option(key, value));
    match Delegate::load_with_options(&spec.library, &options) {
        Ok(delegate) => {
            let placement = Placement { asked: asked.clone(), actual: asked, fell_back: false };
            (Some(delegate), placement)
        }
        Err(error) => {
            tracing::warn!(
                model,
                delegate = asked,
                %error,
                "the delegate can't be loaded: this model runs on the CPU"
            );
            (None, Placement { asked, actual: CPU.into(), fell_back: true })
        }
    }
}
