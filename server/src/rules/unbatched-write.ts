import { ts } from '../linter/compiler';
import { loopHead } from '../linter/facts/loops';
import { type OneWrite, oneWriteOf } from '../linter/facts/row-writes';
import { isSameIn, writeLoopOf } from '../linter/facts/write-loops';
import { collectFix } from '../linter/fixes/collected-write';
import { defineRule, type RuleContext } from '../linter/rule';

/** A file without it cannot write to one, and its calls need no resolving. */
const FILE_MODULE = /['"](node:)?fs(\/promises)?['"]|['"](fs-extra|graceful-fs)['"]/;

export default defineRule({
  meta: {
    id: 'unbatched-write',
    summary: 'One write per loop turn where one would do',
    why:
      'Appending to a file opens, writes and closes it; inserting a row is a round trip to the ' +
      'database, or a transaction that waits for the disk. In a loop that price is paid for every ' +
      'element, although the elements are all there and one write takes them all.',
    mission: '§9 Database Optimization for History Storage',
    fix: 'suggestion',
    equivalents: [
      {
        tool: 'eslint',
        rule: 'no-await-in-loop',
        difference: 'flags every `await` in a loop, also where no batch form exists',
      },
    ],
  },
  // Clients other than Prisma's and MongoDB's count only where their package is imported.
  triggers: [
    ...['appendFile', 'writeFile', 'writeSync', 'openSync', 'await open(', 's.open(', 'p.open('],
    ...[
      'insertOne',
      '.create(',
      'drizzle-orm',
      'knex',
      'typeorm',
      'sqlite',
      'mysql',
      "'pg'",
      '"pg"',
    ],
    ...['@neondatabase', '@vercel/postgres'],
  ],

  check(context) {
    const seen = new Set<string>();
    const usesFiles = FILE_MODULE.test(context.model.text);
    for (const call of context.model.calls) {
      if (!ts.isCallExpression(call)) continue;
      const write = oneWriteOf(call, usesFiles, context);
      if (!write) continue;
      const found = writeLoopOf(write, context);
      if (!found) {
        checkEvent(write, context);
        continue;
      }
      // Several writes of one turn to the same place are one problem.
      const key = `${found.loop.pos} ${context.model.textOf(write.target)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const place = context.contexts.of(call);
      if (place.tier === 'run-once') continue;
      context.report({
        at: call,
        tier: place.tier,
        message: message(write, context),
        evidence: [
          ...place.path.filter(({ message: it }) => it !== 'the loop'),
          { at: loopHead(found.loop), message: 'the loop' },
        ],
        fix: collectFix(write, found, context),
      });
    }
  },
});

/** An append to one file in the handler of an event that comes in series. */
function checkEvent(write: OneWrite, context: RuleContext): void {
  const { fn, loop, entry } = context.contexts.placeOf(write.call);
  if (write.kind !== 'append' || loop || !fn || !entry?.at) return;
  if (!/handler of the `(data|line|message)` event/.test(entry.what)) return;
  if (!isSameIn(write.target, fn, context)) return;
  const place = context.contexts.of(write.call);
  if (place.tier === 'run-once') return;
  context.report({
    at: write.call,
    tier: place.tier,
    message:
      `\`${write.name}\` ${write.costs}, and ${place.why}. ` +
      'Write to a stream that is opened once (`createWriteStream`), which collects by itself.',
    evidence: place.path,
    fix: null,
  });
}

function message(write: OneWrite, { contexts }: RuleContext): string {
  const { why } = contexts.of(write.call);
  const how = why === 'runs once per loop turn' ? 'in a loop' : `in a loop, and ${why}`;
  return `\`${write.name}\` ${write.costs}, ${how}. ${write.instead}`;
}
