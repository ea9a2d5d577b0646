/**
 * Grades the ring by its properties and by the places that are written down, and the router in
 * virtual time, with shards that are slow or crash.
 */
import type { Check, Exercise } from '../../src/grading/check.ts';
import { checkScenarios } from '../../src/grading/scenarios.ts';
import { lostQueries, movedIds } from './grader/losses.ts';
import {
  expectBalance,
  expectEveryId,
  expectFewMoves,
  expectHash,
  expectSameEverywhere,
} from './grader/ring.ts';
import {
  answeredQueries,
  queriesInOrder,
  routedMessages,
  unblockedWork,
} from './grader/routing.ts';
import type { Subject } from './grader/stage.ts';

const loadBalancing = 'R3: Load Balancing';
const routing = 'The Routing Problem';
const querying = 'R4: Process-Safe Querying';
const lifecycle = 'Process Lifecycle Management';

const exercise: Exercise<Subject> = {
  name: 'sharding',
  exports: ['hash', 'Ring', 'Router'],
  checks: [
    {
      id: 'hash',
      sentence: 'the hash is FNV-1a: 32 bits, never negative',
      points: 10,
      slide: routing,
      hints: [
        'What is 0xe40c292c | 0 in JavaScript, and what is -468965076 % 5?',
        'FNV-1a: begin with 0x811c9dc5; for every byte of the UTF-8 text, first ^ the byte, then multiply by 0x01000193. Bit operations give signed numbers; >>> 0 makes them unsigned.',
        'for (const byte of Buffer.from(key)) value = Math.imul(value ^ byte, 0x01000193); return value >>> 0.',
      ],
      run: expectHash,
    },
    {
      id: 'every-id',
      sentence: 'every id has one shard: the ring has no end',
      points: 10,
      slide: routing,
      waitsOn: 'hash',
      hints: [
        'An id is hashed to a place behind the last virtual node. Whose is it?',
        '"The Routing Problem": the same id always goes to the same process. The ring has no end: after the last virtual node comes the first one again.',
        'nodes.find((node) => node.at >= at) ?? nodes[0], on a list that is sorted by at.',
      ],
      run: expectEveryId,
    },
    {
      id: 'balance',
      sentence: 'virtual nodes share the ids out evenly',
      points: 10,
      slide: loadBalancing,
      waitsOn: 'every-id',
      hints: [
        'Three places at random on a circle: how long is the longest arc?',
        '"R3: Load Balancing": with one place for each shard the arcs are very unequal; with 128 places each they even out. Sorting numbers needs a comparison, or they are sorted as text.',
        "for i from 0 to 127: nodes.push({ at: hash(i + '#' + shard), shard }); then nodes.sort((a, b) => a.at - b.at).",
      ],
      run: expectBalance,
    },
    {
      id: 'few-moves',
      sentence: 'a shard comes or goes: only its own ids move',
      points: 10,
      slide: loadBalancing,
      waitsOn: 'every-id',
      hints: [
        'hash % 3 becomes hash % 4. How many of the ids 0 to 11 stay where they are?',
        '"R3: Load Balancing": a new shard takes an arc before each of its virtual nodes, and all other arcs stay. A shard that goes takes all 128 with it.',
        'remove: nodes = nodes.filter((node) => node.shard !== shard).',
      ],
      run: expectFewMoves,
    },
    {
      id: 'same-everywhere',
      sentence: 'every process computes the same ring',
      points: 10,
      slide: routing,
      waitsOn: 'every-id',
      hints: [
        'Two processes have a ring each and never talk. What must they not draw by lot?',
        'The places of the virtual nodes are written down: hash of `0#a`, `1#a` … `127#a` for shard a. No salt, no random number, no process id; nor does the order count in which shards were added.',
        "at: hash(i + '#' + shard), and sort by at after every add.",
      ],
      run: expectSameEverywhere,
    },
    checkScenarios({
      id: 'routes',
      sentence: 'messages of one id reach one shard, in order',
      points: 10,
      slide: routing,
      waitsOn: 'every-id',
      hints: [
        'What becomes of the state of an id when its messages go to two processes?',
        '"The Routing Problem": ask the ring which shard the id belongs to, and put the message into the queue of that shard at once. A queue keeps the order.',
        "links.get(ring.shardOf(id)).send({ type: 'message', id, text }).",
      ],
      scenarios: routedMessages,
    }),
    checkScenarios({
      id: 'answers',
      sentence: 'every query gets its own answer',
      points: 10,
      slide: querying,
      waitsOn: 'routes',
      hints: [
        'Two answers come from the same shard. Which is whose?',
        '"R4: Process-Safe Querying": request and response over queues. The queryId is the only thing that joins them: a Map has those who wait, and an answer takes its entry out.',
        'pending.set(queryId, { shard, resolve, reject }); and in onAnswer: pending.get(queryId)?.resolve(log); pending.delete(queryId).',
      ],
      scenarios: answeredQueries,
    }),
    checkScenarios({
      id: 'never-overtakes',
      sentence: 'a query sees every message sent before it',
      points: 10,
      slide: querying,
      waitsOn: 'answers',
      hints: [
        'Which way do messages go to the shard, and which way does the query?',
        'Messages and queries of an id go through the same queue, and the queue keeps their order. What waits somewhere else first, in a batch or for a timer, is overtaken.',
        "link.send({ type: 'query', id, queryId }) right in query, as send does with the message.",
      ],
      scenarios: queriesInOrder,
    }),
    checkScenarios({
      id: 'never-blocks',
      sentence: 'nothing waits for the answer of a query',
      points: 5,
      slide: 'Query Implementation',
      waitsOn: 'answers',
      hints: [
        'The shard takes half a second for its answer. What do the other shards do meanwhile?',
        '"Query Implementation": response_queue.get() blocks the main process. Leave resolve in the pending map and return the promise; whoever asked may await it, the router never does.',
        'No await in Router, and no promise chain that all of them go through.',
      ],
      scenarios: unblockedWork,
    }),
    checkScenarios({
      id: 'lost-shard',
      sentence: 'queries to a lost shard fail, and say so',
      points: 10,
      slide: lifecycle,
      waitsOn: 'answers',
      hints: [
        'The process has ended. Who will ever call resolve?',
        '"Process Lifecycle Management", failure: onLost tells it. Every query that this shard was asked rejects and leaves the pending map; those of other shards stay. No other shard knows the state: asking it would be a lie.',
        'for (const [queryId, query] of pending) if (query.shard === shard) { pending.delete(queryId); query.reject(new ShardLostError(shard)); }',
      ],
      scenarios: lostQueries,
    }),
    checkScenarios({
      id: 'moves-on',
      sentence: 'the ids of a lost shard move to the others',
      points: 5,
      slide: lifecycle,
      waitsOn: 'lost-shard',
      hints: [
        'Where does the next message for an id of the lost shard go?',
        '"Process Lifecycle Management", failure: a shard that is lost leaves the ring, and its ids fall to those who come after it. What it knew is lost; no other id moves.',
        'In onLost: ring.remove(shard). And a query on an empty ring rejects: shardOf throws inside the promise.',
      ],
      scenarios: movedIds,
    }),
  ],
};

export default exercise;
