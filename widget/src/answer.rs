//! Answers that stand already, beside the question: offered, never forced.

use crate::node::{Element, Node, el};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::published::PublishedAnswer;

/// The input that names the answers that somebody read.
pub const READ: &str = "answers.read";

/// One answer, folded. `school` is the only one for which it holds; `yes` is how somebody says that it is theirs.
pub fn answer_view(answer: &PublishedAnswer, school: Option<&str>, yes: impl Into<Node>) -> Element {
    el("details")
        .class("answer")
        .child(el("summary").child(answer.question.clone()))
        .child(school.map(|name| el("p").class("help").child(name.to_owned())))
        .child(el("p").class("said").child(answer.text.clone()))
        .child(yes)
}

/// Several under their heading; nothing where there is none.
pub fn answers_view(phrases: &Phrases, answers: Vec<Node>) -> Node {
    if answers.is_empty() {
        return answers.into();
    }
    el("section").child(el("h3").child(phrases.say(Say::AnswersTitle).to_owned())).child(answers).into()
}
