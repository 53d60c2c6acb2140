'use strict';

/** `Vary` with `Authorization` in it: what a cache keeps of one caller is not for another. */
function varied(present) {
  const fields = [present ?? []].flat().join(', ');
  if (/(^|,)\s*(\*|authorization)\s*(,|$)/i.test(fields)) return fields;
  return fields === '' ? 'Authorization' : `${fields}, Authorization`;
}

module.exports = { varied };
