// The authorization endpoint: who signs in, and with what answer, is the case's to say.
import { randomUUID } from 'node:crypto';

const now = () => Math.floor(Date.now() / 1000);

/** The parameters of an authorization request: from its URL, or from what was pushed before (RFC 9126). */
export function parametersOf(provider, url) {
  const { searchParams } = new URL(url);
  const uri = searchParams.get('request_uri');
  if (uri === null) return searchParams;
  const parameters = provider.pushed.get(uri);
  provider.pushed.delete(uri);
  if (!parameters) throw new Error(`no such request_uri: ${uri}`);
  return parameters;
}

/** Who signs in, when nothing else is said: somebody new, in a session of their own. */
export function newPerson(changes = {}) {
  const sub = `person-${randomUUID().slice(0, 8)}`;
  const email = `${sub}@example.test`;
  const acr = 'urn:credenza:acr:password';
  return { sub, sid: randomUUID(), name: `Ada ${sub}`, email, auth_time: now(), acr, ...changes };
}

/**
 * The URL that the browser is sent back to (RFC 6749 4.1.2, RFC 9207). `answer` replaces parameters of the response;
 * undefined takes one away. `person` is who signs in.
 */
export function authorize(provider, url, { person = newPerson(), answer = {} } = {}) {
  const parameters = parametersOf(provider, url);
  const one = (name) => parameters.get(name) ?? undefined;
  if (one('response_type') !== 'code') throw new Error('response_type is not code');
  provider.people.set(person.sub, person);
  const grant = {
    person,
    client_id: one('client_id'),
    redirect_uri: one('redirect_uri'),
    scope: one('scope') ?? '',
    nonce: one('nonce'),
    resource: one('resource'),
    code_challenge: one('code_challenge'),
  };
  const usual = { code: provider.tokens.newCode(grant), state: one('state'), iss: provider.issuer };
  if (
    !provider.metadata.authorization_response_iss_parameter_supported &&
    provider.metadata.authorization_response_iss_parameter_supported !== undefined
  )
    delete usual.iss;
  const back = new URL(grant.redirect_uri);
  for (const [name, value] of Object.entries({ ...usual, ...answer })) {
    if (value !== undefined) back.searchParams.set(name, value);
  }
  return back.href;
}
