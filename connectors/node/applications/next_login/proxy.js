import { login } from './login.js';

export const proxy = login.proxy();

export const config = { matcher: '/protected/:path*' };
