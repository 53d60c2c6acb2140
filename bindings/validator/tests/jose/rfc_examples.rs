//! Examples of the RFCs.

use credenza_validator::{Algorithm, Rejected, Unverified, base64url};
use serde_json::{Value, json};

use crate::support::{jwk, rsa_jwk, set};

const CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn assert_claims_of_rfc7515(claims: &Value) {
    assert_eq!(claims, &json!({ "iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true }));
}

/// The same token with another payload.
fn altered(token: &str) -> String {
    token.replace(CLAIMS, &base64url::encode(r#"{"iss":"eve"}"#))
}

#[test]
fn rfc7515_a_1_hs256() {
    let key = base64url::decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    )
    .unwrap();
    let token = format!(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    let check = |token: &str| Unverified::parse(token).unwrap().verify_with_secret(&key, &[Algorithm::HS256]);
    let verified = check(&token).unwrap();
    assert_claims_of_rfc7515(&verified.claims().unwrap());
    assert_eq!(verified.header.typ.as_deref(), Some("JWT"));
    assert_eq!(check(&altered(&token)).unwrap_err(), Rejected::Signature);
}

#[test]
fn rfc7515_a_2_rs256() {
    let keys = set([jwk(rsa_jwk(json!({})))]);
    let token = format!(
        "eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
    let check = |token: &str| Unverified::parse(token).unwrap().verify(&keys, &[Algorithm::RS256]);
    assert_claims_of_rfc7515(&check(&token).unwrap().claims().unwrap());
    assert_eq!(check(&altered(&token)).unwrap_err(), Rejected::Signature);
}

#[test]
fn rfc7515_a_3_es256() {
    let keys = set([jwk(json!({
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    }))]);
    let token = format!(
        "eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let check = |token: &str| Unverified::parse(token).unwrap().verify(&keys, &[Algorithm::ES256]);
    assert_claims_of_rfc7515(&check(&token).unwrap().claims().unwrap());
    assert_eq!(check(&altered(&token)).unwrap_err(), Rejected::Signature);
}

#[test]
fn rfc8037_a_3_and_a_4_eddsa() {
    let key =
        jwk(json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }));
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let verified = Unverified::parse(token).unwrap().verify(&set([key]), &[Algorithm::EdDSA]).unwrap();
    assert_eq!(verified.payload(), b"Example of Ed25519 signing");
}

#[test]
fn rfc7638_3_1_thumbprint() {
    let key = jwk(json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29"
    }));
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}
