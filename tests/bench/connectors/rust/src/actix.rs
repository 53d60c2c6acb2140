//! Actix, beside actix-web-httpauth with jsonwebtoken.

use std::error::Error;
use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::{App, HttpMessage, HttpRequest, HttpServer, error, web};
use actix_web_httpauth::extractors::bearer::BearerAuth;
use actix_web_httpauth::middleware::HttpAuthentication;
use credenza_connectors::Needs;
use credenza_connectors::actix::{Caller, protect};
use jsonwebtoken::{DecodingKey, Validation, decode};

use crate::{Claims, Parts, SCOPE};

type Trusted = Arc<(DecodingKey, Validation)>;

/// The function that each application writes for that middleware.
fn checked(
    trusted: &Trusted,
    request: ServiceRequest,
    token: &BearerAuth,
) -> Result<ServiceRequest, (actix_web::Error, ServiceRequest)> {
    let (key, validation) = &**trusted;
    match decode::<Claims>(token.token(), key, validation) {
        Ok(token) if token.claims.scope.split(' ').any(|scope| scope == SCOPE) => {
            request.extensions_mut().insert(token.claims);
            Ok(request)
        }
        Ok(_) => Err((error::ErrorForbidden("scope"), request)),
        Err(fault) => Err((error::ErrorUnauthorized(fault), request)),
    }
}

async fn guarded(caller: Caller) -> String {
    caller.sub().unwrap_or_default().to_owned()
}

async fn usual(request: HttpRequest) -> String {
    request.extensions().get::<Claims>().map(|claims| claims.sub.clone()).unwrap_or_default()
}

#[actix_web::main]
pub async fn serve(parts: Parts) -> Result<(), Box<dyn Error>> {
    let Parts { guard, key, validation, listener } = parts;
    let trusted: Trusted = Arc::new((key, validation));
    let app = move || {
        let trusted = Arc::clone(&trusted);
        let authentication = HttpAuthentication::bearer(move |request, token| {
            let outcome = checked(&trusted, request, &token);
            async move { outcome }
        });
        App::new()
            .service(web::resource("/bare").get(async || "user".to_owned()))
            .service(web::resource("/guarded").get(guarded).wrap(protect(&guard, Needs::new().scope(SCOPE))))
            .service(web::resource("/usual").get(usual).wrap(authentication))
    };
    Ok(HttpServer::new(app).listen(listener)?.run().await?)
}
