/**
 * The workload of document "process-rpc" without processes: random strings, random targets,
 * and for each target the number of strings that contain it: `containment-loop <settings>`,
 * a JSON object with the document's names. Prints the totals.
 */
import { createRandom } from '../../../src/sim/random.ts';

const settings = JSON.parse(process.argv[2] as string);
const random = createRandom(1);

function drawText(length: number): string {
  const letter = () => 97 + Math.floor(random() * 26);
  return String.fromCharCode(...Array.from({ length }, letter));
}

const strings = Array.from({ length: settings.num_strings }, () =>
  drawText(1 + Math.floor(random() * settings.max_string_length)),
);
const targets = Array.from({ length: settings.num_target_words }, () =>
  drawText(settings.target_word_length),
);
const totals: Record<string, number> = {};
for (const target of targets) {
  totals[target] = 0;
  for (const text of strings) if (text.includes(target)) totals[target]++;
}
console.log(JSON.stringify(totals));
