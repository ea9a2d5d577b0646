/** A link to `target` that a test can cut, and that ends with the test. */
import { afterEach } from 'vitest';
import { type Link, openLink } from './link.ts';

const links: Link[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

export async function startRelay(target: string): Promise<Link> {
  const link = await openLink(() => target);
  links.push(link);
  return link;
}
