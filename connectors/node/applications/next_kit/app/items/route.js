import { list } from '../../../parts.mjs';
import { answering, guard } from '../../kit.js';

export const GET = answering((_request, { exchange }) => list(exchange), { guard });
