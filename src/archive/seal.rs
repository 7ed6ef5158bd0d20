//! Files under a passphrase.
//!
//! Source: the age format, version 1 (<https://age-encryption.org/v1>), with its scrypt recipient; any tool for age opens them.
//! Invariants: a stream in and a stream out; a file that is not encrypted is read as it is; a wrong passphrase is told apart from
//! damage wherever the format can: the few lines at the beginning that the passphrase is tried on have no checksum of their own.

use super::invalid;
use crate::exchange::task::Passphrase;
use crate::service::protocol::{Failure, FailureKind};
use age::secrecy::SecretString;
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use std::io::{self, BufRead, BufReader, Read, Write};

/// Binary logarithm of scrypt's cost: 64 MiB, and a fraction of a second in wasm.
const WORK: u8 = 16;
/// Of a file that comes: 1 GiB.
const MAX_WORK: u8 = 20;
/// How every encrypted file begins.
const MAGIC: &[u8] = b"age-encryption.org/";
/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// A file that leaves, encrypted or not.
pub enum Output<'o> {
    /// As it is.
    Plain(&'o mut dyn Write),
    /// Encrypted.
    Sealed(StreamWriter<&'o mut dyn Write>),
}

impl<'o> Output<'o> {
    /// Encrypted if there is a passphrase.
    ///
    /// # Errors
    /// If the passphrase is empty, or the file cannot be written.
    pub fn new(output: &'o mut dyn Write, passphrase: Option<&Passphrase>) -> Result<Self, Failure> {
        let Some(passphrase) = passphrase else { return Ok(Self::Plain(output)) };
        if passphrase.0.is_empty() {
            return Err(invalid("an empty passphrase protects nothing; write one"));
        }
        let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.0.clone()));
        recipient.set_work_factor(WORK);
        let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient));
        Ok(Self::Sealed(encryptor.map_err(invalid)?.wrap_output(output).map_err(unwritten)?))
    }

    /// Writes what is left; without it the file is cut short.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Sealed(writer) => writer.finish().map(drop).map_err(unwritten),
        }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            Self::Sealed(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Sealed(writer) => writer.flush(),
        }
    }
}

/// What is in a file that comes, encrypted or not.
///
/// # Errors
/// If it is encrypted and there is no passphrase ([`FailureKind::Locked`]), or it is wrong; or the file is damaged.
pub fn opened(input: Box<dyn Read>, passphrase: Option<&Passphrase>) -> Result<Box<dyn Read>, Failure> {
    let mut input = BufReader::with_capacity(PIECE, input);
    let sealed = input.fill_buf().map_err(unreadable)?.starts_with(MAGIC);
    if !sealed {
        return Ok(Box::new(input));
    }
    let Some(passphrase) = passphrase else {
        let message = "the file is encrypted; give its passphrase".into();
        return Err(Failure { kind: FailureKind::Locked, message });
    };
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.0.clone()));
    identity.set_max_work_factor(MAX_WORK);
    let decryptor = Decryptor::new_buffered(input).map_err(refused)?;
    let opened = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(refused)?;
    let mut opened = BufReader::with_capacity(PIECE, opened);
    // Cut to its head, a file reads as an empty one; nobody encrypts nothing.
    if opened.fill_buf().map_err(unreadable)?.is_empty() {
        return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(Box::new(opened))
}

fn refused(error: DecryptError) -> Failure {
    let damaged = |why: &str| Failure {
        kind: FailureKind::Damaged,
        message: format!("the encrypted file is damaged ({why}); copy it again from where it was saved"),
    };
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            let message = "the passphrase is not that of this file; nothing was changed".into();
            Failure { kind: FailureKind::WrongPassphrase, message }
        }
        DecryptError::NoMatchingKeys => invalid("the file is encrypted for a key and not under a passphrase"),
        DecryptError::ExcessiveWork { .. } => {
            invalid("opening this file would take more memory than a browser has; encrypt it with a lower work factor")
        }
        DecryptError::UnknownFormat => invalid("the file is of a newer version of age; save it in version 1"),
        DecryptError::InvalidMac => damaged("its beginning was changed"),
        error => damaged(&error.to_string()),
    }
}

/// Of reading on in a file. Where it is encrypted, what does not fit its keys any more is damaged.
pub(super) fn unreadable(error: io::Error) -> Failure {
    if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) {
        let message = format!("the file is damaged or cut short ({error}); copy it again from where it was saved");
        return Failure { kind: FailureKind::Damaged, message };
    }
    Failure { kind: FailureKind::Invalid, message: format!("the file cannot be read to its end: {error}") }
}

/// Of writing a file.
pub(super) fn unwritten(error: io::Error) -> Failure {
    Failure { kind: FailureKind::Quota, message: format!("the file cannot be written: {error}") }
}
