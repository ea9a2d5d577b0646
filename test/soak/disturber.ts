/**
 * Does to a run what its plan says: reads the master's log line by line, and acts when the
 * moment of a move has come. A move whose moment never comes is not made.
 */
import { damageFile } from './damage.ts';
import { Joiners } from './joiners.ts';
import { type LineKind, linePatterns, type Move, type PlannedMove } from './moves.ts';
import type { Processes } from './processes.ts';

/** What the soak has done, for whoever judges the run. */
export interface Deeds {
  /** Workers of this launch that were sent a signal. */
  readonly signalled: ReadonlySet<number>;
  /** Signals that ask this launch of the master to end. */
  readonly interruptions: number;
  readonly wasMasterKilled: boolean;
  /** When its master was killed, a worker of its own was there to clean up. */
  readonly hadHeirs: boolean;
  readonly lostStateServer: boolean;
  /** Told to, cut off, failing after so many tasks, or tired of a master that stood still. */
  readonly mayJoinersLeave: boolean;
}

export class Disturber {
  readonly joiners: Joiners;
  /** SIGKILLs that were sent. */
  kills = 0;
  readonly #processes: Processes;
  readonly #counts: Record<LineKind, number> = {
    ...{ assignment: 0, registration: 0, story: 0, any: 0 },
  };
  readonly #deeds = new Map<string, number>();
  readonly #folder: string;
  #moves: readonly PlannedMove[];
  /** To be done when so many lines have come. */
  #later: { readonly atLine: number; readonly act: () => void }[] = [];
  #signalled = new Set<number>();
  #stopped = new Set<number>();
  #pids = new Map<number, number>();
  /** The master's own workers that were there when it was killed: they tidy up. */
  #heirs: readonly number[] = [];
  #master = 0;
  #stateServer = 0;

  /** `folder` is the run's own. */
  constructor(
    moves: readonly PlannedMove[],
    folder: string,
    processes: Processes,
    token: string,
  ) {
    this.#moves = moves;
    this.#folder = folder;
    this.#processes = processes;
    this.joiners = new Joiners(processes, token);
  }

  /** A master has been started (again); counting goes on. */
  begin(master: number): void {
    this.#master = master;
    this.#stateServer = 0;
    this.#pids = new Map();
    this.#signalled = new Set();
    for (const name of ['interrupt', 'kill-master', 'kill-state-server', 'pause-master'])
      this.#deeds.delete(name);
  }

  get deeds(): Deeds {
    const has = (type: Move['type']) => (this.#deeds.get(type) ?? 0) > 0;
    return {
      signalled: this.#signalled,
      interruptions: this.#deeds.get('interrupt') ?? 0,
      wasMasterKilled: has('kill-master'),
      // Lines that the master wrote before its end may be read after it, and have moves.
      hadHeirs: this.#heirs.some((pid) => !this.#processes.wasKilled(pid)),
      lostStateServer: has('kill-state-server'),
      mayJoinersLeave:
        has('leave') ||
        has('drop-link') ||
        has('pause-master') ||
        this.joiners.haveFailing,
    };
  }

  /** A line of the master's log. */
  read(line: string): void {
    this.#learn(line);
    this.#counts.any++;
    const due = this.#later.filter(({ atLine }) => atLine <= this.#counts.any);
    this.#later = this.#later.filter((later) => !due.includes(later));
    for (const { act } of due) act();
    for (const kind of ['assignment', 'registration', 'story', 'any'] as const) {
      const match = linePatterns[kind].exec(line);
      if (!match) continue;
      if (kind !== 'any') this.#counts[kind]++;
      this.#makeMoves(kind, Number(match[1] ?? 0));
    }
  }

  /** Whoever stands still goes on: the run is over, and all is to end by itself. */
  letGo(): void {
    for (const pid of this.#stopped) this.#processes.signal(pid, 'SIGCONT');
    this.#stopped.clear();
    this.joiners.restore();
    this.#later = [];
  }

  #learn(line: string): void {
    const [, worker, pid] = /worker (\d+) registered, process (\d+)$/.exec(line) ?? [];
    if (worker) this.#pids.set(Number(worker), Number(pid));
    const [, doomed] = /SIGKILL to worker (\d+), in the middle of/.exec(line) ?? [];
    if (doomed) this.joiners.expectEnd(this.#pids.get(Number(doomed)) ?? 0);
    const [, server] = /in the state server \S+, process (\d+)$/.exec(line) ?? [];
    if (server) this.#stateServer = Number(server);
    const [, address] = /^ {2}npm run worker -- --master (\S+) --token/.exec(line) ?? [];
    if (address) this.joiners.address = address;
  }

  #makeMoves(kind: LineKind, worker: number): void {
    const isDue = ({ type, at }: PlannedMove) =>
      at.line === kind &&
      this.#counts[kind] >= at.number &&
      (type !== 'join' || this.joiners.address !== '');
    const due = this.#moves.filter(isDue);
    this.#moves = this.#moves.filter((move) => !due.includes(move));
    for (const move of due) this.#make(move, worker);
  }

  #make(move: Move, worker: number): void {
    const isDone = this.#try(move, worker);
    if (isDone) this.#deeds.set(move.type, (this.#deeds.get(move.type) ?? 0) + 1);
  }

  /** False: there was nobody any more to whom it could be done. */
  #try(move: Move, worker: number): boolean {
    switch (move.type) {
      case 'kill':
        return this.#signalWorker(worker, 'SIGKILL');
      case 'stop':
        return this.#stop(worker, move);
      case 'interrupt':
        // Minus: to all of the group.
        return move.signal === 'SIGINT'
          ? this.#processes.signalGroup(this.#master, move.signal)
          : this.#processes.signal(this.#master, move.signal);
      case 'kill-master':
        return this.#killMaster();
      case 'pause-master':
        setTimeout(() => this.#processes.signal(this.#master, 'SIGCONT'), move.forMs);
        return this.#processes.signal(this.#master, 'SIGSTOP');
      case 'kill-state-server':
        return this.#kill(this.#stateServer);
      case 'damage':
        return damageFile(this.#folder, move.damage, move.pick);
      case 'join':
        this.joiners.join(move.failAfter);
        return true;
      case 'leave':
        if (move.signal === 'SIGKILL') this.kills++;
        return this.joiners.leave(move.signal);
      case 'drop-link':
        this.joiners.drop(move.how);
        this.#in(move.lines, () => this.joiners.restore());
        return true;
    }
  }

  #in(lines: number, act: () => void): void {
    this.#later.push({ atLine: this.#counts.any + lines, act });
  }

  #kill(pid: number): boolean {
    const isSent = pid > 0 && this.#processes.signal(pid, 'SIGKILL');
    if (isSent) this.kills++;
    return isSent;
  }

  #signalWorker(worker: number, signal: 'SIGKILL' | 'SIGSTOP'): boolean {
    const pid = this.#pids.get(worker) ?? 0;
    const isSent =
      signal === 'SIGKILL' ? this.#kill(pid) : this.#processes.signal(pid, signal);
    if (isSent) this.#signalled.add(worker);
    return isSent;
  }

  #stop(worker: number, { then, lines }: Move & { type: 'stop' }): boolean {
    if (!this.#signalWorker(worker, 'SIGSTOP')) return false;
    const pid = this.#pids.get(worker) as number;
    this.#stopped.add(pid);
    this.#in(lines, () => {
      this.#stopped.delete(pid);
      if (then === 'SIGKILL') this.#kill(pid);
      else this.#processes.signal(pid, then);
    });
    return true;
  }

  #killMaster(): boolean {
    const own = [...this.#pids.values()].filter(
      (pid) => !this.joiners.programs.some((program) => program.pid === pid),
    );
    this.#heirs = own.filter((pid) => this.#processes.isOurs(pid));
    return this.#kill(this.#master);
  }
}
