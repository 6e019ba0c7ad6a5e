// The consumers' totals beside each other, and whether they agree.

import { colourOf } from './colours.js';
import { html, Keyed, setText } from './dom.js';
import { count, metres, offset } from './format.js';

function makeTotal(name) {
  const value = html('output', { class: 'total', 'data-total': name });
  const place = html('span', { class: 'place' });
  const title = html('span', { class: 'name' }, name);
  return { element: html('li', { 'data-colour': colourOf(name) }, title, value, place), value, place };
}

function differenceText({ warehouses }) {
  const wrong = warehouses.find((warehouse) => warehouse.agrees === false || warehouse.error);
  if (!wrong) return 'A consumer has read every ride, but its total is not the sum of the rides.';
  if (wrong.error) return `The ${wrong.name} cannot be read: ${wrong.error}`;
  return `The ${wrong.name} has read every record, but does not hold the same rides.`;
}

/** `agree`, `differ` or `none`, with a title and a text. */
function judge(rides) {
  if (rides.differ_at) {
    const at = count(offset(rides.differ_at));
    return [
      'differ',
      'They differ at the same record',
      `Two consumers show different totals at record ${at}.`,
    ];
  }
  if (rides.verified && !rides.verified.agree)
    return ['differ', 'They differ', differenceText(rides.verified)];
  if (!rides.agreed_at) {
    const text = 'The page compares two totals as soon as two consumers stand at the same record.';
    return ['none', 'Nothing to compare yet', text];
  }
  const at = count(offset(rides.agreed_at));
  const text = rides.agree_at
    ? `Both stand at record ${at} and show the same total.`
    : `Both last stood at record ${at} with the same total. Now each reads on at its own pace.`;
  return ['agree', 'They agree', text];
}

export class Totals {
  #title = html('p', { id: 'verdict-title', 'data-verdict': 'none' }, 'Nothing to compare yet');
  #list = html('ol', { id: 'totals' });
  #text = html('p', { id: 'verdict-text', class: 'text' });
  #totals = new Keyed(this.#list, makeTotal);
  element = html(
    'section',
    { id: 'verdict', class: 'card', 'aria-labelledby': 'verdict-title', hidden: '' },
    this.#title,
    this.#list,
    this.#text,
  );

  /** Returns the title if the verdict changed. */
  show(rides) {
    this.element.hidden = false;
    this.element.classList.toggle('is-stale', Boolean(rides.error));
    if (rides.error) {
      setText(this.#text, 'Postgres does not answer. These are the last totals.');
      return null;
    }
    this.#showTotals(rides.consumers);
    const [verdict, title, text] = judge(rides);
    setText(this.#text, text + this.#sumText(rides.verified));
    const changed = this.#title.dataset.verdict !== verdict;
    this.#title.dataset.verdict = verdict;
    setText(this.#title, title);
    return changed ? title : null;
  }

  #showTotals(consumers) {
    const parts = this.#totals.show(consumers.map((consumer) => consumer.name));
    consumers.forEach((consumer, index) => {
      setText(parts[index].value, metres(consumer.total_distance));
      parts[index].value.dataset.value = consumer.total_distance;
      setText(parts[index].place, `at record ${count(consumer.last_offset)}`);
    });
  }

  #sumText(verified) {
    if (!verified) return '';
    const { count: rides, sum } = verified.rides;
    Object.assign(this.#text.dataset, { rides, sum });
    const same = verified.warehouses
      .filter((warehouse) => warehouse.agrees)
      .map((warehouse) => ` The ${warehouse.name} holds exactly these rides.`);
    return ` The sum of all ${count(rides)} rides: ${metres(sum)}.${same.join('')}`;
  }
}
