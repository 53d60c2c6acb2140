/** The kit of an application of Fastify. */

import type { FastifyPluginCallback, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { Exchange, Gate, Health, KitOptions } from './index.js';
import { CoreKit } from './index.js';

export class Kit extends CoreKit {
  of(request: FastifyRequest): Exchange;
  /** A hook for `preHandler` of a route or a scope: lets requests through that pass every gate. */
  gate(...gates: Gate[]): preHandlerAsyncHookHandler;
}

/** What the plugin is told. `bodyLimit` is that of every route which has none of its own. */
export interface PluginOptions extends KitOptions {
  /** Serves `/livez` and `/readyz`. */
  readonly health?: Health | undefined;
}

/** The plugin: `app.kit`, and everything that the kit does for requests. */
export const kit: FastifyPluginCallback<PluginOptions>;

declare module 'fastify' {
  interface FastifyInstance {
    kit: Kit;
  }
  interface FastifyContextConfig {
    /** Gates in front of the route. */
    gates?: Gate | Gate[];
    /** How many seconds a request may take here, in place of what the kit says. */
    timeout?: number;
  }
}
