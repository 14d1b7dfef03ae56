//! How the sender's page looks: the receipt or the status, the thread, what was told, and a way to add.

use super::sender::Told;
use super::shown::shown_file;
use crate::store::{DistrictRecord, FileRecord, MessageRecord};
use leptos::prelude::*;
use porchlight_shared::api;
use porchlight_shared::form::FileType;
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::status::MessageKind;

/// One entry of the thread as the sender sees it.
pub(super) struct Entry {
    by: String,
    mine: bool,
    at: String,
    text: String,
    files: Vec<api::File>,
}

pub(super) fn entry(
    message: &MessageRecord,
    record: &DistrictRecord,
    phrases: &Phrases,
    attached: &[FileRecord],
    url: &dyn Fn(&FileRecord) -> String,
    say: &dyn Fn(i64) -> String,
) -> Entry {
    let name = message.account_name.as_deref().unwrap_or(&record.district.name);
    let by = match (message.kind, message.account_title.as_deref().filter(|t| !t.is_empty())) {
        (MessageKind::Sender, _) => phrases.say(Say::SenderYou).to_owned(),
        (_, Some(title)) => phrases.fill(Say::SenderStaff, &[name, title]),
        (_, None) => name.to_owned(),
    };
    Entry {
        by,
        mine: message.kind == MessageKind::Sender,
        at: say(message.created_at),
        text: message.body.clone(),
        files: attached.iter().filter(|f| f.message_id.as_deref() == Some(&message.id)).map(|f| shown_file(f, url)).collect(),
    }
}

pub(super) struct SenderView {
    pub(super) phrases: &'static Phrases,
    pub(super) lang: String,
    pub(super) reference: String,
    pub(super) name: Option<String>,
    pub(super) status: Say,
    pub(super) received: String,
    pub(super) due: Option<String>,
    /// When it was due, and who answers, where nobody has yet.
    pub(super) late: Option<(String, String)>,
    pub(super) topic: String,
    pub(super) kind: Say,
    pub(super) thanks: Option<String>,
    /// Lines to call and places to go.
    pub(super) help: Vec<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    /// Files that may be added.
    pub(super) taken: Vec<FileType>,
    pub(super) anonymous: bool,
    pub(super) answers: Vec<api::ShownAnswer>,
    pub(super) entries: Vec<Entry>,
    /// Where a safety topic's page leads to in a hurry.
    pub(super) leave: Option<String>,
    pub(super) closed: bool,
    pub(super) token: String,
    pub(super) key: String,
    /// The page's whole address, to be kept.
    pub(super) address: String,
    pub(super) base: String,
    pub(super) told: Told,
}

fn file_links(files: Vec<api::File>) -> AnyView {
    let each = |file: api::File| {
        let picture = file
            .is_image()
            .then(|| view! { <img src=file.url.clone() alt="" width=file.width height=file.height loading="lazy" /> });
        view! { <li><a href=file.url>{picture}<span>{file.name}</span></a></li> }
    };
    (!files.is_empty()).then(|| view! { <ul class="files">{files.into_iter().map(each).collect::<Vec<_>>()}</ul> }).into_any()
}

impl SenderView {
    pub(super) fn into_any_view(mut self) -> AnyView {
        let phrases = self.phrases;
        let first = self.first(phrases);
        // Who gets no mail has no other key than this address.
        let keep = self.email.is_none().then(|| {
            let why = if self.anonymous { Say::SenderKeep } else { Say::NextPage };
            view! { <div class="notice" role="note"><p>{phrases.say(why)}</p><p class="address">{self.address.clone()}</p></div> }
        });
        let answers = std::mem::take(&mut self.answers).into_iter().map(|a| {
            view! { <div><dt>{a.label}</dt><dd>{a.text}{file_links(a.files)}</dd></div> }
        });
        let answers: Vec<_> = answers.collect();
        let entries = std::mem::take(&mut self.entries).into_iter().map(|e| {
            let class = if e.mine { "entry mine" } else { "entry" };
            view! { <li class=class><p class="by"><strong>{e.by}</strong>" · "{e.at}</p><p class="said">{e.text}</p>{file_links(e.files)}</li> }
        });
        let entries: Vec<_> = entries.collect();
        let thread = (!entries.is_empty())
            .then(|| view! { <section><h2>{phrases.say(Say::SenderThread)}</h2><ol class="thread">{entries}</ol></section> });
        let withdraw = (!self.closed).then(|| {
            let href = format!("{}/withdrawal?lang={}", self.base, self.lang);
            view! { <p class="withdraw"><a href=href>{phrases.say(Say::SenderWithdraw)}</a></p> }
        });
        view! {
            <main id="main" class="page">
                {self.leave.clone().map(|site| view! { <a class="leave" href=site rel="noreferrer" accesskey="q">{phrases.say(Say::LeaveQuickly)}</a> })}
                {self.summary(phrases)}
                {first}
                {keep}
                {thread}
                <section>
                    <h2>{phrases.say(Say::SenderAnswers)}</h2>
                    <p class="help">{self.topic.clone()}" · "{phrases.say(self.kind)}" · "{self.received.clone()}</p>
                    <dl class="answers">{answers}</dl>
                </section>
                {self.add(phrases)}
                {withdraw}
            </main>
        }
        .into_any()
    }

    /// What went wrong with what was added, first on the page.
    fn summary(&self, phrases: &'static Phrases) -> AnyView {
        let Told::Mend { input, problem, .. } = &self.told else { return ().into_any() };
        let href = format!("#{input}");
        view! {
            <div class="summary" role="alert" tabindex="-1">
                <h2>{phrases.fill(Say::Mend, &["1"])}</h2>
                <ul><li><a href=href>{problem.clone()}</a></li></ul>
            </div>
        }
        .into_any()
    }

    /// The receipt right after sending, else where the inquiry stands.
    fn first(&self, phrases: &'static Phrases) -> AnyView {
        let due = self.due.as_ref().map(|due| phrases.fill(Say::HearBy, &[due]));
        let due = due.or_else(|| {
            let (due, who) = self.late.as_ref()?;
            Some(format!("{} {}", phrases.fill(Say::MailLateText, &[due]), phrases.fill(Say::MailLateWho, &[who])))
        });
        if !matches!(self.told, Told::Sent | Told::SentHere) {
            let added = matches!(self.told, Told::Added)
                .then(|| view! { <p class="notice" role="status">{phrases.say(Say::SenderAdded)}</p> });
            return view! {
                <h1>{phrases.fill(Say::SenderTitle, &[""])}<span class="nowrap">{self.reference.clone()}</span></h1>
                {added}
                {self.lines()}
                <p class="status">{phrases.say(self.status)}</p>
                {due.map(|due| view! { <p>{due}</p> })}
            }
            .into_any();
        }
        let title = self
            .name
            .as_ref()
            .map_or_else(|| phrases.say(Say::ReceiptTitleUnnamed).to_owned(), |name| phrases.fill(Say::ReceiptTitle, &[name]));
        let mut next = vec![phrases.fill(Say::NextRead, &[&self.topic])];
        match (&self.email, &self.phone) {
            (Some(email), _) => next.extend([phrases.fill(Say::NextMail, &[email]), phrases.say(Say::NextPage).to_owned()]),
            (None, Some(phone)) => next.push(phrases.fill(Say::NextCall, &[phone])),
            (None, None) => {}
        }
        view! {
            <div class="receipt" role="status">
                <span class="check" aria-hidden="true"></span>
                <h1>{title}</h1>
                {self.lines()}
                <p class="help">{phrases.say(Say::ReceiptReference)}</p>
                <p class="reference">{self.reference.clone()}</p>
                {due.map(|due| view! { <p class="lead">{due}</p> })}
                {self.thanks.clone().map(|text| view! { <p>{text}</p> })}
                <h2>{phrases.say(Say::NextTitle)}</h2>
                <ol class="next">{next.into_iter().map(|line| view! { <li>{line}</li> }).collect::<Vec<_>>()}</ol>
            </div>
        }
        .into_any()
    }

    /// Help that does not wait for us.
    fn lines(&self) -> AnyView {
        self.help.iter().map(|text| view! { <p class="emergency" role="note">{text.clone()}</p> }).collect::<Vec<_>>().into_any()
    }

    fn add(&self, phrases: &'static Phrases) -> AnyView {
        let (text, wrong) = match &self.told {
            Told::Mend { text, input, problem, .. } => (text.clone(), Some((*input, problem.clone()))),
            _ => (String::new(), None),
        };
        let problem = |input: &str| wrong.as_ref().filter(|(about, _)| *about == input).map(|(_, problem)| problem.clone());
        let (text_problem, files_problem) = (problem("f-text"), problem("f-files"));
        let (text_wrong, files_wrong) = (text_problem.is_some(), files_problem.is_some());
        // The renderer writes a box's text as it is.
        let boxed = format!("\n{}", crate::mail::escape(&text));
        let accept = self.taken.iter().map(|t| t.media_type()).collect::<Vec<_>>().join(",");
        let action = format!("{}?lang={}", self.base, self.lang);
        view! {
            <section class="add">
                <h2><label for="f-text">{phrases.say(Say::SenderAdd)}</label></h2>
                <form class="form" method="post" action=action enctype="multipart/form-data">
                    <input type="hidden" name="token" value=self.token.clone() />
                    <input type="hidden" name="key" value=self.key.clone() />
                    <div class="field" class:wrong=text_wrong>
                        <p class="help" id="f-text-help">{phrases.say(Say::SenderAddHelp)}</p>
                        <p class="problem" id="f-text-problem">{text_problem}</p>
                        <textarea class="input" id="f-text" name="text" rows="5" aria-describedby="f-text-problem f-text-help" aria-invalid=text_wrong.then_some("true")>{boxed}</textarea>
                    </div>
                    <div class="field" class:wrong=files_wrong>
                        <label for="f-files">{phrases.say(Say::FilesAdd)}</label>
                        <p class="problem" id="f-files-problem">{files_problem}</p>
                        <input class="file" id="f-files" type="file" name="files" multiple accept=accept aria-describedby="f-files-problem" />
                    </div>
                    <button class="button" type="submit">{phrases.say(Say::Send)}</button>
                </form>
            </section>
        }
        .into_any()
    }
}
