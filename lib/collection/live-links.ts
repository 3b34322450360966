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
  #handle: Handle;
  #link: Link | undefined;
  #isReferenced = true;
  /** The nature of a Link that is created after the attachment was closed. */
  #nature: "link" | "perf-event" = "perf-event";

  /** @param attached - The link, or its handle if its nature is `link` or `perf-event`. */
  constructor(name: string, attached: Link | Handle) {
    this.name = name;
    if (typeof attached === "number") {
      this.#handle = attached;
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
      this.#handle = -1;
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
      this.#handle = -1;
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

  /** Closes the attachment unless its Link object exists, which the caller may still use. */
  closeUnused(): void {
    if (this.#link === undefined) this.close();
  }
}

/** The links of `attach` of a collection. */
export class LiveLinks extends Resource {
  readonly #byName: globalThis.Map<string, Attachment>;
  readonly #collection: string;
  #isReferenced = true;

  constructor(collection: string) {
    const byName = new globalThis.Map<string, Attachment>();
    super(0, `link of collection "${collection}"`, () => {
      for (const attachment of byName.values()) attachment.closeUnused();
    });
    this.#byName = byName;
    this.#collection = collection;
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

  /** Transfers a link to the caller. Returns false for a link of another collection. */
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

  /** Closes every link, including those of earlier calls. @throws {@link CloseError} when some stay attached. */
  override close(): void {
    closeLinks(this, this.#collection);
    super.close();
  }
}
