import { gated } from '../../kit.js';

export const GET = gated('reports');
