//! Logging in and out, and who is logged in.

use super::guard::same_origin;
use super::staff::refused;
use super::visitor::Visitor;
use crate::access::Asker;
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::password;
use crate::secret::{hash, random_word};
use crate::store::{DistrictRecord, NewAudit, SessionRecord, StaffRecord};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::api::LogIn;
use std::sync::Arc;

/// A session ends after this long without use, in milliseconds: a working day and a night.
const IDLE_MS: i64 = 16 * 3_600_000;
/// However much it is used, it ends after this long, in milliseconds: two weeks.
const LONGEST_MS: i64 = 14 * 24 * 3_600_000;
/// Its last use is written down at most this often.
const TOUCH_MS: i64 = 5 * 60_000;

fn cookie_name(app: &App) -> &'static str {
    // The prefix makes browsers insist on https, path / and no domain.
    if app.is_https() { "__Host-porchlight" } else { "porchlight" }
}

fn cookie(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let secure = if app.is_https() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(app));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn session_hash(word: &str) -> String {
    hash(&[b"session", word.as_bytes()])
}

fn session_word<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == cookie_name(app)).map(|(_, value)| value)
}

/// `POST /session`
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Json<LogIn>, JsonRejection>,
) -> Result<Response, Error> {
    same_origin(&app, &headers, false)?;
    let Json(given) = body.map_err(|r| refused(&r, "Send email and password as JSON."))?;
    // PostgreSQL keeps no U+0000, so no account has one.
    let email = given.email.trim().to_lowercase().replace('\0', "");
    app.limits.check(Action::LogIn, visitor.address, &email)?;
    app.limits.check(Action::LogIns, visitor.address, "")?;
    app.limits.check_account(&email)?;
    let account = app.db.account_by_email(&email).await?.filter(|a| !a.disabled && (!a.demo || visitor.is_local()));
    let (account_id, kept) = account.map_or((None, None), |a| (Some(a.id), Some(a.password_hash)));
    let _slot = app.password_slots.acquire().await.map_err(|_| Error::Unavailable)?;
    let right = tokio::task::spawn_blocking(move || password::verify(&given.password, kept.as_deref())).await;
    let account_id = account_id.filter(|_| right.unwrap_or(false)).ok_or(Error::Unauthorized)?;
    let districts = app.db.districts_of(&account_id).await?;
    let district = districts.first().ok_or(Error::Unauthorized)?;

    let word = random_word(32);
    let now = app.now().as_millisecond();
    let mut tx = app.db.begin().await?;
    tx.insert_session(&session_hash(&word), &account_id, district, now, now + IDLE_MS).await?;
    let entry = NewAudit { inquiry: None, account: Some(&account_id), action: "logged_in", detail: "{}", at: app.now() };
    tx.insert_audit(district, &entry).await?;
    tx.commit().await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&app, &word, IDLE_MS / 1_000))]).into_response())
}

/// `DELETE /session`
pub(crate) async fn log_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Error> {
    same_origin(&app, &headers, false)?;
    if let Some(word) = session_word(&app, &headers) {
        let hash = session_hash(word);
        let session = app.db.session(&hash).await?;
        let mut tx = app.db.begin().await?;
        // Also one that does not count now, lest it counts again when its account is enabled again.
        tx.delete_session(&hash).await?;
        if let Some(session) = session {
            let account = Some(session.account_id.as_str());
            let entry = NewAudit { inquiry: None, account, action: "logged_out", detail: "{}", at: app.now() };
            tx.insert_audit(&session.district_id, &entry).await?;
        }
        tx.commit().await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&app, "", 0))]).into_response())
}

/// `DELETE /sessions`: everywhere, this one included.
pub(crate) async fn log_out_everywhere(State(app): State<Arc<App>>, staff: Staff) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    tx.delete_sessions_of(&staff.asker.account_id).await?;
    let account = Some(staff.asker.account_id.as_str());
    let entry = NewAudit { inquiry: None, account, action: "logged_out_everywhere", detail: "{}", at: app.now() };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&app, "", 0))]).into_response())
}

/// The member of staff who asks, with their district.
pub(crate) struct Staff {
    pub(crate) asker: Asker,
    pub(crate) district: Arc<DistrictRecord>,
    /// Everybody of the district, the asker included.
    pub(crate) people: Vec<StaffRecord>,
    session: String,
}

impl Staff {
    /// The same person now: their session may have ended, their role changed.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the session is gone.
    pub(crate) async fn again(app: &App, before: &Self) -> Result<Self, Error> {
        Self::of_session(app, before.session.clone()).await.map(|(staff, _)| staff)
    }

    async fn of_session(app: &App, hash: String) -> Result<(Self, SessionRecord), Error> {
        let now = app.now().as_millisecond();
        let session = app
            .db
            .session(&hash)
            .await?
            .filter(|s| s.expires_at > now && s.created_at + LONGEST_MS > now)
            .ok_or(Error::Unauthorized)?;
        let district = app.district_by_id(&session.district_id).map_err(|_| Error::Unauthorized)?;
        let people = app.db.staff(&district.id).await?;
        let role = people.iter().find(|p| p.account_id == session.account_id).map(|p| p.role).ok_or(Error::Unauthorized)?;
        let topics = app.db.topics_of(&district.id, &session.account_id).await?;
        let asker = Asker { account_id: session.account_id.clone(), role, topics };
        Ok((Self { asker, district, people, session: hash }, session))
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let unsafe_method = !matches!(parts.method, Method::GET | Method::HEAD);
        let hash = session_hash(session_word(app, &parts.headers).ok_or(Error::Unauthorized)?);
        if unsafe_method {
            same_origin(app, &parts.headers, true)?;
        }
        let now = app.now().as_millisecond();
        let (staff, session) = Self::of_session(app, hash).await?;
        let Ok(visitor) = Visitor::from_request_parts(parts, app).await;
        if session.demo && !visitor.is_local() {
            return Err(Error::Unauthorized);
        }
        if now - session.seen_at > TOUCH_MS {
            let mut tx = app.db.begin().await?;
            tx.touch_session(&staff.session, now, now + IDLE_MS).await?;
            tx.commit().await?;
        }
        Ok(staff)
    }
}
