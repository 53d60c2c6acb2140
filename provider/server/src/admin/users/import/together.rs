//! Many lines at once: their writes share commits, as the writes of many requests do.

use std::collections::HashSet;

use credenza_protocol::user_search::keys;
use credenza_protocol::username::{email_key, looks, username_key};
use credenza_validator::strict_json;
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;

use super::{Import, Imported, UserLine};
use crate::admin::{Error, InvalidField, document};

/// Lines that are worked on at once.
const AT_ONCE: usize = 128;

/// A line as it stands in a file.
fn read(line: &str) -> Result<UserLine, String> {
    let members = strict_json::object_from_slice(line.as_bytes())
        .map_err(|_| "must be one JSON object that names no member twice")?;
    document::read(Value::Object(members)).map_err(|fault| fault.to_string())
}

impl Import<'_> {
    /// Takes these lines, and answers what became of each, in their order.
    ///
    /// # Errors
    /// [`Error`], as [`Import::people`].
    pub async fn lines(&mut self, lines: &[String]) -> Result<Vec<Imported>, Error> {
        let mut read: Vec<_> = lines.iter().map(|line| read(line)).collect();
        let people = read.iter_mut().filter_map(|line| line.as_mut().ok().map(std::mem::take)).collect();
        let mut became = self.people(people).await?.into_iter();
        let refused = |why| Some(Imported::Refused(vec![InvalidField::new("", why)]));
        let each = read.into_iter().filter_map(|line| match line {
            Ok(_) => became.next(),
            Err(why) => refused(why),
        });
        Ok(each.collect())
    }

    /// Takes these people, and answers what became of each, in their order. Nobody waits for one before unless both could
    /// be taken for one another; then what became of the first is known to the second.
    ///
    /// # Errors
    /// [`Error`] when one cannot be known or stored; others may be stored then. The same lines can be given again.
    pub async fn people(&mut self, lines: Vec<UserLine>) -> Result<Vec<Imported>, Error> {
        self.find_groups(&lines).await?;
        let mut became: Vec<(usize, Imported)> = Vec::with_capacity(lines.len());
        if self.mode.is_dry_run {
            for (index, line) in lines.into_iter().enumerate() {
                became.push((index, self.tried(line).await?));
            }
        } else {
            let (together, later) = apart(lines);
            let this = &*self;
            let work = stream::iter(together).map(|(index, line)| async move {
                this.stored(line).await.map(|imported| (index, imported))
            });
            // All of them come to an end, whatever becomes of one.
            let done: Vec<Result<(usize, Imported), Error>> = work.buffer_unordered(AT_ONCE).collect().await;
            for one in done {
                became.push(one?);
            }
            for (index, line) in later {
                became.push((index, self.stored(line).await?));
            }
        }
        became.sort_by_key(|(index, _)| *index);
        Ok(became.into_iter().map(|(_, imported)| imported).collect())
    }
}

/// A line and where it stands.
type Numbered = (usize, UserLine);

/// Those that can be taken at once, and those that share something with one before them, which wait.
fn apart(lines: Vec<UserLine>) -> (Vec<Numbered>, Vec<Numbered>) {
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    lines.into_iter().enumerate().partition(|(_, line)| {
        let own = names_of(line);
        let is_first = own.iter().all(|name| !seen.contains(name));
        seen.extend(own);
        is_first
    })
}

/// Whatever two people may not have both: id, name, what it looks like, and the address that one signs in with.
fn names_of(line: &UserLine) -> Vec<Vec<u8>> {
    let named = |kind: &str, name: &str| format!("{kind} {name}").into_bytes();
    let address = line.claims.email.as_deref().map(keys::email);
    let name = email_key(&line.username);
    let addresses = [address, name].into_iter().flatten().map(|address| named("address", &address));
    let id = line.user_id.iter().map(|id| named("id", id));
    let looks = looks(&line.username).into_iter().map(|look| look.as_bytes().to_vec());
    let own = [named("name", &username_key(&line.username))];
    own.into_iter().chain(id).chain(addresses).chain(looks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, username: &str, email: &str) -> UserLine {
        let mut line = UserLine { username: username.to_owned(), ..UserLine::default() };
        line.user_id = (!id.is_empty()).then(|| id.to_owned());
        line.claims.email = (!email.is_empty()).then(|| email.to_owned());
        line
    }

    #[test]
    fn who_could_be_taken_for_another_waits() {
        for (first, second, waits) in [
            (line("1", "ada", ""), line("2", "eve", ""), false),
            (line("1", "ada", ""), line("2", "ADA", ""), true),
            (line("1", "ada", ""), line("2", "\u{430}da", ""), true),
            (line("1", "ada", ""), line("1", "eve", ""), true),
            (line("", "ada", ""), line("", "eve", ""), false),
            (line("1", "ada", "a@example.com"), line("2", "a@example.com", ""), true),
            (line("1", "ada", "a@example.com"), line("2", "eve", "A@example.com"), true),
            (line("1", "ada", "a@example.com"), line("2", "eve", "e@example.com"), false),
        ] {
            let (together, later) = apart(vec![first.clone(), second.clone()]);
            assert_eq!(later.len(), usize::from(waits), "{first:?} {second:?}");
            assert_eq!(together.first().map(|(index, _)| *index), Some(0));
        }
    }
}
