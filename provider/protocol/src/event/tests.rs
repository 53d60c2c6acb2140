use serde_json::{Value, json};

use super::*;
use crate::role::Holder;

fn written(event: Event) -> Value {
    let stamp = Stamp { id: "0011".to_owned(), at: Time::from_seconds(1_700_000_000) };
    let envelope = Envelope::new(&stamp, &TenantId::new("acme"), event);
    let text = serde_json::to_string(&envelope).unwrap();
    assert_eq!(serde_json::from_str::<Envelope>(&text).unwrap(), envelope, "{text}");
    assert_eq!(type_of(&text).as_deref(), serde_json::to_value(&envelope.event).unwrap()["type"].as_str());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn cloudevents_3_1_the_envelope_has_the_attributes() {
    let written = written(Event::UserCreated(OfUser { user_id: UserId::new("u1") }));
    let expected = json!({
        "specversion": "1.0",
        "id": "0011",
        "source": "credenza",
        "type": "user.created",
        "subject": "u1",
        "time": "2023-11-14T22:13:20Z",
        "datacontenttype": "application/json",
        "tenantid": "acme",
        "dataversion": "1",
        "data": {"user_id": "u1"}
    });
    assert_eq!(written, expected);
}

/// CloudEvents 3.1.1: names of attributes are lower-case letters and digits.
#[test]
fn cloudevents_3_1_1_attributes_are_named_as_they_must_be() {
    let written = written(Event::ClientDeleted(ClientId::new("c").into()));
    for name in written.as_object().unwrap().keys() {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{name}");
        assert!(name.len() <= 20, "{name}");
    }
}

#[test]
fn a_revocation_is_about_the_narrowest_that_it_names() {
    let user = Revoked { user_id: Some(UserId::new("u")), ..Revoked::default() };
    let session = Revoked { sid: Some(SessionId::new("s")), ..user.clone() };
    let consent = Revoked { client_id: Some(ClientId::new("c")), ..user.clone() };
    let grant = Revoked { grant_id: Some(GrantId::new("g")), ..consent.clone() };
    let client = Revoked { client_id: Some(ClientId::new("c")), ..Revoked::default() };
    for (revoked, subject, data) in [
        (user, "u", json!({"user_id": "u"})),
        (session, "s", json!({"user_id": "u", "sid": "s"})),
        (consent, "u", json!({"user_id": "u", "client_id": "c"})),
        (grant, "g", json!({"user_id": "u", "client_id": "c", "grant_id": "g"})),
        (client, "c", json!({"client_id": "c"})),
    ] {
        let written = written(Event::GrantRevoked(revoked));
        assert_eq!((&written["subject"], &written["data"]), (&json!(subject), &data));
    }
}

#[test]
fn a_role_is_of_whoever_holds_it() {
    let assignment = |holder| Assignment { client_id: ClientId::new("c"), role: "admin".to_owned(), holder };
    for (holder, subject, data) in [
        (Holder::User(UserId::new("u")), "u", json!({"client_id": "c", "role": "admin", "user_id": "u"})),
        (Holder::Group(GroupId::new("g")), "g", json!({"client_id": "c", "role": "admin", "group_id": "g"})),
    ] {
        let written = written(Event::RoleGranted(assignment(holder)));
        assert_eq!((&written["subject"], &written["data"]), (&json!(subject), &data));
    }
    let member = Member { group_id: GroupId::new("g"), user_id: UserId::new("u") };
    assert_eq!(written(Event::GroupMemberAdded(member))["subject"], "g");
}

#[test]
fn the_schema_lists_every_type() {
    let schema = serde_json::to_string(&schemars::schema_for!(Envelope)).unwrap();
    for name in ["user.signed_in", "session.ended", "grant.revoked", "key.scheduled", "tenant.deleted"] {
        assert!(schema.contains(name), "{name} in {schema}");
    }
}

#[test]
fn cloudevents_3_3_who_did_it_is_an_extension() {
    let stamp = Stamp { id: "0011".to_owned(), at: Time::from_seconds(1_700_000_000) };
    let role = OfAdminRole { user_id: UserId::new("u"), role: Role::Auditor, installation: false };
    let envelope = Envelope::new(&stamp, &TenantId::new("acme"), Event::AdminRoleGranted(role));
    let actor = Actor {
        actor: "user:ada".to_owned(),
        actortenantid: None,
        actoraddress: Some("192.0.2.1".to_owned()),
        requestid: Some("0123".to_owned()),
    };
    let envelope = envelope.by(Some(actor));
    let written = serde_json::to_value(&envelope).unwrap();
    assert_eq!(written["actor"], "user:ada");
    assert_eq!(written["actoraddress"], "192.0.2.1");
    assert_eq!(written["requestid"], "0123");
    assert_eq!(written["data"], json!({"user_id": "u", "role": "auditor", "installation": false}));
    assert!(written.get("actortenantid").is_none());
    assert_eq!(serde_json::from_value::<Envelope>(written).unwrap(), envelope);
}
