/**
 * Has Node 20 run TypeScript: `node --import ./src/cli/typescript.mjs src/cli/hint.ts`. For
 * commands that load a student's TypeScript beside our own, and cannot be bundled before.
 */
// @ts-check
/** A string: nobody has written down its types. */
const loader = /** @type {string} */ ('tsx');
try {
  await import(loader);
} catch (error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('error: the packages are missing: npm ci');
  process.exit(1);
}
