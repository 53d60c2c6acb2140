import { login } from '../../../login.js';

/** A server component, behind the proxy. */
export default async function Page() {
    const signedIn = await login.session();
    return <p>{signedIn?.sub}</p>;
}
