import { type NewSymbol, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";

/** The symbol of a variable or a map. */
export function objectSymbol(name: string, section: string, value: number, size: number): NewSymbol {
  return { name, section, value, size, type: symbolTypes.object, binding: symbolBindings.global };
}

/** The symbol of a function or variable of the kernel. */
export function externSymbol(name: string): NewSymbol {
  return { name, section: undefined, type: symbolTypes.none, binding: symbolBindings.global };
}

/** @throws {@link InvalidArgumentError} for a name that C does not allow. */
export function checkName(name: string, what: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw new InvalidArgumentError(`${what} ${JSON.stringify(name)}: expected a name of C`);
}
