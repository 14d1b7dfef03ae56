//! Who is here: logging in, logging out, and a session that ends on its own.

use super::{Desk, Stage};
use crate::api::{self, Failure};
use crate::state::draft::Drafts;
use crate::state::route::{Room, Route};
use crate::time;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{LogIn, Me};
use std::collections::BTreeSet;

/// The password was right, and yet the next call came without a session.
const NO_COOKIE: &str = "This browser did not keep the session. Please allow cookies for this site, then log in again.";

impl Desk {
    /// Asks the server whether somebody is logged in.
    pub(crate) fn ask_who(self) {
        self.stage.set(Stage::Asking);
        spawn_local(async move {
            match api::get("/me").await {
                Ok(me) => self.welcome(me),
                Err(Failure::LoggedOut) => self.stage.set(Stage::LoggedOut),
                Err(failure) => self.stage.set(Stage::Failed(failure)),
            }
        });
    }

    /// # Errors
    /// Whatever the server says, [`Failure::LoggedOut`] for a wrong e-mail or password.
    pub(crate) async fn log_in(self, email: &str, password: &str, code: Option<&str>) -> Result<(), Failure> {
        let given = LogIn { email: email.to_owned(), password: password.to_owned(), code: code.map(str::to_owned) };
        api::send::<()>(Method::POST, "/session", &given).await?;
        self.enter().await
    }

    /// Comes in with the session that the server just began.
    ///
    /// # Errors
    /// The browser did not keep it, or the server does not answer.
    pub(crate) async fn enter(self) -> Result<(), Failure> {
        let me = api::get("/me").await.map_err(|failure| match failure {
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
            self.forget_left();
            self.rest.set(None);
        }
        self.zone.set(time::zone(&me.district.time_zone));
        let missing = me.second_factor_missing;
        self.me.set(Some(me));
        // An invitation's link, once used, leads in.
        let at_door = self.route.with_untracked(|route| matches!(route.room, Room::Join(_) | Room::Password(_)));
        if missing {
            self.go(&Route::to_room(Room::Me));
        } else if at_door {
            self.go(&Route::default());
        }
        self.notice.set(None);
        self.stage.set(Stage::LoggedIn);
    }

    /// Reads again who this is and what they may: people, tags and rights change.
    pub(crate) fn renew_me(self) {
        spawn_local(async move {
            if let Ok(me) = api::get::<Me>("/me").await {
                self.me.set(Some(me));
            }
        });
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
        self.keep_drafts().await;
        let what = if everywhere { "/sessions" } else { "/session" };
        match api::act::<()>(Method::DELETE, what).await {
            Ok(()) | Err(Failure::LoggedOut) => {}
            Err(failure) => return Err(failure),
        }
        self.clear_screen();
        self.drafts.set(Drafts::default());
        self.forget_left();
        self.rest.set(None);
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
        self.related.clear();
        self.views.clear();
        self.notices.clear();
        self.ownerless.clear();
        self.alerts.clear();
        self.selected.set(BTreeSet::new());
        self.sheet.set(None);
        self.toast.set(None);
        self.rest.set(None);
        self.trouble.set(None);
        self.not_sent.set(None);
        self.busy.set(false);
        self.said.set(String::new());
    }
}
