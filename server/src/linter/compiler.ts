/**
 * The one TypeScript compiler of the bundle: the copy ts-morph ships. The scan uses it directly;
 * ts-morph's project and wrapper nodes cost an order of magnitude more (docs/architecture.md).
 */
export { ts } from '@ts-morph/common';
