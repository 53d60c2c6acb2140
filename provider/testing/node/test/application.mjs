// What the tests share: an application that signs people in by openid-client.
import * as oidc from 'openid-client';

export const CALLBACK = 'http://127.0.0.1:3000/callback';

/** A relying party that knows the issuer and its own credentials. */
export class Application {
  static async discover(op, client) {
    const insecure = { execute: [oidc.allowInsecureRequests] };
    const basic = oidc.ClientSecretBasic(client.client_secret);
    const config = await oidc.discovery(new URL(op.issuer), client.client_id, undefined, basic, insecure);
    oidc.enableNonRepudiationChecks(config);
    return new Application(config);
  }

  constructor(config) {
    this.config = config;
  }

  /** Where the user is sent, and what is kept of it. */
  async begin(more = {}) {
    const kept = {
      pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
      expectedState: oidc.randomState(),
      expectedNonce: oidc.randomNonce(),
    };
    const url = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      state: kept.expectedState,
      nonce: kept.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(kept.pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...more,
    });
    return { url: url.href, kept };
  }

  callback(url, kept) {
    return oidc.authorizationCodeGrant(this.config, new URL(url), kept);
  }

  /** Status of the userinfo endpoint. */
  async userinfo(accessToken) {
    const { userinfo_endpoint: url } = this.config.serverMetadata();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
    return answer.status;
  }
}

export { oidc };
