//! The one writer: whatever waits becomes one transaction, and each sender is answered after its commit.

use crate::error::Error;
use crate::store::{Db, NewInquiry, Result};
use tokio::sync::{mpsc, oneshot};

/// The writer's front: hand over a row, get the word after its commit.
pub struct Intake {
    queue: mpsc::Sender<Request>,
}

struct Request {
    item: Box<NewInquiry>,
    answer: oneshot::Sender<Result<bool>>,
}

impl Intake {
    /// How many submissions one transaction takes at most.
    pub const BATCH: usize = 256;

    /// Starts the writer; it ends when the last front is gone and everything waiting was written.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(1_024);
        tokio::spawn(write_all(db, waiting));
        Self { queue }
    }

    /// Writes one inquiry; `false` when its key was there before.
    ///
    /// # Errors
    /// It was not written.
    pub async fn write(&self, item: NewInquiry) -> Result<bool> {
        let (answer, told) = oneshot::channel();
        let request = Request { item: Box::new(item), answer };
        self.queue.send(request).await.map_err(|_| Error::Unavailable)?;
        told.await.map_err(|_| Error::Unavailable)?
    }
}

async fn write_all(db: Db, mut waiting: mpsc::Receiver<Request>) {
    let mut batch = Vec::with_capacity(Intake::BATCH);
    while waiting.recv_many(&mut batch, Intake::BATCH).await > 0 {
        let items: Vec<&NewInquiry> = batch.iter().map(|r| &*r.item).collect();
        match write_batch(&db, &items).await {
            Ok(fresh) => {
                for (request, fresh) in batch.drain(..).zip(fresh) {
                    // Whoever waited may have gone; the inquiry is there all the same.
                    drop(request.answer.send(Ok(fresh)));
                }
            }
            // One bad row must not fail its neighbours: each alone.
            Err(_) if batch.len() > 1 => {
                for request in batch.drain(..) {
                    let outcome = write_batch(&db, &[&request.item]).await.map(|fresh| fresh[0]);
                    drop(request.answer.send(outcome));
                }
            }
            Err(error) => drop(batch.pop().map(|request| request.answer.send(Err(error)))),
        }
    }
}

/// One transaction. Public for the benchmark, which compares HTTP with this alone.
///
/// # Errors
/// Nothing was written.
pub async fn write_batch(db: &Db, items: &[&NewInquiry]) -> Result<Vec<bool>> {
    let mut tx = db.begin().await?;
    let fresh = match tx.insert_inquiries(items).await {
        Ok(fresh) => fresh,
        Err(error) => {
            // What went wrong is the statement; that undoing it may fail as well says nothing more.
            drop(tx.rollback().await);
            return Err(error);
        }
    };
    tx.commit().await?;
    Ok(fresh)
}
