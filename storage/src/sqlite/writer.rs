//! The writing thread. Jobs that wait while one COMMIT runs share the next one, and each is answered only after the
//! commit of its writes. On a full disk only some jobs are let through, see [`super::need`].

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use super::need::Need;
use super::room::{Disk, Left};
use super::{Place, connection, job, transaction};
use crate::conn::Conn;
use crate::counters::Counters;
use crate::scope::Scope;
use crate::{OpenError, Result, StoreError};

/// Jobs that may be queued; further callers wait for a place.
const QUEUE: usize = 1024;
/// Jobs that share a commit at most.
const BATCH: usize = 256;

/// Tells a caller what became of its job, once it is known whether the commit succeeded.
type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// A caller's work. It gets the connection, or the reason why there is none, and returns whether the transaction that
/// it ran in is still intact.
type Work = Box<dyn FnOnce(Result<&mut Conn>) -> (Result<()>, Option<Answer>) + Send>;

/// Work, and what it needs of the disk.
struct Job {
    need: Need,
    work: Work,
}

/// The handle of the thread.
pub(super) struct Writer {
    disk: Option<Arc<Disk>>,
    jobs: RwLock<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<(JoinHandle<()>, oneshot::Receiver<()>)>>,
}

impl Writer {
    /// Gives the connection to a thread of its own.
    pub(super) fn start(
        place: Place,
        conn: Conn,
        disk: Option<Arc<Disk>>,
        counters: Arc<Counters>,
    ) -> std::result::Result<Self, OpenError> {
        let (sender, jobs) = mpsc::channel(QUEUE);
        let (end, ended) = oneshot::channel();
        let file = File { place, disk: disk.clone() };
        let thread = std::thread::Builder::new()
            .name("credenza-sqlite".to_owned())
            .spawn(move || {
                serve(&file, conn, jobs, &counters);
                drop(end);
            })
            .map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self { disk, jobs: RwLock::new(Some(sender)), thread: Mutex::new(Some((thread, ended))) })
    }

    /// Runs a job: an error rolls back what it wrote, within its scope, and nothing of the other jobs.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: job::Job<T>,
        scope: Scope,
        need: Need,
    ) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        let disk = self.disk.clone();
        let work: Work = Box::new(move |conn| {
            if sender.is_closed() {
                return (Ok(()), None); // the caller is gone
            }
            let (state, result) = match conn.and_then(|conn| run(conn, job, scope)) {
                Ok(result) => {
                    if let (Err(error), Some(disk)) = (&result, &disk) {
                        disk.note(error);
                    }
                    (Ok(()), result)
                }
                Err(lost) => (Err(lost.clone()), Err(lost)),
            };
            (state, Some(Box::new(move |kept| drop(sender.send(kept.and(result))))))
        });
        let jobs = self.jobs.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        jobs.send(Job { need, work }).await.map_err(|_| closed())?;
        drop(jobs);
        receiver.await.map_err(|_| closed())?
    }

    /// Takes no more jobs, lets the thread do those that wait, and joins it.
    pub(super) async fn close(&self) {
        drop(self.jobs.write().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((thread, ended)) = thread {
            // Dropping its end is the last thing that the thread does, so joining it then does not block.
            let _ = ended.await;
            let _ = thread.join();
        }
    }
}

/// Runs one job. The outer error means that the transaction of the whole batch is lost.
fn run<T>(conn: &mut Conn, job: job::Job<T>, scope: Scope) -> Result<Result<T>> {
    transaction::begin(conn, scope)?;
    let result = catch_unwind(AssertUnwindSafe(|| job(conn)))
        .unwrap_or_else(|_| Err(StoreError::new("a job panicked")));
    transaction::end(conn, scope, result)
}

/// Where the connection leads, and the disk there.
struct File {
    place: Place,
    disk: Option<Arc<Disk>>,
}

fn serve(file: &File, mut conn: Conn, mut jobs: mpsc::Receiver<Job>, counters: &Counters) {
    let mut answers = Vec::with_capacity(BATCH);
    while let Some(first) = jobs.blocking_recv() {
        let left = file.disk.as_ref().map_or(Left::PLENTY, |disk| disk.look(&mut conn));
        let mut queue = Queue { first: Some(first), rest: &mut jobs, left };
        let began = transaction::begin_immediate(&mut conn);
        let state = batch(&mut conn, began, &mut queue, &mut answers);
        let kept = state.and_then(|()| transaction::commit(&mut conn));
        match &kept {
            Ok(()) => Counters::add(&counters.commits),
            Err(error) => {
                tracing::error!(%error, jobs = answers.len(), "a batch of writes was lost");
                // First, since opening may need room, too.
                if let Some(disk) = &file.disk {
                    disk.note(error);
                }
                conn = renewed(&file.place, conn);
            }
        }
        for answer in answers.drain(..) {
            answer(kept.clone());
        }
        if let Some(disk) = file.disk.as_ref().filter(|_| left.is_tight) {
            disk.tidy(&mut conn);
        }
    }
}

/// The jobs of a batch.
struct Queue<'a> {
    first: Option<Job>,
    rest: &'a mut mpsc::Receiver<Job>,
    left: Left,
}

/// Runs the queued jobs until there are none, or the batch is full or lost.
fn batch(conn: &mut Conn, began: Result<()>, queue: &mut Queue<'_>, answers: &mut Vec<Answer>) -> Result<()> {
    let failed_at_once = began.is_err();
    let mut state = began;
    let mut next = queue.first.take();
    let mut taken = 0;
    while let Some(Job { need, work }) = next.take() {
        if queue.left.admits(need) {
            let (whole, answer) = work(state.clone().map(|()| &mut *conn));
            answers.extend(answer);
            state = state.and(whole);
        } else {
            answers.extend(work(Err(no_room())).1);
        }
        taken += 1;
        // If no transaction can be begun, the queued jobs need not each find that out.
        if taken < BATCH && state.is_err() == failed_at_once {
            next = queue.rest.try_recv().ok();
        }
    }
    state
}

/// A connection without a transaction, after one was lost. Memory has no second connection, and a file that cannot be
/// opened now may be at the next try.
fn renewed(place: &Place, mut conn: Conn) -> Conn {
    transaction::abandon(&mut conn);
    if *place == Place::Memory {
        return conn;
    }
    connection::writer(place).unwrap_or_else(|error| {
        tracing::error!(%error, "the database could not be opened again");
        conn
    })
}

fn no_room() -> StoreError {
    StoreError::Full("the rest is kept for what frees or revokes something".into())
}

fn closed() -> StoreError {
    StoreError::new("the store is closed")
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}
