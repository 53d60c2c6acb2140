'use strict';

// What the plans that are paid for include.

const { Problem } = require('./problem.js');

/** Where a caller gets more: members of a problem, and its link (RFC 8288; `payment` is registered). */
function upgrade(url) {
  if (url === undefined) return { members: {}, headers: {} };
  return { members: { upgrade_url: url }, headers: { Link: `<${url}>; rel="payment"` } };
}

/** Gates by the plan of the caller. */
class Plans {
  #upgradeUrl;

  /** @param {{ upgradeUrl?: string }} settings the page on which a caller gets another plan */
  constructor({ upgradeUrl } = {}) {
    this.#upgradeUrl = upgradeUrl;
  }

  /** A gate for callers with one of these plans. */
  requires(...plans) {
    return ({ caller }) => {
      const plan = caller?.plan ?? null;
      if (plan !== null && plans.includes(plan)) return;
      const { members, headers } = upgrade(this.#upgradeUrl);
      throw new Problem(403, 'plan_required', { headers, members: { plan, plans, ...members } });
    };
  }
}

module.exports = { Plans, upgrade };
