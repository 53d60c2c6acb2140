//! How people prove who they are: the steps of a sign-in, and what they amount to (`amr`, RFC 8176; `acr`, OpenID
//! Connect Core 2).

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::session::Session;

/// `acr` of a sign-in that nobody can be tricked into on another site, such as by a passkey: phishing-resistant (OpenID Connect
/// Extended Authentication Profile ACR Values 1.0, 2).
pub const ACR_PHISHING_RESISTANT: &str = "phr";

/// `acr` of a sign-in with two factors, such as a password and the code of an application.
pub const ACR_MFA: &str = "urn:credenza:acr:mfa";

/// `acr` of a sign-in with a password.
pub const ACR_PASSWORD: &str = "urn:credenza:acr:password";

/// `acr` of a sign-in by a link or a code that was mailed.
pub const ACR_MAIL: &str = "urn:credenza:acr:mail";

/// An authentication context class, and the methods that reach it.
struct Class {
    acr: &'static str,
    amr: &'static [&'static str],
}

/// The classes that are offered, the strongest first. Each is good for what asks for a weaker one.
const CLASSES: [Class; 4] = [
    Class { acr: ACR_PHISHING_RESISTANT, amr: &["pop", "mfa"] },
    Class { acr: ACR_MFA, amr: &["mfa"] },
    Class { acr: ACR_PASSWORD, amr: &["pwd"] },
    Class { acr: ACR_MAIL, amr: &["otp"] },
];

/// Each `acr` that a sign-in can reach, the strongest first.
pub fn offered() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|class| class.acr)
}

/// The strongest `acr` that these methods reach.
#[must_use]
pub fn acr(amr: &[String]) -> Option<&'static str> {
    let used = |method: &&str| amr.iter().any(|used| used == method);
    CLASSES.iter().find(|class| class.amr.iter().all(&used)).map(|class| class.acr)
}

/// Whether a sign-in that reaches the one `acr` is good for the other: it is the same or a weaker one.
#[must_use]
pub fn is_good_for(reached: &str, wanted: &str) -> bool {
    let place = |acr: &str| CLASSES.iter().position(|class| class.acr == acr);
    reached == wanted || place(reached).zip(place(wanted)).is_some_and(|(reached, wanted)| reached <= wanted)
}

/// Whether that `acr` takes more than the first step of a sign-in: two factors, or a passkey.
#[must_use]
pub fn takes_more_than_a_password(acr: &str) -> bool {
    is_good_for(acr, ACR_MFA)
}

/// The `acr` of a session. Sessions of before `acr` was stored have the one that their methods reach.
#[must_use]
pub fn acr_of(session: &Session) -> Option<&str> {
    session.acr.as_deref().or_else(|| acr(&session.amr))
}

/// A step of a sign-in: a method by which a person proves who they are, or something else that they must do before
/// they are signed in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// Its name in storage.
    pub name: &'static str,
    /// The authentication methods that it stands for (RFC 8176 2); none for a step that proves nothing.
    pub amr: &'static [&'static str],
    /// The hosted page on which it is taken, by its path under the issuer.
    pub page: &'static str,
    /// The names of the steps in whose place it may be taken, if it is another way to the same.
    pub instead_of: &'static [&'static str],
    /// Whether it is a second factor beside a password: two of different kinds (`mfa`, RFC 8176 2).
    pub is_second: bool,
}

/// A sign-in of which at least one step was taken. It is stored until none is left.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Started {
    user_id: UserId,
    taken: Vec<String>,
    amr: Vec<String>,
    next: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    has_second: bool,
}

impl Started {
    /// The sign-in after a person has taken a step. It continues an earlier one only if that is the same person's;
    /// `required` are the steps that their sign-in takes, in order. A step that was taken before its turn counts, but
    /// excuses from no other one but that in whose place it stands.
    #[must_use]
    pub fn after(earlier: Option<&Self>, user_id: &UserId, step: &Step, required: &[&Step]) -> Self {
        let earlier = earlier.filter(|earlier| earlier.user_id == *user_id);
        let (mut taken, mut amr, had_second) = match earlier {
            Some(earlier) => (earlier.taken.clone(), earlier.amr.clone(), earlier.has_second),
            None => (vec![], vec![], false),
        };
        let has_second = had_second || step.is_second;
        add(&mut taken, step.name);
        step.instead_of.iter().for_each(|other| add(&mut taken, other));
        step.amr.iter().for_each(|method| add(&mut amr, method));
        if has_second && amr.iter().any(|method| method == "pwd") {
            add(&mut amr, "mfa");
        }
        let next = required.iter().find(|step| !taken.iter().any(|name| name == step.name));
        let next = next.map(|step| step.name.to_owned());
        let password = earlier.and_then(|earlier| earlier.password.clone());
        Self { user_id: user_id.clone(), taken, amr, next, password, has_second }
    }

    /// The same, which remembers by what the stored password is recognized that the person has typed just now. A step that was
    /// no password leaves what an earlier one has said.
    #[must_use]
    pub fn knowing(self, password: Option<String>) -> Self {
        Self { password: password.or(self.password), ..self }
    }

    /// By what the password is recognized that the person has typed: while it is the one that is stored, they know it.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// Whether that step was taken, or one in its place.
    #[must_use]
    pub fn has_taken(&self, step: &Step) -> bool {
        self.taken.iter().any(|name| name == step.name)
    }

    /// Whose sign-in it is.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The methods of all steps that were taken (`amr`).
    #[must_use]
    pub fn amr(&self) -> &[String] {
        &self.amr
    }

    /// The name of the one step that is next; `None` when the person is signed in.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn step(name: &'static str, amr: &'static [&'static str]) -> Step {
        Step { name, amr, page: "login", instead_of: &[], is_second: false }
    }

    const PASSWORD: Step = step("password", &["pwd"]);
    const MAIL: Step = Step { instead_of: &["password"], ..step("mail", &["otp"]) };
    const CODE: Step = Step { is_second: true, ..step("totp", &["otp"]) };
    const PASSKEY: Step =
        Step { instead_of: &["password", "totp"], ..step("passkey", &["pop", "user", "mfa"]) };
    const CHANGE: Step = step("change_password", &[]);

    fn user(id: &str) -> UserId {
        UserId::new(id)
    }

    #[test]
    fn one_step_is_enough_where_one_is_required() {
        let done = Started::after(None, &user("alice"), &PASSWORD, &[&PASSWORD]);
        assert_eq!((done.next(), done.amr()), (None, &["pwd".to_owned()][..]));
    }

    #[test]
    fn every_required_step_is_next_until_it_is_taken() {
        let required = [&PASSWORD, &CODE, &CHANGE];
        let alice = user("alice");
        let first = Started::after(None, &alice, &PASSWORD, &required);
        assert_eq!(first.next(), Some("totp"));
        let again = Started::after(Some(&first), &alice, &PASSWORD, &required);
        assert_eq!(again, first, "the same step twice is one step");
        let second = Started::after(Some(&first), &alice, &CODE, &required);
        assert_eq!(second.next(), Some("change_password"));
        let third = Started::after(Some(&second), &alice, &CHANGE, &required);
        assert_eq!((third.next(), third.amr().join(" ")), (None, "pwd otp mfa".to_owned()));
    }

    #[test]
    fn no_step_stands_for_another_one() {
        let required = [&PASSWORD, &CODE];
        let alice = user("alice");
        let early = Started::after(None, &alice, &CODE, &required);
        assert_eq!(early.next(), Some("password"));
        assert_eq!(Started::after(Some(&early), &alice, &PASSWORD, &required).next(), None);
    }

    #[test]
    fn another_way_to_the_same_is_taken_in_its_place_and_in_no_other() {
        let required = [&PASSWORD, &CODE];
        let alice = user("alice");
        let mailed = Started::after(None, &alice, &MAIL, &required);
        assert_eq!((mailed.next(), mailed.amr()), (Some("totp"), &["otp".to_owned()][..]));
        assert_eq!(Started::after(None, &alice, &MAIL, &[&MAIL]).next(), None);
        let password = Started::after(None, &alice, &PASSWORD, &[&MAIL]);
        assert_eq!(password.next(), Some("mail"), "not the other way round");
    }

    #[test]
    fn two_factors_are_said_to_be_two_in_whatever_order_and_only_with_a_password() {
        let required = [&PASSWORD, &CODE];
        let alice = user("alice");
        let amr = |steps: &[&Step]| {
            let mut started = None;
            for step in steps {
                started = Some(Started::after(started.as_ref(), &alice, step, &required));
            }
            started.unwrap().amr().join(" ")
        };
        assert_eq!(amr(&[&PASSWORD, &CODE]), "pwd otp mfa");
        assert_eq!(amr(&[&CODE, &PASSWORD]), "otp pwd mfa");
        assert_eq!(amr(&[&MAIL, &CODE]), "otp");
        assert_eq!(amr(&[&PASSWORD, &MAIL]), "pwd otp", "mail is no factor of its own");
        assert_eq!(amr(&[&PASSKEY]), "pop user mfa");
    }

    #[test]
    fn one_step_may_stand_for_several() {
        let done = Started::after(None, &user("alice"), &PASSKEY, &[&PASSWORD, &CODE]);
        assert_eq!(done.next(), None);
        assert!(done.has_taken(&PASSKEY) && done.has_taken(&CODE) && !done.has_taken(&CHANGE));
    }

    #[test]
    fn steps_of_another_person_do_not_count() {
        let required = [&PASSWORD, &CODE];
        let first = Started::after(None, &user("alice"), &PASSWORD, &required);
        let other = Started::after(Some(&first), &user("bob"), &CODE, &required);
        assert_eq!((other.user_id(), other.next()), (&user("bob"), Some("password")));
        assert_eq!(other.amr(), ["otp".to_owned()]);
    }

    #[test]
    fn the_password_that_was_typed_is_remembered_until_another_one_is_or_for_another_person() {
        let required = [&PASSWORD, &CHANGE];
        let alice = user("alice");
        let first = Started::after(None, &alice, &PASSWORD, &required).knowing(Some("first".to_owned()));
        let next = Started::after(Some(&first), &alice, &CODE, &required).knowing(None);
        assert_eq!(next.password(), Some("first"));
        let again =
            Started::after(Some(&next), &alice, &PASSWORD, &required).knowing(Some("second".to_owned()));
        assert_eq!(again.password(), Some("second"));
        assert_eq!(Started::after(Some(&again), &user("bob"), &CODE, &required).password(), None);
    }

    #[test]
    fn what_is_stored_is_read_again_whatever_a_later_version_adds() {
        let first = Started::after(None, &user("alice"), &PASSWORD, &[&PASSWORD, &CODE]);
        let mut stored = serde_json::to_value(&first).unwrap();
        stored["risk"] = 1.into();
        assert_eq!(serde_json::from_value::<Started>(stored).unwrap(), first);
    }

    #[test]
    fn an_acr_takes_all_of_its_methods() {
        let acr = |amr: &[&str]| acr(&amr.iter().map(|method| (*method).to_owned()).collect::<Vec<_>>());
        assert_eq!(acr(&["pwd"]), Some(ACR_PASSWORD));
        assert_eq!(acr(&["otp", "pwd"]), Some(ACR_PASSWORD));
        assert_eq!(acr(&["otp"]), Some(ACR_MAIL));
        assert_eq!(acr(&["pwd", "otp", "mfa"]), Some(ACR_MFA));
        assert_eq!(acr(&["pop", "user", "mfa"]), Some(ACR_PHISHING_RESISTANT));
        assert_eq!(acr(&["pop"]), None, "without a proof of who holds the key");
        assert_eq!(acr(&["hwk"]), None);
        assert_eq!(acr(&[]), None);
        assert_eq!(offered().collect::<Vec<_>>(), [ACR_PHISHING_RESISTANT, ACR_MFA, ACR_PASSWORD, ACR_MAIL]);
    }

    #[test]
    fn a_class_is_good_for_the_weaker_ones_alone() {
        let classes: Vec<_> = offered().collect();
        for (place, reached) in classes.iter().enumerate() {
            for (other, wanted) in classes.iter().enumerate() {
                assert_eq!(is_good_for(reached, wanted), place <= other, "{reached} for {wanted}");
            }
            assert!(!is_good_for(reached, "gold") && !is_good_for("gold", reached));
        }
        assert!(is_good_for("gold", "gold"));
        assert!(takes_more_than_a_password(ACR_MFA) && takes_more_than_a_password(ACR_PHISHING_RESISTANT));
        assert!(!takes_more_than_a_password(ACR_PASSWORD) && !takes_more_than_a_password("gold"));
    }
}
