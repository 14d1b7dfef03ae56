//! Listening: connections in, slow ones out, and a stop that loses nothing.

use crate::app::App;
use crate::store::Engine;
use crate::{assets, http, job};
use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

/// How much is borne from those who connect.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a client may take for the head of a request, and be silent before its next one.
    pub head: Duration,
    /// How long an answer may find nobody who reads on.
    pub unread: Duration,
    /// Connections at a time; further ones wait in the system's queue. Each takes some tens of kilobytes.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), unread: Duration::from_secs(60), connections: 8_192 }
    }
}

/// How long a stop waits for requests under way.
const LAST_REQUESTS: Duration = Duration::from_secs(20);
/// Open files that are left for the database, stored files and mail.
const OTHER_FILES: u64 = 128;

/// Serves until `stop` is done, then lets requests under way finish.
///
/// # Errors
/// Never once it listens; the type is for the caller's `?`.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    // The soft limit on open files is often 1,024; what may be had is taken.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
    let most = usize::try_from(files.saturating_sub(OTHER_FILES).max(64)).unwrap_or(usize::MAX);
    let usual = Patience::default();
    serve_with(app, listener, stop, Patience { connections: usual.connections.min(most), ..usual }).await
}

/// The same with another patience, for tests.
///
/// # Errors
/// Never once it listens.
pub async fn serve_with(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    patience: Patience,
) -> anyhow::Result<()> {
    http::start_counting();
    // Before anybody is let in: pages that this server hands out may ask another for what they need.
    if let Err(error) = assets::keep(&app).await {
        tracing::warn!(%error, "this build's scripts are not in the files store; tried again every ten minutes");
    }
    let router = http::router(app.clone());
    let work = tokio::spawn(job::work(app.clone()));
    let house = tokio::spawn(job::keep_house(app.clone()));
    let listen = (app.db.engine() == Engine::Postgres).then(|| tokio::spawn(hear_other_machines(app.clone())));

    // HTTP/1 only: without TLS nobody speaks HTTP/2 to us, and telling the two apart would wait for ever.
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(patience.head);
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(patience.connections));
    tokio::pin!(stop);
    loop {
        let accept = async {
            let place = places.clone().acquire_owned().await;
            listener.accept().await.map(|(socket, peer)| (socket, peer, place))
        };
        tokio::select! {
            () = &mut stop => break,
            accepted = accept => match accepted {
                Ok((socket, peer, place)) => {
                    let _ = socket.set_nodelay(true);
                    let service = connection_service(router.clone(), peer);
                    let mut stream = TimeoutStream::new(socket);
                    stream.set_write_timeout(Some(patience.unread));
                    let connection = server.serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service));
                    let connection = connections.watcher().watch(connection.into_owned());
                    tokio::spawn(async move {
                        let _place = place;
                        drop(connection.await);
                    });
                }
                Err(error) => {
                    // Too many open files, most likely: let some go before the next.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!("stopping: no new requests");
    app.stop();
    for task in [Some(house), listen].into_iter().flatten() {
        task.abort();
    }
    let stop_working = work.abort_handle();
    let last = async { tokio::join!(connections.shutdown(), work) };
    if tokio::time::timeout(LAST_REQUESTS, last).await.is_err() {
        stop_working.abort();
        tracing::warn!("some connections or jobs were cut");
    }
    app.db.close().await;
    Ok(())
}

fn connection_service(router: Router, peer: std::net::SocketAddr) -> Router {
    router.layer(axum::Extension(ConnectInfo(peer)))
}

/// Wakes live consoles when another machine changed something.
async fn hear_other_machines(app: Arc<App>) {
    loop {
        let heard = async {
            let mut listener = sqlx::postgres::PgListener::connect(&app.settings.database_url).await?;
            listener.listen("porchlight_events").await?;
            loop {
                listener.recv().await?;
                app.wake();
            }
        };
        let outcome: Result<(), sqlx::Error> = heard.await;
        if let Err(error) = outcome {
            tracing::warn!(%error, "the database's announcements are not to be had");
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

/// Done when the process is told to stop.
pub async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
