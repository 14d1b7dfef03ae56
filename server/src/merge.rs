//! Putting inquiries together and taking them apart, by people, with a full trace, and reversible.
//!
//! A merged inquiry stays what it is, with its own sender and page; it is worked on in the other's thread. Replies there
//! reach every sender; no sender sees what another one wrote.

use crate::answer::{Actor, Doing};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::notice::Telling;
use crate::secret::{code_hash, reference};
use crate::store::{Change, DistrictRecord, InquiryRecord, MergeRecord, NewInquiry, NewJob, Result, SplitRecord, Tx};
use crate::{answer, routing};
use jiff::Timestamp;
use porchlight_shared::inquiry::shorten;
use porchlight_shared::status::{MessageKind, NoticeKind, Status};
use serde_json::json;

/// Merges `child` into `parent`.
///
/// # Errors
/// [`Error::Refused`] with why it cannot be; the database refused.
pub async fn merge(app: &App, district: &DistrictRecord, by: &str, child: &str, parent: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    merge_in(&mut tx, &doing(app, district, by, app.now()), by, child, parent).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

async fn merge_in(tx: &mut Tx, doing: &Doing<'_>, by: &str, child: &str, parent: &str) -> Result<()> {
    let (district, now) = (doing.district, doing.now);
    let at = now.as_millisecond();
    // In one order, whichever way round somebody else does it at the same moment.
    let (low, high) = if child < parent { (child, parent) } else { (parent, child) };
    let low = tx.inquiry_to_change(&district.id, low).await?.ok_or(Error::NotFound)?;
    let high = tx.inquiry_to_change(&district.id, high).await?.ok_or(Error::NotFound)?;
    let (small, big) = if low.id == child { (low, high) } else { (high, low) };
    let no = |words: &str| Err(Error::refused("into", words));
    if small.id == big.id {
        return no("An inquiry cannot be merged into itself. Choose another one.");
    }
    if small.merged_into.is_some() {
        return no("This one was merged already. Take that back first.");
    }
    if big.merged_into.is_some() {
        return no("The other one was merged into a third one. Choose that one.");
    }
    if small.confidential && !big.confidential {
        return no(
            "This one is confidential and the other is not. Make the other one confidential first, or merge it into this one.",
        );
    }
    if !tx.children(&district.id, child).await?.is_empty() {
        return no("Others were merged into this one. Merge the other way round.");
    }
    if tx.is_held(&district.id, child).await? || tx.is_held(&district.id, parent).await? {
        return no("A reply to one of them is just leaving, and was written for its sender alone. Try again in a few seconds.");
    }
    // Whoever waits longest for an answer sets the time.
    let due = [small.due_at, big.due_at].into_iter().flatten().min();
    let waits = small.status != Status::Closed && big.status == Status::Closed;
    let mut let_in = Vec::new();
    // Nobody who worked on the one is shut out of the other.
    if !big.confidential {
        for account in tx.members_to_change(&district.id, child).await?.into_iter().chain(small.owner_id.clone()) {
            if big.owner_id.as_ref() != Some(&account) && tx.insert_member(&district.id, parent, &account, at).await? {
                let_in.push(account);
            }
        }
    }
    let before = json!({
        "let_in": let_in,
        "child": { "status": small.status, "due_at": small.due_at, "closed_at": small.closed_at },
        "parent": { "status": big.status, "due_at": big.due_at, "closed_at": big.closed_at, "due_set": due },
    });
    let record = MergeRecord {
        id: new_id(now),
        child_id: child.to_owned(),
        parent_id: parent.to_owned(),
        account_id: by.to_owned(),
        before,
        at,
        undone_at: None,
    };
    tx.insert_merge(&district.id, &record).await?;
    let closed = Change {
        status: Some(Status::Closed),
        due_at: Some(None),
        closed_at: Some(Some(small.closed_at.unwrap_or(at))),
        ..Change::default()
    };
    tx.update_inquiry(&district.id, &small, &closed, at).await?;
    tx.set_merged_into(&district.id, child, Some(parent)).await?;
    let mut grown = Change { due_at: Some(due), ..Change::default() };
    if waits {
        (grown.status, grown.closed_at) = (Some(Status::Open), Some(None));
    }
    tx.update_inquiry(&district.id, &big, &grown, at).await?;
    let detail = json!({ "merge": record.id, "child": child, "parent": parent, "from": small.reference, "to": big.reference });
    doing.write_trail(tx, child, "merged", &detail).await?;
    doing.write_trail(tx, parent, "merged", &detail).await?;
    crate::search::index(tx, &district.id, &[child, parent]).await?;
    Ok(())
}

fn doing<'a>(app: &'a App, district: &'a DistrictRecord, by: &'a str, now: Timestamp) -> Doing<'a> {
    Doing { app, district, actor: Actor::Staff(by), now, telling: Telling::new(app, district, Some(by), now) }
}

/// Takes a merging back: both are as they were, with what was said since where it was said.
///
/// # Errors
/// [`Error::NotFound`] when it is not merged; the database refused.
pub async fn unmerge(app: &App, district: &DistrictRecord, by: &str, child: &str) -> Result<()> {
    let now = app.now();
    let at = now.as_millisecond();
    let mut tx = app.db.begin().await?;
    let small = tx.inquiry_to_change(&district.id, child).await?.ok_or(Error::NotFound)?;
    let merge = tx.merge_of_child(&district.id, child).await?.filter(|_| small.merged_into.is_some()).ok_or(Error::NotFound)?;
    let big = tx.inquiry_to_change(&district.id, &merge.parent_id).await?.ok_or(Error::NotFound)?;
    tx.undo_merge(&district.id, &merge.id, at).await?;
    tx.set_merged_into(&district.id, child, None).await?;
    let small = InquiryRecord { merged_into: None, ..small };
    let was = &merge.before["child"];
    let status = |was: &serde_json::Value| was["status"].as_str().and_then(Status::parse).unwrap_or(Status::Open);
    // A reply in the meantime answered this sender, too, unless they wrote after it.
    let replied = tx.last_message(&district.id, &big.id, MessageKind::Reply, merge.at).await?;
    let wrote = tx.last_message(&district.id, child, MessageKind::Sender, merge.at).await?;
    let waits_since = wrote.filter(|wrote| replied.is_none_or(|replied| replied < *wrote));
    let (status_now, due) = match waits_since {
        Some(since) => {
            let since = Timestamp::from_millisecond(since).unwrap_or(now);
            let promised = small.promise(district, &small.topic_id, since);
            (Status::Open, Some(was["due_at"].as_i64().filter(|_| replied.is_none()).map_or(promised, |due| due.min(promised))))
        }
        None if replied.is_some() && status(was) != Status::Closed => (Status::Open, None),
        None => (status(was), was["due_at"].as_i64()),
    };
    let closed_at = was["closed_at"].as_i64().filter(|_| status_now == Status::Closed);
    let change = Change { status: Some(status_now), due_at: Some(due), closed_at: Some(closed_at), ..Change::default() };
    tx.update_inquiry(&district.id, &small, &change, at).await?;
    let grown = &merge.before["parent"];
    if big.updated_at == merge.at {
        // Nobody has touched it since.
        let change = Change {
            status: Some(status(grown)),
            due_at: Some(grown["due_at"].as_i64()),
            closed_at: Some(grown["closed_at"].as_i64()),
            ..Change::default()
        };
        tx.update_inquiry(&district.id, &big, &change, at).await?;
    } else if big.due_at.is_some() && big.due_at == grown["due_set"].as_i64() {
        let due =
            grown["due_at"].as_i64().or(big.due_at.filter(|_| big.status != Status::Closed && status(grown) != Status::Closed));
        tx.update_inquiry(&district.id, &big, &Change { due_at: Some(due), ..Change::default() }, at).await?;
    }
    for account in merge.before["let_in"].as_array().into_iter().flatten().filter_map(|a| a.as_str()) {
        tx.delete_member(&district.id, &big.id, account).await?;
    }
    let doing = doing(app, district, by, now);
    let detail =
        json!({ "merge": merge.id, "child": child, "parent": merge.parent_id, "from": big.reference, "to": small.reference });
    doing.write_trail(&mut tx, child, "unmerged", &detail).await?;
    doing.write_trail(&mut tx, &merge.parent_id, "unmerged", &detail).await?;
    crate::search::index(&mut tx, &district.id, &[child, &merge.parent_id]).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Makes one message of the sender an inquiry of its own, under `topic`. Returns its id.
///
/// # Errors
/// [`Error::Refused`] when there is no such message of the sender, or no such topic; [`Error::Conflict`] when it was merged;
/// the database refused.
pub async fn split(app: &App, district: &DistrictRecord, by: &str, from: &str, message: &str, topic: &str) -> Result<String> {
    let now = app.now();
    let at = now.as_millisecond();
    let about =
        district.district.topic(topic).ok_or_else(|| Error::refused("topic", "There is no such topic. Choose another."))?;
    let thread = app.db.thread(&district.id, from).await?;
    let moved = thread.iter().find(|m| m.id == message && m.kind == MessageKind::Sender);
    let moved = moved.ok_or_else(|| Error::refused("message", "Only what the sender wrote can be split off."))?;
    let mut tx = app.db.begin().await?;
    let old = tx.inquiry_to_change(&district.id, from).await?.filter(|i| i.merged_into.is_none()).ok_or(Error::Conflict)?;
    let id = new_id(now);
    let mut new = split_off(app, district, &old, about, now);
    new.id.clone_from(&id);
    new.code_hash = code_hash(&app.secrets.code(&district.id, &id));
    new.summary = shorten(moved.body.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default(), 90);
    tx.insert_rows(&[&new]).await?;
    tx.move_message(&district.id, message, from, &id).await?;
    let record = SplitRecord {
        id: new_id(now),
        from_id: from.to_owned(),
        to_id: id.clone(),
        message_id: message.to_owned(),
        at,
        undone_at: None,
    };
    tx.insert_split(&district.id, &record, by).await?;
    for member in &new.members {
        tx.insert_member(&district.id, &id, member, at).await?;
    }
    let mut doing = doing(app, district, by, now);
    let detail =
        json!({ "split": record.id, "message": message, "from": old.reference, "to": new.reference, "owner": new.owner_id });
    doing.write_trail(&mut tx, from, "split", &detail).await?;
    doing.write_trail(&mut tx, &id, "split", &detail).await?;
    if new.confidential {
        doing.telling.seal(&id);
    }
    match &new.owner_id {
        Some(owner) => doing.telling.tell(owner, &id, NoticeKind::Assigned, None),
        None => doing.telling.tell_administrators(&id),
    }
    doing.telling.write(&mut tx).await?;
    if old.sender_email.is_some() && !app.is_quiet() {
        let payload = json!({ "district": district.id, "inquiry": id, "of": from }).to_string();
        tx.insert_jobs(&[&NewJob {
            id: new_id(now),
            kind: "mail_split",
            payload,
            run_at: at + app.settings.undo_seconds * 1_000,
        }])
        .await?;
    }
    crate::search::index(&mut tx, &district.id, &[from, &id]).await?;
    tx.commit().await?;
    app.wake();
    Ok(id)
}

/// The new inquiry: the same sender, another topic, its own number and promise.
fn split_off(
    app: &App,
    district: &DistrictRecord,
    old: &InquiryRecord,
    topic: &porchlight_shared::district::Topic,
    now: Timestamp,
) -> NewInquiry {
    let confidential = old.confidential || topic.confidential;
    let asked = InquiryRecord { answers: json!({}), topic_id: topic.id.clone(), confidential, ..old.clone() };
    let routed: routing::Assignment = answer::decide(district, &district.rules, &asked, &topic.id, now);
    let promised = asked.promise(district, &topic.id, now);
    NewInquiry {
        district_id: district.id.clone(),
        id: String::new(),
        reference: reference(&district.district.reference_prefix),
        code_hash: String::new(),
        topic_id: topic.id.clone(),
        form_version: 0,
        school_id: old.school_id.clone(),
        relationship: old.relationship,
        kind: old.kind,
        channel: old.channel,
        locale: old.locale.clone(),
        priority: routed.priority.unwrap_or(porchlight_shared::status::Priority::Normal),
        confidential,
        summary: String::new(),
        answers: String::from("{}"),
        sender_name: old.sender_name.clone(),
        sender_email: old.sender_email.clone(),
        sender_phone: old.sender_phone.clone(),
        page: None,
        owner_id: routed.owner,
        members: routed.members,
        routed: json!({}),
        notices: Vec::new(),
        alerts: Vec::new(),
        entered_by: old.entered_by.clone(),
        received_at: app.now().as_millisecond(),
        promised_at: promised,
        remind_at: Some(promised),
        channel_key: String::new(),
        body: String::new(),
        body_hash: String::new(),
        receipt: String::new(),
        files: Vec::new(),
        file_names: Vec::new(),
        token_hash: String::new(),
        jobs: Vec::new(),
        audit_id: String::new(),
        event_id: String::new(),
    }
}

/// What an inquiry was split off from.
///
/// # Errors
/// [`Error::NotFound`] when it was not; the database cannot be read.
pub async fn split_from(app: &App, district: &DistrictRecord, inquiry: &str) -> Result<String> {
    let splits = app.db.splits_of(&district.id, inquiry).await?;
    let split = splits.into_iter().find(|s| s.to_id == inquiry && s.undone_at.is_none());
    split.map(|s| s.from_id).ok_or(Error::NotFound)
}

/// Takes a split back: the message is where it was, and the new inquiry is merged into the old one, so that its page and
/// number still lead somewhere.
///
/// # Errors
/// [`Error::NotFound`] when it was not split off; [`Error::Conflict`] when it was merged meanwhile; the database refused.
pub async fn unsplit(app: &App, district: &DistrictRecord, by: &str, inquiry: &str) -> Result<String> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let split = tx.split_into(&district.id, inquiry).await?.ok_or(Error::NotFound)?;
    let new = tx.inquiry_to_change(&district.id, inquiry).await?.ok_or(Error::NotFound)?;
    let old = tx.inquiry_to_change(&district.id, &split.from_id).await?.ok_or(Error::NotFound)?;
    if new.merged_into.is_some() || old.merged_into.is_some() {
        return Err(Error::Conflict);
    }
    if new.confidential && !old.confidential {
        return Err(Error::refused(
            "into",
            "This one is confidential and the other is not. Make the other one confidential first.",
        ));
    }
    tx.undo_split(&district.id, &split.id, now.as_millisecond()).await?;
    tx.move_message(&district.id, &split.message_id, inquiry, &split.from_id).await?;
    let detail = json!({ "split": split.id, "message": split.message_id, "from": new.reference, "to": old.reference });
    let doing = doing(app, district, by, now);
    doing.write_trail(&mut tx, &split.from_id, "unsplit", &detail).await?;
    doing.write_trail(&mut tx, inquiry, "unsplit", &detail).await?;
    merge_in(&mut tx, &doing, by, inquiry, &split.from_id).await?;
    tx.commit().await?;
    app.wake();
    Ok(split.from_id)
}
