//! Rooms beside the inbox: oneself, people, rules, the audit trail, what helps to write.

mod invited;
pub(super) mod me;
pub(super) mod people;
mod rule;
pub(super) mod rules;
pub(super) mod second_factor;
pub(super) mod teams;
mod template;
pub(super) mod templates;
pub(super) mod trail;
