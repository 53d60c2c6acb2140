//! The headers of a message (Standard Webhooks): its id, the time of this attempt, and a signature by each key.

use credenza_validator::webhook::WebhookSigner;

use crate::time::Time;

/// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
pub type Headers = [(&'static str, String); 3];

/// The headers of a message. The id stays the same when it is sent again, and the time does not; there is a signature
/// by each of the keys, so that a receiver that has one of them accepts it.
#[must_use]
pub fn headers<'a>(
    signers: impl IntoIterator<Item = &'a WebhookSigner>,
    id: &str,
    now: Time,
    body: &str,
) -> Headers {
    let timestamp = now.seconds();
    let signatures: Vec<_> = signers.into_iter().map(|signer| signer.sign(id, timestamp, body)).collect();
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use credenza_validator::webhook::read_secret;

    use super::*;

    #[test]
    fn each_key_signs_and_the_id_is_that_of_the_event() {
        let secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signers = [
            WebhookSigner::shared(&secret).unwrap(),
            WebhookSigner::shared(&[9; 32]).unwrap(),
            WebhookSigner::key_pair(&[9; 32]).unwrap(),
        ];
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let [told, at, signed] = headers(&signers, id, Time::from_seconds(1_614_265_330), body);
        assert_eq!(told, ("webhook-id", id.to_owned()));
        assert_eq!(at, ("webhook-timestamp", "1614265330".to_owned()));
        let (name, signatures) = signed;
        let signatures: Vec<_> = signatures.split(' ').collect();
        assert_eq!((name, signatures.len()), ("webhook-signature", 3));
        assert_eq!(signatures[0], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(signatures[1].starts_with("v1,") && signatures[2].starts_with("v1a,"));
    }
}
