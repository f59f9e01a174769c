import { Workbench } from '../../src/check/workbench.ts'

/**
 * One engine for all files that a thread of the test runner executes: it is empty again before whatever is judged next, and ends
 * with the thread.
 */
export const workbench = new Workbench({})
