// Opens the book of an atlas from disk in a headless browser, as a process owner would: follows links, searches, prints, looks at
// it in a narrow window and without a script. Every message on the console, every request but the file's own and every text that
// is cut off is a fault. Pictures and the PDF stay in the folder.
// Usage: node look.mjs FOLDER CHROMIUM LIST, where FOLDER holds book.html and LIST is what `map list --format json` said
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The modules stand where `run` installed them, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');

const [folder, browserPath, list] = process.argv.slice(2);
const { maps } = JSON.parse(readFileSync(list, 'utf8'));
const file = join(folder, 'book.html');
const address = pathToFileURL(file).href;
const faults = [];
const hold = (is, what) => { if (!is) faults.push(what); };
let looks = 0;

async function open(browser, name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => faults.push(`${name}: the console says: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`${name}: the script fails: ${error.message}`));
  page.on('request', (request) => hold(request.url().split('#')[0] === address, `${name}: it asks for ${request.url()}`));
  await page.goto(address);
  return page;
}

const here = (page) => page.evaluate(() => decodeURIComponent(location.hash.slice(1)));
const sees = (page, id) => page.evaluate((id) => {
  const { top, bottom } = document.getElementById(id).getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}, id);

// From the contents to a map, from there to a map that it leads to, to one that leads here, and back.
async function follow(page) {
  for (const { map, title } of maps) {
    await page.goto(`${address}#contents`);
    await page.locator(`table.contents a[href="#map/${map}"]`).click();
    hold(await here(page) === `map/${map}` && await sees(page, `map/${map}`), `the contents do not lead to ${map}`);
    const heading = await page.locator(`[id="map/${map}/title"]`).textContent();
    hold(heading === title, `the page of ${map} is headed ${heading}`);
    const first = page.locator(`[id="map/${map}"] table.links th a`).first();
    const id = await first.count() > 0 ? (await first.getAttribute('href')).slice(1) : `map/${map}`;
    if (id !== `map/${map}`) {
      await first.click();
      hold(await here(page) === id && await sees(page, id), `${map} does not lead to ${id}`);
      hold(await page.locator(`[id="${id}"] table.links th a[href="#map/${map}"]`).count() > 0, `${id} does not lead back to ${map}`);
      await page.goBack();
      hold(await here(page) === `map/${map}`, `back from ${id} is not ${map}`);
    }
    // A shape of the drawing leads to its step.
    const shape = page.locator(`[id="map/${map}"] figure a`).first();
    const step = (await shape.getAttribute('href')).slice(1);
    await shape.click();
    hold(await here(page) === step && await sees(page, step), `the drawing of ${map} does not lead to ${step}`);
    looks += 1;
  }
}

async function search(page) {
  await page.goto(`${address}#title`);
  const count = page.locator('#count');
  const found = page.locator('#found a');
  for (const { map, title } of maps) {
    const wanted = page.locator(`#found a[href^="#map/${map}/"]`);
    const step = await page.locator(`[id="map/${map}"] tbody[data-find=Step] .name`).last().textContent();
    for (const words of [title, step.toUpperCase()]) {
      await page.fill('#words', words);
      hold(await wanted.count() > 0 || await found.count() === 60, `searching for ${words} does not find ${map}`);
    }
    looks += 2;
  }
  await page.fill('#words', 'xqzzy no such words');
  hold(await found.count() === 0 && await count.textContent() === 'Nothing found', 'nonsense is found');
  // With the keyboard alone: `/` goes to the search, arrows walk, Enter goes there, Escape clears.
  await page.fill('#words', '');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('/');
  await page.keyboard.type(maps[0].title);
  await page.keyboard.press('ArrowDown');
  hold(await page.evaluate(() => document.activeElement.matches('#found a')), 'the arrow does not go to what was found');
  await page.keyboard.press('Enter');
  hold((await here(page)).startsWith('map/') && await found.count() === 0, 'Enter does not go to what was found');
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  hold(await page.inputValue('#words') === '', 'Escape does not clear the search');
  for (const kind of ['Note', 'Role', 'Control']) {
    const place = page.locator(`[data-find=${kind}]`).first();
    await page.fill('#words', await place.locator('.name').textContent());
    hold(await page.locator(`#found a[href="#${await place.getAttribute('id')}"]`).count() === 1, `no ${kind} is found`);
  }
  await page.fill('#words', '');
}

// Nothing is wider than the window but what can be moved under its frame.
async function fits(page, name) {
  const wide = await page.evaluate(() => {
    const over = [...document.querySelectorAll('main *')].filter((each) => !each.closest('figure')
      && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !each.closest('thead'));
    return { scrolls: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      over: over.slice(0, 3).map((each) => each.outerHTML.slice(0, 90)) };
  });
  hold(!wide.scrolls && wide.over.length === 0, `${name}: wider than the window: ${wide.over}`);
}

async function picture(page, id, name) {
  await page.goto(`${address}#${id}`);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const browser = await chromium.launch({
  executablePath: browserPath,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const longest = maps.reduce((one, other) => (other.steps > one.steps ? other : one)).map;
  const page = await open(browser, 'wide', { viewport: { width: 1280, height: 900 } });
  await follow(page);
  await search(page);
  await fits(page, 'wide');
  for (const [id, name] of [['title', 'front'], ['chart', 'chart'], ['contents', 'contents'], [`map/${longest}`, 'map'],
    [`map/${longest}/steps`, 'steps'], ['controls', 'controls'], ['roles', 'roles']]) await picture(page, id, name);
  // On paper: what A4 has room for, between its margins.
  await page.setViewportSize({ width: 687, height: 1000 });
  await page.emulateMedia({ media: 'print' });
  await fits(page, 'paper');
  hold(await page.locator('.answer').first().isVisible() && !await page.locator('#bar').isVisible(), 'paper: no room for answers, or a bar');
  await page.pdf({ path: join(folder, 'book.pdf'), preferCSSPageSize: true });
  const narrow = await open(browser, 'narrow', { viewport: { width: 400, height: 800 } });
  await fits(narrow, 'narrow');
  for (const [id, name] of [['title', 'narrow-front'], [`map/${longest}`, 'narrow-map'], [`map/${longest}/steps`, 'narrow-steps'],
    ['controls', 'narrow-controls']]) await picture(narrow, id, name);
  const plain = await open(browser, 'without a script', { javaScriptEnabled: false });
  hold(!await plain.locator('#search').isVisible(), 'without a script there is a search that does nothing');
  hold(await plain.locator('.steps').count() === maps.length && await plain.locator('.steps').first().isVisible(),
    'without a script the steps cannot be read');
} finally {
  await browser.close();
}
faults.forEach((fault) => console.error(fault));
console.log(`the book in Chromium: ${maps.length} maps, ${looks} links and searches, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
