// Somebody who looks at the page in a real browser, and notes every complaint of it.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const pictures = process.env.PAGE_PICTURES;

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // It paints in software in any case. Its sandbox does not work for root, as whom containers often run.
    args: ['--disable-gpu', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  });

export class Visitor {
  complaints = [];
  bytes = 0;
  requests = [];

  static async come(browser, address, options = {}) {
    const visitor = new Visitor();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    visitor.page = await context.newPage();
    visitor.page.setDefaultTimeout(120_000);
    visitor.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) visitor.complaints.push(message.text());
    });
    visitor.page.on('pageerror', (error) => visitor.complaints.push(error.stack));
    visitor.page.on('response', (response) => {
      visitor.requests.push(response.url());
      // The stream of events has no end, and no length.
      visitor.bytes += Number(response.headers()['content-length'] ?? 0);
    });
    await visitor.page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
    });
    await visitor.page.goto(address);
    return visitor;
  }

  /** All that the browser complained of: errors, warnings, breaches of the content security policy. */
  async allComplaints() {
    return [...this.complaints, ...(await this.page.evaluate(() => globalThis.violations))];
  }

  /** The text of the element with this id. */
  text(id) {
    return this.page.locator(`#${id}`).innerText();
  }

  /** Returns when `condition`, a function for the page, is true there. */
  until(condition, argument) {
    return this.page.waitForFunction(condition, argument, { polling: 50 });
  }

  async picture(name, options) {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    const take = () => this.page.screenshot({ path: path.join(pictures, `${name}.png`), timeout: 30_000, ...options });
    // On a busy machine, Chromium once in a while paints no frame for a picture, however long one waits.
    await this.page.bringToFront();
    await take().catch(take).catch(take);
  }

  leave() {
    return this.page.context().close();
  }
}
