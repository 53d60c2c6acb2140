/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // A path with a slash at its end is none of this application's, and a problem as others are.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    '@credenza/validator',
    '@nats-io/jetstream',
    '@nats-io/transport-node',
    'openid-client',
    'redis',
  ],
};
