//! A proxy that records what a browser asks of other machines, and answers none of it.
//!
//! It sees the first line of every request over HTTP, and for TLS and WebSocket the name of the machine (`CONNECT`), whoever
//! asks: pages, frames, workers, service workers, the extension's pages and its background, the browser itself. Names are
//! the proxy's to look up. The driver forbids Chromium to look up any by itself, and Firefox to go around the proxy for
//! requests of its own or where the proxy does not answer.
//!
//! It cannot see a name that is only looked up (a prefetch), nor what goes over UDP (WebRTC, QUIC; both browsers are told
//! to send none around the proxy). That none of it is in what ships, `postil_tool::closed` looks. It sees nothing of this
//! machine: pages at 127.0.0.1 and localhost are not proxied. What a policy forbids never comes here.
//!
//! Invariants: listens on 127.0.0.1 only; opens no connection itself.

use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A running recorder; it ends with the process.
pub struct Recorder {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Starts to listen.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("the recorder cannot listen")?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                thread::spawn(move || record(stream, &log));
            }
        });
        Ok(Self { address, seen })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The first line of every request so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn record(stream: TcpStream, log: &Mutex<Vec<String>>) {
    // A browser that opens a connection and says nothing has asked for nothing.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let mut line = String::new();
    let mut reader = BufReader::new((&stream).take(8192));
    if reader.read_line(&mut line).is_ok() && !line.is_empty() {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim().to_owned());
        let _ = (&stream).write_all(b"HTTP/1.1 502 Recorded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}
