// A user in a real browser: node browser.mjs <scene> <address> [<second address or picture>]
// The browser is CHROMIUM, or Debian's. What is expected and does not come within the time ends in an error.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const [scene, address, extra] = process.argv.slice(2);

const scenes = {
  async 'sign in and out'(page) {
    await page.goto(address);
    await signIn(page);

    await page.locator('#name').waitFor();
    assert.equal(await page.locator('#name').textContent(), 'Ada Lovelace');
    assert.equal(await page.locator('#account').textContent(), '9f4880d8-0000-4000-8000-8f0e5a7fcf4b.72f988bf-0000-4000-8000-2d7cd011db47');
    assert.deepEqual(await page.getByRole('listitem').allTextContents(), ['photos/cat.jpg 48,213 bytes', 'photos/tea & <biscuits>.jpg 9,120 bytes']);
    assert.equal(page.url(), address, 'no code stays in the address');
    await page.screenshot({ path: extra });

    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.filter((cookie) => !cookie.httpOnly), [], 'no script reads a cookie');
    assert.ok(cookies.some((cookie) => cookie.name === 'user' && cookie.sameSite === 'Lax'));
    assert.ok(!cookies.some((cookie) => cookie.name === 'sign-in'), 'the transaction is gone');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    assert.equal(page.url(), address);
    await page.reload();
    assert.equal(await page.locator('#name').count(), 0);
    assert.ok(!(await page.context().cookies()).some((cookie) => cookie.name === 'user'), 'the session is gone');
  },

  async 'cancel'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    assert.match(await page.getByRole('alert').textContent(), /^You canceled the sign-in/);
    assert.doesNotMatch(await page.content(), /AADSTS/);
    await page.getByRole('link', { name: 'Start again' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  },

  // Cookies know no port: the second process gets those of the first.
  async 'go on at another process'(page) {
    await page.goto(address);
    await signIn(page);
    await page.locator('#name').waitFor();

    await page.goto(extra);
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    assert.match(page.url(), /\/oauth2\/v2\.0\/authorize\?/);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#name').waitFor();
    assert.equal(page.url(), extra);
  },

  async 'use the web app'(page) {
    await page.setViewportSize({ width: 1040, height: 420 });
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);

    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    assert.equal(page.url(), address, 'no code stays in the address');
    assert.equal(await page.locator('#username').textContent(), 'ada@contoso.example');
    assert.equal(await page.locator('#account').textContent(), '9f4880d8-0000-4000-8000-8f0e5a7fcf4b.72f988bf-0000-4000-8000-2d7cd011db47');
    assert.equal(await page.locator('#scope').textContent(), 'https://storage.azure.com/user_impersonation');
    assert.equal(await page.locator('#source').textContent(), 'the memory of this instance');
    assert.equal((await page.locator('#requests').textContent()).trim(), 'nothing');
    assert.ok(Date.parse(await page.locator('#ends time').getAttribute('datetime')) > Date.now(), 'the token is valid');
    assert.notEqual(await background(page), 'rgba(0, 0, 0, 0)', 'the stylesheet is there');
    await page.screenshot({ path: extra });
    const light = await background(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.notEqual(await background(page), light, 'there is a dark style');

    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.filter((cookie) => !cookie.httpOnly), [], 'no script reads a cookie');
    assert.deepEqual(cookies.filter((cookie) => cookie.name.startsWith('.AuthCode.')), [], 'the transaction is gone');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    assert.equal(page.url(), address);
    assert.deepEqual((await page.context().cookies()).filter((cookie) => cookie.name.startsWith('.AspNetCore.Cookies')), [], 'the session is gone');
  },

  async 'deep link'(page) {
    const link = `${address}files?name=cat&view=a%20b%26c`;
    await page.goto(link);
    await consent(page);

    await page.getByRole('heading', { name: 'Files' }).waitFor();
    assert.equal(page.url(), link);
    assert.deepEqual(await items(page), ['photos/cat.jpg 48,213 bytes']);
  },

  async 'two tabs'(page) {
    const other = await page.context().newPage();
    await page.goto(`${address}files?name=cat`);
    await other.goto(`${address}files?name=tea`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await other.getByRole('button', { name: 'Sign in' }).waitFor();

    // At once, and the first that was started is not the first that comes back.
    await Promise.all([consent(other), consent(page)]);
    await Promise.all([page, other].map((tab) => tab.getByRole('heading', { name: 'Files' }).waitFor()));
    assert.equal(page.url(), `${address}files?name=cat`);
    assert.equal(other.url(), `${address}files?name=tea`);
    assert.deepEqual(await items(page), ['photos/cat.jpg 48,213 bytes']);
    assert.deepEqual(await items(other), ['photos/tea & <biscuits>.jpg 9,120 bytes']);

    // The later of the two sign-ins is the session of the browser, in both tabs.
    for (const tab of [page, other]) {
      await tab.reload();
      await tab.getByRole('heading', { name: 'Files' }).waitFor();
    }
  },

  async 'double click'(page) {
    // The browser drops the first of the two forms, or comes back with both codes. Either way the user gets on.
    await page.goto(`${address}files`);
    await page.getByRole('button', { name: 'Sign in' }).dblclick({ noWaitAfter: true });
    await page.getByRole('heading', { name: /^(Files|This sign-in cannot be completed)$/ }).waitFor();
    await page.context().clearCookies();

    // The callback itself twice, at the same time.
    let callback;
    await page.goto(`${address}files`);
    await page.route(/\/authorize/, async (route) => {
      callback = (await route.fetch({ maxRedirects: 0 })).headers().location;
      await route.fulfill({ contentType: 'text/html', body: '<h1>On the way back</h1>' });
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'On the way back' }).waitFor();
    await page.unrouteAll();
    const other = await page.context().newPage();
    const responses = await Promise.all([page, other].map((tab) => tab.goto(callback)));
    assert.deepEqual(responses.map((response) => response.status()).sort(), [200, 400], 'the code is redeemed once');
    for (const tab of [page, other]) {
      await tab.goto(`${address}files`);
      await tab.getByRole('heading', { name: 'Files' }).waitFor();
    }
  },

  async 'back button'(page) {
    await page.goto(`${address}files`);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();

    // The very same callback once more, as a browser restores it from its history.
    const [callback] = callbacks.slice(-1);
    assert.match(callback, /[?&]code=/);
    const response = await page.goto(callback);
    assert.equal(response.status(), 400);
    await page.getByRole('heading', { name: 'This sign-in cannot be completed' }).waitFor();
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();

    // Back to the server's page, whose form starts from a state that was used.
    await page.context().clearCookies();
    await page.goto(`${address}files`);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'This sign-in cannot be completed' }).waitFor();
    await page.goto(`${address}files`);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
  },

  async 'abandoned'(page) {
    for (let i = 0; i < 30; i++) {
      await page.goto(`${address}files?name=${i}`);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
    }

    const pending = (await page.context().cookies()).filter((cookie) => /^\.AuthCode\.[0-9A-F]{8}$/.test(cookie.name));
    assert.equal(pending.length, 5);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    assert.equal(page.url(), `${address}files?name=29`);
    const left = (await page.context().cookies()).filter((cookie) => /^\.AuthCode\.[0-9A-F]{8}$/.test(cookie.name));
    assert.equal(left.length, 4, 'that of the sign-in that is complete is gone');
  },

  async 'sign out in one tab'(page) {
    await page.goto(`${address}files`);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(address);
    await other.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    const kept = await page.context().cookies();

    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Welcome' }).waitFor();

    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.match(page.url(), /\/oauth2\/v2\.0\/authorize\?/);

    // A copy of the cookie is worth nothing either.
    await page.context().addCookies(kept);
    await page.goto(address);
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  },

  async 'consent'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);
    await page.getByRole('link', { name: 'Calendar' }).click();
    await consent(page);

    await page.getByRole('heading', { name: 'Calendar' }).waitFor();
    assert.equal(page.url(), `${address}calendar`);
    assert.deepEqual(await items(page), ['Review of the design Monday, 09:30 UTC', 'Tea with Charles Tuesday, 16:00 UTC']);
    assert.equal(await page.locator('#scope').textContent(), 'https://graph.microsoft.com/Calendars.Read');

    // Neither this page nor the first API asks again, and each token is requested once.
    await page.getByRole('link', { name: 'Files' }).click();
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    assert.equal(await page.locator('#source').textContent(), 'a refresh, just now');
    assert.match((await page.locator('#requests').textContent()).trim(), /^refresh_token at 127\.0\.0\.1: a token, \d+ ms$/);
    await page.reload();
    assert.equal(await page.locator('#source').textContent(), 'the memory of this instance');
    assert.equal((await page.locator('#requests').textContent()).trim(), 'nothing');
    await page.getByRole('link', { name: 'Calendar' }).click();
    await page.getByRole('heading', { name: 'Calendar' }).waitFor();
    assert.equal(await page.locator('#source').textContent(), 'the memory of this instance');
  },

  async 'step-up'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    await page.goto(`${address}vault?from=mail`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const asked = new URL(page.url()).searchParams;
    assert.equal(JSON.parse(asked.get('claims')).access_token.acrs.value, 'c1');
    assert.equal(asked.get('login_hint'), 'ada@contoso.example');
    await consent(page);

    await page.getByRole('heading', { name: 'Vault' }).waitFor();
    assert.equal(page.url(), `${address}vault?from=mail`);
    assert.deepEqual(await items(page), ['database enabled', 'mail disabled']);
    await page.reload();
    await page.getByRole('heading', { name: 'Vault' }).waitFor();
  },

  async 'script'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    await page.goto(`${address}files?name=cat`);
    const [status, problem] = await page.evaluate(async () => {
      const response = await fetch('/calendar');
      return [response.status, await response.json()];
    });
    assert.equal(status, 401);
    assert.deepEqual(problem.scopes, ['https://graph.microsoft.com/Calendars.Read']);

    await page.goto(new URL(problem.signInUrl, address).href);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    assert.equal(page.url(), `${address}files?name=cat`, 'the page of the script, and not the address that it fetched');
    assert.equal(await page.evaluate(async () => (await fetch('/calendar')).status), 200);
  },

  // Cookies know no port: the second process gets those of the first.
  async 'lost session'(page) {
    await page.goto(`${address}files`);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();

    await page.goto(`${extra}files?name=tea`);
    await consent(page);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    assert.equal(page.url(), `${extra}files?name=tea`);
    await page.reload();
    assert.deepEqual(await items(page), ['photos/tea & <biscuits>.jpg 9,120 bytes']);
  },

  // The page is rendered twice, in the request and in the circuit. What it shows after a click comes from the circuit.
  async 'circuit'(page) {
    const ask = async (button) => {
      const asked = Number(await page.locator('#asked').textContent());
      await page.getByRole('button', { name: button }).click();
      await page.locator('#asked', { hasText: String(asked + 1) }).waitFor();
    };
    const ada = '9f4880d8-0000-4000-8000-8f0e5a7fcf4b';
    const sockets = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(address);
    await page.getByRole('heading', { name: 'Circuit' }).waitFor();
    assert.equal(await page.locator('#users').textContent(), ada, 'when the component began');
    const cookies = await page.context().cookies();

    await ask('Ask');
    assert.equal(await page.locator('#users').textContent(), [ada, ada, ada].join(' '));
    const first = await page.locator('#token').textContent();
    const before = await number(page, 'refreshes');

    // Beyond the expiry, on the same connection.
    await page.evaluate(() => fetch('/later'));
    await ask('Ask');
    const second = await page.locator('#token').textContent();
    assert.notEqual(second, first);
    const after = await number(page, 'refreshes');
    await ask('Ask');
    assert.equal(await page.locator('#token').textContent(), second);
    assert.equal(await number(page, 'refreshes'), after, 'a token is requested once');
    assert.ok(after > before);
    assert.equal(sockets.filter((url) => url.includes('_blazor')).length, 1, 'one circuit');
    assert.deepEqual(await page.context().cookies(), cookies, 'no cookie was written');

    // An event of a request that is of nobody: the component keeps its user.
    assert.equal(await page.evaluate(async () => (await fetch('/ring', { credentials: 'omit' })).status), 200);
    await page.locator('#users', { hasText: `heard ${ada} ${ada} ${ada}` }).waitFor();

    // A consent that is missing, and the way to it.
    await ask('Calendar');
    assert.notEqual(await page.locator('#message').textContent(), '');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.locator('#asked', { hasText: '0' }).waitFor();
    await page.getByRole('heading', { name: 'Circuit' }).waitFor();
    assert.equal(page.url(), address);
    await ask('Calendar');
    assert.equal(await page.locator('#users').textContent(), 'calendar');

    // Signed out in another tab.
    const other = await page.context().newPage();
    await other.goto(`${address}signout`);
    await other.getByText('signed out').waitFor();
    await ask('Ask');
    assert.equal(await page.locator('#message').textContent(), 'The session of the user has ended or is lost. Sign the user in again.');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.locator('#asked', { hasText: '0' }).waitFor();
    await page.getByRole('heading', { name: 'Circuit' }).waitFor();
    await ask('Ask');
    assert.equal(await page.locator('#message').textContent(), '');
  },

  async 'step-up cancelled'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);
    await page.getByRole('link', { name: 'Vault' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    assert.match(await page.getByRole('alert').textContent(), /^You canceled the sign-in/);
    await page.goto(`${address}files`);
    await page.getByRole('heading', { name: 'Files' }).waitFor();
  },

  async 'sign out at the server'(page) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await consent(page);
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    await signOutAtServer(page);
    assert.ok((await page.context().cookies(address)).some((cookie) => cookie.name.startsWith('.AspNetCore.Cookies')), 'the cookie is still there');
    await page.reload();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  },

  // The proxy gives each request to the next instance, and says in X-Instance to which.
  async 'farm: sign in'(page) {
    const [challenge, callback] = ['/vault', '/signin-oidc'].map((path) => page.waitForResponse((response) => new URL(response.url()).pathname === path));
    await page.goto(`${address}vault`);
    await consent(page);
    await page.getByRole('heading', { name: 'Vault' }).waitFor();
    assert.equal(page.url(), `${address}vault`);
    assert.notEqual(await instanceOf(challenge), await instanceOf(callback), 'the sign-in ends at another instance');

    const visits = await visitVault(page, 10);
    assertServed(visits);
    assert.deepEqual(instances(visits), ['one', 'two']);
  },

  async 'farm: kill'(page) {
    await page.goto(`${address}vault`);
    await consent(page);
    await page.getByRole('heading', { name: 'Vault' }).waitFor();
    assert.deepEqual(instances(await visitVault(page, 4)), ['one', 'two']);

    await operate(page, 'kill');
    const visits = await visitVault(page, 4);
    assertServed(visits);
    assert.deepEqual(instances(visits), ['two']);
    await page.reload();
    await page.getByRole('heading', { name: 'Vault' }).waitFor();

    await operate(page, 'restart');
    const later = await visitVault(page, 4);
    assertServed(later);
    assert.deepEqual(instances(later), ['one', 'two']);
  },

  async 'farm: sign out'(page) {
    await page.goto(`${address}vault`);
    await consent(page);
    await page.getByRole('heading', { name: 'Vault' }).waitFor();
    assert.deepEqual(instances(await visitVault(page, 4)), ['one', 'two'], 'both have the session in their memory');
    const kept = await page.context().cookies();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();

    // A copy of the cookie is worth nothing at the instance that was not asked either, once it has heard of it: far sooner than it would look by itself.
    await page.context().addCookies(kept);
    await refused(page);
    await page.reload();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  },

  async 'farm: sign out at the server'(page) {
    await page.goto(`${address}vault`);
    await consent(page);
    await page.getByRole('heading', { name: 'Vault' }).waitFor();
    assert.deepEqual(instances(await visitVault(page, 4)), ['one', 'two'], 'both have the session in their memory');

    await signOutAtServer(page);
    await refused(page);
  },
};

// The page of the server at which the user signs out is of another site, and loads the address of the app in a frame.
async function signOutAtServer(page) {
  const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(`<h1>Signed out</h1><iframe src="${extra}"></iframe>`));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const other = await page.context().newPage();
    const framed = other.waitForResponse(extra);
    await other.goto(`http://127.0.0.1:${server.address().port}/`);
    const response = await framed;
    assert.equal(response.status(), 200);
    assert.equal((await response.request().allHeaders()).cookie, undefined, 'the browser sends no cookie to a frame of another site');
  } finally {
    server.close();
  }
}

// Waits until both instances refuse the cookie.
async function refused(page) {
  const areAll = (visits) => instances(visits).length === 2 && visits.every(({ status }) => status === 401);
  for (let tries = 0; !areAll(await visitVault(page, 4)); tries++) {
    assert.ok(tries < 100, 'an instance serves a user who has signed out');
    await page.waitForTimeout(50);
  }
}

// Fetches the page a number of times, and says what came and from which instance.
function visitVault(page, times) {
  return page.evaluate(async (times) => {
    const visits = [];
    for (let i = 0; i < times; i++) {
      const response = await fetch('/vault');
      const document = new DOMParser().parseFromString(await response.text(), 'text/html');
      visits.push({
        status: response.status,
        instance: response.headers.get('x-instance'),
        items: [...document.querySelectorAll('.items li')].map((item) => item.textContent.trim()),
      });
    }
    return visits;
  }, times);
}

function assertServed(visits) {
  assert.deepEqual(visits.map(({ status, items }) => [status, items]), visits.map(() => [200, ['database enabled']]));
}

function instances(visits) {
  return [...new Set(visits.map(({ instance }) => instance))].sort();
}

async function instanceOf(response) {
  return (await response).headers()['x-instance'];
}

async function operate(page, action) {
  assert.equal((await page.request.post(`${address}operator/${action}`)).status(), 200);
}

// The addresses with which browsers came back from the server, in their order.
const callbacks = [];

// On the page of the server.
async function consent(page) {
  await page.getByText('Ada Lovelace (ada@contoso.example) signs in to the app').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function items(page) {
  return (await page.locator('.items li').allTextContents()).map((text) => text.trim());
}

async function number(page, path) {
  return Number(await page.evaluate(async (target) => (await fetch(target)).text(), `/${path}`));
}

function background(page) {
  return page.evaluate('getComputedStyle(document.body).backgroundColor');
}

async function signIn(page) {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByText('Ada Lovelace (ada@contoso.example) signs in to the app').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({ viewport: { width: 720, height: 460 }, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  context.setDefaultTimeout(20_000);
  context.on('request', (request) => new URL(request.url()).pathname === '/signin-oidc' && callbacks.push(request.url()));
  await scenes[scene](page);
  assert.deepEqual(problems.filter((problem) => !/favicon|status of 40[0134]/.test(problem)), []);
} finally {
  await browser.close();
}
