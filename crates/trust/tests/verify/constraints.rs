//! Name constraints: what a CA may certify.

use rcgen::{
    CertificateParams, CidrSubnet, DistinguishedName, DnType, DnValue, GeneralSubtree, NameConstraints,
    SanType,
};
use vouch_trust::path::PathError;
use vouch_trust::verify::VerifyError;

use crate::authority::{ca, judge, leaf, name};

fn dn(attributes: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in attributes {
        name.push(kind.clone(), *value);
    }
    name
}

fn directory(attributes: &[(DnType, &str)]) -> GeneralSubtree {
    GeneralSubtree::DirectoryName(dn(attributes))
}

fn constrained(
    mut params: CertificateParams,
    permitted: Vec<GeneralSubtree>,
    excluded: Vec<GeneralSubtree>,
) -> CertificateParams {
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded });
    params
}

/// Judged under a site's CA with these constraints, and under a root with them. The
/// names of the site's CA are within them.
fn under(
    permitted: &[GeneralSubtree],
    excluded: &[GeneralSubtree],
    leaf: &CertificateParams,
) -> Result<(), VerifyError> {
    let site = constrained(ca("site", 0), permitted.to_vec(), excluded.to_vec());
    let below_site = judge(ca("root", 1), Some(site), leaf).map(|_| ());
    let root = constrained(ca("root", 0), permitted.to_vec(), excluded.to_vec());
    let below_root = judge(root, None, leaf).map(|_| ());
    assert_eq!(below_site.is_ok(), below_root.is_ok(), "{below_site:?} {below_root:?}");
    below_site
}

fn is_outside(judged: Result<(), VerifyError>) -> bool {
    matches!(judged, Err(VerifyError::Path(PathError::Name { .. })))
}

/// Organisation, unit, common name.
fn member(organisation: &str, unit: &str) -> CertificateParams {
    let mut params = leaf();
    params.distinguished_name = dn(&[
        (DnType::OrganizationName, organisation),
        (DnType::OrganizationalUnitName, unit),
        (DnType::CommonName, "gate-7"),
    ]);
    params
}

const ORGANISATION: DnType = DnType::OrganizationName;

#[test]
fn a_permitted_directory_name_verifies() {
    under(&[directory(&[(DnType::CommonName, "gate-7")])], &[], &leaf()).unwrap();
    let ours = directory(&[(ORGANISATION, "Acme")]);
    under(std::slice::from_ref(&ours), &[], &member("Acme", "gates")).unwrap();
    // Case and blanks do not tell names apart (RFC 5280, 7.1).
    under(&[directory(&[(ORGANISATION, " ACME  ltd")])], &[], &member("Acme Ltd", "gates")).unwrap();
    // One of several is enough; forms that the leaf has no name of don't matter.
    let ten = GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([10, 0, 0, 0], 8));
    under(&[directory(&[(ORGANISATION, "Other")]), ten, ours], &[], &member("Acme", "gates")).unwrap();
}

#[test]
fn another_directory_name_is_outside() {
    assert!(is_outside(under(&[directory(&[(DnType::CommonName, "gate-8")])], &[], &leaf())));
    let unit = directory(&[(ORGANISATION, "Acme"), (DnType::OrganizationalUnitName, "gates")]);
    let unit = std::slice::from_ref(&unit);
    under(unit, &[], &member("Acme", "gates")).unwrap();
    assert!(is_outside(under(unit, &[], &member("Acme", "doors"))));
    // Fewer attributes than the constraint has, or the same ones further down.
    assert!(is_outside(under(unit, &[], &leaf())));
    let mut deeper = leaf();
    deeper.distinguished_name =
        dn(&[(DnType::CountryName, "KZ"), (ORGANISATION, "Acme"), (DnType::CommonName, "gate-7")]);
    assert!(is_outside(under(&[directory(&[(ORGANISATION, "Acme")])], &[], &deeper)));
}

#[test]
fn an_excluded_directory_name_is_refused_and_others_are_not() {
    let theirs = directory(&[(ORGANISATION, "acme")]);
    let theirs = std::slice::from_ref(&theirs);
    assert!(is_outside(under(&[], theirs, &member("Acme", "gates"))));
    under(&[], theirs, &member("Other", "gates")).unwrap();
    // Permitted and excluded: excluded wins.
    let all = directory(&[(ORGANISATION, "Acme")]);
    let doors = directory(&[(ORGANISATION, "Acme"), (DnType::OrganizationalUnitName, "doors")]);
    under(std::slice::from_ref(&all), std::slice::from_ref(&doors), &member("Acme", "gates")).unwrap();
    assert!(is_outside(under(&[all], &[doors], &member("Acme", "doors"))));
}

#[test]
fn names_that_cannot_be_compared_never_pass_an_exclusion() {
    // Upper case beyond ASCII needs tables that are not here.
    let excluded = directory(&[(ORGANISATION, "ДВЕРИ")]);
    let excluded = std::slice::from_ref(&excluded);
    let error = under(&[], excluded, &member("двери", "gates")).unwrap_err();
    assert!(matches!(error, VerifyError::Path(PathError::Constraint { .. })), "{error}");
    assert!(is_outside(under(&[], excluded, &member("ДВЕРИ", "gates"))));
    assert!(is_outside(under(excluded, &[], &member("двери", "gates"))));
    under(excluded, &[], &member("ДВЕРИ", "gates")).unwrap();
    // An encoding that is not compared.
    let mut params = leaf();
    params.distinguished_name = name("gate-7");
    params.distinguished_name.push(ORGANISATION, DnValue::BmpString("Acme".try_into().unwrap()));
    let first = dn(&[(DnType::CommonName, "gate-7"), (ORGANISATION, "Acme")]);
    let error = under(&[], &[GeneralSubtree::DirectoryName(first)], &params).unwrap_err();
    assert!(matches!(error, VerifyError::Path(PathError::Constraint { .. })), "{error}");
}

#[test]
fn the_constraint_of_a_root_holds_for_every_ca_below() {
    let root = constrained(ca("root", 1), vec![directory(&[(ORGANISATION, "Acme")])], vec![]);
    let stranger = judge(root, Some(ca("site", 0)), &member("Acme", "gates")).map(|_| ());
    assert!(is_outside(stranger));
    let root = constrained(ca("root", 1), vec![directory(&[(ORGANISATION, "Acme")])], vec![]);
    let mut site = ca("site", 0);
    site.distinguished_name = dn(&[(ORGANISATION, "Acme"), (DnType::CommonName, "site")]);
    assert!(judge(root, Some(site), &member("Acme", "gates")).is_ok());
}

#[test]
fn other_forms_of_name_are_compared_or_named() {
    let with = |name: SanType| {
        let mut params = leaf();
        params.subject_alt_names = vec![name];
        params
    };
    let dns = |name: &str| GeneralSubtree::DnsName(name.to_owned());
    let ten = || GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([10, 0, 0, 0], 8));
    let gate = with(SanType::DnsName("gate-7.example.com".try_into().unwrap()));
    under(&[dns("example.com")], &[], &gate).unwrap();
    assert!(is_outside(under(&[dns("example.org")], &[], &gate)));
    assert!(is_outside(under(&[], &[dns("example.com")], &gate)));
    let address = with(SanType::IpAddress([10, 1, 2, 3].into()));
    under(&[ten()], &[], &address).unwrap();
    assert!(is_outside(under(&[], &[ten()], &address)));
    // Beside one on directory names the answers are the same.
    let mine = || directory(&[(DnType::CommonName, "gate-7")]);
    under(&[mine(), dns("example.com")], &[], &gate).unwrap();
    assert!(is_outside(under(&[mine(), dns("example.org")], &[], &gate)));

    let mail = with(SanType::Rfc822Name("a@example.com".try_into().unwrap()));
    let of_mail = GeneralSubtree::Rfc822Name("example.com".to_owned());
    let error = under(&[of_mail], &[], &mail).unwrap_err();
    assert!(error.to_string().contains("e-mail addresses, which are not supported"), "{error}");
}
