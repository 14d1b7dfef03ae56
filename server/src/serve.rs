//! Listening: connections in, slow ones out, and a stop that loses nothing.

use crate::app::App;
use crate::store::Engine;
use crate::{http, job};
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

/// How long a client may take for the head of a request.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Connections at a time; further ones wait in the system's queue. Each takes some tens of kilobytes.
const CONNECTIONS: usize = 8_192;
/// How long a stop waits for requests under way.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// Serves until `stop` is done, then lets requests under way finish.
///
/// # Errors
/// Never once it listens; the type is for the caller's `?`.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    http::start_counting();
    let router = http::router(app.clone());
    let work = tokio::spawn(job::work(app.clone()));
    let house = tokio::spawn(job::keep_house(app.clone()));
    let listen = (app.db.engine() == Engine::Postgres).then(|| tokio::spawn(hear_other_machines(app.clone())));

    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
    server.http2().timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(20)));
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
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
                    let (server, watcher) = (server.clone(), connections.watcher());
                    tokio::spawn(async move {
                        let _place = place;
                        // Who says nothing at all is let go; later silences have limits of their own.
                        if tokio::time::timeout(HEADER_TIME, socket.readable()).await.is_err() {
                            return;
                        }
                        let connection = server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)).into_owned();
                        drop(watcher.watch(connection).await);
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
    for task in [Some(work), Some(house), listen].into_iter().flatten() {
        task.abort();
    }
    if tokio::time::timeout(LAST_REQUESTS, connections.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut");
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
