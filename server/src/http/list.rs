//! Lists of inquiries: the built-in views, filters, searches, and how many there are.

use super::session::Staff;
use super::staff::{Given, given, short};
use crate::access::Power;
use crate::app::{App, new_id};
use crate::error::Error;
use crate::search::{Expr, Marker, plan};
use crate::store::{AT_ONCE, COUNTED, Engine, Filter, Hit, ListItem, MOST_HITS, Order, Owners, Position, ViewRecord, Window};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use porchlight_shared::api;
use porchlight_shared::search::Query as Search;
use porchlight_shared::status::{Kind, Priority, Status};
use serde::Deserialize;
use std::sync::Arc;

/// Views that are always there, in their order.
const VIEWS: &[&str] =
    &["mine", "topics", "unassigned", "waiting", "due_soon", "past_due", "critical", "open", "closed", "everything"];
/// What is due within so many business hours is due soon.
const SOON_HOURS: i64 = 8;

/// Times that hits are read for one page, a hundred at a time, before the next page goes on.
const MOST_ROUNDS: usize = 50;

/// Anything else is refused rather than ignored: a list that leaves a filter out would mislead.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    view: Option<String>,
    status: Option<String>,
    topic: Option<String>,
    school: Option<String>,
    kind: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

fn given_text(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

fn words<T: Ord>(value: &Option<String>, parse: fn(&str) -> Option<T>, help: &'static str) -> Result<Vec<T>, Error> {
    let all = value.as_deref().unwrap_or("").split(',').filter(|w| !w.is_empty());
    let mut all: Vec<T> = all.map(parse).collect::<Option<_>>().ok_or(Error::Request(help))?;
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

const LIVE: [Status; 3] = [Status::New, Status::Open, Status::Waiting];

/// The filter of a built-in view.
fn of_view(app: &App, staff: &Staff, view: &str) -> Result<Filter, Error> {
    let now = app.now();
    let at = now.as_millisecond();
    let mut filter =
        Filter { statuses: vec![Status::New, Status::Open], order: Order::DueFirst, ..Filter::of(staff.asker.scope()) };
    let owns = || std::iter::once(staff.asker.account_id.clone()).chain(staff.asker.stands_in_for.clone()).collect();
    match view {
        "mine" => filter.owners = Owners::Of(owns()),
        // Nobody's topics are no topic at all.
        "topics" if staff.asker.topics.is_empty() => filter.ids = Some(Vec::new()),
        "topics" => filter.topics.clone_from(&staff.asker.topics),
        "unassigned" => {
            filter.statuses = LIVE.to_vec();
            filter.owners = Owners::NobodyOr(staff.district.directory.unreachable(at).into_iter().map(str::to_owned).collect());
        }
        "waiting" => filter.statuses = vec![Status::Waiting],
        "due_soon" => {
            let soon = staff.district.calendar.office().after(now, SOON_HOURS * 3_600_000).map_or(at, |t| t.as_millisecond());
            (filter.due_from, filter.due_before) = (Some(at), Some(soon + 1));
        }
        // Waiting on the sender, too: what is due then is what nobody answered.
        "past_due" => {
            filter.statuses = LIVE.to_vec();
            filter.due_before = Some(at);
        }
        "critical" => {
            filter.statuses = LIVE.to_vec();
            filter.priorities = vec![Priority::Critical];
        }
        "open" => {}
        "closed" => (filter.statuses, filter.order) = (vec![Status::Closed], Order::NewestFirst),
        "everything" => (filter.statuses, filter.order) = (Vec::new(), Order::NewestFirst),
        _ => {
            return Err(Error::Request(
                "view takes mine, topics, unassigned, waiting, due_soon, past_due, critical, open, closed or everything.",
            ));
        }
    }
    Ok(filter)
}

fn filter_of(app: &App, staff: &Staff, query: &ListQuery) -> Result<Filter, Error> {
    let mut filter = match given_text(&query.view) {
        Some(view) => of_view(app, staff, view)?,
        None => Filter::of(staff.asker.scope()),
    };
    let statuses = words(&query.status, Status::parse, "status takes new, open, waiting, closed, parted by commas.")?;
    if !statuses.is_empty() {
        filter.statuses = statuses;
    }
    filter.kinds = words(&query.kind, Kind::parse, "kind takes question, comment, concern, suggestion, compliment.")?;
    if let Some(topic) = given_text(&query.topic) {
        // Within the topics of a view, not beside them.
        let within = filter.topics.is_empty() || filter.topics.iter().any(|t| t == topic);
        if within { filter.topics = vec![topic.to_owned()] } else { filter.ids = Some(Vec::new()) }
    }
    filter.schools = given_text(&query.school).map(str::to_owned).into_iter().collect();
    filter.tag = given_text(&query.tag).map(str::to_lowercase);
    match given_text(&query.owner) {
        None => {}
        Some("me") => filter.owners = Owners::Of(vec![staff.asker.account_id.clone()]),
        Some("nobody") => filter.owners = Owners::NobodyOr(Vec::new()),
        Some(owner) => filter.owners = Owners::Of(vec![owner.to_owned()]),
    }
    match given_text(&query.sort) {
        None => {}
        Some("newest") => filter.order = Order::NewestFirst,
        Some("due") => filter.order = Order::DueFirst,
        Some(_) => return Err(Error::Request("sort takes newest or due.")),
    }
    filter.limit = query.limit.unwrap_or(50).clamp(1, 200);
    Ok(filter)
}

/// `GET /inquiries`
pub(crate) async fn inquiries(
    State(app): State<Arc<App>>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<api::InquiryList>, Error> {
    let mut filter = filter_of(&app, &staff, &query)?;
    let limit = filter.limit;
    if given_text(&query.q).is_some() {
        let search = Search::parse(query.q.as_deref().unwrap_or_default());
        // A view that has nothing has nothing to be found.
        if filter.ids.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Json(api::InquiryList {
                search: Some(api::SearchTold { hits: 0, best_first: false, problems: Vec::new() }),
                ..api::InquiryList::default()
            }));
        }
        if search.is_empty() {
            let problems = vec![String::from("There is no letter and no digit to look for.")];
            let told = api::SearchTold { hits: 0, best_first: false, problems };
            return Ok(Json(api::InquiryList { search: Some(told), ..api::InquiryList::default() }));
        }
        return search_for(&app, &staff, &search, filter, query.after.as_deref()).await.map(Json);
    }
    filter.after = query.after.as_deref().map(position).transpose()?;
    // One more than is shown tells whether there is a next page.
    filter.limit = limit + 1;
    let mut found = app.db.inquiries(&staff.district.id, &filter).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| filter.order.position(last)).map(|p| format!("{}.{}", p.at, p.id));
    Ok(Json(api::InquiryList { inquiries: staff.lines(&app, &found).await?, next, search: None }))
}

const WRONG_PLACE: Error = Error::Request("after takes what `next` of the page before says.");

fn position(cursor: &str) -> Result<Position, Error> {
    let Some((at, id)) = cursor.split_once('.') else { return Err(WRONG_PLACE) };
    Ok(Position { at: at.parse().map_err(|_| WRONG_PLACE)?, id: id.to_owned() })
}

/// The conditions of a filter that the index knows.
fn of_filter(filter: &Filter) -> Vec<Expr> {
    let any = |letter: char, values: Vec<&str>| {
        let all: Vec<Expr> = values.into_iter().map(|v| Expr::Token(crate::search::fact(letter, v))).collect();
        (!all.is_empty()).then_some(Expr::Any(all))
    };
    let statuses = filter.statuses.iter().map(|s| s.as_str()).collect();
    let owners = match &filter.owners {
        Owners::Any => Vec::new(),
        Owners::Of(all) => all.iter().map(String::as_str).collect(),
        Owners::NobodyOr(all) => all.iter().map(String::as_str).chain(["nobody"]).collect(),
    };
    [
        any('o', owners),
        any('z', statuses),
        any('t', filter.topics.iter().map(String::as_str).collect()),
        any('a', filter.schools.iter().map(String::as_str).collect()),
        any('y', filter.kinds.iter().map(|k| k.as_str()).collect()),
        any('q', filter.priorities.iter().map(|p| p.as_str()).collect()),
        any('k', filter.tag.as_deref().into_iter().collect()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Finds by words: the best first while there are few enough to tell, else the newest.
async fn search_for(
    app: &App,
    staff: &Staff,
    search: &Search,
    filter: Filter,
    after: Option<&str>,
) -> Result<api::InquiryList, Error> {
    let district = &staff.district;
    let scope = staff.asker.scope();
    let alone = app.db.engine() == Engine::Postgres || app.districts().len() == 1;
    let planned = plan(district, staff.account(), &scope, search, of_filter(&filter), alone);
    let beginnings = planned.expr.beginnings().into_iter().chain(planned.tiers.iter().flat_map(Expr::beginnings)).collect();
    let tokens = app.db.tokens_of(&beginnings).await?;
    let planned = planned.spelled_out(&tokens);
    let window = Window::of_time(planned.from, planned.before);
    let all = app.db.hits(&district.id, &planned.expr, window).await?;
    let (counted, common, mut newest) = (all.count, all.count >= MOST_HITS, all.newest);
    let best_first = !common && !planned.tiers.is_empty();
    let tiers = if best_first { tiers(&planned.expr, &planned.tiers) } else { vec![planned.expr.clone()] };
    let (mut tier, mut before) = match after.map(|a| a.split_once('.').ok_or(WRONG_PLACE)).transpose()? {
        None => (0, window.before),
        Some((tier, place)) => (tier.parse().map_err(|_| WRONG_PLACE)?, place.parse().map_err(|_| WRONG_PLACE)?),
    };
    let limit = filter.limit as usize;
    let by_due = filter.due_from.is_some() || filter.due_before.is_some();
    let narrow = Filter { after: None, limit: 200, merged: true, ..filter };
    let mut found: Vec<(usize, Hit, ListItem)> = Vec::new();
    // What the index cannot tell is told by the rows; where they refuse much, more is read.
    let mut rounds = 0;
    while tier < tiers.len() && found.len() <= limit && rounds < MOST_ROUNDS {
        rounds += 1;
        // Read already, with their count, where this is the first page of all of them.
        let (hits, more) = if tiers.len() == 1 && before == window.before && !newest.is_empty() {
            let newest = std::mem::take(&mut newest);
            let more = newest.len() == AT_ONCE as usize;
            (newest, more)
        } else {
            app.db.find(&district.id, &tiers[tier], Window { before, ..window }, AT_ONCE, all.walk).await?
        };
        let ids: Vec<String> = hits.iter().map(|h| h.inquiry_id.clone()).collect();
        let page = Filter { ids: Some(ids), ..narrow.clone() };
        let mut lines: std::collections::BTreeMap<String, ListItem> =
            app.db.inquiries(&district.id, &page).await?.into_iter().map(|i| (i.id.clone(), i)).collect();
        let last = hits.last().map(|h| h.seq);
        found.extend(hits.into_iter().filter_map(|hit| lines.remove(&hit.inquiry_id).map(|line| (tier, hit, line))));
        match last {
            Some(last) if more => before = last,
            _ => (tier, before) = (tier + 1, window.before),
        }
    }
    // What is confidential and not open to them is not found by its words.
    let mut items: Vec<ListItem> = found.iter().map(|(_, _, line)| line.clone()).collect();
    let lines = staff.lines(app, &items).await?;
    let sealed: std::collections::BTreeSet<&str> = lines.iter().filter(|l| l.sealed).map(|l| l.id.as_str()).collect();
    found.retain(|(_, _, line)| !sealed.contains(line.id.as_str()));
    items.retain(|item| !sealed.contains(item.id.as_str()));
    let next = match found.get(limit.saturating_sub(1)).filter(|_| found.len() > limit) {
        Some((tier, hit, _)) => Some(format!("{tier}.{}", hit.seq)),
        // Much was read in vain: the next page goes on where this one gave up.
        None => (tier < tiers.len()).then(|| format!("{tier}.{before}")),
    };
    // The index knows no due times: where they are asked for, only what was read to its end is counted.
    let hits = if by_due && next.is_none() && after.is_none() { i64::try_from(found.len()).unwrap_or(counted) } else { counted };
    found.truncate(limit);
    let mut shown: Vec<api::InquiryItem> = lines.iter().filter(|l| !l.sealed).take(limit).cloned().collect();
    let notes = !matches!(scope, crate::store::Scope::Own { own_notes_only: true, .. });
    excerpts(app, staff, &Marker::new(planned.marked), &mut shown, notes).await?;
    let told = api::SearchTold { hits, best_first, problems: planned.problems };
    Ok(api::InquiryList { inquiries: shown, next, search: Some(told) })
}

/// From best to worst, each without what stands in a better one.
fn tiers(all: &Expr, best: &[Expr]) -> Vec<Expr> {
    let mut rest = all.clone();
    let mut tiers = Vec::new();
    for better in best {
        tiers.push(rest.clone().and(better.clone()));
        rest = rest.without(better.clone());
    }
    tiers.push(rest);
    tiers
}

/// Where the words stand.
async fn excerpts(app: &App, staff: &Staff, marker: &Marker, lines: &mut [api::InquiryItem], notes: bool) -> Result<(), Error> {
    let ids: Vec<&str> = lines.iter().map(|l| l.id.as_str()).collect();
    let mut texts = app.db.texts_of(&staff.district.id, &ids, notes).await?;
    for line in lines {
        let texts = texts.remove(&line.id).unwrap_or_default();
        line.excerpt = marker.excerpt(texts.iter().map(String::as_str));
    }
    Ok(())
}

/// `GET /views`
pub(crate) async fn views(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Views>, Error> {
    let mut counts = Vec::new();
    for view in VIEWS {
        // Counting what only grows says little.
        if matches!(*view, "closed" | "everything") {
            continue;
        }
        let count = app.db.count(&staff.district.id, &of_view(&app, &staff, view)?).await?;
        counts.push(api::ViewCount { view: (*view).to_owned(), count: count.min(COUNTED) });
    }
    let kept = app.db.views(&staff.district.id, staff.account()).await?;
    let kept = kept.into_iter().map(|view| api::KeptView {
        mine: view.account_id == staff.asker.account_id,
        by: Some(staff.district.directory.name(&view.account_id).to_owned())
            .filter(|_| view.account_id != staff.asker.account_id),
        id: view.id,
        name: view.name,
        filter: view.filter,
        shared: view.shared,
    });
    Ok(Json(api::Views { counts, kept: kept.collect() }))
}

fn view_of(staff: &Staff, id: String, new: &api::NewView) -> Result<ViewRecord, Error> {
    let name = short(&new.name, "name", 60, "Please give it a name of at most 60 characters.")?;
    if new.filter.len() > 1_000 || new.filter.contains('\0') {
        return Err(Error::refused("filter", "This filter is too long to be kept."));
    }
    if new.shared && !crate::access::can(staff.asker.role, Power::Share) {
        return Err(Error::Forbidden);
    }
    Ok(ViewRecord { id, account_id: staff.asker.account_id.clone(), name, filter: new.filter.clone(), shared: new.shared })
}

/// `POST /views`
pub(crate) async fn keep_view(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewView>,
) -> Result<(StatusCode, Json<api::Made>), Error> {
    let new = given(body, "Send name, filter and shared as JSON.")?;
    let view = view_of(&staff, new_id(app.now()), &new)?;
    let mut tx = app.db.begin().await?;
    tx.insert_view(&staff.district.id, &view, app.now().as_millisecond()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(api::Made { id: view.id })))
}

/// `PUT /views/{view}`
pub(crate) async fn change_view(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Given<api::NewView>,
) -> Result<StatusCode, Error> {
    let new = given(body, "Send name, filter and shared as JSON.")?;
    let view = view_of(&staff, id, &new)?;
    let mut tx = app.db.begin().await?;
    tx.update_view(&staff.district.id, &view).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /views/{view}`
pub(crate) async fn forget_view(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode, Error> {
    let mut tx = app.db.begin().await?;
    tx.delete_view(&staff.district.id, &id, staff.account()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /ownerless`: what an administrator must see first.
pub(crate) async fn ownerless(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Ownerless>, Error> {
    let now = app.now().as_millisecond();
    let directory = &staff.district.directory;
    let topics = staff.district.district.topics.iter().filter_map(|topic| {
        let why = directory.owner_of(&topic.id, Some(&topic.department), now).err()?;
        Some(api::OwnerlessTopic { topic: staff.topic(&topic.id), why: super::rules::missing(why).to_owned() })
    });
    let unseen = crate::answer::unseen(&app, &staff.district, staff.account()).await?;
    let problems = crate::routing::check(&staff.district.rules, &staff.district.district, directory, now);
    Ok(Json(api::Ownerless {
        topics: topics.collect(),
        count: unseen.count,
        inquiries: staff.lines(&app, &unseen.first).await?,
        rules: problems.into_iter().map(super::rules::told).collect(),
    }))
}
