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
    /// New inquiries and messages that would be taken: 120 at once from one address, then one a second. What is
    /// refused for another reason does not count, so that nobody can use up a whole school's share with junk.
    Submit,
    /// The same for safety tips, apart: other messages never stand in their way.
    Tip,
    /// Files: 200 at once, then two a second.
    Upload,
    /// Log-ins to one account: 10 at once from one address, then one in twelve seconds.
    LogIn,
    /// Log-ins to all accounts: 200 at once from one address, then one a second.
    LogIns,
    /// Codes typed by hand or followed, and the files behind them: 300 at once, then five a second. A code has
    /// 80 bits; this is about load, and families behind one address should not meet it.
    Code,
    /// "That answers it", for each answer: 30 at once from one address, then one a minute. It is only a count, and orders
    /// what others are offered.
    Settled,
}

pub struct Limits {
    /// Numbers for addresses that mean nothing outside this process.
    blur: RandomState,
    submit: DefaultKeyedRateLimiter<u64>,
    tip: DefaultKeyedRateLimiter<u64>,
    upload: DefaultKeyedRateLimiter<u64>,
    /// Bytes of files, in steps of [`BYTES_A_STEP`]: 500 MB at once from one address, then 2 MB a second.
    bytes: DefaultKeyedRateLimiter<u64>,
    log_in: DefaultKeyedRateLimiter<u64>,
    log_ins: DefaultKeyedRateLimiter<u64>,
    code: DefaultKeyedRateLimiter<u64>,
    settled: DefaultKeyedRateLimiter<u64>,
    /// All new inquiries of one district: 2,000 at once, then 200 a second.
    district: DefaultKeyedRateLimiter<u64>,
    /// Confirmations to one e-mail address: 10 at once, then one in ten minutes.
    recipient: DefaultKeyedRateLimiter<u64>,
    /// Log-in tries for one account, from wherever they come: 100 at once, then 20 a minute.
    account: DefaultKeyedRateLimiter<u64>,
    on: bool,
}

/// What one step of the limit on bytes stands for.
const BYTES_A_STEP: usize = 100_000;

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
            tip: RateLimiter::keyed(Quota::per_second(number(1)).allow_burst(number(120))),
            bytes: RateLimiter::keyed(Quota::per_second(number(20)).allow_burst(number(5_000))),
            upload: RateLimiter::keyed(Quota::per_second(number(2)).allow_burst(number(200))),
            log_in: RateLimiter::keyed(every_twelve),
            log_ins: RateLimiter::keyed(Quota::per_second(number(1)).allow_burst(number(200))),
            code: RateLimiter::keyed(Quota::per_second(number(5)).allow_burst(number(300))),
            settled: RateLimiter::keyed(Quota::per_minute(number(1)).allow_burst(number(30))),
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
            Action::Tip => &self.tip,
            Action::Upload => &self.upload,
            Action::LogIn => &self.log_in,
            Action::LogIns => &self.log_ins,
            Action::Code => &self.code,
            Action::Settled => &self.settled,
        };
        self.take(limiter, self.blur.hash_one((network(address), scope)))
    }

    /// Counts the bytes of a file from `address`.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check_bytes(&self, address: IpAddr, district: &str, bytes: usize) -> Result<(), Error> {
        let steps = number(u32::try_from(bytes / BYTES_A_STEP).unwrap_or(u32::MAX));
        if !self.on {
            return Ok(());
        }
        match self.bytes.check_key_n(&self.blur.hash_one((network(address), district)), steps) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(Error::TooMany { retry_after: until.wait_time_from(DefaultClock::default().now()) }),
            Err(_) => Err(Error::TooLarge { max_bytes: crate::files::MAX_BYTES as u64 }),
        }
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
        for limiter in
            [&self.submit, &self.tip, &self.upload, &self.bytes, &self.log_in, &self.log_ins, &self.code, &self.settled]
        {
            limiter.retain_recent();
        }
        for limiter in [&self.district, &self.recipient, &self.account] {
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
