import { ts } from '../linter/compiler';
import { enclosingClass } from '../linter/facts/origins';
import {
  chainOf,
  changeIn,
  readBehind,
  rootOf,
  type WholeWrite,
  wholeWriteOf,
} from '../linter/facts/rewrites';
import { enclosingFunction, type FunctionNode, walkAll } from '../linter/facts/syntax';
import { addedText, appendFix } from '../linter/fixes/append-instead';
import { defineRule, type LazyFix, type LocalEvidence, type RuleContext } from '../linter/rule';

/** Files that are edited by hand too, and stay small. */
const SETTINGS =
  /package\.?json|pkg|tsconfig|config|settings|preferences|options|manifest|lock|ignore|\brc\b|env|template|credential/i;

const ADVICE =
  'Append each record to a file with one JSON record a line, or keep the records in a database.';

export default defineRule({
  meta: {
    id: 'whole-file-rewrite',
    summary: 'A whole file written to save one record',
    why:
      'Reading and parsing all records, changing one and writing all of them back costs more with ' +
      'every record that is stored, so the total grows with the square of their number. Two such ' +
      'saves at once lose one of the records.',
    mission: '§9 Database Optimization for History Storage',
    fix: 'suggestion',
    equivalents: [],
  },
  triggers: ['writeFile', 'outputFile', 'writeJ', 'outputJ'],

  check(context) {
    for (const call of context.model.calls) {
      if (!ts.isCallExpression(call)) continue;
      const write = wholeWriteOf(call, context);
      const fn = write && enclosingFunction(call);
      if (!fn || SETTINGS.test(context.model.textOf(write.path))) continue;
      if (context.contexts.of(call).tier === 'run-once') continue;
      if (write.serialised) checkRecords(write, fn, context);
      else checkText(write, fn, context);
    }
  },
});

/** `records = parse(read(file)); records.push(record); write(file, stringify(records))`. */
function checkRecords(write: WholeWrite, fn: FunctionNode, context: RuleContext): void {
  const { model } = context;
  const root = rootOf(write.content);
  if (!root || SETTINGS.test(model.textOf(root))) return;
  if (ts.isPropertyAccessExpression(root)) {
    checkField(write, root, fn, context);
    return;
  }
  const scope = outermost(fn);
  const read = readBehind(write, root, scope, context);
  const chain = chainOf(root, context);
  const change = changeIn(scope, (it) => {
    const binding = ts.isIdentifier(it) ? model.resolve(it) : undefined;
    return binding !== undefined && chain.has(binding);
  });
  if (!read || !change) return;
  report(write, `all of \`${root.text}\` to save one record`, ADVICE, null, context, [
    { at: read, message: 'reads all records' },
    { at: change, message: 'changes one record' },
  ]);
}

/** Callbacks belong to the function that begins and ends the rewrite. */
function outermost(fn: FunctionNode): FunctionNode {
  let at = fn;
  for (let up = enclosingFunction(at); up; up = enclosingFunction(up)) {
    if (!ts.isCallExpression(at.parent)) break;
    at = up;
  }
  return at;
}

/** A method that writes a field's whole collection, called where one record was added. */
function checkField(
  write: WholeWrite,
  field: ts.PropertyAccessExpression,
  fn: FunctionNode,
  context: RuleContext,
): void {
  const { model, contexts } = context;
  const owner = enclosingClass(write.call);
  const name = contexts.nameOf(fn);
  const text = model.textOf(field);
  if (!owner || !name || fn.parent !== owner) return;
  for (const member of owner.members) {
    if (!ts.isMethodDeclaration(member) || !member.body) continue;
    if (member !== fn && !callsAtOnce(member, `this.${name}`, context)) continue;
    const change = changeIn(member, (it) => model.textOf(it) === text);
    if (!change) continue;
    report(write, `all of \`${text}\` to save one record`, ADVICE, null, context, [
      { at: change, message: 'changes one record' },
    ]);
    return;
  }
}

/** Whether a method calls another one itself, and not by a timer that collects calls. */
function callsAtOnce(method: ts.MethodDeclaration, callee: string, context: RuleContext): boolean {
  let found = false;
  walkAll(method, (node) => {
    if (!ts.isCallExpression(node) || context.model.textOf(node.expression) !== callee) return;
    let later = false;
    for (let at: ts.Node = node; at !== method; at = at.parent) {
      if (!ts.isCallExpression(at) || at === node) continue;
      later ||= /timeout|interval|debounce|throttle|immediate/i.test(
        context.model.textOf(at.expression),
      );
    }
    found ||= !later;
  });
  return found;
}

/** `text = read(file); write(file, text + line)`. */
function checkText(write: WholeWrite, fn: FunctionNode, context: RuleContext): void {
  const { model } = context;
  const first = firstIdentifier(write.content);
  const binding = first && model.resolve(first);
  const read = binding?.declaration;
  if (!first || !read || !ts.isVariableDeclaration(read)) return;
  if (model.usesOf(binding).length !== 1 || !readBehind(write, first, fn, context)) return;
  const added = addedText(write.content, read, context);
  if (!added || !read.initializer || holdsMore(read.initializer)) return;
  const fix = appendFix({ write, read, added }, context);
  const advice = 'Append only what is new.';
  report(write, 'the whole file to add to its end', advice, fix, context, [
    { at: read.initializer, message: 'reads the whole file' },
  ]);
}

/** Whether a text is more than what was read: a default, or a part of it. */
function holdsMore(initializer: ts.Expression): boolean {
  const value = ts.isAwaitExpression(initializer) ? initializer.expression : initializer;
  return !ts.isCallExpression(value) || !/readFile(Sync)?$/.test(value.expression.getText());
}

function firstIdentifier(content: ts.Expression): ts.Identifier | null {
  let found: ts.Identifier | null = null;
  const visit = (node: ts.Node) => {
    if (!found && ts.isIdentifier(node)) found = node;
  };
  visit(content);
  walkAll(content, visit);
  return found;
}

function report(
  write: WholeWrite,
  what: string,
  advice: string,
  fix: LazyFix | null,
  context: RuleContext,
  evidence: readonly LocalEvidence[],
): void {
  const place = context.contexts.of(write.call);
  context.report({
    at: write.call,
    tier: place.tier,
    message:
      `\`${write.name}\` writes ${what} (it ${place.why}): the cost of a save grows with what is ` +
      `stored. ${advice}`,
    evidence: [...place.path, ...evidence],
    fix,
  });
}
