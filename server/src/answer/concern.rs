//! What a deed has to do with alerts: what the sender adds may raise one, and whoever answers has acknowledged it.

use super::{Deed, Doing};
use crate::alert::{self, Occasion, Said};
use crate::store::{Change, InquiryRecord, Result, Tx};
use porchlight_shared::status::Priority;
use serde_json::json;

impl Doing<'_> {
    /// Scans what the sender adds, and makes the inquiry critical where a word says so; called before `change` is written.
    pub(super) async fn heed(
        &self,
        tx: &mut Tx,
        inquiry: &InquiryRecord,
        deed: &Deed<'_>,
        change: &mut Change,
        message: &str,
    ) -> Result<()> {
        match (deed, self.actor.account()) {
            (Deed::Add { body, files, .. }, _) => {
                let mut said = vec![Said::message(message, body.as_str())];
                for (id, name) in tx.names_of_files(&self.district.id, files).await? {
                    said.push(Said::file(&id, &name));
                }
                let safety = self.district.district.topic(&inquiry.topic_id).is_some_and(|topic| topic.safety);
                let occasion =
                    Occasion { inquiry: &inquiry.id, source: message, safety, priority: inquiry.priority, at: self.now };
                let alerts = alert::raise(&self.district.alerts, &said, occasion);
                if alerts.is_empty() {
                    return Ok(());
                }
                tx.insert_alerts(&self.district.id, &alerts.iter().collect::<Vec<_>>()).await?;
                let quiet = self.app.is_quiet();
                let jobs = alerts.iter().filter(|_| !quiet).map(|a| alert::telling(&self.district.id, &a.id, 0, self.at()));
                let jobs: Vec<_> = jobs.collect();
                tx.insert_jobs(&jobs.iter().collect::<Vec<_>>()).await?;
                change.priority = Some(Priority::Critical);
                let due = change.due_at.unwrap_or(inquiry.due_at);
                change.due_at = Some(due.map(|due| due.min(self.critical_promise(inquiry))));
                for raised in &alerts {
                    let detail = json!({ "alert": raised.id, "category": raised.category_id, "from": inquiry.priority, "message": message });
                    self.write_trail(tx, &inquiry.id, "alert_raised", &detail).await?;
                }
                Ok(())
            }
            (Deed::Quiet { until, .. }, _) => {
                tx.set_quiet(&self.district.id, &inquiry.id, Some(until.as_millisecond()), self.at()).await
            }
            (Deed::Reply { .. } | Deed::Close, Some(account)) => alert::acknowledge_all(tx, self, account, &inquiry.id).await,
            _ => Ok(()),
        }
    }

    /// When what is critical from now on is due, in ms UTC.
    fn critical_promise(&self, inquiry: &InquiryRecord) -> i64 {
        let critical = InquiryRecord { priority: Priority::Critical, ..inquiry.clone() };
        critical.promise(self.district, &inquiry.topic_id, self.now)
    }
}
