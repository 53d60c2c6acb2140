/** @type {import('next').NextConfig} */
export default {
  serverExternalPackages: ['@credenza/validator'],
  poweredByHeader: false,
  turbopack: { root: new URL('../..', import.meta.url).pathname },
};
