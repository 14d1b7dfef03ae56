//! What a deed changes in an inquiry. Pure.

use super::Deed;
use crate::store::{Change, DistrictRecord, InquiryRecord};
use jiff::Timestamp;
use porchlight_shared::status::Status;

/// What the deed changes; `None` when it makes no sense now.
pub(super) fn change(inquiry: &InquiryRecord, deed: &Deed<'_>, district: &DistrictRecord, now: Timestamp) -> Option<Change> {
    let at = now.as_millisecond();
    // What belongs to another inquiry now is worked on there.
    if inquiry.merged_into.is_some() {
        return None;
    }
    let mut change = Change::default();
    if let Some(step) = deed.step() {
        let status = inquiry.status.after(step)?;
        change.status = Some(status);
        if status != inquiry.status {
            change.closed_at = Some((status == Status::Closed).then_some(at));
        }
    }
    let promise = |topic: &str| inquiry.promise(district, topic, now);
    match deed {
        // A reply answers everything that was waiting.
        Deed::Reply { .. } => {
            change.due_at = Some(None);
            change.first_reply_at = inquiry.first_reply_at.is_none().then_some(Some(at));
        }
        // Waiting on the sender hides nothing: what they wrote and nobody answered stays due.
        Deed::Wait => {}
        Deed::Close => change.due_at = Some(None),
        Deed::Withdraw => {
            change.due_at = Some(None);
            change.withdrawn = Some(true);
        }
        // The oldest unanswered message sets the time; a further one does not move it.
        Deed::Add { .. } | Deed::Reopen => {
            change.withdrawn = Some(false);
            if inquiry.due_at.is_none() {
                change.due_at = Some(Some(promise(&inquiry.topic_id)));
            }
        }
        Deed::Assign(to) => {
            change.owner_id = Some(to.owner.clone());
            change.topic_id = to.topic.map(str::to_owned);
            let waits = inquiry.due_at.filter(|_| inquiry.status != Status::Closed);
            if let Some(due) = waits {
                // Another topic may promise later; what was promised is never made shorter unasked.
                let later = to.topic.filter(|t| *t != inquiry.topic_id).map(promise).filter(|promised| *promised > due);
                let moved = to.due.map(Timestamp::as_millisecond).or(later).filter(|moved| *moved != due);
                change.due_at = moved.map(Some);
            }
        }
        Deed::Priority(to) => {
            change.priority = Some(*to);
            // What becomes more urgent is due sooner; what was promised is never made later by it.
            let urgent = InquiryRecord { priority: *to, ..inquiry.clone() };
            let promised = urgent.promise(district, &inquiry.topic_id, now);
            let sooner = inquiry.due_at.filter(|due| *to < inquiry.priority && promised < *due);
            change.due_at = sooner.map(|_| Some(promised));
        }
        Deed::Postpone { due, .. } => {
            inquiry.due_at?;
            change.due_at = Some(Some(due.as_millisecond()));
        }
        Deed::Quiet { .. } => {
            inquiry.due_at?;
        }
        Deed::Confidential(to) => change.confidential = Some(*to),
        Deed::Note { .. } | Deed::LetIn(_) | Deed::TakeOut(_) | Deed::Tag { .. } => {}
    }
    Some(change)
}
