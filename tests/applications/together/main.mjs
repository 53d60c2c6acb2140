// Two applications, each in two instances, at one real provider: one session, which ends everywhere.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

import { startInstances } from '../runner/application.mjs';
import { equal, ok, status } from '../runner/expect.mjs';
import { startRedis } from '../servers/redis.mjs';
import { startFront } from './front.mjs';
import { Person } from './person.mjs';
import { RealProvider } from './provider.mjs';

const PATIENCE = 20_000;
const HOSTS = ['127.0.0.1', 'localhost'];

const options = {
  binary: { type: 'string', default: 'credenza' },
  command: { type: 'string', multiple: true, default: [] },
};
const { values } = parseArgs({ options });
if (values.command.length !== 2) throw new Error("together/run --binary credenza --command 'one' --command 'another'");

const stops = [];
const later = (stop) => stops.unshift(stop);

/** An application in two instances behind TLS. The first keeps sessions in Redis, the second in cookies. */
async function startApplication(provider, redis, command, at) {
  let client;
  const origin = async (ports) => {
    const front = await startFront(provider.certificate, ports);
    later(front.stop);
    const found = `https://${HOSTS[at]}:${front.port}`;
    client = await provider.createClient(`Application ${at + 1}`, found);
    return found;
  };
  const url = `redis://127.0.0.1:${redis.port}/${at}`;
  const secret = randomBytes(32).toString('base64url');
  const env = () => ({
    ISSUER: provider.issuer,
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: client.client_secret,
    SECRET: secret,
    ...(at === 0 ? { SESSIONS: url } : { SESSIONS: 'cookie', ENDED: url }),
  });
  const app = await startInstances(command, [env, env], { origin });
  later(app.stop);
  return app;
}

async function me(person, app, instance) {
  const answer = status(await person.at(app, instance).fetch('/me'), [200, 401], '/me');
  return answer.status === 200 ? answer.json() : null;
}

async function isIn(person, apps, what) {
  const found = [];
  for (const app of apps) for (const instance of [0, 1]) found.push(await me(person, app, instance));
  ok(
    found.every((one) => one !== null),
    `${what}: signed in at every instance`,
    found,
  );
  equal(new Set(found.map(({ sub }) => sub)).size, 1, `${what}: subs`);
  equal(new Set(found.map(({ sid }) => sid)).size, 1, `${what}: sids`);
}

async function isOut(person, apps, what) {
  let found = [];
  for (const until = Date.now() + PATIENCE; Date.now() < until;) {
    found = [];
    for (const app of apps) for (const instance of [0, 1]) found.push(await me(person, app, instance));
    if (found.every((one) => one === null)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  ok(false, `${what}: signed out at every instance`, found);
}

async function cases({ provider, apps, users }) {
  const [one, two] = apps;
  const [ada, bob] = users.map((user) => new Person(provider, user));
  await ada.open(one);
  await ada.open(two);
  equal(ada.passwords, 1, 'how often a password was asked for');
  await isIn(ada, apps, 'one sign-in');
  await bob.open(one);
  await bob.open(two);
  await isIn(bob, apps, 'another person');
  console.log('ok one session signs a person in at both applications, at every instance');

  equal((await ada.signOut(two)).split('?')[0], `${two.origin}/`, 'where the logout leads');
  await isOut(ada, apps, 'logout at the second application');
  await isIn(bob, apps, 'another person');
  status(await ada.at(one).fetch('/token'), 401, 'GET /token of a session that has ended');
  console.log('ok a logout at one application ends the session at both, at every instance');

  await ada.open(one);
  await ada.open(two);
  equal(ada.passwords, 2, 'how often a password was asked for');
  await isIn(ada, apps, 'the next sign-in');
  await provider.command(['user', 'sessions', 'end-all'], { username: users[0].username });
  await isOut(ada, apps, 'an operator ends all sessions');
  await isIn(bob, apps, 'another person');
  console.log('ok what an operator ends is over at both applications, at every instance');
}

try {
  const provider = new RealProvider(values.binary);
  later(() => provider.stop());
  await provider.start();
  const redis = await startRedis();
  later(redis.stop);
  const users = ['ada', 'bob'].map((username) => ({ username, password: randomBytes(18).toString('base64url') }));
  for (const { username, password } of users)
    await provider.command(['user', 'create'], { username, password, email: `${username}@example.test` });
  const apps = [];
  for (const [at, command] of values.command.entries()) apps.push(await startApplication(provider, redis, command, at));
  await cases({ provider, apps, users });
} catch (error) {
  console.log(`not ok ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const stop of stops) await stop();
}
// Connections that applications keep open do not keep the process.
setTimeout(() => process.exit(), 1_000).unref();
