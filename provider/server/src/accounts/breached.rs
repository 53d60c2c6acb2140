//! Passwords that are known from breaches, as files in the range format of Have I Been Pwned: `00000.txt` to `FFFFF.txt`, named
//! after the first five hexadecimal digits of the SHA-1 of a password, with a line `REST:COUNT` for each. Nothing is sent
//! anywhere.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// How many digits are the name of a file.
const PREFIX: usize = 5;

/// The directory of such files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Breached(PathBuf);

impl Breached {
    /// The files of that directory.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// Whether the password is in them. Where its file cannot be read, nobody is refused, and the log says so.
    #[must_use]
    pub fn holds(&self, password: &str) -> bool {
        let hash = sha1(password);
        let (prefix, rest) = hash.split_at(PREFIX);
        let path = self.0.join(format!("{prefix}.txt"));
        has_line(&path, rest).unwrap_or_else(|error| {
            tracing::error!(path = %path.display(), %error, "breached passwords cannot be read");
            false
        })
    }
}

/// Whether the file has that hash. A count of 0 is padding.
fn has_line(path: &Path, rest: &str) -> io::Result<bool> {
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        if let Some((hash, count)) = line.trim().split_once(':')
            && hash.eq_ignore_ascii_case(rest)
        {
            return Ok(count != "0");
        }
    }
    Ok(false)
}

fn sha1(password: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    digest.as_ref().iter().fold(String::with_capacity(40), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_in_the_file_of_its_prefix() {
        let directory = std::env::temp_dir().join(format!("credenza-breached-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        // SHA-1 of "password" and of "monkey".
        assert_eq!(sha1("password"), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
        let lines = "00000A:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\nFFFFFF:1\r\n";
        std::fs::write(directory.join("5BAA6.txt"), lines).unwrap();
        let monkey = sha1("monkey");
        let padding = format!("{}:0\n", monkey[PREFIX..].to_lowercase());
        std::fs::write(directory.join(format!("{}.txt", &monkey[..PREFIX])), padding).unwrap();
        let breached = Breached::new(directory.clone());
        assert!(breached.holds("password"));
        for other in ["passwordx", "monkey", ""] {
            assert!(!breached.holds(other), "{other}");
        }
        std::fs::remove_dir_all(directory).unwrap();
    }
}
