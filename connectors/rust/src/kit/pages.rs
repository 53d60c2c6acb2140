//! Lists, page by page: `limit` and `cursor`, an envelope, and a link to what comes next (RFC 8288).

use std::sync::Arc;

use http::Uri;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::Problem;
use crate::sealed::Sealer;
use crate::{Caller, SettingsError};

/// How pages of lists are cut. Clones are the same.
#[derive(Clone)]
pub struct Pages {
    sealer: Arc<Sealer>,
    default: usize,
    most: usize,
}

/// The page that was asked for.
pub struct Page {
    pages: Pages,
    path: String,
    /// All other parameters, in the order of their names: a cursor is for the same ones alone.
    filters: Vec<(String, String)>,
    purpose: String,
    limit: usize,
    position: Option<Vec<u8>>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The body.
    pub body: serde_json::Value,
    /// The field `Link`, unless this is the last page.
    pub link: Option<String>,
}

impl Pages {
    /// Pages of 50 items, and of 200 at most. The secret is of 32 bytes at least; of several, separated by commas, the
    /// first makes cursors and all are read.
    ///
    /// # Errors
    /// [`SettingsError`] names `secret`.
    pub fn new(secret: &str) -> Result<Self, SettingsError> {
        Ok(Self { sealer: Arc::new(Sealer::new(secret, "cursor")?), default: 50, most: 200 })
    }

    /// With other sizes.
    #[must_use]
    pub fn sizes(self, default: usize, most: usize) -> Self {
        Self { default, most, ..self }
    }

    /// Reads which page is asked for. A cursor is good for the path, the filters and the caller that it was made for.
    ///
    /// # Errors
    /// The problems `invalid_limit` and `invalid_cursor`.
    pub fn read(&self, uri: &Uri, caller: &Caller) -> Result<Page, Problem> {
        let query = uri.query().unwrap_or_default().as_bytes();
        let (mut filters, mut limit, mut cursor) = (Vec::new(), None, None);
        for (name, value) in url::form_urlencoded::parse(query) {
            match &*name {
                "limit" => limit = Some(value.into_owned()),
                "cursor" => cursor = Some(value.into_owned()),
                _ => filters.push((name.into_owned(), value.into_owned())),
            }
        }
        filters.sort_unstable();
        let limit = match limit {
            None => self.default,
            Some(limit) => self.limit(&limit)?,
        };
        let who = (caller.sub(), caller.client_id(), caller.tenant());
        let purpose = json!([uri.path(), filters, who]).to_string();
        let open = |cursor: String| {
            self.sealer.open(&cursor, &purpose).ok_or_else(|| Problem::new(400, "invalid_cursor"))
        };
        let position = cursor.map(open).transpose()?;
        Ok(Page { pages: self.clone(), path: uri.path().to_owned(), filters, purpose, limit, position })
    }

    fn limit(&self, limit: &str) -> Result<usize, Problem> {
        let is_number = !limit.is_empty() && limit.bytes().all(|byte| byte.is_ascii_digit());
        let limit = limit.parse().ok().filter(|limit| is_number && (1..=self.most).contains(limit));
        limit.ok_or_else(|| {
            Problem::new(400, "invalid_limit").detail(format!("limit has to be from 1 to {}", self.most))
        })
    }
}

impl Page {
    /// How many items to give.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Where the page before ended; `None` for the first one.
    ///
    /// # Errors
    /// The problem `invalid_cursor`, when it is of another type: made by another version.
    pub fn position<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        let read = |position: &Vec<u8>| {
            serde_json::from_slice(position).map_err(|_| Problem::new(400, "invalid_cursor"))
        };
        self.position.as_ref().map(read).transpose()
    }

    /// The first value of a parameter.
    #[must_use]
    pub fn filter(&self, name: &str) -> Option<&str> {
        self.filters.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    /// The answer: items, and where this page ends, if there are more.
    ///
    /// # Errors
    /// The problem of a server that cannot make a cursor.
    pub fn envelope<T: Serialize, P: Serialize>(
        &self,
        items: &[T],
        next: Option<P>,
    ) -> Result<Envelope, Problem> {
        let Some(next) = next else {
            return Ok(Envelope { body: json!({ "items": items, "next_cursor": null }), link: None });
        };
        let broken = || Problem::new(500, "internal_error");
        let position = serde_json::to_vec(&next).map_err(|_| broken())?;
        let cursor = self.pages.sealer.seal(&position, &self.purpose).map_err(|_| broken())?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters).append_pair("limit", &self.limit.to_string());
        let query = query.append_pair("cursor", &cursor).finish();
        let link = format!("<{}?{query}>; rel=\"next\"", self.path);
        Ok(Envelope { body: json!({ "items": items, "next_cursor": cursor }), link: Some(link) })
    }
}
