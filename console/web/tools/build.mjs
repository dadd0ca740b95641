// Builds the console and puts it, compressed, into a C++ source: node tools/build.mjs [--cpp FILE] [--folder DIST]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));
const options = Object.fromEntries(process.argv.slice(2).map((word, n, all) => (word.startsWith('--') ? [word.slice(2), all[n + 1]] : null)).filter(Boolean));
const folder = path.resolve(options.folder ?? path.join(here, '../dist'));

await build({ configFile: path.join(here, '../vite.config.mjs'), logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
if (options.cpp) {
  mkdirSync(path.dirname(options.cpp), { recursive: true });
  writeFileSync(options.cpp, embedded(folder));
}

function filesIn(directory, before = '') {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(path.join(directory, entry.name), `${before}${entry.name}/`) : [`${before}${entry.name}`]).sort();
}

function embedded(directory) {
  const types = {
    '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2', '.png': 'image/png',
  };
  const rows = [];
  const arrays = [];
  for (const [n, name] of filesIn(directory).entries()) {
    const type = types[path.extname(name)];
    if (!type) throw new Error(`${name}: no content type is known for it`);
    const raw = readFileSync(path.join(directory, name));
    // The page itself stays plain: the door writes each answer's nonce into it.
    const content = name.endsWith('.html') ? raw : gzipSync(raw, { level: 9 });
    // One literal is read many times faster by compilers than a list of as many numbers.
    const literal = Array.from(content, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    arrays.push(`constexpr char file_${n}[] = "${literal}";`);
    rows.push(`    {"${name}", "${type}", {file_${n}, ${content.length}}},`);
  }
  return `#include "console/embedded_files.hpp"

#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace mlango::console {
namespace {

${arrays.join('\n')}
constexpr embedded_file page[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const embedded_file> page_files() { return page; }

}  // namespace mlango::console
`;
}
