// Puts the page together: what the server tells goes to those who show it.

import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { Happened } from './happened.js';
import { Harm } from './harm.js';
import { about, listen } from './live.js';
import { Picture } from './picture.js';
import { Verdict } from './verdict.js';

const picture = new Picture();
const verdict = new Verdict();
const harm = new Harm((id) => id === 'wipe-redis' && picture.wiped());
const happened = new Happened();
const charts = new Charts();

function introduce({ stream, rides }) {
  setText(byId('about'), `The log “${stream}”. What you see is asked of Postgres and Redis once a second, while somebody looks.`);
  if (!rides) return;
  setText(byId('source-title'), 'Rides arrive');
  picture.sourceWords = 'A ride and its record go into Postgres in one transaction: both, or neither.';
  setText(byId('lead'), 'Each ride is written once and read by everyone, in the same order. Break something: nothing is lost, and nothing counts twice.');
  document.title = 'Rocket Rides – Contrail';
}

async function standing(word) {
  byId('live').dataset.standing = word;
  setText(byId('live'), word === 'live' ? 'live' : 'no answer, trying again …');
  if (word !== 'live') return;
  // The service may be another one since: with another secret, and its own past.
  happened.clear();
  const installation = await about();
  introduce(installation);
  harm.offer(installation.harm ?? [], installation.token);
}

listen(
  {
    status: (status) => charts.tell(status, picture.tell(status)),
    rides: (rides) => {
      const changed = verdict.tell(rides);
      if (changed) happened.announce(changed);
    },
    harm: (state) => harm.tell(state),
    happened: (happening) => happened.tell(happening),
  },
  standing,
);
