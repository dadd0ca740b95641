// Says which tests a file declares, without running one: `node --import ./lib/declared.mjs FILE` prints their names as JSON.
import { register } from 'node:module';

const stub = `const tests = (globalThis.declaredTests = []);
export const test = (name) => { tests.push(name); };
export const describe = (...given) => given.at(-1)();
export const before = () => {};
export const after = before, beforeEach = before, afterEach = before, it = test, suite = describe;
export default test;`;
const resolve = `export const resolve = (name, context, next) =>
  name === 'node:test' ? { url: 'data:text/javascript,${encodeURIComponent(stub).replaceAll("'", '%27')}', shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(resolve)}`);
process.on('exit', () => process.stdout.write(JSON.stringify(globalThis.declaredTests ?? [])));
