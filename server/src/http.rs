//! Every route and layer on one screen. Handlers translate; they don't decide.

mod account;
mod alert;
mod alert_words;
mod answer_page;
mod bulk;
mod code;
mod deeds;
mod doors;
mod due;
mod events;
mod form;
mod form_view;
mod guard;
mod inquiry;
mod landing;
mod list;
mod office;
mod page;
mod posted;
mod practice;
mod public;
mod published;
mod rest;
mod resume;
mod rules;
mod sender;
mod sender_view;
mod session;
mod shown;
mod staff;
mod system;
mod table;
mod template;
mod trail;
mod upload;
mod visitor;

pub(crate) use shown::shown_answers;
pub use table::{Guard, Route};

use crate::access::{Action, Power};
use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use table::{Table, on};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Largest JSON body, in bytes: the longest form in the longest script has room.
const JSON_BYTES: usize = 512 * 1_024;
/// Longest word lists, in bytes: ten thousand keywords have room.
const LISTS_BYTES: usize = 4 * 1_024 * 1_024;
/// Largest body with files, in bytes.
const FORM_BYTES: usize = 64 * 1_024 * 1_024;
/// A client that sends nothing for this long is let go.
const SLOWEST: Duration = Duration::from_secs(30);

/// Routes of visitors in one district: for every site, without credentials.
fn visitors() -> Table {
    use Guard::Anyone;
    let large = DefaultBodyLimit::max(FORM_BYTES);
    Table::new()
        .route(Anyone, Method::GET, "/", on(&Method::GET, public::district))
        .route(Anyone, Method::GET, "/token", on(&Method::GET, public::token))
        .route(Anyone, Method::GET, "/widget", on(&Method::GET, public::widget))
        .route(Anyone, Method::GET, "/theme.css", on(&Method::GET, public::theme))
        .route(Anyone, Method::GET, "/embed", on(&Method::GET, public::embed))
        .route(Anyone, Method::GET, "/answers", on(&Method::GET, answer_page::answers))
        .route(Anyone, Method::POST, "/answers/{slug}/settled", on(&Method::POST, answer_page::settled))
        .route(Anyone, Method::POST, "/inquiries", on(&Method::POST, public::submit))
        .route(Anyone, Method::POST, "/files", on(&Method::POST, upload::receive).layer(large))
        .route(Anyone, Method::DELETE, "/files/{id}", on(&Method::DELETE, upload::forget))
        .route(Anyone, Method::POST, "/uploads", on(&Method::POST, resume::begin))
        .route(Anyone, Method::HEAD, "/uploads/{id}", on(&Method::HEAD, resume::progress))
        .route(Anyone, Method::PATCH, "/uploads/{id}", on(&Method::PATCH, resume::append).layer(large))
        .route(Anyone, Method::DELETE, "/uploads/{id}", on(&Method::DELETE, resume::discard))
}

/// What is done with one inquiry; the table in [`crate::access`] says by whom.
fn inquiry() -> Table {
    let may = Guard::Inquiry;
    let large = DefaultBodyLimit::max(FORM_BYTES);
    Table::new()
        .route(may(Action::Know), Method::GET, "/", on(&Method::GET, inquiry::inquiry))
        .route(may(Action::See), Method::GET, "/related", on(&Method::GET, inquiry::related))
        .route(may(Action::See), Method::GET, "/messages/{message}/answer", on(&Method::GET, published::propose))
        .route(may(Action::See), Method::GET, "/files/{file}", on(&Method::GET, inquiry::file))
        .route(may(Action::See), Method::PUT, "/read", on(&Method::PUT, deeds::read))
        .route(may(Action::Reply), Method::POST, "/replies", on(&Method::POST, deeds::reply))
        .route(may(Action::Reply), Method::GET, "/templates", on(&Method::GET, template::offered))
        .route(may(Action::Reply), Method::DELETE, "/replies/{reply}", on(&Method::DELETE, deeds::take_back))
        .route(may(Action::Reply), Method::POST, "/files", on(&Method::POST, deeds::attach).layer(large))
        .route(may(Action::Note), Method::POST, "/notes", on(&Method::POST, deeds::note))
        .route(may(Action::Note), Method::PUT, "/drafts/{kind}", on(&Method::PUT, deeds::draft))
        .route(may(Action::Assign), Method::POST, "/assignment", on(&Method::POST, deeds::assign))
        .route(may(Action::Assign), Method::POST, "/members", on(&Method::POST, deeds::let_in))
        .route(may(Action::Assign), Method::DELETE, "/members/{account}", on(&Method::DELETE, deeds::take_out))
        .route(may(Action::Work), Method::POST, "/waiting", on(&Method::POST, deeds::wait))
        .route(may(Action::Work), Method::POST, "/closure", on(&Method::POST, deeds::close))
        .route(may(Action::Work), Method::DELETE, "/closure", on(&Method::DELETE, deeds::reopen))
        .route(may(Action::Work), Method::POST, "/tags", on(&Method::POST, deeds::change_tags))
        .route(may(Action::Work), Method::PUT, "/due", on(&Method::PUT, due::postpone))
        .route(may(Action::Work), Method::PUT, "/quiet", on(&Method::PUT, due::quiet))
        .route(may(Action::Work), Method::PUT, "/priority", on(&Method::PUT, deeds::priority))
        .route(may(Action::Work), Method::PUT, "/confidential", on(&Method::PUT, deeds::confidential))
        .route(may(Action::Join), Method::POST, "/merge", on(&Method::POST, deeds::merge))
        .route(may(Action::Join), Method::DELETE, "/merge", on(&Method::DELETE, deeds::unmerge))
        .route(may(Action::Join), Method::POST, "/split", on(&Method::POST, deeds::split))
        .route(may(Action::Join), Method::DELETE, "/split", on(&Method::DELETE, deeds::unsplit))
        .route(may(Action::Work), Method::POST, "/alerts", on(&Method::POST, alert::raise))
        .route(may(Action::Acknowledge), Method::PUT, "/alerts/{alert}/acknowledgement", on(&Method::PUT, alert::acknowledge))
        .route(may(Action::Work), Method::PUT, "/alerts/{alert}/verdict", on(&Method::PUT, alert::judge))
        .route(may(Action::Work), Method::DELETE, "/alerts/{alert}/verdict", on(&Method::DELETE, alert::unjudge))
        .route(may(Action::Unseal), Method::POST, "/unsealing", on(&Method::POST, deeds::unseal))
}

/// Oneself: also for somebody who has yet to set up a second factor.
fn oneself() -> Table {
    use Guard::{Anyone, Inside, LoggedIn};
    Table::new()
        .route(Anyone, Method::POST, "/session", on(&Method::POST, session::log_in))
        .route(Anyone, Method::DELETE, "/session", on(&Method::DELETE, session::log_out))
        .route(Anyone, Method::POST, "/invitation/look", on(&Method::POST, doors::look))
        .route(Anyone, Method::POST, "/invitation", on(&Method::POST, doors::join))
        .route(Anyone, Method::POST, "/password-reset", on(&Method::POST, doors::forgot))
        .route(Anyone, Method::PUT, "/password-reset", on(&Method::PUT, doors::reset))
        .route(LoggedIn, Method::GET, "/me", on(&Method::GET, staff::me))
        .route(LoggedIn, Method::GET, "/sessions", on(&Method::GET, session::sessions))
        .route(LoggedIn, Method::DELETE, "/sessions", on(&Method::DELETE, session::log_out_everywhere))
        .route(LoggedIn, Method::DELETE, "/sessions/{session}", on(&Method::DELETE, session::end_session))
        .route(LoggedIn, Method::PUT, "/me/password", on(&Method::PUT, account::change_password))
        .route(LoggedIn, Method::GET, "/me/second-factor", on(&Method::GET, account::second_factor_state))
        .route(LoggedIn, Method::POST, "/me/second-factor", on(&Method::POST, account::begin_second_factor))
        .route(LoggedIn, Method::PUT, "/me/second-factor", on(&Method::PUT, account::confirm_second_factor))
        .route(LoggedIn, Method::DELETE, "/me/second-factor", on(&Method::DELETE, account::end_second_factor))
        .route(LoggedIn, Method::POST, "/me/recovery-codes", on(&Method::POST, account::new_recovery_codes))
        .route(Inside, Method::GET, "/me/absences", on(&Method::GET, account::absences))
        .route(Inside, Method::POST, "/me/absences", on(&Method::POST, account::go_away))
        .route(Inside, Method::DELETE, "/me/absences/{absence}", on(&Method::DELETE, account::come_back))
        .route(Inside, Method::GET, "/me/notifications", on(&Method::GET, account::notify_settings))
        .route(Inside, Method::PUT, "/me/notifications", on(&Method::PUT, account::set_notify))
        .route(Inside, Method::PUT, "/me/preferences", on(&Method::PUT, account::set_preferences))
        .route(Inside, Method::GET, "/notifications", on(&Method::GET, account::notices))
        .route(Inside, Method::POST, "/notifications/read", on(&Method::POST, account::read_notices))
}

/// Lists, and what is done with many.
fn lists() -> Table {
    use Guard::Inside;
    Table::new()
        .route(Inside, Method::GET, "/inquiries", on(&Method::GET, list::inquiries))
        .route(Inside, Method::GET, "/views", on(&Method::GET, list::views))
        .route(Inside, Method::POST, "/views", on(&Method::POST, list::keep_view))
        .route(Inside, Method::PUT, "/views/{view}", on(&Method::PUT, list::change_view))
        .route(Inside, Method::DELETE, "/views/{view}", on(&Method::DELETE, list::forget_view))
        .route(Inside, Method::POST, "/bulk", on(&Method::POST, bulk::bulk))
        .route(Inside, Method::POST, "/undo/{undo}", on(&Method::POST, bulk::undo))
        .route(Inside, Method::GET, "/events", on(&Method::GET, events::events))
}

/// What helps to write a good reply.
fn writing() -> Table {
    use Guard::Inside;
    let can = Guard::Power;
    Table::new()
        .route(Inside, Method::GET, "/templates", on(&Method::GET, template::templates))
        .route(Inside, Method::POST, "/templates", on(&Method::POST, template::make))
        .route(Inside, Method::POST, "/templates/trial", on(&Method::POST, template::trial))
        .route(Inside, Method::PUT, "/templates/{template}", on(&Method::PUT, template::change))
        .route(Inside, Method::GET, "/templates/{template}/versions", on(&Method::GET, template::versions))
        .route(Inside, Method::POST, "/templates/{template}/retirement", on(&Method::POST, template::put_away))
        .route(Inside, Method::DELETE, "/templates/{template}/retirement", on(&Method::DELETE, template::bring_back))
        .route(Inside, Method::GET, "/practice", on(&Method::GET, practice::all))
        .route(can(Power::Share), Method::POST, "/practice", on(&Method::POST, practice::make))
        .route(Inside, Method::GET, "/practice/tries", on(&Method::GET, practice::tries))
        .route(Inside, Method::POST, "/practice/tries", on(&Method::POST, practice::keep_try))
        .route(Inside, Method::DELETE, "/practice/tries", on(&Method::DELETE, practice::forget_tries))
        .route(Inside, Method::DELETE, "/practice/tries/{try}", on(&Method::DELETE, practice::forget_try))
        .route(Inside, Method::GET, "/practice/{scenario}", on(&Method::GET, practice::scenario))
        .route(can(Power::Share), Method::PUT, "/practice/{scenario}", on(&Method::PUT, practice::change))
        .route(can(Power::Share), Method::DELETE, "/practice/{scenario}", on(&Method::DELETE, practice::take_away))
        .route(Inside, Method::GET, "/answers", on(&Method::GET, published::answers))
        .route(Inside, Method::GET, "/answers/{answer}/asked", on(&Method::GET, published::asked))
        .route(can(Power::Answers), Method::POST, "/answers", on(&Method::POST, published::make))
        .route(can(Power::Answers), Method::PUT, "/answers/{answer}", on(&Method::PUT, published::change))
        .route(can(Power::Answers), Method::POST, "/answers/{answer}/retirement", on(&Method::POST, published::put_away))
        .route(can(Power::Answers), Method::DELETE, "/answers/{answer}/retirement", on(&Method::DELETE, published::bring_back))
}

/// The district's people, rules and trail.
fn office() -> Table {
    let can = Guard::Power;
    Table::new()
        .route(can(Power::People), Method::GET, "/people", on(&Method::GET, office::people))
        .route(can(Power::People), Method::PUT, "/people/{person}", on(&Method::PUT, office::change))
        .route(can(Power::People), Method::POST, "/people/{person}/deactivation", on(&Method::POST, office::deactivate))
        .route(can(Power::People), Method::DELETE, "/people/{person}/deactivation", on(&Method::DELETE, office::reactivate))
        .route(can(Power::People), Method::POST, "/people/{person}/absences", on(&Method::POST, office::send_away))
        .route(can(Power::People), Method::DELETE, "/people/{person}/absences/{absence}", on(&Method::DELETE, office::fetch_back))
        .route(
            can(Power::People),
            Method::DELETE,
            "/people/{person}/second-factor",
            on(&Method::DELETE, office::reset_second_factor),
        )
        .route(can(Power::People), Method::POST, "/invitations", on(&Method::POST, office::invite))
        .route(can(Power::People), Method::POST, "/invitations/{invitation}/mail", on(&Method::POST, office::invite_again))
        .route(can(Power::People), Method::DELETE, "/invitations/{invitation}", on(&Method::DELETE, office::uninvite))
        .route(can(Power::People), Method::PUT, "/topics/{topic}/team", on(&Method::PUT, office::team))
        .route(can(Power::People), Method::PUT, "/departments/{department}/owner", on(&Method::PUT, office::department_owner))
        .route(can(Power::People), Method::PUT, "/fallback-owner", on(&Method::PUT, office::fallback))
        .route(can(Power::People), Method::PUT, "/second-factor", on(&Method::PUT, office::require_second_factor))
        .route(can(Power::Routing), Method::GET, "/routing", on(&Method::GET, rules::routing))
        .route(can(Power::Routing), Method::PUT, "/routing", on(&Method::PUT, rules::change))
        .route(can(Power::Routing), Method::POST, "/routing/trial", on(&Method::POST, rules::trial))
        .route(can(Power::Ownerless), Method::GET, "/ownerless", on(&Method::GET, list::ownerless))
        .route(can(Power::Trail), Method::GET, "/trail", on(&Method::GET, trail::trail))
}

/// Words of concern.
fn alerts() -> Table {
    use Guard::Inside;
    let can = Guard::Power(Power::Alerts);
    let large = DefaultBodyLimit::max(LISTS_BYTES);
    Table::new()
        .route(Inside, Method::GET, "/alerts", on(&Method::GET, alert::open))
        .route(Inside, Method::POST, "/alerts/preview", on(&Method::POST, alert_words::preview))
        .route(can, Method::POST, "/alerts/trial", on(&Method::POST, alert_words::trial).layer(large))
        .route(can, Method::GET, "/alerts/categories", on(&Method::GET, alert_words::categories))
        .route(can, Method::POST, "/alerts/categories", on(&Method::POST, alert_words::make).layer(large))
        .route(can, Method::PUT, "/alerts/categories/{category}", on(&Method::PUT, alert_words::change).layer(large))
        .route(can, Method::DELETE, "/alerts/categories/{category}", on(&Method::DELETE, alert_words::forget))
        .route(can, Method::POST, "/alerts/categories/{category}/scan", on(&Method::POST, alert_words::scan))
}

/// Every route of the API, with what it asks of whoever calls it.
pub fn routes() -> Vec<Route> {
    let (_, mut routes) = staff_routes().into_parts();
    routes.extend(Table::new().nest("/districts/{district}", visitors()).into_parts().1);
    routes
}

fn staff_routes() -> Table {
    let mut all = Table::new().nest("/inquiries/{inquiry}", inquiry());
    for part in [oneself(), lists(), writing(), alerts(), office()] {
        all = all.merge(part);
    }
    all
}

pub fn router(app: Arc<App>) -> Router {
    let cross_origin = from_fn_with_state(app.clone(), guard::cross_origin);
    let districts = visitors().wrapped(|router| router.layer(from_fn(guard::bounds)).layer(cross_origin));
    let (districts, _) = Table::new().nest("/districts/{district}", districts).into_parts();
    let (staff, _) = staff_routes().into_parts();
    let api = districts.merge(staff.layer(from_fn(guard::bounds))).fallback(system::no_such_api).layer(from_fn(guard::problems));

    let pages = Router::new()
        .route("/", get(landing::home))
        .route("/demo", get(landing::demo))
        .route("/console", get(page::console))
        .route("/{district}", get(landing::topics))
        .route("/{district}/", get(landing::without_slash))
        .route("/{district}/card.png", get(landing::district_card))
        .route("/{district}/c/{campaign}", get(landing::campaign))
        .route("/{district}/c/{campaign}/card.png", get(landing::campaign_card))
        .route("/{district}/a", get(answer_page::all))
        .route("/{district}/a/{slug}", get(answer_page::answer).post(answer_page::yes))
        .route("/{district}/a/{slug}/card.png", get(answer_page::card))
        .route("/{district}/i", get(code::ask_code).post(code::open_code))
        .route("/{district}/i/{code}", get(sender::show).post(sender::add).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .route("/{district}/i/{code}/withdrawal", get(sender::ask_withdrawal).post(sender::withdraw))
        .route("/{district}/i/{code}/files/{file}", get(sender::file))
        .route("/{district}/{topic}", get(form::form).post(form::submit).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .route("/{district}/{topic}/card.png", get(landing::topic_card))
        .layer(from_fn(guard::bounds))
        .layer(from_fn_with_state(app.clone(), guard::pages));

    Router::new()
        .nest("/api/v1", api)
        .route("/api/openapi.json", get(system::openapi))
        .merge(pages)
        .route("/embed.js", get(system::embed))
        .route("/assets/{name}", get(system::asset))
        .route("/robots.txt", get(system::robots))
        .route("/sitemap.xml", get(answer_page::sitemap))
        .route("/favicon.ico", get(system::icon))
        .route("/healthz", get(system::healthz))
        .route("/readyz", get(system::readyz))
        .route("/metrics", get(system::metrics))
        .fallback(page::not_found)
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .layer(from_fn(rest::to_the_end))
        .layer(RequestBodyTimeoutLayer::new(SLOWEST))
        .layer(CatchPanicLayer::custom(page::panicked))
        .layer(from_fn_with_state(app.clone(), guard::headers))
        .layer(from_fn(guard::observe))
        .with_state(app)
}

/// Starts to count for `/metrics`, once a process.
pub fn start_counting() {
    let _ = system::start_metrics();
}
