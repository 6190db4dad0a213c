//! The manifest of the models and the numbers of their self-test: files that an
//! operator edits, or a vendor sends.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use vouch_perception::runtime::golden::{Golden, test_picture};
use vouch_perception::runtime::manifest::Manifest;
use vouch_perception::runtime::network::{Element, TensorSpec};

fuzz_target!(|text: &[u8]| {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let path = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path().join("file");
    std::fs::write(&path, text).expect("the folder takes files");
    if let Ok(manifest) = Manifest::read(&path) {
        for model in &manifest.models {
            let (width, height) = (model.input.width as usize, model.input.height as usize);
            test_picture(model.golden.seed, width, height, &mut vec![0; width * height * 3]);
        }
    }
    if let Ok(golden) = Golden::read(&path) {
        // A network that has exactly the outputs promised, as far as they are small.
        let fits = |length: usize| length <= 1 << 16;
        if golden.outputs.iter().all(|output| fits(output.length)) {
            let spec = |name: &String, length| TensorSpec {
                name: name.clone(),
                shape: vec![length],
                element: Element::Int8,
                scale: 1.0,
                zero_point: 0,
            };
            let specs: Vec<TensorSpec> =
                golden.outputs.iter().map(|output| spec(&output.name, output.length)).collect();
            let outputs: Vec<Vec<u8>> = specs.iter().map(|spec| vec![0; spec.byte_len()]).collect();
            let _ = golden.difference(&specs, &outputs);
        }
    }
});
