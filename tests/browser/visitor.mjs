// A visitor of the page in a real browser, who notes every complaint of the browser.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const pictures = process.env.PAGE_PICTURES;

// The headless shell has no windows, so it paints each page at once. A whole Chromium without a display paints pages
// behind others late or, on a busy machine, never.
export const openBrowser = () =>
  chromium.launch({
    timeout: 0,
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    // Chromium paints in software in any case. Its sandbox does not work for root, as in many containers.
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
    // Conditions decide, not clocks: only the bound of ctest ends a wait.
    visitor.page.setDefaultTimeout(0);
    visitor.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) visitor.complaints.push(message.text());
    });
    visitor.page.on('pageerror', (error) => visitor.complaints.push(error.stack));
    visitor.page.on('response', (response) => {
      visitor.requests.push(response.url());
      // The stream of events has no end and no length.
      visitor.bytes += Number(response.headers()['content-length'] ?? 0);
    });
    await visitor.page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) =>
        globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI}`),
      );
    });
    await visitor.page.goto(address);
    return visitor;
  }

  /** All complaints of the browser: errors, warnings, violations of the content security policy. */
  async allComplaints() {
    return [...this.complaints, ...(await this.page.evaluate(() => globalThis.violations))];
  }

  /** The text of the element with this id. */
  text(id) {
    return this.page.locator(`#${id}`).innerText();
  }

  /**
   * Returns once `condition`, a function that runs in the page, is true there. It may run before the page has
   * shown an element: write `?.` behind each querySelector.
   */
  async until(condition, argument) {
    const report = setInterval(() => console.log(`still waiting for ${condition}`), 60_000);
    try {
      return await this.page.waitForFunction(condition, argument, { polling: 50 });
    } finally {
      clearInterval(report);
    }
  }

  /** Takes a picture for people, if PAGE_PICTURES names a folder. */
  async picture(name, options) {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`), ...options });
  }

  leave() {
    return this.page.context().close();
  }
}
