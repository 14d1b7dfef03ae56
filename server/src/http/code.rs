//! The door for a code that is typed or pasted by hand.

use super::page::{Page, error_page, html};
use super::sender::find;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::locale;
use crate::secret::tidy_code;
use crate::store::DistrictRecord;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use porchlight_shared::phrase::Say;
use serde::Deserialize;
use std::sync::Arc;

/// `GET /{district}/i`: a code typed by hand.
pub(super) async fn ask_code(State(app): State<Arc<App>>, Path(slug): Path<String>, visitor: Visitor) -> Response {
    match app.district(&slug) {
        Ok(record) => code_page(&app, &record, &visitor, "", false),
        Err(error) => error_page(&app, &visitor, &error),
    }
}

#[derive(Deserialize)]
pub(super) struct TypedCode {
    #[serde(default)]
    code: String,
}

/// `POST /{district}/i`
pub(super) async fn open_code(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    Form(typed): Form<TypedCode>,
) -> Response {
    let Ok(record) = app.district(&slug) else { return error_page(&app, &visitor, &Error::NotFound) };
    let code = code_in(&typed.code);
    match find(&app, &slug, code, &visitor).await {
        Ok(_) => {
            let to = format!("/{slug}/i/{}?lang={}", tidy_code(code), visitor.locale(&record).as_str());
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Err(Error::NotFound) => code_page(&app, &record, &visitor, &typed.code, true),
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// The code in what people paste: often the whole link.
fn code_in(typed: &str) -> &str {
    let end = typed.rsplit_once("/i/").map_or(typed, |(_, end)| end);
    end.split(['?', '#', '/']).next().unwrap_or(end)
}

fn code_page(app: &App, record: &DistrictRecord, visitor: &Visitor, typed: &str, wrong: bool) -> Response {
    let locale = visitor.locale(record);
    let phrases = locale::phrases(&locale);
    let action = format!("/{}/i?lang={}", record.district.slug, locale.as_str());
    let typed = typed.to_owned();
    let is_reference = typed.trim().to_uppercase().starts_with(&format!("{}-", record.district.reference_prefix));
    let mut page = Page::new(record, &locale, phrases.say(Say::CodeTitle));
    page.status = if wrong { StatusCode::NOT_FOUND } else { StatusCode::OK };
    page.main = html(move || {
        let problem = wrong.then(|| phrases.say(if is_reference { Say::CodeReference } else { Say::CodeUnknown }));
        view! {
            <main id="main" class="page">
                <h1>{phrases.say(Say::CodeTitle)}</h1>
                <form class="form" method="post" action=action>
                    <div class="field" class:wrong=wrong>
                        <label for="f-code">{phrases.say(Say::CodeLabel)}</label>
                        <p class="help" id="f-code-help">{phrases.say(Say::CodeHelp)}</p>
                        <p class="problem" id="f-code-problem" role="alert">{problem}</p>
                        <input class="input" id="f-code" name="code" value=typed autocomplete="off" autocapitalize="off" spellcheck="false"
                            aria-describedby="f-code-problem f-code-help" aria-invalid=wrong.then_some("true") />
                    </div>
                    <button class="button" type="submit">{phrases.say(Say::CodeOpen)}</button>
                </form>
            </main>
        }
        .into_any()
    });
    page.respond(app)
}
