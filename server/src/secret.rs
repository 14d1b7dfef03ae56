//! What is derived from the server's secret: senders' codes and signed time tokens; and hashes of what
//! must not be stored as it is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

/// The server's secrets, newest first: the first signs, all of them verify.
#[derive(Clone)]
pub struct Secrets(Vec<Vec<u8>>);

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Ties files to the submission that they were sent for; kept when the token is renewed.
    pub nonce: String,
    pub issued_at: Timestamp,
}

impl Token {
    /// How long a token may be used, in seconds.
    pub const LIFETIME: i64 = 4 * 3_600;
    /// How long after its issue it may still be renewed with the same nonce, in seconds.
    pub const RENEWABLE: i64 = 24 * 3_600;

    pub fn is_fresh(&self, now: Timestamp) -> bool {
        // A little leeway for another machine's clock.
        (-60..=Self::LIFETIME).contains(&self.age(now))
    }

    pub fn is_renewable(&self, now: Timestamp) -> bool {
        (-60..=Self::RENEWABLE).contains(&self.age(now))
    }

    fn age(&self, now: Timestamp) -> i64 {
        now.as_second() - self.issued_at.as_second()
    }
}

const NONCE: usize = 12;
const SEAL_NONCE: usize = 12;
const SIGNATURE: usize = 16;
/// Crockford's base 32 without letters that are mistaken for digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Secrets {
    pub fn new(secrets: &[String]) -> Self {
        Self(secrets.iter().map(|s| s.as_bytes().to_vec()).collect())
    }

    /// The data folder's own secret, made at the first start.
    ///
    /// # Errors
    /// The folder cannot be written or read.
    pub fn kept_in(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("secret");
        if !path.exists() {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path)?;
            file.write_all(random_word(32).as_bytes())?;
            file.sync_all()?;
        }
        let text = std::fs::read_to_string(&path)?;
        if text.trim().len() < 32 {
            return Err(std::io::Error::other("the file `secret` in the data folder is too short; restore it from a backup"));
        }
        Ok(Self::new(&[text.trim().to_owned()]))
    }

    /// The code of an inquiry: 16 letters and digits, 80 bits.
    pub fn code(&self, district: &str, inquiry: &str) -> String {
        code_with(&self.0[0], district, inquiry)
    }

    /// The code that was given when another secret was the newest.
    pub fn code_again(&self, district: &str, inquiry: &str, hash: &str) -> Option<String> {
        self.0.iter().map(|secret| code_with(secret, district, inquiry)).find(|code| code_hash(code) == hash)
    }

    /// The word of an invitation's link: district, id and signature.
    pub fn invitation(&self, district: &str, id: &str) -> String {
        self.signed("invitation", &format!("{district}.{id}"))
    }

    /// District and id of an invitation's word, if we wrote it.
    pub fn read_invitation(&self, word: &str) -> Option<(String, String)> {
        let text = self.read_signed("invitation", word)?;
        text.split_once('.').map(|(district, id)| (district.to_owned(), id.to_owned()))
    }

    /// The word of a link that lets somebody choose a new password.
    pub fn password_reset(&self, id: &str) -> String {
        self.signed("password reset", id)
    }

    /// The id of such a word, if we wrote it.
    pub fn read_password_reset(&self, word: &str) -> Option<String> {
        self.read_signed("password reset", word)
    }

    fn signed(&self, purpose: &str, text: &str) -> String {
        let signature = mac(&self.0[0], &[purpose.as_bytes(), text.as_bytes()]);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(signature))
    }

    fn read_signed(&self, purpose: &str, word: &str) -> Option<String> {
        let (text, signature) = word.split_once('.')?;
        let (text, signature) = (URL_SAFE_NO_PAD.decode(text).ok()?, URL_SAFE_NO_PAD.decode(signature).ok()?);
        let ours = |secret: &Vec<u8>| keyed(secret, &[purpose.as_bytes(), &text]).verify_slice(&signature).is_ok();
        self.0.iter().any(ours).then(|| String::from_utf8(text).ok()).flatten()
    }

    /// Seals what must be kept and read again, for one owner: encrypted and tied to whose it is
    /// (ChaCha20-Poly1305, RFC 8439, under a key that is derived from the newest secret).
    ///
    /// # Errors
    /// Never in practice: the cipher takes any text of this length.
    pub fn seal(&self, owner: &str, text: &[u8]) -> Option<String> {
        let mut nonce = [0; SEAL_NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: text, aad: owner.as_bytes() };
        let sealed = sealer(&self.0[0]).encrypt(&nonce.into(), payload).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What was sealed for `owner`, with whichever secret was the newest then.
    pub fn unseal(&self, owner: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok().filter(|b| b.len() > SEAL_NONCE)?;
        let (nonce, sealed) = bytes.split_at(SEAL_NONCE);
        let nonce: [u8; SEAL_NONCE] = nonce.try_into().ok()?;
        let open = |secret: &Vec<u8>| sealer(secret).decrypt(&nonce.into(), Payload { msg: sealed, aad: owner.as_bytes() }).ok();
        self.0.iter().find_map(open)
    }

    /// A signed time token for one visit of a form.
    pub fn token(&self, district: &str, now: Timestamp) -> String {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        self.token_for(district, &nonce, now)
    }

    /// The same visit, with a later time. `None` when the old token is not ours or far too old.
    pub fn renew(&self, district: &str, old: &str, now: Timestamp) -> Option<String> {
        let token = self.read_token(district, old).filter(|t| t.is_renewable(now))?;
        let nonce = URL_SAFE_NO_PAD.decode(&token.nonce).ok()?;
        Some(self.token_for(district, &nonce, now))
    }

    fn token_for(&self, district: &str, nonce: &[u8], now: Timestamp) -> String {
        let mut bytes = nonce.to_vec();
        bytes.extend(now.as_second().to_be_bytes());
        let signature = mac(&self.0[0], &[b"token", district.as_bytes(), &bytes]);
        bytes.extend(&signature[..SIGNATURE]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token that we signed, however old.
    pub fn read_token(&self, district: &str, token: &str) -> Option<Token> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|b| b.len() == NONCE + 8 + SIGNATURE)?;
        let (body, signature) = bytes.split_at(NONCE + 8);
        let ours =
            |secret: &Vec<u8>| keyed(secret, &[b"token", district.as_bytes(), body]).verify_truncated_left(signature).is_ok();
        if !self.0.iter().any(ours) {
            return None;
        }
        let second = i64::from_be_bytes(body[NONCE..].try_into().ok()?);
        Some(Token { nonce: URL_SAFE_NO_PAD.encode(&body[..NONCE]), issued_at: Timestamp::from_second(second).ok()? })
    }
}

fn keyed(secret: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC takes keys of any length, so this cannot fail.
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(secret).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

fn mac(secret: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    keyed(secret, parts).finalize().into_bytes().into()
}

fn sealer(secret: &[u8]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&mac(secret, &[b"seal"]).into())
}

fn code_with(secret: &[u8], district: &str, inquiry: &str) -> String {
    base32(&mac(secret, &[b"code", district.as_bytes(), inquiry.as_bytes()])[..10])
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    out
}

/// What is stored of a code. The code has 80 random bits, so one fast hash is enough.
pub fn code_hash(code: &str) -> String {
    hash(&[b"porchlight code", tidy_code(code).as_bytes()])
}

/// A code as people type it: capitals, spaces and dashes don't count, nor do mistaken letters.
pub fn tidy_code(raw: &str) -> String {
    let letters = raw.trim().chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_lowercase());
    letters
        .map(|c| {
            if c == 'o' {
                '0'
            } else if c == 'i' || c == 'l' {
                '1'
            } else {
                c
            }
        })
        .take(64)
        .collect()
}

/// SHA-256 of parts, as hexadecimal text; the lengths are part of it, so that parts cannot run together.
pub fn hash(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// A random word of `bytes` × 8 bits, for sessions and secrets.
pub fn random_word(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    rand::rng().fill_bytes(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

/// Ten letters and digits, 50 bits, to be written down: `k7q2d-x9m4t`.
pub fn random_code() -> String {
    let mut random = [0; 10];
    rand::rng().fill_bytes(&mut random);
    let letters = base32(&random);
    format!("{}-{}", &letters[..5], &letters[5..10])
}

/// Seven characters that are easy to say on the telephone: `7K3Q-92X`.
pub fn reference(prefix: &str) -> String {
    const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut random = [0; 7];
    rand::rng().fill_bytes(&mut random);
    let letters: String = random.iter().map(|r| char::from(LETTERS[usize::from(*r) % LETTERS.len()])).collect();
    format!("{prefix}-{}-{}", &letters[..4], &letters[4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(all: &[&str]) -> Secrets {
        Secrets::new(&all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn codes_repeat_and_survive_rotation() {
        let old = secrets(&["an old secret of sufficient length"]);
        let code = old.code("d", "i");
        assert_eq!(code.len(), 16);
        assert_eq!(code, old.code("d", "i"));
        assert_ne!(code, old.code("d", "j"));
        let rotated = secrets(&["a new secret of sufficient length!", "an old secret of sufficient length"]);
        assert_eq!(rotated.code_again("d", "i", &code_hash(&code)), Some(code));
    }

    #[test]
    fn what_is_sealed_opens_for_its_owner_only() {
        let old = secrets(&["an old secret of sufficient length"]);
        let sealed = old.seal("kim", b"JBSWY3DP").unwrap();
        assert!(!sealed.contains("JBSWY3DP"));
        let rotated = secrets(&["a new secret of sufficient length!", "an old secret of sufficient length"]);
        assert_eq!(rotated.unseal("kim", &sealed).as_deref(), Some(b"JBSWY3DP".as_slice()));
        assert_eq!(rotated.unseal("ana", &sealed), None);
        assert_eq!(secrets(&["another secret of sufficient length!"]).unseal("kim", &sealed), None);
    }

    #[test]
    fn links_in_mail_cannot_be_made_up() {
        let ours = secrets(&["a secret of sufficient length, really"]);
        let word = ours.invitation("d", "i");
        assert_eq!(ours.read_invitation(&word), Some((String::from("d"), String::from("i"))));
        assert_eq!(ours.read_password_reset(&word), None);
        assert_eq!(ours.read_password_reset(&ours.password_reset("r")).as_deref(), Some("r"));
        assert_eq!(ours.read_invitation(&word[..word.len() - 1]), None);
        assert_eq!(ours.read_invitation("x.y"), None);
    }

    #[test]
    fn codes_forgive_typing() {
        assert_eq!(code_hash("ABCD-EF1O 2345 6789"), code_hash("abcdefi0 23456789"));
    }

    #[test]
    fn tokens_are_ours_fresh_and_for_one_district() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let later = now + jiff::SignedDuration::from_hours(5);
        let ours = secrets(&["a secret of sufficient length, really"]);
        let token = ours.token("d", now);
        let read = ours.read_token("d", &token).unwrap();
        assert!(read.is_fresh(now) && !read.is_fresh(later));
        assert_eq!(ours.read_token("other", &token), None);
        assert_eq!(secrets(&["another secret of sufficient length!"]).read_token("d", &token), None);
        for at in 0..token.len() {
            let mut bent = token.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(ours.read_token("d", &String::from_utf8(bent).unwrap()), None);
        }
        let renewed = ours.renew("d", &token, later).unwrap();
        let renewed = ours.read_token("d", &renewed).unwrap();
        assert_eq!(renewed.nonce, read.nonce);
        assert!(renewed.is_fresh(later));
    }
}
