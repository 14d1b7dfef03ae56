//! Step 4: what people do with an inquiry, staff and sender alike.
//!
//! Each deed is one transaction: the message, the new status, the mail to send, whom to tell, the audit entry and the
//! event for live consoles, all or nothing.

mod change;
mod concern;
mod deed;
mod held;
mod undo;
mod whose;

pub use deed::{Deed, HandOver};
pub use held::{NewReply, hold, release, take_back};
pub use undo::undo;
pub use whose::{Unseen, decide, is_seen, owner_by_rules, unseen};

use crate::app::{App, new_id};
use crate::error::Error;
use crate::notice::Telling;
use crate::store::{Change, DistrictRecord, InquiryRecord, NewAudit, NewJob, NewMessage, Result, Tx};
use jiff::Timestamp;
use porchlight_shared::status::{MessageKind, NoticeKind};
use serde_json::{Value, json};
use undo::Was;

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A member of staff, by account id.
    Staff(&'a str),
    Sender,
    /// The rules, where nobody did anything.
    System,
}

impl<'a> Actor<'a> {
    const fn account(self) -> Option<&'a str> {
        match self {
            Self::Staff(id) => Some(id),
            Self::Sender | Self::System => None,
        }
    }
}

/// What was done.
#[derive(Debug, Default)]
pub struct Acted {
    /// The message that was written, unless it was there before.
    pub message: Option<String>,
    /// With which it can be taken back for a while.
    pub undo: Option<String>,
}

/// Does `deed` once: the same `key` again changes nothing and is no error.
///
/// # Errors
/// [`Error::KeyReused`] when the key came with another text before; [`Error::Conflict`] when the deed makes no sense in
/// the present status; database errors.
pub async fn act(
    app: &App,
    district: &DistrictRecord,
    inquiry_id: &str,
    actor: Actor<'_>,
    deed: Deed<'_>,
    key: &str,
) -> Result<Acted> {
    let (acted, _) = act_on_all(app, district, &[inquiry_id.to_owned()], actor, &deed, key).await?;
    Ok(acted)
}

/// Does the same to many, in one transaction and with one way back. What makes no sense for one of them is left out of
/// the others and named, with the reason; with one inquiry alone it is an error.
///
/// # Errors
/// As [`act`].
pub async fn act_on_all(
    app: &App,
    district: &DistrictRecord,
    inquiries: &[String],
    actor: Actor<'_>,
    deed: &Deed<'_>,
    key: &str,
) -> Result<(Acted, Vec<String>)> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut doing = Doing { app, district, actor, now, telling: Telling::new(app, district, actor.account(), now) };
    let (mut acted, mut were, mut left_out) = (Acted::default(), Vec::new(), Vec::new());
    for id in inquiries {
        match doing.act_in(&mut tx, id, deed, key, None).await {
            Ok((message, was)) => {
                acted.message = message;
                were.extend(was);
            }
            Err(Error::Conflict | Error::NotFound) if inquiries.len() > 1 => left_out.push(id.clone()),
            Err(other) => return Err(other),
        }
    }
    if let Some(account) = actor.account().filter(|_| deed.can_be_undone() && !were.is_empty()) {
        acted.undo = Some(undo::keep(&mut tx, district, account, &were, now).await?);
    }
    doing.telling.write(&mut tx).await?;
    tx.commit().await?;
    app.wake();
    Ok((acted, left_out))
}

/// One or more deeds of one transaction.
pub(crate) struct Doing<'a> {
    pub(crate) app: &'a App,
    pub(crate) district: &'a DistrictRecord,
    pub(crate) actor: Actor<'a>,
    pub(crate) now: Timestamp,
    pub(crate) telling: Telling<'a>,
}

impl Doing<'_> {
    fn at(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// Returns the new message's id, and how things were. Nothing was done where the key was there before.
    pub(crate) async fn act_in(
        &mut self,
        tx: &mut Tx,
        inquiry_id: &str,
        deed: &Deed<'_>,
        key: &str,
        message_id: Option<&str>,
    ) -> Result<(Option<String>, Option<Was>)> {
        let district = &self.district.id;
        let inquiry = tx.inquiry_to_change(district, inquiry_id).await?.ok_or(Error::NotFound)?;
        let message_id = message_id.map_or_else(|| new_id(self.now), str::to_owned);
        if !self.write_message(tx, &inquiry, deed, key, &message_id).await? {
            return Ok((None, None));
        }
        // What the sender adds to an inquiry that was put into another one is for whoever works on that.
        let worked_on = match (&inquiry.merged_into, deed) {
            (Some(parent), Deed::Add { .. }) => tx.inquiry_to_change(district, parent).await?.ok_or(Error::NotFound)?,
            _ => inquiry,
        };
        let mut change = change::change(&worked_on, deed, self.district, self.now).ok_or(Error::Conflict)?;
        let moved = if let Deed::Add { .. } = deed { self.find_owner_again(&worked_on, &mut change) } else { None };
        self.heed(tx, &worked_on, deed, &mut change, &message_id).await?;
        tx.update_inquiry(district, &worked_on, &change, self.at()).await?;
        let mut was = Was::of(&worked_on, self.at());
        let mut detail = deed.detail(&worked_on, &change, &message_id);
        self.change_team(tx, &worked_on, deed, &mut was, &mut detail).await?;
        self.write_trail(tx, &worked_on.id, deed.name(), &detail).await?;
        if let Some(to) = moved {
            let detail = json!({ "from": worked_on.owner_id, "to": to, "reason": "The owner left." });
            tx.insert_audit(
                district,
                &NewAudit {
                    inquiry: Some(&worked_on.id),
                    account: None,
                    action: "assigned",
                    detail: &detail.to_string(),
                    at: self.now,
                },
            )
            .await?;
        }
        self.mail_sender(tx, &worked_on, deed, &change, &message_id).await?;
        self.tell(tx, &worked_on, deed, &change, &message_id).await?;
        // What the sender added to a merged inquiry is found there.
        let ids = [worked_on.id.as_str(), inquiry_id];
        crate::search::index(tx, district, if worked_on.id == inquiry_id { &ids[..1] } else { &ids }).await?;
        Ok((deed.message().map(|_| message_id), Some(was)))
    }

    /// `false` when the same was written before.
    async fn write_message(&self, tx: &mut Tx, inquiry: &InquiryRecord, deed: &Deed<'_>, key: &str, id: &str) -> Result<bool> {
        let Some((kind, body)) = deed.message() else { return Ok(true) };
        let (district, account) = (&self.district.id, self.actor.account());
        let message = NewMessage {
            id,
            inquiry_id: &inquiry.id,
            kind,
            account_id: account,
            body: body.as_str(),
            client_key: key,
            at: self.at(),
        };
        let (files, visit) = deed.files();
        if !tx.insert_message(district, &message).await? {
            // The same again is done already; another text under the same key would be lost, so it is refused.
            let before = tx.message_of_key(district, &inquiry.id, key).await?;
            let same = before.is_some_and(|m| m.kind == kind && m.body == body.as_str() && m.files == files.len());
            return if same { Ok(false) } else { Err(Error::KeyReused) };
        }
        tx.claim_for_message(district, &inquiry.id, id, files, visit, self.at()).await?;
        if let Some(account) = account.filter(|_| kind != MessageKind::Sender) {
            tx.delete_draft(district, &inquiry.id, account, kind).await?;
        }
        Ok(true)
    }

    /// The sender wrote and the owner has left: the rules find another one. Returns whom.
    fn find_owner_again(&self, inquiry: &InquiryRecord, change: &mut Change) -> Option<String> {
        let gone =
            inquiry.owner_id.as_ref().is_none_or(|owner| !self.district.directory.people.get(owner).is_some_and(|p| p.active));
        if !gone || inquiry.confidential {
            return None;
        }
        let owner = owner_by_rules(self.district, inquiry, &inquiry.topic_id, self.now)?;
        change.owner_id = Some(Some(owner.clone()));
        Some(owner)
    }

    /// Tags, and who is let in.
    async fn change_team(
        &self,
        tx: &mut Tx,
        inquiry: &InquiryRecord,
        deed: &Deed<'_>,
        was: &mut Was,
        detail: &mut Value,
    ) -> Result<()> {
        let (district, id) = (&self.district.id, &inquiry.id);
        match deed {
            Deed::Tag { add, remove } => {
                for tag in *add {
                    if tx.insert_tag(district, id, tag).await? {
                        was.tags_added.push(tag.clone());
                    }
                }
                for tag in *remove {
                    if tx.delete_tag(district, id, tag).await? {
                        was.tags_removed.push(tag.clone());
                    }
                }
                *detail = json!({ "added": was.tags_added, "removed": was.tags_removed });
            }
            Deed::LetIn(accounts) | Deed::Note { mentions: accounts, .. } => {
                for account in *accounts {
                    let owns = inquiry.owner_id.as_ref() == Some(account);
                    if !owns && tx.insert_member(district, id, account, self.at()).await? {
                        was.members_added.push(account.clone());
                    }
                }
                if !was.members_added.is_empty() {
                    detail["let_in"] = json!(was.members_added);
                }
            }
            // Whoever makes it confidential goes on reading it: they are named on it.
            Deed::Confidential(true) => {
                let me = self.actor.account().filter(|me| inquiry.owner_id.as_deref() != Some(me));
                if let Some(me) = me
                    && tx.insert_member(district, id, me, self.at()).await?
                {
                    was.members_added.push(me.to_owned());
                }
            }
            // What was merged into it is read where it is read.
            Deed::Confidential(false) if tx.has_confidential_children(district, id).await? => {
                return Err(Error::refused(
                    "confidential",
                    "A confidential inquiry was merged into this one. Take that one apart again first.",
                ));
            }
            Deed::TakeOut(account) => {
                if !tx.delete_member(district, id, account).await? {
                    return Err(Error::Conflict);
                }
                was.members_removed.push((*account).to_owned());
            }
            Deed::Assign(to) => {
                // Whoever hands something on may follow it, unless it is nobody else's business.
                let before = inquiry.owner_id.as_deref().filter(|before| Some(*before) != to.owner.as_deref());
                let here = |account: &&str| self.district.directory.people.get(*account).is_some_and(|p| p.active);
                let leaving = self.actor.account().filter(|_| to.leave);
                if let Some(before) = before.filter(|before| here(before) && !inquiry.confidential && leaving != Some(*before))
                    && tx.insert_member(district, id, before, self.at()).await?
                {
                    was.members_added.push(before.to_owned());
                }
                if let Some(me) = leaving
                    && tx.delete_member(district, id, me).await?
                {
                    was.members_removed.push(me.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The audit entry and the event.
    pub(crate) async fn write_trail(&self, tx: &mut Tx, inquiry: &str, name: &str, detail: &Value) -> Result<()> {
        let account = self.actor.account();
        let entry = NewAudit { inquiry: Some(inquiry), account, action: name, detail: &detail.to_string(), at: self.now };
        tx.insert_audit(&self.district.id, &entry).await?;
        tx.insert_event(&self.district.id, &new_id(self.app.now()), inquiry, name, self.at()).await
    }

    /// What the sender is mailed: as a job, since a mail server may be away. What can be taken back waits until it cannot.
    async fn mail_sender(
        &self,
        tx: &mut Tx,
        inquiry: &InquiryRecord,
        deed: &Deed<'_>,
        change: &Change,
        message: &str,
    ) -> Result<()> {
        let grace = self.app.settings.undo_seconds * 1_000;
        let due = change.due_at.flatten().filter(|due| inquiry.due_at.is_some_and(|before| before != *due));
        let (kind, after, more) = match deed {
            Deed::Reply { .. } => ("mail_reply", 0, json!({ "message": message })),
            Deed::Close => ("mail_closed", grace, json!({ "at": self.at() })),
            Deed::Assign(_) if due.is_some() => ("mail_moved", grace, json!({ "at": due, "before": inquiry.due_at })),
            Deed::Postpone { .. } if due.is_some() => ("mail_postponed", grace, json!({ "at": due, "before": inquiry.due_at })),
            _ => return Ok(()),
        };
        if self.app.is_quiet() {
            return Ok(());
        }
        // A reply is for those, too, whose inquiries were put into this one.
        let mut to: Vec<(String, String)> =
            inquiry.sender_email.iter().map(|email| (inquiry.id.clone(), email.clone())).collect();
        if let Deed::Reply { .. } = deed {
            to.extend(tx.children_to_mail(&self.district.id, &inquiry.id).await?);
        }
        let mut mailed: Vec<String> = Vec::new();
        let mut jobs = Vec::new();
        for (id, email) in to {
            let email = email.to_lowercase();
            if mailed.contains(&email) {
                continue;
            }
            mailed.push(email);
            let mut payload = json!({ "district": self.district.id, "inquiry": id, "of": inquiry.id });
            for (key, value) in more.as_object().into_iter().flatten() {
                payload[key] = value.clone();
            }
            jobs.push(NewJob { id: new_id(self.now), kind, payload: payload.to_string(), run_at: self.at() + after });
        }
        tx.insert_jobs(&jobs.iter().collect::<Vec<_>>()).await
    }

    /// Who hears of it in the console and by mail.
    async fn tell(
        &mut self,
        tx: &mut Tx,
        inquiry: &InquiryRecord,
        deed: &Deed<'_>,
        change: &Change,
        message: &str,
    ) -> Result<()> {
        let id = inquiry.id.as_str();
        let owner = change.owner_id.as_ref().unwrap_or(&inquiry.owner_id).clone();
        let about = deed.message().map(|_| message);
        if inquiry.confidential {
            self.telling.seal(id);
        }
        match deed {
            Deed::Note { mentions, .. } => {
                for account in *mentions {
                    self.telling.tell(account, id, NoticeKind::Mentioned, about);
                }
                for account in owner.into_iter().chain(tx.members_to_change(&self.district.id, id).await?) {
                    self.telling.tell(&account, id, NoticeKind::Noted, about);
                }
            }
            Deed::LetIn(accounts) => {
                for account in *accounts {
                    self.telling.tell(account, id, NoticeKind::LetIn, None);
                }
            }
            Deed::Assign(_) => match &owner {
                Some(owner) => self.telling.tell(owner, id, NoticeKind::Assigned, None),
                None => self.telling.tell_administrators(id),
            },
            Deed::Reply { .. } | Deed::Add { .. } | Deed::Reopen | Deed::Withdraw => {
                let kind = match deed {
                    Deed::Reply { .. } => NoticeKind::Replied,
                    Deed::Reopen => NoticeKind::Reopened,
                    Deed::Withdraw => NoticeKind::Withdrawn,
                    _ => NoticeKind::SenderWrote,
                };
                if let Some(owner) = &owner {
                    self.telling.tell(owner, id, kind, about);
                }
                if matches!(deed, Deed::Add { .. }) && !is_seen(self.district, owner.as_deref(), inquiry.confidential, self.at())
                {
                    self.telling.tell_administrators(id);
                }
            }
            _ => {}
        }
        Ok(())
    }
}
