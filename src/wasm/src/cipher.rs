//! The browser's own AES-256-GCM for what is stored under a passphrase.
//!
//! Invariants: a key that was handed to the browser cannot be read from it again, and is handed over once while it is the same.
//! Source: W3C Web Cryptography API, AES-GCM; the tag of 16 bytes is its default, and stands at the end.

use crate::storage::{message, settled};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use postil::service::vault::{Cipher, CipherError, Key};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill_at_random(bytes: &mut [u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &[u8],
        algorithm: &str,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn encrypt(algorithm: &Object, key: &JsValue, data: &[u8]) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn decrypt(algorithm: &Object, key: &JsValue, data: &[u8]) -> Result<Promise, JsValue>;
}

const NAME: &str = "AES-GCM";
const NONCE: usize = 12;

/// Bytes that nobody can guess.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    let filled = fill_at_random(&mut bytes);
    filled.map_err(|error| message(&error).unwrap_or_else(|| "the browser gives none".to_owned()))?;
    Ok(bytes)
}

/// WebCrypto.
#[derive(Default)]
pub(crate) struct WebCrypto {
    /// The key that was used last.
    last: RefCell<Option<(Key, JsValue)>>,
}

impl WebCrypto {
    async fn key(&self, key: &Key) -> Result<JsValue, CipherError> {
        if let Some((_, imported)) = self.last.borrow().as_ref().filter(|(last, _)| last == key) {
            return Ok(imported.clone());
        }
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let imported = settled(import_key("raw", key, NAME, false, &usages)).await.map_err(failed)?;
        *self.last.borrow_mut() = Some((*key, imported.clone()));
        Ok(imported)
    }
}

impl Cipher for WebCrypto {
    fn draw(&self) -> Result<Key, CipherError> {
        drawn().map_err(CipherError::Failed)
    }

    async fn seal(&self, key: &Key, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, CipherError> {
        let key = self.key(key).await?;
        let nonce = drawn::<NONCE>().map_err(CipherError::Failed)?;
        let text = settled(encrypt(&algorithm(&nonce, aad)?, &key, plain)).await.map_err(failed)?;
        let mut sealed = nonce.to_vec();
        sealed.extend(Uint8Array::new(&text).to_vec());
        Ok(sealed)
    }

    async fn open(&self, key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
        let (nonce, text) = sealed.split_at_checked(NONCE).ok_or(CipherError::Refused)?;
        let key = self.key(key).await?;
        let plain = settled(decrypt(&algorithm(nonce, aad)?, &key, text)).await.map_err(|error| {
            // How the browser says that the tag does not fit; that the text is too short to have one, too.
            let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
            if name.as_deref() == Some("OperationError") { CipherError::Refused } else { failed(error) }
        })?;
        Ok(Uint8Array::new(&plain).to_vec())
    }
}

fn algorithm(nonce: &[u8], aad: &[u8]) -> Result<Object, CipherError> {
    let parameters = Object::new();
    let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    for (name, value) in [("name", NAME.into()), ("iv", bytes(nonce)), ("additionalData", bytes(aad))] {
        Reflect::set(&parameters, &name.into(), &value).map_err(failed)?;
    }
    Ok(parameters)
}

fn failed(error: JsValue) -> CipherError {
    CipherError::Failed(message(&error).unwrap_or_else(|| "the browser's cipher failed without a reason".to_owned()))
}
