//! What a form page posted: texts and files, read with bounds, and kept for the next try.

use super::public::visit;
use super::upload::{TextBudget, count_file, read_file};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::files;
use crate::store::{DistrictRecord, FileRecord};
use axum::extract::Multipart;
use axum::http::StatusCode;
use porchlight_shared::contact::RawContact;
use porchlight_shared::district::Topic;
use porchlight_shared::form::{FieldKind, FileRules, FileType, RawAnswers};
use porchlight_shared::inquiry::RawSubmission;
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::text::Locale;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a form posted, as text by input name, and the files that were kept.
#[derive(Default)]
pub(super) struct Posted {
    pub(super) values: BTreeMap<String, Vec<String>>,
    /// Files that arrived with this or an earlier try, by field.
    pub(super) files: BTreeMap<String, Vec<FileRecord>>,
    pub(super) token: String,
    pub(super) key: String,
    pub(super) trap: String,
}

impl Posted {
    pub(super) fn set(&mut self, name: &str, value: String) {
        if !value.is_empty() {
            self.values.insert(name.to_owned(), vec![value]);
        }
    }

    pub(super) fn first(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(self.first(name).to_owned()).filter(|t| !t.trim().is_empty())
    }

    /// The answers of the form's fields, without those that their conditions hide.
    pub(super) fn answers(&self, topic: &Topic) -> RawAnswers {
        let mut answers = RawAnswers::new();
        for field in &topic.form.fields {
            let values: Vec<String> = match &field.kind {
                FieldKind::Files(_) => self.files.get(&field.id).into_iter().flatten().map(|f| f.id.clone()).collect(),
                _ => self.values.get(&field.id).cloned().unwrap_or_default(),
            };
            answers.extend(field.read(&values).map(|answer| (field.id.clone(), answer)));
        }
        topic.form.keep_shown(&mut answers);
        answers
    }

    pub(super) fn submission(&self, topic: &Topic, locale: &Locale) -> RawSubmission {
        let anonymous = topic.anonymous && self.first("contact") == "anonymous";
        let contact =
            RawContact { name: self.text("contact.name"), email: self.text("contact.email"), phone: self.text("contact.phone") };
        RawSubmission {
            topic: topic.id.clone(),
            school: self.text("school"),
            relationship: self.first("relationship").to_owned(),
            kind: self.text("kind").filter(|_| topic.kind.is_none()),
            locale: locale.as_str().to_owned(),
            answers: self.answers(topic),
            contact: (!anonymous).then_some(contact),
            confidential: self.first("confidential") == "yes",
        }
    }
}

/// What the page tells besides the form.
#[derive(Default)]
pub(super) struct Told {
    pub(super) problems: Vec<FieldProblem>,
    /// A sentence above the form.
    pub(super) message: Option<String>,
    pub(super) status: StatusCode,
}

/// Reads the posted form, keeping files at once: a second try must not ask for them again.
pub(super) async fn receive(
    app: &Arc<App>,
    record: &DistrictRecord,
    visitor: &Visitor,
    topic: &Topic,
    mut body: Multipart,
    posted: &mut Posted,
    told: &mut Told,
) -> Result<(), Error> {
    let wrong = |_| Error::Request("the form did not arrive whole");
    let mut kept: Vec<(String, String)> = Vec::new();
    let (mut texts, mut limited) = (TextBudget::default(), None);
    while let Some(part) = body.next_field().await.map_err(wrong)? {
        let name = part.name().unwrap_or("").to_owned();
        if part.file_name().is_some() {
            let field = name.strip_prefix("file.").and_then(|id| topic.form.field(id));
            let Some((field, FieldKind::Files(rules))) = field.map(|f| (f, &f.kind)) else { continue };
            let taken = match read_file(part).await {
                Ok(bytes) if bytes.is_empty() => continue,
                Ok(bytes) => keep_file(app, record, visitor, rules, &posted.token, bytes).await,
                Err(error) => Err(error),
            };
            match taken {
                Ok(file) => posted.files.entry(field.id.clone()).or_default().push(file),
                Err(Error::Fields(problems)) => {
                    told.problems.extend(problems.into_iter().map(|p| FieldProblem::new(&field.id, p.kind)))
                }
                // The rest is read all the same: what was typed comes after it.
                Err(error @ Error::TooMany { .. }) => limited = Some(error),
                Err(other) => return Err(other),
            }
            continue;
        }
        let value = texts.read(part).await?;
        match name.as_str() {
            "token" => posted.token = value,
            "key" => posted.key = value,
            "homepage" => posted.trap = value,
            _ => match name.strip_prefix("kept.") {
                Some(field) => kept.push((field.to_owned(), value)),
                None => posted.values.entry(name).or_default().push(value),
            },
        }
    }
    keep_again(app, record, posted, told, kept).await?;
    limited.map_or(Ok(()), Err)
}

/// One file that has just arrived, judged by its field's own rules before it is kept.
async fn keep_file(
    app: &Arc<App>,
    record: &DistrictRecord,
    visitor: &Visitor,
    rules: &FileRules,
    token: &str,
    bytes: bytes::Bytes,
) -> Result<FileRecord, Error> {
    count_file(app, record, visitor, &bytes)?;
    // A visit that expired is renewed with the same files; one that is not ours gets none.
    let token = app.secrets.read_token(&record.id, token).ok_or_else(|| Error::field("file", ProblemKind::FileGone))?;
    if bytes.len() as u64 > rules.max_bytes {
        return Err(Error::field("file", ProblemKind::FileTooLarge { max_bytes: rules.max_bytes }));
    }
    if !FileType::sniff(&bytes).is_some_and(|kind| rules.types.contains(&kind)) {
        return Err(Error::field("file", ProblemKind::file_type(&rules.types)));
    }
    files::receive(app, record, &visit(&token), bytes).await
}

/// Files of an earlier try, unless their boxes were taken away; one that is gone is said.
async fn keep_again(
    app: &App,
    record: &DistrictRecord,
    posted: &mut Posted,
    told: &mut Told,
    kept: Vec<(String, String)>,
) -> Result<(), Error> {
    if kept.is_empty() {
        return Ok(());
    }
    let sent = match app.secrets.read_token(&record.id, &posted.token) {
        Some(token) => app.db.files_of_token(&record.id, &visit(&token)).await?,
        None => Vec::new(),
    };
    for (field, id) in kept.into_iter().take(files::MAX_UNCLAIMED) {
        match sent.iter().find(|f| f.id == id) {
            Some(file) => posted.files.entry(field).or_default().push(file.clone()),
            None => told.problems.push(FieldProblem::new(&field, ProblemKind::FileGone)),
        }
    }
    Ok(())
}
