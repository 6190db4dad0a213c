//! Lists of trusted roots: as people save them, and what is none.

use vouch_trust::certificate::to_pem;
use vouch_trust::verify::{Trust, TrustError, verify};

use crate::support::Device;

#[test]
fn a_list_that_holds_no_root_is_named() {
    for wrong in ["", "hello"] {
        assert!(matches!(Trust::from_pem(wrong), Err(TrustError::Empty)));
    }
    let no_certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    assert!(matches!(Trust::from_pem(no_certificate), Err(TrustError::Certificate { number: 1, .. })));
    let cut = "-----BEGIN CERTIFICATE-----\nMAA=\n";
    assert!(matches!(Trust::from_pem(cut), Err(TrustError::Pem(_))));
    let device = Device::new("gate-7");
    let both = to_pem(&device.identity.chain_der[1]) + &to_pem(&device.identity.chain_der[0]);
    assert!(matches!(Trust::from_pem(&both), Err(TrustError::NotCa { number: 2 })));
}

/// A file as the editors and shells of several systems save it.
#[test]
fn a_file_is_read_whatever_saved_it() {
    let device = Device::new("gate-7");
    let result = device.result(1, None);
    let stranger = Device::new("x").identity.trust_pem;
    let pem = &device.identity.trust_pem;
    let path = device.dir.path().join("saved.pem");
    let from = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Trust::from_file(&path)
    };
    for saved in [
        format!("\u{feff}{pem}"),
        pem.replace('\n', "\r\n"),
        format!("\u{feff}{}", pem.replace('\n', " \t\r\n")),
        // Two files with a mark, one behind the other.
        format!("\u{feff}{stranger}\u{feff}{pem}"),
        format!("our roots\n\n{pem}\n\n"),
    ] {
        verify(&result, &from(saved.as_bytes()).unwrap()).unwrap();
    }
    let utf16: Vec<u8> = format!("\u{feff}{pem}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = from(&utf16).unwrap_err().to_string();
    assert!(error.contains("UTF-16") && error.contains("saved.pem"), "{error}");
}

#[test]
fn what_is_no_file_or_too_long_is_not_read() {
    let device = Device::new("gate-7");
    let fifo = device.dir.path().join("fifo");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    for path in [fifo.as_path(), device.dir.path(), "/dev/zero".as_ref(), "/nonexistent".as_ref()] {
        assert!(matches!(Trust::from_file(path), Err(TrustError::File { .. })), "{}", path.display());
    }
    let long = device.dir.path().join("long");
    std::fs::write(&long, vec![b' '; 1024 * 1024 + 1]).unwrap();
    assert!(matches!(Trust::from_file(&long), Err(TrustError::File { .. })));
}
