// Bundles the page for old browsers: node build.mjs FOLDER. The script is one file; the QR decoder is another, loaded
// only where it is needed; the files beside them are copied.
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const into = process.argv[2];
if (!into) throw new Error('usage: node build.mjs FOLDER');
await mkdir(into, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
  target: ['es2017', 'chrome63', 'firefox67', 'safari11.1'],
  // Old Safari's faults in destructuring are of cases that do not occur here, and nothing can rewrite it.
  supported: { 'dynamic-import': true, destructuring: true },
};
await build({ ...common, entryPoints: ['src/verify.js', 'src/sw.js'], outdir: into, format: 'iife' });
await build({ ...common, entryPoints: ['src/qr.js'], outdir: into, format: 'esm' });
await build({ ...common, entryPoints: ['verify.css'], outdir: into });
for (const name of ['verify.html', 'verify.webmanifest', 'icon.svg']) await copyFile(path.join(here, name), path.join(into, name));
