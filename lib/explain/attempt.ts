/**
 * The answer of a question that is asked to explain a failure; undefined when it cannot be answered. An explanation that
 * throws would take the place of the error that it was to explain.
 */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
