//! The texts of every page, in every language.

use credenza_protocol::authorize::Fault;
use credenza_protocol::redirect_uri::Mismatch;

use super::*;

/// What a reader sees of a page: the texts between its tags.
fn texts(html: &str) -> Vec<&str> {
    let body = html.split_once("<body>").unwrap().1;
    body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim()).collect()
}

/// Each text of a page is in its language; only values are the same in all of them.
#[test]
fn no_text_is_left_in_another_language() {
    let english = every_page(Lang::default(), "Acme");
    for lang in Lang::all().iter().filter(|lang| **lang != Lang::default()) {
        for ((name, english), (_, other)) in english.iter().zip(every_page(*lang, "Acme")) {
            let (english, other) = (texts(english), texts(&other));
            assert_eq!(english.len(), other.len(), "{name}");
            for (english, other) in english.iter().zip(&other) {
                let is_language = Lang::all().iter().any(|lang| lang.name() == *english);
                // Two words that German has as well.
                if lang.tag() == "de" && ["Name", "Passkeys"].contains(english) {
                    continue;
                }
                let is_code = english.chars().all(|c| c.is_ascii_digit() || c == ' ');
                let is_value = is_code || *english == "Acme" || is_language;
                assert_eq!(english == other, is_value, "{lang:?} {name}: {other}");
            }
        }
    }
}

/// Messages are whole sentences, and labels begin with a capital letter.
#[test]
fn texts_read_as_sentences() {
    for lang in Lang::all() {
        let error = &lang.texts().error;
        let demo = &lang.texts().demo;
        let refused = &lang.texts().logout.refused;
        let sentences = [
            error.client_unknown,
            error.redirect_uri,
            error.client_missing,
            error.unreadable,
            error.request_object,
            error.answer_not_offered,
            error.malformed,
            error.request_expired,
            error.cookie_missing,
            error.request_unknown,
            error.not_found,
            error.form_forged,
            error.unavailable,
            error.internal,
            error.support_hint,
            refused.hint,
            refused.client,
            refused.redirect_uri,
            refused.unnamed,
            refused.unconfirmed,
            refused.still_signed_in,
            refused.has_ended,
            refused.was_not_signed_in,
            lang.texts().finished.explanation,
            demo.not_begun,
            demo.not_finished,
            lang.texts().login.wrong,
        ];
        for sentence in sentences {
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{lang:?}: {sentence}");
        }
        for (name, html) in every_page(*lang, "Acme") {
            for text in texts(&html).into_iter().filter(|text| !text.is_empty()) {
                // A time stands in an element of its own, and Arabic has no capital letters.
                let is_language = Lang::all().iter().any(|lang| lang.name() == text);
                let is_begun = is_language
                    || text.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
                    || (lang.is_right_to_left() && !text.starts_with(char::is_lowercase));
                assert!(is_begun, "{lang:?} {name}: {text}");
            }
        }
    }
}

#[test]
fn a_fault_is_explained_in_the_language_of_the_person() {
    for lang in Lang::all() {
        let error = &lang.texts().error;
        for (fault, explanation) in [
            (Fault::ClientUnknown, error.client_unknown),
            (Fault::RedirectUri(Mismatch::NotRegistered), error.redirect_uri),
            (Fault::ClientIdMissing, error.client_missing),
            (Fault::SomethingRepeated, error.unreadable),
            (Fault::ResponseMode, error.answer_not_offered),
            (Fault::Prompt, error.malformed),
        ] {
            assert_eq!(error.fault(&fault), explanation, "{lang:?} {fault}");
        }
    }
}
