// A job that calls the API in its own name (RFC 6749 section 4.4), with a token that it keeps until shortly before its end.

import * as client from 'openid-client';

let configuration;
let kept;

/** An access token of the job for a service. */
async function tokenFor(resource) {
  if (kept !== undefined && kept.until > Date.now()) return kept.token;
  const { ISSUER: issuer = 'http://localhost:8080', EXAMPLE_JOB_SECRET: secret } = process.env;
  const auth = client.ClientSecretBasic(secret);
  const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  configuration ??= await client.discovery(new URL(issuer), 'example-job', undefined, auth, { execute });
  const answer = await client.clientCredentialsGrant(configuration, { scope: 'stock:write', resource });
  kept = { token: answer.access_token, until: Date.now() + (answer.expires_in - 60) * 1000 };
  return kept.token;
}

/** Counts the stock, by the API; answers what that has answered. */
export async function runJob(api) {
  const headers = { authorization: `Bearer ${await tokenFor(api)}` };
  const answer = await fetch(`${api}/stock`, { method: 'POST', headers });
  if (!answer.ok) throw new Error(`the API has answered ${answer.status}`);
  return answer.json();
}
