//! A private Mosquitto on this machine, for demos and tests: mutual TLS,
//! access by certificate name, nothing kept on disk, gone when dropped.
//!
//! Two listeners, because being a device and being the hub are different
//! rights: an authority that certifies devices must not be able to certify
//! a hub by choosing a clever common name.

use std::fs;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::authority::{Authority, Issued, Years};
use vouch_link::tls::TlsFiles;

/// How long Mosquitto may take to listen.
const START: Duration = Duration::from_secs(10);

/// Pause between two checks whether it listens.
const LOOK: Duration = Duration::from_millis(20);

/// Another process may take a free port before Mosquitto does.
const MAX_PORT_ATTEMPTS: u32 = 5;

/// Bytes of Mosquitto's log quoted in an error.
const LOG_TAIL: usize = 2000;

/// Common name of the receiving side. The dot keeps it out of the alphabet of
/// device names.
pub const HUB_NAME: &str = "hub.vouch";

const DEVICE_RULES: &str = "\
# %u is the common name of the client's certificate: a device reaches only its own topics.
pattern write vouch/v1/+/%u/result
pattern write vouch/v1/+/%u/state
pattern read vouch/v1/+/%u/ack
";

const HUB_RULES: &str = "\
# Rules before any `user` line would be for anonymous clients only.
user hub.vouch
topic read vouch/v1/+/+/result
topic read vouch/v1/+/+/state
topic write vouch/v1/+/+/ack
";

/// A running broker and the files to reach it with.
#[derive(Debug)]
pub struct EmbeddedBroker {
    program: PathBuf,
    folder: PathBuf,
    child: Option<Child>,
    /// Where devices connect, on 127.0.0.1.
    pub port: u16,
    /// Where the receiving side connects, on 127.0.0.1.
    pub hub_port: u16,
    /// The authority of the broker's own certificate, PEM.
    pub ca: PathBuf,
    /// The receiving side's certificate, PEM.
    pub hub_certificate: PathBuf,
    /// The receiving side's key, PEM.
    pub hub_key: PathBuf,
}

/// Where Mosquitto is, if it is installed. Also looks into `sbin`, where Debian puts
/// it: an ordinary user's PATH does not have that folder.
pub fn find_mosquitto() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"].map(PathBuf::from))
        .map(|folder| folder.join("mosquitto"))
        .find(|program| program.is_file())
}

impl EmbeddedBroker {
    /// Starts a broker whose files lie in `folder`. `device_trust` are the
    /// roots of the devices' certificates, PEM.
    pub fn start(folder: &Path, device_trust: &str) -> Result<Self, BrokerError> {
        let authority = Authority::new("Vouch private broker").map_err(BrokerError::Certificate)?;
        let server = authority
            .server(&["localhost", "127.0.0.1", "::1"], Years::default())
            .map_err(BrokerError::Certificate)?;
        Self::start_with(folder, device_trust, &authority, &server)
    }

    /// The same with a server certificate of the caller's choice.
    pub fn start_with(
        folder: &Path,
        device_trust: &str,
        authority: &Authority,
        server: &Issued,
    ) -> Result<Self, BrokerError> {
        let program = find_mosquitto().ok_or(BrokerError::Missing)?;
        let hub_authority = Authority::new("Vouch private hub").map_err(BrokerError::Certificate)?;
        let hub = hub_authority.client(HUB_NAME, Years::default()).map_err(BrokerError::Certificate)?;
        let write = || -> io::Result<(PathBuf, PathBuf, PathBuf)> {
            fs::create_dir_all(folder)?;
            // Mosquitto resolves its file names from its own working directory.
            let folder = folder.canonicalize()?;
            fs::write(folder.join("ca.pem"), authority.pem())?;
            fs::write(folder.join("devices.pem"), device_trust)?;
            fs::write(folder.join("hubs.pem"), hub_authority.pem())?;
            fs::write(folder.join("devices.acl"), DEVICE_RULES)?;
            fs::write(folder.join("hubs.acl"), HUB_RULES)?;
            server.write(&folder, "broker")?;
            let (certificate, key) = hub.write(&folder, "hub")?;
            Ok((folder, certificate, key))
        };
        let (folder, hub_certificate, hub_key) =
            write().map_err(|source| BrokerError::Files { folder: folder.to_owned(), source })?;
        let mut broker = Self {
            program,
            ca: folder.join("ca.pem"),
            folder,
            child: None,
            port: 0,
            hub_port: 0,
            hub_certificate,
            hub_key,
        };
        let mut attempt = 1;
        loop {
            (broker.port, broker.hub_port) = free_ports().map_err(|source| broker.files(source))?;
            match broker.start_again() {
                Err(BrokerError::Died { .. }) if attempt < MAX_PORT_ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
                Ok(()) => return Ok(broker),
            }
        }
    }

    /// What the receiving side needs to connect to [`Self::hub_port`].
    pub fn hub_tls(&self) -> TlsFiles {
        TlsFiles { ca: self.ca.clone(), chain: self.hub_certificate.clone(), key: self.hub_key.clone() }
    }

    /// Ends the broker at once, as a crash would; everything it held is lost.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again on the same ports.
    pub fn start_again(&mut self) -> Result<(), BrokerError> {
        self.stop();
        let configuration = self.folder.join("mosquitto.conf");
        fs::write(&configuration, self.configuration()).map_err(|source| self.files(source))?;
        let log = File::create(self.log()).map_err(|source| self.files(source))?;
        let child = Command::new(&self.program)
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|source| BrokerError::Spawn { program: self.program.clone(), source })?;
        self.child = Some(child);
        self.wait_until_it_listens()
    }

    fn wait_until_it_listens(&mut self) -> Result<(), BrokerError> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            let ended = self.child.as_mut().map(Child::try_wait);
            if let Some(Ok(Some(_))) = ended {
                self.child = None;
                return Err(BrokerError::Died { log: self.log_tail() });
            }
            if listens(self.port) && listens(self.hub_port) {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        self.stop();
        Err(BrokerError::Silent { log: self.log_tail() })
    }

    fn configuration(&self) -> String {
        let folder = self.folder.display();
        let listener = |port: u16, who: &str| {
            format!(
                "listener {port} 127.0.0.1\n\
                 cafile {folder}/{who}.pem\n\
                 certfile {folder}/broker.crt\n\
                 keyfile {folder}/broker.key\n\
                 require_certificate true\n\
                 use_identity_as_username true\n\
                 allow_anonymous false\n\
                 acl_file {folder}/{who}.acl\n\n"
            )
        };
        // `user root` counts only when started as root, where Mosquitto would
        // otherwise drop to a user that cannot read this folder.
        format!(
            "per_listener_settings true\n\
             user root\n\
             persistence false\n\
             log_dest stderr\n\
             log_type error\nlog_type warning\nlog_type notice\n\
             set_tcp_nodelay true\n\n{}{}",
            listener(self.port, "devices"),
            listener(self.hub_port, "hubs"),
        )
    }

    fn log(&self) -> PathBuf {
        self.folder.join("mosquitto.log")
    }

    fn log_tail(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let tail = log.get(log.len().saturating_sub(LOG_TAIL)..);
        String::from_utf8_lossy(tail.unwrap_or_default()).into_owned()
    }

    fn files(&self, source: io::Error) -> BrokerError {
        BrokerError::Files { folder: self.folder.clone(), source }
    }
}

impl Drop for EmbeddedBroker {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listens(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, LOOK).is_ok()
}

fn free_ports() -> io::Result<(u16, u16)> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let second = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok((first.local_addr()?.port(), second.local_addr()?.port()))
}

/// Why there is no broker.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Not installed.
    #[error("mosquitto is not installed; install it (Debian: apt install mosquitto) to run a private broker")]
    Missing,
    /// Installed, but does not start.
    #[error("cannot start {}: {source}", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Started, and ended at once.
    #[error("mosquitto ended at once; its log says:\n{log}")]
    Died {
        /// End of its log.
        log: String,
    },
    /// Started, but does not listen.
    #[error("mosquitto does not listen after {START:?}; its log says:\n{log}")]
    Silent {
        /// End of its log.
        log: String,
    },
    /// A certificate could not be made.
    #[error("cannot make the private broker's certificates: {0}")]
    Certificate(rcgen::Error),
    /// The folder cannot be written.
    #[error("cannot write the broker's files in {}: {source}", folder.display())]
    Files {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}
