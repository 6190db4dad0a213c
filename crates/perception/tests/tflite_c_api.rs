//! The second way to run a model: a board's own TensorFlow Lite C library,
//! and a delegate that may be missing.

use std::path::{Path, PathBuf};

use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::Manifest;
use vouch_perception::runtime::model::{Model, RunOptions};
use vouch_perception::runtime::tflite::DelegateSpec;

fn library() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .join("models/cache/classic/libtensorflowlite_c.so")
}

fn manifest() -> Manifest {
    Manifest::read(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("models/manifest.toml"))
        .expect("the repository's manifest is readable")
}

fn is_there(test: &str) -> bool {
    if library().exists() {
        return true;
    }
    vouch_testkit::skipped::skipped(test, "no TFLite C library; `scripts/setup.sh test` fetches it");
    false
}

#[test]
fn every_model_passes_its_self_test_on_the_tflite_c_api() {
    if !is_there("every_model_passes_its_self_test_on_the_tflite_c_api") {
        return;
    }
    let runtime = Runtime::open(&library()).unwrap();
    assert_eq!(runtime.name(), "TFLite C API");
    let manifest = manifest();
    for entry in &manifest.models {
        let model = Model::load(runtime, &manifest, entry, &RunOptions::default()).unwrap();
        assert!(!model.report().fell_back, "{:?}", model.report());
    }
}

#[test]
fn a_delegate_that_is_not_there_is_named_and_the_cpu_takes_over() {
    if !is_there("a_delegate_that_is_not_there_is_named_and_the_cpu_takes_over") {
        return;
    }
    let runtime = Runtime::open(&library()).unwrap();
    let manifest = manifest();
    let delegate =
        DelegateSpec { library: "/nonexistent/libvx_delegate.so".into(), options: Default::default() };
    let options = RunOptions { delegate: Some(delegate), ..RunOptions::default() };
    let model = Model::load(runtime, &manifest, &manifest.models[0], &options).unwrap();
    assert!(model.report().fell_back);
    assert_eq!(model.report().accelerator_asked, "/nonexistent/libvx_delegate.so");
    assert!(model.report().accelerator.starts_with("CPU"), "{:?}", model.report());
}
