//! Logging in and out, and who is logged in.

use super::guard::same_origin;
use super::staff::{refused, time};
use super::table::Guard;
use super::visitor::Visitor;
use crate::access::{self, Asker};
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::secret::{hash, random_word};
use crate::store::{DistrictRecord, InquiryRecord, NewAudit, NewSession, SessionListed, SessionRecord, StaffRecord, Standing};
use crate::{password, second_factor};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, RawPathParams, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::api::{self, LogIn};
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
    let right = {
        let _slot = app.password_slots.acquire().await.map_err(|_| Error::Unavailable)?;
        tokio::task::spawn_blocking(move || password::verify(&given.password, kept.as_deref())).await
    };
    let account_id = account_id.filter(|_| right.unwrap_or(false)).ok_or(Error::Unauthorized)?;
    let districts = app.db.districts_of(&account_id).await?;
    let district = districts.first().ok_or(Error::Unauthorized)?;
    // Only who has the password learns that there is a second factor.
    second_factor::check(&app, &account_id, given.code.as_deref()).await?;
    begin(&app, &account_id, district, &headers).await
}

/// Begins a session of an account in a district.
pub(super) async fn begin(app: &App, account: &str, district: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let word = random_word(32);
    let now = app.now().as_millisecond();
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut tx = app.db.begin().await?;
    let new = NewSession {
        id_hash: &session_hash(&word),
        public_id: &random_word(9),
        account,
        district,
        agent: &agent_in_words(agent),
        now,
        expires_at: now + IDLE_MS,
    };
    tx.insert_session(&new).await?;
    let entry = NewAudit { inquiry: None, account: Some(account), action: "logged_in", detail: "{}", at: app.now() };
    tx.insert_audit(district, &entry).await?;
    tx.commit().await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(app, &word, IDLE_MS / 1_000))]).into_response())
}

/// What a session is called where it is listed: "Firefox on Windows". Nothing else of the header is kept.
fn agent_in_words(agent: &str) -> String {
    let first = |all: &[(&str, &'static str)]| all.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    // Each of them also says that it is the ones that came before it.
    let browser =
        first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "a Chromebook"),
        ("Mac OS X", "a Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::from("Another program"),
    }
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

/// `GET /sessions`
pub(crate) async fn sessions(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<Vec<api::Session>>, Error> {
    let all = app.db.sessions_of(&staff.asker.account_id, app.now().as_millisecond()).await?;
    let shown = |s: SessionListed| api::Session {
        current: s.id_hash == staff.session,
        id: s.id,
        agent: s.agent,
        created_at: time(s.created_at),
        seen_at: time(s.seen_at),
    };
    Ok(Json(all.into_iter().map(shown).collect()))
}

/// `DELETE /sessions/{session}`
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(session): Path<String>,
) -> Result<StatusCode, Error> {
    let account = staff.asker.account_id.as_str();
    let mut tx = app.db.begin().await?;
    tx.delete_session_of(account, &session).await?;
    let entry = NewAudit { inquiry: None, account: Some(account), action: "session_ended", detail: "{}", at: app.now() };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
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

/// The member of staff who asks, with their district. Extracting it checks the route's [`Guard`].
#[derive(Clone)]
pub(crate) struct Staff {
    pub(crate) asker: Asker,
    pub(crate) district: Arc<DistrictRecord>,
    /// Everybody of the district, the asker included.
    pub(crate) people: Vec<StaffRecord>,
    /// The hash of this session.
    pub(super) session: String,
    /// The district asks for a second factor, and there is none.
    pub(super) lacks_second_factor: bool,
}

impl Staff {
    /// The same person now: their session may have ended, their role changed.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the session is gone.
    pub(crate) async fn again(app: &App, before: &Self) -> Result<Self, Error> {
        let staff = Self::of_session(app, before.session.clone()).await.map(|(staff, _)| staff)?;
        if staff.lacks_second_factor { Err(Error::SecondFactorMissing) } else { Ok(staff) }
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
        let own = people.iter().find(|p| p.account_id == session.account_id && !p.disabled).ok_or(Error::Unauthorized)?;
        let asker = Asker::of(&district, &session.account_id, own.role, now);
        let lacks_second_factor = district.second_factor && !own.second_factor;
        Ok((Self { asker, district, people, session: hash, lacks_second_factor }, session))
    }

    pub(super) fn account(&self) -> &str {
        &self.asker.account_id
    }

    /// What happens to the asker's own account.
    ///
    /// # Errors
    /// The account is gone.
    pub(super) fn own(&self) -> Result<&StaffRecord, Error> {
        self.people.iter().find(|p| p.account_id == self.asker.account_id).ok_or(Error::Unauthorized)
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        // A route without a guard is a fault of ours, and closed.
        let guard =
            parts.extensions.get::<Guard>().copied().ok_or_else(|| Error::Corrupt(String::from("a route has no guard")))?;
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
        if staff.lacks_second_factor && guard != Guard::LoggedIn {
            return Err(Error::SecondFactorMissing);
        }
        if let Guard::Power(power) = guard
            && !access::can(staff.asker.role, power)
        {
            return Err(Error::Forbidden);
        }
        if now - session.seen_at > TOUCH_MS {
            let mut tx = app.db.begin().await?;
            tx.touch_session(&staff.session, now, now + IDLE_MS).await?;
            tx.commit().await?;
        }
        Ok(staff)
    }
}

/// An inquiry that the route names, and the member of staff who may do with it what the route's [`Guard`] says.
pub(crate) struct Opened {
    pub(crate) staff: Staff,
    pub(crate) inquiry: InquiryRecord,
    pub(crate) standing: Standing,
}

impl Opened {
    pub(super) fn may(&self, action: access::Action) -> bool {
        self.staff.asker.may(action, &self.inquiry, self.standing)
    }

    /// Another inquiry, if the asker may do this with it. What they may not know of does not exist.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], or the database cannot be read.
    pub(super) async fn find(
        app: &App,
        staff: &Staff,
        id: &str,
        action: access::Action,
    ) -> Result<(InquiryRecord, Standing), Error> {
        let inquiry = app.db.inquiry(&staff.district.id, id).await?.ok_or(Error::NotFound)?;
        let standing = app.db.standing(&staff.district.id, id, staff.account(), app.now().as_millisecond()).await?;
        if !staff.asker.may(access::Action::Know, &inquiry, standing) {
            return Err(Error::NotFound);
        }
        if staff.asker.may(action, &inquiry, standing) { Ok((inquiry, standing)) } else { Err(Error::Forbidden) }
    }
}

impl FromRequestParts<Arc<App>> for Opened {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let staff = Staff::from_request_parts(parts, app).await?;
        let Some(Guard::Inquiry(action)) = parts.extensions.get::<Guard>().copied() else {
            return Err(Error::Corrupt(String::from("a route of an inquiry has another guard")));
        };
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "inquiry").map(|(_, id)| id.to_owned()).ok_or(Error::NotFound)?;
        let (inquiry, standing) = Self::find(app, &staff, &id, action).await?;
        Ok(Self { staff, inquiry, standing })
    }
}

#[cfg(test)]
mod tests {
    use super::agent_in_words;

    #[test]
    fn sessions_have_names() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(agent_in_words(chrome), "Chrome on Linux");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(agent_in_words(phone), "Safari on an iPhone");
        assert_eq!(agent_in_words("curl/8"), "Another program");
    }
}
