//! Porchlight's server. Follow the inquiry: it comes in through a channel ([`http`]), is logged
//! ([`intake`]), routed ([`routing`]), answered ([`answer`]); [`store`] keeps it, [`job`] tells the outside.
#![forbid(unsafe_code)]

pub mod access;
pub mod alert;
pub mod answer;
pub mod app;
pub mod assets;
pub mod brand;
pub mod card;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod files;
pub mod http;
pub mod intake;
pub mod job;
pub mod likeness;
pub mod limit;
pub mod locale;
pub mod mail;
pub mod merge;
pub mod notice;
pub mod password;
pub mod people;
pub mod practice;
pub mod published;
pub mod routing;
pub mod search;
pub mod second_factor;
pub mod secret;
pub mod serve;
pub mod store;
pub mod template;
pub mod watch;
