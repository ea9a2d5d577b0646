/**
 * What must still be done when this process ends by itself: the last task that was registered
 * comes first, so a process that works in a folder is ended before the folder is removed. One
 * listener for all, however many students are graded at the same time.
 */
const tasks = new Set<() => void>();

/** Runs `task` when this process exits, unless the function that is returned is called before. */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) process.off('exit', runAll);
  };
}

function runAll(): void {
  for (const task of [...tasks].reverse()) task();
}
