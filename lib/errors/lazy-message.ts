/**
 * Gives an error a message that is made when it is first read, by `message` or `stack`: programs find out by failing,
 * and nobody reads most of the errors that this makes.
 */
export function lazyMessage(error: Error, make: () => string): void {
  // The engine writes the message into the stack when the error is made. This one has the same frames.
  const frames: { stack?: string } = {};
  Error.captureStackTrace(frames, error.constructor as () => void);
  settable(error, "message", make);
  settable(error, "stack", () => {
    const text = frames.stack ?? "";
    const at = text.indexOf("\n    at ");
    return `${error.name}: ${error.message}${at < 0 ? "" : text.slice(at)}`;
  });
}

/** A property that is computed when it is first read, and can be set as a plain one can. */
function settable(error: Error, name: string, make: () => string): void {
  const set = (value: string) =>
    Object.defineProperty(error, name, { value, writable: true, enumerable: false, configurable: true });
  const get = () => {
    const value = make();
    set(value);
    return value;
  };
  // The engine would format the old stack to compare it with the new one.
  Reflect.deleteProperty(error, name);
  Object.defineProperty(error, name, { get, set, enumerable: false, configurable: true });
}
