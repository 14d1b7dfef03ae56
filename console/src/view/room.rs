//! Rooms beside the inbox: oneself, people, rules, the audit trail.

mod invited;
pub(super) mod me;
pub(super) mod people;
mod rule;
pub(super) mod rules;
pub(super) mod second_factor;
pub(super) mod teams;
pub(super) mod trail;
