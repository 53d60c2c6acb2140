import { one } from '../../one.js';

export const dynamic = 'force-dynamic';

/** A server component that shows who asks for it. */
export default async function Page() {
    const { guard, route } = one();
    const caller = await guard.caller(route.needs);
    return <p>{caller === null ? 'nobody' : `caller ${caller.sub}`}</p>;
}
