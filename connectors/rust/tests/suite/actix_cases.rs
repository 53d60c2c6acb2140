//! Chart 936: Actix behind the guard for Rust | the shared cases of all connectors: needs, optional routes, challenges, DPoP, several issuers, WebSockets, preflights, scopes with a prefix, metadata (RFC 9728)

use actix_cors::Cors;
use actix_web::middleware::Condition;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use credenza_connectors::Guard;
use credenza_connectors::actix::{Caller, metadata, optional, protect};

use crate::case::{Case, World, all, shown};
use crate::client;
use crate::log::Log;
use crate::run;

async fn show(caller: Option<Caller>) -> HttpResponse {
    HttpResponse::Ok().json(shown(caller.as_ref()))
}

async fn live(
    caller: Option<Caller>,
    request: HttpRequest,
    body: web::Payload,
) -> actix_web::Result<HttpResponse> {
    let (response, mut session, _messages) = actix_ws::handle(&request, body)?;
    actix_web::rt::spawn(async move {
        drop(session.text(shown(caller.as_ref()).to_string()).await);
        drop(session.close(None).await);
    });
    Ok(response)
}

fn routes(case: &Case, guard: &Guard, service: &mut web::ServiceConfig) {
    let route = &case.route;
    let mut resource = web::resource(route.path.as_str());
    for name in &route.methods {
        let matched = web::method(name.parse().unwrap());
        resource = resource.route(if route.websocket { matched.to(live) } else { matched.to(show) });
    }
    let cors = Cors::default().allowed_origin("https://app.example").allowed_methods(["GET"]);
    let needs = route.needs.clone();
    let guarded = resource.wrap(Condition::new(case.guard.preflight, cors)).wrap(if route.optional {
        optional(guard, needs)
    } else {
        protect(guard, needs)
    });
    match &route.prefix {
        Some(prefix) => service.service(web::scope(prefix).service(guarded)),
        None => service.service(guarded),
    };
    if let Some(document) = case.metadata(guard) {
        service.service(metadata(&document));
    }
}

/// Serves on a loopback port for as long as it is not stopped.
fn serve(
    configure: impl Fn(&mut web::ServiceConfig) + Send + Clone + 'static,
) -> (std::net::SocketAddr, actix_web::dev::ServerHandle) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(move || App::new().configure(configure.clone()));
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

#[actix_web::test]
async fn the_shared_cases() {
    let (log, mut faults) = (Log::hold().await, Vec::new());
    let cases = all();
    for case in &cases {
        let world = World::of(case);
        let (guard, served) = (world.guard(case), case.clone());
        let (address, server) = serve(move |service| routes(&served, &guard, service));
        run::steps(case, &world, &log, address, &mut faults).await;
        server.stop(false).await;
    }
    run::none(&faults, cases.len());
}

#[actix_web::test]
async fn a_handler_that_wants_a_caller_has_one_or_is_not_called() {
    let log = Log::hold().await;
    let issuer = credenza_connectors::testing::TestIssuer::new("https://id.example", "https://api.example");
    let guard = issuer.guard().unwrap();
    async fn wants(caller: Caller) -> String {
        caller.sub().unwrap().to_owned()
    }
    let (address, server) = serve(move |service| {
        let anyone = optional(&guard, credenza_connectors::Needs::new());
        service.service(web::resource("/optional").get(wants).wrap(anyone));
        service.service(web::resource("/forgotten").get(wants));
    });
    let good = issuer.bearer("");
    let fields = [("Authorization", &*good)];
    assert_eq!(client::get(address, "/optional", &fields).await.body, "user");
    let refused = client::get(address, "/optional", &[]).await;
    assert_eq!((refused.status, refused.field("www-authenticate").as_deref()), (401, Some("Bearer")));
    assert_eq!(client::get(address, "/forgotten", &fields).await.status, 500);
    assert!(log.taken().iter().any(|record| record["level"] == "ERROR"));
    server.stop(false).await;
}
