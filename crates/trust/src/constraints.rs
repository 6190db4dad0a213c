//! Name constraints (RFC 5280, 4.2.1.10): which names a CA may certify.
//!
//! Directory names, DNS names and IP addresses are compared. A constraint on
//! another form of name refuses every certificate that has a name of that form.

use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, GeneralSubtree, NameConstraints};
use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

/// Why a name is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Violation {
    /// It is outside what is permitted, or inside what is excluded.
    Outside(String),
    /// The constraint, or the name, has a form that can't be compared.
    Incomparable(&'static str),
}

/// Holds every name of `certificate` to `constraints`, which a CA above it has.
///
/// # Errors
/// [`X509Error`] for names that can't be parsed; inside, the first [`Violation`].
pub(super) fn check(
    certificate: &X509Certificate<'_>,
    constraints: &NameConstraints<'_>,
) -> Result<Result<(), Violation>, X509Error> {
    let subject = GeneralName::DirectoryName(certificate.subject().clone());
    let alternative = certificate.subject_alternative_name()?;
    let names = alternative.iter().flat_map(|extension| &extension.value.general_names);
    Ok(std::iter::once(&subject).chain(names).try_for_each(|name| check_name(name, constraints)))
}

fn check_name(name: &GeneralName<'_>, constraints: &NameConstraints<'_>) -> Result<(), Violation> {
    // An empty subject names nobody (RFC 5280, 4.1.2.6).
    if matches!(name, GeneralName::DirectoryName(name) if name.iter_rdn().next().is_none()) {
        return Ok(());
    }
    let mut any_of_this_form = false;
    let mut permitted = false;
    for base in of_this_form(name, constraints.permitted_subtrees.as_deref()) {
        any_of_this_form = true;
        match is_within(name, base) {
            Within::Yes => permitted = true,
            Within::No | Within::Unknown => {}
            Within::Unsupported(form) => return Err(Violation::Incomparable(form)),
        }
    }
    if any_of_this_form && !permitted {
        return Err(Violation::Outside(shown(name)));
    }
    for base in of_this_form(name, constraints.excluded_subtrees.as_deref()) {
        match is_within(name, base) {
            Within::No => {}
            Within::Yes => return Err(Violation::Outside(shown(name))),
            Within::Unknown => return Err(Violation::Incomparable("names beyond ASCII")),
            Within::Unsupported(form) => return Err(Violation::Incomparable(form)),
        }
    }
    Ok(())
}

fn of_this_form<'a, 'n>(
    name: &'a GeneralName<'n>,
    subtrees: Option<&'a [GeneralSubtree<'n>]>,
) -> impl Iterator<Item = &'a GeneralName<'n>> {
    let form = std::mem::discriminant(name);
    // What could not be parsed may be of any form.
    subtrees
        .unwrap_or_default()
        .iter()
        .map(|subtree| &subtree.base)
        .filter(move |base| std::mem::discriminant(*base) == form || matches!(base, GeneralName::Invalid(..)))
}

/// Whether a name lies in a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Yes,
    No,
    /// Only with the string preparation of RFC 4518 could it be told.
    Unknown,
    Unsupported(&'static str),
}

impl From<bool> for Within {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}

fn is_within(name: &GeneralName<'_>, base: &GeneralName<'_>) -> Within {
    match (name, base) {
        (GeneralName::DirectoryName(name), GeneralName::DirectoryName(base)) => is_below(name, base),
        (GeneralName::DNSName(name), GeneralName::DNSName(base)) => is_in_domain(name, base).into(),
        (GeneralName::IPAddress(address), GeneralName::IPAddress(base)) => {
            is_in_network(address, base).map_or(Within::Unsupported("this IP address"), Within::from)
        }
        (GeneralName::URI(_), _) => Within::Unsupported("URIs"),
        (GeneralName::RFC822Name(_), _) => Within::Unsupported("e-mail addresses"),
        _ => Within::Unsupported("this form of name"),
    }
}

/// The base is a prefix of the name, attribute by attribute.
fn is_below(name: &X509Name<'_>, base: &X509Name<'_>) -> Within {
    let mut of_name = name.iter_rdn();
    let mut all = Within::Yes;
    for wanted in base.iter_rdn() {
        let Some(found) = of_name.next() else { return Within::No };
        match is_same_rdn(found, wanted) {
            Within::Yes => {}
            Within::No => return Within::No,
            other => all = other,
        }
    }
    all
}

/// Two sets of attributes with the same members.
fn is_same_rdn(one: &RelativeDistinguishedName<'_>, other: &RelativeDistinguishedName<'_>) -> Within {
    if one.iter().count() != other.iter().count() {
        return Within::No;
    }
    let mut all = Within::Yes;
    for wanted in other.iter() {
        let best = one.iter().map(|found| is_same_attribute(found, wanted));
        match best.fold(Within::No, |best, next| if best == Within::Yes { best } else { next.or(best) }) {
            Within::Yes => {}
            Within::No => return Within::No,
            unknown => all = unknown,
        }
    }
    all
}

impl Within {
    /// The more cautious of two answers that are not both `No`.
    fn or(self, other: Self) -> Self {
        if self == Self::No { other } else { self }
    }
}

/// RFC 5280, 7.1: strings are compared without regard to case and to the number of
/// blanks. Beyond ASCII that takes the tables of RFC 4518; there only equal texts
/// are known to be equal.
fn is_same_attribute(one: &AttributeTypeAndValue<'_>, other: &AttributeTypeAndValue<'_>) -> Within {
    if one.attr_type() != other.attr_type() {
        return Within::No;
    }
    if one.attr_value() == other.attr_value() {
        return Within::Yes;
    }
    match (one.as_str(), other.as_str()) {
        (Ok(one), Ok(other)) if one == other => Within::Yes,
        (Ok(one), Ok(other)) if one.is_ascii() && other.is_ascii() => (folded(one) == folded(other)).into(),
        _ => Within::Unknown,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// Equal, or below it by whole labels; a leading dot asks for at least one label more.
fn is_in_domain(name: &str, base: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let base = base.to_ascii_lowercase();
    match base.strip_prefix('.') {
        Some(_) => name.ends_with(&base) && name.len() > base.len(),
        None => {
            base.is_empty()
                || name.strip_suffix(&base).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }
    }
}

/// The base is an address and a mask, 4 or 16 bytes each. `None` when the lengths
/// are those of no address.
fn is_in_network(address: &[u8], base: &[u8]) -> Option<bool> {
    if ![4, 16].contains(&address.len()) || ![8, 32].contains(&base.len()) {
        return None;
    }
    let (network, mask) = base.split_at(base.len() / 2);
    Some(
        network.len() == address.len()
            && address.iter().zip(network).zip(mask).all(|((a, n), m)| a & m == n & m),
    )
}

fn shown(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DirectoryName(name) => name.to_string(),
        GeneralName::DNSName(name) => (*name).to_owned(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_compared_by_labels() {
        for (name, base, within) in [
            ("gate.example.com", "example.com", true),
            ("example.com", "Example.COM", true),
            ("badexample.com", "example.com", false),
            ("gate.example.com", ".example.com", true),
            ("example.com", ".example.com", false),
            ("anything", "", true),
        ] {
            assert_eq!(is_in_domain(name, base), within, "{name} {base}");
        }
    }

    #[test]
    fn networks_are_compared_under_their_mask() {
        let ten = [10, 0, 0, 0, 255, 0, 0, 0];
        assert_eq!(is_in_network(&[10, 1, 2, 3], &ten), Some(true));
        assert_eq!(is_in_network(&[11, 1, 2, 3], &ten), Some(false));
        assert_eq!(is_in_network(&[0; 16], &ten), Some(false));
        assert_eq!(is_in_network(&[10, 1], &ten), None);
        assert_eq!(is_in_network(&[10, 1, 2, 3], &[10, 0]), None);
    }
}
