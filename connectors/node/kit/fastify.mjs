import fastify from './fastify.js';

export const { Kit, kit } = fastify;
