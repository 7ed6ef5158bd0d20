//! A server for the workbench, the sample feed and the fixture pages, on this machine only.
//!
//! Invariants: listens on 127.0.0.1 at a port that the system chooses; serves only files below its folders;
//! stops when dropped.
//! Must not touch: the network.

use crate::Tree;
use crate::package::SITE;
use anyhow::{Context as _, Result};
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Paths that get a header of their own. A worker does not have the policy of its page.
const POLICIES: &[(&str, &str)] = &[
    ("/fixtures/strict-csp.html", "default-src 'none'"),
    ("/worker.js", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"),
];

/// No request line with its headers is longer.
const LONGEST_REQUEST: u64 = 64 << 10;

/// A running server.
pub struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts to serve the built site at `/`, `tests/fixtures` at `/fixtures` and the toolchain's own pages at `/doc`.
    pub fn start(tree: &Tree) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen")?;
        let address = listener.local_addr()?;
        let folders = Arc::new(Folders {
            site: tree.target(SITE),
            fixtures: tree.path("tests/fixtures"),
            documentation: documentation(tree),
        });
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let folders = Arc::clone(&folders);
                // A thread each and one answer each: a browser's idle connections keep nobody waiting. A client that
                // went away is no failure of ours.
                thread::spawn(move || folders.answer(&stream));
            }
        });
        Ok(Self { address, stopped, accepting })
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Serves until the process ends.
    pub fn wait(&self) {
        while !self.accepting.is_finished() {
            thread::park();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the accepting thread, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

/// The toolchain's own HTML documentation, if it is installed.
pub fn documentation(tree: &Tree) -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).current_dir(tree.path("")).output().ok()?;
    let sysroot = String::from_utf8(output.stdout).ok()?;
    let folder = Path::new(sysroot.trim()).join("share/doc/rust/html");
    folder.join("index.html").is_file().then_some(folder)
}

struct Folders {
    site: PathBuf,
    fixtures: PathBuf,
    documentation: Option<PathBuf>,
}

impl Folders {
    /// The file for a path; none where the path leaves its folder.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let (folder, inside) = if let Some(inside) = path.strip_prefix("/fixtures/") {
            (&self.fixtures, inside)
        } else if let Some(inside) = path.strip_prefix("/doc/") {
            (self.documentation.as_ref()?, inside)
        } else {
            (&self.site, path.strip_prefix('/')?)
        };
        if inside.split('/').any(|part| part == ".." || part.contains(['\\', '\0'])) {
            return None;
        }
        let file = folder.join(inside);
        Some(if file.is_dir() { file.join("index.html") } else { file })
    }

    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut lines = BufReader::new(stream.take(LONGEST_REQUEST)).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|header| !header.is_empty()) {}
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let found = self.file(path).filter(|_| method == "GET").and_then(|file| Some((fs::read(&file).ok()?, file)));
        let mut headers = String::new();
        let (status, body) = match found {
            Some((bytes, file)) => {
                headers += &format!("Content-Type: {}\r\n", media_type(&file));
                if let Some((_, policy)) = POLICIES.iter().find(|(named, _)| *named == path) {
                    headers += &format!("Content-Security-Policy: {policy}\r\n");
                }
                ("200 OK", bytes)
            }
            // Browsers ask for it unasked, and would log its absence as an error of the page.
            None if path == "/favicon.ico" => ("204 No Content", Vec::new()),
            None => ("404 Not Found", b"not here".to_vec()),
        };
        let mut stream = stream;
        write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
        stream.write_all(&body)
    }
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    fn get(server: &Server, path: &str) -> String {
        let address = server.url("").replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn serves_with_the_right_headers_and_nothing_outside() {
        let server = Server::start(&Tree::here()).unwrap();
        let strict = get(&server, "/fixtures/strict-csp.html?query");
        assert!(strict.starts_with("HTTP/1.1 200"), "{strict}");
        assert!(strict.contains("Content-Security-Policy: default-src 'none'\r\n"), "{strict}");
        assert!(strict.contains("Content-Type: text/html; charset=utf-8\r\n"), "{strict}");
        assert!(!get(&server, "/fixtures/shadow.html").contains("Content-Security-Policy"));
        assert!(get(&server, "/fixtures/../../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(get(&server, "/fixtures/none.html").starts_with("HTTP/1.1 404"));
    }
}
