// Parses files and does nothing with the trees; prints the time that took.
// usage: node rawParse.cjs <compiler bundle> <JSON file with a list of paths>
const fs = require('node:fs');

const [compiler, list] = process.argv.slice(2);
const { ts } = require(compiler);

let ms = 0;
for (const file of JSON.parse(fs.readFileSync(list, 'utf8'))) {
  const text = fs.readFileSync(file, 'utf8');
  const start = performance.now();
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  ms += performance.now() - start;
}
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
