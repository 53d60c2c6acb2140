// The settings of the kit's application, from the environment.
const env = process.env;
const port = Number(env.PORT);

export const config = {
  issuer: env.ISSUER,
  audience: env.AUDIENCE,
  port,
  origin: env.ORIGIN ?? `http://127.0.0.1:${port}`,
  secret: env.SECRET.split(',')[0],
  redisPort: env.REDIS_URL && Number(new URL(env.REDIS_URL).port),
  featuresUrl: env.FEATURES_URL,
  serviceUrl: env.SERVICE_URL,
  clientId: env.CLIENT_ID,
  clientSecret: env.CLIENT_SECRET,
  webhookSecrets: (env.WEBHOOK_SECRETS ?? '').split(',').filter(Boolean),
  natsPort: env.NATS_URL && Number(new URL(env.NATS_URL).port),
  natsStream: env.NATS_STREAM,
  stream: env.STREAM,
  group: env.GROUP ?? 'application',
  claimAfter: Number(env.CLAIM_AFTER_MS ?? 30_000),
};
