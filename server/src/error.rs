//! What can go wrong inside, and the one place where it becomes an HTTP answer.
//!
//! Causes go to the log. What the client gets is chosen here and holds no internal text.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::FieldProblem;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Fields that are told of in one problem: more than any form has.
const MOST_TOLD: usize = 200;

#[derive(Debug)]
pub enum Error {
    /// The database refused, is gone, or its disk is full.
    Database(sqlx::Error),
    /// Files could not be kept or read.
    Files(String),
    /// Stored data that this version does not understand.
    Corrupt(String),
    NotFound,
    /// The address is there, but not for this method.
    Method,
    /// Not logged in, or with the wrong password.
    Unauthorized,
    Forbidden,
    /// The signed token is missing, wrong or too old: fetch another and send again.
    TokenExpired,
    /// The hidden field was filled in.
    Automated,
    /// The password is right; the code of the second factor is missing or wrong.
    SecondFactor,
    /// The district asks for a second factor and there is none yet.
    SecondFactorMissing,
    /// Something else changed it first.
    Conflict,
    /// A colleague replied since the writer looked.
    RepliedMeanwhile,
    /// One thing that was asked for cannot be: which, and what to do, in words for staff.
    Refused {
        field: &'static str,
        words: String,
    },
    /// The same idempotency key came with another body.
    KeyReused,
    /// The answers need mending.
    Fields(Vec<FieldProblem>),
    /// The request itself is wrong: what, in plain words.
    Request(&'static str),
    TooLarge {
        max_bytes: u64,
    },
    UnsupportedMedia,
    TooMany {
        retry_after: Duration,
    },
    Unavailable,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Database(error.into())
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Files(other.to_string()),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(cause) => write!(f, "database: {cause}"),
            Self::Files(cause) => write!(f, "files: {cause}"),
            Self::Corrupt(cause) => write!(f, "stored data: {cause}"),
            // Field values are never part of the text: they may be personal.
            Self::Fields(problems) => write!(f, "{} fields need mending", problems.len()),
            Self::Refused { field, .. } => write!(f, "{field} was refused"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// The database has such a row already.
    pub fn is_taken(&self) -> bool {
        let Self::Database(cause) = self else { return false };
        cause.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    pub fn field(field: &str, kind: porchlight_shared::problem::ProblemKind) -> Self {
        Self::Fields(vec![FieldProblem::new(field, kind)])
    }

    /// Refuses what `field` asks for, with what to do instead.
    pub fn refused(field: &'static str, words: impl Into<String>) -> Self {
        Self::Refused { field, words: words.into() }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Corrupt(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Database(_) | Self::Files(_) | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized | Self::SecondFactor => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::TokenExpired | Self::SecondFactorMissing => StatusCode::FORBIDDEN,
            Self::Conflict | Self::RepliedMeanwhile => StatusCode::CONFLICT,
            Self::Automated | Self::KeyReused | Self::Fields(_) | Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Corrupt(_) => "internal",
            Self::Database(_) | Self::Files(_) | Self::Unavailable => "unavailable",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::TokenExpired => "token_expired",
            Self::Automated => "looks_automated",
            Self::SecondFactor => "second_factor",
            Self::SecondFactorMissing => "second_factor_missing",
            Self::Conflict => "conflict",
            Self::RepliedMeanwhile => "replied_meanwhile",
            Self::Refused { .. } => "refused",
            Self::KeyReused => "key_reused",
            Self::Fields(_) => "fields",
            Self::Request(_) => "bad_request",
            Self::TooLarge { .. } => "too_large",
            Self::UnsupportedMedia => "unsupported_media_type",
            Self::TooMany { .. } => "too_many",
        }
    }

    /// Seconds after which trying again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } => Some(retry_after.as_secs().max(1)),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(5),
            _ => None,
        }
    }

    fn title(&self) -> Say {
        match self {
            Self::Corrupt(_) => Say::TitleInternal,
            Self::Database(_) | Self::Files(_) | Self::Unavailable => Say::TitleUnavailable,
            Self::NotFound => Say::TitleNotFound,
            Self::Method => Say::TitleMethod,
            Self::Unauthorized => Say::TitleUnauthorized,
            Self::Forbidden => Say::TitleForbidden,
            Self::TokenExpired => Say::TitleToken,
            Self::Automated => Say::TitleAutomated,
            Self::SecondFactor => Say::TitleSecondFactor,
            Self::SecondFactorMissing => Say::TitleSecondFactorMissing,
            Self::Conflict => Say::TitleConflict,
            Self::RepliedMeanwhile => Say::TitleReplied,
            Self::Refused { .. } => Say::TitleFields,
            Self::KeyReused => Say::TitleKeyReused,
            Self::Fields(_) => Say::TitleFields,
            Self::Request(_) => Say::TitleRequest,
            Self::TooLarge { .. } => Say::TitleTooLarge,
            Self::UnsupportedMedia => Say::TitleMedia,
            Self::TooMany { .. } => Say::TitleTooMany,
        }
    }

    /// The answer as `application/problem+json` (RFC 9457), in `phrases`' language. A `detail` is for whoever
    /// writes the program that asked, in English.
    pub fn problem(&self, phrases: &Phrases) -> Response {
        self.log();
        self.told_in(phrases)
    }

    fn told_in(&self, phrases: &Phrases) -> Response {
        let status = self.status();
        let title = phrases.say(self.title());
        let mut body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "code": self.code() });
        match self {
            Self::Request(detail) => body["detail"] = json!(detail),
            Self::Refused { field, words } => {
                body["errors"] = json!([{ "field": field, "code": "refused", "message": words }]);
            }
            Self::TooLarge { max_bytes } => body["max_bytes"] = json!(max_bytes),
            Self::Fields(problems) => {
                let each =
                    |p: &FieldProblem| json!({ "field": p.field, "code": p.kind.code(), "message": p.kind.sentence(phrases) });
                // Who sends thousands of wrong fields is told of some.
                body["errors"] = problems.iter().take(MOST_TOLD).map(each).collect::<Value>();
            }
            _ => {}
        }
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        self.mark(&mut response);
        response
    }

    /// The error that a handler without a person's language at hand answered with.
    pub fn of(response: &mut Response) -> Option<Arc<Self>> {
        response.extensions_mut().remove::<Untold>().map(|Untold(error)| error)
    }

    /// What such a handler answered, told again in `phrases`' language; headers that others set stay.
    pub fn retold(mut response: Response, phrases: &Phrases) -> Response {
        let Some(error) = Self::of(&mut response) else { return response };
        let mut told = error.told_in(phrases);
        for (name, value) in response.headers() {
            if !told.headers().contains_key(name) && *name != header::CONTENT_LENGTH {
                told.headers_mut().append(name, value.clone());
            }
        }
        told
    }

    /// Headers that go with this error, whatever the body is.
    pub fn mark(&self, response: &mut Response) {
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }

    /// Causes are for whoever runs the server; what people did wrong is no news.
    pub fn log(&self) {
        match self {
            Self::Database(_) | Self::Files(_) | Self::Corrupt(_) => tracing::error!(error = %self, "request failed"),
            _ => tracing::debug!(code = self.code(), "request refused"),
        }
    }
}

/// An error whose answer is in English so far.
#[derive(Clone)]
struct Untold(Arc<Error>);

/// In English, for handlers without a person's language at hand; see [`Error::retold`].
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.problem(crate::locale::english());
        response.extensions_mut().insert(Untold(Arc::new(self)));
        response
    }
}
