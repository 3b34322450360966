import { execFileSync } from "node:child_process";

interface Named {
  Name: string;
  Value: number;
}

interface Dump {
  Sections: {
    Section: {
      Index: number;
      Name: Named;
      Type: Named;
      Flags: { Value: number };
      Size: number;
      Offset: number;
    };
  }[];
  Symbols: {
    Symbol: {
      Name: Named;
      Value: number;
      Size: number;
      Binding: Named;
      Type: Named;
      Other: { Value: number };
      Section: Named;
    };
  }[];
  Relocations: {
    SectionIndex: number;
    Relocs: { Relocation: { Offset: number; Type: Named; Symbol: Named } }[];
  }[];
}

/** An ELF file as LLVM reads it. */
export function readByLlvm(file: string): Dump {
  const options = ["--elf-output-style=JSON", "--sections", "--symbols", "--relocations", "--expand-relocs"];
  const output = execFileSync("llvm-readelf-19", [...options, file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return (JSON.parse(output) as [Dump])[0];
}
