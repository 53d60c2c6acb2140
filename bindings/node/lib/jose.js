'use strict';

const native = require('./native.js');

module.exports = {
  verify: (token, jwks, algorithms) => native.joseVerify(token, JSON.stringify(jwks), algorithms),
  verifyHmac: (token, secret, algorithms) =>
    native.joseVerifyHmac(token, Buffer.from(secret).toString('base64url'), algorithms),
  decrypt: (token, algorithm, pem) => native.joseDecrypt(token, algorithm, pem),
};
