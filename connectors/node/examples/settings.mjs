// What the examples have in common: their settings, from the environment.

export const port = Number(process.env.PORT ?? 8090);
const audience = process.env.AUDIENCE ?? `http://localhost:${port}`;

export const options = {
  issuer: process.env.ISSUER ?? 'http://localhost:8080',
  audience,
  resourceMetadata: `${audience}/.well-known/oauth-protected-resource`,
  debug: Boolean(process.env.DEBUG),
};

/** What is needed to see orders, and to pay money back. */
export const read = { scopes: ['orders:read'] };
export const refund = { scopes: ['orders:write'], maxAge: 600 };

/** Says at the start what is wrong with the issuer; once it is mended, the guard works by itself. */
export const tell = (guard) =>
  guard.ready().catch((error) => console.warn(`the issuer is not there yet: ${error.message}`));
