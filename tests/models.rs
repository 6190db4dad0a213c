//! Models and runtime that are not what they should be: they are named, and never
//! run.

mod common;

use std::path::{Path, PathBuf};

use common::desk::{CHECKOUT, Desk, Said};
use common::media::have_models;
use serde_json::Value;

/// The smallest model, so that a test is quick.
const MODEL: &str = "cache/int8/face_detection_short_range.tflite";
const GOLDEN: &str = "golden/face_detection_short_range.json";

/// A terminal with its own copy of the models, to be corrupted.
struct Spoilt {
    desk: Desk,
}

impl Spoilt {
    fn new(test: &str) -> Option<Self> {
        if !have_models(test) {
            return None;
        }
        let desk = Desk::new();
        for folder in ["cache/int8", "cache/lib", "golden", "own"] {
            let from = Path::new(CHECKOUT).join("models").join(folder);
            let to = desk.path("models").join(folder);
            std::fs::create_dir_all(&to).expect("a folder");
            for entry in std::fs::read_dir(from).expect("the models are there") {
                let entry = entry.expect("an entry");
                std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
            }
        }
        let manifest = Path::new(CHECKOUT).join("models/manifest.toml");
        std::fs::copy(manifest, desk.path("models/manifest.toml")).expect("a copy");
        desk.patch("models", &format!("[runtime]\nmodels_dir = {:?}\n", desk.path("models")));
        Some(Self { desk })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.desk.path("models").join(name)
    }

    fn spoil(&self, name: &str, how: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::fs::read(self.file(name)).expect("it is there");
        how(&mut bytes);
        std::fs::write(self.file(name), bytes).expect("it can be written");
    }

    fn replace(&self, name: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.file(name)).expect("it is there");
        assert!(text.contains(old), "{name} holds {old}");
        std::fs::write(self.file(name), text.replacen(old, new, 1)).expect("it can be written");
    }

    /// `vouch models`, then a session: both refuse with this message.
    #[track_caller]
    fn is_refused(&self, code: i32, words: &[&str]) {
        let listed = Said::by(self.desk.vouch("models"));
        assert_eq!(listed.code, Some(code), "{listed:?}");
        for word in words {
            assert!(format!("{}{}", listed.out, listed.err).contains(word), "`{word}`: {listed:?}");
        }
        Said::by(self.desk.session(&self.picture())).refuses(3, words);
    }

    /// One of several models is bad: `vouch models` lists the others all the same
    /// and gives 1.
    #[track_caller]
    fn is_refused_as_one_of_many(&self, words: &[&str]) {
        self.is_refused(1, words);
        let listed = Said::by(self.desk.vouch("models"));
        let good = listed.out.lines().filter(|line| line.starts_with("ok")).count();
        let bad = listed.out.lines().filter(|line| line.starts_with("FAIL")).count();
        assert_eq!((good, bad), (7, 1), "{}", listed.out);
    }

    /// Any recording; the models fail before it is read.
    fn picture(&self) -> PathBuf {
        let path = self.desk.path("grey.png");
        image::RgbImage::from_pixel(64, 64, image::Rgb([90; 3])).save(&path).expect("a picture");
        path
    }
}

#[test]
fn the_models_run_and_pass_their_self_test() {
    if !have_models("the_models_run_and_pass_their_self_test") {
        return;
    }
    let desk = Desk::new();
    let mut models = desk.vouch("models");
    models.arg("--json");
    let said = Said::by(models);
    assert_eq!(said.code, Some(0), "{said:?}");
    let answer: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(answer["ok"], true);
    assert_eq!(answer["library"]["sha256"].as_str().map(str::len), Some(64));
    let models = answer["models"].as_array().expect("a list");
    let roles: Vec<&str> = models.iter().filter_map(|model| model["role"].as_str()).collect();
    assert_eq!(roles.get(..4), Some(&["detect", "mesh", "iris", "embed"][..]), "an operator's come after");
    for model in models {
        assert!(model["runs"]["selfTestError"].as_u64().is_some_and(|steps| steps <= 3), "{model}");
        assert_eq!(model["runs"]["fellBack"], false, "{model}");
        assert!(model["licence"].as_str().is_some_and(|licence| !licence.is_empty()), "{model}");
    }
}

#[test]
fn a_truncated_model_never_runs() {
    let Some(spoilt) = Spoilt::new("a_truncated_model_never_runs") else { return };
    spoilt.spoil(MODEL, |bytes| bytes.truncate(bytes.len() / 2));
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range", "truncated", "models/build.py"]);
}

#[test]
fn a_model_with_one_byte_changed_never_runs() {
    let Some(spoilt) = Spoilt::new("a_model_with_one_byte_changed_never_runs") else { return };
    spoilt.spoil(MODEL, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    });
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range", "SHA-256"]);
}

#[test]
fn a_missing_model_is_named() {
    let Some(spoilt) = Spoilt::new("a_missing_model_is_named") else { return };
    std::fs::remove_file(spoilt.file(MODEL)).expect("it was there");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range.tflite", "No such file"]);
}

#[test]
fn a_manifest_that_promises_another_shape_is_refused() {
    let Some(spoilt) = Spoilt::new("a_manifest_that_promises_another_shape_is_refused") else { return };
    spoilt.replace("manifest.toml", "shape = [1, 896, 16]", "shape = [1, 896, 12]");
    spoilt.is_refused_as_one_of_many(&["regressors", "[1, 896, 16]", "[1, 896, 12]", "manifest"]);
}

#[test]
fn a_manifest_that_promises_another_input_is_refused() {
    let Some(spoilt) = Spoilt::new("a_manifest_that_promises_another_input_is_refused") else { return };
    spoilt.replace("manifest.toml", "width = 128", "width = 160");
    spoilt.is_refused_as_one_of_many(&["its input is", "[1, 128, 128, 3]", "[1, 128, 160, 3]"]);
}

#[test]
fn a_model_in_anothers_role_is_refused() {
    let Some(spoilt) = Spoilt::new("a_model_in_anothers_role_is_refused") else { return };
    spoilt.replace("manifest.toml", "role = \"detect\"", "role = \"iris\"");
    let said = Said::by(spoilt.desk.session(&spoilt.picture()));
    said.refuses(3, &["role `detect`", "manifest"]);
    // With every role filled, but the wrong way round.
    spoilt.replace("manifest.toml", "role = \"mesh\"", "role = \"detect\"");
    spoilt.replace("manifest.toml", "role = \"iris\"", "role = \"mesh\"");
    Said::by(spoilt.desk.session(&spoilt.picture())).refuses(3, &["model face_landmark"]);
}

#[test]
fn an_unknown_role_or_key_is_refused_with_its_line() {
    let Some(spoilt) = Spoilt::new("an_unknown_role_or_key_is_refused_with_its_line") else { return };
    spoilt.replace("manifest.toml", "role = \"iris\"", "role = \"nose\"");
    spoilt.is_refused(3, &["manifest.toml", "line", "nose", "iris"]);
    spoilt.replace("manifest.toml", "role = \"nose\"", "role = \"iris\"\ncolour = \"blue\"");
    spoilt.is_refused(3, &["manifest.toml", "line", "colour"]);
}

#[test]
fn a_model_without_a_self_test_is_refused() {
    let Some(spoilt) = Spoilt::new("a_model_without_a_self_test_is_refused") else { return };
    spoilt.replace("manifest.toml", "[model.golden]\nseed = 1\n", "");
    spoilt.replace("manifest.toml", "file = \"golden/face_detection_short_range.json\"\n", "");
    spoilt.is_refused(3, &["manifest.toml", "golden"]);
}

#[test]
fn a_missing_manifest_is_told_with_its_setting() {
    let Some(spoilt) = Spoilt::new("a_missing_manifest_is_told_with_its_setting") else { return };
    std::fs::remove_file(spoilt.file("manifest.toml")).expect("it was there");
    spoilt.is_refused(3, &["manifest.toml", "runtime.models"]);
}

#[test]
fn altered_golden_numbers_fail_the_self_test() {
    let Some(spoilt) = Spoilt::new("altered_golden_numbers_fail_the_self_test") else { return };
    let text = std::fs::read_to_string(spoilt.file(GOLDEN)).expect("it is there");
    let mut golden: Value = serde_json::from_str(&text).expect("JSON");
    let number = &mut golden["outputs"][0]["values"][0];
    let value = number.as_i64().expect("a number");
    *number = if value > 0 { value - 40 } else { value + 40 }.into();
    std::fs::write(spoilt.file(GOLDEN), golden.to_string()).expect("it can be written");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range", "self-test", "40"]);
}

#[test]
fn a_golden_file_of_another_model_proves_nothing() {
    let Some(spoilt) = Spoilt::new("a_golden_file_of_another_model_proves_nothing") else { return };
    std::fs::copy(spoilt.file("golden/iris_landmark.json"), spoilt.file(GOLDEN)).expect("a copy");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range.json", "another model"]);
    std::fs::remove_file(spoilt.file(GOLDEN)).expect("it was there");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range.json"]);
    spoilt.desk.write("models/golden/face_detection_short_range.json", "{ \"seed\": ");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range.json"]);
}

#[test]
fn an_empty_golden_file_proves_nothing() {
    let Some(spoilt) = Spoilt::new("an_empty_golden_file_proves_nothing") else { return };
    let text = std::fs::read_to_string(spoilt.file(GOLDEN)).expect("it is there");
    let mut golden: Value = serde_json::from_str(&text).expect("JSON");
    golden["outputs"] = Value::Array(Vec::new());
    std::fs::write(spoilt.file(GOLDEN), golden.to_string()).expect("it can be written");
    spoilt.is_refused_as_one_of_many(&["compares nothing"]);
}

#[test]
fn a_golden_file_that_allows_everything_proves_nothing() {
    let Some(spoilt) = Spoilt::new("a_golden_file_that_allows_everything_proves_nothing") else { return };
    let text = std::fs::read_to_string(spoilt.file(GOLDEN)).expect("it is there");
    let mut golden: Value = serde_json::from_str(&text).expect("JSON");
    golden["tolerance"] = 255.into();
    std::fs::write(spoilt.file(GOLDEN), golden.to_string()).expect("it can be written");
    spoilt.is_refused_as_one_of_many(&["face_detection_short_range", "tolerance of 255", "tests nothing"]);
}

#[test]
fn a_runtime_that_is_none_is_refused() {
    let Some(spoilt) = Spoilt::new("a_runtime_that_is_none_is_refused") else { return };
    let library = "cache/lib/libLiteRt.so";
    let words = ["libLiteRt.so", "inference library", "runtime.library"];

    spoilt.spoil(library, |bytes| bytes.truncate(bytes.len() / 2));
    spoilt.is_refused(3, &[&words[..], &["cut short"]].concat());

    std::fs::write(spoilt.file(library), "no library\n").expect("it can be written");
    spoilt.is_refused(3, &words);

    std::fs::remove_file(spoilt.file(library)).expect("it was there");
    spoilt.is_refused(3, &words);
}

#[test]
fn a_library_without_the_functions_is_refused() {
    let Some(spoilt) = Spoilt::new("a_library_without_the_functions_is_refused") else { return };
    spoilt.desk.patch("runtime", "[runtime]\nlibrary = \"/lib/x86_64-linux-gnu/libc.so.6\"\n");
    if !Path::new("/lib/x86_64-linux-gnu/libc.so.6").exists() {
        return common::skipped(
            "a_library_without_the_functions_is_refused",
            "no C library where Debian has it",
        );
    }
    spoilt.is_refused(3, &["libc.so.6", "neither LiteRt* nor TfLite*"]);
}

/// A file that an operator supplies: the shared MobileFaceNet.
fn supplied(test: &str) -> Option<PathBuf> {
    let path = common::media::shared_folder().join("../models/foamliu_mobilefacenet.tflite");
    let there = path.is_file();
    if !there {
        common::skipped(test, &format!("no {}", path.display()));
    }
    there.then_some(path)
}

impl Spoilt {
    fn add(&self, file: &Path, more: &[&str]) -> Said {
        let mut add = assert_cmd::Command::new(common::desk::PROGRAM);
        add.args(["models", "add", "--config"]).arg(self.desk.config()).arg(file).args(more);
        Said::by(add)
    }

    /// The installed embed models, in order.
    fn embeds(&self) -> Vec<String> {
        let mut models = self.desk.vouch("models");
        models.arg("--json");
        let said = Said::by(models);
        assert_eq!(said.code, Some(0), "{said:?}");
        let answer: Value = serde_json::from_str(&said.out).expect("JSON");
        let models = answer["models"].as_array().expect("a list").iter();
        models.filter(|m| m["role"] == "embed").map(|m| m["name"].as_str().unwrap_or("").to_owned()).collect()
    }
}

#[test]
fn a_supplied_model_is_recognised_added_once_and_displaces_none() {
    let test = "a_supplied_model_is_recognised_added_once_and_displaces_none";
    let (Some(spoilt), Some(file)) = (Spoilt::new(test), supplied(test)) else { return };
    let first = spoilt.add(&file, &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.starts_with("added"), "{first:?}");
    let again = spoilt.add(&file, &[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.starts_with("present"), "{again:?}");
    assert_eq!(spoilt.embeds(), ["sface_2021dec", "foamliu_mobilefacenet"]);
}

#[test]
fn a_supplied_model_is_tested_like_the_others() {
    let test = "a_supplied_model_is_tested_like_the_others";
    let (Some(spoilt), Some(file)) = (Spoilt::new(test), supplied(test)) else { return };
    assert_eq!(spoilt.add(&file, &["--name", "mine"]).code, Some(0));
    spoilt.spoil("operator/mine.tflite", |bytes| bytes[700_000] ^= 1);
    let listed = Said::by(spoilt.desk.vouch("models"));
    assert_eq!(listed.code, Some(1), "{listed:?}");
    assert!(listed.out.contains("mine") && listed.out.contains("SHA-256"), "{listed:?}");
}

#[test]
fn an_unknown_file_needs_a_contract() {
    let test = "an_unknown_file_needs_a_contract";
    let Some(spoilt) = Spoilt::new(test) else { return };
    let file = spoilt.desk.write("net.tflite", b"not a network");
    spoilt.add(&file, &[]).refuses(2, &["net.tflite", "SHA-256", "--contract"]);
    let nobody = spoilt.desk.path("nobody.tflite");
    spoilt.add(&nobody, &[]).refuses(3, &["nobody.tflite", "No such file"]);
    let contract = spoilt.desk.write("net.toml", "[[model]]\nname = \"net\"\nrole = \"pad\"\n");
    let contract = contract.to_str().expect("a plain name");
    spoilt.add(&file, &["--contract", contract]).refuses(2, &["net.tflite", "missing field"]);
    assert!(!spoilt.file("operator").exists(), "nothing is left behind");
}

#[test]
fn a_contract_that_promises_another_thing_adds_nothing() {
    let test = "a_contract_that_promises_another_thing_adds_nothing";
    let (Some(spoilt), Some(file)) = (Spoilt::new(test), supplied(test)) else { return };
    let contract = |dimensions: u32, name: &str| {
        let text = format!(
            "[[model]]\nname = \"{name}\"\nrole = \"embed\"\nlicence = \"x\"\nsource = \"y\"\n\
             dimensions = {dimensions}\nchip = \"arcface5\"\n[model.input]\nwidth = 112\nheight = 112\n\
             colour = \"rgb\"\nlayout = \"nhwc\"\ntype = \"int8\"\nencoding = \"xor80\"\n[[model.output]]\n\
             name = \"embedding\"\nshape = [1, {dimensions}]\ntype = \"int8\"\n[model.calibration]\n\
             similarity = \"cosine\"\npoints = [[0.001, 0.4]]\n"
        );
        spoilt.desk.write("contract.toml", text).display().to_string()
    };
    let wrong = contract(64, "net");
    spoilt.add(&file, &["--contract", &wrong]).refuses(3, &["model net", "[1, 128]", "[1, 64]"]);
    assert!(!spoilt.file("operator/net.tflite").exists(), "nothing is left behind");
    let taken = contract(128, "sface_2021dec");
    spoilt.add(&file, &["--contract", &taken]).refuses(2, &["sface_2021dec", "--name"]);
    let outside = contract(128, "../net");
    spoilt.add(&file, &["--contract", &outside]).refuses(2, &["../net", "--name"]);
    let right = contract(128, "net");
    assert_eq!(spoilt.add(&file, &["--contract", &right]).code, Some(0));
    assert_eq!(spoilt.embeds(), ["sface_2021dec", "net"]);
}
