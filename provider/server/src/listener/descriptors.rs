//! How many files the process may open, which is how many connections it can have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Limits;

/// Files that are left for the database, the log and what is fetched from other hosts.
const OTHERS: u64 = 512;

/// The limits, with no more connections than the system allows: its soft limit is raised to the hard one, and what does
/// not fit into that is told in the log.
#[must_use]
pub fn fit(limits: &Limits) -> Limits {
    let Some(files) = raise() else { return limits.clone() };
    let room = usize::try_from(room(files)).unwrap_or(usize::MAX);
    if room < limits.connections {
        tracing::warn!(
            files,
            connections = room,
            "limits.connections ({}) is more than the files that this process may open allow: raise its limit \
             (LimitNOFILE=, ulimit -n) or lower the setting",
            limits.connections
        );
    }
    Limits { connections: limits.connections.min(room), ..limits.clone() }
}

/// Raises the soft limit, and answers what it is now; `None` when there is none.
fn raise() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let soft = current?;
    if maximum == Some(soft) || setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_err() {
        return Some(soft);
    }
    getrlimit(Resource::Nofile).current
}

/// The connections for which so many files have room.
fn room(files: u64) -> u64 {
    files.saturating_sub(OTHERS).max(files / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_left_for_other_things() {
        for (files, connections) in [(0, 1), (64, 32), (1024, 512), (4096, 3584), (u64::MAX, u64::MAX - 512)]
        {
            assert_eq!(room(files), connections, "{files}");
        }
    }

    #[test]
    fn what_fits_stays_as_it_was_set() {
        let few = Limits { connections: 2, ..Limits::default() };
        assert_eq!(fit(&few), few);
        let Some(files) = raise() else { return };
        let fitted = fit(&Limits { connections: 1_000_000, ..Limits::default() });
        assert!(u64::try_from(fitted.connections).unwrap() <= files.max(1_000_000));
        assert_eq!(fit(&fitted), fitted);
    }
}
