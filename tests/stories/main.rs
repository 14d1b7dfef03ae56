//! People's stories, through the public door.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so")]

/// The same story on both engines.
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $($(#[$doc])* mod $name {
            use super::*;
            async fn story($app: TestApp) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { story(TestApp::start(porchlight_tests::Engine::Sqlite).await).await; }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() { story(TestApp::start(porchlight_tests::Engine::Postgres).await).await; }
        })+
    };
}

mod anonymous;
mod bad_input;
mod browser;
mod console;
mod faults;
mod forms;
mod intake;
mod landing;
mod staff;
