// The work in bpmn-engine: BPMN, each case's state as JSON by getState(), kept in SQLite by hand.
import { EventEmitter } from 'node:events';
import * as Elements from 'bpmn-elements';
import BpmnModdle from 'bpmn-moddle';
import { Engine } from 'bpmn-engine';
import serializer, { TypeResolver } from 'moddle-context-serializer';
import { DUES, END, FIRST, HOURS_72, SECOND, STEPS, Store, TOGETHER, WEEKS_2, assert, definition, inGroups, main, now, say, work } from './common.mjs';

const PEER = 'bpmn-engine';

// Timers are kept, not slept on: `due` gives what to call.
class Clock {
  waiting = new Map();
  next = 0;

  timers() {
    return new Elements.Timers({
      setTimeout: (call, delay, ...given) => {
        this.waiting.set(++this.next, () => call(...given));
        return this.next;
      },
      clearTimeout: (key) => this.waiting.delete(key),
    });
  }

  pass() {
    const calls = [...this.waiting.values()];
    this.waiting.clear();
    calls.forEach((call) => call());
    return calls.length;
  }
}

async function source(name) {
  const read = await new BpmnModdle().fromXML(definition(`${name}.bpmn`));
  return serializer(read, TypeResolver({ ...Elements }));
}

const start = (from, clock) => new Engine({ name: 'case', sourceContext: from, timers: clock.timers() }).execute({ listener: new EventEmitter() });
const text = async (running) => JSON.stringify(await running.getState());
const load = (state, clock) => new Engine({ name: 'case', timers: clock.timers() }).recover(JSON.parse(state)).resume({ listener: new EventEmitter() });

function stands(running) {
  return running.state === 'idle' ? END : running.getPostponed().find((each) => each.type === 'bpmn:UserTask').id;
}

function act(running, step) {
  assert.equal(stands(running), step);
  running.signal({ id: step });
  return stands(running);
}

async function fill(store, name, cases, due) {
  const from = await source(name);
  store.begin();
  for (let number = 1; number <= cases; number++) {
    const running = await start(from, new Clock());
    store.save(number, 0, 'start', stands(running), await text(running), due);
    await running.stop();
  }
  store.commit();
}

async function durable(measure, cases, together, loads) {
  const store = new Store(PEER), from = await source('transfer-out'), clock = new Clock(), held = [];
  await fill(store, 'transfer-out', cases, HOURS_72);
  while (!loads && held.length < cases) held.push(await start(from, clock));
  const begun = now();
  const number = await inGroups(store, work(cases), together, async ({ seq, step, number }) => {
    const running = loads ? await load(store.load(number).state, clock) : held[number - 1];
    const to = act(running, step);
    store.save(number, seq, step, to, await text(running), DUES[to]);
    if (loads && to !== END) await running.stop();
  });
  const took = now() - begun;
  const how = loads ? 'state read and written as JSON' : 'cases held in memory, state written as JSON';
  say(PEER, measure, how, number, took, store.check(cases, cases * 4, END));
}

async function decide(cases) {
  const from = await source('transfer-out'), clock = new Clock(), held = [];
  while (held.length < cases) held.push(await start(from, clock));
  const begun = now();
  for (const step of STEPS) for (const running of held) act(running, step);
  const took = now() - begun;
  assert(held.every((running) => running.state === 'idle'));
  say(PEER, 'decide', 'cases held in memory', cases * 3, took, { completed: cases });
}

async function timers(cases) {
  const store = new Store(PEER);
  await fill(store, 'letters', cases, WEEKS_2);
  const begun = now();
  const fired = await inGroups(store, store.due(WEEKS_2), TOGETHER, async (number) => {
    const clock = new Clock(), running = await load(store.load(number).state, clock);
    assert.equal(clock.pass(), 1);
    store.save(number, 1, FIRST, stands(running), await text(running), 2 * WEEKS_2);
    await running.stop();
  });
  const took = now() - begun;
  say(PEER, 'timers', 'due times kept by hand', fired, took, store.check(cases, cases * 2, SECOND));
}

// Its states cannot be had from events, so that the events are done again, each held against where the case stands.
async function replay(cases) {
  const store = new Store(PEER), from = await source('transfer-out'), clock = new Clock();
  store.fillHistories(cases);
  let events = 0;
  const begun = now();
  for (let number = 1; number <= cases; number++) {
    const running = await start(from, clock);
    for (const each of store.history(number)) {
      if (each.seq) act(running, each.from);
      assert.equal(stands(running), each.to);
      events += 1;
    }
    assert.equal(running.state, 'idle');
  }
  const took = now() - begun;
  say(PEER, 'replay', 'events done again', events, took, store.check(cases, cases * 4, END));
}

async function one(number) {
  const store = new Store('bpmn-engine-cold', false);
  await source('transfer-out');
  store.begin();
  const row = store.load(number), running = await load(row.state, new Clock());
  const to = act(running, STEPS[0]);
  store.save(number, row.seq + 1, STEPS[0], to, await text(running), DUES[to]);
  store.commit();
  console.log(to);
}

await main({
  advance: (number) => durable('advance', number, 1, true),
  bulk: (number) => durable('bulk', number, TOGETHER, false),
  decide,
  timers,
  replay,
  fill: (number) => fill(new Store('bpmn-engine-cold'), 'transfer-out', number, HOURS_72),
  one,
});
