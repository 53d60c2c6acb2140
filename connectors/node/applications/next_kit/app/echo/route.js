import { answering, kit } from '../../kit.js';

export const POST = answering((request) => kit.json(request));
