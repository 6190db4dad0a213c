//! A certificate authority for one folder: brokers and receivers of demos and
//! tests. Not for a fleet; docs/decisions/0003-mqtt-broker-and-client.md says
//! what a fleet needs.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// An authority with its key in memory only.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate and its key, PEM.
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// Its private key, PKCS#8.
    pub key: String,
}

/// First and last year of a certificate's life (from 1 January to 1 January).
#[derive(Debug, Clone, Copy)]
pub struct Years(pub i32, pub i32);

impl Default for Years {
    fn default() -> Self {
        Self(2025, 2100)
    }
}

impl Authority {
    /// A new authority.
    pub fn new(name: &str) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = params(name, Years::default());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A server's certificate for these host names and addresses.
    pub fn server(&self, hosts: &[&str], years: Years) -> Result<Issued, rcgen::Error> {
        let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut leaf = params(hosts.first().copied().unwrap_or("broker"), years);
        leaf.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
        self.issue(leaf, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A client's certificate under this common name.
    pub fn client(&self, common_name: &str, years: Years) -> Result<Issued, rcgen::Error> {
        self.issue(params(common_name, years), ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(
        &self,
        mut leaf: CertificateParams,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<Issued, rcgen::Error> {
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![usage];
        let key = KeyPair::generate()?;
        Ok(Issued { certificate: leaf.signed_by(&key, &self.issuer)?.pem(), key: key.serialize_pem() })
    }
}

impl Issued {
    /// Writes `{name}.crt` and `{name}.key` (0600); gives the two paths.
    pub fn write(&self, folder: &Path, name: &str) -> std::io::Result<(PathBuf, PathBuf)> {
        let certificate = folder.join(format!("{name}.crt"));
        let key = folder.join(format!("{name}.key"));
        fs::write(&certificate, &self.certificate)?;
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&key)?
            .write_all(self.key.as_bytes())?;
        Ok((certificate, key))
    }
}

fn params(name: &str, years: Years) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params
}
