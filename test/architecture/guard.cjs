// Preloaded into a process (node --require): notes whatever reaches beyond it in $SLOWPATH_GUARD.
const fs = require('node:fs');

const report = fs.openSync(process.env.SLOWPATH_GUARD, 'a');
const note = (what) => fs.writeSync(report, `${what}\n`);

/** Notes calls of a method before they happen. */
function watch(holder, name, label) {
  const original = holder[name];
  if (typeof original !== 'function') throw new Error(`${label} is gone; the guard must follow.`);
  holder[name] = function watched(...args) {
    note(`${label} ${typeof args[0] === 'string' ? args[0] : ''}`.trim());
    return original.apply(this, args);
  };
}

watch(require('node:net').Socket.prototype, 'connect', 'connect');
watch(require('node:net').Server.prototype, 'listen', 'listen');
watch(require('node:dgram').Socket.prototype, 'bind', 'bind');
watch(require('node:dgram').Socket.prototype, 'send', 'send');
watch(require('node:dns'), 'lookup', 'lookup');
for (const name of ['spawn', 'fork', 'exec', 'execFile', 'spawnSync', 'execSync', 'execFileSync']) {
  watch(require('node:child_process'), name, name);
}
const writing = [
  'writeFile',
  'appendFile',
  'mkdir',
  'rename',
  'rm',
  'unlink',
  'truncate',
  'copyFile',
];
for (const name of writing) {
  watch(fs, name, name);
  watch(fs, `${name}Sync`, `${name}Sync`);
  watch(fs.promises, name, `promises.${name}`);
}
watch(fs, 'createWriteStream', 'createWriteStream');
note('ready');
