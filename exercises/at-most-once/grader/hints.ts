/** Hints, three for each check: a question, the concept with its slide, nearly the code. */
export const hints = {
  'one-deposit': [
    'What has to cross the wire so that the server can run the deposit and the client has its receipt?',
    'Slide "Go\'s net/rpc is at-most-once": one call, one request, one reply. Begin without any table.',
    'Let the client await link.sendRPC with the deposit, and let the server reply with what execute resolves to.',
  ],
  'equal-deposits': [
    'Who deposits 10 twice: does the server see a copy, or a second deposit?',
    'A request needs a name of its own that says nothing of its content: a sequence number.',
    'Count in the client: a field that goes up by one with each deposit, sent along with it.',
  ],
  'two-clients': [
    'Two clients begin to count at the same number. What tells their requests apart?',
    "The key of the table is the client's id and the sequence number, both.",
    'Let the client call Bank.Register once, keep the id, and send it along; keep a Map for each id.',
  ],
  'own-receipts': [
    'The first deposit takes longest. Whose reply comes first?',
    'Replies come in any order; each call has a promise of its own, which only its own reply settles.',
    'Return what the sendRPC of this very deposit has resolved to; there is no queue to be kept.',
  ],
  messages: [
    'What may be said together with something else, and what needs no saying at all?',
    'Register once for each client, also where several deposits begin at a time: keep the promise.',
    'Keep the promise of Bank.Register in a field; make it with ??= and let all deposits await it. And close calls link.close().',
  ],
  'runs-once': [
    'A copy arrives: while the first one runs, or long after. Where does your server see that it knows it?',
    'A table by client and number, filled when a run begins (between look and entry stands no await), kept until the client has its reply.',
    'Look into a Map for the number; if it has none, put the promise of execute there at once. A copy awaits the same promise.',
  ],
  answered: [
    'The reply was lost. What does the server tell a client that asks again?',
    'Duplicate detection means: the copy is not run, but answered, with the reply of the first one.',
    'Loop around sendRPC until it resolves; what is definite is thrown on, all else is asked again.',
  ],
  prunes: [
    'When will a reply never be asked for again, and who knows it?',
    'Only the client knows what it has. It says so in its next request: all below N are done.',
    'Keep a Set of the numbers without an answer; its minimum goes along, and the server deletes below.',
  ],
  'stale-copies': [
    'An old copy arrives when its entry is gone. How does the server tell it from a new request?',
    'It keeps one number for each client: all below it are done, and the number never goes down.',
    'Look first whether the sequence number is below the mark; only then look into the table.',
  ],
  restart: [
    'The table is empty after a crash. What does a request that arrives then look like?',
    'Ids carry the number of the life that gave them out; what another life has run, nobody knows.',
    'Answer "unknown" to an id that is not registered; the client throws, and registers anew for the next one.',
  ],
} as const;
