import { hooksSeen } from '../../../../parts.mjs';
import { answering } from '../../../kit.js';

export const GET = answering(hooksSeen);
