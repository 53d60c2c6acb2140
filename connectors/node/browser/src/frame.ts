import { CredenzaError } from './errors.js';

/** How long a frame may take, in milliseconds. */
const FRAME_PATIENCE = 10_000;

/**
 * Opens an authorization request with `prompt=none` in a frame that nobody sees, and reads where it ends: at `redirectUri`, which
 * this origin may read. No script runs in it, so the application does not start there. Browsers send the session's cookie
 * along only where the application and the provider are of one site; elsewhere the answer is `login_required`.
 */
export async function answerInFrame(url: string, redirectUri: string): Promise<URL> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = '';
  frame.sandbox.add('allow-same-origin');
  frame.referrerPolicy = 'no-referrer';
  try {
    return await new Promise<URL>((resolve, reject) => {
      const fail = (code: string, why: string) => reject(new CredenzaError(code, why));
      frame.onload = () => {
        const end = placeOf(frame);
        if (end?.protocol === 'about:') return;
        if (end?.href.startsWith(redirectUri)) resolve(end);
        else fail('frame_refused', `the frame did not come back to ${redirectUri}, or that may not be framed`);
      };
      setTimeout(() => fail('timeout', 'the provider did not answer in the frame'), FRAME_PATIENCE);
      frame.src = url;
      document.body.append(frame);
    });
  } finally {
    frame.remove();
  }
}

function placeOf(frame: HTMLIFrameElement): URL | undefined {
  try {
    return new URL(frame.contentWindow?.location.href ?? '');
  } catch {
    // It is another origin's, or an error page of the browser.
    return undefined;
  }
}
