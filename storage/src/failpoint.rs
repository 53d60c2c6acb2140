//! Named places at which a test makes a write fail: before it, after its statements but before the commit, and after
//! the commit but before the caller is told.
//!
//! Compiled in with the feature `failpoints` only, which only tests turn on. The variable
//! `CREDENZA_FAILPOINTS` arms points of a process, as in `codes.issue:inside=kill@3;keys.create:after=error`:
//! the name of the write, the place, the action, and at which hit (by default the first). Each happens once.

/// Where in a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// Before anything is written.
    Before,
    /// Everything is written, and nothing is committed.
    Inside,
    /// Everything is committed, and the caller is not told.
    After,
}

#[cfg(not(feature = "failpoints"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
pub(crate) fn hit(_name: &'static str, _place: Place) -> crate::Result<()> {
    Ok(())
}

#[cfg(feature = "failpoints")]
pub(crate) use armed::hit;

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Place;
    use crate::{Result, StoreError};

    struct Point {
        name: String,
        place: Place,
        action: Action,
        /// The hit at which it happens.
        at: u64,
        hits: AtomicU64,
    }

    enum Action {
        Panic,
        Error,
        Kill,
    }

    static POINTS: LazyLock<Vec<Point>> = LazyLock::new(|| {
        let armed = std::env::var("CREDENZA_FAILPOINTS").unwrap_or_default();
        armed.split(';').filter(|text| !text.is_empty()).filter_map(parse).collect()
    });

    fn parse(text: &str) -> Option<Point> {
        let parsed = (|| {
            let (point, action) = text.split_once('=')?;
            let (name, place) = point.split_once(':')?;
            let (action, at) = action.split_once('@').unwrap_or((action, "1"));
            let place = match place {
                "before" => Place::Before,
                "inside" => Place::Inside,
                "after" => Place::After,
                _ => return None,
            };
            let action = match action {
                "panic" => Action::Panic,
                "error" => Action::Error,
                "kill" => Action::Kill,
                _ => return None,
            };
            let at = at.parse().ok()?;
            Some(Point { name: name.to_owned(), place, action, at, hits: AtomicU64::new(0) })
        })();
        if parsed.is_none() {
            tracing::error!(text, "not a failpoint");
        }
        parsed
    }

    #[expect(clippy::panic, reason = "it is armed to panic")]
    pub(crate) fn hit(name: &'static str, place: Place) -> Result<()> {
        let Some(point) = POINTS.iter().find(|point| point.name == name && point.place == place) else {
            return Ok(());
        };
        if point.hits.fetch_add(1, Ordering::Relaxed) + 1 != point.at {
            return Ok(());
        }
        match point.action {
            Action::Panic => panic!("failpoint {name}"),
            Action::Error => Err(StoreError::new(format_args!("failpoint {name}"))),
            Action::Kill => kill(),
        }
    }

    /// As `kill -9` does it: no destructor runs, nothing is flushed.
    fn kill() -> ! {
        let _ = std::process::Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
        std::process::abort()
    }
}
