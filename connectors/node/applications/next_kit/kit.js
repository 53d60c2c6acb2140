import { Kit } from '@credenza/connectors/kit/next';
import { Guard } from '@credenza/connectors/next';

import * as parts from '../parts.mjs';

export const kit = new Kit(parts.kitOptions);
export const guard = new Guard(parts.guardOptions);
export const health = kit.health(parts.healthOf(guard));

/** A Route Handler that answers with a value, as JSON. */
export const answering = (work, settings) =>
  kit.route(async (request, context) => Response.json(await work(request, context)), settings);

/** A Route Handler behind the guard and a gate. */
export const gated = (name) => answering(() => ({ ok: true }), { guard, gates: [parts.gates[name]] });

/** A Route Handler that takes as long as it is asked to, or as it may. */
export const slow = (timeout) =>
  answering((_request, { exchange }) => parts.wait(parts.millisecondsOf(exchange), exchange.signal), { timeout });

parts.start(guard);
