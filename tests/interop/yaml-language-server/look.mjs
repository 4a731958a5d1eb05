// What an editor sees: the yaml-language-server with our schema, spoken to as an editor does. Says `N passed, N failed`.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [server, root] = process.argv.slice(2);
const LONGEST_WAIT_MS = 30_000;
const schemaPath = join(root, "docs/schema/mapcase.json");
const schemaUri = pathToFileURL(schemaPath).href;
const schema = JSON.parse(readFileSync(schemaPath, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "mapcase-editor-"));
copyFileSync(schemaPath, join(folder, "mapcase.json"));

// ---- the protocol: messages with a length before each

const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const answers = new Map();
const findings = new Map();
let number = 0;
let buffer = Buffer.alloc(0);

// Files below `maps` are of the schema by the editor's settings; others must name it themselves.
const settings = {
  yaml: { schemas: { [schemaUri]: ["**/maps/**"] }, schemaStore: { enable: false }, validate: true, completion: true, hover: true },
};

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  child.stdin.write(body);
}

function take(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    const waiting = findings.get(message.params.uri);
    if (waiting) waiting(message.params.diagnostics);
  } else if (message.method && message.id !== undefined) {
    const sections = message.params?.items ?? [];
    send({ id: message.id, result: message.method === "workspace/configuration" ? sections.map((item) => settings[item.section] ?? {}) : null });
  } else if (message.id !== undefined && answers.has(message.id)) {
    const { resolve, reject } = answers.get(message.id);
    answers.delete(message.id);
    message.error ? reject(new Error(JSON.stringify(message.error))) : resolve(message.result);
  }
}

child.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const body = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    take(JSON.parse(body));
  }
});

function bounded(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${what}`)), LONGEST_WAIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function ask(method, params) {
  number += 1;
  const id = number;
  return bounded(new Promise((resolve, reject) => {
    answers.set(id, { resolve, reject });
    send({ id, method, params });
  }), method);
}

// Opens a file and gives back what is found in it.
async function open(uri, text) {
  const found = new Promise((resolve) => findings.set(uri, resolve));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  return bounded(found, uri);
}

let files = 0;
// A file of its own, with a `|` where the editor's cursor stands.
async function write(text, { inMaps = true } = {}) {
  files += 1;
  const at = text.indexOf("|");
  const whole = at < 0 ? text : text.slice(0, at) + text.slice(at + 1);
  const lines = text.slice(0, Math.max(at, 0)).split("\n");
  const uri = pathToFileURL(join(folder, inMaps ? "maps" : "other", `m${files}.yaml`)).href;
  const found = await open(uri, whole);
  return { uri, found, position: { line: lines.length - 1, character: lines.at(-1).length } };
}

async function offered(text) {
  const { uri, position } = await write(text);
  const list = await ask("textDocument/completion", { textDocument: { uri }, position });
  // The server also offers all keys that must be there in one go, under the name of the shape.
  const labels = (list.items ?? list).map((item) => item.label);
  return labels.filter((label) => !(label in schema.definitions));
}

async function shown(text) {
  const { uri, position } = await write(text);
  const hover = await ask("textDocument/hover", { textDocument: { uri }, position });
  const contents = hover?.contents ?? "";
  return typeof contents === "string" ? contents : (contents.value ?? JSON.stringify(contents));
}

// ---- the tests

let passed = 0;
const failed = [];

function check(name, good, detail) {
  if (good) passed += 1;
  else failed.push(`${name}\n    ${JSON.stringify(detail)}`);
}

function same(name, found, wanted) {
  const sorted = (list) => [...new Set(list)].sort();
  const [one, other] = [sorted(found), sorted(wanted)];
  check(name, JSON.stringify(one) === JSON.stringify(other), {
    missing: other.filter((key) => !one.includes(key)),
    more: one.filter((key) => !other.includes(key)),
  });
}

function yamlBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const here = join(path, entry.name);
    if (entry.isDirectory()) return yamlBelow(here);
    return /\.ya?ml$/.test(entry.name) ? [here] : [];
  });
}

const HEAD = `map: m
title: A map
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }
steps:
`;
const SHAPES = { start: "Start", step: "Step", decision: "Decision", wait: "Wait", link: "Link", end: "End" };
const keysOf = (name) => Object.keys(schema.definitions[name].properties);

async function goodFiles() {
  const good = ["processes", "examples/library", "tests/atlases"].flatMap((name) => yamlBelow(join(root, name)));
  check("there are maps", good.length > 20, good.length);
  for (const [at, path] of good.entries()) {
    const found = await open(pathToFileURL(join(folder, "maps", `${at}`, "file.yaml")).href, readFileSync(path, "utf8"));
    check(`no complaint on ${path.slice(root.length + 1)}`, found.length === 0, found);
  }
}

async function completion() {
  for (const [kind, shape] of Object.entries(SHAPES)) {
    const keys = keysOf(shape).filter((key) => key !== "kind");
    same(`the keys of a ${kind}`, await offered(`${HEAD}  one:\n    kind: ${kind}\n    |\n`), keys);
  }
  const without = await offered(`${HEAD}  one:\n    title: One\n    |\n`);
  same("the keys of a step that says no kind", without, keysOf("Step").filter((key) => key !== "title"));
  same("the kinds", await offered(`${HEAD}  one:\n    kind: |\n`), Object.keys(SHAPES));
  same("the types of a field", await offered(`map: m\nrecord:\n  f:\n    type: |\n`), [
    "text", "number", "money", "date", "yes-no", "choice",
  ]);
  same("the first keys of a file", await offered("|\n"), ["atlas", "map", "scenarios", "controls", "calendar"]);
  const items = schema.definitions.Item;
  same("the keys of an item of a story", await offered("scenarios: m\ncases:\n  one:\n    story:\n      - at: 2026-10-01 10:00\n        |\n"),
    Object.keys(items.properties).filter((key) => key !== "at"));
  const head = await offered("map: m\n|\n");
  check("the keys of a map", ["steps", "record", "review_by"].every((key) => head.includes(key)), head);
}

async function faults() {
  const misspelt = await write(`${HEAD}  one:\n    kind: end\n    titel: One\n    outcome: done\n`);
  check("a misspelt key is flagged once", misspelt.found.length === 1, misspelt.found);
  const range = { start: { line: 10, character: 4 }, end: { line: 10, character: 9 } };
  check("at its place", JSON.stringify(misspelt.found[0]?.range) === JSON.stringify(range), misspelt.found);
  const strange = await write(`${HEAD}  one:\n    role: TM\n    title: One\n    next: two\n    answers: { yes: two }\n`);
  check("a key of another kind is flagged", strange.found.length === 1 && strange.found[0].range.start.line === 12, strange.found);
  const nothing = await write(`${HEAD}  one:\n    kind: end\n    outcome:\n`);
  check("a key without a value is flagged", nothing.found.length > 0, nothing.found);
  const named = await write(`# yaml-language-server: $schema=../mapcase.json\n${HEAD}  one: { kind: end, outcom: done }\n`, { inMaps: false });
  check("a file can name the schema itself", named.found.some((one) => one.message.includes("outcom")), named.found);
}

async function hover() {
  const within = await shown(`${HEAD}  one:\n    kind: wait\n    wi|thin: 2 weeks\n`);
  check("what a key means is shown", within.includes("How long the wait is"), within);
  const review = await shown(`map: m\nreview|_by: 2027-11-30\n`);
  check("of the head too", review.includes("read again"), review);
}

try {
  const capabilities = {
    workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
    textDocument: { completion: { completionItem: { snippetSupport: false } }, hover: {}, publishDiagnostics: {} },
  };
  await ask("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings } });
  await goodFiles();
  await completion();
  await faults();
  await hover();
} catch (error) {
  failed.push(`the run itself: ${error.stack}`);
} finally {
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failed) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
