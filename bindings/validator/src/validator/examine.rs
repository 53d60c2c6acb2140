//! What each rule says of one access token, for whoever wants to know why it is refused, or why not. It decides about
//! no request: what a request would have to prove besides (DPoP, a certificate) is named, and not judged.

use serde::Serialize;

use super::token::Signed;
use super::trusted::TrustedIssuer;
use super::{Validator, access_token, times};
use crate::detail::{Detail, Refusal};
use crate::fetch::Fetch;
use crate::settings::TokenType;
use crate::sources::Halt;
use crate::{Header, Rule};

/// What one rule says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// What is judged.
    pub about: &'static str,
    /// Whether it is as it should be; `None` where that was not judged.
    pub passes: Option<bool>,
    /// The name of the rule that refuses.
    pub rule: Option<&'static str>,
    /// What was found.
    pub reason: String,
}

/// An examination, or what it needs first.
#[derive(Clone, Debug)]
#[must_use]
pub enum Examination {
    /// To be fetched and reported; then it is asked for again.
    Need(Fetch),
    /// What each rule says, in the order of the checks.
    Done(Vec<Verdict>),
}

/// The checks up to the claims. The first that refuses ends them.
const BEFORE_CLAIMS: [&str; 6] = ["form", "typ", "alg", "key", "signature", "claims"];
/// Those of the claims, each of which is judged.
const OF_CLAIMS: [&str; 6] = ["iss", "kind", "aud", "time", "age", "required claims"];

impl Validator {
    /// Examines an access token as [`Validator::check`] does, and goes on where that would stop.
    pub fn examine(&self, token: &str, now: i64) -> Examination {
        match self.issuers.find(token, now) {
            Ok(issuer) => issuer.examine(token, now),
            Err(Halt::Need(fetch)) => Examination::Need(fetch),
            // That it is of another issuer is one of the verdicts.
            Err(Halt::Deny(_)) => self.issuers.first.examine(token, now),
        }
    }
}

impl TrustedIssuer {
    fn examine(&self, token: &str, now: i64) -> Examination {
        match self.believe_jwt(token, now).map_err(|halt| self.named_halt(halt)) {
            Err(Halt::Need(fetch)) => Examination::Need(fetch),
            Err(Halt::Deny(refusal)) => Examination::Done(self.stopped(refusal, token)),
            Ok((signed, kind)) => {
                let Signed { payload, .. } = signed;
                let claims = payload.claims();
                let judged = [
                    access_token::check_issuer(claims, kind, &self.rules),
                    access_token::check_mark(&payload, kind, &self.rules),
                    access_token::check_audience(&payload, &self.rules),
                    times::check_times(claims, true, self.rules.leeway, now),
                    times::check_age(claims, self.rules.max_token_age, self.rules.leeway, now),
                    access_token::check_presence(claims, kind, &self.rules),
                ];
                let passed = BEFORE_CLAIMS.into_iter().map(|about| verdict(about, Ok(())));
                let judged =
                    OF_CLAIMS.into_iter().zip(judged).map(|(about, outcome)| verdict(about, outcome));
                let mut verdicts: Vec<_> = passed.chain(judged).collect();
                if claims.cnf.is_some() {
                    let reason = "the token is bound to its sender, which a request has to prove".to_owned();
                    verdicts.push(Verdict { about: "binding", passes: None, rule: None, reason });
                }
                Examination::Done(verdicts)
            }
        }
    }

    fn believe_jwt(&self, token: &str, now: i64) -> Result<(Signed, access_token::Kind), Halt> {
        let kind = |header: &Header| access_token::kind_of(header, &self.rules.token_types);
        let wanted = self.rules.token_types.iter().map(TokenType::as_str);
        let signed = self
            .signed(token, |header| kind(header).is_some(), now)
            .map_err(|halt| halt.about_typ(wanted))?;
        let kind = signed.payload.header().and_then(kind).ok_or(Rule::Typ)?;
        Ok((signed, kind))
    }

    /// The verdicts of a token whose claims are not to be believed.
    fn stopped(&self, refusal: Refusal, token: &str) -> Vec<Verdict> {
        // A name that is no algorithm's is refused with the form, before the type is looked at.
        let is_unknown_alg = refusal.rule == Rule::Alg
            && refusal.detail.as_ref().is_some_and(|detail| detail.found.is_empty());
        let at = match refusal.rule {
            Rule::Typ => 1,
            Rule::Alg => 2,
            Rule::Kid | Rule::KeysUnavailable => 3,
            Rule::Signature => 4,
            Rule::ClaimsMalformed => 5,
            _ => 0,
        };
        let rule = refusal.rule;
        let detail = self.detail(refusal, Some(token));
        let verdicts = BEFORE_CLAIMS.into_iter().chain(OF_CLAIMS).enumerate().map(|(place, about)| {
            if place == at {
                refused(about, rule, &detail)
            } else if place < at && !(is_unknown_alg && place == 1) {
                verdict(about, Ok(()))
            } else {
                Verdict { about, passes: None, rule: None, reason: "not judged".to_owned() }
            }
        });
        verdicts.collect()
    }
}

fn verdict(about: &'static str, outcome: Result<(), Refusal>) -> Verdict {
    match outcome {
        Ok(()) => Verdict { about, passes: Some(true), rule: None, reason: "as it should be".to_owned() },
        Err(Refusal { rule, detail, .. }) => {
            let detail = detail.map(|detail| *detail).unwrap_or_default().told(rule.meaning().description);
            refused(about, rule, &detail)
        }
    }
}

fn refused(about: &'static str, rule: Rule, detail: &Detail) -> Verdict {
    Verdict { about, passes: Some(false), rule: Some(rule.as_str()), reason: detail.reason.clone() }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use super::*;
    use crate::{MintOptions, Settings, TestIssuer};

    const NOW: i64 = 1_800_000_000;

    fn examined(settings: Settings, token: &str, now: i64) -> Vec<(&'static str, Option<bool>)> {
        let validator = Validator::new(settings).unwrap();
        let Examination::Done(verdicts) = validator.examine(token, now) else { panic!("its keys are given") };
        verdicts.iter().map(|verdict| (verdict.about, verdict.passes)).collect()
    }

    #[test]
    fn each_rule_of_the_claims_is_judged_and_none_before_a_wrong_signature() {
        let issuer = TestIssuer::new("https://id.example");
        let token = issuer
            .mint(
                &MintOptions { audience: Some("https://api.example".to_owned()), ..MintOptions::default() },
                NOW,
            )
            .unwrap();
        let settings = |audience: &str| {
            let json = format!(
                r#"{{"issuer":"https://id.example","audience":"{audience}","keys":{}}}"#,
                issuer.jwks_json()
            );
            Settings::from_json(&json).unwrap()
        };
        let good = examined(settings("https://api.example"), &token, NOW);
        assert!(good.iter().all(|(_, passes)| *passes == Some(true)), "{good:?}");
        let late = examined(settings("https://other.example"), &token, NOW + 1_000_000);
        let faults: Vec<_> =
            late.iter().filter(|(_, it)| *it == Some(false)).map(|(about, _)| *about).collect();
        assert_eq!(faults, ["aud", "time"]);
        let forged = format!("{}AA", &token[..token.len() - 2]);
        let forged = examined(settings("https://api.example"), &forged, NOW);
        assert!(
            forged.contains(&("signature", Some(false))) && forged.contains(&("aud", None)),
            "{forged:?}"
        );
        let opaque = examined(settings("https://api.example"), "opaque", NOW);
        assert_eq!((opaque[0], opaque[1]), (("form", Some(false)), ("typ", None)));
    }
}
