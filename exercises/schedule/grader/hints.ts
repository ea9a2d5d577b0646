/**
 * Hints, three for each check: a question, the concept with its slide, and nearly the code.
 */
const hints: Record<string, readonly [string, string, string]> = {
  'each-task-once': [
    'Which tasks wait, which worker is idle, and who writes that down at which moment?',
    'Slide "Example: Master-Worker": the master walks over tasks, not over workers. A task is taken out of the list before the call is sent, not when its reply comes.',
    "const worker = await registered.receive(); const client = await dial(worker); await client.call('Worker.DoTask', { kind: 'map', index }); await registered.send(worker);",
  ],
  barrier: [
    'Which map tasks may have made pairs for reduce task 0?',
    'Slide "MapReduce: Fault Tolerance": the synchronisation barrier. A reduce task needs a piece of every map output, so it is told for each map task which worker has it.',
    "const inputs = await Promise.all(maps.map(runMap)); then { kind: 'reduce', index, inputs }, where runMap resolves with the address of the worker.",
  ],
  'last-reduce': [
    'Whoever called LaunchTasks reads the output next. What does your promise tell them?',
    'Promise.race and Promise.any resolve with the first; a call without await is waited for by nobody.',
    'await Promise.all(reduces.map(runReduce));',
  ],
  parallel: [
    'While the first worker works, what does your loop wait for?',
    'Slide "Asynchronous RPC": start the calls first, and wait for them together. A worker is given its next task when its reply has come.',
    'await Promise.all(tasks.map(launch)), where launch first awaits an idle worker: await registered.receive().',
  ],
  dynamic: [
    'One worker is four times as slow as the other. How many of eight tasks should it get?',
    'Nobody knows beforehand who is slow. So nobody is given a share: whoever is done takes the next task that waits.',
    'Put the worker back into the channel of idle ones as soon as its call has returned; never index % workers.length.',
  ],
  'late-workers': [
    'How many workers are there? When do you know?',
    '`registered` is a channel: addresses come out of it as workers register, also when the job has been running for a while. It is never closed.',
    'const worker = await registered.receive(); … when it is idle again: await registered.send(worker);',
  ],
  'lost-worker': [
    'The call throws, and it is not a ServerError. What do you know about the task?',
    'Slide "RPC and Assignment 1 and 2": the error is indefinite, so the master sends the task to another worker. That is no failure of the task itself.',
    'for (;;) { const worker = await registered.receive(); try { return await callWorker(worker, task); } catch (error) { if (error instanceof ServerError) throw error; } }',
  ],
  'lost-for-good': [
    'After which of the two kinds of error is the worker idle again?',
    'A worker whose connection broke is lost: the master cannot know whether it is dead, and does not ask it again.',
    'Put the worker back only after a reply, or when error instanceof ServerError; a finally is too much.',
  ],
  'lost-output': [
    'The reply to a reduce task is { missing: [1] }. What has happened, and to whom?',
    'Slide "What should we re-execute?": a map output is on the disk of its worker. When that is lost, a completed map task has to run again before the reduce task can.',
    'for (;;) { const { missing } = await launch(reduce); if (missing.length === 0) return; for (const map of missing) outputs[map] = runMap(map); } with fresh inputs each time',
  ],
  'only-what-is-lost': [
    'Which of the completed tasks are lost with a worker, and which are not?',
    'Slide "What should we re-execute?": the map outputs on its disk, and what it was running. The output of a reduce task is on stable storage; and two reduce tasks may miss the same map.',
    'Remember which promise of an output the reduce task had used: if (outputs[map] === before[map]) outputs[map] = runMap(map);',
  ],
  poison: [
    'A ServerError: the worker is well, the task has failed. Will it help to ask another worker?',
    'Once or twice may be chance. `job.maxFailures` times is the fault of the task: the job cannot have a right answer, and has to say why.',
    'if (error instanceof ServerError && ++failures === job.maxFailures) throw error;',
  ],
  'nobody-left': [
    'Who will put a worker into your channel when all of them are lost?',
    'A promise that nobody can resolve is a job that hangs. Count the workers that have registered and those that are lost.',
    "lost.add(worker); if (registered.length === 0 && lost.size === known.size) throw new Error('every worker is lost', { cause: error });",
  ],
};

export function hintsOf(id: string): readonly string[] {
  return hints[id] ?? [];
}
