// A user in a real browser: node browser.mjs <scene> <address> [<second address or picture>]
// The browser is CHROMIUM, or Debian's. What is expected and does not come within the time ends in an error.
import assert from 'node:assert/strict';
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
};

async function signIn(page) {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByText('Ada Lovelace (ada@contoso.example) signs in to the app').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 720, height: 460 } });
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.setDefaultTimeout(20_000);
  await scenes[scene](page);
  assert.deepEqual(problems.filter((problem) => !/favicon|status of 40[04]/.test(problem)), []);
} finally {
  await browser.close();
}
