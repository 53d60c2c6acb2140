import { gated } from '../../kit.js';

export const GET = gated('projects');
