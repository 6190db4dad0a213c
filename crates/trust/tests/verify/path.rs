//! Certificates that may not sign, are not valid, or don't follow each other.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose,
    date_time_ymd,
};
use vouch_trust::path::{PathError, Position};
use vouch_trust::verify::{VerifyError, verify};

use crate::authority::{Authority, ca, judge, leaf, path_fault};
use crate::support::Device;

/// `params` with one thing changed.
fn but(mut params: CertificateParams, change: impl Fn(&mut CertificateParams)) -> CertificateParams {
    change(&mut params);
    params
}

/// The fault of the same mistake in the root and in a site's CA.
fn in_a_ca(change: impl Fn(&mut CertificateParams) + Copy) -> [PathError; 3] {
    [
        path_fault(but(ca("root", 1), change), None, &leaf()),
        path_fault(but(ca("root", 1), change), Some(ca("site", 0)), &leaf()),
        path_fault(ca("root", 1), Some(but(ca("site", 0), change)), &leaf()),
    ]
}

#[test]
fn a_customers_ca_works() {
    assert_eq!(judge(ca("root", 0), None, &leaf()).unwrap(), "gate-7");
    assert_eq!(judge(ca("root", 1), Some(ca("site", 0)), &leaf()).unwrap(), "gate-7");
    // A key usage may be left out, an extended one may name the purpose.
    let free = but(ca("root", 1), |p| p.key_usages = vec![]);
    let named = but(ca("site", 0), |p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    assert_eq!(judge(free, Some(named), &leaf()).unwrap(), "gate-7");
}

#[test]
fn a_ca_without_key_cert_sign_may_not_sign() {
    for usages in [vec![KeyUsagePurpose::CrlSign], vec![KeyUsagePurpose::DigitalSignature]] {
        let usages = &usages;
        for fault in in_a_ca(|p| p.key_usages = usages.clone()) {
            assert!(matches!(fault, PathError::MayNotSign { .. }), "{fault}");
            assert!(fault.to_string().contains("lacks keyCertSign"), "{fault}");
        }
    }
}

#[test]
fn an_intermediate_without_the_ca_flag_is_none() {
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa] {
        let site = but(ca("site", 0), |p| p.is_ca = is_ca);
        let fault = path_fault(ca("root", 1), Some(site), &leaf());
        assert!(matches!(&fault, PathError::NotCa { subject } if subject.name == "CN=site"), "{fault}");
    }
}

#[test]
fn every_certificate_must_be_valid_when_the_result_is_issued() {
    let ended = |p: &mut CertificateParams| p.not_after = date_time_ymd(2026, 2, 28);
    let begins = |p: &mut CertificateParams| p.not_before = date_time_ymd(2026, 3, 2);
    for fault in in_a_ca(ended) {
        assert!(matches!(fault, PathError::Expired { .. }), "{fault}");
        assert!(fault.to_string().contains("was valid until 2026-02-28T00:00:00Z"), "{fault}");
    }
    for fault in in_a_ca(begins) {
        assert!(matches!(fault, PathError::NotYetValid { .. }), "{fault}");
    }
    let position = |fault| match fault {
        PathError::Expired { subject, .. } | PathError::NotYetValid { subject, .. } => subject.position,
        other => panic!("{other}"),
    };
    assert_eq!(position(path_fault(but(ca("root", 0), ended), None, &leaf())), Position::Root);
    assert_eq!(position(path_fault(ca("root", 0), None, &but(leaf(), ended))), Position::Leaf);
    assert_eq!(position(path_fault(ca("root", 0), None, &but(leaf(), begins))), Position::Leaf);
    // Never valid at the same time.
    let fault = path_fault(but(ca("root", 0), ended), None, &but(leaf(), begins));
    assert_eq!(position(fault), Position::Root);
}

#[test]
fn the_path_length_is_kept_by_roots_and_intermediates() {
    let fault = path_fault(ca("root", 0), Some(ca("site", 0)), &leaf());
    assert!(matches!(fault, PathError::Depth { allowed: 0, below: 1, .. }), "{fault}");

    let root = Authority::root(ca("root", 2));
    let region = root.below(ca("region", 0));
    let site = region.below(ca("site", 0));
    let mut device = Device::new("gate-7");
    device.identity.chain_der =
        vec![site.certify(&device, &leaf()), site.der.clone(), region.der.clone(), root.der.clone()];
    let error = verify(&device.result(1, None), &root.trust()).unwrap_err();
    assert!(
        matches!(&error, VerifyError::Path(PathError::Depth { subject, .. }) if subject.name == "CN=region"),
        "{error}"
    );
}

#[test]
fn a_ca_for_another_purpose_certifies_no_device() {
    for fault in in_a_ca(|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]) {
        assert!(matches!(fault, PathError::Purpose { .. }), "{fault}");
    }
}

#[test]
fn a_critical_extension_that_is_not_known_is_refused() {
    // 1.3.6.1.4.1.99999.1 is nobody's; certificate policies are not processed here.
    for oid in [&[1, 3, 6, 1, 4, 1, 99999, 1][..], &[2, 5, 29, 32]] {
        let extension = |critical: bool| {
            let mut extension = CustomExtension::from_oid_content(oid, vec![0x30, 0x00]);
            extension.set_criticality(critical);
            extension
        };
        let add = |p: &mut CertificateParams| p.custom_extensions.push(extension(true));
        let mut faults = in_a_ca(add).to_vec();
        faults.push(path_fault(ca("root", 0), None, &but(leaf(), add)));
        for fault in faults {
            assert!(matches!(fault, PathError::Extension { .. } | PathError::Unreadable { .. }), "{fault}");
        }
    }
    let harmless = but(ca("root", 0), |p| {
        p.custom_extensions
            .push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]));
    });
    assert!(judge(harmless, None, &leaf()).is_ok());
}

#[test]
fn a_leaf_is_held_to_a_devices_form() {
    let wrong: [&dyn Fn(&mut CertificateParams); 7] = [
        &|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth],
        &|p| p.extended_key_usages = vec![],
        &|p| p.key_usages = vec![KeyUsagePurpose::KeyEncipherment],
        &|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
        &|p| p.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)),
        &|p| p.distinguished_name = rcgen::DistinguishedName::new(),
        &|p| p.distinguished_name = crate::authority::name("../x"),
    ];
    for (number, change) in wrong.iter().enumerate() {
        let error = judge(ca("root", 1), None, &but(leaf(), change)).unwrap_err();
        assert!(matches!(error, VerifyError::Leaf(_)), "{number}: {error}");
    }
}

#[test]
fn a_leaf_certifies_nobody() {
    // Who has a device's key signs a certificate for another device with it.
    let root = Authority::root(ca("root", 1));
    let owned = root.below(leaf());
    let mut victim = Device::new("gate-7");
    victim.identity.chain_der = vec![owned.certify(&victim, &leaf()), owned.der.clone(), root.der.clone()];
    let error = verify(&victim.result(1, None), &root.trust()).unwrap_err();
    assert!(matches!(error, VerifyError::Path(PathError::NotCa { .. })), "{error}");
}

#[test]
fn each_certificate_must_be_issued_by_the_next() {
    let root = Authority::root(ca("root", 1));
    let site = root.below(ca("site", 0));
    // Bears the name of `site`, under a root of the same name that nobody trusts.
    let false_site = Authority::root(ca("root", 1)).below(ca("site", 0));
    let mut device = Device::new("gate-7");
    let good = site.certify(&device, &leaf());
    let forged = false_site.certify(&device, &leaf());
    let mut fault = |chain: [&Vec<u8>; 3]| {
        device.identity.chain_der = chain.map(Clone::clone).to_vec();
        verify(&device.result(1, None), &root.trust()).map(|_| ()).map_err(|error| match error {
            VerifyError::Path(error) => error,
            other => panic!("{other}"),
        })
    };
    assert_eq!(fault([&good, &site.der, &root.der]), Ok(()));
    assert!(matches!(fault([&forged, &site.der, &root.der]), Err(PathError::Signature { .. })));
    assert!(matches!(fault([&forged, &false_site.der, &root.der]), Err(PathError::Signature { .. })));
    let stranger = root.below(ca("elsewhere", 0)).der;
    assert!(matches!(fault([&good, &stranger, &root.der]), Err(PathError::Issuer { .. })));
}
