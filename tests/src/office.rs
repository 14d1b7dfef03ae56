//! People and inquiries as a story needs them, put into the database as they would stand there.

use crate::app::{PASSWORD_HASH, TestApp, new_key};
use porchlight_server::alert::{Occasion, new_alert};
use porchlight_server::app::new_id;
use porchlight_server::intake::write_batch;
use porchlight_server::secret;
use porchlight_server::store::{NewAccount, NewInquiry, PutDistrict};
use porchlight_shared::district::District;
use porchlight_shared::status::{Channel, Kind, Priority, Relationship, Role};
use serde_json::{Value, json};

/// An inquiry to be there.
#[derive(Debug, Clone)]
pub struct Given<'a> {
    pub topic: &'a str,
    pub text: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub locale: &'a str,
    pub owner: Option<&'a str>,
    pub members: &'a [String],
    pub entered_by: Option<&'a str>,
    pub confidential: bool,
    pub school: Option<&'a str>,
    pub kind: Kind,
    pub priority: Priority,
    /// Ms UTC; `None` is now.
    pub at: Option<i64>,
}

impl Default for Given<'_> {
    fn default() -> Self {
        Self {
            topic: "transportation",
            text: "A binder hit my windshield.",
            name: Some("Kim"),
            email: Some("kim@example.org"),
            locale: "en",
            owner: None,
            members: &[],
            entered_by: None,
            confidential: false,
            school: None,
            kind: Kind::Concern,
            priority: Priority::Normal,
            at: None,
        }
    }
}

impl TestApp {
    /// The id of the story's district.
    pub fn district_id(&self) -> String {
        self.app.district("maple-valley").expect("the district").id.clone()
    }

    /// Somebody is told of an alert that an inquiry raised.
    ///
    /// # Panics
    /// The database refused.
    pub async fn told(&self, inquiry: &str, account: &str) {
        let (district, now) = (self.district_id(), self.app.now());
        let occasion = Occasion { inquiry, source: "inquiry", safety: false, priority: Priority::Normal, at: now };
        let alert = new_alert("threat", Vec::new(), occasion);
        let mut tx = self.app.db.begin().await.expect("a transaction");
        tx.insert_alerts(&district, &[&alert]).await.expect("an alert");
        tx.insert_tellings(&district, &alert.id, &[account], 0, now.as_millisecond()).await.expect("told");
        tx.commit().await.expect("committed");
    }

    /// The account of one of the people, by the first part of their address.
    pub async fn account(&self, who: &str) -> String {
        let email = format!("{who}@maplevalley.example");
        self.app.db.account_by_email(&email).await.expect("a database").expect(who).id
    }

    /// Adds somebody to a district.
    pub async fn add_person(&self, district: &str, who: &str, name: &str, role: Role) -> String {
        let now = self.app.now();
        let (id, email) = (new_id(now), format!("{who}@maplevalley.example"));
        let new =
            NewAccount { id: &id, email: &email, name, password_hash: &PASSWORD_HASH, demo: false, at: now.as_millisecond() };
        let mut tx = self.app.db.begin().await.expect("a transaction");
        tx.insert_account(&new).await.expect("an account");
        tx.set_member(district, &id, role, "Staff").await.expect("a member");
        tx.touch_district(district).await.expect("a district");
        tx.commit().await.expect("committed");
        self.app.refresh_districts().await.expect("districts");
        id
    }

    /// Puts an inquiry in, as the intake would write it. Returns its id.
    pub async fn given(&self, given: Given<'_>) -> String {
        let district = self.district_id();
        let row = row(&district, &given, self.app.now());
        write_batch(&self.app.db, &[&row]).await.expect("written");
        row.id
    }

    /// A second district beside the first, with an administrator `other` and one inquiry. Returns district and inquiry.
    pub async fn second_district(&self) -> (String, String) {
        let mut definition: Value = serde_json::from_str(crate::app::DISTRICT).expect("JSON");
        definition["slug"] = json!("pine-ridge");
        let (district, _) = District::from_definition(&definition).expect("a good definition");
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let put = PutDistrict { definition: &definition, district: &district, by: None, at: self.app.now() };
        let id = tx.put_district(put).await.expect("put in place").id;
        tx.commit().await.expect("committed");
        let other = self.add_person(&id, "other", "Otto Ther", Role::Administrator).await;
        let given = Given { text: "A secret of Pine Ridge", owner: Some(&other), ..Given::default() };
        let row = row(&id, &given, self.app.now());
        write_batch(&self.app.db, &[&row]).await.expect("written");
        (id, row.id)
    }
}

fn row(district: &str, given: &Given<'_>, now: jiff::Timestamp) -> NewInquiry {
    let now = given.at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()).unwrap_or(now);
    let at = now.as_millisecond();
    let id = new_id(now);
    let own = |text: Option<&str>| text.map(str::to_owned);
    NewInquiry {
        district_id: district.to_owned(),
        reference: secret::reference("MV"),
        code_hash: secret::code_hash(&id),
        topic_id: given.topic.to_owned(),
        form_version: 1,
        school_id: own(given.school),
        relationship: Relationship::Community,
        kind: given.kind,
        channel: Channel::Api,
        locale: given.locale.to_owned(),
        priority: given.priority,
        confidential: given.confidential,
        summary: porchlight_shared::inquiry::shorten(given.text, 90),
        answers: json!({ "what_happened": given.text }).to_string(),
        sender_name: own(given.name),
        sender_email: own(given.email),
        sender_phone: None,
        page: None,
        owner_id: own(given.owner),
        members: given.members.to_vec(),
        routed: json!({}),
        notices: Vec::new(),
        alerts: Vec::new(),
        entered_by: own(given.entered_by),
        received_at: at,
        promised_at: at + 86_400_000,
        remind_at: None,
        channel_key: new_key(),
        body: String::from("{}"),
        body_hash: String::new(),
        receipt: String::from("{}"),
        files: Vec::new(),
        file_names: Vec::new(),
        token_hash: String::new(),
        jobs: Vec::new(),
        audit_id: new_id(now),
        event_id: new_id(now),
        id,
    }
}
