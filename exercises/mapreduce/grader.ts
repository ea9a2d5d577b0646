/**
 * Grades the tasks of MapReduce on real files in temporary folders. Each function is checked
 * by itself, on files of the grader's own; then the whole job against the sequential run of
 * `src/mapreduce/`.
 */
import type { Exercise } from '../../src/grading/check.ts';
import { checkCommit } from './grader/commit-checks.ts';
import { checkEmpty, checkSequential } from './grader/job-checks.ts';
import { checkMapFiles, checkPartition } from './grader/map-checks.ts';
import {
  checkAnyText,
  checkByteOrder,
  checkMissing,
  checkReduceReadsAll,
} from './grader/reduce-checks.ts';
import type { Subject } from './grader/subject.ts';

const phases = 'MapReduce: Fault Tolerance';
const shuffle = 'What should we re-execute?';
const storage = 'Write intermediate output to stable storage';
const wrong = 'Mapreduce: What could go wrong?';

const exercise: Exercise<Subject> = {
  name: 'mapreduce',
  exports: ['partition', 'doMap', 'doReduce', 'runSequential'],
  checks: [
    {
      id: 'partition',
      sentence: 'partition is FNV-1a of the UTF-8 bytes, modulo tasks',
      points: 15,
      slide: phases,
      hints: [
        'Two processes that never talk send "the" to the same reduce task. What may the partition depend on?',
        `Slide "${phases}": every mapper cuts its output by the same rule. FNV-1a starts at 0x811c9dc5; for each byte, exclusive or, then times 0x01000193, in 32 bits.`,
        'for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193); then (hash & 0x7fffffff) % reduceTasks.',
      ],
      run: checkPartition,
    },
    {
      id: 'map-files',
      sentence: 'doMap writes each pair into the file of its reducer',
      points: 15,
      slide: phases,
      waitsOn: 'partition',
      hints: [
        'How many files does one map task write when its split has only one word?',
        `Slide "${phases}": each mapper has an arrow to each reducer. That arrow is a file, mr-<map>-<reduce>, also when no pair takes it.`,
        'Keep an array of lines for each reduce task; emit pushes formatPair(key, value) to lines[partition(key, reduceTasks)]. await job.map for each of readRecords(readSplit(split)).',
      ],
      run: checkMapFiles,
    },
    {
      id: 'reduce-reads-all',
      sentence: 'doReduce reduces each key once, with all values',
      points: 15,
      slide: shuffle,
      waitsOn: 'map-files',
      hints: [
        'When may reduce be called for the word "all", if every map task may have emitted it?',
        `Slide "${shuffle}": all mappers might provide inputs to Reduce 2. Its files are mr-0-2, mr-1-2, …: their names are known, no folder has to be listed.`,
        "for map from 0 to mapTasks - 1, for each of parsePairs(text of mr-<map>-<reduce>): push the value to its key's values in a Map. Then await job.reduce once for each key.",
      ],
      run: checkReduceReadsAll,
    },
    {
      id: 'any-text',
      sentence: 'any key and value survives: tab, newline, __proto__',
      points: 10,
      slide: phases,
      waitsOn: 'reduce-reads-all',
      hints: [
        'What becomes of a file of lines when a value contains a newline? And of an object when a key is "__proto__"?',
        `Slide "${phases}": between map and reduce there is a file. Whatever goes in has to come out; src/mapreduce/pairs.ts escapes what would break a line.`,
        'Write with formatPair, read with parsePairs, gather in a new Map<string, string[]>().',
      ],
      run: checkAnyText,
    },
    {
      id: 'byte-order',
      sentence: 'keys are reduced and written in order of bytes',
      points: 10,
      slide: phases,
      waitsOn: 'reduce-reads-all',
      hints: [
        'In which order do "9", "10", "Z", "a" and an emoji come, for a program in Go?',
        `Slide "${phases}": the outputs of reducers are sorted files that other programs read. JavaScript sorts UTF-16 units, Go sorts UTF-8 bytes; above U+FFFF they disagree.`,
        'keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).',
      ],
      run: checkByteOrder,
    },
    {
      id: 'empty-input',
      sentence: 'empty input gives empty files, not errors',
      points: 5,
      slide: phases,
      waitsOn: 'reduce-reads-all',
      hints: [
        'How many output files has a word count of nothing?',
        `Slide "${phases}": the number of reducers is fixed before anybody looks at the input.`,
        'Write the file also when there is nothing to write: an empty text. Loop to reduceTasks, not over the keys.',
      ],
      run: checkEmpty,
    },
    {
      id: 'missing-file',
      sentence: 'a missing or cut intermediate file is an error',
      points: 10,
      slide: wrong,
      waitsOn: 'reduce-reads-all',
      hints: [
        'A mapper was lost with its disk. What does a reducer that skips its file report?',
        `Slide "${wrong}": lost map output must be made again, and somebody has to say so first. An empty file is fine; no file is not.`,
        'Let readFileSync and parsePairs throw; catch nothing.',
      ],
      run: checkMissing,
    },
    {
      id: 'commit',
      sentence: 'a file appears whole, by rename, or not at all',
      points: 10,
      slide: storage,
      waitsOn: 'reduce-reads-all',
      hints: [
        'The process is killed in the middle of writing mr-out-0. What does the next reader of that file see?',
        `Slide "${storage}": what is on storage is taken for complete. rename puts a file in its place in one step; a reader sees the old one or the new one.`,
        "writeFileSync(temporary, text); renameSync(temporary, file): for all files of a task, after the last call of the job's functions.",
      ],
      run: checkCommit,
    },
    {
      id: 'sequential',
      sentence: 'runSequential writes the same bytes as ours',
      points: 10,
      slide: 'Synchronization barrier',
      waitsOn: 'reduce-reads-all',
      hints: [
        'Which reduce task may begin before the last map task has ended?',
        'Slide "Synchronization barrier": none may. First a map task for each split, then every reduce task from 0 to reduceTasks - 1.',
        'for (const [map, split] of splits.entries()) await doMap(job, split, map, reduceTasks, folder); then a loop of await doReduce(job, reduce, splits.length, folder).',
      ],
      run: checkSequential,
    },
  ],
};

export default exercise;
