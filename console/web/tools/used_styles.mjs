// Leaves out the rules for Mantine's components that no page uses: each has a class of its own ("m_80f1301b") that
// stands in the scripts of the bundle when the component does. Caller: vite.config.mjs.
import { createHash } from 'node:crypto';
import postcss from 'postcss';

export function usedStyles() {
  return {
    name: 'mlango-used-styles',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const used = new Set();
        for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') for (const [name] of chunk.code.matchAll(/\bm_[0-9a-f]{4,12}\b/g)) used.add(name);
        const unused = (selector) => [...selector.matchAll(/\.(m_[0-9a-f]{4,12})\b/g)].some(([, name]) => !used.has(name));
        const page = bundle['index.html'];
        for (const asset of Object.values(bundle)) {
          if (asset.type !== 'asset' || !asset.fileName.endsWith('.css') || !page?.source.includes(asset.fileName)) continue;
          const sheet = postcss.parse(String(asset.source));
          sheet.walkRules((rule) => {
            const left = rule.selectors.filter((selector) => !unused(selector));
            if (left.length === 0) rule.remove();
            else if (left.length < rule.selectors.length) rule.selectors = left;
          });
          // A condition around nothing.
          sheet.walkAtRules((at) => { if (at.nodes?.length === 0) at.remove(); });
          asset.source = sheet.toString();
          // Browsers keep it for good under its name: that must be of what is in it now.
          const old = asset.fileName;
          asset.fileName = old.replace(/-[^/]{8}\.css$/, `-${createHash('sha256').update(asset.source).digest('hex').slice(0, 10)}.css`);
          if (asset.fileName === old) throw new Error(`${old}: has another form of name than was thought`);
          for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.code.includes(old)) throw new Error(`${chunk.fileName} names ${old}`);
          page.source = page.source.replaceAll(old, asset.fileName);
        }
      },
    },
  };
}
