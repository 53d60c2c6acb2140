// The settings of the sign-in, from the environment.
const env = process.env;

const required = (name) => {
  if (!env[name]) throw new Error(`${name} is not set`);
  return env[name];
};

const secrets = required('SECRET').split(',');
for (const secret of secrets) {
  if (Buffer.byteLength(secret) < 32) throw new Error('SECRET: each secret needs 32 bytes at least');
}

const port = Number(required('PORT'));
const origin = env.ORIGIN ?? `http://127.0.0.1:${port}`;

export const config = {
  issuer: required('ISSUER'),
  clientId: required('CLIENT_ID'),
  clientSecret: required('CLIENT_SECRET'),
  port,
  origin,
  secure: origin.startsWith('https:'),
  secrets,
  sessions: env.SESSIONS ?? 'cookie',
  ended: env.ENDED,
  scope: env.SCOPE ?? 'openid profile email offline_access',
  resource: env.RESOURCE,
  maxAge: env.MAX_AGE,
  acrValues: env.ACR_VALUES,
  lifetime: 8 * 3600,
};

export const prefixed = (name) => (config.secure ? `__Host-${name}` : name);

/** A `Set-Cookie` field; an empty value removes the cookie. */
export function setCookie(name, value, maxAge) {
  const secure = config.secure ? '; Secure' : '';
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${value === '' ? 0 : maxAge}${secure}`;
}
