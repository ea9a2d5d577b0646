/**
 * The diagram of a MapReduce run: what its master's process says to the workers, and hears.
 */
import type { MasterOptions } from '../mapreduce/master-options.ts';
import { CallDiagram } from './call-diagram.ts';
import type { DiagramOptions } from './diagram-options.ts';

/** Throws a UsageError where its file cannot be written. */
export function createRunDiagram(
  options: DiagramOptions & { readonly json: boolean },
): CallDiagram {
  return new CallDiagram(options, {
    program: 'npm run mapreduce',
    parties: ['master'],
    quiet: ['Master.Heartbeat'],
    unseen: 'Seen from the master: calls among workers, and to a state server, are not.',
    secret: 'token',
    nameCaller,
  });
}

/** How a master's calls are observed; undefined: nobody looks. */
export function observeMaster({ observer }: CallDiagram): MasterOptions['observe'] {
  if (!observer) return undefined;
  const server = observer.watchServer('master');
  return { server, worker: (id) => observer.watchClient('master', nameWorker(id)) };
}

function nameCaller(args: unknown): string | undefined {
  const { worker } = (args ?? {}) as { worker?: unknown };
  return Number.isSafeInteger(worker) ? nameWorker(worker as number) : undefined;
}

function nameWorker(id: number): string {
  return `worker ${id}`;
}
