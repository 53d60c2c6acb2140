// The mistakes that the reference application can make (`MUTATION=NAME`), each with a case that finds it.
const login = (mistake, name) => [mistake, 'login', name];
const kit = (mistake, name) => [mistake, 'kit', name];
const service = (mistake, name) => [mistake, 'service', name];
const events = (mistake, name) => [mistake, 'events', name];

const SIGN_IN = [
  login('state-not-compared', 'state: another is refused before any token request'),
  login('state-not-spent', 'a state is good once [cookie]'),
  login('state-is-constant', 'state, nonce and code_challenge are random, and others each time'),
  login('one-sign-in-at-a-time', 'two tabs sign in without disturbing each other [cookie]'),
  login('sign-ins-pile-up', 'five sign-ins wait at most, and the oldest makes room'),
  login('no-pkce', 'a sign-in ends at the page that was asked for, with its query [cookie]'),
  login('query-passed-on', 'nothing else of the query gets into the authorization request'),
  login('iss-ignored', 'iss: another issuer is refused before any token request'),
  login('metadata-issuer-ignored', 'metadata of another issuer are refused'),
  login('discovery-not-single-flight', 'the application starts without its provider, and finds it later'),
  login('keys-never-fetched-anew', 'a sign-in is good after the keys were rotated'),
  login('client-secret-not-encoded', 'the client authenticates by client_secret_basic and proves its code'),
  login('return-to-unchecked', 'return_to: another host becomes /'),
  login('query-lost', 'a protected page leads to the sign-in and keeps path and query'),
  login('redirect-for-all', 'no redirect for what is no navigation: fetch()'),
  login('identity-from-a-field', 'fields of a request are nobody’s identity'),
  login('answers-are-cached', 'an answer that depends on the session is kept by no cache [cookie]'),
  login('error-not-escaped', 'the page of a refusal has no markup of the request'),
  login('reload-impossible', 'the token endpoint answers 500: 503, and a reload signs in [cookie]'),
  login('tokens-are-logged', 'nothing secret is printed [cookie]'),
];

const ID_TOKEN = [
  login('nonce-ignored', 'ID token: nonce of another sign-in is refused'),
  login('aud-ignored', 'ID token: aud of another client is refused'),
  login('azp-ignored', 'ID token: azp of another client is refused'),
  login('iss-of-the-token-ignored', 'ID token: iss of another is refused'),
  login('exp-ignored', 'ID token: expired is refused'),
  login('iat-ignored', 'ID token: issued an hour from now is refused'),
  login('at_hash-ignored', 'ID token: at_hash of another token is refused'),
  login('sub-ignored', 'ID token: no sub is refused'),
  login('signature-ignored', 'ID token: key of another, under the kid of ours is refused'),
  login('alg-none-accepted', 'ID token: alg none is refused'),
  login('key-of-the-header-used', 'ID token: key of another, sent along is refused'),
  login('acr-ignored', 'ID token: another acr is refused where more is asked for'),
  login('auth_time-ignored', 'ID token: a sign-in two hours ago is refused where more is asked for'),
];

const SESSIONS = [
  login('session-id-kept', 'each sign-in has a session of its own [memory]'),
  login('old-session-lives-on', 'a sign-in ends the session before [memory]'),
  login('session-id-kept-in-the-clear', 'the store holds no id that would be good as a cookie'),
  login('cookie-not-encrypted', 'a cookie shows nothing of the person or the tokens [cookie]'),
  login('cookie-tag-not-checked', 'a cookie with any change is no session [cookie]'),
  login('cookie-name-not-bound', 'cookies of a sign-in and of a session are no substitute for each other [cookie]'),
  login('cookie-not-split', 'a long session is split over several cookies'),
  login('parts-stay-behind', 'parts of a longer session do not stay behind'),
  login('old-secrets-ignored', 'a secret is replaced without a sign-out'),
];

const REFRESH = [
  login('refresh-not-single-flight', 'ten requests at once refresh once [cookie]'),
  login('no-lock', 'two instances refresh once, by the lock of the store'),
  login('older-tab-forgotten', 'a tab with the cookie of before gets what the other tab got'),
  login('new-refresh-token-dropped', 'a refresh token is replaced by the one that comes [cookie]'),
  login('refresh-token-lost', 'a refresh token is kept where no other comes [cookie]'),
  login('lost-reply-not-repeated', 'a lost reply is asked for again, once [memory]'),
  login('fault-ends-session', 'the token endpoint answers 503: a token that is still good is used [cookie]'),
  login('live-token-not-used', 'the token endpoint closes the connection: a token that is still good is used [memory]'),
  login('sub-of-refresh-ignored', 'a refreshed ID token with another sub is refused [memory]'),
];

const LOGOUT = [
  login('logout-by-get', 'logout by GET is refused'),
  login('logout-by-any-site', 'logout by another site is refused: Origin of another'),
  login('logout-in-the-browser-alone', 'a copy of the cookie is worth nothing after logout [memory]'),
  login('refresh-token-not-revoked', 'logout revokes the refresh token [memory]'),
  login('post-logout-from-the-query', 'logout leads to no place that the request names'),
  login('back-channel-logout-without-effect', 'a session ends when the provider says so, and others stay [cookie]'),
  login('ended-in-this-process-alone', 'a session ends at every instance [two with cookies]'),
  login('person-shut-out-for-ever', 'all sessions of a person end, and the next sign-in is good [memory]'),
  login('jti-not-remembered', 'logout token: one that came before is refused [memory]'),
  login('nonce-of-the-logout-token-ignored', 'logout token: a nonce is refused, and the session stays'),
  login('events-ignored', 'logout token: no events is refused, and the session stays'),
  login('typ-ignored', 'logout token: the typ of an access token is refused, and the session stays'),
  login('front-channel-without-sid', 'front-channel logout with another sid ends nothing [cookie]'),
];

const KIT = [
  kit('request-id-unchecked', 'a request id that is none, or not good, is replaced'),
  kit('query-logged', 'a request is one line in the log, without its query'),
  kit('errors-told', 'an exception is a problem without the inside, and the next request is served'),
  kit('errors-without-headers', 'every answer has the security headers, errors too'),
  kit('audience-ignored', 'the guard’s refusals keep status and challenge, as problems'),
  kit('body-limit-ignored', 'a body of 1,024 bytes is taken, and one more is not'),
  kit('chunks-not-counted', 'a body in chunks is counted'),
  kit('media-type-ignored', 'another media type is refused'),
  kit('no-timeout', 'a request that takes too long is answered 503'),
  kit('no-rate-limit', 'a caller has five requests in two seconds [one]'),
  kit('limit-by-token', 'another token is no other caller'),
  kit('tenant-not-limited', 'the callers of a tenant have twenty requests in two seconds [one]'),
  kit('limits-not-shared', 'instances share the limits'),
  kit('redis-lost-is-a-failure', 'limits go on in memory while Redis is lost'),
  kit('permission-by-prefix', 'no other role, spelling or scope brings a permission'),
  kit('plan-ignored', 'a plan opens what it has, and others are told where to get it'),
  kit('feature-by-truth', 'a feature is had by the plans that have it'),
  kit('limit-off-by-one', 'a limit of a plan is a limit'),
  kit('features-not-single-flight', 'features are fetched once for all who wait, and kept'),
  kit('features-not-kept', 'features are fetched once for all who wait, and kept'),
  kit('plan-not-encoded', 'features of one plan are not those of another'),
  kit('feature-event-ignored', 'changed features count at once when an event tells'),
  kit('features-fail-open', 'features that are not known are refused while their server is away'),
  kit('limit-unchecked', 'a limit is 1 to 200'),
  kit('cursor-for-every-caller', 'a cursor is good for one caller and one filter'),
  kit('cursor-not-authenticated', 'a cursor with any change is refused'),
];

const SERVICE = [
  service('machine-token-not-kept', 'a token is kept'),
  service('machine-token-not-single-flight', 'a token is fetched once for all who wait'),
  service('token-kept-until-it-expires', 'a token is replaced before it expires'),
  service('refused-token-kept', 'a token that the service refuses is replaced, once'),
  service('behalf-by-machine', 'a call on behalf of the caller has the caller’s token'),
  service('problem-types-ignored', 'a name that is taken is a conflict of its own type'),
  service('id-not-encoded', 'the id of a user cannot lead to another resource'),
  service('retry-after-ignored', 'a short Retry-After is waited for, with the same Idempotency-Key'),
];

const EVENTS = [
  events('webhook-signature-not-compared', 'webhook: the secret of another is refused'),
  events('webhook-timestamp-ignored', 'webhook: a message from six minutes ago is refused'),
  events('webhook-parsed-before', 'webhook: the bytes are verified as they came'),
  events('webhook-handled-again', 'webhook: a message that comes again is not handled again'),
  events('dead-consumers-ignored', 'stream: what a dead consumer left is taken over'),
  events('failed-event-lost', 'stream: a handler that fails is tried again, and others do not wait'),
  events('dead-letters-dropped', 'stream: an entry that cannot be read becomes a dead letter'),
  events('stream-given-up', 'stream: Redis may be lost for a while'),
];

const NATS = [
  ['never-tried-again', 'nats', 'nats: a handler that fails is tried again, and others do not wait'],
  ['nats-given-up', 'nats', 'nats: the server may be lost for a while'],
];

export const MISTAKES = [SIGN_IN, ID_TOKEN, SESSIONS, REFRESH, LOGOUT, KIT, SERVICE, EVENTS, NATS].flat();
