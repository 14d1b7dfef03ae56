//! Photos as thumbnails, other files as links.

use super::icon::{self, Icon};
use super::use_desk;
use crate::desk::Sheet;
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::File;

#[component]
pub(super) fn Files(files: Vec<File>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        let each = files
            .into_iter()
            .map(|file| {
                view! {
                    <li>
                        {if file.is_image() {
                            view! { <Thumbnail file /> }.into_any()
                        } else {
                            view! { <Download file /> }.into_any()
                        }}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="files">{each}</ul> }
    })
}

#[component]
fn Thumbnail(file: File) -> impl IntoView {
    let desk = use_desk();
    let (url, label) = (file.url.clone(), format!("Show the photo {}", file.name));
    let (width, height) = (file.width, file.height);
    view! {
        <button
            type="button"
            class="thumbnail"
            aria-label=label
            aria-haspopup="dialog"
            on:click=move |_| desk.sheet.set(Some(Sheet::Photo(file.clone())))
        >
            <img src=url alt="" width=width height=height loading="lazy" decoding="async" />
        </button>
    }
}

#[component]
fn Download(file: File) -> impl IntoView {
    let name = file.name.clone();
    view! {
        <a class="file" href=file.url download=file.name>
            <Icon path=icon::FILE />
            <span>{name}</span>
            <span class="file-size">{words::size(file.size)}</span>
        </a>
    }
}

/// The full picture, in the sheet.
#[component]
pub(super) fn Photo(file: File) -> impl IntoView {
    let link = file.url.clone();
    view! {
        <figure class="photo">
            <img src=file.url alt=format!("Photo from the sender: {}", file.name) width=file.width height=file.height />
            <figcaption>
                <span>{format!("{} · {}", file.name, words::size(file.size))}</span>
                <a href=link download=file.name>
                    "Download"
                </a>
            </figcaption>
        </figure>
    }
}
