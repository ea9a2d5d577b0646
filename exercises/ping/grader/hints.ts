/** Hints for the worked example: a question, the concept, nearly the code. */
export const hints = {
  answer: [
    'Which two things does a client need before it can call, and what does it owe afterwards?',
    'Slide "RPCs in GO (net/rpc client)": create a client, issue a call, unpack the value.',
    'dial the address, await the call of Pinger.Ping, and close the client in a finally.',
  ],
  'asked-again': [
    'How does a client tell a lost message from a slow one?',
    'It cannot. It stops waiting after a deadline and asks again: at-least-once.',
    'Give the call a deadlineMs and put it in a loop that ends only when there is a reply.',
  ],
  'once-is-enough': [
    'After which errors is the outcome known, and asking again pointless?',
    "The server's own error is definite: the method ran. A deadline or a lost connection is not.",
    'Look at error.isDefinite before the loop goes round again, and throw what is definite.',
  ],
} as const;
