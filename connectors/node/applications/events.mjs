// The events of an application of the kit: by webhooks, from a Redis Stream, and from a stream of NATS JetStream.

import { NatsEvents, RedisEvents, RedisSeen, Webhooks } from '@credenza/connectors/events';
import { connect } from '@nats-io/transport-node';

const { env } = process;
const GROUP = env.GROUP ?? 'application';
const SECRETS = env.WEBHOOK_SECRETS ?? 'whsec_bm90IGEgc2VjcmV0IG9mIGFueWJvZHk=';

/** How often each event was tried, of those that fail on purpose. */
const tries = new Map();

function failOnPurpose({ id, type }) {
  tries.set(id, (tries.get(id) ?? 0) + 1);
  if (type === 'test.fails' || (type === 'test.fails_twice' && tries.get(id) <= 2)) {
    throw new Error('this event fails on purpose');
  }
}

function redisEvents(client, handle, log) {
  const takeOver = Number(env.CLAIM_AFTER_MS ?? 10_000) / 1000;
  return new RedisEvents({ client, stream: env.STREAM, group: GROUP, takeOver, handle, log });
}

/** Waits for NATS as long as it takes: the application starts, and goes on, without. */
async function natsEvents(handle, log) {
  const forever = { waitOnFirstConnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 200 };
  const connection = await connect({ servers: env.NATS_URL, ...forever });
  return new NatsEvents({ connection, stream: env.NATS_STREAM, durable: GROUP, handle, log });
}

/**
 * Reads the streams that the environment names, and handles each event by `onEvent`. Answers `receive`, for webhooks; what was
 * handled, as `hooksSeen` and `eventsSeen`; and `stop`.
 */
export function startEvents({ redis, log, onEvent }) {
  const handled = [];
  const seen = [];
  const started = [];

  const handle = async (event, { id, type }) => {
    failOnPurpose({ id, type });
    await onEvent(event);
    if (!seen.includes(id)) seen.push(id);
  };
  const start = (events) => {
    started.push(events);
    return events.start();
  };
  const complain = (error) => log.error({ err: error }, 'events are not read');
  if (redis && env.STREAM) start(redisEvents(redis, handle, log)).catch(complain);
  if (env.NATS_URL) natsEvents(handle, log).then(start).catch(complain);

  const webhooks = new Webhooks({ secrets: SECRETS.split(','), ...(redis && { seen: new RedisSeen(redis) }) });
  return {
    /** Handles a webhook; resolves to the status of the answer. */
    receive: (body, headers) =>
      webhooks.receive(body, headers, async (event, { id }) => {
        await onEvent(event);
        handled.push(id);
      }),
    hooksSeen: () => handled,
    eventsSeen: () => seen,
    stop: () => Promise.all(started.map((events) => events.stop())),
  };
}
