//! The staff API as the console calls it: one function a call, and what can go wrong in words.
//!
//! There is deliberately no retrying here: whoever called knows what a failure means to the person.

use crate::dom;
use crate::state::draft::Writing;
use crate::state::route::Filter;
use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use porchlight_shared::api::{Assignment, Inquiry, InquiryList, LogIn, Me, NewText, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::pin;
use std::time::Duration;
use web_sys::RequestCache;

const ROOT: &str = "/api/v1";
/// Where live updates come from.
pub(crate) const EVENTS: &str = "/api/v1/events";
/// Lines of a page of the list.
pub(crate) const PAGE: usize = 50;
/// After this long, a silent network counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a call did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer came.
    Unreachable,
    /// 401: the session is over, or there was none.
    LoggedOut,
    /// 403 or 404: not there, or not for this person.
    NotHere,
    /// 409: somebody else was faster.
    Changed,
    /// 429, with the seconds to wait where the server says so.
    TooMany(Option<u32>),
    /// 4xx: the server says in words what to do.
    Refused(String),
    /// Everything else.
    Broken,
}

impl Failure {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Unreachable => {
                "We can’t reach Porchlight. Nothing is lost. Please check the connection, then try again.".to_owned()
            }
            Self::LoggedOut => "Your session has ended. Please log in again. What you typed is still here.".to_owned(),
            Self::NotHere => "This inquiry is not here, or it is not open to you.".to_owned(),
            Self::Changed => "Somebody changed this inquiry in the meantime. You see it as it is now.".to_owned(),
            Self::TooMany(Some(seconds)) if *seconds > 90 => {
                format!("That was tried too often. Please wait {} minutes, then try again.", seconds.div_ceil(60))
            }
            Self::TooMany(Some(seconds)) => format!("That was tried too often. Please wait {seconds} seconds, then try again."),
            Self::TooMany(None) => "That was tried too often. Please wait a minute, then try again.".to_owned(),
            Self::Refused(words) => words.clone(),
            Self::Broken => "Something went wrong on our side. Nothing is lost. Please try again in a moment.".to_owned(),
        }
    }

    /// What a status without a readable body means.
    fn of_status(status: u16, retry_after: Option<&str>, problem: Option<Problem>) -> Self {
        match status {
            401 => Self::LoggedOut,
            403 | 404 => Self::NotHere,
            409 => Self::Changed,
            429 => Self::TooMany(retry_after.and_then(|seconds| seconds.trim().parse().ok())),
            400..=499 => problem.and_then(in_words).map_or(Self::Broken, Self::Refused),
            _ => Self::Broken,
        }
    }
}

/// The most exact thing that the server said.
fn in_words(problem: Problem) -> Option<String> {
    let entries: Vec<String> =
        problem.errors.into_iter().map(|entry| entry.message).filter(|message| !message.is_empty()).collect();
    if !entries.is_empty() {
        return Some(entries.join(" "));
    }
    problem.detail.or(Some(problem.title)).filter(|words| !words.is_empty())
}

/// A step that carries nothing but itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Wait,
    Close,
    Reopen,
}

pub(crate) async fn me() -> Result<Me, Failure> {
    read(answer(Request::get(&format!("{ROOT}/me"))).await?).await
}

pub(crate) async fn log_in(email: &str, password: &str) -> Result<(), Failure> {
    let body = LogIn { email: email.to_owned(), password: password.to_owned() };
    post(Request::post(&format!("{ROOT}/session")), &body).await
}

/// Ends this session, or all of this person's, on every device.
pub(crate) async fn log_out(everywhere: bool) -> Result<(), Failure> {
    let what = if everywhere { "sessions" } else { "session" };
    answer(Request::delete(&format!("{ROOT}/{what}"))).await.map(drop)
}

pub(crate) async fn inquiries(filter: &Filter, after: Option<&str>) -> Result<InquiryList, Failure> {
    let mut query = vec![("status", filter.shown.query()), ("limit", PAGE.to_string())];
    if let Some(topic) = &filter.topic {
        query.push(("topic", topic.clone()));
    }
    if filter.mine {
        query.push(("owner", "me".to_owned()));
    }
    if filter.shown.due_first() {
        query.push(("sort", "due".to_owned()));
    }
    if !filter.words.is_empty() {
        query.push(("q", filter.words.clone()));
    }
    if let Some(after) = after {
        query.push(("after", after.to_owned()));
    }
    read(answer(Request::get(&format!("{ROOT}/inquiries")).query(query)).await?).await
}

pub(crate) async fn inquiry(id: &str) -> Result<Inquiry, Failure> {
    read(answer(Request::get(&of_inquiry(id, ""))).await?).await
}

/// Sends a reply or a note; `key` makes sending again harmless.
pub(crate) async fn send_text(id: &str, writing: Writing, text: &str, key: &str) -> Result<(), Failure> {
    let path = match writing {
        Writing::Reply => "/replies",
        Writing::Note => "/notes",
    };
    post(Request::post(&of_inquiry(id, path)).header("Idempotency-Key", key), &NewText { text: text.to_owned() }).await
}

/// Names the owner; `None` leaves it to the district's fallback owner.
pub(crate) async fn assign(id: &str, owner: Option<&str>) -> Result<(), Failure> {
    post(Request::post(&of_inquiry(id, "/assignment")), &Assignment { owner: owner.map(str::to_owned) }).await
}

pub(crate) async fn step(id: &str, step: Step) -> Result<(), Failure> {
    let request = match step {
        Step::Wait => Request::post(&of_inquiry(id, "/waiting")),
        Step::Close => Request::post(&of_inquiry(id, "/closure")),
        Step::Reopen => Request::delete(&of_inquiry(id, "/closure")),
    };
    answer(request).await.map(drop)
}

fn of_inquiry(id: &str, rest: &str) -> String {
    format!("{ROOT}/inquiries/{id}{rest}")
}

async fn post<T: Serialize>(request: RequestBuilder, body: &T) -> Result<(), Failure> {
    let request = request.json(body).map_err(|_| Failure::Broken)?;
    checked(in_time(request.send()).await?).await.map(drop)
}

async fn answer(request: RequestBuilder) -> Result<Response, Failure> {
    let request = request.header("Accept", "application/json").cache(RequestCache::NoStore);
    checked(in_time(request.send()).await?).await
}

/// A network that swallows requests without a word must not leave somebody in front of "Sending…".
async fn in_time(call: impl Future<Output = Result<Response, gloo_net::Error>>) -> Result<Response, Failure> {
    match select(pin!(call), pin!(dom::sleep(PATIENCE))).await {
        Either::Left((result, _)) => result.map_err(|_| Failure::Unreachable),
        Either::Right(_) => Err(Failure::Unreachable),
    }
}

async fn checked(response: Response) -> Result<Response, Failure> {
    if response.ok() {
        return Ok(response);
    }
    let (status, retry_after) = (response.status(), response.headers().get("Retry-After"));
    let problem = response.text().await.ok().and_then(|text| serde_json::from_str(&text).ok());
    Err(Failure::of_status(status, retry_after.as_deref(), problem))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::Unreachable)?;
    serde_json::from_str(&text).map_err(|_| Failure::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_shared::api::ProblemEntry;

    fn problem(detail: Option<&str>, messages: &[&str]) -> Problem {
        let errors = messages
            .iter()
            .map(|message| ProblemEntry { field: "text".to_owned(), code: "too_long".to_owned(), message: (*message).to_owned() })
            .collect();
        Problem {
            title: "Not accepted".to_owned(),
            status: 422,
            code: "fields".to_owned(),
            detail: detail.map(str::to_owned),
            errors,
        }
    }

    #[test]
    fn a_status_means_something() {
        assert_eq!(Failure::of_status(401, None, None), Failure::LoggedOut);
        assert_eq!(Failure::of_status(404, None, None), Failure::NotHere);
        assert_eq!(Failure::of_status(409, None, None), Failure::Changed);
        assert_eq!(Failure::of_status(429, Some("30"), None), Failure::TooMany(Some(30)));
        assert_eq!(Failure::of_status(429, None, None), Failure::TooMany(None));
        assert_eq!(Failure::of_status(422, None, None), Failure::Broken);
        assert_eq!(Failure::of_status(503, None, Some(problem(None, &[]))), Failure::Broken);
    }

    #[test]
    fn the_most_exact_words_win() {
        let refused = |detail, messages| Failure::of_status(422, None, Some(problem(detail, messages))).words();
        assert_eq!(refused(Some("Please look again."), &["Please write less."]), "Please write less.");
        assert_eq!(refused(Some("Please look again."), &[]), "Please look again.");
        assert_eq!(refused(None, &[]), "Not accepted");
    }

    #[test]
    fn waiting_is_said_in_minutes_when_long() {
        assert!(Failure::TooMany(Some(30)).words().contains("30 seconds"));
        assert!(Failure::TooMany(Some(400)).words().contains("7 minutes"));
    }
}
