//! Coming in: invitations, and the way back for who forgot their password.

use super::{audit, short};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::password;
use crate::store::{DistrictRecord, InvitationRecord, NewAccount, NewJob, Result, Tx};
use jiff::Timestamp;
use porchlight_shared::contact::Email;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::status::Role;
use serde_json::json;

/// An invitation counts for so many days.
const INVITATION_DAYS: i64 = 14;
/// A link to a new password counts for so many minutes.
const RESET_MINUTES: i64 = 60;

/// Whom to invite, and as what.
pub struct Invite<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub title: &'a str,
    pub role: Role,
}

/// Invites somebody by mail. Returns the invitation's id.
///
/// # Errors
/// The address is none, or is of somebody who is here already; the database refused.
pub async fn invite(app: &App, district: &DistrictRecord, by: &str, invite: &Invite<'_>) -> Result<String> {
    let email = Email::parse(invite.email).map_err(|kind| Error::field("email", kind))?.as_str().to_lowercase();
    let here = app.db.staff(&district.id).await?.into_iter().find(|p| p.email == email);
    if let Some(person) = here {
        let words =
            if person.disabled { "was here before. Let them in again in the list of people." } else { "is here already." };
        return Err(Error::refused("email", format!("{} {words}", person.name)));
    }
    if app.db.open_invitations(&district.id).await?.iter().any(|i| i.email == email) {
        return Err(Error::refused("email", "This address is invited already. Send the invitation again from the list."));
    }
    let now = app.now();
    let invitation = InvitationRecord {
        district_id: district.id.clone(),
        id: new_id(now),
        email,
        name: short("name", invite.name)?,
        title: short("title", invite.title)?,
        role: invite.role,
        created_at: now.as_millisecond(),
        expires_at: in_days(now, INVITATION_DAYS),
        is_open: true,
    };
    let mut tx = app.db.begin().await?;
    tx.insert_invitation(&invitation, by).await?;
    audit(&mut tx, &district.id, Some(by), "invited", &json!({ "to": invitation.id, "role": invite.role }), now).await?;
    mail_invitation(&mut tx, &district.id, &invitation.id, now).await?;
    tx.commit().await?;
    app.wake();
    Ok(invitation.id)
}

fn in_days(now: Timestamp, days: i64) -> i64 {
    now.as_millisecond() + days * 86_400_000
}

async fn mail_invitation(tx: &mut Tx, district: &str, id: &str, now: Timestamp) -> Result<()> {
    let payload = json!({ "district": district, "id": id }).to_string();
    tx.insert_jobs(&[&NewJob { id: new_id(now), kind: "mail_invitation", payload, run_at: now.as_millisecond() }]).await
}

/// Mails an invitation again; it counts from now on for its whole time.
///
/// # Errors
/// [`Error::NotFound`] when it is not open; the database refused.
pub async fn invite_again(app: &App, district: &DistrictRecord, by: &str, id: &str) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    tx.extend_invitation(&district.id, id, in_days(now, INVITATION_DAYS)).await?;
    audit(&mut tx, &district.id, Some(by), "invited_again", &json!({ "to": id }), now).await?;
    mail_invitation(&mut tx, &district.id, id, now).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Takes an invitation back.
///
/// # Errors
/// [`Error::NotFound`] when it is not open; the database refused.
pub async fn uninvite(app: &App, district: &DistrictRecord, by: &str, id: &str) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    tx.revoke_invitation(&district.id, id, now.as_millisecond()).await?;
    audit(&mut tx, &district.id, Some(by), "uninvited", &json!({ "from": id }), now).await?;
    tx.commit().await
}

/// The invitation of a link's word, with its district.
///
/// # Errors
/// [`Error::NotFound`] when the word is not ours, or does not count any more.
pub async fn invitation_of(app: &App, word: &str) -> Result<(std::sync::Arc<DistrictRecord>, InvitationRecord)> {
    let (district, id) = app.secrets.read_invitation(word).ok_or(Error::NotFound)?;
    let district = app.district_by_id(&district)?;
    let invitation = app.db.invitation(&district.id, &id).await?.ok_or(Error::NotFound)?;
    let counts = invitation.is_open && invitation.expires_at > app.now().as_millisecond();
    if counts { Ok((district, invitation)) } else { Err(Error::NotFound) }
}

/// Joins: makes the account, or takes the one with this address, whose password it must be. Returns account and district.
///
/// # Errors
/// The invitation does not count; name or password need mending; the password of the account that is there is another.
pub async fn join(app: &App, word: &str, name: &str, password: &str) -> Result<(String, String)> {
    let (district, invitation) = invitation_of(app, word).await?;
    let known = app.db.account_by_email(&invitation.email).await?;
    if known.is_some() {
        // A password is tried here, too.
        app.limits.check_account(&invitation.email)?;
    }
    let now = app.now();
    let name = short("name", name)?;
    if known.is_none() {
        good_password("password", password)?;
        if name.is_empty() {
            return Err(Error::field("name", ProblemKind::Required));
        }
    }
    let _slot = app.password_slots.acquire().await.map_err(|_| Error::Unavailable)?;
    let (given, kept) = (password.to_owned(), known.as_ref().map(|a| a.password_hash.clone()));
    let hashed = tokio::task::spawn_blocking(move || match kept {
        Some(kept) => Ok(password::verify(&given, Some(&kept)).then_some(kept)),
        None => password::hash(&given).map(Some),
    });
    let hashed = hashed.await.map_err(|_| Error::Unavailable)?.map_err(|_| Error::Unavailable)?;
    let Some(hash) = hashed.filter(|_| known.as_ref().is_none_or(|a| !a.disabled)) else {
        return Err(Error::refused("password", "There is an account with this address already. Please write its password."));
    };
    let id = known.map_or_else(|| new_id(now), |account| account.id);
    let at = now.as_millisecond();
    let mut tx = app.db.begin().await?;
    tx.accept_invitation(&district.id, &invitation.id, at).await?;
    if app.db.account(&id).await?.is_none() {
        let new = NewAccount { id: &id, email: &invitation.email, name: &name, password_hash: &hash, demo: false, at };
        tx.insert_account(&new).await?;
    }
    tx.set_member(&district.id, &id, invitation.role, &invitation.title).await?;
    tx.touch_district(&district.id).await?;
    audit(&mut tx, &district.id, Some(&id), "joined", &json!({ "role": invitation.role, "invitation": invitation.id }), now)
        .await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok((id, district.id.clone()))
}

/// # Errors
/// It is shorter than [`password::MIN`], or longer than anybody types.
pub fn good_password(field: &'static str, password: &str) -> Result<()> {
    let count = password.chars().count();
    if count < password::MIN {
        return Err(Error::refused(
            field,
            format!("Please choose a password of at least {} characters. A short sentence is good.", password::MIN),
        ));
    }
    if count > 256 {
        return Err(Error::refused(field, "Please choose a password of at most 256 characters."));
    }
    Ok(())
}

/// Sends the way to a new password, where the address is known; nobody learns from outside whether it is.
///
/// # Errors
/// The database refused.
pub async fn forgot_password(app: &App, email: &str, local: bool) -> Result<()> {
    let Some(account) = app.db.account_by_email(email).await?.filter(|a| !a.disabled && (!a.demo || local)) else {
        return Ok(());
    };
    let now = app.now();
    let id = new_id(now);
    let mut tx = app.db.begin().await?;
    tx.insert_password_reset(&id, &account.id, now.as_millisecond(), now.as_millisecond() + RESET_MINUTES * 60_000).await?;
    let payload = json!({ "id": id, "account": account.id }).to_string();
    tx.insert_jobs(&[&NewJob { id: new_id(now), kind: "mail_reset", payload, run_at: now.as_millisecond() }]).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Chooses a new password by a link's word; every session ends.
///
/// # Errors
/// [`Error::NotFound`] when the word does not count; the password needs mending; the database refused.
pub async fn reset_password(app: &App, word: &str, new: &str) -> Result<()> {
    let now = app.now();
    let at = now.as_millisecond();
    let id = app.secrets.read_password_reset(word).ok_or(Error::NotFound)?;
    let account = app.db.password_reset(&id, at).await?.ok_or(Error::NotFound)?;
    good_password("password", new)?;
    let hash = hash_password(app, new).await?;
    let mut tx = app.db.begin().await?;
    tx.use_password_reset(&id, at).await?;
    tx.set_password(&account, &hash).await?;
    tx.delete_sessions_of(&account).await?;
    for district in app.db.districts_of(&account).await? {
        audit(&mut tx, &district, Some(&account), "password_reset", &json!({}), now).await?;
    }
    tx.commit().await
}

/// Hashes where blocking is allowed, a few at a time.
///
/// # Errors
/// The system gives no randomness.
pub async fn hash_password(app: &App, password: &str) -> Result<String> {
    let _slot = app.password_slots.acquire().await.map_err(|_| Error::Unavailable)?;
    let given = password.to_owned();
    let hash = tokio::task::spawn_blocking(move || password::hash(&given)).await.map_err(|_| Error::Unavailable)?;
    hash.map_err(|_| Error::Unavailable)
}
