//! The guard as a layer of tower, which Axum and tonic share: for any server of requests of the crate `http`.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::task::{Context, Poll};
use std::{future::Future, pin::Pin};

use http::header::{HOST, VARY};
use http::{HeaderValue, Request, Response, uri::PathAndQuery};

use crate::{ClientCertificate, Guard, Incoming, Outcome, Protection, Refusal};

/// How a refusal is answered.
pub trait Answers<B>: 'static {
    /// The answer.
    fn refuse(refusal: &Refusal) -> Response<B>;
}

/// Puts the guard in front of a service.
pub struct Protect<A> {
    guard: Guard,
    protection: Protection,
    answers: PhantomData<fn() -> A>,
}

/// A service with the guard in front of it.
pub struct Guarded<S, A> {
    inner: S,
    protect: Protect<A>,
}

/// Refusals as HTTP answers.
pub enum Plain {}

impl<B: From<String>> Answers<B> for Plain {
    fn refuse(refusal: &Refusal) -> Response<B> {
        refusal.to_http(B::from(refusal.body()))
    }
}

/// What a guard leaves in the extensions of a request that has no credentials, on an optional route.
#[derive(Clone, Debug)]
pub struct Anonymous(pub Box<Refusal>);

impl<A> Protect<A> {
    /// A layer of this guard.
    #[must_use]
    pub fn new(guard: &Guard, protection: Protection) -> Self {
        Self { guard: guard.clone(), protection, answers: PhantomData }
    }

    /// The service with the guard in front of it.
    #[must_use]
    pub fn around<S>(&self, inner: S) -> Guarded<S, A> {
        Guarded { inner, protect: self.clone() }
    }
}

impl<A> Clone for Protect<A> {
    fn clone(&self) -> Self {
        Self::new(&self.guard, self.protection.clone())
    }
}

impl<S: Clone, A> Clone for Guarded<S, A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), protect: self.protect.clone() }
    }
}

impl<S, A> tower_layer::Layer<S> for Protect<A> {
    type Service = Guarded<S, A>;

    fn layer(&self, inner: S) -> Self::Service {
        self.around(inner)
    }
}

impl<S, A, Q, B> tower_service::Service<Request<Q>> for Guarded<S, A>
where
    S: tower_service::Service<Request<Q>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    A: Answers<B>,
    Q: Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        // The service that is ready is the one to call; its clone is not.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let Protect { guard, protection, .. } = self.protect.clone();
        let asked = guard.read(&OfHttp(&request));
        Box::pin(async move {
            let mut nonce = None;
            match guard.decide(&asked, &protection).await {
                Outcome::Refused(refusal) => return Ok(A::refuse(&refusal)),
                Outcome::Preflight => return inner.call(request).await,
                Outcome::Anonymous(refusal) => {
                    request.extensions_mut().insert(Anonymous(refusal));
                }
                Outcome::Allowed(admitted) => {
                    nonce = admitted.dpop_nonce;
                    request.extensions_mut().insert(admitted.caller);
                }
            }
            let mut response = inner.call(request).await?;
            // What a cache keeps of one caller is not for another.
            response.headers_mut().append(VARY, HeaderValue::from_static("Authorization"));
            if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
                response.headers_mut().insert("dpop-nonce", nonce);
            }
            Ok(response)
        })
    }
}

impl Refusal {
    /// The answer, with a body of this kind.
    pub(crate) fn to_http<B>(&self, body: B) -> Response<B> {
        let mut response = Response::new(body);
        *response.status_mut() =
            http::StatusCode::from_u16(self.status()).unwrap_or(http::StatusCode::FORBIDDEN);
        for (name, value) in self.fields() {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// A request of the crate `http`.
struct OfHttp<'a, Q>(&'a Request<Q>);

impl<Q> OfHttp<'_, Q> {
    fn uri(&self) -> &http::Uri {
        #[cfg(feature = "axum")]
        if let Some(original) = self.0.extensions().get::<axum::extract::OriginalUri>() {
            return &original.0;
        }
        self.0.uri()
    }
}

impl<Q> Incoming for OfHttp<'_, Q> {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn fields(&self, name: &str) -> Vec<Cow<'_, str>> {
        let lines = self.0.headers().get_all(name).iter();
        lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect()
    }

    fn target(&self) -> &str {
        self.uri().path_and_query().map_or("/", PathAndQuery::as_str)
    }

    fn host(&self) -> Cow<'_, str> {
        match self.uri().authority() {
            Some(authority) => Cow::Borrowed(authority.as_str()),
            None => self.fields(HOST.as_str()).into_iter().next().unwrap_or_default(),
        }
    }

    /// Servers of `http` do not tell; one that ends TLS itself sets the guard's origin.
    fn is_secure(&self) -> bool {
        false
    }

    fn certificate(&self) -> Option<String> {
        self.0.extensions().get().map(|one: &ClientCertificate| one.thumbprint().to_owned())
    }
}
