// The page in a real browser, while a whole fleet runs behind it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Fleet } from './fleet.mjs';
import { openBrowser, Visitor } from './visitor.mjs';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

const agrees = () => document.querySelector('#verdict-word')?.dataset.verdict === 'agree';

describe('the page of a fleet that takes rides', () => {
  let fleet;
  let visitor;
  before(async () => {
    fleet = await Fleet.start('--no-simulator');
    visitor = await Visitor.come(browser, fleet.address);
  });
  after(() => fleet.stop());

  test('shows what verify says, ride for ride and metre for metre', async () => {
    await fleet.post([1, 22.5, 333.25, 4444.125, 0.1]);
    await visitor.until(() => document.querySelector('#verdict-words').dataset.rides === '5');
    await visitor.until(() => document.querySelectorAll('.lane[data-offset="5"]').length === 3);
    await visitor.until(() => document.querySelector('#verdict-words').innerText.includes('The warehouse holds just these rides'));
    const verified = await fleet.verify();

    const shown = await visitor.page.evaluate(() => ({
      rides: { ...document.querySelector('#verdict-words').dataset },
      totals: Object.fromEntries([...document.querySelectorAll('.total')].map((total) => [total.dataset.total, Number(total.dataset.value)])),
      head: Number(document.querySelector('#band').dataset.head),
      verdict: document.querySelector('#verdict-word').innerText,
    }));
    assert.deepEqual(shown.totals, Object.fromEntries(verified.consumers.map((consumer) => [consumer.name, consumer.total_distance])));
    assert.equal(Number(shown.rides.rides), verified.rides.count);
    assert.equal(Number(shown.rides.sum), verified.rides.sum);
    assert.equal(shown.head, Number(verified.log.head.split('-')[1]));
    assert.equal(shown.verdict, 'They agree');
    assert.equal(verified.agree, true);
  });

  test('says so in words that a screen reader finds', async () => {
    const band = visitor.page.getByRole('img', { name: 'The log: its head is record 5' });
    await band.waitFor();
    await visitor.page.getByRole('region', { name: 'The log at work' }).waitFor();
    await visitor.page.getByRole('region', { name: 'They agree' }).waitFor();
    assert.equal(await visitor.page.getByRole('heading', { level: 1 }).innerText(), 'Contrail');
  });

  test('is small, and asks nobody else for anything', async () => {
    const { origin } = new URL(fleet.address);
    for (const url of visitor.requests) assert.ok(url.startsWith(origin), url);
    assert.ok(visitor.bytes > 10_000 && visitor.bytes < 150_000, `${visitor.bytes} bytes`);
  });

  test('stands still for who wants no motion', async () => {
    const still = await Visitor.come(browser, fleet.address, { reducedMotion: 'reduce' });
    await still.until(agrees);
    await fleet.post([5]);
    await still.until(() => document.querySelector('#band').dataset.head === '6');
    assert.equal(await still.page.locator('.dot').count(), 0);
    assert.deepEqual(await still.allComplaints(), []);
    await still.leave();
  });

  test('gives the browser nothing to complain of', async () => {
    assert.deepEqual(await visitor.allComplaints(), []);
  });
});

describe('the page of a fleet that is harmed', () => {
  let fleet;
  let visitor;
  before(async () => {
    fleet = await Fleet.start();
    visitor = await Visitor.come(browser, fleet.address);
    await visitor.until(agrees);
  });
  after(() => fleet.stop());

  const harms = [
    { id: 'wipe-redis', does: 'Wiped Redis (FLUSHALL)', then: /All [\d,]+ records that the outbox holds were sent again, and all are level after [\d.]+ s/ },
    { id: 'kill-consumer', does: 'SIGKILL to consumer0', then: /consumer0 was started again, and all are level after/ },
    { id: 'kill-streamer', does: 'SIGKILL to streamer', then: /streamer was started again, and all are level after/ },
    { id: 'send-twice', does: 'a second time; the log refused it', then: /All are level after/ },
    { id: 'stop-postgres', does: 'Stopped Postgres', then: /Postgres was started again, and all are level after/ },
  ];
  for (const [index, { id, does, then }] of harms.entries()) {
    test(`shows ${id}, and the recovery`, async () => {
      const button = visitor.page.locator(`#harm-${id}`);
      await button.focus();
      await visitor.page.keyboard.press('Enter');
      await visitor.until((number) => document.querySelector('#case').dataset.number === number, String(index + 1));
      if (id === 'stop-postgres') {
        await visitor.until(() => document.querySelector('#outbox').classList.contains('is-down'));
        await visitor.picture('postgres-stopped');
      }
      await visitor.until(() => ['recovered', 'failed'].includes(document.querySelector('#case').dataset.phase));
      const words = await visitor.text('case-words');
      assert.ok(words.includes(does), words);
      assert.match(words, then);
      assert.match(words, /nothing lost, nothing counted twice/);
      assert.match(await visitor.text('case-clock'), /^Recovered in [\d.]+ s$/);
      assert.ok(fleet.said.includes(does));
      await visitor.until(agrees);
      await visitor.until((text) => document.querySelector('#happened').innerText.includes(text), words.slice(-60));
    });
  }

  test('does one harm at a time', async () => {
    const refused = await visitor.page.evaluate(async () => {
      const { token } = await (await fetch('about')).json();
      const ask = (id) => fetch(`harm/${id}`, { method: 'POST', headers: { 'X-Contrail-Token': token } });
      return [(await ask('stop-postgres')).status, (await ask('wipe-redis')).status, (await ask('nothing')).status];
    });
    assert.deepEqual(refused, [202, 409, 404]);
    await visitor.until(() => document.querySelector('#case').dataset.number === '6' && document.querySelector('#case').dataset.phase === 'recovered');
  });

  test('agrees with verify after all of it', async () => {
    const verified = await fleet.verify();
    assert.equal(verified.agree, true);
  });

  test('looks well at every width and in every light', async () => {
    for (const colorScheme of ['light', 'dark']) {
      for (const [name, viewport] of [['desktop', { width: 1280, height: 900 }], ['phone', { width: 390, height: 844 }]]) {
        const other = await Visitor.come(browser, fleet.address, { viewport, colorScheme });
        await other.until(agrees);
        await other.until(() => document.querySelectorAll('#rate-chart .line').length === 2 && document.querySelectorAll('.dot').length > 0);
        await other.picture(`${name}-${colorScheme}`, { fullPage: name === 'phone' });
        const overflow = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
        assert.deepEqual(await other.allComplaints(), []);
        await other.leave();
      }
    }
  });

  test('gives the browser nothing to complain of', async () => {
    // A harm that is refused is an error for the browser; the page itself never asks for one.
    const others = (await visitor.allComplaints()).filter((each) => !/status of (404|409)/.test(each));
    assert.deepEqual(others, []);
  });
});

describe('a page that only shows', () => {
  let fleet;
  before(async () => (fleet = await Fleet.start('--no-simulator', '--read-only')));
  after(() => fleet.stop());

  test('has no buttons, and refuses who asks without them', async () => {
    const visitor = await Visitor.come(browser, fleet.address);
    await visitor.until(() => document.querySelector('#live').dataset.standing === 'live');
    await visitor.until(() => document.querySelector('#band').dataset.head === '0');
    assert.equal(await visitor.page.locator('button').count(), 0);
    const status = await visitor.page.evaluate(async () => {
      const { token } = await (await fetch('about')).json();
      return (await fetch('harm/wipe-redis', { method: 'POST', headers: { 'X-Contrail-Token': token } })).status;
    });
    assert.equal(status, 403);
    await visitor.leave();
  });
});
