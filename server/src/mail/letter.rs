//! One mail as people read it: in plain text and in HTML, from the same paragraphs.

/// One mail, before it is told to whom it belongs.
pub(super) struct Letter {
    pub(super) subject: String,
    /// Paragraphs; a link stands alone in its own.
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) automatic: bool,
    pub(super) lang: String,
    /// `#rrggbb` that can be read on white.
    pub(super) accent: String,
}

pub(super) enum Paragraph {
    Text(String),
    /// The words of a person, kept as they were written.
    Quote(String),
    Link(String),
    Small(String),
    /// A heading within.
    Title(String),
}

impl Letter {
    pub(super) fn as_text(&self) -> String {
        let each = |p: &Paragraph| match p {
            Paragraph::Text(t) | Paragraph::Link(t) | Paragraph::Small(t) => t.clone(),
            Paragraph::Title(t) => format!("{t}\n{}", "-".repeat(t.chars().count().min(70))),
            Paragraph::Quote(t) => t.lines().map(|l| format!("> {l}")).collect::<Vec<_>>().join("\n"),
        };
        self.paragraphs.iter().map(each).collect::<Vec<_>>().join("\n\n") + "\n"
    }

    pub(super) fn as_html(&self) -> String {
        const BODY: &str = "font:16px/1.5 system-ui,sans-serif;color:#24211d;max-width:34em;margin:0 auto;padding:24px";
        const QUOTE: &str =
            "margin:0 0 16px;padding:12px 16px;border-left:3px solid #0f6b6b;background:#f6f3ee;white-space:pre-wrap";
        let accent = &self.accent;
        let each = |p: &Paragraph| match p {
            Paragraph::Text(t) => format!("<p style=\"margin:0 0 16px\">{}</p>", escape(t)),
            Paragraph::Quote(t) => {
                format!("<blockquote style=\"{QUOTE};border-left:3px solid {accent}\">{}</blockquote>", escape(t))
            }
            Paragraph::Link(t) => {
                format!("<p style=\"margin:0 0 16px\"><a href=\"{0}\" style=\"color:{accent}\">{0}</a></p>", escape(t))
            }
            Paragraph::Title(t) => format!("<h2 style=\"margin:28px 0 8px;font-size:18px\">{}</h2>", escape(t)),
            Paragraph::Small(t) => format!("<p style=\"margin:24px 0 0;font-size:14px;color:#5c564d\">{}</p>", escape(t)),
        };
        let inside: String = self.paragraphs.iter().map(each).collect();
        format!(
            "<!doctype html><html lang=\"{}\" dir=\"{}\"><body style=\"{BODY}\">{inside}</body></html>",
            self.lang,
            porchlight_shared::text::direction(&self.lang)
        )
    }
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
