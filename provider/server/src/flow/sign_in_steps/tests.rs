//! Every policy against every set of proofs: nobody is signed in with less than is asked for.

use credenza_protocol::authentication::{ACR_MFA, Started, Step, acr, is_good_for};
use credenza_protocol::ids::UserId;
use credenza_protocol::tenant::SecondFactor;

use super::*;

/// What a person may prove, in this order.
const PROOFS: [&Step; 6] = [&PASSWORD, &MAIL, &TOTP, &RECOVERY_CODE, &PASSKEY, &SYNCED_PASSKEY];
const POLICIES: [SecondFactor; 3] = [SecondFactor::Off, SecondFactor::Optional, SecondFactor::Required];

fn situations() -> impl Iterator<Item = Situation> {
    let flags =
        |n: u32| [n & 1 != 0, n & 2 != 0, n & 4 != 0, n & 8 != 0, n & 16 != 0, n & 32 != 0, n & 64 != 0];
    POLICIES.into_iter().flat_map(move |policy| {
        (0..128).map(flags).map(
            move |[has_totp, has_passkey, by_client, is_disabled, change, trusted, terms]| Situation {
                policy,
                has_totp,
                has_any: has_totp || has_passkey,
                by_client,
                is_trusted: trusted,
                by_passkey: false,
                is_disabled,
                password_change_required: change,
                has_due_terms: terms,
            },
        )
    })
}

/// The sign-in after these steps, one after the other.
fn taken(of: &Situation, proofs: &[&Step]) -> Started {
    let alice = UserId::new("alice");
    let mut started: Option<Started> = None;
    for step in proofs {
        let by_passkey = |started: &Started| started.has_taken(&PASSKEY);
        let by_passkey = step.name == PASSKEY.name || started.as_ref().is_some_and(by_passkey);
        let required = steps(&Situation { by_passkey, ..*of });
        started = Some(Started::after(started.as_ref(), &alice, step, &required));
    }
    started.unwrap()
}

/// Every choice among the proofs, and every one of them in the other order.
fn choices() -> Vec<Vec<&'static Step>> {
    let mut choices = vec![];
    for chosen in 1_u32..1 << PROOFS.len() {
        let some = PROOFS.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
        let some: Vec<_> = some.map(|(_, step)| *step).collect();
        choices.push(some.iter().rev().copied().collect());
        choices.push(some);
    }
    choices
}

#[test]
fn no_set_of_proofs_signs_anybody_in_with_less_than_is_asked_for() {
    let mut signed_in = 0;
    for of in situations() {
        for proofs in choices() {
            let done = taken(&of, &proofs);
            let has = |step: &Step| proofs.iter().any(|proof| proof.name == step.name);
            let first = has(&PASSWORD) || has(&MAIL) || has(&PASSKEY);
            let second = has(&TOTP) || has(&RECOVERY_CODE) || has(&PASSKEY);
            let asked = match of.policy {
                _ if of.by_client && of.has_any => true,
                SecondFactor::Required => !of.is_trusted || !of.has_any,
                SecondFactor::Optional => of.has_totp && !of.is_trusted,
                SecondFactor::Off => false,
            };
            // Nothing that is proven stands for what has to be done.
            let adds = asked && !of.has_any;
            let changes = of.password_change_required && !has(&PASSKEY);
            let is_enough =
                first && (second || !asked) && !adds && !of.is_disabled && !changes && !of.has_due_terms;
            let names: Vec<_> = proofs.iter().map(|step| step.name).collect();
            assert_eq!(done.next().is_none(), is_enough, "{of:?} {names:?}");
            signed_in += usize::from(is_enough);
        }
    }
    assert!(signed_in > 100, "and some are");
}

#[test]
fn two_factors_are_said_to_be_two_and_nothing_else_is() {
    for proofs in choices() {
        let of = situations().next().unwrap();
        let done = taken(&of, &proofs);
        let has = |step: &Step| proofs.iter().any(|proof| proof.name == step.name);
        let two = has(&PASSKEY) || has(&PASSWORD) && (has(&TOTP) || has(&RECOVERY_CODE));
        let reached = acr(done.amr()).is_some_and(|acr| is_good_for(acr, ACR_MFA));
        assert_eq!(reached, two, "{:?}", done.amr());
    }
}

#[test]
fn whoever_has_none_adds_one_where_the_tenant_requires_it_and_is_not_asked_for_it_again() {
    let of = situations().find(|of| of.policy == SecondFactor::Required && !of.has_any).unwrap();
    let begun = taken(&of, &[&PASSWORD]);
    assert_eq!(begun.next(), Some(ADD_SECOND_FACTOR.name));
    let alice = UserId::new("alice");
    for step in [&ADD_SECOND_FACTOR, &ADD_PASSKEY] {
        // They have one now.
        let required = steps(&Situation { has_any: true, has_totp: true, ..of });
        let done = Started::after(Some(&begun), &alice, step, &required);
        assert_eq!(done.next(), None);
        assert!(acr(done.amr()).is_some_and(|acr| is_good_for(acr, ACR_MFA)));
    }
}

#[test]
fn an_account_that_is_to_be_deleted_is_kept_after_every_proof_and_before_anything_is_changed() {
    for of in situations().filter(|of| of.is_disabled) {
        let names: Vec<_> = steps(&of).iter().map(|step| step.name).collect();
        let place = |step: &Step| names.iter().position(|name| *name == step.name);
        let keeps = place(&KEEP_ACCOUNT).unwrap();
        assert!(place(&SECOND_FACTOR).is_none_or(|asked| asked < keeps), "{names:?}");
        assert!(place(&ADD_SECOND_FACTOR).is_none_or(|adds| adds > keeps), "{names:?}");
        assert!(place(&NEW_PASSWORD).is_none_or(|changes| changes > keeps), "{names:?}");
    }
}
