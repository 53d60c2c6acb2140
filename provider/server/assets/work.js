// Looks for the number that a form asks for: the SHA-256 of `CHALLENGE.NUMBER` begins with so many zero bits. It works in small
// portions while the person types, and holds the form back until it is done. Without it, the person waits for a while instead.
(function () {
  var box = document.querySelector ? document.querySelector('.check[data-bits]') : null;
  if (!box || !box.closest) {
    return;
  }
  var form = box.closest('form');
  var field = document.createElement('input');
  var said = box.querySelector('[role=status]');
  var bits = Number(box.getAttribute('data-bits'));
  var challenge = form.querySelector('input[name=check]').value + '.';
  var pressed = null;
  var waits = false;
  field.type = 'hidden';
  field.name = 'work';

  // SHA-256 (FIPS 180-4). The constants are the first bits of the roots of primes.
  var K = [];
  var H = [];
  (function () {
    function fraction(x) {
      return ((x - Math.floor(x)) * 4294967296) | 0;
    }
    for (var n = 2; K.length < 64; n += 1) {
      var isPrime = true;
      for (var d = 2; d * d <= n; d += 1) {
        if (n % d === 0) {
          isPrime = false;
          break;
        }
      }
      if (isPrime) {
        if (H.length < 8) {
          H.push(fraction(Math.pow(n, 1 / 2)));
        }
        K.push(fraction(Math.pow(n, 1 / 3)));
      }
    }
  })();
  var w = [];

  function block(state, words) {
    var i;
    for (i = 0; i < 16; i += 1) {
      w[i] = words[i] | 0;
    }
    for (; i < 64; i += 1) {
      var x = w[i - 15];
      var y = w[i - 2];
      w[i] =
        (w[i - 16] + w[i - 7] +
          (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
          (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i += 1) {
      var s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      var t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      var s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      var t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    return [
      (state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0,
      (state[4] + e) | 0, (state[5] + f) | 0, (state[6] + g) | 0, (state[7] + h) | 0
    ];
  }

  function words(text, from, to) {
    var out = [];
    for (var i = from; i < to; i += 1) {
      out[(i - from) >> 2] |= text.charCodeAt(i) << (24 - ((i - from) % 4) * 8);
    }
    return out;
  }

  // What does not change is hashed once.
  var whole = challenge.length - (challenge.length % 64);
  var begun = H;
  for (var at = 0; at < whole; at += 64) {
    begun = block(begun, words(challenge, at, at + 64));
  }
  var rest = challenge.slice(whole);

  function first(number) {
    var tail = rest + number;
    var length = (whole + tail.length) * 8;
    var blocks = tail.length + 9 > 64 ? 2 : 1;
    var padded = words(tail, 0, tail.length);
    padded[tail.length >> 2] |= 128 << (24 - (tail.length % 4) * 8);
    padded[blocks * 16 - 1] = length;
    var state = begun;
    for (var i = 0; i < blocks; i += 1) {
      state = block(state, padded.slice(i * 16, i * 16 + 16));
    }
    return state[0];
  }

  function go() {
    if (!pressed) {
      form.submit();
      return;
    }
    // The button that was pressed is part of what is sent.
    var also = document.createElement('input');
    also.type = 'hidden';
    also.name = pressed.name;
    also.value = pressed.value;
    if (also.name) {
      form.appendChild(also);
    }
    form.submit();
  }

  var next = 0;
  function portion() {
    var until = new Date().getTime() + 20;
    while (new Date().getTime() < until) {
      for (var i = 0; i < 500; i += 1) {
        if (first(String(next)) >>> (32 - bits) === 0) {
          field.value = String(next);
          box.appendChild(field);
          if (waits) {
            go();
          }
          return;
        }
        next += 1;
      }
    }
    setTimeout(portion, 0);
  }

  form.addEventListener('click', function (event) {
    var button = event.target && event.target.closest ? event.target.closest('button') : null;
    pressed = button && button.type === 'submit' ? button : pressed;
  });
  form.addEventListener('submit', function (event) {
    // Whoever leaves need not wait.
    if (field.value || (pressed && pressed.name === 'cancel')) {
      return;
    }
    event.preventDefault();
    waits = true;
    said.textContent = box.getAttribute('data-working');
  });
  portion();
})();
