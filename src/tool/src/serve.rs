//! A server for the sample feed and the fixture pages, on this machine only.
//!
//! Invariants: listens on 127.0.0.1 at a port that the system chooses; serves only files below its folders;
//! stops when dropped.
//! Must not touch: the network.

use crate::Tree;
use anyhow::{Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Method, Request, Response};

/// Threads that answer.
const WORKERS: usize = 4;

/// Paths that get a header of their own.
const POLICIES: &[(&str, &str)] = &[("/fixtures/strict-csp.html", "default-src 'none'")];

/// A running server.
pub struct Server {
    inner: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
    address: String,
}

impl Server {
    /// Starts to serve `www/` at `/`, `tests/fixtures` at `/fixtures` and the toolchain's own pages at `/doc`.
    pub fn start(tree: &Tree) -> Result<Self> {
        let inner = tiny_http::Server::http("127.0.0.1:0").map_err(|error| anyhow!("cannot listen: {error}"))?;
        let address = inner.server_addr().to_ip().ok_or_else(|| anyhow!("the server has no address"))?;
        let inner = Arc::new(inner);
        let folders = Arc::new(Folders {
            feed: tree.path("www"),
            fixtures: tree.path("tests/fixtures"),
            documentation: documentation(tree),
        });
        let workers = (0..WORKERS)
            .map(|_| {
                let (server, folders) = (Arc::clone(&inner), Arc::clone(&folders));
                thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        folders.answer(request);
                    }
                })
            })
            .collect();
        Ok(Self { inner, workers, address: format!("http://{address}") })
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for worker in self.workers.drain(..) {
            // A worker that panicked has said so already.
            let _ = worker.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in 0..WORKERS {
            self.inner.unblock();
        }
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
    feed: PathBuf,
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
            (&self.feed, path.strip_prefix('/')?)
        };
        if inside.split('/').any(|part| part == ".." || part.contains(['\\', '\0'])) {
            return None;
        }
        let file = folder.join(inside);
        Some(if file.is_dir() { file.join("index.html") } else { file })
    }

    fn answer(&self, request: Request) {
        let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
        let reads = matches!(request.method(), Method::Get | Method::Head);
        let found = self.file(&path).filter(|_| reads).and_then(|file| Some((fs::read(&file).ok()?, file)));
        // A client that went away is no failure of ours.
        let _ = match found {
            Some((bytes, file)) => {
                let mut response = Response::from_data(bytes);
                let policy = POLICIES.iter().find(|(named, _)| *named == path).map(|(_, policy)| *policy);
                let headers = [("Content-Type", Some(media_type(&file))), ("Content-Security-Policy", policy)];
                for (name, value) in headers {
                    if let Some(header) = value.and_then(|value| Header::from_bytes(name, value).ok()) {
                        response.add_header(header);
                    }
                }
                request.respond(response)
            }
            // Browsers ask for it unasked, and would log its absence as an error of the page.
            None if path == "/favicon.ico" => request.respond(Response::empty(204)),
            None => request.respond(Response::from_string("not here").with_status_code(404)),
        };
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
    use std::io::{Read as _, Write as _};
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
