//! What every page of ours shares: head, header, footer, and the pages for when something is wrong.

use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::mail::escape;
use crate::store::DistrictRecord;
use crate::{assets, card, locale};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use porchlight_shared::district::Campaign;
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::text::Locale;
use std::sync::Arc;

/// Renders a view to plain HTML; nothing of it lives on.
pub(super) fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

/// Who may show a page in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Nobody,
    /// The district's allowed sites.
    Sites,
}

/// How a page is had in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    Links,
    /// By sending the form named [`FORM`], so that nothing typed is lost.
    Form,
    /// Not at all: what is shown is shown once.
    Off,
}

/// The id of a topic's form.
pub(super) const FORM: &str = "topic-form";

/// A public page of a district.
pub(super) struct Page<'a> {
    pub(super) record: &'a DistrictRecord,
    pub(super) locale: &'a Locale,
    pub(super) title: String,
    /// For links on social pages; empty where a page must not be found.
    pub(super) description: String,
    /// The page's path from the root, for canonical links and other languages; empty where it is secret.
    pub(super) path: String,
    /// The picture for social pages, by path.
    pub(super) card: Option<String>,
    /// The campaign through whose door somebody came: its colour, and the way back to its door.
    pub(super) campaign: Option<&'a Campaign>,
    pub(super) switch: Switch,
    /// What else of the query stays in another language, each with its `&`.
    pub(super) kept: String,
    pub(super) framing: Framing,
    /// A module script of ours, by plain name.
    pub(super) script: Option<&'static str>,
    /// The languages in which it is there; `None` is every language of the district.
    pub(super) only_in: Option<Vec<String>>,
    /// What search engines read of it, as JSON-LD.
    pub(super) data: Option<String>,
    pub(super) status: StatusCode,
    pub(super) main: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(record: &'a DistrictRecord, locale: &'a Locale, title: impl Into<String>) -> Self {
        Self {
            record,
            locale,
            title: title.into(),
            description: String::new(),
            path: String::new(),
            card: None,
            campaign: None,
            switch: Switch::Links,
            kept: String::new(),
            framing: Framing::Nobody,
            script: None,
            only_in: None,
            data: None,
            status: StatusCode::OK,
            main: String::new(),
        }
    }

    pub(super) fn phrases(&self) -> &'static Phrases {
        locale::phrases(self.locale)
    }

    pub(super) fn respond(self, app: &App) -> Response {
        let body = document(
            self.locale.as_str(),
            &self.head(app),
            &[&self.header(), &self.main, &self.footer()].map(String::as_str).concat(),
        );
        let mut response = (self.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&self.policy(app)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // A page that came back with problems stays as it is.
        let widget = self.script == Some("landing.js") && self.status == StatusCode::OK;
        let module = format!("<{}>; rel=modulepreload, ", assets::url("widget.js"));
        if let Some(links) = assets::preload_wasm(&module).filter(|_| widget) {
            headers.insert(header::LINK, links);
        }
        if self.path.is_empty() {
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
        }
        response
    }

    fn is_in(&self, locale: &Locale) -> bool {
        self.only_in.as_ref().is_none_or(|all| all.iter().any(|l| l == locale.as_str()))
    }

    /// The end of links that stay inside the campaign; its own door's address says it already.
    fn door(&self) -> String {
        let inside = self.campaign.filter(|c| !self.path.ends_with(&format!("/c/{}", c.id)));
        inside.map_or_else(String::new, |c| format!("&c={}", c.id))
    }

    fn policy(&self, app: &App) -> String {
        let sites = &self.record.district.allowed_sites;
        let ancestors = match self.framing {
            Framing::Nobody => String::from("'none'"),
            Framing::Sites if sites.is_empty() => String::from("*"),
            Framing::Sites => format!("'self' {}", sites.join(" ")),
        };
        format!("{}; frame-ancestors {ancestors}", content_policy(app))
    }

    fn head(&self, app: &App) -> String {
        let district = &self.record.district;
        let base = app.public_url();
        let name = escape(&district.name);
        let title = escape(&self.title);
        let accent = self.campaign.map_or(&district.brand.accent, |c| &c.accent).replace('#', "%23");
        let mut head = format!(
            "<title>{title} · {name}</title><link rel=\"stylesheet\" href=\"{}\"><link rel=\"stylesheet\" href=\"/api/v1/districts/{}/theme.css?color={accent}\">",
            assets::url("pages.css"),
            district.slug
        );
        for script in (self.framing == Framing::Sites).then_some("frame.js").into_iter().chain(self.script) {
            head += &format!("<script type=\"module\" src=\"{}\"></script>", assets::url(script));
        }
        if self.path.is_empty() {
            return head + "<meta name=\"robots\" content=\"noindex, nofollow\">";
        }
        let (description, path) = (escape(&self.description), escape(&self.path));
        let first = district.first_locale();
        let here = if self.locale == first { String::new() } else { format!("?lang={}", self.locale.as_str()) };
        head +=
            &format!("<meta name=\"description\" content=\"{description}\"><link rel=\"canonical\" href=\"{base}{path}{here}\">");
        for other in district.locales.iter().filter(|other| self.is_in(other)) {
            head += &format!("<link rel=\"alternate\" hreflang=\"{0}\" href=\"{base}{path}?lang={0}\">", other.as_str());
        }
        for (property, content) in
            [("og:type", "website"), ("og:title", &title), ("og:description", &description), ("og:site_name", &name)]
        {
            head += &format!("<meta property=\"{property}\" content=\"{content}\">");
        }
        head += &format!(
            "<meta property=\"og:url\" content=\"{base}{path}{here}\"><meta property=\"og:locale\" content=\"{}\">",
            self.locale.as_str()
        );
        if let Some(data) = &self.data {
            head += &format!("<script type=\"application/ld+json\">{data}</script>");
        }
        if let Some(card) = &self.card {
            let card = format!("{base}{}?lang={}", escape(card), self.locale.as_str());
            head += &format!(
                "<meta property=\"og:image\" content=\"{card}\"><meta property=\"og:image:width\" content=\"1200\"><meta property=\"og:image:height\" content=\"630\">\
                 <meta property=\"og:image:alt\" content=\"{title}\"><meta name=\"twitter:card\" content=\"summary_large_image\"><meta name=\"twitter:title\" content=\"{title}\">\
                 <meta name=\"twitter:description\" content=\"{description}\"><meta name=\"twitter:image\" content=\"{card}\">"
            );
        }
        head
    }

    fn header(&self) -> String {
        let district = &self.record.district;
        let door = self.campaign.map_or_else(String::new, |c| format!("/c/{}", c.id));
        let (home, name) = (format!("/{}{door}?lang={}", district.slug, self.locale.as_str()), district.name.clone());
        let phrases = self.phrases();
        let languages = self.languages();
        html(move || {
            view! {
                <a class="skip" href="#main">{phrases.say(Say::PageSkip)}</a>
                <header class="page-header">
                    <div class="bar">
                        <a class="district" href=home><span class="lamp" aria-hidden="true"></span>{name}</a>
                        <ul class="languages" aria-label=phrases.say(Say::Language)>{languages}</ul>
                    </div>
                </header>
            }
            .into_any()
        })
    }

    /// The district's other languages, each in itself.
    fn languages(&self) -> Vec<AnyView> {
        let (door, path) = (self.door(), &self.path);
        let each = |locale: &Locale| {
            let (tag, name) = (locale.as_str().to_owned(), locale::name(locale).to_owned());
            let to = format!("{path}?lang={tag}{door}{}", self.kept);
            if self.switch == Switch::Form {
                let value = tag.clone();
                return view! {
                    <li><button class="link" type="submit" form=FORM formaction=to name="switch" value=value lang=tag>{name}</button></li>
                }
                .into_any();
            }
            view! { <li><a href=to hreflang=tag.clone() lang=tag>{name}</a></li> }.into_any()
        };
        let others = self.record.district.locales.iter();
        let others = others.filter(|l| *l != self.locale && self.switch != Switch::Off && self.is_in(l));
        others.map(each).collect()
    }

    fn footer(&self) -> String {
        let district = &self.record.district;
        let phrases = self.phrases();
        let call = district.phone.as_ref().map(|phone| phrases.fill(Say::PageCall, &[phone]));
        let privacy = district.privacy.get(self.locale).to_owned();
        let code_page = format!("/{}/i?lang={}", district.slug, self.locale.as_str());
        let languages = self.languages();
        html(move || {
            view! {
                <footer class="page-footer">
                    {call.map(|call| view! { <p>{call}</p> })}
                    <p>{privacy}</p>
                    <ul>{languages}<li><a href=code_page data-unframed="">{phrases.say(Say::PageCodeLink)}</a></li></ul>
                </footer>
            }
            .into_any()
        })
    }
}

/// The picture of a page for social links.
///
/// # Errors
/// Never in practice: what it is drawn with is part of the program.
pub(super) fn picture(record: &DistrictRecord, headline: &str, line: &str, accent: &str) -> Result<Response, Error> {
    let png = card::draw(&record.district.name, headline, line, accent).map_err(|e| Error::Corrupt(e.to_string()))?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=3600")];
    let mut response = (headers, png).into_response();
    response.headers_mut().insert("cross-origin-resource-policy", axum::http::HeaderValue::from_static("cross-origin"));
    Ok(response)
}

/// Our own pages' policy: only our own files, no inline style, no eval but WASM's.
pub(super) fn content_policy(app: &App) -> String {
    let upgrade = if app.is_https() { "; upgrade-insecure-requests" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
         connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; manifest-src 'self'{upgrade}"
    )
}

fn document(lang: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{lang}\" dir=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"/favicon.ico\" type=\"image/svg+xml\">{head}</head><body>{body}</body></html>",
        porchlight_shared::text::direction(lang)
    )
}

/// A page that belongs to no district.
pub(super) fn plain(app: &App, lang: &str, status: StatusCode, title: &str, head: &str, main: &str) -> Response {
    let head = format!("<title>{}</title>{}{head}", escape(title), style("pages.css"));
    bare(app, lang, status, &head, main)
}

fn style(name: &str) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\">", assets::url(name))
}

fn bare(app: &App, lang: &str, status: StatusCode, head: &str, main: &str) -> Response {
    let body = document(lang, head, main);
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    if let Ok(policy) = HeaderValue::from_str(&format!("{}; frame-ancestors 'none'", content_policy(app))) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The page for an error, in the visitor's language.
pub(super) fn error_page(app: &App, visitor: &Visitor, error: &Error) -> Response {
    error.log();
    let phrases = visitor.any_phrases();
    let (title, text) = match error {
        Error::NotFound => (phrases.say(Say::NotFoundTitle).to_owned(), phrases.say(Say::NotFoundText).to_owned()),
        Error::TooLarge { max_bytes } => {
            let most = porchlight_shared::problem::megabytes(*max_bytes);
            (phrases.say(Say::ErrorTooLargeTitle).to_owned(), phrases.fill(Say::ErrorTooLarge, &[&most]))
        }
        Error::TooMany { .. } => {
            let seconds = error.retry_after().unwrap_or(1).to_string();
            (phrases.say(Say::ErrorTitle).to_owned(), phrases.fill(Say::FailLimited, &[&seconds]))
        }
        _ => (phrases.say(Say::ErrorTitle).to_owned(), phrases.say(Say::ErrorBusy).to_owned()),
    };
    let shown = title.clone();
    let main = html(move || view! { <main id="main" class="page"><h1>{shown}</h1><p>{text}</p></main> }.into_any());
    let mut response = plain(app, locale::tag(phrases), error.status(), &title, "", &main);
    error.mark(&mut response);
    response
}

/// Everything that has no address.
pub(super) async fn not_found(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    error_page(&app, &visitor, &Error::NotFound)
}

/// A handler panicked: told to the log by the panic itself, and in plain words to the visitor.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Error::Corrupt(String::from("a handler panicked")).into_response()
}

/// `GET /console`: the shell; the rest is WASM.
pub(super) async fn console(State(app): State<Arc<App>>) -> Response {
    let head = format!(
        "<title>Porchlight console</title>{}<script type=\"module\" src=\"{}\"></script><meta name=\"robots\" content=\"noindex\">",
        style("console.css"),
        assets::url("console-start.js")
    );
    let main = "<div id=\"console\"></div><noscript><main class=\"page\"><h1>Porchlight</h1><p>The console needs JavaScript. Please allow it for this site.</p></main></noscript>";
    bare(&app, "en", StatusCode::OK, &head, main)
}
