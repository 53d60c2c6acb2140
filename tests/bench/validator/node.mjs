// Checks of access tokens in Node, per CPU-second (all threads of the process), against the libraries used there. All
// of them check signature, algorithm, `iss`, `aud` and `exp`; ours also checks what RFC 9068 and strict JSON require.

import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

import { createVerifier } from "fast-jwt";
import { importSPKI, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";

import { Validator } from "../../../bindings/node/index.mjs";

const ISSUER = "https://id.example";
const AUDIENCE = "https://api.example";
const TOKENS = 100;
const ROUNDS = 5;
const ROUND_MS = 400;

const now = Math.floor(Date.now() / 1000);
const claims = (number) => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: `user-${number}`,
  client_id: "client-1",
  jti: randomBytes(12).toString("base64url"),
  iat: now,
  nbf: now,
  exp: now + 3600,
  auth_time: now,
  scope: "openid profile email read write",
  acr: "urn:mace:incommon:iap:silver",
  amr: ["pwd", "otp"],
  sid: "session-123456789",
  name: "Ada Lovelace",
  given_name: "Ada",
  family_name: "Lovelace",
  email: "ada@example.com",
  email_verified: true,
  locale: "en-GB",
  zoneinfo: "Europe/London",
  tenant: "acme",
  org_id: "org-1",
  roles: ["admin", "editor"],
  permissions: ["things:read", "things:write"],
  plan: "pro",
});

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(alg, kid, signature) {
  return Array.from({ length: TOKENS }, (_, number) => {
    const input = `${part({ alg, typ: "at+jwt", kid })}.${part(claims(number))}`;
    return `${input}.${signature(Buffer.from(input)).toString("base64url")}`;
  });
}

function asymmetric(alg, type, options, how) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  const kid = "key-1";
  return {
    alg,
    tokens: signed(alg, kid, (input) => how(input, privateKey)),
    trust: { keys: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" }] }, algorithms: [alg] },
    publicKey,
    pem: publicKey.export({ format: "pem", type: "spki" }),
  };
}

function symmetric() {
  const secret = randomBytes(32);
  const tokens = signed("HS256", undefined, (input) => createHmac("sha256", secret).update(input).digest());
  return { alg: "HS256", tokens, trust: { secret }, secret };
}

const kinds = [
  asymmetric("RS256", "rsa", { modulusLength: 2048 }, (input, key) => sign("sha256", input, key)),
  asymmetric("ES256", "ec", { namedCurve: "P-256" }, (input, key) =>
    sign("sha256", input, { key, dsaEncoding: "ieee-p1363" }),
  ),
  asymmetric("EdDSA", "ed25519", {}, (input, key) => sign(null, input, key)),
  symmetric(),
];

/** The best of some rounds: other load on the machine can only slow a round down. */
async function rate(check, tokens) {
  let best = 0;
  for (let round = -1; round < ROUNDS; round += 1) {
    const [started, used] = [performance.now(), process.cpuUsage()];
    let count = 0;
    while (performance.now() - started < ROUND_MS) {
      for (const token of tokens) {
        const claims = check(token);
        if (claims instanceof Promise) await claims;
      }
      count += tokens.length;
    }
    const { user, system } = process.cpuUsage(used);
    if (round >= 0) best = Math.max(best, count / ((user + system) / 1e6));
  }
  return Math.round(best);
}

async function measure(alg, library, check, tokens) {
  const { sub } = await check(tokens[7]);
  if (sub !== "user-7") throw new Error(`${library} reads ${sub}`);
  // The last octet of the signature is another one.
  const forged = `${tokens[7].slice(0, -4)}${tokens[7].endsWith("AAAA") ? "BBBB" : "AAAA"}`;
  const passed = await (async () => check(forged))().then(
    () => true,
    () => false,
  );
  if (passed) throw new Error(`${library} lets a forged token pass`);
  const per_cpu_second = await rate(check, tokens);
  console.log(JSON.stringify({ language: "node", alg, library, per_cpu_second }));
}

for (const { alg, tokens, trust, publicKey, pem, secret } of kinds) {
  const settings = { issuer: ISSUER, audience: AUDIENCE, ...trust };
  const ours = new Validator(settings);
  await measure(alg, "credenza", (token) => ours.validateSync(token), tokens);

  const key = secret ?? (await importSPKI(pem, alg));
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg] };
  await measure(alg, "jose", async (token) => (await jwtVerify(token, key, expected)).payload, tokens);

  const fast = { key: secret ?? pem, algorithms: [alg], allowedIss: ISSUER, allowedAud: AUDIENCE };
  await measure(alg, "fast-jwt", createVerifier({ ...fast, cache: false }), tokens);

  // jsonwebtoken does not support EdDSA.
  if (alg !== "EdDSA") {
    const verifyKey = publicKey ?? createSecretKey(secret);
    const verify = (token) => jsonwebtoken.verify(token, verifyKey, expected);
    await measure(alg, "jsonwebtoken", verify, tokens);
  }

  const kept = new Validator({ ...settings, cacheSize: 1000 });
  await measure(`${alg} cached`, "credenza", (token) => kept.validateSync(token), tokens);
  await measure(`${alg} cached`, "fast-jwt", createVerifier({ ...fast, cache: 1000 }), tokens);
}
