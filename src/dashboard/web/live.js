// What the server tells, as it comes.

const retryAfterMs = 3000;

/**
 * Listens to server-sent events for as long as the page is open, and begins again whenever they end.
 * `heard` has a function for each kind of event; `standing` is told 'live' or 'lost'.
 */
export function listen(heard, standing) {
  const source = new EventSource('events');
  source.addEventListener('open', () => standing('live'));
  for (const [name, take] of Object.entries(heard)) {
    source.addEventListener(name, (event) => take(JSON.parse(event.data)));
  }
  source.addEventListener('error', () => {
    standing('lost');
    // A browser connects again by itself, unless it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(heard, standing), retryAfterMs);
  });
}

/** What this installation is and allows. */
export async function about() {
  const answer = await fetch('about');
  return answer.json();
}

/** Asks for a deed; throws an Error that says why it was refused. */
export async function ask(path, token) {
  const answer = await fetch(path, { method: 'POST', headers: { 'X-Contrail-Token': token } });
  if (!answer.ok) throw new Error((await answer.json()).error);
}
