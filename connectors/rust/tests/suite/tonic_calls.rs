//! Chart 937: tonic behind the guard for Rust | calls over real HTTP/2: statuses with the challenge in their metadata, scopes, optional calls, the caller in the request, an issuer that is away

use std::net::SocketAddr;

use credenza_connectors::testing::TestIssuer;
use credenza_connectors::tonic::{caller, optional, protect};
use credenza_connectors::{Guard, Needs};
use serde_json::json;
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};

use crate::log::Log;

/// Answers with SERVING to callers, and with NOT_SERVING to nobody in particular.
struct Greeter;

#[tonic::async_trait]
impl Health for Greeter {
    type WatchStream = tokio_stream::Pending<Result<tonic_health::pb::HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<tonic_health::pb::HealthCheckResponse>, Status> {
        let known = caller(&request).is_ok_and(|caller| caller.sub() == Some("alice"));
        let status = if known { ServingStatus::Serving } else { ServingStatus::NotServing };
        Ok(tonic::Response::new(tonic_health::pb::HealthCheckResponse { status: status as i32 }))
    }

    async fn watch(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<Self::WatchStream>, Status> {
        Ok(tonic::Response::new(tokio_stream::pending()))
    }
}

async fn client(address: SocketAddr) -> HealthClient<Channel> {
    HealthClient::new(Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap())
}

/// Serves with the guard around the service, where `is_around`, or in front of the server.
async fn serve(guard: &Guard, is_optional: bool, is_around: bool) -> HealthClient<Channel> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    let needs = Needs::new().scope("orders:read");
    let layer = if is_optional { optional(guard, needs) } else { protect(guard, needs) };
    if is_around {
        let service = layer.around(HealthServer::new(Greeter));
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
    } else {
        let service = HealthServer::new(Greeter);
        tokio::spawn(Server::builder().layer(layer).add_service(service).serve_with_incoming(incoming));
    }
    client(address).await
}

async fn call(client: &mut HealthClient<Channel>, authorization: Option<&str>) -> Result<i32, Status> {
    let mut request = Request::new(HealthCheckRequest::default());
    if let Some(authorization) = authorization {
        request.metadata_mut().insert("authorization", authorization.parse().unwrap());
    }
    client.check(request).await.map(|response| response.into_inner().status)
}

fn challenge(status: &Status) -> Option<&str> {
    status.metadata().get("www-authenticate").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn calls_are_let_through_or_answered_with_a_status() {
    let log = Log::hold().await;
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    let guard = issuer.guard().unwrap();
    for is_around in [false, true] {
        let mut client = serve(&guard, false, is_around).await;
        let good = issuer.bearer_with(json!({ "sub": "alice", "scope": "orders:read" }));
        assert_eq!(call(&mut client, Some(&good)).await.unwrap(), ServingStatus::Serving as i32);
        assert_eq!(log.refusals().len(), 0);

        let none = call(&mut client, None).await.unwrap_err();
        assert_eq!(
            (none.code(), challenge(&none)),
            (Code::Unauthenticated, Some(r#"Bearer scope="orders:read""#))
        );
        let bad = call(&mut client, Some("Bearer a b")).await.unwrap_err();
        assert_eq!(bad.code(), Code::Unauthenticated);
        let scopeless = call(&mut client, Some(&issuer.bearer("other"))).await.unwrap_err();
        assert_eq!(scopeless.code(), Code::PermissionDenied);
        assert!(challenge(&scopeless).unwrap().contains("insufficient_scope"));
        let refusals = log.refusals();
        assert_eq!(refusals.len(), 3);
        assert_eq!(refusals[0]["path"], "/grpc.health.v1.Health/Check");
    }
}

#[tokio::test]
async fn an_optional_call_needs_no_credentials_but_no_bad_ones() {
    let _log = Log::hold().await;
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    let mut client = serve(&issuer.guard().unwrap(), true, false).await;
    assert_eq!(call(&mut client, None).await.unwrap(), ServingStatus::NotServing as i32);
    let good = issuer.bearer_with(json!({ "sub": "alice", "scope": "orders:read" }));
    assert_eq!(call(&mut client, Some(&good)).await.unwrap(), ServingStatus::Serving as i32);
    let expired = issuer.bearer_with(json!({ "exp": 1 }));
    assert_eq!(call(&mut client, Some(&expired)).await.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_told_from_a_bad_token() {
    let _log = Log::hold().await;
    let issuer = TestIssuer::new("https://id.example", "https://api.example");
    issuer.set_away(true);
    let mut client = serve(&issuer.guard().unwrap().debug(true), false, false).await;
    let status = call(&mut client, Some(&issuer.bearer("orders:read"))).await.unwrap_err();
    assert_eq!((status.code(), challenge(&status)), (Code::Unavailable, None));
    assert_eq!(status.metadata().get("retry-after").unwrap(), "5");
    assert!(status.message().contains("keys_unavailable"), "{}", status.message());
    issuer.set_away(false);
    issuer.advance(5);
    assert!(call(&mut client, Some(&issuer.bearer("orders:read"))).await.is_ok());
}
