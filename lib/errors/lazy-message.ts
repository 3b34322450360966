/**
 * Defines a message that is created at the first read of `message` or `stack`. Programs probe features by trying, and
 * most of the resulting errors are never printed.
 */
export function lazyMessage(error: Error, make: () => string): void {
  // V8 formats the stack, with the message, in the Error constructor. This object captures the same frames.
  const frames: { stack?: string } = {};
  Error.captureStackTrace(frames, error.constructor as () => void);
  settable(error, "message", make);
  settable(error, "stack", () => {
    const text = frames.stack ?? "";
    const at = text.indexOf("\n    at ");
    return `${error.name}: ${error.message}${at < 0 ? "" : text.slice(at)}`;
  });
}

/** Defines a writable property whose value is computed at the first read. */
function settable(error: Error, name: string, make: () => string): void {
  const set = (value: string) =>
    Object.defineProperty(error, name, { value, writable: true, enumerable: false, configurable: true });
  const get = () => {
    const value = make();
    set(value);
    return value;
  };
  // Without this, V8 formats the old stack to compare it with the new one.
  Reflect.deleteProperty(error, name);
  Object.defineProperty(error, name, { get, set, enumerable: false, configurable: true });
}
