// A lock between processes: a folder that only one of them can create.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Runs `action` while holding the lock. Another process that wants it waits; a lock whose owner
 * died is taken over.
 * @template T
 * @param {string} folder the lock, created and removed here; its parent must exist
 * @param {() => Promise<T>} action
 * @param {() => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(folder, action, onWait = () => {}) {
  const owner = path.join(folder, 'pid');
  let waited = false;
  while (!acquire(folder, owner)) {
    if (!waited) onWait();
    waited = true;
    await delay(POLL_MS);
  }
  try {
    return await action();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The folder is made complete, with its owner inside, and then moved into place: a lock without an
 * owner is never seen. Moving onto a folder that is not empty fails.
 */
function acquire(folder, owner) {
  const draft = `${folder}.${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  fs.writeFileSync(path.join(draft, 'pid'), String(process.pid));
  try {
    fs.renameSync(draft, folder);
    return true;
  } catch {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!ownerLives(owner)) fs.rmSync(folder, { recursive: true, force: true });
    return false;
  }
}

function ownerLives(owner) {
  try {
    process.kill(Number(fs.readFileSync(owner, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, but another user's
  }
}
