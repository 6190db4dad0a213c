//! A connection between device and broker that can be cut, stalled and reset.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Passes bytes.
    Pass,
    /// Takes connections and bytes, and passes nothing: a dead NAT entry.
    Stall,
    /// Closes every connection at once.
    Cut,
    /// Resets every connection at once (RST).
    Reset,
}

pub struct Proxy {
    pub port: u16,
    mode: watch::Sender<Line>,
    accepted: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, modes) = watch::channel(Line::Pass);
        let (count, accepted) = watch::channel(0);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.send_modify(|count| *count += 1);
                tokio::spawn(serve(stream, target, modes.clone()));
            }
        });
        Self { port, mode, accepted, task }
    }

    pub fn set(&self, line: Line) {
        self.mode.send_replace(line);
    }

    /// Connections taken so far.
    pub fn accepted(&self) -> u64 {
        *self.accepted.borrow()
    }

    /// Cuts open connections and lets the next ones pass.
    pub async fn interrupt(&self, how: Line) {
        self.set(how);
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.set(Line::Pass);
    }
}

async fn serve(mut near: TcpStream, target: u16, mut modes: watch::Receiver<Line>) {
    let target = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
    let Ok(mut far) = TcpStream::connect(target).await else {
        return;
    };
    // Else Nagle's wait here would be taken for the link's.
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    loop {
        let mode = *modes.borrow_and_update();
        match mode {
            Line::Cut => return,
            Line::Reset => {
                near.set_zero_linger().unwrap();
                return;
            }
            Line::Stall => {
                if modes.changed().await.is_err() {
                    return;
                }
            }
            Line::Pass => tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => return,
                changed = modes.changed() => if changed.is_err() { return },
            },
        }
    }
}
