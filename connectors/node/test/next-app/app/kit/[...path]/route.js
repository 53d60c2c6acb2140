import { Log, Pages, Roles } from '@credenza/connectors/kit';
import { Kit } from '@credenza/connectors/kit/next';
import { Service } from '@credenza/connectors/service';

import { one } from '../../../one.js';

const log = new Log({ write: (line) => one().lines.push(line) });
const kit = new Kit({ origin: 'https://api.example', bodyLimit: 64, timeout: 0.5, log });
const pages = new Pages({ secret: 'a secret of the tests that has 32 bytes and more' });
const roles = new Roles({ editor: ['items:write'] });

async function slow(_request, { exchange }) {
  const wait = (resolve) => exchange.signal.addEventListener('abort', resolve);
  await new Promise(wait);
  return Response.json({});
}

function fail() {
  throw new Error('inside-of-the-handler');
}

const list = (_request, { exchange }) => {
  const page = pages.of(exchange);
  const from = page.position ?? 0;
  return Response.json(page.envelope([from, from + 1], from < 4 ? from + 2 : undefined));
};

const behalf = async (request) => {
  const service = new Service({ url: one().serviceUrl });
  return Response.json(await service.onBehalfOf(request).json('/behalf'));
};

/** Every route, by its path below this one; those that need a caller ask the guard of the test. */
function handlerOf(path) {
  const { guard } = one();
  const echo = async (request) => Response.json(await kit.json(request));
  const routes = {
    echo: kit.route(echo),
    large: kit.route(echo, { bodyLimit: 1000 }),
    slow: kit.route(slow),
    fail: kit.route(fail),
    items: kit.route(list, { guard }),
    edit: kit.route((_request, { caller }) => Response.json(caller), { guard, gates: [roles.requires('items:write')] }),
    behalf: kit.route(behalf, { guard }),
  };
  return routes[path];
}

const handle = async (request, context) => handlerOf((await context.params).path.join('/'))(request, context);

export { handle as GET, handle as POST };
