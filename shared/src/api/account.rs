//! Oneself: logging in, the second factor, sessions, absences, what one is told.

use super::{Colleague, Named};
use crate::status::{MailPace, NoticeKind, Role};
use serde::{Deserialize, Serialize};

/// `POST /session`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LogIn {
    pub email: String,
    pub password: String,
    /// Six digits of the second factor, or a recovery code; asked for with 401, `second_factor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A session, as `GET /sessions` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    /// Browser and system, in words.
    pub agent: String,
    pub created_at: String,
    pub seen_at: String,
    /// The one that asks.
    pub current: bool,
}

/// `GET /me/second-factor`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorState {
    pub on: bool,
    /// The district wants one.
    pub required: bool,
    pub recovery_codes_left: i64,
}

/// `POST /me/second-factor`: what an authenticator needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecondFactorSecret {
    /// In base 32 (RFC 4648), to be typed by hand.
    pub secret: String,
    /// `otpauth://` (Key Uri Format).
    pub uri: String,
    /// The same as a QR code, an SVG.
    pub qr: String,
}

/// `PUT /me/second-factor`, and wherever a code is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    pub code: String,
}

/// Recovery codes, shown once; each works once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `DELETE /me/second-factor`, and wherever the password is asked again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Password {
    pub password: String,
}

/// `PUT /me/password`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPassword {
    pub password: String,
    pub new: String,
}

/// `POST /password-reset`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgotPassword {
    pub email: String,
}

/// `PUT /password-reset`: with the word of the mail's link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    pub token: String,
    pub password: String,
}

/// `POST /invitation/look`: with the word of the mail's link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationToken {
    pub token: String,
}

/// Who is invited to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationShown {
    pub district: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// There is an account with this address already: its password is asked, none is made.
    pub known: bool,
}

/// `POST /invitation`: accepts it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptInvitation {
    pub token: String,
    pub name: String,
    pub password: String,
}

/// An absence, as `GET /me/absences` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceShown {
    pub id: String,
    pub starts_at: String,
    pub ends_at: String,
    pub stand_in: Option<Colleague>,
}

/// `POST /me/absences`: days in the district's own calendar, both included.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAbsence {
    /// Like 2026-11-23.
    pub from: String,
    pub to: String,
    pub stand_in: Option<String>,
}

/// How somebody is told by mail, `GET` and `PUT /me/notifications`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotifySettings {
    pub mail: MailPace,
    /// No mail from then until then, in the district's time: `["20:00", "07:00"]`.
    pub quiet: Option<(String, String)>,
    /// When the daily mail and the digest come, like 07:30.
    pub daily_at: String,
    /// A mail on the morning of each working day: what is due.
    pub digest: bool,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self { mail: MailPace::AtOnce, quiet: None, daily_at: String::from("07:30"), digest: true }
    }
}

/// How the console helps somebody, `PUT /me/preferences`. Their own: nobody else is shown it, and the trail holds none of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// The reply coach gives hints.
    pub coach: bool,
    /// Words that abuse whoever reads them are folded, and a break is offered after them.
    pub fold_harsh: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { coach: true, fold_harsh: true }
    }
}

/// `GET /notifications`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    pub notices: Vec<Notice>,
    /// Unread ones, counted up to 100.
    pub unread: i64,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub id: String,
    pub kind: NoticeKind,
    pub inquiry: Named,
    pub reference: String,
    pub by: Option<String>,
    pub at: String,
    pub read: bool,
}

/// `POST /notifications/read`: one, those about an inquiry, or with neither all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticesRead {
    pub id: Option<String>,
    pub inquiry: Option<String>,
}
