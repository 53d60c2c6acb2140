import { calls } from '../../../../../../parts.mjs';
import { answering } from '../../../../../kit.js';

export const POST = answering(async (_request, { params }) => calls.users.enable((await params).id));
