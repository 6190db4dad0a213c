//! The server: connections in, bounded in number, size and time; HTTP/1.1, over TLS off loopback.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::context::Context;
use crate::http::Peer;
use crate::openapi::router;
use crate::tls::{Reloading, TlsError, TlsFiles};
use crate::webhook;

/// Most connections at once.
const MAX_CONNECTIONS: usize = 512;
/// Most connections from one address.
const MAX_FROM_ONE: usize = 128;
/// Time for a request's head: one that trickles ends here.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// Largest head of a request, bytes. An address may have 2,000 twice, and a query of them.
const MAX_HEAD: usize = 16 << 10;
/// Most header lines.
const MAX_HEADERS: usize = 64;
/// Time for the handshake of TLS.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Longest life of a connection, however busy.
const CONNECTION_LIMIT: Duration = Duration::from_secs(5 * 60);
/// Time for running requests when the server stops.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// How often the certificate's files are looked at.
const REFRESH_EVERY: Duration = Duration::from_secs(5);
/// Pause after a connection could not be accepted: too many open files pass by themselves.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Where the server listens.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; port 0 for any free one.
    pub address: SocketAddr,
    /// The certificate. Only on loopback may it be absent.
    pub tls: Option<TlsFiles>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Without TLS off loopback.
    #[error(
        "{0} is not a loopback address: partners' secrets and results need HTTPS; give certificate and key"
    )]
    NeedsTls(SocketAddr),
    /// The address.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's own error.
        source: io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts the server and the webhooks, on the runtime of the caller.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start(context: Arc<Context>, listen: Listen) -> Result<Self, ServerError> {
        if listen.tls.is_none() && !listen.address.ip().to_canonical().is_loopback() {
            return Err(ServerError::NeedsTls(listen.address));
        }
        let tls = listen.tls.map(Reloading::open).transpose()?;
        let acceptor = match &tls {
            Some(tls) => Some(TlsAcceptor::from(tls.config()?)),
            None => None,
        };
        let failed = |source| ServerError::Listen { address: listen.address, source };
        let listener = TcpListener::bind(listen.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = vec![
            tokio::spawn(accept(listener, acceptor, router(context.clone()), stopped.clone())),
            tokio::spawn(webhook::run(context, stopped.clone())),
        ];
        if let Some(tls) = tls {
            tasks.push(tokio::spawn(refresh(tls, stopped)));
        }
        Ok(Self { address, stop, tasks })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: no new connections; running requests have a few seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for mut task in self.tasks {
            if tokio::time::timeout(STOP_LIMIT, &mut task).await.is_err() {
                // A webhook that is under way: it is sent again after the next start.
                task.abort();
            }
        }
    }
}

async fn refresh(tls: Arc<Reloading>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(REFRESH_EVERY) => {}
            _ = stop.changed() => return,
        }
        match tls.refresh() {
            Ok(true) => tracing::info!("the partners' server has a new certificate"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the partners' server keeps its old certificate"),
        }
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let counts = Counts::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection to the partners' server was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Over the limits a connection is closed at once: waiting would only cost memory.
        let (Ok(place), Some(counted)) = (places.clone().try_acquire_owned(), counts.enter(peer.ip())) else {
            continue;
        };
        let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
        tokio::spawn(async move {
            let _held = (place, counted);
            let connection = connect(stream, peer, acceptor, router, stop);
            let _ = tokio::time::timeout(CONNECTION_LIMIT, connection).await;
        });
    }
    drop(listener);
    // Every connection holds a place: with all of them back, all are over.
    let _ = places.acquire_many(u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX)).await;
}

async fn connect(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => serve(stream, peer, router, stop).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
                serve(stream, peer, router, stop).await;
            }
        }
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let service = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // What a client does wrong is no news.
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// How many connections each address has.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Counts {
    fn enter(&self, address: IpAddr) -> Option<Counted> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        (*count < MAX_FROM_ONE).then(|| {
            *count += 1;
            Counted { counts: self.clone(), address }
        })
    }
}

struct Counted {
    counts: Counts,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}
