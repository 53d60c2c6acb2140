import fastify from './index.js';

export const { Caller, Guard, Refusal, credenza } = fastify;
