//! The staff API as the console calls it, and what can go wrong in words.
//!
//! There is deliberately no retrying here: whoever called knows what a failure means to the person. Addresses stand where
//! they are used; what goes there and comes back are the types of [`porchlight_shared::api`].

use crate::dom;
use crate::state::route::Filter;
use futures_util::future::{Either, select};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use porchlight_shared::api::{InquiryList, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::pin;
use std::time::Duration;
use web_sys::RequestCache;

pub(crate) const ROOT: &str = "/api/v1";
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
    /// 401: the password is right, and the second factor is asked for.
    SecondFactor,
    /// 403: the district wants a second factor, and there is none yet.
    SecondFactorMissing,
    /// 403 or 404: not there, or not for this person.
    NotHere,
    /// 409: somebody else was faster.
    Changed,
    /// 409: a colleague replied since the writer looked.
    Replied,
    /// 429, with the seconds to wait where the server says so.
    TooMany(Option<u32>),
    /// 4xx: the server says in words what to do, perhaps about one field.
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
            Self::SecondFactor => "Please type the code that your authenticator shows, or one of your recovery codes.".to_owned(),
            Self::SecondFactorMissing => "Your district asks for a second factor. Please set it up under “Me” first.".to_owned(),
            Self::NotHere => "This is not here, or it is not open to you.".to_owned(),
            Self::Changed => "Somebody changed this in the meantime. You see it as it is now.".to_owned(),
            Self::Replied => {
                "A colleague replied while you wrote. Please read what they said, then send yours if it is still needed."
                    .to_owned()
            }
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
        let code = problem.as_ref().map_or("", |problem| problem.code.as_str());
        match (status, code) {
            (401, "second_factor") => Self::SecondFactor,
            (401, _) => Self::LoggedOut,
            (403, "second_factor_missing") => Self::SecondFactorMissing,
            (403 | 404, _) => Self::NotHere,
            (409, "replied_meanwhile") => Self::Replied,
            (409, _) => Self::Changed,
            (429, _) => Self::TooMany(retry_after.and_then(|seconds| seconds.trim().parse().ok())),
            (400..=499, _) => problem.and_then(in_words).map_or(Self::Broken, Self::Refused),
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

/// Reads what is at an address, below the API's root.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    read(answer(request(Method::GET, path)).await?).await
}

/// Sends something, and reads the answer; `()` where none is expected.
pub(crate) async fn send<T: DeserializeOwned>(method: Method, path: &str, body: &impl Serialize) -> Result<T, Failure> {
    send_under(request(method, path), body).await
}

/// The same under a key that makes sending again harmless.
pub(crate) async fn send_once<T: DeserializeOwned>(path: &str, body: &impl Serialize, key: &str) -> Result<T, Failure> {
    send_under(request(Method::POST, path).header("Idempotency-Key", key), body).await
}

async fn send_under<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Result<T, Failure> {
    let request = request.json(body).map_err(|_| Failure::Broken)?;
    read(checked(in_time(request.send(), PATIENCE).await?).await?).await
}

/// Does something that says nothing but itself.
pub(crate) async fn act<T: DeserializeOwned>(method: Method, path: &str) -> Result<T, Failure> {
    read(answer(request(method, path)).await?).await
}

/// Sends a file for a reply. Large ones take their time.
pub(crate) async fn send_file<T: DeserializeOwned>(path: &str, file: &web_sys::File) -> Result<T, Failure> {
    let form = web_sys::FormData::new().map_err(|_| Failure::Broken)?;
    form.append_with_blob_and_filename("file", file, "file").map_err(|_| Failure::Broken)?;
    let request = request(Method::POST, path).body(form).map_err(|_| Failure::Broken)?;
    read(checked(in_time(request.send(), PATIENCE * 10).await?).await?).await
}

pub(crate) async fn inquiries(filter: &Filter, after: Option<&str>) -> Result<InquiryList, Failure> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("view", filter.view.as_str()).append_pair("limit", &PAGE.to_string());
    for (name, value) in [("topic", &filter.topic), ("tag", &filter.tag)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if filter.is_search() {
        query.append_pair("q", &filter.words);
    }
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    get(&format!("/inquiries?{}", query.finish())).await
}

pub(crate) fn of_inquiry(id: &str, rest: &str) -> String {
    format!("/inquiries/{id}{rest}")
}

fn request(method: Method, path: &str) -> RequestBuilder {
    let builder = match method {
        Method::POST => Request::post,
        Method::PUT => Request::put,
        Method::DELETE => Request::delete,
        _ => Request::get,
    };
    builder(&format!("{ROOT}{path}")).header("Accept", "application/json").cache(RequestCache::NoStore)
}

async fn answer(request: RequestBuilder) -> Result<Response, Failure> {
    checked(in_time(request.send(), PATIENCE).await?).await
}

/// A network that swallows requests without a word must not leave somebody in front of "Sending…".
async fn in_time(call: impl Future<Output = Result<Response, gloo_net::Error>>, patience: Duration) -> Result<Response, Failure> {
    match select(pin!(call), pin!(dom::sleep(patience))).await {
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

/// An empty body is nothing, which `()` and options read.
async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::Unreachable)?;
    serde_json::from_str(if text.is_empty() { "null" } else { &text }).map_err(|_| Failure::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_shared::api::ProblemEntry;

    fn problem(code: &str, detail: Option<&str>, messages: &[&str]) -> Problem {
        let errors = messages
            .iter()
            .map(|message| ProblemEntry { field: "text".to_owned(), code: "too_long".to_owned(), message: (*message).to_owned() })
            .collect();
        Problem {
            title: "Not accepted".to_owned(),
            status: 422,
            code: code.to_owned(),
            detail: detail.map(str::to_owned),
            errors,
        }
    }

    #[test]
    fn a_status_means_something() {
        assert_eq!(Failure::of_status(401, None, None), Failure::LoggedOut);
        assert_eq!(Failure::of_status(401, None, Some(problem("second_factor", None, &[]))), Failure::SecondFactor);
        assert_eq!(
            Failure::of_status(403, None, Some(problem("second_factor_missing", None, &[]))),
            Failure::SecondFactorMissing
        );
        assert_eq!(Failure::of_status(404, None, None), Failure::NotHere);
        assert_eq!(Failure::of_status(409, None, None), Failure::Changed);
        assert_eq!(Failure::of_status(409, None, Some(problem("replied_meanwhile", None, &[]))), Failure::Replied);
        assert_eq!(Failure::of_status(429, Some("30"), None), Failure::TooMany(Some(30)));
        assert_eq!(Failure::of_status(429, None, None), Failure::TooMany(None));
        assert_eq!(Failure::of_status(422, None, None), Failure::Broken);
        assert_eq!(Failure::of_status(503, None, Some(problem("unavailable", None, &[]))), Failure::Broken);
    }

    #[test]
    fn the_most_exact_words_win() {
        let refused = |detail, messages| Failure::of_status(422, None, Some(problem("fields", detail, messages))).words();
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
