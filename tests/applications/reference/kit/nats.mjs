// Events from JetStream of NATS: at least once, by a durable consumer that instances share.
import { randomUUID } from 'node:crypto';

import { NatsClient } from '../../servers/nats.mjs';
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { handle, TRIES, WAIT } from './events.mjs';

const { natsPort, natsStream: stream, group } = config;
const SECOND = 1_000_000_000; // JetStream counts in nanoseconds
const BATCH = 20;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The subject of an acknowledgement says how often the message was delivered: $JS.ACK.<stream>.<consumer>.<delivered>…
function answerTo({ reply, text }) {
  const delivered = Number(reply.split('.')[4]);
  try {
    handle(text);
    return '+ACK';
  } catch (error) {
    if (error instanceof SyntaxError || delivered >= TRIES || makes('never-tried-again')) return '+TERM';
    return `-NAK ${JSON.stringify({ delay: (WAIT * delivered * SECOND) / 1000 })}`;
  }
}

async function subscribeOnce() {
  let isOpen = true;
  const client = new NatsClient(natsPort);
  client.closed.then(() => (isOpen = false));
  try {
    await client.request(`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${group}`, {
      stream_name: stream,
      config: { durable_name: group, ack_policy: 'explicit', deliver_policy: 'all', ack_wait: 30 * SECOND },
    });
    const inbox = `_INBOX.${randomUUID()}`;
    client.subscribe(inbox, (message) => {
      if (message.reply.startsWith('$JS.ACK.')) client.publish(message.reply, answerTo(message));
    });
    const next = JSON.stringify({ batch: BATCH, expires: SECOND / 2 });
    while (isOpen) {
      client.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${group}`, next, inbox);
      await sleep(500);
    }
  } finally {
    client.end();
  }
}

/** Reads until the process ends. */
export async function subscribe() {
  for (;;) {
    await subscribeOnce().catch((error) => console.error(`the stream of NATS cannot be read: ${error.message}`));
    if (makes('nats-given-up')) return;
    await sleep(200);
  }
}
