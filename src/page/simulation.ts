/**
 * What a page may ask of a simulated cluster: the settings of its run as a query, and the
 * bounds of what is simulated for anybody. Pure: both ends of the wire read this file.
 */

/** A fault at a moment that somebody has looked at. */
export interface WishedFault {
  readonly worker: number;
  readonly fault: 'kill' | 'slow';
  /** Whole milliseconds of the run. */
  readonly atMs: number;
}

export interface SimulationSettings {
  readonly workers: number;
  readonly mapTasks: number;
  readonly reduceTasks: number;
  /** True: stragglers get backup tasks. */
  readonly hasBackups: boolean;
  /** True: map output is on stable storage, and survives its worker. */
  readonly outputSurvives: boolean;
  readonly wishes: readonly WishedFault[];
}

/** The numbers among the settings: each with its least and its most. */
export const simulationBounds = {
  workers: [1, 32],
  mapTasks: [1, 200],
  reduceTasks: [1, 50],
} as const;

const maxWishes = 40;
const maxAtMs = 1e9;

/** The settings as they stand in an address. */
export function writeSettings(settings: SimulationSettings): URLSearchParams {
  const { workers, mapTasks, reduceTasks, hasBackups, outputSurvives, wishes } = settings;
  const query = new URLSearchParams({
    workers: String(workers),
    mapTasks: String(mapTasks),
    reduceTasks: String(reduceTasks),
    backup: hasBackups ? 'yes' : 'no',
    survives: outputSurvives ? 'yes' : 'no',
  });
  for (const { worker, fault, atMs } of wishes)
    query.append('wish', `${fault}-${worker}-${atMs}`);
  return query;
}

/** The settings, or in one sentence why these are none. */
export function readSettings(query: URLSearchParams): SimulationSettings | string {
  const numbers: Record<string, number> = {};
  for (const [name, [least, most]] of Object.entries(simulationBounds)) {
    const value = readCount(query.get(name), most);
    if (value === undefined || value < least)
      return `${name} must be a whole number from ${least} to ${most}`;
    numbers[name] = value;
  }
  const [hasBackups, outputSurvives] = ['backup', 'survives'].map((name) =>
    readSwitch(query.get(name)),
  );
  if (hasBackups === undefined || outputSurvives === undefined)
    return 'backup and survives must be yes or no';
  const texts = query.getAll('wish');
  if (texts.length > maxWishes) return `there may be ${maxWishes} wishes at most`;
  const wishes = texts.map(readWish);
  if (!wishes.every((wish) => wish !== undefined))
    return 'a wish must look like kill-2-1500: a fault, a worker, a millisecond';
  const { workers, mapTasks, reduceTasks } = numbers as Record<Bounded, number>;
  return { workers, mapTasks, reduceTasks, hasBackups, outputSurvives, wishes };
}

type Bounded = keyof typeof simulationBounds;

function readCount(text: string | null, most: number): number | undefined {
  const value = Number(text);
  return text !== null && /^\d{1,9}$/.test(text) && value <= most ? value : undefined;
}

function readSwitch(text: string | null): boolean | undefined {
  return text === 'yes' ? true : text === 'no' ? false : undefined;
}

function readWish(text: string): WishedFault | undefined {
  const [, fault, worker, atMs] = /^(kill|slow)-(\d{1,3})-(\d{1,10})$/.exec(text) ?? [];
  const isFine = Number(worker) >= 1 && Number(atMs) <= maxAtMs;
  if (!isFine) return undefined;
  return { worker: Number(worker), fault: fault as 'kill' | 'slow', atMs: Number(atMs) };
}

/**
 * The same run with one more fault at the moment that is looked at. What was wished for later
 * moments belongs to another future.
 */
export function addWish(
  settings: SimulationSettings,
  worker: number,
  fault: 'kill' | 'slow',
  atMs: number,
): SimulationSettings {
  const moment = Math.floor(atMs);
  const before = settings.wishes.filter((wish) => wish.atMs <= moment);
  const wishes = [...before.slice(1 - maxWishes), { worker, fault, atMs: moment }];
  return { ...settings, wishes };
}
