// The work in xstate: state machines, each case's persisted snapshot as JSON, kept in SQLite by hand.
import { SimulatedClock, assign, createActor, createMachine, initialTransition, transition } from 'xstate';
import { DUES, END, FIRST, HOURS_72, SECOND, STEPS, Store, TOGETHER, WEEKS_2, assert, definition, inGroups, main, now, say, work } from './common.mjs';

const PEER = 'xstate';
const late = assign({ late: ({ context }) => context.late + 1 });
const machine = (name) => createMachine(JSON.parse(definition(`${name}.xstate.json`))).provide({ actions: { late } });
const done = { type: 'done' };
const text = (actor) => JSON.stringify(actor.getPersistedSnapshot());
const stands = (actor) => actor.getSnapshot().value;
const begin = (map, clock, state) => createActor(map, { clock, ...(state && { snapshot: JSON.parse(state) }) }).start();

function fill(store, name, cases, due) {
  const map = machine(name);
  store.begin();
  for (let number = 1; number <= cases; number++) {
    const actor = begin(map, new SimulatedClock());
    store.save(number, 0, 'start', stands(actor), text(actor), due);
  }
  store.commit();
}

async function durable(measure, cases, together, loads) {
  const store = new Store(PEER), map = machine('transfer-out'), clock = new SimulatedClock();
  fill(store, 'transfer-out', cases, HOURS_72);
  const held = loads ? [] : Array.from({ length: cases }, () => begin(map, clock));
  const begun = now();
  const number = await inGroups(store, work(cases), together, ({ seq, step, number }) => {
    const actor = loads ? begin(map, clock, store.load(number).state) : held[number - 1];
    assert.equal(stands(actor), step);
    actor.send(done);
    const to = stands(actor);
    store.save(number, seq, step, to, text(actor), DUES[to]);
    if (loads) actor.stop();
  });
  const took = now() - begun;
  const how = loads ? 'snapshot read and written as JSON' : 'actors held in memory, snapshot written as JSON';
  say(PEER, measure, how, number, took, store.check(cases, cases * 4, END));
}

function decide(cases) {
  const map = machine('transfer-out'), clock = new SimulatedClock();
  const actors = Array.from({ length: cases }, () => begin(map, clock));
  let begun = now();
  for (const _ of STEPS) for (const actor of actors) actor.send(done);
  const took = now() - begun;
  assert(actors.every((actor) => stands(actor) === END && actor.getSnapshot().status === 'done'));
  say(PEER, 'decide', 'actors', cases * 3, took, { completed: cases });
  const states = Array.from({ length: cases }, () => initialTransition(map)[0]);
  begun = now();
  for (const _ of STEPS) for (let at = 0; at < cases; at++) states[at] = transition(map, states[at], done)[0];
  const pure = now() - begun;
  assert(states.every((state) => state.value === END));
  say(PEER, 'decide', 'its function transition()', cases * 3, pure, { completed: cases });
}

// An actor that is made from a snapshot has no timers: whatever its clock says, it stays. When a case is due stands in its row, and it is
// given the very event that the timer would have given.
const LAPSED = { type: `xstate.after.${WEEKS_2}.letters.${FIRST}` };

async function timers(cases) {
  const store = new Store(PEER), map = machine('letters'), clock = new SimulatedClock();
  fill(store, 'letters', cases, WEEKS_2);
  const kept = begin(map, clock, store.load(1).state);
  clock.increment(2 * WEEKS_2);
  assert.equal(stands(kept), FIRST);
  const begun = now();
  const fired = await inGroups(store, store.due(WEEKS_2), TOGETHER, (number) => {
    const actor = begin(map, clock, store.load(number).state);
    actor.send(LAPSED);
    store.save(number, 1, FIRST, stands(actor), text(actor), 2 * WEEKS_2);
    actor.stop();
  });
  const took = now() - begun;
  say(PEER, 'timers', 'due times kept by hand', fired, took, store.check(cases, cases * 2, SECOND));
}

function replay(cases) {
  const store = new Store(PEER), map = machine('transfer-out');
  store.fillHistories(cases);
  let events = 0;
  const begun = now();
  for (let number = 1; number <= cases; number++) {
    let state = initialTransition(map)[0];
    for (const each of store.history(number)) {
      if (each.seq) {
        assert.equal(state.value, each.from);
        state = transition(map, state, done)[0];
      }
      assert.equal(state.value, each.to);
      events += 1;
    }
    assert.equal(state.status, 'done');
  }
  const took = now() - begun;
  say(PEER, 'replay', 'events through transition()', events, took, store.check(cases, cases * 4, END));
}

function one(number) {
  const store = new Store('xstate-cold', false), map = machine('transfer-out');
  store.begin();
  const row = store.load(number), actor = begin(map, new SimulatedClock(), row.state);
  assert.equal(stands(actor), STEPS[0]);
  actor.send(done);
  store.save(number, row.seq + 1, STEPS[0], stands(actor), text(actor), DUES[stands(actor)]);
  store.commit();
  console.log(stands(actor));
}

await main({
  advance: (number) => durable('advance', number, 1, true),
  bulk: (number) => durable('bulk', number, TOGETHER, false),
  decide,
  timers,
  replay,
  fill: (number) => fill(new Store('xstate-cold'), 'transfer-out', number, HOURS_72),
  one,
});
