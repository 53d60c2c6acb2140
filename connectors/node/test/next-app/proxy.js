import { one } from './one.js';

/** In front of whatever is below `/proxied`. */
export async function proxy(request) {
  const { guard, route } = one();
  return guard.proxy(route.needs, { optional: route.optional })(request);
}

export const config = { matcher: '/proxied/:path*' };
