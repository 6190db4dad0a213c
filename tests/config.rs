//! The configuration as an operator sees it: files, patches, faults.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;
use vouch::config::load::{MAX_FILE_BYTES, MAX_PATCHES};
use vouch::config::schema::{Shape, shape_of};
use vouch::config::{Config, DEFAULT_TEXT, Mode, Provenance};

/// A separate configuration folder for each test.
struct Folder(TempDir);

impl Folder {
    fn with(base: impl AsRef<[u8]>) -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        fs::write(folder.base(), base).expect("the folder is ours");
        folder
    }

    fn base(&self) -> PathBuf {
        self.0.path().join("vouch.toml")
    }

    fn patch(&self, name: &str, text: &str) -> &Self {
        let patches = self.0.path().join("conf.d");
        fs::create_dir_all(&patches).expect("the folder is ours");
        fs::write(patches.join(name), text).expect("the folder is ours");
        self
    }

    fn load(&self) -> (Config, Provenance) {
        Config::load(Some(&self.base())).expect("a good configuration")
    }

    /// The faults, with this test's folder cut off.
    fn faults(&self) -> Vec<String> {
        let error = Config::load(Some(&self.base())).expect_err("a faulty configuration");
        let folder = format!("{}/", self.0.path().display());
        error.faults.iter().map(|fault| fault.to_string().replace(&folder, "")).collect()
    }
}

// The default file

/// Every key that is not a section, with its section.
fn all_keys(section: &mut Vec<&'static str>, found: &mut Vec<(String, &'static str)>) {
    let Some(Shape::Section(keys)) = shape_of::<Config>(section) else {
        return;
    };
    let here = section.join(".");
    for key in keys {
        section.push(key);
        match shape_of::<Config>(section) {
            Some(Shape::Section(_)) => all_keys(section, found),
            _ => found.push((here.clone(), key)),
        }
        section.pop();
    }
}

#[test]
fn the_default_file_is_the_default() {
    let folder = Folder::with(DEFAULT_TEXT);
    let (config, provenance) = folder.load();
    assert_eq!(config, Config::default());
    assert_eq!(provenance.sha256, Config::default().digest());
}

#[test]
fn the_default_file_documents_every_key() {
    let mut keys = Vec::new();
    all_keys(&mut Vec::new(), &mut keys);
    assert!(keys.len() > 30, "the probe lost its way: {keys:?}");
    let mut here = String::new();
    let mut documented = Vec::new();
    for line in DEFAULT_TEXT.lines() {
        let line = line.strip_prefix('#').unwrap_or(line);
        if let Some(section) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            here = section.to_owned();
        } else if let Some((key, _)) = line.split_once(" = ") {
            documented.push((here.clone(), key.to_owned()));
        }
    }
    keys.retain(|(section, key)| !documented.iter().any(|(s, k)| s == section && k == key));
    assert_eq!(keys, [], "not in default.toml");
}

#[test]
fn what_the_default_file_shows_behind_a_hash_is_right_too() {
    let is_key = |line: &str| {
        line.starts_with('[')
            || line
                .split_once(" = ")
                .is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    };
    let text: Vec<&str> = DEFAULT_TEXT
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if is_key(rest) => rest,
            _ => line,
        })
        // Instead of a service, which is shown as well.
        .filter(|line| !line.starts_with("folder = "))
        .collect();
    let (config, _) = Folder::with(text.join("\n")).load();
    assert_eq!(config.device.id.as_deref(), Some("gate-3"));
    assert!(config.runtime.delegate.is_some());
    assert!(config.fleet.ca.is_some());
    assert!(config.authority.is_named());
}

// Files and patches

#[test]
fn a_file_without_a_mode_is_production() {
    assert_eq!(Folder::with("").load().0.device.mode, Mode::Production);
}

#[test]
fn a_checkout_without_a_file_is_development() {
    let default_file = Path::new(vouch::config::DEFAULT_FILE);
    if default_file.exists() || !Path::new("models/manifest.toml").exists() {
        return common::skipped("a_checkout_without_a_file_is_development", "not in a checkout alone");
    }
    let (config, provenance) = Config::load(None).expect("the defaults");
    assert_eq!(config.device.mode, Mode::Development);
    assert_eq!(config.runtime.models_dir, Path::new("models"));
    assert_eq!(provenance.files, [""; 0].map(PathBuf::from));
}

#[test]
fn patches_lie_over_the_file_in_the_order_of_their_names() {
    let folder = Folder::with("[camera]\nwidth = 320\nheight = 240\nrate = 10\n");
    folder
        .patch("20-b.toml", "camera = { width = 1280 }\n")
        .patch("10-a.toml", "[camera]\nwidth = 800\nheight = 600\n")
        .patch("30-c.toml.bak", "[camera]\nrate = 1\n")
        .patch(".40-d.toml", "[camera]\nrate = 2\n");
    let (config, provenance) = folder.load();
    let camera = config.camera;
    assert_eq!((camera.width, camera.height, camera.rate), (1280, 600, 10));
    let names: Vec<_> =
        provenance.files.iter().map(|file| file.file_name().and_then(|name| name.to_str())).collect();
    assert_eq!(names, ["vouch.toml", "10-a.toml", "20-b.toml"].map(Some));
}

#[test]
fn free_tables_are_merged_too() {
    let folder =
        Folder::with("[runtime.delegate]\nlibrary = \"vx.so\"\noptions = { a = \"1\", b = \"2\" }\n");
    folder.patch("p.toml", "runtime.delegate.options.b = \"3\"\n");
    let delegate = folder.load().0.runtime.delegate.expect("a delegate");
    assert_eq!(delegate.options["a"], "1");
    assert_eq!(delegate.options["b"], "3");
}

#[test]
fn the_digest_follows_the_values_not_the_text() {
    let (_, plain) = Folder::with("[camera]\nwidth = 800\n").load();
    let (_, other) = Folder::with("# words\ncamera = { width = 0x320 }\n").load();
    let (_, changed) = Folder::with("[camera]\nwidth = 801\n").load();
    assert_eq!(plain.sha256, other.sha256);
    assert_ne!(plain.sha256, changed.sha256);
    assert_eq!(plain.sha256.len(), 64);
}

// Faults

#[test]
fn a_breach_names_the_file_that_set_the_value() {
    let folder = Folder::with("[camera]\nwidth = 640\nrate = 500\n");
    folder.patch("90-local.toml", "\n[camera]\nwidth = 9000\n");
    assert_eq!(
        folder.faults(),
        [
            "conf.d/90-local.toml line 3, column 1: `camera.width` is 9000; allowed: 64 to 4096",
            "vouch.toml line 3, column 1: `camera.rate` is 500; allowed: 1 to 120",
        ]
    );
}

#[test]
fn the_policy_deep_inside_is_checked_like_the_rest() {
    let folder = Folder::with("[session.policy.gestures.nod]\npeek_degrees = 9\n");
    assert_eq!(
        folder.faults(),
        [
            "vouch.toml line 2, column 1: unknown key `session.policy.gestures.nod.peek_degrees`; did you mean `peak_degrees`?"
        ]
    );
    let folder = Folder::with("");
    folder.patch("p.toml", "session.policy.challenge = { count = 9 }\n");
    let found = folder.faults();
    assert!(
        found[0].starts_with("conf.d/p.toml line 1, column 30: `session.policy.challenge.count` must be"),
        "{found:?}"
    );
}

#[test]
fn a_breach_by_a_default_says_so() {
    let folder = Folder::with("[runtime.delegate]\n");
    assert_eq!(
        folder.faults(),
        ["vouch.toml: `runtime.delegate.library` is \"\"; allowed: a path (not set: the default)"]
    );
}

#[test]
fn faults_of_all_files_are_listed_with_their_own_lines() {
    let folder = Folder::with("[camera]\nwidht = 1\n");
    folder.patch("1.toml", "\n\n[log]\nlevel = \"loud\"\n").patch("2.toml", "[fleet\n");
    let found = folder.faults();
    assert_eq!(
        found[..2],
        [
            "vouch.toml line 2, column 1: unknown key `camera.widht`; did you mean `width`?",
            "conf.d/1.toml line 4, column 1: `log.level` can't be `loud`; one of error, warn, info, debug, trace",
        ]
    );
    assert!(found[2].starts_with("conf.d/2.toml line 1, column "));
    assert!(found[2].contains("not TOML"));
}

#[test]
fn bad_utf8_is_told_with_its_place() {
    let folder = Folder::with(b"[device]\nid = \"\xC3\xA4\xFF\"\n");
    assert_eq!(folder.faults(), ["vouch.toml line 2, column 8: not UTF-8; save the file as UTF-8 text"]);
}

#[test]
fn a_folder_a_device_and_nothing_are_refused() {
    for (path, words) in
        [("/", "a folder"), ("/dev/zero", "not a regular file"), ("/nowhere/vouch.toml", "no such file")]
    {
        let error = Config::load(Some(Path::new(path))).expect_err("no configuration");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_unreadable_file_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with("");
    fs::set_permissions(folder.base(), fs::Permissions::from_mode(0o000)).expect("ours");
    // Root can read everything, except what nobody can read.
    let root = fs::File::open(folder.base()).is_ok();
    let (path, words) = if root {
        (PathBuf::from("/proc/self/mem"), "can't be read (")
    } else {
        (folder.base(), "this user may not read it; give it the file's group")
    };
    let error = Config::load(Some(&path)).expect_err("an unreadable file");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_huge_file_is_refused() {
    let folder = Folder::with("");
    fs::File::options()
        .write(true)
        .open(folder.base())
        .and_then(|file| file.set_len(1 << 40))
        .expect("a sparse file");
    assert_eq!(
        folder.faults(),
        [format!("vouch.toml: larger than {MAX_FILE_BYTES} bytes; this is not a configuration")]
    );
}

#[test]
fn a_file_full_of_faults_is_answered_soon() {
    let unknown: String = (0..80_000).map(|n| format!("k{n} = 1\n")).collect();
    for text in [unknown, "=\n".repeat(400_000)] {
        let began = std::time::Instant::now();
        assert_eq!(Folder::with(text).faults().len(), 200);
        // Seconds even on a busy machine; without the bound, minutes.
        assert!(began.elapsed().as_secs() < 20);
    }
}

#[test]
fn too_many_patches_are_refused() {
    let folder = Folder::with("");
    for n in 0..=MAX_PATCHES {
        folder.patch(&format!("{n}.toml"), "");
    }
    assert!(folder.faults()[0].contains("more than 64 patches"));
}

// Anything at all

/// Text that looks like a configuration, so that faults are found deep inside.
fn nearly_toml() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "[camera]",
        "[runtime.delegate]",
        "[[camera]]",
        "[session.policy]",
        "width",
        "widht",
        "mode",
        "options",
        "device",
        "fleet",
        ".",
        " = ",
        "=",
        "\n",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"",
        "'''",
        "1",
        "-1",
        "1e400",
        "nan",
        "0x",
        "true",
        "1979-05-27",
        "ä",
        "\u{0}",
        "#",
        "\\u",
        "99999999999999999999",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _either = Config::load(Some(&Folder::with(bytes).base()));
    }

    #[test]
    fn nothing_that_looks_like_toml_panics(text in nearly_toml()) {
        if let Err(error) = Config::load(Some(&Folder::with(&text).base())) {
            prop_assert!(!error.faults.is_empty());
        }
    }

    #[test]
    fn every_value_in_range_survives_the_way_through_a_file(
        width in 64u32..=4096, rate in 1u32..=120, days in 0u32..=3650, mirrored: bool,
    ) {
        let mut config = Config::default();
        config.camera.width = width;
        config.camera.rate = rate;
        config.camera.mirrored = mirrored;
        config.store.retention_days = days;
        let text = toml::to_string(&config).expect("all of it is TOML");
        prop_assert_eq!(Folder::with(text).load().0, config);
    }
}

#[test]
fn deep_nesting_does_not_end_the_process() {
    for open in ["[", "{a=", "a."] {
        let text = format!("x = {}", open.repeat(20_000));
        assert!(!Folder::with(text).faults().is_empty());
    }
    let text = format!("[{}a]\n", "a.".repeat(20_000));
    assert!(!Folder::with(text).faults().is_empty());
}
