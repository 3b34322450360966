import type { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

// Both streams take a record only on demand. A record in the buffer of a stream would be lost when the stream is
// destroyed; a record in the ring is not.

export function nodeStream<T>(records: AsyncIterableIterator<T>): Readable {
  // Not imported, since few programs use a stream, and loading it would delay every start.
  const { Readable } = process.getBuiltinModule("node:stream");
  return new Readable({
    objectMode: true,
    highWaterMark: 0,
    read() {
      records.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      // Fulfilled immediately.
      void records.return?.();
      done(error);
    },
  });
}

export function webStream<T>(records: AsyncIterableIterator<T>): ReadableStream<T> {
  return new globalThis.ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await records.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await records.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
