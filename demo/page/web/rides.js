// Extends the page for Rocket Rides: texts about rides, the consumers' totals, buttons that inject faults.

import { byId, html, setText } from './dom.js';
import { Faults } from './faults.js';
import { Totals } from './totals.js';

const lead =
  'Each ride is written once and read by every consumer, in the same order. ' +
  'Break something: nothing is lost, and nothing counts twice.';

/** Called once by main.js, before the first message. */
export function extend(page) {
  document.head.append(html('link', { rel: 'stylesheet', href: 'rides.css' }));
  document.title = 'Rocket Rides – Contrail';
  setText(byId('lead'), lead);
  setText(byId('source-title'), 'Rides arrive');
  page.picture.sourceText = 'The API commits each ride and its record in one transaction.';

  const totals = new Totals();
  byId('left').append(totals.element);
  page.shows.rides = (rides) => {
    const verdict = totals.show(rides);
    if (verdict) page.events.announce(verdict);
  };

  const faults = new Faults((name) => name === 'empty-redis' && page.picture.wiped());
  byId('side').prepend(faults.element);
  page.shows.fault = (state) => faults.show(state);
  page.introduced.push(({ faults: offered, token }) => faults.offer(offered, token));
}
