/**
 * Hints, three for each check: a question, the concept with its slide, and nearly the code.
 */
const hints: Record<string, readonly [string, string, string]> = {
  'each-result': [
    'Which workers are idle, and who waits for one?',
    'This is the schedule of the exercise before, without failures: a channel of idle workers, and a promise for each task.',
    "const client = await idle.receive(); const { result } = await client.call('Worker.DoTask', { task }); await idle.send(client); handleResult(task, result);",
  ],
  'no-straggler': [
    'One task is left, and a worker is idle. Is the task late?',
    'Slide "Server 1 is a straggler": a straggler is slow compared with the others, not with nothing.',
    'const isStraggler = Date.now() - startedMs >= 2 * average(tookMs); tookMs.push(Date.now() - startedMs) for each task that is done',
  ],
  backup: [
    'The straggler would be done in five seconds. How long does the same task take on another machine?',
    'Slide "Launch same task on a different machine": the same idea as for a lost worker, before you know that it is lost.',
    'await Promise.race([attempt(original), backUp()]), where backUp sleeps until the task is late, awaits an idle worker, and returns attempt(worker).',
  ],
  'near-the-end': [
    'A worker is idle, and two tasks want it: one that is late, and one that has not begun. Who gets it?',
    'As long as a task waits, a backup takes the worker from it and nothing is won. Backups are for the end of the phase.',
    'Look for a straggler only when no task waits: started === tasks.',
  ],
  'long-tasks': [
    'Is 300 ms late? For a task of 10 ms; and for one of an hour?',
    'Nobody knows beforehand how long a task takes. Those that are done tell.',
    'Late is 2 * average(tookMs), and nothing is late before the first task is done.',
  ],
  'only-the-straggler': [
    'Two tasks still run. One began long ago, the other just now. Which one is late?',
    'Each task has a beginning of its own, and is compared with the others by its own time.',
    'Keep startedMs for each task, not for the phase.',
  ],
  'one-backup': [
    'The backup is late too. What would a third one cost, and a fourth?',
    'A task that is slow on two machines is probably long. Backups may cost a few percent of the work, not a multiple.',
    'One backUp for each task, outside any loop that starts attempts.',
  ],
  'original-goes-on': [
    'The original has run for two task times. How much is left of it? Do you know?',
    'Slide "Use the same idea!": a race. Whoever is first wins, and that may be the original.',
    'Promise.race([original, backup]): cancel only when it has settled.',
  ],
  'taken-once': [
    'Both are done at almost the same time. Who hands over the result?',
    'The first completion wins. The reply of the other may be under way already, when you cancel it.',
    'const { result } = await Promise.race([…]); handleResult(task, result); in one place, after the race.',
  ],
  'loser-cancelled': [
    'You no longer wait for the loser. Does it know?',
    'To stop waiting stops nobody: the worker goes on. It has to be told, and then its call throws, although nobody is interested any more.',
    "for (const loser of attempts) loser.go('Worker.Cancel', { task }); a promise inside Promise.race may reject later without harm, one outside needs a catch.",
  ],
  'hanging-loser': [
    'The straggler does not answer at all, not even to Cancel. Who waits for it?',
    'A straggler may be slow for ever. The phase is over when all results are in.',
    'go, not await call, for Worker.Cancel; and no await for the loser, its worker or its connection.',
  ],
};

export function hintsOf(id: string): readonly string[] {
  return hints[id] ?? [];
}
