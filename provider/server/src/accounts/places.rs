//! Where people are, by the addresses of their networks: a MaxMind database file, which is held in memory.

use std::fs::{self, Metadata};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use credenza_protocol::place::{Names, Place};
use maxminddb::Reader;
use serde::Deserialize;

use crate::pages::Lang;

/// What the type of a database that holds places has in its name.
const KINDS: [&str; 4] = ["city", "country", "enterprise", "location"];

/// The file, as it was when it was last read.
pub struct Places {
    path: PathBuf,
    held: RwLock<Arc<Reader<Vec<u8>>>>,
    /// What was read last, or could not be.
    seen: Mutex<Stamp>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("{file}: {1}", file = .0.display())]
    Unreadable(PathBuf, std::io::Error),
    /// It is something else.
    #[error("{file}: this is no MaxMind database: {1}", file = .0.display())]
    NoDatabase(PathBuf, maxminddb::MaxMindDbError),
    /// It holds something else.
    #[error("{file}: this is a database of the type {1:?}; one of cities or countries is needed", file = .0.display())]
    NoPlaces(PathBuf, String),
}

/// By what a file is known to be another one.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
}

/// What is read of a record.
#[derive(Deserialize)]
struct Record {
    city: Option<Named>,
    subdivisions: Option<Vec<Named>>,
    country: Option<Country>,
    /// Where the network is registered, if nobody knows where it is used.
    registered_country: Option<Country>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    names: Names,
}

#[derive(Deserialize)]
struct Country {
    iso_code: Option<String>,
    #[serde(default)]
    names: Names,
}

impl Places {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn open(path: &Path) -> Result<Self, Unusable> {
        let (reader, stamp) = read(path)?;
        let (held, seen) = (RwLock::new(Arc::new(reader)), Mutex::new(stamp));
        Ok(Self { path: path.to_owned(), held, seen })
    }

    /// Where that address is, if the file knows.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Option<Place> {
        let held = Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner));
        let found = held.lookup(address.to_canonical()).and_then(|found| found.decode::<Record>());
        let record = found.unwrap_or_else(|error| {
            // The address is not told: it is a person's.
            tracing::debug!(%error, "an address could not be looked up in the file of places");
            None
        });
        record.and_then(Record::place)
    }

    /// Reads the file again if it is another one; `true` if it was read. One that cannot be used is not looked at again before it
    /// changes, and the one that was read before stays in use.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn refresh(&self) -> Result<bool, Unusable> {
        let metadata =
            fs::metadata(&self.path).map_err(|error| Unusable::Unreadable(self.path.clone(), error))?;
        let now = Stamp::of(&metadata);
        if std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), now) == now {
            return Ok(false);
        }
        let (reader, stamp) = read(&self.path)?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(reader);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        Ok(true)
    }
}

impl Record {
    /// The place, with the names that pages may show; `None` where there is nothing to show.
    fn place(self) -> Option<Place> {
        let country = self.country.filter(Country::is_known).or(self.registered_country);
        let (country_code, country) =
            country.map(|country| (country.iso_code, country.names)).unwrap_or_default();
        let region = self.subdivisions.unwrap_or_default().into_iter().next();
        let named = |named: Option<Named>| shown(named.map(|named| named.names).unwrap_or_default());
        let place =
            Place { country_code, country: shown(country), region: named(region), city: named(self.city) };
        place.name(Lang::default().tag()).is_some().then_some(place)
    }
}

impl Country {
    fn is_known(&self) -> bool {
        self.iso_code.is_some() || !self.names.is_empty()
    }
}

/// The names in the languages of pages.
fn shown(names: Names) -> Names {
    names.into_iter().filter(|(tag, _)| Lang::of(tag).is_some()).collect()
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len() }
    }
}

/// Reads a file. It is known by what it was before that: one that is replaced meanwhile is read again.
fn read(path: &Path) -> Result<(Reader<Vec<u8>>, Stamp), Unusable> {
    let unreadable = |error| Unusable::Unreadable(path.to_owned(), error);
    let stamp = Stamp::of(&fs::metadata(path).map_err(unreadable)?);
    let reader = Reader::from_source(fs::read(path).map_err(unreadable)?)
        .map_err(|error| Unusable::NoDatabase(path.to_owned(), error))?;
    let kind = &reader.metadata().database_type;
    let lower = kind.to_lowercase();
    if !KINDS.iter().any(|known| lower.contains(known)) {
        return Err(Unusable::NoPlaces(path.to_owned(), kind.clone()));
    }
    Ok((reader, stamp))
}

#[cfg(test)]
mod tests;
