import { closeLink } from "../link/close-link.ts";
import { Link } from "../link/index.ts";
import { keepAlive, letEnd } from "../link/keep-alive.ts";
import { Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { closeLinks } from "./close-links.ts";

/** An attachment of a collection. Its Link object is created at first use, since most links are only closed. */
export class Attachment {
  readonly name: string;
  readonly #waiting: Set<Handle>;
  #handle: Handle;
  #link: Link | undefined;
  #isReferenced = true;
  /** That of a Link which is created after the attachment was closed. */
  #nature: "link" | "perf-event" = "perf-event";

  /**
   * @param attached - The link, or its handle if its nature is `link` or `perf-event`.
   * @param waiting - The handles without a Link object, which the garbage collector closes.
   */
  constructor(name: string, attached: Link | Handle, waiting: Set<Handle>) {
    this.name = name;
    this.#waiting = waiting;
    if (typeof attached === "number") {
      this.#handle = attached;
      waiting.add(attached);
      keepAlive(attached);
    } else {
      this.#handle = -1;
      this.#link = attached;
    }
  }

  get link(): Link {
    if (this.#link === undefined) {
      this.#link = new Link(this.#handle, this.name, this.#nature);
      if (!this.#isReferenced) this.#link.unref();
      this.#forget();
    }
    return this.#link;
  }

  /** Whether its Link object is this one. */
  has(link: Link): boolean {
    return this.#link === link;
  }

  get closed(): boolean {
    return this.#link === undefined ? this.#handle === -1 : this.#link.closed;
  }

  /** @throws {@link LinkError}, {@link PermissionError} when the program stays attached. */
  close(): void {
    if (this.#link !== undefined) this.#link.close();
    else if (this.#handle !== -1) {
      if (native().linkFd(this.#handle) !== -1) this.#nature = "link";
      closeLink(this.#handle, `link of program "${this.name}"`);
      this.#forget();
    }
  }

  ref(): void {
    this.#isReferenced = true;
    if (this.#link !== undefined) this.#link.ref();
    else if (this.#handle !== -1) keepAlive(this.#handle);
  }

  unref(): void {
    this.#isReferenced = false;
    if (this.#link !== undefined) this.#link.unref();
    else if (this.#handle !== -1) letEnd(this.#handle);
  }

  #forget(): void {
    this.#waiting.delete(this.#handle);
    this.#handle = -1;
  }
}

/** The links of `attach` of a collection. */
export class LiveLinks extends Resource {
  readonly #byName = new globalThis.Map<string, Attachment>();
  readonly #waiting: Set<Handle>;
  readonly #collection: string;
  #isReferenced = true;

  constructor(collection: string) {
    const waiting = new Set<Handle>();
    super(0, `link of collection "${collection}"`, (_, what) => {
      for (const handle of waiting) closeLink(handle, what);
    });
    this.#waiting = waiting;
    this.#collection = collection;
  }

  /** An attachment that is not one of the collection until `add`. */
  attachment(name: string, attached: Link | Handle): Attachment {
    return new Attachment(name, attached, this.#waiting);
  }

  add(attachment: Attachment): void {
    this.#byName.set(attachment.name, attachment);
    if (!this.#isReferenced) attachment.unref();
  }

  get(name: string): Attachment | undefined {
    return this.#byName.get(name);
  }

  [Symbol.iterator](): Iterator<Attachment> {
    return this.#byName.values();
  }

  /** Leaves a link to the caller. Returns false for one that is not of this collection. */
  release(link: Link): boolean {
    for (const [name, attachment] of this.#byName) if (attachment.has(link)) return this.#byName.delete(name);
    return false;
  }

  setReferenced(isReferenced: boolean): void {
    this.#isReferenced = isReferenced;
    for (const attachment of this.#byName.values())
      if (isReferenced) attachment.ref();
      else attachment.unref();
  }

  /** Closes every link, those of earlier calls too. @throws {@link CloseError} when some stay attached. */
  override close(): void {
    closeLinks(this, this.#collection);
    super.close();
  }
}
