/**
 * Checks for arguments, one for each kind. Each returns the value or throws InvalidArgumentError.
 */
export { bytesUpTo, checkBytes } from "./bytes.ts";
export { type Check, invalidArgument, optional } from "./check.ts";
export { describeValue } from "./describe-value.ts";
export { checkI32, checkU16, checkU32, countFrom, integerIn, numberIn } from "./integer.ts";
export {
  checkCpu,
  checkFileDescriptor,
  checkInterfaceIndex,
  checkObjectId,
  checkPid,
} from "./kernel-numbers.ts";
export { optionsOf, type Schema } from "./options.ts";
export { checkName, checkPath, checkString, checkText, nameUpTo, textUpTo } from "./text.ts";
export { checkCookie, checkU64 } from "./u64.ts";
export {
  arrayOf,
  checkBoolean,
  checkFunction,
  checkObject,
  checkSignal,
  instanceOf,
  iterable,
  unchecked,
} from "./value-kinds.ts";
export { choiceOf, inWords, meant, wordOf } from "./word.ts";
