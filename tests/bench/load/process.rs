//! What the kernel knows of a process: CPU time and memory, from `/proc` (proc(5)).

use serde::Serialize;

use crate::Result;

/// The unit of the times in `/proc/PID/stat`: Linux reports them in hundredths of a second to every program.
const TICKS_PER_SECOND: f64 = 100.0;

/// Resident memory now, and at its highest.
#[derive(Serialize)]
pub(crate) struct Memory {
    rss_kib: u64,
    hwm_kib: u64,
}

/// User and system time of all threads of a process, living and ended, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The command's name stands in parentheses and may hold anything; the state, field 3, comes after it.
    let (_, fields) = stat.rsplit_once(')').ok_or("no command in /proc/PID/stat")?;
    let mut times = fields.split_whitespace().skip(11);
    let mut next = || -> Result<f64> { Ok(times.next().ok_or("no times in /proc/PID/stat")?.parse()?) };
    Ok((next()? + next()?) / TICKS_PER_SECOND)
}

/// `VmRSS` and `VmHWM` of a process.
pub(crate) fn memory(pid: u32) -> Result<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or(format!("no {name}"))?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    };
    Ok(Memory { rss_kib: field("VmRSS:")?, hwm_kib: field("VmHWM:")? })
}
