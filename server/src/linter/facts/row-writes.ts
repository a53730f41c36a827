/** Calls that write one row, or one piece of a file: data and shapes, each with a fixture. */
import { ts } from '../compiler';
import type { RuleContext } from '../rule';
import { unwrap } from './syntax';

export interface OneWrite {
  call: ts.CallExpression;
  /** Callee as the message names it. */
  name: string;
  /** What the call does each time, as a clause after "it". */
  costs: string;
  /** What to do instead, as an imperative sentence. */
  instead: string;
  /** What is written to: the path of a file, or the receiver of the row. */
  target: ts.Expression;
  kind: 'append' | 'open' | 'prisma' | 'insert-one' | 'rows' | 'statement';
  /** The piece or row that is written. */
  value: ts.Expression | null;
}

const ROUND_TRIP = 'is a round trip to the database each time';

/**
 * @param usesFiles whether the file loads a module that writes files
 * @returns the single write that a call makes, or `null`
 */
export function oneWriteOf(
  call: ts.CallExpression,
  usesFiles: boolean,
  context: RuleContext,
): OneWrite | null {
  if (call.questionDotToken || call.arguments.some(ts.isSpreadElement)) return null;
  return (usesFiles ? fileWrite(call, context) : null) ?? rowWrite(call, context);
}

const APPENDS = /^(promises\.)?appendFile(Sync)?$/;
const OPENS = /^(promises\.)?open(Sync)?$/;
const HANDLE_WRITES = /^promises\.open\(\)\.(write|writeFile|appendFile)$/;

function fileWrite(call: ts.CallExpression, { model, origins }: RuleContext): OneWrite | null {
  const callee = unwrap(call.expression);
  // Names first: most calls need no resolving.
  if (
    ts.isPropertyAccessExpression(callee) &&
    !/^(appendFile|writeFile|write|open)(Sync)?$/.test(callee.name.text)
  )
    return null;
  const origin = origins.of(call.expression);
  if (!origin?.module || !/^(fs|fs-extra|graceful-fs)$/.test(origin.module)) return null;
  const [target, value] = call.arguments;
  const name = origin.path.split('.').at(-1) ?? '';
  const base = { call, name, value: value ?? null };
  const isAppend =
    APPENDS.test(origin.path) ||
    (/^(promises\.)?writeFile(Sync)?$/.test(origin.path) && appends(call, model.textOf(call)));
  if (isAppend && target && value) {
    const costs = 'opens, writes and closes the file each time';
    const instead = 'Collect the text and append it once after the loop.';
    return { ...base, target, costs, instead, kind: 'append' };
  }
  if (/^write(Sync)?$/.test(origin.path) && target && value && call.arguments.length === 2) {
    const costs = 'is a system call each time';
    return { ...base, target, costs, instead: 'Collect the text and write it once.', kind: 'rows' };
  }
  if (HANDLE_WRITES.test(origin.path) && target && call.arguments.length === 1) {
    const receiver = (unwrap(call.expression) as ts.PropertyAccessExpression).expression;
    const costs = 'is a system call each time';
    const instead = 'Collect the text and write it once.';
    return { ...base, value: target, target: receiver, costs, instead, kind: 'rows' };
  }
  // A file opened to be read is no write.
  if (
    OPENS.test(origin.path) &&
    target &&
    value &&
    /^['"](a|w|r\+|ax|wx|as)\+?['"]$/.test(model.textOf(value))
  ) {
    const costs = 'opens the same file each time';
    return {
      ...base,
      target,
      costs,
      instead: 'Open it before the loop and close it after.',
      kind: 'open',
    };
  }
  return null;
}

/** `writeFile(path, text, { flag: 'a' })`. */
function appends(call: ts.CallExpression, text: string): boolean {
  return call.arguments.length === 3 && /\bflag: ?['"]a/.test(text);
}

function rowWrite(call: ts.CallExpression, context: RuleContext): OneWrite | null {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const receiver = unwrap(callee.expression);
  const [value] = call.arguments;
  const base = { call, target: receiver, value: value ?? null, costs: ROUND_TRIP };
  switch (callee.name.text) {
    case 'create': {
      const data = value && prismaData(receiver, value, context);
      if (!data) return null;
      const model = (receiver as ts.PropertyAccessExpression).name.text;
      const instead = `Collect the rows and write them with one \`${model}.createMany\`.`;
      return { ...base, value: data, name: `${model}.create`, instead, kind: 'prisma' };
    }
    case 'insertOne': {
      if (!value || !isCollection(receiver, context)) return null;
      const instead = 'Collect the documents and write them with one `insertMany`.';
      return { ...base, name: 'insertOne', instead, kind: 'insert-one' };
    }
    case 'values':
    case 'insert':
      return insertedObject(call, receiver, context);
    case 'save': {
      const origin = context.origins.of(receiver);
      if (origin?.module !== 'typeorm' || call.arguments.length !== 1) return null;
      if (!/^(type:Repository|type:EntityManager)$|getRepository\(\)$/.test(origin.path))
        return null;
      return { ...base, name: 'save', instead: 'Give `save` all entities at once.', kind: 'rows' };
    }
    case 'query':
      return insertQuery(call, receiver, context);
    case 'run':
      return preparedRun(call, receiver, context);
    default:
      return null;
  }
}

/** `prisma.user.create({ data })` without nested writes, on a client that is no transaction. */
function prismaData(
  receiver: ts.Expression,
  value: ts.Expression,
  { model, origins }: RuleContext,
): ts.Expression | null {
  if (!ts.isPropertyAccessExpression(receiver) || !ts.isObjectLiteralExpression(value)) return null;
  const client = unwrap(receiver.expression);
  // By its name first, as most calls of `create` are no rows.
  if (!/(^|[.#_])prisma(Client)?$/i.test(model.textOf(client))) {
    const origin = origins.of(client);
    if (origin?.module !== '@prisma/client' || !/PrismaClient/.test(origin.path)) return null;
  }
  const [data, ...more] = value.properties;
  if (!data || more.length > 0 || data.name?.getText() !== 'data') return null;
  if (!ts.isPropertyAssignment(data)) return null;
  const nested = /\b(create|connect|connectOrCreate|createMany)\b/.test(model.textOf(data));
  return nested ? null : data.initializer;
}

/** A MongoDB collection: by where it comes from, or by what it is called. */
function isCollection(receiver: ts.Expression, { model, origins }: RuleContext): boolean {
  const origin = origins.of(receiver);
  if (origin?.module === 'mongodb') return true;
  return /collection(\([^)]*\))?$/i.test(model.textOf(receiver));
}

/** Drizzle's `db.insert(table).values({…})`, Knex's `knex('table').insert({…})`. */
function insertedObject(
  call: ts.CallExpression,
  receiver: ts.Expression,
  { origins, model }: RuleContext,
): OneWrite | null {
  const [value] = call.arguments;
  if (!value || !ts.isCallExpression(receiver)) return null;
  // A variable may hold several rows already.
  if (!ts.isObjectLiteralExpression(unwrap(value))) return null;
  const base = { call, target: receiver, value, costs: ROUND_TRIP, kind: 'rows' as const };
  const outer = unwrap(receiver.expression);
  const imports = (module: RegExp) =>
    model.imports.some((it) => module.test(it.moduleSpecifier.getText(model.source).slice(1, -1)));
  if (ts.isPropertyAccessExpression(outer) && outer.name.text === 'insert') {
    const isDrizzle = /^drizzle-orm/.test(origins.of(outer.expression)?.module ?? '');
    if (!isDrizzle && !imports(/^drizzle-orm/)) return null;
    return {
      ...base,
      name: 'insert(…).values',
      instead: 'Collect the rows and give `values` all of them.',
    };
  }
  const isKnex =
    origins.of(outer)?.module === 'knex' || (imports(/^knex$/) && ts.isIdentifier(outer));
  const [table] = receiver.arguments;
  if (!isKnex || !table || !ts.isStringLiteralLike(table)) return null;
  return { ...base, name: 'insert', instead: 'Collect the rows and give `insert` all of them.' };
}

/** `client.query('INSERT INTO …', […])` of `pg` and its likes. */
function insertQuery(
  call: ts.CallExpression,
  receiver: ts.Expression,
  { origins, model }: RuleContext,
): OneWrite | null {
  const [text] = call.arguments;
  const module = origins.of(receiver)?.module ?? '';
  if (
    !text ||
    !/^(pg|mysql2?|mysql2\/promise|@neondatabase\/serverless|@vercel\/postgres)$/.test(module)
  )
    return null;
  if (!/^.\s*insert\s+into\b/i.test(model.textOf(text))) return null;
  const instead = 'Collect the rows and insert them with one statement.';
  return {
    call,
    name: 'query',
    target: receiver,
    value: null,
    costs: ROUND_TRIP,
    instead,
    kind: 'rows',
  };
}

/** `db.prepare('INSERT …').run(…)`: each one is a transaction, and waits for the disk. */
function preparedRun(
  call: ts.CallExpression,
  receiver: ts.Expression,
  { origins }: RuleContext,
): OneWrite | null {
  const origin = origins.of(receiver);
  const isStatement =
    (origin?.module === 'better-sqlite3' && /prepare\(\)$/.test(origin.path)) ||
    (origin?.module === 'sqlite' && /prepare\(\)$/.test(origin.path));
  if (!isStatement) return null;
  const costs = 'is a transaction of its own, which waits for the disk, each time';
  const instead = 'Run the loop in one transaction.';
  return { call, name: 'run', target: receiver, value: null, costs, instead, kind: 'statement' };
}
