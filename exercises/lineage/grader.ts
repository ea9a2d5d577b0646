/**
 * Grades lineage: plans are judged by executing them on paper, and by comparing them with the
 * smallest of all sets of tasks. Every failure comes with a drawing of the lineage.
 */
import type { Exercise } from '../../src/grading/check.ts';
import type { Subject } from './grader/judge.ts';
import {
  checkDiamond,
  checkLostInputs,
  checkLostPiece,
  checkNothingMore,
  checkStableStorage,
  checkUnrecoverable,
} from './grader/scenarios.ts';
import { checkAllLosses } from './grader/search.ts';
import { checkChanges, checkReuse } from './grader/second-job.ts';

const which = 'What should we re-execute?';
const lineage = 'Mapreduce: What could go wrong?';
const storage = 'Write intermediate output to stable storage';
const useful = 'Lineage is useful for optimizations too';
const reusing = 'Reusing map outputs';

const exercise: Exercise<Subject> = {
  name: 'lineage',
  exports: ['planRecovery', 'planSecondJob'],
  checks: [
    {
      id: 'lost-piece',
      sentence: 'the task that made a lost piece is executed again',
      points: 10,
      slide: which,
      hints: [
        'A piece was on the disk of a lost worker. Who can say how to make it again?',
        `Slide "${which}": the mapper whose output is gone. The lineage has it: the task that has the piece among its writes.`,
        'Build a Map from each piece to the task that writes it. A piece exists if its location is stable storage, or a worker that lostWorkers does not have.',
      ],
      run: async (subject) => checkLostPiece(subject),
    },
    {
      id: 'lost-inputs',
      sentence: 'what is lost of its inputs is made before',
      points: 15,
      slide: lineage,
      waitsOn: 'lost-piece',
      hints: [
        'A reduce task is executed again. What does it read, and is that still there?',
        `Slide "${lineage}": go back along the lineage until you stand on something that exists.`,
        "need(piece): if it exists, return; else need(each of its task's reads), then add the task to the plan.",
      ],
      run: async (subject) => checkLostInputs(subject),
    },
    {
      id: 'nothing-more',
      sentence: 'what exists or nobody needs is not made again',
      points: 15,
      slide: 'Can we be smarter?',
      waitsOn: 'lost-inputs',
      hints: [
        'Worker 2 is lost, and with it the output of map 1. Reduce 0 never reads that output. Who needs it?',
        'Slide "Can we be smarter?": begin at what is wanted, not at what is lost; stop at what exists.',
        'Nothing but wanted.forEach(need) starts anything, and need returns at once for a piece that exists.',
      ],
      run: async (subject) => checkNothingMore(subject),
    },
    {
      id: 'stable-storage',
      sentence: 'what is on stable storage is never made again',
      points: 10,
      slide: storage,
      waitsOn: 'nothing-more',
      hints: [
        'The map output that mr-out-0 was made from is lost. What is wrong with mr-out-0?',
        `Slide "${storage}": what is written there survives everybody. Nobody asks what it was made from.`,
        "A piece whose location is 'stable storage' exists, whatever lostWorkers says about those before it.",
      ],
      run: async (subject) => checkStableStorage(subject),
    },
    {
      id: 'diamond',
      sentence: 'a task that two others need is executed once',
      points: 10,
      slide: lineage,
      waitsOn: 'lost-inputs',
      hints: [
        'B and C both read what A makes. How often does your walk come to A, from D?',
        `Slide "${lineage}": two lines from one task make a diamond. A plan is a set of tasks with an order, not a list of ways.`,
        'if (plan.has(task.name)) return; with a Set, which keeps the order of insertion.',
      ],
      run: async (subject) => checkDiamond(subject),
    },
    {
      id: 'unrecoverable',
      sentence: 'a lost input that no task makes is an error',
      points: 5,
      slide: lineage,
      waitsOn: 'nothing-more',
      hints: [
        'What is the plan if split-0 itself was on the disk of a lost worker?',
        `Slide "${lineage}": lineage ends at the inputs of the job. They have to be on stable storage; where they are not, say so.`,
        'If a piece that is needed does not exist, and no task writes it: throw an Error that names it. Do not throw for a piece that nobody needs.',
      ],
      run: async (subject) => checkUnrecoverable(subject),
    },
    {
      id: 'all-losses',
      sentence: 'the plan is the least, on all small lineages',
      points: 15,
      slide: lineage,
      waitsOn: 'stable-storage',
      hints: [
        'Look at the drawing, and execute your plan on paper. Where does it stop?',
        `Slide "${lineage}": a task comes after all those that make its input, however many ways lead to it; the tasks are listed in no order at all.`,
        'Add a task to the plan after the recursion into its reads, never before; do not sort or reverse.',
      ],
      run: async (subject) => checkAllLosses(subject),
    },
    {
      id: 'second-job-reuses',
      sentence: 'a second job reuses the map output of the first',
      points: 10,
      slide: reusing,
      hints: [
        'Job 2 maps c.txt first. Which output of job 1 may it use?',
        `Slide "${reusing}": not the one with the same number, but the one with the same recipe.`,
        "For each map: find an output that exists and whose recipe is the same; { type: 'reuse', output: its name }, or { type: 'run' }.",
      ],
      run: async (subject) => checkReuse(subject),
    },
    {
      id: 'second-job-changes',
      sentence: 'but nothing that has changed, or is lost',
      points: 10,
      slide: useful,
      waitsOn: 'second-job-reuses',
      hints: [
        'Job 2 has five reduce tasks instead of four. What is in the file mr-0-3 of job 1?',
        `Slide "${useful}": the output depends on the function, the input and the partitioner. Change one, and it is another output.`,
        'Compare all five fields of the recipes with ===, one by one; and only with outputs that exist.',
      ],
      run: async (subject) => checkChanges(subject),
    },
  ],
};

export default exercise;
