/** A program that opens a channel, prints the process at its other end, and closes or waits. */
import {
  type ChannelName,
  openChannel,
} from '../../../src/shards/channels/open-channel.ts';

const [name, ends, then] = process.argv.slice(2) as [ChannelName, string, string];
const channel = await openChannel(name, JSON.parse(ends));
console.log(String(await channel.call({ Kind: 'pid', Value: 0 })));
if (then === 'close') await channel.close();
else setInterval(() => {}, 60_000);
