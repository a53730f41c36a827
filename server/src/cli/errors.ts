/** A mistake in the arguments or the configuration; the command ends with exit code 2. */
export class UsageError extends Error {}
