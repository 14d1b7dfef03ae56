//! An inquiry's answers and files as people see them, staff and sender alike.

use crate::app::App;
use crate::error::Error;
use crate::store::{DistrictRecord, FileRecord, InquiryRecord};
use crate::{files, locale};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::api;
use porchlight_shared::calendar::Calendar;
use porchlight_shared::form::{Context, Field, FieldAnswer, FieldKind, Form, RawAnswer};
use porchlight_shared::phrase::Say;
use porchlight_shared::text::Locale;
use porchlight_shared::wire;

/// The questions and answers of an inquiry, in words, as its own version of the form had them.
pub(crate) fn shown_answers(
    inquiry: &InquiryRecord,
    form: Option<&Form>,
    record: &DistrictRecord,
    locale: &Locale,
    attached: &[FileRecord],
    url: &dyn Fn(&FileRecord) -> String,
) -> Vec<api::ShownAnswer> {
    let phrases = locale::phrases(locale);
    let raw = wire::read_answers(&inquiry.answers).unwrap_or_default();
    let schools: Vec<&str> = record.district.schools.iter().map(|s| s.id.as_str()).collect();
    let grades: Vec<&str> = record.district.grades.iter().map(|g| g.id.as_str()).collect();
    let context = Context { schools: &schools, grades: &grades, locale };
    let Some(form) = form else { return Vec::new() };
    let in_words = |answer: &FieldAnswer, field: &Field| {
        let choice = |id: &String| {
            field.kind.choices().iter().find(|c| c.id == *id).map_or_else(|| id.clone(), |c| c.label.get(locale).to_owned())
        };
        match answer {
            FieldAnswer::Time(t) => Calendar::say_time(t, phrases).unwrap_or_else(|| t.clone()),
            FieldAnswer::Text(t) | FieldAnswer::Email(t) | FieldAnswer::Phone(t) => t.clone(),
            FieldAnswer::Date(t) => Calendar::say_date(t, phrases).unwrap_or_else(|| t.clone()),
            FieldAnswer::Place { text, .. } => text.clone(),
            FieldAnswer::Number(n) => n.to_string(),
            FieldAnswer::One(id) => choice(id),
            FieldAnswer::Several(ids) => ids.iter().map(choice).collect::<Vec<_>>().join(", "),
            FieldAnswer::YesNo(yes) => phrases.say(if *yes { Say::Yes } else { Say::No }).to_owned(),
            FieldAnswer::School(id) => record.school_name(id).to_owned(),
            FieldAnswer::Grade(id) => record.grade_label(id, locale).to_owned(),
            FieldAnswer::Files(_) => String::new(),
        }
    };
    let mut shown = Vec::new();
    for field in &form.fields {
        let Some(given) = raw.get(&field.id) else { continue };
        // What was accepted once is shown for ever, also when its school or grade is gone.
        let answer = field.parse(given, &context).ok().flatten().unwrap_or_else(|| match (&field.kind, given) {
            (FieldKind::School, RawAnswer::Text(id)) => FieldAnswer::School(id.clone()),
            (FieldKind::Grade, RawAnswer::Text(id)) => FieldAnswer::Grade(id.clone()),
            _ => FieldAnswer::Text(plain(given)),
        });
        let files = match &answer {
            FieldAnswer::Files(ids) => {
                ids.iter().filter_map(|id| attached.iter().find(|f| f.id == *id)).map(|f| shown_file(f, url)).collect()
            }
            _ => Vec::new(),
        };
        shown.push(api::ShownAnswer {
            field: field.id.clone(),
            label: field.label.get(locale).to_owned(),
            text: in_words(&answer, field),
            files,
        });
    }
    shown
}

/// An answer as it was given.
fn plain(given: &RawAnswer) -> String {
    match given {
        RawAnswer::Text(text) | RawAnswer::Place { text, .. } => text.clone(),
        RawAnswer::Number(n) => n.to_string(),
        RawAnswer::Flag(flag) => flag.to_string(),
        RawAnswer::Many(all) => all.join(", "),
        RawAnswer::Other => String::new(),
    }
}

pub(crate) fn shown_file(file: &FileRecord, url: &dyn Fn(&FileRecord) -> String) -> api::File {
    api::File {
        id: file.id.clone(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        width: file.width,
        height: file.height,
        url: url(file),
    }
}

/// A file of an inquiry: pictures to be seen, everything else only to be downloaded.
pub(crate) async fn serve_file(app: &App, district: &str, inquiry: &str, id: &str) -> Result<Response, Error> {
    let file = app.db.file(district, id).await?.filter(|f| f.inquiry_id.as_deref() == Some(inquiry)).ok_or(Error::NotFound)?;
    let bytes = files::read(app, district, id).await?;
    let way = if file.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let ascii: String =
        file.name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    // RFC 6266: a plain name for old clients, the true one for the rest.
    let encoded: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = format!("{way}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|e| Error::Corrupt(e.to_string()));
    headers.insert(header::CONTENT_TYPE, value(&file.media_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A sender's address holds the code.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}
