//! A customer's own certificate authority, with whatever mistakes a test wants.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use vouch_trust::certificate::to_pem;
use vouch_trust::path::PathError;
use vouch_trust::verify::{Trust, VerifyError, verify};

use crate::support::Device;

/// A certificate that can sign others.
pub struct Authority {
    pub der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn root(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { der: params.self_signed(&key).unwrap().der().to_vec(), issuer: Issuer::new(params, key) }
    }

    pub fn below(&self, params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let der = params.signed_by(&key, &self.issuer).unwrap().der().to_vec();
        Self { der, issuer: Issuer::new(params, key) }
    }

    pub fn trust(&self) -> Trust {
        Trust::from_pem(&to_pem(&self.der)).unwrap()
    }

    /// A leaf for the key of `device`.
    pub fn certify(&self, device: &Device, params: &CertificateParams) -> Vec<u8> {
        params.signed_by(&device_key(device), &self.issuer).unwrap().der().to_vec()
    }
}

pub fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// A CA that makes no mistake. `depth`: CAs that may stand below it.
pub fn ca(common: &str, depth: u8) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(common);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(depth));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A leaf that makes no mistake.
pub fn leaf() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("gate-7");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

/// The device's own key as rcgen takes it.
fn device_key(device: &Device) -> KeyPair {
    let pem = std::fs::read_to_string(device.dir.path().join("id/device.key")).unwrap();
    KeyPair::from_pem(&pem).unwrap()
}

/// What a verifier says of a result under root, site CA and leaf, issued on
/// 2026-03-01.
pub fn judge(
    root: CertificateParams,
    site: Option<CertificateParams>,
    leaf: &CertificateParams,
) -> Result<String, VerifyError> {
    let root = Authority::root(root);
    let site = site.map(|site| root.below(site));
    let mut device = Device::new("gate-7");
    let mut chain = vec![site.as_ref().unwrap_or(&root).certify(&device, leaf)];
    chain.extend(site.map(|site| site.der));
    chain.push(root.der.clone());
    device.identity.chain_der = chain;
    verify(&device.result(1, None), &root.trust()).map(|verified| verified.device_id)
}

/// The same, when a fault of the path is expected.
pub fn path_fault(
    root: CertificateParams,
    site: Option<CertificateParams>,
    leaf: &CertificateParams,
) -> PathError {
    match judge(root, site, leaf) {
        Err(VerifyError::Path(error)) => error,
        other => panic!("a fault of the path is expected: {other:?}"),
    }
}
