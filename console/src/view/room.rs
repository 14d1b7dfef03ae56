//! Rooms beside the inbox: oneself, people, rules, the audit trail, what helps to write.

pub(super) mod answers;
mod invited;
pub(super) mod me;
pub(super) mod people;
pub(super) mod practice;
mod rehearsal;
mod rule;
pub(super) mod rules;
mod scenario;
pub(super) mod second_factor;
pub(super) mod teams;
mod template;
pub(super) mod templates;
pub(super) mod trail;
mod writing;
