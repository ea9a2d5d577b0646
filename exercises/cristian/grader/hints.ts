/**
 * Hints for each check: a question, the concept with its slide, then nearly the code.
 */

const outline = `"Cristian's algorithm: Outline"`;
const calculation = `"Cristian's algorithm: Offset sample calculation"`;

export const hints = {
  milliseconds: [
    'Whose time do you return, and in which unit is it? What does the server reply?',
    `The server replies { T2, T3 }: milliseconds since 1970, by its own clock. T3 is when its reply left. Slide ${outline}.`,
    "Dial the address, await client.call('CristianServer.GetTime', {}), take T3 of its reply, and return it as timeMs beside an errorBoundMs.",
  ],
  'one-request-a-sample': [
    'How many requests leave your machine for one sample? Who closes the connection when the call throws?',
    `A sample is one request and its reply, so one dial serves them all. An error goes on to the caller, but the connection is closed first. Slide ${outline}.`,
    'Put the calls into try { … } and the close of the client into finally { … }; catch nothing, so that SyncTime rejects by itself.',
  ],
  'half-the-round-trip': [
    'T3 was true when the reply left. How long ago is that, when you read the reply?',
    `You know only the sum of both delays, the round trip. Half of it is the best guess for the way back. Slide ${calculation}.`,
    'Read performance.now() directly before the call (T1) and directly after it (T4), not before dial. The estimate is T3 plus half of the round trip.',
  ],
  'error-bound': [
    'What if the whole round trip was spent on the way there, and none on the way back? By how much are you wrong then?',
    `The reply took anything from 0 to RTT, and you assumed the middle. The truth is at most half an RTT away, on either side. Slide ${calculation}.`,
    'errorBoundMs is half of the same RTT that you added to T3: not 0, and not all of it.',
  ],
  'thinking-time': [
    'The server read your request, computed for 400 ms, and answered. Did anything travel meanwhile?',
    `RTT counts travel alone: all that passed for the client, T4 - T1, less what passed at the server, T3 - T2. Slide ${calculation}.`,
    'Take T2 from the reply too, and subtract (T3 - T2) from (T4 - T1). The base stays T3, the moment when the reply left.',
  ],
  'monotonic-clock': [
    'Between T1 and T4 somebody corrects the date of your machine by ten seconds. What does Date.now() say the round trip was?',
    `A wall clock may be stepped at any moment; a monotonic clock only runs forward, but knows no date. A duration is measured on the second. Slide "Exercise: Cristian's algorithm".`,
    'Read T1, T4, and whatever is carried on later, from performance.now(). The date comes from the server alone.',
  ],
  'best-sample': [
    'Of two samples, one was quick and one was slow: which of them knows more? And how old is it when you return?',
    `The smaller the RTT, the smaller the bound; other samples add nothing, so there is no average. After the best sample's T4 time went on. Slide ${calculation}.`,
    'Await the calls one after the other in a loop and remember { roundTripMs, T3, T4 } of the smallest. At the end add what performance.now() says has passed since its T4.',
  ],
  'sets-the-clock': [
    'What happens to a file that is saved now, and again after the clock has been set back?',
    `A clock that is behind may jump forward. One that is ahead is slowed down until the time has caught up. Slide "Exercise: Cristian's algorithm".`,
    'The offset is your estimate less clock.now(). Give it to clock.step if it is positive, to clock.slew if it is not.',
  ],
} as const;
