import { limits } from '../../../parts.mjs';
import { slow } from '../../kit.js';

export const GET = slow(limits.slower);
