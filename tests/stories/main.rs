//! People's stories, through the public door.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so")]

/// The same story on both engines; `= Wish { … }` says how its server differs.
macro_rules! on_both_engines {
    (@wish) => { porchlight_tests::app::Wish::default() };
    (@wish $wish:expr) => { $wish };
    ($($(#[$doc:meta])* async fn $name:ident($app:ident: TestApp $(= $wish:expr)?) $body:block)+) => {
        $($(#[$doc])* mod $name {
            #[allow(unused_imports, reason = "some stories need less than others")]
            use super::*;
            use porchlight_tests::{Engine, TestApp};
            async fn story($app: TestApp) $body
            async fn on(engine: Engine) {
                story(TestApp::wish(porchlight_tests::app::Wish { engine, ..on_both_engines!(@wish $($wish)?) }).await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { on(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() { on(Engine::Postgres).await; }
        })+
    };
}

mod alert_words;
mod alerts;
mod anonymous;
mod answers;
mod bad_input;
mod browser;
mod caring;
mod coach;
mod colleagues;
mod concern;
mod console;
mod districts;
mod faults;
mod forms;
mod frameworks;
mod good_reply;
mod guest;
mod intake;
mod landing;
mod lists;
mod live;
mod manners;
mod matrix;
mod networks;
mod night;
mod once;
mod outbox;
mod outline;
mod people;
mod permissions;
mod photos;
mod pieces;
mod post;
mod practice;
mod promises;
mod reach;
mod screens;
mod sealed;
mod search;
mod staff;
mod templates;
mod together;
mod upgrade;
mod widget;
mod words;
