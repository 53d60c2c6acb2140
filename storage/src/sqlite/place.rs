//! Where a database is.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::OpenError;
use crate::error::LOCKED;

/// A file, or private memory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    File(PathBuf),
    Memory,
}

impl Place {
    /// Reads what follows `sqlite:` in a URL: `:memory:`, `PATH`, `//PATH`.
    pub(crate) fn parse(rest: &str) -> Result<Self, OpenError> {
        if rest == ":memory:" {
            return Ok(Self::Memory);
        }
        let path = rest.strip_prefix("//").unwrap_or(rest);
        match path {
            "" => Err(OpenError::Url("it names no file")),
            _ if path.contains('?') => Err(OpenError::Url("it takes no options after `?`")),
            _ if path.contains('\0') => Err(OpenError::Url("the path holds a NUL")),
            _ if path.starts_with(':') => Err(OpenError::Url("only `:memory:` may begin with a colon")),
            _ => Ok(Self::File(PathBuf::from(path))),
        }
    }

    /// What SQLite opens. A path is made absolute, so that no name is mistaken for a URI.
    pub(super) fn name(&self) -> Result<String, OpenError> {
        match self {
            Self::Memory => Ok(":memory:".to_owned()),
            Self::File(path) => {
                let absolute = std::path::absolute(path).map_err(|source| self.failed(source))?;
                Ok(absolute.to_string_lossy().into_owned())
            }
        }
    }

    /// Creates the file if there is none, readable by its owner alone; SQLite gives the files beside it the same
    /// mode.
    pub(super) fn make(&self) -> Result<(), OpenError> {
        let Self::File(path) = self else { return Ok(()) };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(self.failed(error)),
            _ => Ok(()),
        }
    }

    /// That another process holds the file, if this is what the error says.
    pub(super) fn locked(&self, error: &impl Display) -> Option<OpenError> {
        error.to_string().contains(LOCKED).then(|| OpenError::Locked(self.shown()))
    }

    fn failed(&self, source: std::io::Error) -> OpenError {
        OpenError::File { path: self.shown(), source }
    }

    /// The path, as the URL has it.
    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Memory => ":memory:".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        assert_eq!(Place::parse(":memory:").unwrap(), Place::Memory);
        for (rest, path) in
            [("a.db", "a.db"), ("/v/a.db", "/v/a.db"), ("///v/a.db", "/v/a.db"), ("./a b", "./a b")]
        {
            assert_eq!(Place::parse(rest).unwrap(), Place::File(PathBuf::from(path)), "{rest}");
        }
        for bad in ["", "//", "a.db?mode=ro", "a\0b", ":mem:"] {
            assert!(matches!(Place::parse(bad), Err(OpenError::Url(_))), "{bad:?}");
        }
    }
}
