//! Outgoing mail: what it says, and how it leaves.
//!
//! Mail is rendered when it is sent, from what is stored then, so that jobs carry ids and nothing
//! personal, and an erased inquiry sends nothing.

mod alert;
mod digest;
mod letter;
mod staff;

pub use alert::alert;
pub use digest::digest;
pub(crate) use letter::escape;
pub use staff::{invitation, password_reset, to_staff};

use crate::app::App;
use crate::config::MailTo;
use crate::error::Error;
use crate::locale;
use crate::store::{DistrictRecord, InquiryRecord, MessageRecord, StaffRecord};
use letter::{Letter, Paragraph};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::text::Locale;
use std::path::PathBuf;

pub struct Mailer {
    way: Way,
    /// The address that mail comes from.
    from: lettre::Address,
    /// The right side of message ids.
    host: String,
}

enum Way {
    Folder(PathBuf),
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// Why a mail did not leave, and whether trying again may help.
#[derive(Debug)]
pub enum Refused {
    ForNow(String),
    ForGood(String),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::ForNow(error.to_string())
    }
}

impl Mailer {
    /// # Errors
    /// The folder cannot be made, or the server's address is wrong.
    pub fn new(to: &MailTo, from: Option<&str>, public_url: &str) -> anyhow::Result<Self> {
        let host =
            url::Url::parse(public_url).ok().and_then(|u| u.domain().map(str::to_owned)).unwrap_or_else(|| "localhost".into());
        let from = match from {
            Some(from) => from.parse().map_err(|_| {
                anyhow::anyhow!("PORCHLIGHT_MAIL_FROM is `{from}`, but must be an address, like talk@example.org")
            })?,
            None => lettre::Address::new("porchlight", &host)?,
        };
        let way = match to {
            MailTo::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Way::Folder(folder.clone())
            }
            MailTo::Server(url) => {
                Way::Server(Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(PATIENCE)).build()))
            }
        };
        Ok(Self { way, from, host })
    }

    /// Whether mail goes to people, not into a folder.
    pub fn is_real(&self) -> bool {
        matches!(self.way, Way::Server(_))
    }

    /// Sends under `id`; the same id twice is the same mail to a folder, and has the same Message-ID
    /// for a mail server to notice.
    async fn send(&self, id: &str, sender_name: &str, to: &str, to_name: Option<&str>, letter: &Letter) -> Result<(), Refused> {
        let address = to.parse().map_err(|_| Refused::ForGood(String::from("the address cannot be mailed to")))?;
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(sender_name.to_owned()), self.from.clone()))
            .to(Mailbox::new(to_name.map(str::to_owned), address))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.host)));
        if letter.automatic {
            // RFC 3834: no vacation replies to this, please.
            builder = builder
                .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), String::from("auto-generated")));
        }
        let message = builder
            .multipart(MultiPart::alternative_plain_html(letter.as_text(), letter.as_html()))
            .map_err(|e| Refused::ForGood(e.to_string()))?;
        match &self.way {
            Way::Folder(folder) => {
                // Whoever writes the same mail at the same time writes a part of their own.
                let part = folder.join(format!("{id}.{:08x}.part", rand::random::<u32>()));
                let whole = folder.join(format!("{id}.eml"));
                let written = async {
                    tokio::fs::write(&part, message.formatted()).await?;
                    tokio::fs::rename(&part, &whole).await
                };
                written.await.map_err(|e| Refused::ForNow(e.to_string()))
            }
            Way::Server(server) => match server.send(message).await {
                Ok(_) => Ok(()),
                // The server's own words may name the person: only its code is kept.
                Err(e) if e.is_permanent() => Err(Refused::ForGood(told(&e))),
                Err(e) => Err(Refused::ForNow(told(&e))),
            },
        }
    }
}

/// A mail server that is silent for so long is tried again later.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

fn told(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => String::from("the mail server took too long"),
        None => String::from("the mail server was not reached"),
    }
}

/// Whether a name can stand in a greeting: strangers can make us mail strangers, so nothing that leads anywhere or
/// sells anything. "J. R. Smith" is a name, "prize.example" and "Call 555" are none.
fn is_greeting(name: &str) -> bool {
    let strange = name.chars().any(|c| c.is_numeric() || "@/\\:$€£%#<>!?=_|".contains(c));
    let domain = name.split('.').skip(1).any(|after| after.chars().take_while(|c| c.is_alphanumeric()).count() > 1);
    !strange && !domain && name.chars().count() <= 60
}

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion<'a> {
    Receipt,
    /// A reply, by the message's id and the inquiry in whose thread it is.
    Reply {
        message: &'a str,
        of: &'a str,
    },
    /// It was closed then (ms UTC), unless that was taken back.
    Closed {
        at: i64,
    },
    /// It was promised by `before` and will be by `to` (ms UTC), unless that was taken back.
    Moved {
        to: i64,
        before: i64,
        /// Somebody else answers it now.
        handed_on: bool,
    },
    /// It was promised by then (ms UTC), and nobody has answered.
    Late {
        due: i64,
    },
    /// It was split off that inquiry, by id.
    Split {
        from: &'a str,
    },
}

/// Mails the sender of an inquiry. An inquiry that is gone, or has no address, needs no mail.
///
/// # Errors
/// Whether trying again may help.
pub async fn to_sender(app: &App, job: &str, district_id: &str, inquiry_id: &str, occasion: Occasion<'_>) -> Result<(), Refused> {
    let district = app.district_by_id(district_id)?;
    let Some(inquiry) = app.db.inquiry(district_id, inquiry_id).await? else { return Ok(()) };
    let Some(to) = inquiry.sender_email.clone() else { return Ok(()) };
    let locale = Locale::parse(&inquiry.locale).unwrap_or_else(|| district.district.first_locale().clone());
    let words = Words { phrases: locale::phrases(&locale), locale: &locale, district: &district, inquiry: &inquiry };
    let owner = async || -> Result<Option<StaffRecord>, Refused> {
        let owns = |p: &StaffRecord| inquiry.owner_id.as_ref() == Some(&p.account_id);
        Ok(app.db.staff(district_id).await?.into_iter().find(owns))
    };
    let letter = match occasion {
        Occasion::Receipt => {
            let alerts = app.db.alerts_of(district_id, inquiry_id).await?;
            words.receipt(app, district.alerts.help(alerts.iter().map(|a| a.category_id.as_str()), &inquiry.locale))?
        }
        Occasion::Closed { at } if inquiry.closed_at != Some(at) => return Ok(()),
        Occasion::Moved { to, .. } if inquiry.due_at != Some(to) => return Ok(()),
        // It was answered, or another time was promised, before this left.
        Occasion::Late { due } if inquiry.due_at != Some(due) => return Ok(()),
        Occasion::Closed { .. } => words.closed(app)?,
        Occasion::Late { due } => words.late(app, owner().await?.as_ref(), due)?,
        Occasion::Moved { to, before, handed_on } => {
            let owner = owner().await?;
            words.moved(app, owner.as_ref(), (before, to), handed_on)?
        }
        Occasion::Split { from } => {
            let Some(from) = app.db.inquiry(district_id, from).await? else { return Ok(()) };
            words.split(app, &from)?
        }
        Occasion::Reply { message, of } => {
            let thread = app.db.thread(district_id, if of.is_empty() { inquiry_id } else { of }).await?;
            let Some(message) = thread.into_iter().find(|m| m.id == message) else { return Ok(()) };
            let files = app.db.files_of(district_id, &message.inquiry_id).await?;
            let files: Vec<&str> =
                files.iter().filter(|f| f.message_id.as_ref() == Some(&message.id)).map(|f| f.name.as_str()).collect();
            words.reply(app, &message, &files)?
        }
    };
    app.mailer
        .send(job, &district.district.name, &to, inquiry.sender_name.as_deref().filter(|name| is_greeting(name)), &letter)
        .await
}

fn with_title(name: &str, title: Option<&str>) -> String {
    title.filter(|t| !t.is_empty()).map_or_else(|| name.to_owned(), |title| format!("{name} ({title})"))
}

struct Words<'a> {
    phrases: &'a Phrases,
    locale: &'a Locale,
    district: &'a DistrictRecord,
    inquiry: &'a InquiryRecord,
}

impl Words<'_> {
    /// A letter in the sender's language and the district's colour, with nothing in it.
    fn blank(&self) -> Letter {
        let accent = crate::brand::on_white(&self.district.district.brand.accent);
        Letter { subject: String::new(), paragraphs: Vec::new(), automatic: true, lang: self.locale.as_str().to_owned(), accent }
    }

    fn hello(&self) -> Paragraph {
        Paragraph::Text(match self.inquiry.sender_name.as_ref().filter(|name| is_greeting(name)) {
            Some(name) => self.phrases.fill(Say::MailHello, &[name]),
            None => self.phrases.say(Say::MailHelloUnnamed).to_owned(),
        })
    }

    fn page(&self, app: &App) -> Result<Paragraph, Refused> {
        let code = app.secrets.code_again(&self.district.id, &self.inquiry.id, &self.inquiry.code_hash);
        let code = code.ok_or_else(|| Refused::ForGood(String::from("the code was made with a secret that is gone")))?;
        Ok(Paragraph::Link(crate::intake::status_url(app, self.district, &code)))
    }

    fn footer(&self) -> Paragraph {
        Paragraph::Small(self.phrases.fill(Say::MailFooter, &[&self.district.district.name]))
    }

    fn subject(&self, say: Say) -> String {
        self.phrases.fill(say, &[&self.inquiry.reference])
    }

    fn receipt(&self, app: &App, help: Vec<String>) -> Result<Letter, Refused> {
        let topic = self.district.district.topic(&self.inquiry.topic_id);
        let label = self.district.topic_label(&self.inquiry.topic_id, self.locale);
        let thanks = topic.map_or("", |t| t.thanks.get(self.locale));
        let due = jiff::Timestamp::from_millisecond(self.inquiry.promised_at).unwrap_or_default();
        let due = self.district.calendar.say(due, self.phrases);
        let mut paragraphs = vec![self.hello()];
        paragraphs.extend(help.into_iter().map(Paragraph::Text));
        paragraphs.extend([
            Paragraph::Text(self.phrases.fill(Say::MailReceiptText, &[&self.district.district.name, label])),
            Paragraph::Text(thanks.to_owned()),
            Paragraph::Text(self.phrases.fill(Say::HearBy, &[&due])),
            Paragraph::Text(self.phrases.fill(Say::MailReference, &[&self.inquiry.reference])),
            Paragraph::Text(self.phrases.say(Say::MailPage).to_owned()),
            self.page(app)?,
            self.footer(),
        ]);
        Ok(Letter { subject: self.subject(Say::MailReceiptSubject), paragraphs, automatic: true, ..self.blank() })
    }

    fn reply(&self, app: &App, message: &MessageRecord, files: &[&str]) -> Result<Letter, Refused> {
        let by = message.account_name.as_deref().unwrap_or(&self.district.district.name);
        let by = with_title(by, message.account_title.as_deref());
        let mut paragraphs = vec![
            Paragraph::Text(self.phrases.fill(Say::MailReplyIntro, &[&by, &self.district.district.name])),
            Paragraph::Quote(message.body.clone()),
        ];
        if !files.is_empty() {
            paragraphs.push(Paragraph::Text(self.phrases.fill(Say::MailReplyFiles, &[&files.join(", ")])));
        }
        paragraphs.extend([Paragraph::Text(self.phrases.say(Say::MailReplyPage).to_owned()), self.page(app)?, self.footer()]);
        Ok(Letter { subject: self.subject(Say::MailReplySubject), paragraphs, automatic: false, ..self.blank() })
    }

    fn moment(&self, at: i64) -> String {
        self.district.calendar.say(jiff::Timestamp::from_millisecond(at).unwrap_or_default(), self.phrases)
    }

    /// Who answers, as far as that is known.
    fn who(&self, owner: Option<&StaffRecord>) -> String {
        owner.map_or_else(|| self.district.district.name.clone(), |o| with_title(&o.name, Some(&o.title)))
    }

    /// The promised time has passed, and nobody has answered.
    fn late(&self, app: &App, owner: Option<&StaffRecord>, due: i64) -> Result<Letter, Refused> {
        let paragraphs = vec![
            self.hello(),
            Paragraph::Text(self.phrases.fill(Say::MailLateText, &[&self.moment(due)])),
            Paragraph::Text(self.phrases.fill(Say::MailLateWho, &[&self.who(owner)])),
            Paragraph::Text(self.phrases.say(Say::MailPage).to_owned()),
            self.page(app)?,
            self.footer(),
        ];
        Ok(Letter { subject: self.subject(Say::MailLateSubject), paragraphs, ..self.blank() })
    }

    /// Another time is promised, since it was handed on or takes longer.
    fn moved(
        &self,
        app: &App,
        owner: Option<&StaffRecord>,
        (before, to): (i64, i64),
        handed_on: bool,
    ) -> Result<Letter, Refused> {
        let label = self.district.topic_label(&self.inquiry.topic_id, self.locale);
        let with = self.who(owner);
        let (subject, why) = if handed_on {
            (Say::MailMovedSubject, self.phrases.fill(Say::MailMovedText, &[&with, label]))
        } else {
            (Say::MailPostponedSubject, self.phrases.fill(Say::MailPostponedText, &[&with]))
        };
        let paragraphs = vec![
            self.hello(),
            Paragraph::Text(why),
            Paragraph::Text(self.phrases.fill(Say::MailMovedTime, &[&self.moment(before), &self.moment(to)])),
            Paragraph::Text(self.phrases.say(Say::MailPage).to_owned()),
            self.page(app)?,
            self.footer(),
        ];
        Ok(Letter { subject: self.subject(subject), paragraphs, ..self.blank() })
    }

    /// What they wrote about two matters is two inquiries now.
    fn split(&self, app: &App, from: &InquiryRecord) -> Result<Letter, Refused> {
        let label = self.district.topic_label(&self.inquiry.topic_id, self.locale);
        let paragraphs = vec![
            self.hello(),
            Paragraph::Text(self.phrases.fill(Say::MailSplitText, &[&from.reference, &self.inquiry.reference, label])),
            Paragraph::Text(self.phrases.fill(Say::HearBy, &[&self.moment(self.inquiry.promised_at)])),
            Paragraph::Text(self.phrases.say(Say::MailPage).to_owned()),
            self.page(app)?,
            self.footer(),
        ];
        Ok(Letter { subject: self.subject(Say::MailSplitSubject), paragraphs, ..self.blank() })
    }

    fn closed(&self, app: &App) -> Result<Letter, Refused> {
        let paragraphs = vec![
            self.hello(),
            Paragraph::Text(self.phrases.fill(Say::MailClosedText, &[&self.district.district.name])),
            self.page(app)?,
            self.footer(),
        ];
        Ok(Letter { subject: self.subject(Say::MailClosedSubject), paragraphs, automatic: true, ..self.blank() })
    }
}

#[cfg(test)]
mod tests {
    use super::is_greeting;

    #[test]
    fn names_are_greeted_and_lures_are_not() {
        for name in ["Kim", "J. R. Smith", "J.R. O'Neil-Peña", "Ana María", "مريم"] {
            assert!(is_greeting(name), "{name}");
        }
        for lure in ["Win $500 now", "prize.example", "Call +1 900 555 0100", "http://x", "a@b", "you won! click"] {
            assert!(!is_greeting(lure), "{lure}");
        }
    }
}
