//! What is left of a request when it has its answer.
//!
//! A handler may know its answer before it has read the body: too much, too often, no such address. Were the
//! connection closed then, whoever is still sending would see it break and never read why (RFC 9112, 9.6). So the
//! rest is read and thrown away before the answer goes out, within bounds.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant, timeout_at};

/// A request that takes longer than this, body and all, is let go: who sends a byte now and then never stops.
/// The largest form at 80 kB a second has room.
pub(crate) const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Bytes that are read and thrown away: several times the largest body that is taken.
const MOST: u64 = 256 * 1_024 * 1_024;

/// Reads a body to its end, whatever the handler left of it.
pub(crate) async fn to_the_end(request: Request, next: Next) -> Response {
    let deadline = Instant::now() + LONGEST;
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Who waits to be told "100 Continue" has sent nothing yet, unless the handler began to read.
    let hesitates = request.headers().contains_key(header::EXPECT);
    let (back, mut rest) = oneshot::channel();
    let response = next.run(request.map(|body| Body::new(Lent { body: Some(body), begun: false, back: Some(back) }))).await;
    if let Ok(Rest { body, begun }) = rest.try_recv()
        && (begun || !hesitates)
    {
        drop(timeout_at(deadline, drain(body)).await);
    }
    response
}

async fn drain(mut body: Body) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, |data| data.len() as u64);
        if read > MOST {
            break;
        }
    }
}

struct Rest {
    body: Body,
    begun: bool,
}

/// A body that is given back where it is dropped before its end.
struct Lent {
    body: Option<Body>,
    begun: bool,
    back: Option<oneshot::Sender<Rest>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.begun = true;
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // Nobody waits for it where the whole request was let go.
            drop(back.send(Rest { body, begun: self.begun }));
        }
    }
}
