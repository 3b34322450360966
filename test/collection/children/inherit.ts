// Takes over a link, a map and a program that it inherited as descriptors 3, 4 and 5, and says their IDs.
import { Map as BpfMap, Link, Program } from "../../../lib/index.ts";

const link = Link.fromFd(3);
const map = BpfMap.fromFd(4);
const program = Program.fromFd(5);
let refused = "";
try {
  Link.fromFd(4);
} catch (error) {
  refused = (error as { code: string }).code;
}
console.log(JSON.stringify({ link: link.id, map: map.id, program: program.info().id, refused }));
// It ends by itself: a link that others attached keeps no process alive.
