import { Guard } from '@credenza/connectors/next';

const audience = process.env.AUDIENCE ?? `http://localhost:${process.env.PORT ?? 8090}`;

/** The guard of this API: npm run example:next */
export const guard = new Guard({
  issuer: process.env.ISSUER ?? 'http://localhost:8080',
  audience,
  origin: audience,
  resourceMetadata: `${audience}/.well-known/oauth-protected-resource`,
  debug: Boolean(process.env.DEBUG),
});
