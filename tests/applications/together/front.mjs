// What stands in front of an application: TLS, and one instance after the other. The provider announces the end of a session
// by https alone.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

import { listen } from '../servers/ports.mjs';

const openssl = (...words) => promisify(execFile)('openssl', words);

/** An authority, and a certificate by it for 127.0.0.1 and localhost: `{ ca, key, cert }`, of which `ca` is a file. */
export async function makeCertificate(folder) {
  const file = (name) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=authority',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
  );
  await openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', file('front.key'), '-out', file('front.csr'));
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n');
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  await openssl(
    'x509',
    '-req',
    '-in',
    file('front.csr'),
    ...by,
    '-days',
    '2',
    '-extfile',
    file('names'),
    '-out',
    file('front.pem'),
  );
  return { ca: file('ca.pem'), key: await readFile(file('front.key')), cert: await readFile(file('front.pem')) };
}

/** Listens; each connection goes to the next of the ports. */
export async function startFront({ key, cert }, ports) {
  let count = 0;
  const server = createServer({ key, cert }, (near) => {
    const far = connect(ports[count++ % ports.length], '127.0.0.1');
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listen(server), stop: () => server.close() };
}
