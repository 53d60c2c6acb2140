// Logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4).
import { randomUUID } from 'node:crypto';

import { signed } from './keys.mjs';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** A logout token for `sid` or `sub`, or both. `change` alters its claims, `header` its header, `key` signs it. */
export function logoutToken(provider, subject, { change = (claims) => claims, header = {}, key = provider.key } = {}) {
  const iat = Math.floor(Date.now() / 1000);
  const { issuer, client } = provider;
  const usual = {
    iss: issuer,
    aud: client.id,
    iat,
    exp: iat + 120,
    jti: randomUUID(),
    events: { [EVENT]: {} },
    ...subject,
  };
  return signed(key, change(usual), { typ: 'logout+jwt', ...header });
}
