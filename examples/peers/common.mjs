// What the peers on Node share: the work, the store that they lack, the line that is printed. As common.py says of those on Python.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Database from 'better-sqlite3';

export { assert };
// The run copies these programs to where the packages are installed.
const WORK = import.meta.dirname;
const DATA = path.join(WORK, 'data');
export const STEPS = ['request-transfer', 'agree-crossover', 'notify-team'];
export const END = 'closure';
export const FIRST = 'first-letter';
export const SECOND = 'second-letter';
export const TOGETHER = 1000;
export const HOURS_72 = 72 * 3_600_000;
export const WEEKS_2 = 336 * 3_600_000;
export const DUES = { 'agree-crossover': null, 'notify-team': HOURS_72, [END]: null };

export const now = () => performance.now() / 1000;
export const definition = (name) => fs.readFileSync(path.join(WORK, 'defs', name), 'utf8');
export const version = (name) => createRequire(import.meta.url)(path.join(WORK, 'node_modules', name, 'package.json')).version;

// The one line that a program prints, after it has asserted what is in `checked`.
export function say(peer, measure, how, n, seconds, checked) {
  console.log(JSON.stringify({ peer, version: version(peer), measure, how, n, seconds, checked }));
}

function event(number, seq, from, to) {
  const text = `{"type":"step-done","case":${number},"seq":${seq},"from":"${from}","to":"${to}","actor":"ann","role":"Worker","at":"2026-11-23T10:00:00Z","note":"`;
  return text.padEnd(198, 'x') + '"}';
}

// The rows of a peer that has no store of its own.
export class Store {
  constructor(name, fresh = true) {
    const file = path.join(DATA, `${name}.db`);
    if (fresh) for (const ending of ['', '-wal', '-shm']) fs.rmSync(file + ending, { force: true });
    this.db = new Database(file);
    assert.equal(this.db.pragma('journal_mode = WAL', { simple: true }), 'wal');
    this.db.pragma('synchronous = FULL');
    assert.equal(this.db.pragma('synchronous', { simple: true }), 2);
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS cases(
        id INTEGER PRIMARY KEY, step TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, due INTEGER);
      CREATE INDEX IF NOT EXISTS due ON cases(due) WHERE due IS NOT NULL;
      CREATE TABLE IF NOT EXISTS events(
        case_id INTEGER NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (case_id, seq));`);
    const sql = (text) => this.db.prepare(text);
    this.sql = {
      begin: sql('BEGIN IMMEDIATE'),
      commit: sql('COMMIT'),
      load: sql('SELECT state, seq FROM cases WHERE id = ?'),
      due: sql('SELECT id FROM cases WHERE due <= ? ORDER BY due').pluck(),
      history: sql('SELECT content FROM events WHERE case_id = ? ORDER BY seq').pluck(),
      event: sql('INSERT INTO events VALUES(?,?,?)'),
      case: sql(`INSERT INTO cases VALUES(?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET
        step = excluded.step, seq = excluded.seq, state = excluded.state, due = excluded.due`),
    };
  }

  begin() { this.sql.begin.run(); }
  commit() { this.sql.commit.run(); }
  load(number) { return this.sql.load.get(number); }
  due(at) { return this.sql.due.all(at); }
  history(number) { return this.sql.history.all(number).map((text) => JSON.parse(text)); }

  save(number, seq, from, step, state, due) {
    this.sql.event.run(number, seq, event(number, seq, from, step));
    this.sql.case.run(number, step, seq, state, due);
  }

  // So many cases stand at the step, and there are so many events: or else nothing is printed.
  check(cases, events, step) {
    const there = this.db.prepare('SELECT count(*) FROM cases WHERE step = ?').pluck().get(step);
    const written = this.db.prepare('SELECT count(*) FROM events').pluck().get();
    assert.deepEqual([there, written], [cases, events]);
    return { cases: there, events: written };
  }

  // The histories of closed cases, for replay.
  fillHistories(cases) {
    this.begin();
    for (let number = 1; number <= cases; number++) {
      ['start', ...STEPS].forEach((from, seq) => this.save(number, seq, from, [...STEPS, END][seq], '', null));
    }
    this.commit();
  }
}

// Each thing to do, breadth first: every case's first step, then every case's second.
export function* work(cases) {
  for (const [at, step] of STEPS.entries()) for (let number = 1; number <= cases; number++) yield { seq: at + 1, step, number };
}

export async function inGroups(store, list, together, each) {
  const all = [...list];
  for (let at = 0; at < all.length; at += together) {
    store.begin();
    for (const one of all.slice(at, at + together)) await each(one);
    store.commit();
  }
  return all.length;
}

export async function main(measures) {
  fs.mkdirSync(DATA, { recursive: true });
  const [measure, number] = process.argv.slice(2);
  await measures[measure](Number(number));
  process.exit(0);
}
