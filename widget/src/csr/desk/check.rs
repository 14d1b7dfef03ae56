//! What is wrong with the present step, and showing it where it is.

use super::Desk;
use crate::csr::files::FileState;
use crate::csr::net;
use crate::field::FieldState;
use crate::flow::Step;
use porchlight_shared::district::Topic;
use porchlight_shared::form::{Context, Field, FieldKind};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::{FieldProblem, ProblemKind};

impl Desk {
    /// Judges the present step; what is wrong is shown where it is.
    pub(in crate::csr) fn check(&self) -> bool {
        let Some(topic) = self.topic() else { return true };
        let problems = match self.flow.peek(|f| f.step) {
            Step::Form => self.check_form(topic),
            Step::Contact => match self.contact() {
                Some(contact) => contact.parse().err().unwrap_or_default(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        let good = problems.is_empty();
        self.show(problems);
        good
    }

    fn check_form(&self, topic: &Topic) -> Vec<FieldProblem> {
        let district = &self.settings.district;
        let schools: Vec<&str> = district.schools_for(topic).map(|s| s.id.as_str()).collect();
        let grades: Vec<&str> = district.grades.iter().map(|g| g.id.as_str()).collect();
        let context = Context { schools: &schools, grades: &grades, locale: &self.settings.locale };
        let mut problems = Vec::new();
        if topic.kind.is_none() && self.first("kind").is_none() {
            problems.push(FieldProblem::new("kind", ProblemKind::Required));
        }
        problems.extend(topic.form.parse(&self.answers(topic), &context).err().unwrap_or_default());
        for refused in self.refused_files(topic) {
            if !problems.iter().any(|p| p.field == refused.field) {
                problems.push(refused);
            }
        }
        problems
    }

    /// Files that were refused, as problems of their fields.
    pub(super) fn refused_files(&self, topic: &Topic) -> Vec<FieldProblem> {
        self.problem_files(topic, |state| if let FileState::Failed(why) = state { Some(why) } else { None })
    }

    /// Files that have not arrived, as problems of their fields.
    pub(in crate::csr) fn waiting_files(&self, topic: &Topic) -> Vec<FieldProblem> {
        self.problem_files(topic, |state| (!matches!(state, FileState::Sent(_))).then(|| self.say(Say::FilesWait)))
    }

    /// The questions for files that are asked now.
    pub(super) fn file_fields<'t>(&self, topic: &'t Topic) -> Vec<&'t Field> {
        let shown = topic.form.shown(&self.answers(topic));
        let asked = |(field, shown): &(&'t Field, bool)| *shown && matches!(field.kind, FieldKind::Files(_));
        topic.form.fields.iter().zip(shown).filter(asked).map(|(field, _)| field).collect()
    }

    fn problem_files(&self, topic: &Topic, problem: impl Fn(FileState) -> Option<String>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        for field in self.file_fields(topic) {
            let hint = self.files(&field.id).peek(|all| all.iter().find_map(|file| problem(file.state.now())));
            problems.extend(hint.map(|hint| FieldProblem::new(&field.id, ProblemKind::Pattern { hint })));
        }
        problems
    }

    /// Puts problems where they belong, and the focus on their summary.
    pub(in crate::csr) fn show(&self, mut problems: Vec<FieldProblem>) {
        for problem in &mut problems {
            if let ProblemKind::TooEarly { min: day } | ProblemKind::TooLate { max: day } = &mut problem.kind {
                *day = net::words(self.settings.locale.as_str(), day);
            }
        }
        let states: Vec<FieldState> = self.inner.borrow().states.values().cloned().collect();
        for state in states {
            state.problem.set(None);
        }
        for problem in &problems {
            let name = if problem.field == "contact" { "contact.email" } else { &problem.field };
            self.state(name).problem.set(Some(problem.kind.sentence(&self.phrases)));
        }
        let any = !problems.is_empty();
        self.problems.set(problems);
        if any {
            net::focus(&self.root, ".summary");
        }
    }
}
