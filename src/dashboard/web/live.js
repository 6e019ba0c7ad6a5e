// The connection to the server.

const retryAfterMs = 3000;

/**
 * Receives server-sent events while the page is open, and connects again when the stream ends.
 * `shows` has a function for each kind of message; `connection` is called with 'live' or 'lost'.
 */
export function listen(shows, connection) {
  const source = new EventSource('events');
  source.addEventListener('open', () => connection('live'));
  for (const [name, show] of Object.entries(shows)) {
    source.addEventListener(name, (message) => show(JSON.parse(message.data)));
  }
  source.addEventListener('error', () => {
    connection('lost');
    // A browser connects again by itself, unless the server refused it.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(shows, connection), retryAfterMs);
  });
}

/** What this installation is and allows. */
export async function about() {
  const answer = await fetch('about');
  return answer.json();
}

/** Asks for an action. Throws an Error with the reason if the server refuses it. */
export async function ask(path, token) {
  const answer = await fetch(path, { method: 'POST', headers: { 'X-Contrail-Token': token } });
  if (!answer.ok) throw new Error((await answer.json()).error);
}
