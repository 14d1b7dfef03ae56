//! The audit trail of the whole district.

use crate::api::{self, ROOT};
use crate::desk::Loaded;
use crate::state::route::Route;
use crate::view::form::{Pick, shown};
use crate::view::part::When;
use crate::view::use_desk;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{AuditEntry, Trail as Page};

#[component]
pub(in crate::view) fn Trail() -> impl IntoView {
    let desk = use_desk();
    let page = Loaded::<Page>::new("/trail");
    let who = RwSignal::new(String::new());
    let path = move |after: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("account", &who.get());
        if let Some(after) = after {
            query.append_pair("after", after);
        }
        format!("/trail?{}", query.finish())
    };
    Effect::new(move |before: Option<()>| {
        let path = path(None);
        if before.is_some() {
            page.load_from(desk, path);
        }
    });
    let people = desk.me.with_untracked(|me| me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
    let people =
        std::iter::once((String::new(), "Everybody".to_owned())).chain(people.into_iter().map(|c| (c.account_id, c.name)));
    let more = move |_| {
        let Some(next) = page.value.with_untracked(|page| page.as_ref().and_then(|p| p.next.clone())) else { return };
        let path = untrack(|| path(Some(&next)));
        spawn_local(async move {
            match api::get::<Page>(&path).await {
                Ok(further) => page.value.update(|page| {
                    if let Some(page) = page {
                        page.entries.extend(further.entries);
                        page.next = further.next;
                    }
                }),
                Err(failure) => desk.trouble.set(Some(failure.words())),
            }
        });
    };
    let list = shown(page, move |page| {
        let rows = page.entries.into_iter().map(|entry| {
            let link = entry.inquiry.as_ref().zip(entry.reference.clone()).map(|(id, reference)| {
                view! {
                    " "
                    <a href=Route::default().to_inquiry(id).hash()>{reference}</a>
                }
            });
            let said = AuditEntry {
                by: entry.by,
                action: entry.action,
                from: entry.from,
                to: entry.to,
                reason: entry.reason,
                at: entry.at.clone(),
            };
            view! {
                <li>
                    {words::audit(&said)}
                    {link}
                    " "
                    <span class="hint">
                        <When at=entry.at />
                    </span>
                </li>
            }
        });
        let next = page.next.is_some();
        view! {
            <ul class="rows">{rows.collect_view()}</ul>
            <button type="button" class="button" hidden=!next on:click=more>
                "Load more"
            </button>
        }
    });
    let export = move |_| {
        let query = path(None);
        spawn_local(async move {
            if let Err(failure) = download(&query).await {
                desk.tell_trouble(failure, None);
            }
        });
    };
    view! {
        <div class="room">
            <h1 id="room-title" tabindex="-1">
                "Audit trail"
            </h1>
            <p class="hint">"Who did what, when, from what to what. It only grows; nobody can change it."</p>
            <div class="two">
                <Pick id="trail-who" label="Who" options=people.collect() value=who />
                <button type="button" class="button" on:click=export>
                    "Export as CSV"
                </button>
            </div>
            {list}
        </div>
    }
}

/// Fetches the trail as CSV and hands it to the browser.
async fn download(path: &str) -> Result<(), String> {
    let failed = |_| "The export did not arrive. Please try again.".to_owned();
    let answer = gloo_net::http::Request::get(&format!("{ROOT}{path}")).header("Accept", "text/csv").send().await;
    let answer = answer.ok().filter(gloo_net::http::Response::ok).ok_or(()).map_err(failed)?;
    let text = answer.text().await.map_err(|_| failed(()))?;
    crate::dom::save_as("audit-trail.csv", "text/csv", &text).ok_or(()).map_err(failed)
}
