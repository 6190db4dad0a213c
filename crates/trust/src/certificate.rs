//! The device's certificate: made here at first, or issued by a customer's CA.
//!
//! A self-made identity is a root and one leaf. The root's key signs the leaf and is
//! wiped before anything is written. Nobody can ever issue a second leaf under this
//! root, so trusting the root is trusting this one device.

use std::time::Duration;

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::rand_core::OsRng;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, PublicKeyData, SanType, SignatureAlgorithm, date_time_ymd,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::key::{KeyError, PublicKey};

/// Start of a self-made certificate's validity: 2025-01-01T00:00:00Z, in seconds
/// since 1970. It is fixed because the clock of a board without a battery shows 1970
/// when the certificate is made. A result that is signed while the clock shows an
/// earlier time does not verify; `Identity::valid_at` says so beforehand.
pub const NOT_BEFORE: i64 = 1_735_689_600;
/// Longest device id, which is also the longest common name (RFC 5280, A.1:
/// ub-common-name).
pub const MAX_DEVICE_ID: usize = 64;
/// Most certificates in a chain: leaf, two intermediates, root.
pub const MAX_CHAIN: usize = 4;

/// A leaf and its root, DER.
#[derive(Debug, Clone)]
pub struct SelfMade {
    /// The device's certificate.
    pub leaf: Vec<u8>,
    /// The certificate that signed it.
    pub root: Vec<u8>,
}

impl SelfMade {
    /// Certifies `public` under the name `id` with a root made for this one signature.
    ///
    /// Both are valid from [`NOT_BEFORE`] to 9999-12-31T23:59:59Z, which means "no
    /// end" (RFC 5280, 4.1.2.5; IEEE 802.1AR requires it of device identities).
    ///
    /// # Errors
    /// [`CertificateError::Id`] for a name that can't be one,
    /// [`CertificateError::Make`] when encoding fails.
    pub fn issue(public: &PublicKey, id: &str) -> Result<Self, CertificateError> {
        check_device_id(id)?;
        let root_key = RootKey::generate();
        let mut root = CertificateParams::default();
        root.distinguished_name =
            name(&format!("Vouch root of {}", public.default_device_id().trim_start_matches("vouch-")));
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        set_validity(&mut root);

        let mut leaf = CertificateParams::default();
        leaf.distinguished_name = name(id);
        leaf.subject_alt_names =
            vec![SanType::URI(format!("urn:vouch:device:{id}").try_into().map_err(make)?)];
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        leaf.use_authority_key_identifier_extension = true;
        set_validity(&mut leaf);

        let root_der = root.self_signed(&root_key).map_err(make)?.der().to_vec();
        let leaf_der = leaf
            .signed_by(&Certified { point: public.point() }, &Issuer::new(root, root_key))
            .map_err(make)?
            .der()
            .to_vec();
        Ok(Self { leaf: leaf_der, root: root_der })
    }
}

/// What a leaf says of its device.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Common name: the device id.
    pub device_id: String,
    /// The certified key.
    pub public_key: PublicKey,
    /// First second of its validity, since 1970.
    pub not_before: i64,
    /// Last second of its validity, since 1970.
    pub not_after: i64,
}

impl Leaf {
    /// Reads a DER certificate and checks that it can be a device's leaf: key on
    /// P-256, not a CA, key usage `digitalSignature`, extended key usage
    /// `clientAuth`, and exactly one common name, a valid device id.
    ///
    /// # Errors
    /// [`CertificateError`], naming what is wrong.
    pub fn read(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate = parse(der)?;
        let unfit = |reason: &str| CertificateError::Unfit(reason.to_owned());
        let unreadable =
            |error: x509_parser::error::X509Error| CertificateError::Unreadable(error.to_string());
        if certificate.is_ca() {
            return Err(unfit("it is a CA certificate"));
        }
        let usage = certificate.key_usage().map_err(unreadable)?;
        if !usage.is_some_and(|usage| usage.value.digital_signature()) {
            return Err(unfit("its key usage lacks digitalSignature"));
        }
        let extended = certificate.extended_key_usage().map_err(unreadable)?;
        if !extended.is_some_and(|extended| extended.value.client_auth) {
            return Err(unfit("its extended key usage lacks clientAuth"));
        }
        let mut names = certificate.subject().iter_common_name();
        let device_id = match (names.next().map(|name| name.as_str()), names.next()) {
            (Some(Ok(name)), None) => name.to_owned(),
            _ => return Err(unfit("its subject does not have exactly one common name")),
        };
        check_device_id(&device_id)?;
        let public_key = PublicKey::from_spki(certificate.public_key().raw)?;
        Ok(Self {
            device_id,
            public_key,
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
        })
    }
}

/// All certificates of a PEM text, in their order; other blocks are passed over.
/// Blanks around a line and the kind of line end don't matter.
///
/// # Errors
/// [`CertificateError::Unreadable`] when a block is broken.
pub fn read_pem(pem: &str) -> Result<Vec<Vec<u8>>, CertificateError> {
    let pem: String = pem.lines().flat_map(|line| [line.trim(), "\n"]).collect();
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(|item| {
            item.map(|der| der.to_vec()).map_err(|error| CertificateError::Unreadable(error.to_string()))
        })
        .collect()
}

/// One PEM block (RFC 7468).
pub fn to_pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = tail;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

/// Checks that a device id is `[A-Za-z0-9_-]{1,64}`: it is used in certificates, MQTT
/// topics and file names.
///
/// # Errors
/// [`CertificateError::Id`].
pub fn check_device_id(id: &str) -> Result<(), CertificateError> {
    let fits = (1..=MAX_DEVICE_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if fits {
        Ok(())
    } else {
        Err(CertificateError::Id(id.chars().take(MAX_DEVICE_ID + 1).flat_map(char::escape_default).collect()))
    }
}

pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CertificateError> {
    let (rest, certificate) =
        X509Certificate::from_der(der).map_err(|error| CertificateError::Unreadable(error.to_string()))?;
    if rest.is_empty() {
        Ok(certificate)
    } else {
        Err(CertificateError::Unreadable("bytes follow the certificate".to_owned()))
    }
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

fn set_validity(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(9999, 12, 31) + Duration::from_secs(24 * 60 * 60 - 1);
}

fn make(error: rcgen::Error) -> CertificateError {
    CertificateError::Make(error.to_string())
}

/// The device's public key in the form that rcgen takes.
struct Certified {
    point: Vec<u8>,
}

impl PublicKeyData for Certified {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

/// The root's key. It is wiped when dropped and can't be written out.
struct RootKey {
    signing: SigningKey,
    point: Vec<u8>,
}

impl RootKey {
    fn generate() -> Self {
        let signing = SigningKey::from(SecretKey::random(&mut OsRng));
        let point = signing.verifying_key().to_encoded_point(false).as_bytes().to_vec();
        Self { signing, point }
    }
}

impl PublicKeyData for RootKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for RootKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: Signature =
            self.signing.try_sign(message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// What is wrong with a certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A name that can't be a device id.
    #[error("`{0}` can't be a device id; use 1 to 64 of A-Z a-z 0-9 _ -")]
    Id(String),
    /// Not a certificate.
    #[error("not a readable X.509 certificate ({0}); give PEM made for this device")]
    Unreadable(String),
    /// A certificate of another kind.
    #[error("the certificate is not one for a device: {0}; have it issued as docs/RESULT.md describes")]
    Unfit(String),
    /// Its key is not on P-256.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Encoding failed.
    #[error("cannot make the device's certificate: {0}")]
    Make(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{FileKey, Signer};

    #[test]
    fn a_self_made_pair_is_what_it_should_be() {
        let key = FileKey::generate().unwrap();
        let made = SelfMade::issue(key.public_key(), "gate-7").unwrap();
        let leaf = Leaf::read(&made.leaf).unwrap();
        assert_eq!(leaf.device_id, "gate-7");
        assert_eq!(leaf.public_key, *key.public_key());
        assert_eq!(leaf.not_before, NOT_BEFORE);
        // 9999-12-31T23:59:59Z
        assert_eq!(leaf.not_after, 253_402_300_799);

        let root = parse(&made.root).unwrap();
        let constraints = root.basic_constraints().unwrap().unwrap().value;
        assert!(constraints.ca);
        assert_eq!(constraints.path_len_constraint, Some(0));
        let leaf = parse(&made.leaf).unwrap();
        assert!(!leaf.basic_constraints().unwrap().unwrap().value.ca);
        let names = leaf.subject_alternative_name().unwrap().unwrap();
        assert_eq!(
            names.value.general_names,
            [x509_parser::extensions::GeneralName::URI("urn:vouch:device:gate-7")]
        );
    }

    #[test]
    fn a_root_is_refused_as_a_leaf() {
        let key = FileKey::generate().unwrap();
        let made = SelfMade::issue(key.public_key(), "a").unwrap();
        assert!(matches!(Leaf::read(&made.root), Err(CertificateError::Unfit(_))));
    }

    #[test]
    fn pem_reads_back_whatever_the_line_ends() {
        let key = FileKey::generate().unwrap();
        let made = SelfMade::issue(key.public_key(), "a").unwrap();
        let text = to_pem(&made.leaf) + &to_pem(&made.root);
        assert_eq!(read_pem(&text).unwrap(), [made.leaf, made.root]);
        let indented = text.replace('\n', " \t\r\n  ");
        assert_eq!(read_pem(&indented).unwrap(), read_pem(&text).unwrap());
        assert!(read_pem("nothing here").unwrap().is_empty());
    }

    #[test]
    fn device_ids_have_their_alphabet_and_length() {
        for good in ["a", "vouch-0123456789ab", "A_b-9", &"x".repeat(64)] {
            assert!(check_device_id(good).is_ok(), "{good}");
        }
        for bad in ["", "a/b", "a+", "#", "ä", "a b", "a\n", &"x".repeat(65)] {
            assert!(check_device_id(bad).is_err(), "{bad}");
        }
    }
}
