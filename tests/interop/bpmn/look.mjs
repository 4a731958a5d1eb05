// Holds every BPMN file below a folder against three readers: bpmn-moddle (import warnings), bpmnlint with its recommended rules,
// and bpmn-js in a headless browser, which also makes a picture of each beside the file.
// Usage: node look.mjs FOLDER CHROMIUM
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The modules stand where `run` installed them, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'));
const { BpmnModdle } = await import(require.resolve('bpmn-moddle'));
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
const { chromium } = require('playwright-core');

const [folder, browserPath] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.bpmn')).sort();
if (files.length === 0) throw new Error(`no BPMN files in ${folder}`);

const faults = [];
let shapes = 0;

async function lint(file, xml) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(xml);
  warnings.forEach((warning) => faults.push(`${file}: bpmn-moddle: ${warning.message}`));
  // A linter keeps what it saw, so every file gets one of its own.
  const linter = new Linter({ config: { extends: 'bpmnlint:recommended' }, resolver: new NodeResolver() });
  const reports = await linter.lint(rootElement);
  for (const [rule, found] of Object.entries(reports)) {
    found.forEach((report) => faults.push(`${file}: bpmnlint ${rule}: ${report.id}: ${report.message}`));
  }
}

// bpmn-js draws the file; what it has to say, and every name that does not fit its shape, is a fault.
async function draw(page, file, xml) {
  const seen = await page.evaluate(async (xml) => {
    document.body.innerHTML = '<div id="canvas"></div>';
    const viewer = new window.BpmnJS({ container: '#canvas' });
    const { warnings } = await viewer.importXML(xml);
    const registry = viewer.get('elementRegistry');
    const elements = registry.getAll().filter((element) => element.parent);
    const box = viewer.get('canvas').viewbox().inner;
    const textOf = (element) => registry.getGraphics(element).querySelector('.djs-visual text')?.getBoundingClientRect();
    const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
      && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    const ugly = [];
    const shapes = elements.filter((element) => !element.waypoints && !/Lane|Participant/.test(element.type));
    // A name fits its shape; one that stands beside its shape is on no other.
    for (const shape of shapes.filter((shape) => !shape.labelTarget && textOf(shape))) {
      const [text, { width, height }] = [textOf(shape), shape];
      if (text.width > width || text.height > height) ugly.push(`the name of ${shape.id} does not fit`);
    }
    const boxOf = (shape) => (shape.labelTarget ? textOf(shape) : registry.getGraphics(shape)
      .querySelector('.djs-visual').getBoundingClientRect());
    for (const label of shapes.filter((shape) => shape.labelTarget && textOf(shape))) {
      for (const other of shapes.filter((shape) => shape !== label && boxOf(shape))) {
        if (meet(boxOf(label), boxOf(other))) ugly.push(`the name of ${label.labelTarget.id} is on ${other.id}`);
      }
    }
    const { svg } = await viewer.saveSVG();
    return { warnings: warnings.map((warning) => warning.message), count: elements.length, box, svg, ugly };
  }, xml);
  seen.warnings.forEach((warning) => faults.push(`${file}: bpmn-js: ${warning}`));
  seen.ugly.forEach((name) => faults.push(`${file}: bpmn-js: ${name}`));
  if (seen.count === 0) faults.push(`${file}: bpmn-js drew nothing`);
  shapes += seen.count;
  await page.setViewportSize({ width: Math.ceil(seen.box.width) + 20, height: Math.ceil(seen.box.height) + 20 });
  await page.evaluate((svg) => {
    document.body.innerHTML = svg.slice(svg.indexOf('<svg'));
  }, seen.svg);
  await page.screenshot({ path: join(folder, file.replace(/\.bpmn$/, '.png')) });
}

const profile = mkdtempSync(join(tmpdir(), 'mapcase-chromium-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: browserPath,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  await page.setContent('<body style="margin: 10px; background: white"></body>');
  await page.addScriptTag({ path: require.resolve('bpmn-js/dist/bpmn-viewer.production.min.js') });
  for (const file of files) {
    const xml = readFileSync(join(folder, file), 'utf8');
    await lint(file, xml);
    await draw(page, file, xml);
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
faults.forEach((fault) => console.error(fault));
console.log(`bpmn-moddle, bpmnlint and bpmn-js: ${files.length} maps, ${shapes} elements drawn, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
