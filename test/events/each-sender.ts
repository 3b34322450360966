import { afterEach, beforeEach } from "vitest";
import { requiresLinux } from "../support/requires.ts";
import { Sender } from "./sender.ts";

/** Hands a sender of its own to each test of the file, and skips those of kernels that are too old for it. */
export function eachSender(take: (sender: Sender) => void): void {
  let sender: Sender | undefined;
  beforeEach((context) => {
    requiresLinux(context, "5.17", "the sender of records, which loops");
    sender = new Sender();
    take(sender);
  });
  afterEach(() => sender?.[Symbol.dispose]());
}
