export const GET = () => new Response('public', { headers: { 'Content-Type': 'text/plain' } });
