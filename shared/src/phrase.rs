//! Built-in wording, one file a language, the same keys in each.
//!
//! The texts themselves live in the server's `locales/`: the widget carries none and is sent those of
//! one language, so adding a language adds a file and no code.

use crate::compact::compact_struct;

macro_rules! phrases {
    ($($variant:ident = $key:literal),+ $(,)?) => {
        /// What can be said. The first [`Say::WIDGET`] are what the widget says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u16)]
        pub enum Say { $($variant),+ }

        impl Say {
            /// The keys in language files, in the order of the variants.
            pub const KEYS: &[&str] = &[$($key),+];
        }
    };
}

impl Say {
    /// How many phrases the widget needs.
    pub const WIDGET: usize = Self::Weekdays as usize;
}

/// The phrases of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrases(Vec<String>);

compact_struct!(Phrases { 0 });

impl Phrases {
    /// The phrase, or nothing where this copy was cut to what the widget needs.
    pub fn say(&self, what: Say) -> &str {
        self.0.get(what as usize).map_or("", String::as_str)
    }

    /// The phrase with `{0}`, `{1}` … replaced. A phrase of two forms, parted by `|`, has the first where
    /// `{0}` is 1, the second elsewhere.
    pub fn fill(&self, what: Say, values: &[&str]) -> String {
        let mut out = String::new();
        let mut rest = match self.say(what).split_once('|') {
            Some((one, _)) if values.first() == Some(&"1") => one,
            Some((_, other)) => other,
            None => self.say(what),
        };
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let value = after.as_bytes().first().and_then(|digit| values.get(usize::from(digit.wrapping_sub(b'0'))));
            match (value, after.get(1..2)) {
                (Some(value), Some("}")) => {
                    out.push_str(value);
                    rest = &after[2..];
                    // "3:30 p. m." at a sentence's end has its full stop already.
                    if value.ends_with('.') && rest.starts_with('.') {
                        rest = &rest[1..];
                    }
                }
                _ => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// Only what the widget says.
    #[must_use]
    pub fn for_widget(&self) -> Self {
        Self(self.0.iter().take(Say::WIDGET).cloned().collect())
    }

    /// Reads a language file: an object with exactly the keys of [`Say::KEYS`].
    ///
    /// # Errors
    /// Names a key that is missing or unknown.
    #[cfg(feature = "json")]
    pub fn from_json(json: &str) -> Result<Self, String> {
        let mut texts: std::collections::BTreeMap<String, String> = serde_json::from_str(json).map_err(|e| e.to_string())?;
        let mut found = Vec::with_capacity(Say::KEYS.len());
        for key in Say::KEYS {
            let text = texts.remove(*key).filter(|t| !t.is_empty());
            found.push(text.ok_or_else(|| format!("`{key}` is missing"))?);
        }
        match texts.keys().next() {
            Some(key) => Err(format!("`{key}` is not a phrase that we know")),
            None => Ok(Self(found)),
        }
    }
}

phrases! {
    Back = "back",
    Next = "next",
    Close = "close",
    Send = "send",
    Sending = "sending",
    Optional = "optional",
    StepOf = "step_of",
    Language = "language",
    WhoTitle = "who_title",
    WhoParent = "who_parent",
    WhoStudent = "who_student",
    WhoEmployee = "who_employee",
    WhoCommunity = "who_community",
    TopicTitle = "topic_title",
    TopicSearch = "topic_search",
    TopicNone = "topic_none",
    TopicFound = "topic_found",
    TopicPopular = "topic_popular",
    TopicSafety = "topic_safety",
    KindTitle = "kind_title",
    KindQuestion = "kind_question",
    KindComment = "kind_comment",
    KindConcern = "kind_concern",
    KindSuggestion = "kind_suggestion",
    KindCompliment = "kind_compliment",
    SchoolTitle = "school_title",
    SchoolNone = "school_none",
    FormTitle = "form_title",
    ContactTitle = "contact_title",
    ContactWhy = "contact_why",
    ContactName = "contact_name",
    ContactEmail = "contact_email",
    ContactPhone = "contact_phone",
    ContactLeave = "contact_leave",
    ContactAnonymous = "contact_anonymous",
    ContactAnonymousWhy = "contact_anonymous_why",
    ContactWays = "contact_ways",
    Confidential = "confidential",
    CheckTitle = "check_title",
    Change = "change",
    ReceiptTitle = "receipt_title",
    ReceiptTitleUnnamed = "receipt_title_unnamed",
    ReceiptReference = "receipt_reference",
    Copy = "copy",
    Copied = "copied",
    CopyByHand = "copy_by_hand",
    HearBy = "hear_by",
    NextTitle = "next_title",
    NextRead = "next_read",
    NextMail = "next_mail",
    NextPage = "next_page",
    NextKeep = "next_keep",
    NextCall = "next_call",
    OpenPage = "open_page",
    AnotherOne = "another_one",
    Yes = "yes",
    No = "no",
    ChooseOne = "choose_one",
    FilesAdd = "files_add",
    FilesRemove = "files_remove",
    FilesRetry = "files_retry",
    FilesHint = "files_hint",
    FilesProgress = "files_progress",
    FilesDone = "files_done",
    FilesFailed = "files_failed",
    FilesWait = "files_wait",
    FilesLater = "files_later",
    Mend = "mend",
    FailOffline = "fail_offline",
    FailPortal = "fail_portal",
    FailServer = "fail_server",
    FailLimited = "fail_limited",
    FailChanged = "fail_changed",
    FailArrived = "fail_arrived",
    WaitsHere = "waits_here",
    WaitsInTab = "waits_in_tab",
    Shared = "shared",
    OutboxArrived = "outbox_arrived",
    OutboxRefused = "outbox_refused",
    OutboxOld = "outbox_old",
    OutboxOpen = "outbox_open",
    OutboxDone = "outbox_done",
    OutboxDiscard = "outbox_discard",
    OpenOnPage = "open_on_page",
    DraftKept = "draft_kept",
    StartOver = "start_over",
    LeaveQuickly = "leave_quickly",
    LeaveEmpty = "leave_empty",
    ProblemRequired = "problem_required",
    ProblemUnknown = "problem_unknown",
    ProblemHidden = "problem_hidden",
    ProblemWrongType = "problem_wrong_type",
    ProblemUnprintable = "problem_unprintable",
    ProblemTooShort = "problem_too_short",
    ProblemTooLong = "problem_too_long",
    ProblemNotANumber = "problem_not_a_number",
    ProblemNotWhole = "problem_not_whole",
    ProblemTooSmall = "problem_too_small",
    ProblemTooLarge = "problem_too_large",
    ProblemNotADate = "problem_not_a_date",
    ProblemTooEarly = "problem_too_early",
    ProblemTooLate = "problem_too_late",
    ProblemNotATime = "problem_not_a_time",
    ProblemNotAnEmail = "problem_not_an_email",
    ProblemNotAPhone = "problem_not_a_phone",
    ProblemNotOffered = "problem_not_offered",
    ProblemTooFew = "problem_too_few",
    ProblemTooMany = "problem_too_many",
    ProblemNoContact = "problem_no_contact",
    ProblemNotAnonymous = "problem_not_anonymous",
    ProblemBadPlace = "problem_bad_place",
    ProblemFileGone = "problem_file_gone",
    ProblemFileTooLarge = "problem_file_too_large",
    ProblemFileType = "problem_file_type",
    ProblemFileNotWhatItSays = "problem_file_not_what_it_says",
    PageAutomated = "page_automated",
    AnswersTitle = "answers_title",
    AnswerYes = "answer_yes",
    AnswerThanks = "answer_thanks",
    SmallWords = "small_words",
    Weekdays = "weekdays",
    Months = "months",
    HalfDays = "half_days",
    Moment = "moment",
    MomentAtOne = "moment_at_one",
    Day = "day",
    PageHome = "page_home",
    PageHomeText = "page_home_text",
    PageDistricts = "page_districts",
    PageCall = "page_call",
    PageSkip = "page_skip",
    PageCodeLink = "page_code_link",
    PageSearchButton = "page_search_button",
    PageMore = "page_more",
    AnswersAll = "answers_all",
    AnswersAllText = "answers_all_text",
    AnswersNone = "answers_none",
    AnswerAsk = "answer_ask",
    AnswerOnly = "answer_only",
    AnswerChanged = "answer_changed",
    AnswerGone = "answer_gone",
    AnswerGoneText = "answer_gone_text",
    PageKeptFile = "page_kept_file",
    PageExpired = "page_expired",
    PageContactOrNot = "page_contact_or_not",
    NotFoundTitle = "not_found_title",
    NotFoundText = "not_found_text",
    ErrorTitle = "error_title",
    ErrorBusy = "error_busy",
    ErrorTooLargeTitle = "error_too_large_title",
    ErrorTooLarge = "error_too_large",
    TitleInternal = "title_internal",
    TitleUnavailable = "title_unavailable",
    TitleNotFound = "title_not_found",
    TitleMethod = "title_method",
    TitleUnauthorized = "title_unauthorized",
    TitleForbidden = "title_forbidden",
    TitleToken = "title_token",
    TitleAutomated = "title_automated",
    TitleConflict = "title_conflict",
    TitleKeyReused = "title_key_reused",
    TitleFields = "title_fields",
    TitleRequest = "title_request",
    TitleTooLarge = "title_too_large",
    TitleMedia = "title_media",
    TitleTooMany = "title_too_many",
    SenderTitle = "sender_title",
    StatusNew = "status_new",
    StatusOpen = "status_open",
    StatusWaiting = "status_waiting",
    StatusClosed = "status_closed",
    StatusWithdrawn = "status_withdrawn",
    SenderYou = "sender_you",
    SenderStaff = "sender_staff",
    SenderAnswers = "sender_answers",
    SenderThread = "sender_thread",
    SenderAdd = "sender_add",
    SenderAddHelp = "sender_add_help",
    SenderAdded = "sender_added",
    SenderWithdraw = "sender_withdraw",
    SenderWithdrawHelp = "sender_withdraw_help",
    SenderWithdrawSure = "sender_withdraw_sure",
    SenderKeep = "sender_keep",
    CodeTitle = "code_title",
    CodeLabel = "code_label",
    CodeHelp = "code_help",
    CodeUnknown = "code_unknown",
    CodeReference = "code_reference",
    CodeOpen = "code_open",
    MailReceiptSubject = "mail_receipt_subject",
    MailHello = "mail_hello",
    MailHelloUnnamed = "mail_hello_unnamed",
    MailReceiptText = "mail_receipt_text",
    MailReference = "mail_reference",
    MailPage = "mail_page",
    MailReplySubject = "mail_reply_subject",
    MailReplyIntro = "mail_reply_intro",
    MailReplyPage = "mail_reply_page",
    MailClosedSubject = "mail_closed_subject",
    MailClosedText = "mail_closed_text",
    MailReplyFiles = "mail_reply_files",
    MailMovedSubject = "mail_moved_subject",
    MailMovedText = "mail_moved_text",
    MailMovedTime = "mail_moved_time",
    MailPostponedSubject = "mail_postponed_subject",
    MailPostponedText = "mail_postponed_text",
    MailLateSubject = "mail_late_subject",
    MailLateText = "mail_late_text",
    MailLateWho = "mail_late_who",
    MailSplitSubject = "mail_split_subject",
    MailSplitText = "mail_split_text",
    TitleReplied = "title_replied",
    TitleSecondFactor = "title_second_factor",
    TitleSecondFactorMissing = "title_second_factor_missing",
    MailFooter = "mail_footer",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled() {
        let phrases = Phrases(vec!["{0} of {1} {x} {".into()]);
        assert_eq!(phrases.fill(Say::Back, &["2", "{0}"]), "2 of {0} {x} {");
        let counted = Phrases(vec!["one thing|{0} things".into()]);
        assert_eq!(counted.fill(Say::Back, &["1"]), "one thing");
        assert_eq!(counted.fill(Say::Back, &["21"]), "21 things");
    }
}
