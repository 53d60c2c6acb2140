//! Access tokens by issuer, audience and profile, and without the profile.

use serde_json::json;

use super::recording::{claims_of, spoilt, typ_of};
use super::{LEEWAY, OTHER_AUDIENCE, Subject};
use crate::case::{AUDIENCE, Case, Step, with};

impl Subject<'_> {
    pub(super) fn access_token(&self) -> Vec<Case> {
        let token = self.taken.access_token.as_str();
        let bearer = || self.at(Step::bearer(token));
        let Some(audience) = &self.taken.audience else {
            let settings = self.settings(json!({ "audience": AUDIENCE }));
            let about = "Without aud it is for nobody, unless it is introspected.";
            return vec![self.case("_without_aud", about, settings, bearer().deny("claim_missing"))];
        };
        let claims = claims_of(token);
        let expired = claims["exp"].as_i64().unwrap() + LEEWAY;
        let settings = || self.settings(json!({ "audience": audience }));
        let other = self.settings(json!({ "audience": OTHER_AUDIENCE }));
        let spoilt = self.at(Step::bearer(spoilt(token)));
        let about = "Then with another last byte.";
        let mut cases = vec![
            self.case("", about, settings(), bearer().allow(claims)).step(spoilt.deny("signature")),
            self.case("_other_audience", "For another service.", other, bearer().deny("aud")),
            self.case("_expired", "It has expired.", settings(), bearer().at(expired).deny("exp")),
        ];
        let strict = with(settings(), json!({ "profile": null }));
        match self.taken.rfc9068.as_deref() {
            Some(rule) => {
                let about = "Without its profile it is no token of RFC 9068.";
                let detail = match typ_of(token) {
                    Some(typ) => json!({ "member": "typ", "found": [typ], "wanted": ["at+jwt"] }),
                    None => json!({ "member": "typ", "problem": "missing", "wanted": ["at+jwt"] }),
                };
                cases.push(self.case("_rfc9068", about, strict, bearer().deny(rule).detail(detail)));
            }
            None if self.server.profile != "rfc9068" => {
                let about = "It is a token of RFC 9068, and passes without its profile.";
                cases.push(self.case("_rfc9068", about, strict, bearer().allow(claims_of(token))));
            }
            None => {}
        }
        cases
    }
}
