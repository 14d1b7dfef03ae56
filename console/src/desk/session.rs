//! Who is here: logging in, logging out, and a session that ends on its own.

use super::{Desk, Stage};
use crate::api::{self, Failure};
use crate::state::draft::Drafts;
use crate::state::route::Route;
use crate::time;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::Me;

/// The password was right, and yet the next call came without a session.
const NO_COOKIE: &str = "This browser did not keep the session. Please allow cookies for this site, then log in again.";

impl Desk {
    /// Asks the server whether somebody is logged in.
    pub(crate) fn ask_who(self) {
        self.stage.set(Stage::Asking);
        spawn_local(async move {
            match api::me().await {
                Ok(me) => self.welcome(me),
                Err(Failure::LoggedOut) => self.stage.set(Stage::LoggedOut),
                Err(failure) => self.stage.set(Stage::Failed(failure)),
            }
        });
    }

    /// # Errors
    /// Whatever the server says, [`Failure::LoggedOut`] for a wrong e-mail or password.
    pub(crate) async fn log_in(self, email: &str, password: &str) -> Result<(), Failure> {
        api::log_in(email, password).await?;
        let me = api::me().await.map_err(|failure| match failure {
            Failure::LoggedOut => Failure::Refused(NO_COOKIE.to_owned()),
            other => other,
        })?;
        self.welcome(me);
        Ok(())
    }

    fn welcome(self, me: Me) {
        let same = self.me.with_untracked(|old| old.as_ref().is_none_or(|old| old.account_id == me.account_id));
        if !same {
            // Somebody else's texts are not for this person.
            self.drafts.set(Drafts::default());
        }
        self.zone.set(time::zone(&me.district.time_zone));
        self.me.set(Some(me));
        self.notice.set(None);
        self.stage.set(Stage::LoggedIn);
    }

    /// The server no longer knows the session. What was typed waits for the person to come back.
    pub(crate) fn session_ended(self) {
        if self.stage.with_untracked(|stage| *stage != Stage::LoggedIn) {
            return;
        }
        self.clear_screen();
        self.notice.set(Some(Failure::LoggedOut.words()));
        self.stage.set(Stage::LoggedOut);
    }

    /// # Errors
    /// The server did not answer; the session may still be open.
    pub(crate) async fn log_out(self, everywhere: bool) -> Result<(), Failure> {
        match api::log_out(everywhere).await {
            Ok(()) | Err(Failure::LoggedOut) => {}
            Err(failure) => return Err(failure),
        }
        self.clear_screen();
        self.drafts.set(Drafts::default());
        self.me.set(None);
        self.notice.set(Some("You are logged out.".to_owned()));
        self.stage.set(Stage::LoggedOut);
        self.go(&Route::default());
        Ok(())
    }

    /// Takes every inquiry off the screen and out of memory.
    fn clear_screen(self) {
        self.inbox.clear();
        self.opened.clear();
        self.sheet.set(None);
        self.toast.set(None);
        self.trouble.set(None);
        self.not_sent.set(None);
        self.busy.set(false);
        self.said.set(String::new());
    }
}
