//! Makes keys on a thread of its own, one at a time. An RSA key takes seconds at worst, and neither the reactor nor the
//! threads that sign wait for it.

use std::sync::Arc;
use std::thread;

use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::failure::Failure;

/// The queue of those who make keys.
#[derive(Clone, Debug, Default)]
pub struct Maker(Arc<Mutex<()>>);

/// The turn to make keys. Nobody else makes any while it is held.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is held")] OwnedMutexGuard<()>);

impl Maker {
    /// Waits for the turn.
    pub async fn turn(&self) -> Turn {
        Turn(Arc::clone(&self.0).lock_owned().await)
    }
}

impl Turn {
    /// Does the work on a thread of its own, and gives the turn back with the result. The turn ends with the work,
    /// even when the caller stops waiting for it.
    ///
    /// # Errors
    /// [`Failure::Internal`] when no thread could be started, or the work ended without a result.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), Failure> {
        let (answer, answered) = oneshot::channel();
        let work = move || drop(answer.send((work(), self)));
        let thread = thread::Builder::new().name("credenza-keys".to_owned()).spawn(work);
        thread.map_err(|_| Failure::Internal("the thread that makes keys could not be started"))?;
        answered.await.map_err(|_| Failure::Internal("keys could not be made"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn one_turn_at_a_time_and_the_reactor_stays_free() {
        let maker = Maker::default();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let first = maker.turn().await;
        // This runtime has one thread: if the work ran on it, nothing could release it.
        let first = tokio::spawn(first.run(move || released.recv()));
        tokio::task::yield_now().await;
        let waiting = maker.clone();
        let second = tokio::spawn(async move { waiting.turn().await.run(|| 2).await });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        release.send(()).unwrap();
        let (_, turn) = first.await.unwrap().unwrap();
        assert!(!second.is_finished(), "the turn is still held");
        drop(turn);
        assert_eq!(second.await.unwrap().unwrap().0, 2);
    }

    #[tokio::test]
    async fn a_caller_that_stops_waiting_does_not_end_the_turn() {
        let maker = Maker::default();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let done = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&done);
        let turn = maker.turn().await;
        let caller = tokio::spawn(turn.run(move || {
            let _ = released.recv();
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.is_err());
        assert!(maker.0.try_lock().is_err(), "the work goes on, and the turn is still held");
        release.send(()).unwrap();
        maker.turn().await;
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn work_that_panics_ends_the_turn() {
        let maker = Maker::default();
        let failed = maker.turn().await.run(|| panic!("on purpose")).await;
        assert!(matches!(failed, Err(Failure::Internal(_))));
        assert_eq!(maker.turn().await.run(|| 1).await.unwrap().0, 1);
    }
}
