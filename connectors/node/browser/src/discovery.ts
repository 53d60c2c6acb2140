import { CredenzaError } from './errors.js';

/** What the module uses of the provider's metadata (OpenID Connect Discovery 3). */
export interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  userinfo_endpoint?: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
  prompt_values_supported?: string[];
  authorization_response_iss_parameter_supported?: boolean;
}

/** Calls `url`; a network that fails, or a CORS refusal, which scripts cannot tell apart, is `network_error`. */
export async function call(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { referrerPolicy: 'no-referrer', ...init });
  } catch (cause) {
    const why = `no answer from ${new URL(url).origin}, or none that this origin may read (${location.origin})`;
    throw new CredenzaError('network_error', why, { cause });
  }
}

/** Reads the metadata, whose `issuer` must be the one that was asked (Discovery 4.3). */
export async function discover(issuer: string): Promise<Metadata> {
  const answer = await call(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const metadata = (await answer.json().catch(() => undefined)) as Metadata | undefined;
  if (!answer.ok || !metadata?.authorization_endpoint || !metadata.token_endpoint) {
    throw new CredenzaError('discovery_failed', `there is no OpenID provider at ${issuer}`);
  }
  if (metadata.issuer !== issuer) {
    throw new CredenzaError('wrong_issuer', `the metadata of ${issuer} are those of ${metadata.issuer}`);
  }
  return metadata;
}
