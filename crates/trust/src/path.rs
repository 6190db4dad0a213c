//! X.509 path validation (RFC 5280, 6.1) of a chain in the order of RFC 7515, 4.1.6:
//! leaf first, root last.
//!
//! The rules here come first. They also hold the root to its own certificate, whose
//! word webpki takes for everything, read the key usage of CAs, which webpki does
//! not, and give plain words. Then webpki judges the same chain as a second opinion,
//! except where a CA constrains directory names: webpki refuses every such chain.

mod error;

use std::ops::RangeInclusive;
use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, NameConstraints};
use x509_parser::oid_registry::{
    OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384, OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_CRL_DISTRIBUTION_POINTS, OID_X509_EXT_EXTENDED_KEY_USAGE, OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_NAME_CONSTRAINTS, OID_X509_EXT_SUBJECT_ALT_NAME, Oid,
};

use super::certificate;
use super::constraints;
use super::constraints::Violation;
use super::public_key::PublicKey;
pub use error::{PathError, Position, Subject};

/// What a certificate may be signed with. ES256 devices stand under P-256 CAs.
const CHAIN_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] =
    &[ring::ECDSA_P256_SHA256, ring::ECDSA_P256_SHA384];
/// Extensions that are understood; another one that is critical is refused. Of CRL
/// distribution points there is nothing to hold a path to: whether a certificate
/// was revoked is not asked here.
const KNOWN_EXTENSIONS: [Oid<'static>; 6] = [
    OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_EXTENDED_KEY_USAGE,
    OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_NAME_CONSTRAINTS,
    OID_X509_EXT_CRL_DISTRIBUTION_POINTS,
];

/// A chain that holds, and the times at which each of its certificates is valid.
#[derive(Debug, Clone)]
pub(super) struct CheckedPath {
    periods: Vec<Period>,
}

#[derive(Debug, Clone)]
struct Period {
    subject: Subject,
    not_before: i64,
    not_after: i64,
}

impl CheckedPath {
    /// Holds every certificate, the root's included, to its validity at `time`,
    /// seconds since 1970.
    ///
    /// A root is not exempt. Its owner has said until when the key is looked after;
    /// whoever finds an abandoned key could sign devices with it for ever. Results
    /// of the time before stay verifiable, for `time` is when they were issued.
    ///
    /// # Errors
    /// [`PathError::NotYetValid`], [`PathError::Expired`], of the certificate
    /// nearest to the root.
    pub(super) fn check_time(&self, time: i64) -> Result<(), PathError> {
        for Period { subject, not_before, not_after } in &self.periods {
            if time < *not_before {
                return Err(PathError::NotYetValid { subject: subject.clone(), from: *not_before, time });
            }
            if time > *not_after {
                return Err(PathError::Expired { subject: subject.clone(), until: *not_after, time });
            }
        }
        Ok(())
    }

    /// When all certificates are valid, seconds since 1970; empty when they never are.
    pub(super) fn validity(&self) -> RangeInclusive<i64> {
        let start = self.periods.iter().map(|period| period.not_before).max().unwrap_or(i64::MAX);
        let end = self.periods.iter().map(|period| period.not_after).min().unwrap_or(i64::MIN);
        start..=end
    }
}

/// Checks all of a chain but the time. That `chain` ends in a trusted root is the
/// caller's to know.
///
/// # Errors
/// [`PathError`]: the first fault, from the root down.
pub(super) fn check(chain: &[Vec<u8>]) -> Result<CheckedPath, PathError> {
    let certificates = parse(chain)?;
    let mut path = CheckedPath { periods: Vec::with_capacity(chain.len()) };
    let mut above: Vec<(&Subject, &NameConstraints<'_>)> = Vec::new();
    let mut issuer: Option<&Certificate<'_>> = None;
    for (below, certificate) in certificates.iter().enumerate().rev() {
        certificate.check_extensions()?;
        if let Some(issuer) = issuer {
            certificate.check_issuer(issuer)?;
        }
        for (ca, constraints) in &above {
            certificate.check_names(ca, constraints)?;
        }
        if below > 0 {
            // Below the CA that signs the leaf stand no other CAs.
            certificate.check_ca(below - 1)?;
        }
        if let Some(constraints) = certificate.name_constraints()? {
            above.push((&certificate.subject, constraints));
        }
        path.periods.push(certificate.period());
        issuer = Some(certificate);
    }
    let directory_names = above.iter().any(|(_, constraints)| constrains_directory_names(constraints));
    // webpki wants a time; without a common one no time will ever pass `check_time`.
    let validity = path.validity();
    if !directory_names && !validity.is_empty() {
        second_opinion(chain, *validity.start())?;
    }
    Ok(path)
}

struct Certificate<'a> {
    subject: Subject,
    x509: X509Certificate<'a>,
}

fn parse(chain: &[Vec<u8>]) -> Result<Vec<Certificate<'_>>, PathError> {
    let last = chain.len().saturating_sub(1);
    if last == 0 {
        return Err(PathError::TooShort);
    }
    chain
        .iter()
        .enumerate()
        .map(|(index, der)| {
            let position = match index {
                0 => Position::Leaf,
                index if index == last => Position::Root,
                _ => Position::Intermediate,
            };
            let x509 = certificate::parse(der)
                .map_err(|error| PathError::Unreadable { position, reason: error.to_string() })?;
            Ok(Certificate { subject: Subject::new(position, x509.subject()), x509 })
        })
        .collect()
}

impl Certificate<'_> {
    fn unreadable(&self) -> impl Fn(X509Error) -> PathError {
        let position = self.subject.position;
        move |error| PathError::Unreadable { position, reason: error.to_string() }
    }

    fn period(&self) -> Period {
        let validity = self.x509.validity();
        Period {
            subject: self.subject.clone(),
            not_before: validity.not_before.timestamp(),
            not_after: validity.not_after.timestamp(),
        }
    }

    fn name_constraints(&self) -> Result<Option<&NameConstraints<'_>>, PathError> {
        let extension = self.x509.name_constraints().map_err(self.unreadable())?;
        Ok(extension.map(|extension| extension.value))
    }

    /// None twice (RFC 5280, 4.2), none critical that is not understood.
    fn check_extensions(&self) -> Result<(), PathError> {
        self.x509.extensions_map().map_err(self.unreadable())?;
        match self.x509.extensions().iter().find(|one| one.critical && !KNOWN_EXTENSIONS.contains(&one.oid)) {
            Some(unknown) => {
                Err(PathError::Extension { subject: self.subject.clone(), oid: unknown.oid.to_id_string() })
            }
            None => Ok(()),
        }
    }

    /// May it sign certificates, with `below` CAs between it and the leaf?
    fn check_ca(&self, below: usize) -> Result<(), PathError> {
        let subject = || self.subject.clone();
        let basic = self.x509.basic_constraints().map_err(self.unreadable())?;
        let Some(basic) = basic.map(|extension| extension.value).filter(|basic| basic.ca) else {
            return Err(PathError::NotCa { subject: subject() });
        };
        // RFC 5280, 6.1.4 n: without a key usage every use is allowed.
        let usage = self.x509.key_usage().map_err(self.unreadable())?;
        if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
            return Err(PathError::MayNotSign { subject: subject() });
        }
        if let Some(allowed) = basic.path_len_constraint
            && below > allowed as usize
        {
            return Err(PathError::Depth { subject: subject(), allowed, below });
        }
        let extended = self.x509.extended_key_usage().map_err(self.unreadable())?;
        if extended.is_some_and(|extended| !extended.value.client_auth) {
            return Err(PathError::Purpose { subject: subject() });
        }
        Ok(())
    }

    /// Is it named and signed by `issuer`?
    fn check_issuer(&self, issuer: &Certificate<'_>) -> Result<(), PathError> {
        if self.x509.issuer().as_raw() != issuer.x509.subject().as_raw() {
            return Err(PathError::Issuer { subject: self.subject.clone(), issuer: issuer.subject.clone() });
        }
        let algorithm = &self.x509.signature_algorithm.algorithm;
        let wanted: &dyn SignatureVerificationAlgorithm = if *algorithm == OID_SIG_ECDSA_WITH_SHA256 {
            ring::ECDSA_P256_SHA256
        } else if *algorithm == OID_SIG_ECDSA_WITH_SHA384 {
            ring::ECDSA_P256_SHA384
        } else {
            return Err(PathError::Algorithm {
                subject: self.subject.clone(),
                oid: algorithm.to_id_string(),
            });
        };
        let key = PublicKey::from_spki(issuer.x509.public_key().raw)
            .map_err(|_| PathError::Key { subject: issuer.subject.clone() })?;
        let message = self.x509.tbs_certificate.as_ref();
        // The algorithm inside the signed part must be the one outside of it
        // (RFC 5280, 4.1.1.2).
        if self.x509.tbs_certificate.signature != self.x509.signature_algorithm
            || wanted.verify_signature(&key.point(), message, &self.x509.signature_value.data).is_err()
        {
            return Err(PathError::Signature {
                subject: self.subject.clone(),
                issuer: issuer.subject.clone(),
            });
        }
        Ok(())
    }

    fn check_names(&self, ca: &Subject, constraints: &NameConstraints<'_>) -> Result<(), PathError> {
        match constraints::check(&self.x509, constraints).map_err(self.unreadable())? {
            Ok(()) => Ok(()),
            Err(Violation::Outside(name)) => Err(PathError::Name {
                subject: self.subject.clone(),
                name: error::clip_name(&name),
                ca: ca.clone(),
            }),
            Err(Violation::Incomparable(form)) => {
                Err(PathError::Constraint { subject: self.subject.clone(), form, ca: ca.clone() })
            }
        }
    }
}

fn constrains_directory_names(constraints: &NameConstraints<'_>) -> bool {
    [&constraints.permitted_subtrees, &constraints.excluded_subtrees]
        .into_iter()
        .flatten()
        .flatten()
        .any(|subtree| matches!(subtree.base, GeneralName::DirectoryName(_)))
}

/// webpki on the same chain.
fn second_opinion(chain: &[Vec<u8>], time: i64) -> Result<(), PathError> {
    let [leaf, intermediates @ .., root] = chain else {
        return Err(PathError::TooShort);
    };
    let refused = |error: webpki::Error| PathError::Refused(error.to_string());
    let root = CertificateDer::from(root.as_slice());
    let leaf = CertificateDer::from(leaf.as_slice());
    let intermediates: Vec<_> =
        intermediates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchor = anchor_from_trusted_cert(&root).map_err(refused)?;
    let time = Duration::from_secs(u64::try_from(time).unwrap_or(0));
    EndEntityCert::try_from(&leaf)
        .map_err(refused)?
        .verify_for_usage(
            CHAIN_ALGORITHMS,
            &[anchor],
            &intermediates,
            UnixTime::since_unix_epoch(time),
            KeyUsage::client_auth(),
            None,
            None,
        )
        .map_err(refused)?;
    Ok(())
}
