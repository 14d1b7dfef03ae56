//! One inquiry with everything around it, as far as the reader may see it.

use super::session::{Opened, Staff};
use super::shown::{serve_file, shown_answers, shown_file};
use super::staff::time;
use super::trail::said;
use crate::access::Action;
use crate::app::App;
use crate::error::Error;
use crate::likeness::{Traits, alike};
use crate::locale;
use crate::store::{FileRecord, Filter, InquiryRecord, ListItem, MessageRecord};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use porchlight_shared::api;
use porchlight_shared::form::RawAnswer;
use porchlight_shared::status::{MessageKind, Status, Step};
use porchlight_shared::text::Locale;
use porchlight_shared::wire;
use std::sync::Arc;

/// Somebody whose draft changed within this time is writing now, in ms.
const WRITING_MS: i64 = 90_000;
/// Earlier inquiries of the sender that are shown.
const EARLIER: u32 = 20;
/// Others that are compared.
const COMPARED: u32 = 40;
/// Others are compared that came within so many ms.
const DAY_MS: i64 = 86_400_000;

pub(super) fn as_item(found: &InquiryRecord) -> ListItem {
    ListItem {
        id: found.id.clone(),
        reference: found.reference.clone(),
        summary: found.summary.clone(),
        topic_id: found.topic_id.clone(),
        kind: found.kind,
        status: found.status,
        priority: found.priority,
        relationship: found.relationship,
        channel: found.channel,
        confidential: found.confidential,
        sender_name: found.sender_name.clone(),
        owner_id: found.owner_id.clone(),
        received_at: found.received_at,
        due_at: found.due_at,
        updated_at: found.updated_at,
    }
}

/// `GET /inquiries/{id}`
pub(crate) async fn inquiry(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Inquiry>, Error> {
    let Opened { staff, inquiry: found, .. } = &opened;
    let now = app.now().as_millisecond();
    let sealed = !opened.may(Action::See);
    let tags = app.db.tags_of(&staff.district.id, &[&found.id]).await?.remove(&found.id).unwrap_or_default();
    let locale = Locale::parse(&found.locale);
    let mut shown = api::Inquiry {
        item: staff.line(&as_item(found), now, sealed, tags),
        school: found.school_id.as_deref().filter(|_| !sealed).map(|s| staff.district.school_name(s).to_owned()),
        language: locale.as_ref().map_or_else(|| found.locale.clone(), |l| locale::name(l).to_owned()),
        locale: found.locale.clone(),
        sender: api::SenderDetails { anonymous: false, name: None, email: None, phone: None },
        withdrawn: found.withdrawn,
        promised_at: time(found.promised_at),
        waiting_since: found.waiting_since.map(time),
        quiet_until: found.quiet_until.filter(|until| *until > now).map(time),
        first_reply_at: found.first_reply_at.map(time),
        closed_at: found.closed_at.map(time),
        answers: Vec::new(),
        thread: Vec::new(),
        held: Vec::new(),
        seen: None,
        audit: Vec::new(),
        alerts: super::alert::alerts_of(&app, staff, found, sealed).await?,
        not_scanned: None,
        members: Vec::new(),
        drafts: api::Drafts::default(),
        replying: Vec::new(),
        read_by: Vec::new(),
        merged: Vec::new(),
        merged_into: None,
        split_from: None,
        split_into: Vec::new(),
        may: may(&opened),
    };
    let scanned = staff.district.alerts.matcher.is_empty() || staff.district.alerts.scans(&found.locale);
    shown.not_scanned = (!scanned).then(|| shown.language.clone());
    if !sealed {
        shown.sender = api::SenderDetails {
            anonymous: found.is_anonymous(),
            name: found.sender_name.clone(),
            email: found.sender_email.clone(),
            phone: found.sender_phone.clone(),
        };
        said_so_far(&app, &opened, &mut shown).await?;
        joined(&app, &opened, &mut shown).await?;
        together(&app, &opened, &mut shown).await?;
    }
    Ok(Json(shown))
}

fn may(opened: &Opened) -> api::May {
    let found = &opened.inquiry;
    // What belongs to another inquiry now is worked on there.
    let own = found.merged_into.is_none();
    let can = |action, step| own && opened.may(action) && found.status.after(step).is_some();
    api::May {
        reply: can(Action::Reply, Step::Reply),
        note: can(Action::Note, Step::Work),
        assign: own && opened.may(Action::Assign),
        wait: can(Action::Work, Step::Wait),
        close: can(Action::Work, Step::Close),
        reopen: can(Action::Work, Step::Reopen),
        work: own && opened.may(Action::Work),
        join: opened.may(Action::Join),
        unseal: opened.may(Action::Unseal) && !opened.may(Action::See),
        acknowledge: opened.may(Action::Acknowledge),
    }
}

fn url_of<'i>(inquiry: &'i str) -> impl Fn(&FileRecord) -> String + 'i {
    move |file| format!("/api/v1/inquiries/{inquiry}/files/{}", file.id)
}

async fn answers_of(
    app: &App,
    staff: &Staff,
    found: &InquiryRecord,
    files: &[FileRecord],
) -> Result<Vec<api::ShownAnswer>, Error> {
    let record = &staff.district;
    let form = app.db.form(record, &found.topic_id, found.form_version).await?;
    Ok(shown_answers(found, form.as_ref(), record, record.district.first_locale(), files, &url_of(&found.id)))
}

/// Answers, thread, what is on its way, and the trail.
async fn said_so_far(app: &App, opened: &Opened, shown: &mut api::Inquiry) -> Result<(), Error> {
    let Opened { staff, inquiry: found, .. } = opened;
    let (district, now) = (&staff.district.id, app.now().as_millisecond());
    let files = app.db.files_of(district, &found.id).await?;
    shown.answers = answers_of(app, staff, found, &files).await?;
    let notes = opened.may(Action::ReadNotes);
    // What leaves just now is found in one of the two, or in both; the other way round it would be in neither.
    let mut held = app.db.held_replies(district, &found.id).await?;
    let thread = app.db.thread(district, &found.id).await?;
    held.retain(|h| thread.iter().all(|m| m.id != h.id));
    let seen = |m: &&MessageRecord| notes || m.kind != MessageKind::Note;
    shown.thread = thread.iter().filter(seen).map(|m| message(staff, m, &files, None, now)).collect();
    let replies = thread.iter().filter(|m| m.kind == MessageKind::Reply).map(|m| &m.id).chain(held.iter().map(|h| &h.id));
    shown.seen = replies.max().cloned();
    if notes {
        let held = held.into_iter().filter_map(|h| {
            let mine = h.account_id == staff.asker.account_id;
            let by = staff.colleague(&h.account_id, now)?;
            Some(api::Held { id: h.id, by, text: h.body, mine, release_at: time(h.release_at) })
        });
        shown.held = held.collect();
        let audit = app.db.audit_of(district, &found.id).await?;
        shown.audit = audit
            .iter()
            .map(|entry| {
                let (from, to, reason) = said(entry, &staff.district);
                api::AuditEntry {
                    by: entry.account_name.clone(),
                    action: entry.action.clone(),
                    from,
                    to,
                    reason,
                    at: time(entry.at),
                }
            })
            .collect();
    }
    Ok(())
}

pub(super) fn message(
    staff: &Staff,
    message: &MessageRecord,
    attached: &[FileRecord],
    of: Option<&str>,
    now: i64,
) -> api::Message {
    let by = message.account_id.clone().map(|account_id| {
        staff.colleague(&account_id, now).unwrap_or_else(|| api::Colleague {
            account_id,
            name: message.account_name.clone().unwrap_or_default(),
            title: message.account_title.clone().unwrap_or_default(),
            can_own: false,
            away_until: None,
            left: true,
        })
    });
    let url = url_of(&message.inquiry_id);
    let files = attached.iter().filter(|f| f.message_id.as_deref() == Some(&message.id)).map(|f| shown_file(f, &url)).collect();
    api::Message {
        id: message.id.clone(),
        kind: message.kind,
        by,
        of: of.map(str::to_owned),
        text: message.body.clone(),
        files,
        at: time(message.created_at),
    }
}

fn line(found: &InquiryRecord) -> api::Joined {
    api::Joined {
        id: found.id.clone(),
        reference: found.reference.clone(),
        summary: found.summary.clone(),
        status: found.status,
        received_at: time(found.received_at),
        sender: None,
        answers: Vec::new(),
    }
}

/// Another inquiry that this one belongs with; what it says only for who may read it.
async fn other(app: &App, staff: &Staff, id: &str) -> Result<Option<api::Joined>, Error> {
    let Some(found) = app.db.inquiry(&staff.district.id, id).await? else { return Ok(None) };
    let standing = app.db.standing(&staff.district.id, id, staff.account(), app.now().as_millisecond()).await?;
    let may_see = staff.asker.may(Action::See, &found, standing);
    let line = line(&found);
    Ok(Some(if may_see { line } else { api::Joined { summary: String::new(), ..line } }))
}

/// What was merged into it, what it was merged into, and what was split.
async fn joined(app: &App, opened: &Opened, shown: &mut api::Inquiry) -> Result<(), Error> {
    let Opened { staff, inquiry: found, .. } = opened;
    let (district, now) = (&staff.district.id, app.now().as_millisecond());
    if let Some(parent) = &found.merged_into {
        shown.merged_into = other(app, staff, parent).await?;
    }
    let merges = app.db.merges_of(district, &found.id).await?;
    for merge in merges.iter().filter(|m| m.parent_id == found.id && m.undone_at.is_none()) {
        let Some(child) = app.db.inquiry(district, &merge.child_id).await? else { continue };
        let files = app.db.files_of(district, &child.id).await?;
        let notes = opened.may(Action::ReadNotes);
        let thread = app.db.thread(district, &child.id).await?;
        let seen = thread.iter().filter(|m| notes || m.kind != MessageKind::Note);
        shown.thread.extend(seen.map(|m| message(staff, m, &files, Some(&child.id), now)));
        shown.merged.push(api::Joined {
            sender: Some(child.sender_name.clone().unwrap_or_else(|| String::from("No name was given"))),
            answers: answers_of(app, staff, &child, &files).await?,
            ..line(&child)
        });
    }
    if !shown.merged.is_empty() {
        shown.thread.sort_by(|a, b| (&a.at, &a.id).cmp(&(&b.at, &b.id)));
    }
    for split in app.db.splits_of(district, &found.id).await?.iter().filter(|s| s.undone_at.is_none()) {
        if split.to_id == found.id {
            shown.split_from = other(app, staff, &split.from_id).await?;
        } else {
            shown.split_into.extend(other(app, staff, &split.to_id).await?);
        }
    }
    Ok(())
}

/// Who helps, who writes, who has read it.
async fn together(app: &App, opened: &Opened, shown: &mut api::Inquiry) -> Result<(), Error> {
    let Opened { staff, inquiry: found, .. } = opened;
    let (district, now) = (&staff.district.id, app.now().as_millisecond());
    let members = app.db.members_of(district, &found.id).await?;
    shown.members = members.iter().filter_map(|m| staff.colleague(m, now)).collect();
    if !opened.may(Action::ReadNotes) {
        return Ok(());
    }
    for draft in app.db.drafts_of(district, &found.id).await? {
        let is_reply = draft.kind == MessageKind::Reply;
        if draft.account_id == staff.asker.account_id {
            *(if is_reply { &mut shown.drafts.reply } else { &mut shown.drafts.note }) = Some(draft.body);
            if is_reply {
                shown.drafts.inserted = super::template::inserted(app, opened, &draft.templates).await?;
            }
        } else if is_reply && now - draft.updated_at < WRITING_MS {
            shown.replying.extend(staff.colleague(&draft.account_id, now));
        }
    }
    let newest = shown.thread.last().map_or_else(|| time(found.received_at), |m| m.at.clone());
    let read = app.db.reads_of(district, &found.id).await?;
    let read = read.into_iter().filter(|(account, at)| *account != staff.asker.account_id && time(*at) >= newest);
    shown.read_by = read.filter_map(|(account, _)| staff.colleague(&account, now)).collect();
    Ok(())
}

/// `GET /inquiries/{id}/related`
pub(crate) async fn related(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Related>, Error> {
    let Opened { staff, inquiry: found, .. } = &opened;
    let district = &staff.district.id;
    let (email, phone) = (found.sender_email.as_deref(), found.sender_phone.as_deref());
    let mut earlier = app.db.by_sender(district, email, phone, EARLIER + 1).await?;
    earlier.retain(|id| *id != found.id);
    let mut compared =
        app.db.around(district, &found.topic_id, found.received_at - DAY_MS, found.received_at + DAY_MS, COMPARED).await?;
    compared.extend(earlier.iter().cloned());
    compared.retain(|id| *id != found.id);
    compared.sort();
    compared.dedup();
    let filter = Filter { ids: Some(compared), merged: true, limit: 200, ..Filter::of(staff.asker.scope()) };
    let visible = app.db.inquiries(district, &filter).await?;
    let visible = staff.lines(&app, &visible).await?;
    let mut shown = api::Related::default();
    let own = traits(&app, staff, found).await?;
    for other in visible.iter().filter(|line| !line.sealed) {
        let Some(other) = app.db.inquiry(district, &other.id).await? else { continue };
        if earlier.contains(&other.id) {
            shown.earlier.push(line(&other));
        }
        if other.merged_into.is_some() || other.status == Status::Closed && found.status == Status::Closed {
            continue;
        }
        let because = alike(&own, &traits(&app, staff, &other).await?);
        if !because.is_empty() {
            let because = because.into_iter().map(|b| b.as_str().to_owned()).collect();
            shown.alike.push(api::Alike { other: line(&other), because });
        }
    }
    shown.earlier.sort_by(|a, b| b.received_at.cmp(&a.received_at));
    shown.alike.sort_by(|a, b| b.because.len().cmp(&a.because.len()).then(b.other.received_at.cmp(&a.other.received_at)));
    shown.alike.truncate(5);
    Ok(Json(shown))
}

async fn traits(app: &App, staff: &Staff, found: &InquiryRecord) -> Result<Traits, Error> {
    let answers = wire::read_answers(&found.answers).unwrap_or_default();
    let form = app.db.form(&staff.district, &found.topic_id, found.form_version).await?;
    let (mut text, mut places) = (String::new(), Vec::new());
    for (field, answer) in answers.iter() {
        let is_place = form
            .as_ref()
            .and_then(|form| form.field(field))
            .is_some_and(|f| matches!(f.kind, porchlight_shared::form::FieldKind::Place));
        match answer {
            RawAnswer::Place { text: place, .. } => places.push(place.clone()),
            RawAnswer::Text(place) if is_place => places.push(place.clone()),
            RawAnswer::Text(said) => {
                text.push_str(said);
                text.push(' ');
            }
            _ => {}
        }
    }
    if text.is_empty() {
        text.clone_from(&found.summary);
    }
    Ok(Traits {
        sender: found.sender_email.as_ref().map(|e| e.to_lowercase()).or_else(|| found.sender_phone.clone()),
        topic: found.topic_id.clone(),
        text,
        places,
        received_at: found.received_at,
    })
}

/// `GET /inquiries/{id}/files/{file}`
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, file)): Path<(String, String)>,
) -> Result<Response, Error> {
    serve_file(&app, &opened.staff.district.id, &opened.inquiry.id, &file).await
}
