// The page in a real browser, with all programs and servers behind it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Dashboard, Fleet } from './programs.mjs';
import { openBrowser, Visitor } from './visitor.mjs';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

const agrees = () => document.querySelector('#verdict-title')?.dataset.verdict === 'agree';

describe('the page of a running demo', () => {
  let fleet;
  let visitor;
  before(async () => {
    fleet = await Fleet.start('--no-simulator');
    visitor = await Visitor.come(browser, fleet.address);
  });
  after(() => fleet.stop());

  test('shows the same as verify, ride by ride and metre by metre', async () => {
    await fleet.post([1, 22.5, 333.25, 4444.125, 0.1]);
    await visitor.until(() => document.querySelector('#verdict-text')?.dataset.rides === '5');
    await visitor.until(() => document.querySelectorAll('.lane[data-offset="5"]').length === 3);
    await visitor.until(() =>
      document.querySelector('#verdict-text')?.innerText.includes('The warehouse holds exactly these rides'),
    );
    const verified = await fleet.verify();

    const shown = await visitor.page.evaluate(() => ({
      rides: { ...document.querySelector('#verdict-text').dataset },
      totals: Object.fromEntries(
        [...document.querySelectorAll('.total')].map((total) => [
          total.dataset.total,
          Number(total.dataset.value),
        ]),
      ),
      head: Number(document.querySelector('#band').dataset.head),
      verdict: document.querySelector('#verdict-title').innerText,
    }));
    assert.deepEqual(
      shown.totals,
      Object.fromEntries(verified.consumers.map((consumer) => [consumer.name, consumer.total_distance])),
    );
    assert.equal(Number(shown.rides.rides), verified.rides.count);
    assert.equal(Number(shown.rides.sum), verified.rides.sum);
    assert.equal(shown.head, Number(verified.log.head.split('-')[1]));
    assert.equal(shown.verdict, 'They agree');
    assert.equal(verified.agree, true);
  });

  test('says so to a screen reader', async () => {
    const band = visitor.page.getByRole('img', { name: 'The log: its head is record 5' });
    await band.waitFor();
    await visitor.page.getByRole('region', { name: 'The log at work' }).waitFor();
    await visitor.page.getByRole('region', { name: 'They agree' }).waitFor();
    assert.equal(await visitor.page.getByRole('heading', { level: 1 }).innerText(), 'Contrail');
  });

  test('is small, and needs no other site', async () => {
    const { origin } = new URL(fleet.address);
    for (const url of visitor.requests) assert.ok(url.startsWith(origin), url);
    assert.ok(visitor.bytes > 10_000 && visitor.bytes < 150_000, `${visitor.bytes} bytes`);
  });

  test('stands still if the viewer prefers no motion', async () => {
    const still = await Visitor.come(browser, fleet.address, { reducedMotion: 'reduce' });
    await still.until(agrees);
    await fleet.post([5]);
    await still.until(() => document.querySelector('#band')?.dataset.head === '6');
    assert.equal(await still.page.locator('.dot').count(), 0);
    assert.deepEqual(await still.allComplaints(), []);
    await still.leave();
  });

  test('causes no complaint of the browser', async () => {
    assert.deepEqual(await visitor.allComplaints(), []);
  });
});

describe('the page while its buttons inject faults', () => {
  let fleet;
  let visitor;
  before(async () => {
    fleet = await Fleet.start();
    visitor = await Visitor.come(browser, fleet.address);
    await visitor.until(agrees);
  });
  after(() => fleet.stop());

  const recovered = /After [\d.]+ s .*every consumer has caught up: nothing lost, nothing counted twice\./;
  const faults = [
    {
      name: 'empty-redis',
      what: /Emptied Redis \(FLUSHALL\)\./,
      repair: 'the streamer has filled the log again from the outbox',
    },
    { name: 'kill-consumer', what: /Killed consumer[01] \(SIGKILL\)\./, repair: ' runs again' },
    { name: 'kill-streamer', what: /Killed streamer \(SIGKILL\)\./, repair: 'streamer runs again' },
    { name: 'send-twice', what: /Sent the newest batch \(\d+ records\) a second time/, repair: '' },
    { name: 'stop-postgres', what: /Stopped PostgreSQL at once/, repair: 'PostgreSQL runs again' },
  ];
  for (const [index, { name, what, repair }] of faults.entries()) {
    test(`shows ${name}, and the recovery`, async () => {
      const button = visitor.page.locator(`#fault-${name}`);
      await button.focus();
      await visitor.page.keyboard.press('Enter');
      await visitor.until(
        (number) => document.querySelector('#fault-state')?.dataset.number === number,
        String(index + 1),
      );
      if (name === 'stop-postgres') {
        // On a very busy machine Postgres may be back before a poll sees it away.
        await visitor.until(
          () =>
            document.querySelector('#outbox')?.classList.contains('is-down') ||
            document.querySelector('#fault-state')?.dataset.phase === 'recovered',
        );
        await visitor.picture('postgres-stopped');
      }
      await visitor.until(() =>
        ['recovered', 'failed'].includes(document.querySelector('#fault-state')?.dataset.phase),
      );
      const text = await visitor.text('fault-text');
      assert.match(text, what);
      assert.match(text, recovered);
      assert.ok(text.includes(repair), text);
      assert.match(await visitor.text('fault-clock'), /^Recovered in [\d.]+ s$/);
      assert.match(fleet.output, what);
      await visitor.until(agrees);
      await visitor.until(
        (end) => document.querySelector('#events')?.innerText.includes(end),
        text.slice(-60),
      );
    });
  }

  test('refuses an unknown fault', async () => {
    const status = await visitor.page.evaluate(async () => {
      const { token } = await (await fetch('about')).json();
      return (await fetch('faults/nothing', { method: 'POST', headers: { 'X-Contrail-Token': token } }))
        .status;
    });
    assert.equal(status, 404);
  });

  test('agrees with verify after all faults', async () => {
    const verified = await fleet.verify();
    assert.equal(verified.agree, true);
  });

  test('fits every width, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      for (const [name, viewport] of [
        ['desktop', { width: 1280, height: 900 }],
        ['phone', { width: 390, height: 844 }],
      ]) {
        const other = await Visitor.come(browser, fleet.address, { viewport, colorScheme });
        await other.until(agrees);
        await other.until(
          () =>
            document.querySelectorAll('#rate-chart .line').length === 2 &&
            document.querySelectorAll('.dot').length > 0,
        );
        await other.picture(`${name}-${colorScheme}`, { fullPage: name === 'phone' });
        const overflow = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
        assert.deepEqual(await other.allComplaints(), []);
        await other.leave();
      }
    }
  });

  test('causes no complaint of the browser', async () => {
    // The browser complains of the refused request above; the page itself never sends one.
    const others = (await visitor.allComplaints()).filter((each) => !/status of 404/.test(each));
    assert.deepEqual(others, []);
  });
});

describe('a read-only page', () => {
  let fleet;
  before(async () => (fleet = await Fleet.start('--no-simulator', '--read-only')));
  after(() => fleet.stop());

  test('has no buttons, and refuses requests for faults', async () => {
    const visitor = await Visitor.come(browser, fleet.address);
    await visitor.until(() => document.querySelector('#live')?.dataset.connection === 'live');
    await visitor.until(() => document.querySelector('#band')?.dataset.head === '0');
    assert.equal(await visitor.page.locator('button').count(), 0);
    const status = await visitor.page.evaluate(async () => {
      const { token } = await (await fetch('about')).json();
      return (await fetch('faults/empty-redis', { method: 'POST', headers: { 'X-Contrail-Token': token } }))
        .status;
    });
    assert.equal(status, 403);
    await visitor.leave();
  });
});

describe('the page of `contrail dashboard`', () => {
  let fleet;
  let dashboard;
  before(async () => {
    fleet = await Fleet.start('--no-simulator');
    dashboard = await Dashboard.start(fleet.servers());
  });
  after(async () => {
    await dashboard.stop();
    await fleet.stop();
  });

  test('shows the log, and knows nothing of rides', async () => {
    await fleet.post([7]);
    const visitor = await Visitor.come(browser, dashboard.address);
    await visitor.until(() => document.querySelectorAll('.lane[data-offset="1"]').length === 3);
    assert.equal(await visitor.page.title(), 'Contrail');
    assert.equal(await visitor.page.locator('button, #verdict').count(), 0);
    assert.doesNotMatch(await visitor.page.locator('body').innerText(), /ride(?!s-log)/i);
    assert.deepEqual(await visitor.allComplaints(), []);
    await visitor.picture('dashboard');
    await visitor.leave();
  });
});
