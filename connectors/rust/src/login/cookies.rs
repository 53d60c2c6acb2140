//! Reading and writing cookies, and texts that are longer than one may be.

use http::HeaderMap;
use http::header::COOKIE;

/// The longest value of one cookie. Browsers take 4,096 bytes with the name and the attributes.
const PART: usize = 3_800;
/// The longest text over several cookies; servers refuse much longer header fields.
pub(super) const LONGEST: usize = 16_000;

/// How cookies of this application are written.
#[derive(Clone, Debug)]
pub(super) struct Cookies {
    is_secure: bool,
}

impl Cookies {
    /// For an application whose browsers come by https, or do not.
    pub(super) const fn new(is_secure: bool) -> Self {
        Self { is_secure }
    }

    /// The name with the prefix that keeps other hosts of the domain from setting it (RFC 6265bis section 4.1.3).
    pub(super) fn name(&self, name: &str) -> String {
        if self.is_secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// A value of `Set-Cookie`.
    pub(super) fn set(&self, name: &str, value: &str, max_age: u64) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
    }

    /// The one that removes it.
    pub(super) fn remove(&self, name: &str) -> String {
        self.set(name, "", 0)
    }

    /// Sets a text, over as many cookies as it takes; those that it does not take any more are removed.
    pub(super) fn set_split(&self, jar: &Jar, name: &str, text: &str, max_age: u64) -> Vec<String> {
        let parts: Vec<&[u8]> = text.as_bytes().chunks(PART).collect();
        let count = parts.len();
        let mut set = Vec::new();
        for (number, part) in parts.into_iter().enumerate() {
            let part = String::from_utf8_lossy(part);
            // The first tells how many there are: a text with a part of an older one does not open anyway.
            let value = if number == 0 { format!("{count}.{part}") } else { part.into_owned() };
            set.push(self.set(&part_name(name, number), &value, max_age));
        }
        set.extend(
            jar.parts(name).filter(|number| *number >= count).map(|n| self.remove(&part_name(name, n))),
        );
        set
    }

    /// Removes all parts.
    pub(super) fn remove_split(&self, jar: &Jar, name: &str) -> Vec<String> {
        jar.parts(name).map(|number| self.remove(&part_name(name, number))).collect()
    }
}

fn part_name(name: &str, number: usize) -> String {
    if number == 0 { name.to_owned() } else { format!("{name}.{number}") }
}

/// The cookies of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Vec<(String, String)>);

impl Jar {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// The value of the first of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    /// Names that begin so, with their values.
    pub(super) fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(name, _)| name.starts_with(prefix))
            .map(|(name, value)| (&**name, &**value))
    }

    /// A text over several cookies.
    pub(super) fn get_split(&self, name: &str) -> Option<String> {
        let (count, first) = self.get(name)?.split_once('.')?;
        let count: usize = count.parse().ok().filter(|count| *count <= LONGEST / PART + 1)?;
        let mut text = first.to_owned();
        for number in 1..count {
            text.push_str(self.get(&part_name(name, number))?);
        }
        Some(text)
    }

    /// The numbers of the parts that are there.
    fn parts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.0.iter().filter_map(move |(own, _)| match own.strip_prefix(name)? {
            "" => Some(0),
            rest => rest.strip_prefix('.')?.parse().ok().filter(|number| (1..100).contains(number)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(set: &[String]) -> Jar {
        let pairs: Vec<&str> = set.iter().map(|one| one.split(';').next().unwrap()).collect();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, pairs.join("; ").parse().unwrap());
        Jar::read(&headers)
    }

    #[test]
    fn long_texts_are_split_and_put_together() {
        let cookies = Cookies::new(true);
        let name = cookies.name("credenza");
        assert_eq!(name, "__Host-credenza");
        let long = "x".repeat(9_000);
        let set = cookies.set_split(&Jar::default(), &name, &long, 60);
        assert_eq!(set.len(), 3);
        assert!(set.iter().all(|one| one.len() < 4_096 && one.ends_with("; HttpOnly; SameSite=Lax; Secure")));
        let there = jar(&set);
        assert_eq!(there.get_split(&name), Some(long));
        let shorter = cookies.set_split(&there, &name, "short", 60);
        assert_eq!(shorter.iter().filter(|one| one.contains("Max-Age=0")).count(), 2);
        assert_eq!(jar(&shorter[..1]).get_split(&name).as_deref(), Some("short"));
        assert_eq!(cookies.remove_split(&there, &name).len(), 3);
        assert_eq!(jar(&set[..2]).get_split(&name), None);
    }

    #[test]
    fn without_https_there_is_no_prefix() {
        let cookies = Cookies::new(false);
        assert_eq!(cookies.name("credenza"), "credenza");
        assert_eq!(cookies.set("a", "b", 9), "a=b; Path=/; Max-Age=9; HttpOnly; SameSite=Lax");
    }
}
