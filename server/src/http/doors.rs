//! Coming in without a session: accepting an invitation, and a forgotten password. The words of the mails' links come in
//! bodies, never in addresses, so that no log has them.

use super::guard::same_origin;
use super::session;
use super::staff::{Given, given};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::people;
use crate::store::Result;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use porchlight_shared::api;
use std::sync::Arc;

/// `POST /invitation/look`: what the link is about.
pub(crate) async fn look(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Given<api::InvitationToken>,
) -> Result<Json<api::InvitationShown>> {
    app.limits.check(Action::Code, visitor.address, "invitation")?;
    let token = given(body, "Send token as JSON.")?.token;
    let (district, invitation) = people::invitation_of(&app, &token).await?;
    Ok(Json(api::InvitationShown {
        district: district.district.name.clone(),
        known: app.db.account_by_email(&invitation.email).await?.is_some(),
        email: invitation.email,
        name: invitation.name,
        role: invitation.role,
    }))
}

/// `POST /invitation`: joins, and is logged in.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Given<api::AcceptInvitation>,
) -> Result<Response> {
    same_origin(&app, &headers, false)?;
    let new = given(body, "Send token, name and password as JSON.")?;
    app.limits.check(Action::LogIn, visitor.address, "invitation")?;
    let (account, district) = people::join(&app, &new.token, &new.name, &new.password).await?;
    // An account that was there may have a second factor: its door is the log-in.
    if app.db.second_factor(&account).await?.confirmed {
        return Err(Error::SecondFactor);
    }
    session::begin(&app, &account, &district, &headers).await
}

/// `POST /password-reset`: the answer is the same whether the address is known or not.
pub(crate) async fn forgot(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Given<api::ForgotPassword>,
) -> Result<StatusCode> {
    same_origin(&app, &headers, false)?;
    let email = given(body, "Send email as JSON.")?.email.trim().to_lowercase().replace('\0', "");
    app.limits.check(Action::LogIn, visitor.address, &email)?;
    // One address gets no storm of mails, from wherever they are asked for; nor does anybody learn that it did not.
    if app.limits.check_recipient(&email).is_ok() {
        people::forgot_password(&app, &email, visitor.is_local()).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

/// `PUT /password-reset`
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Given<api::ResetPassword>,
) -> Result<StatusCode> {
    same_origin(&app, &headers, false)?;
    app.limits.check(Action::LogIn, visitor.address, "password reset")?;
    let new = given(body, "Send token and password as JSON.")?;
    people::reset_password(&app, &new.token, &new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
