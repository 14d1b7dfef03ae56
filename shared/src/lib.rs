//! What the browser and the server must agree on: the words, the forms, what counts as a good answer.
//!
//! Nothing here does I/O or reads a clock, so the same code decides in the widget, on a landing page
//! and in the API. Read it in the order in which a person meets it: a [`district`] offers topics,
//! each with a [`form`]; what was typed becomes an [`inquiry`]; what is wrong is a [`problem`], said
//! in the person's language by [`phrase`].
#![forbid(unsafe_code)]

#[cfg(feature = "json")]
pub mod alert;
#[cfg(feature = "json")]
pub mod api;
#[cfg(feature = "calendar")]
pub mod calendar;
pub mod coach;
pub mod compact;
pub mod contact;
pub mod decimal;
#[cfg(feature = "json")]
pub mod definition;
pub mod district;
pub mod form;
pub mod inquiry;
pub mod mention;
pub mod named;
pub mod pattern;
pub mod personal;
pub mod phrase;
#[cfg(feature = "json")]
pub mod practice;
pub mod problem;
#[cfg(feature = "json")]
pub mod promise;
pub mod published;
#[cfg(feature = "json")]
pub mod rules;
pub mod search;
pub mod status;
pub mod template;
pub mod text;
pub mod wire;
