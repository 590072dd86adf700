// Judges an AsyncAPI document with the parser that the makers of AsyncAPI keep, its examples against
// their schemas included. Usage: node parse.mjs FILE, in a folder whose node_modules have the parser.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Parser } = createRequire(`${process.cwd()}/`)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const [ERROR, WARNING] = [0, 1];
const wrong = diagnostics.filter((one) => one.severity === ERROR || one.severity === WARNING);
for (const one of wrong) console.error(`${one.path.join("/")}: ${one.message}`);
if (!document || wrong.length) process.exit(1);
const count = (all) => all.length;
const [channels, operations, messages] = [
  document.channels().all(),
  document.operations().all(),
  document.components().messages().all(),
].map(count);
console.log(`asyncapi: valid, ${channels} channels, ${operations} operations, ${messages} messages`);
