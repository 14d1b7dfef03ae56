//! The second factor: codes of an authenticator (TOTP, RFC 6238: SHA-1, six digits, thirty seconds, which is what
//! authenticators understand), and recovery codes for the day on which the phone is gone.

use crate::app::App;
use crate::error::Error;
use crate::secret::{hash, random_code};
use crate::store::{Result, SecondFactor};
use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use porchlight_shared::api::SecondFactorSecret;
use rand::RngCore;
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes of a set.
const CODES: usize = 10;
/// Bytes of a secret (RFC 4226, section 4: at least 16, 20 recommended).
const SECRET_BYTES: usize = 20;

fn totp(secret: &[u8], email: &str) -> Result<Totp> {
    // A colon parts issuer and account in the address, so neither may have one.
    let builder = Builder::new()
        .with_secret(Secret::from(secret))
        .with_account_name(email.replace(':', " "))
        .with_issuer(Some("Porchlight"));
    builder.build().map_err(|e| Error::Corrupt(e.to_string()))
}

/// Makes a new secret for an account and keeps it, sealed. It counts once it was confirmed.
///
/// # Errors
/// [`Error::Refused`] where one is in force already; the database refused.
pub async fn begin(app: &App, account: &str, email: &str) -> Result<SecondFactorSecret> {
    if app.db.second_factor(account).await?.confirmed {
        return Err(Error::refused("code", "There is a second factor already. Take it away first, then set up another."));
    }
    let mut secret = [0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut secret);
    let sealed = app.secrets.seal(account, &secret).ok_or(Error::Unavailable)?;
    let mut tx = app.db.begin().await?;
    tx.set_second_factor_of(account, Some(&sealed)).await?;
    tx.commit().await?;
    let uri = totp(&secret, email)?.to_url().map_err(|e| Error::Corrupt(e.to_string()))?;
    let code = QRBuilder::new(uri.clone()).build().map_err(|e| Error::Corrupt(e.to_string()))?;
    let qr = SvgBuilder::default().margin(2).to_str(&code);
    Ok(SecondFactorSecret { secret: Secret::from(secret.as_slice()).to_base32(), uri, qr })
}

/// Puts the secret in force once its first code is right. Returns recovery codes, which nobody can read again.
///
/// # Errors
/// [`Error::Refused`] when the code is wrong; [`Error::Conflict`] when it is in force already; the database refused.
pub async fn confirm(app: &App, account: &str, code: &str) -> Result<Vec<String>> {
    let kept = app.db.second_factor(account).await?;
    // It is in force already: new recovery codes are asked for with the password.
    if kept.confirmed {
        return Err(Error::Conflict);
    }
    let step = step_of(app, account, &kept, code)?.ok_or_else(wrong_code)?;
    let codes = new_codes();
    let mut tx = app.db.begin().await?;
    if !tx.use_totp_step(account, step).await? {
        return Err(wrong_code());
    }
    tx.confirm_second_factor(account, kept.sealed.as_deref().unwrap_or_default(), app.now().as_millisecond()).await?;
    tx.put_recovery_codes(account, &codes.iter().map(|c| code_hash(account, c)).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Checks a code of the authenticator, or a recovery code, and uses it up.
///
/// # Errors
/// [`Error::SecondFactor`] when it is missing, wrong or used; the database refused.
pub async fn check(app: &App, account: &str, code: Option<&str>) -> Result<()> {
    let kept = app.db.second_factor(account).await?;
    if !kept.confirmed {
        return Ok(());
    }
    let code = code.map(tidy).filter(|c| !c.is_empty()).ok_or(Error::SecondFactor)?;
    let mut tx = app.db.begin().await?;
    let right = match step_of(app, account, &kept, &code)? {
        Some(step) => tx.use_totp_step(account, step).await?,
        None => tx.use_recovery_code(account, &code_hash(account, &code), app.now().as_millisecond()).await?,
    };
    tx.commit().await?;
    if right { Ok(()) } else { Err(Error::SecondFactor) }
}

/// A new set of recovery codes in the place of the old one.
///
/// # Errors
/// The database refused.
pub async fn renew_codes(app: &App, account: &str) -> Result<Vec<String>> {
    let codes = new_codes();
    let mut tx = app.db.begin().await?;
    tx.put_recovery_codes(account, &codes.iter().map(|c| code_hash(account, c)).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(codes)
}

/// The time step of a right code. One step before and after counts, since clocks differ.
fn step_of(app: &App, account: &str, kept: &SecondFactor, code: &str) -> Result<Option<i64>> {
    let Some(sealed) = &kept.sealed else { return Ok(None) };
    let lost = || Error::Corrupt(String::from("a second factor was sealed with a secret that is gone"));
    let secret = app.secrets.unseal(account, sealed).ok_or_else(lost)?;
    let now = u64::try_from(app.now().as_second()).unwrap_or(0);
    let step = totp(&secret, "account")?.check(&tidy(code), now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn wrong_code() -> Error {
    Error::refused("code", "This code is not right. Please type the six digits that your authenticator shows now.")
}

/// A code as people type it: spaces, dashes and capitals don't count.
fn tidy(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).take(40).collect()
}

fn new_codes() -> Vec<String> {
    (0..CODES).map(|_| random_code()).collect()
}

/// A code has 50 random bits and works once, behind a limit: one fast hash is enough.
fn code_hash(account: &str, code: &str) -> String {
    hash(&[b"recovery code", account.as_bytes(), tidy(code).as_bytes()])
}
