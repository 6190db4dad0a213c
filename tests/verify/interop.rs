//! A JOSE library that we did not write reads our results.

use std::path::Path;
use std::process::Command;

use crate::support::{Device, twin};

#[test]
fn jwcrypto_verifies_what_vouch_signs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    let has_jwcrypto = python.exists()
        && Command::new(&python)
            .args(["-c", "import jwcrypto, cryptography"])
            .status()
            .is_ok_and(|status| status.success());
    if !has_jwcrypto {
        println!("skipped: 1 (no .venv with jwcrypto; run scripts/setup.sh test)");
        assert!(std::env::var_os("CI").is_none(), "in CI this test must run: scripts/setup.sh test");
        return;
    }
    let device = Device::new("gate-7");
    let results = device.results(2);
    let file = device.dir.path().join("results.jws");
    std::fs::write(&file, results.join("\n")).unwrap();
    let verify = |trust: &Path, file: &Path| {
        Command::new(&python)
            .arg(root.join("tests/interop/verify_jose.py"))
            .args([trust, file])
            .output()
            .unwrap()
    };
    let trust = device.dir.path().join("id/trust.pem");
    let good = verify(&trust, &file);
    let said = String::from_utf8_lossy(&good.stdout);
    assert!(good.status.success(), "{said}{}", String::from_utf8_lossy(&good.stderr));
    assert_eq!(said.lines().count(), 2);
    assert!(said.contains("\"iss\": \"gate-7\""), "{said}");

    // The twin of a result takes its place in the chain.
    std::fs::write(&file, [twin(&results[0]), results[1].clone()].join("\n")).unwrap();
    assert!(verify(&trust, &file).status.success());

    // The same script refuses a changed result and another root.
    let changed = results[0].replacen("eyJ", "eyK", 1);
    let bad_file = device.dir.path().join("bad.jws");
    std::fs::write(&bad_file, changed).unwrap();
    assert!(!verify(&trust, &bad_file).status.success());
    let stranger = Device::new("gate-7");
    let other = stranger.dir.path().join("id/trust.pem");
    assert!(!verify(&other, &file).status.success());
}
