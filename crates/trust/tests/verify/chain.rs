//! Removed, reordered, replaced, duplicated: each shows.

use vouch_trust::jws::link;
use vouch_trust::verify::VerifyError;

use crate::support::{Device, text, verify_chain};

#[test]
fn a_whole_chain_verifies() {
    let device = Device::new("gate-7");
    let results = device.results(4);
    let verified = verify_chain(&text(&results), &device.trust(), false).unwrap();
    let numbers: Vec<u64> = verified.iter().map(|result| result.seq).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(verified[0].prev, None);
    assert!(verified[2].is_named_by(verified[3].prev.as_deref().unwrap()));
    assert_eq!(verified[3].prev.as_deref(), Some(link(&results[2]).as_str()));
    assert!(verify_chain(&[], &device.trust(), false).unwrap().is_empty());
}

#[test]
fn a_missing_predecessor_is_named() {
    let device = Device::new("gate-7");
    let results = device.results(5);
    let all = text(&results);
    let judge = |given: &[&str], alone| verify_chain(given, &device.trust(), alone).unwrap_err();
    assert!(matches!(judge(&all[2..], false), VerifyError::MissingPredecessor { seq: 2 }));
    assert!(verify_chain(&all[2..], &device.trust(), true).is_ok());
    // A hole in the middle is one, alone or not.
    for alone in [false, true] {
        assert!(matches!(
            judge(&[all[0], all[1], all[3]], alone),
            VerifyError::MissingPredecessor { seq: 3 }
        ));
    }
}

#[test]
fn reordered_results_are_refused() {
    let device = Device::new("gate-7");
    let results = device.results(3);
    let all = text(&results);
    let judge = |given: &[&str]| verify_chain(given, &device.trust(), false).unwrap_err();
    assert!(matches!(judge(&[all[0], all[1], all[2], all[1]]), VerifyError::Order { seq: 2, after: 3 }));
    assert!(matches!(judge(&[all[0], all[2], all[1]]), VerifyError::MissingPredecessor { seq: 2 }));
}

#[test]
fn a_fork_and_a_replaced_result_are_refused() {
    let device = Device::new("gate-7");
    let results = device.results(3);
    // The same place in the chain, other content: both signed by the device.
    let other = device.result(2, Some(&link(&results[0])));
    let judge = |given: &[&str]| verify_chain(given, &device.trust(), false).unwrap_err();
    assert!(matches!(judge(&[&results[0], &results[1], &other]), VerifyError::Forked { seq: 2 }));
    assert!(matches!(judge(&[&results[0], &other, &results[2]]), VerifyError::Broken { seq: 3 }));
}

#[test]
fn two_devices_are_two_chains() {
    let ours = Device::new("gate-7");
    let theirs = Device::new("gate-7");
    let mut results = ours.results(1);
    results.push(theirs.result(2, Some(&link(&results[0]))));
    let both = ours.identity.trust_pem.clone() + &theirs.identity.trust_pem;
    let trust = vouch_trust::verify::Trust::from_pem(&both).unwrap();
    let error = verify_chain(&text(&results), &trust, false).unwrap_err();
    assert!(matches!(error, VerifyError::OtherDevice { seq: 2, .. }), "{error}");
}

#[test]
fn number_and_link_must_agree() {
    let device = Device::new("gate-7");
    for (seq, prev) in [(0, None), (0, Some("x")), (1, Some("x")), (2, None)] {
        let jws = device.result(seq, prev);
        let error = verify_chain(&[&jws], &device.trust(), true).unwrap_err();
        assert!(matches!(error, VerifyError::Genesis(_)), "{seq} {prev:?}: {error}");
    }
    let mut claims = device.claims(1, None);
    claims.as_object_mut().unwrap().remove("prev");
    let error = verify_chain(&[&device.sign(&claims)], &device.trust(), true).unwrap_err();
    assert!(matches!(error, VerifyError::Payload(_)), "{error}");
}
