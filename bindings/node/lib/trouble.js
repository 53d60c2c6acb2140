'use strict';

/** One line about a fetch that went wrong. */
function lineOf({ cause, url, status, message, hint }) {
  const more = [status, message, hint].filter((it) => it !== undefined).join(', ');
  return `${url}: ${cause}${more && ` (${more})`}`;
}

module.exports = { lineOf };
