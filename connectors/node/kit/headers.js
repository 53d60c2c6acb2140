'use strict';

// Fields that every answer has, unless its handler has set them.

const POLICY = "default-src 'none'; frame-ancestors 'none'";
const YEAR = 31_536_000;

/** Whether an answer is a page, whose policy is its own. */
const isPage = (contentType) => /^text\/html\b/i.test(String(contentType ?? ''));

/** The fields of all answers. `isSecure`: browsers reach this service by https. */
function usualFields(isSecure) {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...(isSecure && { 'Strict-Transport-Security': `max-age=${YEAR}` }),
  };
}

/**
 * The fields that an answer lacks. What is answered to credentials is for nobody else, so no cache keeps it.
 *
 * @param {object} usual the fields of all answers
 * @param {{ has(name: string): boolean, contentType: unknown, hasCredentials: boolean }} answer
 */
function missingFields(usual, { has, contentType, hasCredentials }) {
  const fields = { ...usual };
  if (!isPage(contentType)) fields['Content-Security-Policy'] = POLICY;
  if (hasCredentials) fields['Cache-Control'] = 'no-store';
  return Object.entries(fields).filter(([name]) => !has(name));
}

module.exports = { missingFields, usualFields };
