/** @type {import('next').NextConfig} */
export default { serverExternalPackages: ['@credenza/validator', 'openid-client', 'ioredis'] };
