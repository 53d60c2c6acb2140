// What a caller may do: permissions by roles, plans, and features of plans.
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

const UPGRADE = 'https://app.example/upgrade';
const ROLES = new Map(Object.entries({ editor: ['items:read', 'items:write'], admin: ['*'] }));
const KEPT = 5 * 60_000;

export function needPermission({ roles = [], permissions = [] }, permission) {
  const brought = roles.flatMap((role) => ROLES.get(role) ?? []);
  const has = makes('permission-by-prefix')
    ? [...permissions, ...brought].some((one) => one.startsWith(permission) || one === '*')
    : permissions.includes(permission) || brought.includes(permission) || brought.includes('*');
  if (!has) throw new Problem(403, 'permission_missing', { members: { permission } });
}

export function needPlan({ plan }, plans) {
  if (plans.includes(plan) || makes('plan-ignored')) return;
  const members = { plan: plan ?? null, plans, upgrade_url: UPGRADE };
  throw new Problem(403, 'plan_required', { members, headers: { Link: `<${UPGRADE}>; rel="payment"` } });
}

const kept = new Map();

async function fetched(plan) {
  const url = new URL(config.featuresUrl);
  url.searchParams.set('plan', plan);
  const response = await fetch(makes('plan-not-encoded') ? `${config.featuresUrl}?plan=${plan}` : url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

/** The features of a plan, kept for five minutes; what is older is used where nothing newer can be had. */
async function featuresOf({ plan = '' }) {
  const known = kept.get(plan);
  if (known && Date.now() - known.at < KEPT && !makes('features-not-kept')) return known.features;
  const features = fetched(plan);
  if (!makes('features-not-single-flight')) kept.set(plan, { features, at: Date.now() });
  try {
    await features;
    kept.set(plan, { features, at: Date.now() });
    return features;
  } catch {
    if (known) kept.set(plan, known);
    else kept.delete(plan);
    if (known) return known.features;
    if (makes('features-fail-open')) return { exports: true, projects: Infinity };
    throw new Problem(503, 'features_unavailable', { headers: { 'Retry-After': '5' } });
  }
}

/** Forgets what a plan may do. */
export const dropFeatures = (plan) => !makes('feature-event-ignored') && kept.delete(plan);

export async function needFeature(caller, name) {
  const value = (await featuresOf(caller))[name];
  if (value !== true && !(value && makes('feature-by-truth')))
    throw new Problem(403, 'feature_missing', { members: { feature: name } });
}

export async function needRoom(caller, name, used) {
  const limit = (await featuresOf(caller))[name] ?? 0;
  if (makes('limit-off-by-one') ? used > limit : used >= limit)
    throw new Problem(403, 'limit_reached', { members: { limit, used, upgrade_url: UPGRADE } });
}
