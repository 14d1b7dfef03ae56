//! What the stories stand on: a server in this process, real databases, a real browser.

pub mod app;
pub mod browser;
pub mod corpus;
pub mod line;
pub mod mailserver;
pub mod office;
pub mod postgres;
pub mod program;
pub mod site;

pub use app::{Engine, TestApp};
