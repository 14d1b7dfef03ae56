//! How much one address may ask of us, so that nobody is crowded out.
//!
//! A whole school stands behind one address, so the numbers are generous; see the README. Addresses
//! are kept only as keyed numbers in memory, never written down. Proof of work is deliberately absent
//! here: it comes with scale.

use crate::error::Error;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;

/// What is limited, each with its own count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// New inquiries and messages: 120 at once from one address, then one a second.
    Submit,
    /// Files: 200 at once, then two a second.
    Upload,
    /// Log-ins: 10 at once, then one in twelve seconds, by address.
    LogIn,
    /// Codes typed by hand or followed, and the files behind them: 300 at once, then five a second. A code has
    /// 80 bits; this is about load, and families behind one address should not meet it.
    Code,
}

pub struct Limits {
    /// Numbers for addresses that mean nothing outside this process.
    blur: RandomState,
    submit: DefaultKeyedRateLimiter<u64>,
    upload: DefaultKeyedRateLimiter<u64>,
    log_in: DefaultKeyedRateLimiter<u64>,
    code: DefaultKeyedRateLimiter<u64>,
    /// All new inquiries of one district: 2,000 at once, then 200 a second.
    district: DefaultKeyedRateLimiter<u64>,
    /// Confirmations to one e-mail address: 10 at once, then one in ten minutes.
    recipient: DefaultKeyedRateLimiter<u64>,
    /// Log-in tries for one account, from wherever they come: 100 at once, then 20 a minute.
    account: DefaultKeyedRateLimiter<u64>,
    on: bool,
}

const fn number(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Limits {
    pub fn new(on: bool) -> Self {
        let every_twelve = Quota::per_minute(number(5)).allow_burst(number(10));
        Self {
            blur: RandomState::new(),
            submit: RateLimiter::keyed(Quota::per_second(number(1)).allow_burst(number(120))),
            upload: RateLimiter::keyed(Quota::per_second(number(2)).allow_burst(number(200))),
            log_in: RateLimiter::keyed(every_twelve),
            code: RateLimiter::keyed(Quota::per_second(number(5)).allow_burst(number(300))),
            district: RateLimiter::keyed(Quota::per_second(number(200)).allow_burst(number(2_000))),
            recipient: RateLimiter::keyed(Quota::per_hour(number(6)).allow_burst(number(10))),
            account: RateLimiter::keyed(Quota::per_minute(number(20)).allow_burst(number(100))),
            on,
        }
    }

    /// Counts one action of `address` in `scope` (a district, or an account).
    ///
    /// # Errors
    /// [`Error::TooMany`] with the time after which it is allowed again.
    pub fn check(&self, action: Action, address: IpAddr, scope: &str) -> Result<(), Error> {
        let limiter = match action {
            Action::Submit => &self.submit,
            Action::Upload => &self.upload,
            Action::LogIn => &self.log_in,
            Action::Code => &self.code,
        };
        self.take(limiter, self.blur.hash_one((network(address), scope)))
    }

    /// Counts one new inquiry of a district, whoever sent it.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check_district(&self, district: &str) -> Result<(), Error> {
        self.take(&self.district, self.blur.hash_one(district))
    }

    /// Counts one log-in try for an account, from wherever it comes.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check_account(&self, email: &str) -> Result<(), Error> {
        self.take(&self.account, self.blur.hash_one(email))
    }

    /// Counts one confirmation to an e-mail address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check_recipient(&self, email: &str) -> Result<(), Error> {
        self.take(&self.recipient, self.blur.hash_one(email.to_lowercase()))
    }

    fn take(&self, limiter: &DefaultKeyedRateLimiter<u64>, key: u64) -> Result<(), Error> {
        if !self.on {
            return Ok(());
        }
        limiter
            .check_key(&key)
            .map_err(|until| Error::TooMany { retry_after: until.wait_time_from(DefaultClock::default().now()) })
    }

    /// Forgets addresses that have been quiet.
    pub fn tidy(&self) {
        for limiter in [&self.submit, &self.upload, &self.log_in, &self.code, &self.district, &self.recipient, &self.account] {
            limiter.retain_recent();
        }
    }
}

/// One IPv6 household or school has a /64 (RFC 6177), so that is what counts.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_waits_and_others_do_not() {
        let limits = Limits::new(true);
        let (one, two): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let allowed = (0..200).filter(|_| limits.check(Action::Submit, one, "d").is_ok()).count();
        assert!((120..130).contains(&allowed), "{allowed}");
        assert!(limits.check(Action::Submit, two, "d").is_ok());
        assert!(matches!(limits.check(Action::Submit, one, "d"), Err(Error::TooMany { .. })));
    }
}
