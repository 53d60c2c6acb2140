import { calls } from '../../../../parts.mjs';
import { answering, guard } from '../../../kit.js';

export const GET = answering((request) => calls.behalf(request), { guard });
