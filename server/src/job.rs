//! Durable jobs: what follows from a change and must reach the outside.
//!
//! A job was written in the transaction that made it necessary. Any number of workers claim jobs; a
//! claim runs out, so a machine that dies gives its jobs back. Done twice must be harmless.

use crate::app::App;
use crate::mail::{self, Occasion, Refused};
use crate::store::{JobRecord, Lane, Result};
use crate::{alert, answer, assets, files, notice, search, watch};
use futures_util::StreamExt;
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Milliseconds for which a claim holds.
const CLAIM_MS: i64 = 5 * 60 * 1_000;
/// For alerts it is short: after a machine died, another one goes on within the minute that is promised.
const ALERT_CLAIM_MS: i64 = 25 * 1_000;
/// Jobs that one worker claims together.
const CLAIMED: u32 = 64;
/// Jobs that run side by side.
const AT_ONCE: usize = 8;
/// Alerts are claimed as many as run side by side, so that none waits behind others while its claim runs out.
const AT_ONCE_ALERTS: u32 = 8;
/// What was done is forgotten so often: a machine that dies leaves no more to be done twice.
const DONE_TWICE: Duration = Duration::from_secs(1);
/// Tries before a job is given up: with doubling waits, about two days.
const MOST_TRIES: u32 = 14;

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    district: String,
    #[serde(default)]
    inquiry: String,
    /// The inquiry in whose thread the message is, where that is another one.
    #[serde(default)]
    of: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    account: String,
    /// An invitation or a password reset.
    #[serde(default)]
    id: String,
    /// What must still be so when it is mailed, and what was so before; in ms UTC.
    #[serde(default)]
    at: i64,
    #[serde(default)]
    before: i64,
    /// A step in the line of an alert.
    #[serde(default)]
    step: i64,
    /// Answers that a sender had read, by their addresses.
    #[serde(default)]
    answers: Vec<String>,
}

/// Works until the server stops; what was begun is done first.
pub async fn work(app: Arc<App>) {
    futures_util::future::join_all(Lane::ALL.map(|lane| work_in(&app, lane))).await;
}

async fn work_in(app: &App, lane: Lane) {
    let mut woken = app.events.subscribe();
    while !app.is_stopping() {
        woken.mark_unchanged();
        let wait = match run_in(app, lane).await {
            Ok(0) => until_next(app, lane).await,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "the job queue is not to be had");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            _ = woken.changed() => {}
            () = app.stopped() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// How long nothing is due, at most fifteen seconds: another machine may have enqueued something.
async fn until_next(app: &App, lane: Lane) -> Duration {
    const MOST: Duration = Duration::from_secs(15);
    let Ok(Some(next)) = app.db.next_job_at(lane).await else { return MOST };
    let wait = u64::try_from(next - app.now().as_millisecond()).unwrap_or(0);
    // A little later than asked, since what is due at this very moment would be looked for in vain.
    Duration::from_millis(wait + 5).min(MOST)
}

/// Runs what is due now; tells how many jobs there were.
///
/// # Errors
/// The database is not to be had.
pub async fn run_due(app: &App) -> Result<usize> {
    let mut count = 0;
    for lane in Lane::ALL {
        count += run_in(app, lane).await?;
    }
    Ok(count)
}

async fn run_in(app: &App, lane: Lane) -> Result<usize> {
    let now = app.now().as_millisecond();
    // Asked of a reader first: every inquiry wakes both lanes, and the writer has better to do than to claim nothing.
    if app.db.next_job_at(lane).await?.is_none_or(|next| next > now) {
        return Ok(0);
    }
    let (claim, most) = if lane == Lane::Alert { (ALERT_CLAIM_MS, AT_ONCE_ALERTS) } else { (CLAIM_MS, CLAIMED) };
    let jobs = app.db.claim_jobs(lane, now, now + claim, most).await?;
    let count = jobs.len();
    let each = jobs.into_iter().map(|job| async move {
        // What was not begun in time is somebody else's now; what is not begun before the server stops will be.
        let late = app.now().as_millisecond() >= now + claim || app.is_stopping();
        let outcome = if late { None } else { Some(run(app, &job).await) };
        (job, outcome)
    });
    let mut running = futures_util::stream::iter(each).buffer_unordered(AT_ONCE);
    let (mut done, mut settled, mut forgotten) = (Vec::new(), Ok(()), Instant::now());
    while let Some((job, outcome)) = running.next().await {
        match outcome {
            Some(Ok(())) => done.push(job),
            // One that cannot even be put off keeps none of the others waiting: its claim runs out.
            Some(Err(refused)) => settled = settled.and(settle(app, &job, refused).await),
            None => {}
        }
        if forgotten.elapsed() >= DONE_TWICE || lane == Lane::Alert {
            app.db.finish_jobs(&std::mem::take(&mut done)).await?;
            forgotten = Instant::now();
        }
    }
    app.db.finish_jobs(&done).await?;
    settled.map(|()| count)
}

async fn run(app: &App, job: &JobRecord) -> std::result::Result<(), Refused> {
    let payload: Payload = serde_json::from_str(&job.payload).map_err(|e| Refused::ForGood(e.to_string()))?;
    let occasion = match job.kind.as_str() {
        "mail_receipt" => Occasion::Receipt,
        "mail_reply" => Occasion::Reply { message: &payload.message, of: &payload.of },
        "mail_closed" => Occasion::Closed { at: payload.at },
        "mail_late" => Occasion::Late { due: payload.at },
        "mail_moved" => Occasion::Moved { to: payload.at, before: payload.before, handed_on: true },
        "mail_postponed" => Occasion::Moved { to: payload.at, before: payload.before, handed_on: false },
        "mail_split" => Occasion::Split { from: &payload.of },
        "tell_alert" => return alert::tell(app, &payload.district, &payload.id, payload.step).await,
        "watch" => {
            let district = app.district_by_id(&payload.district)?;
            return Ok(watch::round(app, &district).await?);
        }
        "mail_digest" => return mail::digest(app, &job.id, &payload.district, &payload.account, &payload.id).await,
        "scan_alerts" => {
            let district = app.district_by_id(&payload.district)?;
            return Ok(alert::scan_piece(app, &district, &payload.id, payload.at).await?);
        }
        "mail_notices" => return notice::mail_notices(app, &job.id, &payload.district, &payload.account).await,
        "mail_invitation" => return mail::invitation(app, &job.id, &payload.district, &payload.id).await,
        "mail_reset" => return mail::password_reset(app, &job.id, &payload.id, &payload.account).await,
        "release_reply" => {
            let district = app.district_by_id(&payload.district)?;
            return Ok(answer::release(app, &district, &payload.message).await?);
        }
        "answers_read" => {
            let mut tx = app.db.begin().await?;
            let now = app.now().as_millisecond();
            tx.count_asked(&payload.district, &payload.inquiry, &payload.answers, now).await?;
            return Ok(tx.commit().await?);
        }
        "seal_again" => {
            let mut tx = app.db.begin().await?;
            tx.seal_again(&payload.district, &payload.inquiry, app.now().as_millisecond()).await?;
            search::index(&mut tx, &payload.district, &[&payload.inquiry]).await?;
            return Ok(tx.commit().await?);
        }
        // Perhaps a newer version's; it will come and claim it.
        _ => return Err(Refused::ForNow(String::from("this version does not know this kind of job"))),
    };
    mail::to_sender(app, &job.id, &payload.district, &payload.inquiry, occasion).await
}

async fn settle(app: &App, job: &JobRecord, refused: Refused) -> Result<()> {
    let now = app.now().as_millisecond();
    match refused {
        // The clock is looked at for ever.
        Refused::ForNow(why) | Refused::ForGood(why) if job.kind == "watch" => {
            tracing::warn!(job = %job.id, %why, "the clock was not looked at");
            app.db.retry_job(job, now + 60_000, &why).await
        }
        Refused::ForNow(why) if job.attempts + 1 < MOST_TRIES => {
            tracing::warn!(job = %job.id, kind = %job.kind, tries = job.attempts + 1, %why, "job put off");
            let wait = 10_000_i64 << job.attempts.min(11);
            app.db.retry_job(job, now + wait, &why).await
        }
        Refused::ForNow(why) | Refused::ForGood(why) => {
            tracing::error!(job = %job.id, kind = %job.kind, %why, "job given up; it is kept and counted in /metrics");
            app.db.fail_job(job, now, &why).await
        }
    }
}

/// What must be done every now and then: sweeping files, forgetting events, reading changed districts.
pub async fn keep_house(app: Arc<App>) {
    const EVENTS_KEPT_MS: i64 = 24 * 3_600_000;
    /// Between two looks at the districts' revision, one small statement.
    const LOOK: Duration = Duration::from_secs(2);
    /// Looks between two rounds of the rest: ten minutes.
    const ROUND: u32 = 300;
    /// Looks between two comparisons of the stored files with their rows: a day.
    const DAY: u32 = 43_200;
    let mut looks = 0_u32;
    match search::catch_up(&app).await {
        Ok(0) => {}
        Ok(done) => tracing::info!(done, "inquiries of before are found by their words now"),
        Err(error) => tracing::warn!(%error, "older inquiries are not all found by their words yet"),
    }
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = app.refresh_districts().await {
            tracing::warn!(%error, "districts were not refreshed");
        }
        looks = looks.wrapping_add(1);
        if !looks.is_multiple_of(ROUND) {
            continue;
        }
        // Ten minutes after the start, and once a day from then on.
        if looks % DAY == ROUND {
            match files::sweep_orphans(&app).await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "stored files that no row knows were deleted"),
                Err(error) => tracing::warn!(%error, "stored files were not compared with their rows"),
            }
            if let Err(error) = assets::forget_old(&app).await {
                tracing::warn!(%error, "scripts of old builds were not forgotten");
            }
        }
        app.limits.tidy();
        if let Err(error) = app.recount_districts().await {
            tracing::warn!(%error, "what answers settle was not counted anew");
        }
        if let Err(error) = assets::keep(&app).await {
            tracing::warn!(%error, "this build's scripts are not in the files store");
        }
        if let Err(error) = files::sweep(&app).await {
            tracing::warn!(%error, "unclaimed files were not swept");
        }
        let forget = async {
            let mut tx = app.db.begin().await?;
            tx.delete_events(app.now().as_millisecond() - EVENTS_KEPT_MS).await?;
            tx.commit().await
        };
        if let Err(error) = forget.await {
            tracing::warn!(%error, "old events were not forgotten");
        }
    }
}
