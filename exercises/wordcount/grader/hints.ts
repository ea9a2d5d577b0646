/**
 * Hints for each check: a question, the concept with its slide, then nearly the code.
 */

const serverSlide = '"Go example: Word count server"';
const clientSlide = '"Go example: Word count client"';

export const hints = {
  serves: [
    'When a request for WordCountServer.Compute comes in, how does the RPC layer know which object to ask?',
    `A server must know its objects before anybody calls: first register, then listen. The class names the service. Slide ${serverSlide}.`,
    'In listen, give `this` to this.server.register; then return what this.server.listen resolves with for serverAddr, which is the address really bound.',
  ],
  counts: [
    'What does Compute know when it starts, and what must be left of it when the next request comes?',
    `A method has its arguments and its reply; requests of two clients may be under way at once, so nothing of one is kept in the object. Slide ${serverSlide}.`,
    'Make new counts in each call, go through the words of request.Input, add one to what was there (or to 0), and return { Counts: … } as a plain object: JSON makes {} of a Map.',
  ],
  fields: [
    "How many words are in two blanks? Try 'a  b'.split(' ') and ''.split(/\\s+/) in a console.",
    `Go's strings.Fields cuts at runs of white space of any kind and never gives an empty word; it strips nothing else. Slide ${serverSlide}.`,
    'Do not cut: look for the words. text.match with a global expression for "one or more of what is not white space" gives them all, or null if there is none.',
  ],
  'any-word': [
    "What is counts['constructor'] in a fresh {}? And what does counts['__proto__'] = 1 do?",
    `Every {} inherits names from Object.prototype; a Go map does not, and neither does a Map. Slide ${serverSlide}.`,
    'Count in a Map with get and set; make the object that is replied at the end, with Object.fromEntries.',
  ],
  closes: [
    'After close has resolved, who still accepts connections at that address?',
    `The Server that listens is the one to be closed, and closing takes time: it is awaited. Slide ${serverSlide}.`,
    'In close, await the close() of the same this.server that listen has used.',
  ],
  client: [
    'Which of the steps of a client (dial, call, unpack, close) take time, and do you wait for each of them?',
    `A call names service and method, has one object of arguments and resolves with one object, the reply; the counts are inside it. Slide ${clientSlide}.`,
    "Await dial(serverAddr), await client.call('WordCountServer.Compute', …) with an object that has Input, and return the Counts of the reply; close the client before you leave.",
  ],
  errors: [
    'Your caller gets {}: were there no words, or was there no server? How could they tell?',
    `Without an answer there is no result: the error goes on to the caller, and the connection is closed on the way. Slide ${clientSlide}.`,
    'Use try { … } finally { … } without a catch: the close of the client stands in finally, and is awaited.',
  ],
} as const;
