/**
 * Returns the result of a call that helps to explain a failure, or undefined if the call throws. An explanation that
 * throws would hide the error that it explains.
 */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
