// The consumers' totals beside each other, and what they say of each other.

import { colourOf } from './colours.js';
import { byId, html, Keyed, setText } from './dom.js';
import { count, metres, offset } from './format.js';

function makeTotal(name) {
  const value = html('output', { class: 'total', 'data-total': name });
  const place = html('span', { class: 'place' });
  const element = html('li', { 'data-colour': colourOf(name) }, html('span', { class: 'name' }, name), value, place);
  return { element, value, place };
}

function whoDiffers({ warehouses }) {
  const wrong = warehouses.find((warehouse) => warehouse.agrees === false || warehouse.error);
  if (!wrong) return 'A consumer that has read every ride shows another total than the rides add up to.';
  return wrong.error ? `${wrong.name} cannot be read: ${wrong.error}` : `${wrong.name} has read every record, and holds other rides.`;
}

/** `agree`, `differ` or `none`, with the words for it. */
function judge(rides) {
  if (rides.differ_at) return ['differ', 'They differ at the same record', `At record ${count(offset(rides.differ_at))} two consumers show different totals.`];
  if (rides.verified && !rides.verified.agree) return ['differ', 'They differ', whoDiffers(rides.verified)];
  if (!rides.agreed_at) return ['none', 'Nothing to compare yet', 'As soon as two consumers stand at the same record, their totals are compared.'];
  const at = count(offset(rides.agreed_at));
  const when = rides.agree_at ? `Both are at record ${at}, and show the same total.` : `Last seen at the same record: ${at}. Now they read on, each at its own pace.`;
  return ['agree', 'They agree', when];
}

export class Verdict {
  #totals = new Keyed(byId('totals'), makeTotal);

  /** Returns the verdict if it is another than before. */
  tell(rides) {
    byId('verdict').hidden = false;
    const word = byId('verdict-word');
    byId('verdict').classList.toggle('is-stale', Boolean(rides.error));
    if (rides.error) {
      setText(byId('verdict-words'), 'The totals cannot be asked for just now. These were the last ones.');
      return null;
    }
    const parts = this.#totals.show(rides.consumers.map((consumer) => consumer.name));
    rides.consumers.forEach((consumer, index) => {
      setText(parts[index].value, metres(consumer.total_distance));
      parts[index].value.dataset.value = consumer.total_distance;
      setText(parts[index].place, `at record ${count(consumer.last_offset)}`);
    });
    const [verdict, text, why] = judge(rides);
    setText(byId('verdict-words'), `${why}${this.#sum(rides.verified)}`);
    const changed = word.dataset.verdict !== verdict;
    word.dataset.verdict = verdict;
    setText(word, text);
    return changed ? text : null;
  }

  #sum(verified) {
    if (!verified) return '';
    const { count: rides, sum } = verified.rides;
    Object.assign(byId('verdict-words').dataset, { rides, sum });
    const same = verified.warehouses.filter((warehouse) => warehouse.agrees).map((warehouse) => ` The ${warehouse.name} holds just these rides, one for one.`);
    return ` All ${count(rides)} rides, added up anew: ${metres(sum)}.${same.join('')}`;
  }
}
