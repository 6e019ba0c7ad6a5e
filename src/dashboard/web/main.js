// Puts the page together: each message of the server goes to the module that shows it.
//
// A program may extend the page (see Dashboard::add_file): /about then names a script. Its function
// extend(page) runs once, before the first message. It may add sections, texts, and messages of its own.

import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { Events } from './events.js';
import { about, listen } from './live.js';
import { Picture } from './picture.js';

const retryAfterMs = 3000;

const picture = new Picture();
const events = new Events();
const charts = new Charts();

/** What an extension works with. */
const page = {
  picture,
  events,
  /** A function for each kind of message, by its name. */
  shows: {
    status: (status) => charts.show(status, picture.show(status)),
    event: (event) => events.show(event),
  },
  /** Functions that get the answer of /about each time the page connects. */
  introduced: [
    ({ stream }) =>
      setText(
        byId('about'),
        `The log “${stream}”. The page asks Postgres and Redis once a second, while it is open.`,
      ),
  ],
};

async function connection(state) {
  byId('live').dataset.connection = state;
  setText(byId('live'), state === 'live' ? 'live' : 'no answer, trying again …');
  if (state !== 'live') return;
  // The program may have restarted since: it then has a new token and a past of its own.
  events.clear();
  const installation = await about();
  for (const introduce of page.introduced) introduce(installation);
}

async function start() {
  try {
    const { extension } = await about();
    if (extension) (await import(`./${extension}`)).extend(page);
  } catch {
    connection('lost');
    setTimeout(start, retryAfterMs);
    return;
  }
  listen(page.shows, connection);
}

start();
