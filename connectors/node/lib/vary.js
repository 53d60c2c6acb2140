'use strict';

/** `Vary` with the name of a field in it: what a cache keeps of one caller is not for another. */
function varied(present, name = 'Authorization') {
  const fields = [present ?? []].flat().join(', ');
  const names = fields.split(',').map((field) => field.trim().toLowerCase());
  if (names.includes('*') || names.includes(name.toLowerCase())) return fields;
  return fields === '' ? name : `${fields}, ${name}`;
}

module.exports = { varied };
