import { guard } from '../../../guard.js';

export const { GET, HEAD } = guard.metadata({ scopes: ['orders:read', 'orders:write'] });
