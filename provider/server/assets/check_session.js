// Answers applications that ask whether the sign-in is still the one they know (OpenID Connect Session Management 1.0,
// section 3.2): `unchanged`, `changed`, or `error` for a malformed message. Written for the oldest browsers.
(function () {
  'use strict';

  var K = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  ];

  function rotated(word, bits) {
    return (word >>> bits) | (word << (32 - bits));
  }

  // A text in UTF-8 as 32-bit words, padded (FIPS 180-4, 5.1.1).
  function padded(text) {
    var bytes = unescape(encodeURIComponent(text));
    var words = [];
    var count = (((bytes.length + 8) >> 6) + 1) * 16;
    var i;
    for (i = 0; i < count; i++) {
      words[i] = 0;
    }
    for (i = 0; i < bytes.length; i++) {
      words[i >> 2] |= bytes.charCodeAt(i) << (24 - (i % 4) * 8);
    }
    words[i >> 2] |= 0x80 << (24 - (i % 4) * 8);
    words[count - 1] = bytes.length * 8;
    return words;
  }

  // Processes one block (FIPS 180-4, 6.2.2) and updates `hash`.
  function mix(hash, block) {
    var w = block.slice(0);
    var v = hash.slice(0);
    var i, s0, s1, first, second;
    for (i = 0; i < 64; i++) {
      if (i > 15) {
        s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      s1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25);
      first = (v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i]) | 0;
      s0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22);
      second = (s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
      v = [(first + second) | 0, v[0], v[1], v[2], (v[3] + first) | 0, v[4], v[5], v[6]];
    }
    for (i = 0; i < 8; i++) {
      hash[i] = (hash[i] + v[i]) | 0;
    }
  }

  function sha256(text) {
    var hash = [
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    ];
    var words = padded(text);
    var hex = '';
    var i;
    for (i = 0; i < words.length; i += 16) {
      mix(hash, words.slice(i, i + 16));
    }
    for (i = 0; i < 8; i++) {
      hex += ('0000000' + (hash[i] >>> 0).toString(16)).slice(-8);
    }
    return hex;
  }

  // The value of the state cookie; empty when nobody is signed in.
  function browserState() {
    var name = document.body.getAttribute('data-cookie') + '=';
    var pairs = document.cookie.split('; ');
    var i;
    for (i = 0; i < pairs.length; i++) {
      if (pairs[i].indexOf(name) === 0) {
        return pairs[i].substring(name.length);
      }
    }
    return '';
  }

  // Whether the message comes from another origin than the page around this frame: such messages are not answered.
  function isForeign(origin) {
    var around = window.location.ancestorOrigins;
    return !!around && around.length > 0 && around[0] !== origin;
  }

  // The origin is part of the hash: about another application's state this reveals nothing but `changed`.
  function answer(message, origin) {
    var parts = typeof message === 'string' ? /^(.+) ([0-9a-f]{64})\.([0-9A-Za-z_-]+)$/.exec(message) : null;
    if (!parts || isForeign(origin)) {
      return 'error';
    }
    var state = browserState();
    var hash = sha256(parts[1] + ' ' + origin + ' ' + state + ' ' + parts[3]);
    return state && hash === parts[2] ? 'unchanged' : 'changed';
  }

  window.addEventListener('message', function (event) {
    // An answer to a page with an opaque origin would have to be sent to any origin.
    if (event.source && event.source !== window && /^https?:\/\//.test(event.origin)) {
      event.source.postMessage(answer(event.data, event.origin), event.origin);
    }
  }, false);
})();
