/**
 * Grades the three ways to call asynchronously, in virtual time. What a caller sees is the
 * rule: whose reply it is, when it comes, what kind of error; and what the network has carried.
 */
import type { Check, Exercise } from '../../src/grading/check.ts';
import { checkScenarios } from '../../src/grading/scenarios.ts';
import {
  clearedTimers,
  failingCalls,
  lostConnections,
  reorderedReplies,
  timeouts,
} from './grader/bad-weather.ts';
import {
  basicCalls,
  channelCalls,
  goCalls,
  overlappingCalls,
} from './grader/first-calls.ts';
import type { Subject } from './grader/ways.ts';

const overview = 'Asynchronous RPC';
const problem = 'Example: Master-Worker';
const option1 = 'Making client asynchronous - Option 1';
const option2 = 'Making client asynchronous - Option 2';
const atMostOnce = "Go's net/rpc is at-most-once";

const exercise: Exercise<Subject> = {
  name: 'async-rpc',
  exports: ['AsyncClient', 'launchTasks'],
  checks: [
    checkScenarios({
      id: 'callback',
      sentence: 'sendRPC returns, and its callback gets the reply',
      points: 15,
      slide: overview,
      hints: [
        'sendRPC has returned when the reply comes. Who still knows the callback?',
        'Slide "Asynchronous RPC", way 1: keep the callback in a Map, under the sequence number of its request; connection.onResponse finds it there.',
        'this.pending.set(seq, handleResponse); connection.send({ seq, serviceMethod, args }); and in onResponse: this.pending.get(seq)?.({ reply }).',
      ],
      scenarios: (subject) => basicCalls(subject, 'sendRPC'),
    }),
    checkScenarios({
      id: 'channel',
      sentence: 'every makeRequest has a channel for its result',
      points: 10,
      slide: option1,
      waitsOn: 'callback',
      hints: [
        'Where is the result when it has come, and nobody has called receive yet?',
        'Slide "Making client asynchronous - Option 1": a new channel for every call. With room for one value nobody has to be there when the value is sent.',
        'const channel = new Channel<Result>(1); this.sendRPC(…, (result) => channel.trySend(result)); return channel.',
      ],
      scenarios: channelCalls,
    }),
    checkScenarios({
      id: 'go-done',
      sentence: 'every go has a Call, and its done delivers it',
      points: 10,
      slide: option2,
      waitsOn: 'callback',
      hints: [
        'Who holds a Call has to find the reply in it. Which object does done resolve with?',
        'Slide "Making client asynchronous - Option 2": go returns the Call at once; when the result is there it is written into this same object, and then done resolves with it.',
        'done: new Promise((resolve) => this.sendRPC(…, (result) => resolve(Object.assign(call, result)))).',
      ],
      scenarios: goCalls,
    }),
    checkScenarios({
      id: 'by-sequence-number',
      sentence: 'every reply finds its call, in whatever order',
      points: 15,
      slide: overview,
      waitsOn: 'callback',
      hints: [
        'The second task is quicker than the first one. Whose reply comes first?',
        'Responses come in any order, and some come twice. All that tells them apart is seq: a number that the client has used once.',
        'const handle = this.pending.get(response.seq); this.pending.delete(response.seq); handle?.(…).',
      ],
      scenarios: reorderedReplies,
    }),
    checkScenarios({
      id: 'overlap',
      sentence: 'all calls are under way at the same time',
      points: 15,
      slide: problem,
      waitsOn: 'go-done',
      hints: [
        'What does the loop do while the first worker works?',
        'Slide "Example: Master-Worker", "How is performance?": first start every call, then wait. An await inside the loop that starts them makes one wait for the other.',
        'await Promise.all(workers.map(async (worker, index) => handleResult(index, await worker.go(…).done))).',
      ],
      scenarios: overlappingCalls,
    }),
    checkScenarios({
      id: 'delivers-errors',
      sentence: 'an error is delivered as the result, never thrown',
      points: 10,
      slide: option1,
      waitsOn: 'callback',
      hints: [
        'The method fails a second after sendRPC has returned. Who could catch what you throw?',
        'Slide "Making client asynchronous - Option 1": Result{nil, err}. An error goes the way of the reply, also where connection.send throws. A promise that rejects, and that nobody awaits, ends the process.',
        'const error = new ServerError(response.error); handle({ error }). Around connection.send: catch, and settle the call with a NotSentError in a queueMicrotask.',
      ],
      scenarios: failingCalls,
    }),
    checkScenarios({
      id: 'connection-lost',
      sentence: 'a lost connection ends every call under way',
      points: 10,
      slide: atMostOnce,
      waitsOn: 'delivers-errors',
      hints: [
        'Which of the calls in your Map still gets a reply when the connection is lost?',
        'Slide "Go\'s net/rpc is at-most-once": Go returns an error if it does not get a reply. The method may have run: the error is indefinite. No second connection, no retry.',
        "connection.onLost: settle every pending call with new ConnectionLostError('…').",
      ],
      scenarios: lostConnections,
    }),
    checkScenarios({
      id: 'timeout',
      sentence: 'no reply in time: an indefinite error, no retry',
      points: 10,
      slide: atMostOnce,
      waitsOn: 'delivers-errors',
      hints: [
        'There was no reply for 100 ms. Has the method run?',
        'Slide "Go\'s net/rpc is at-most-once": perhaps the server never saw the request, perhaps only the reply is late. So say that you do not know, and do not send it again. A reply that comes later finds nobody.',
        'setTimeout(() => settle(seq, { error: new AbandonedError(`no reply after …`, true) }), this.timeoutMs).',
      ],
      scenarios: timeouts,
    }),
    checkScenarios({
      id: 'timers',
      sentence: 'when the calls have ended, no timer is left',
      points: 5,
      slide: overview,
      waitsOn: 'timeout',
      hints: [
        'The program has its results, and yet it does not end for a minute. What waits?',
        'A timer keeps a process alive. Clear it when the call ends, whichever way it ends.',
        'In the one place through which every result goes: clearTimeout(timer), then the callback.',
      ],
      scenarios: clearedTimers,
    }),
  ],
};

export default exercise;
