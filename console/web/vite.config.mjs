// The console's bundle: one chunk for each page, one for each language's texts. `vite` alone serves it for work on pages,
// with the API of a running server behind it: MLANGO_URL=http://127.0.0.1:8080 npx vite
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { textChunks } from './tools/texts.mjs';
import { usedStyles } from './tools/used_styles.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const server = process.env.MLANGO_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: here,
  base: '/console/',
  resolve: { alias: { '@': `${here}src` } },
  plugins: [react(), textChunks(`${here}src/texts`), usedStyles()],
  build: {
    target: ['es2021', 'chrome100', 'firefox100', 'safari15.4'],
    cssCodeSplit: true,
    sourcemap: false,
    assetsInlineLimit: 0, // data: addresses are not in the page's policy
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // Libraries change seldom: kept by browsers when only our own pages did.
        manualChunks: (id) => (/node_modules\/(react|react-dom|scheduler|react-router|react-router-dom|@remix-run)\//.test(id) ? 'react' : undefined),
      },
    },
  },
  server: { port: Number(process.env.PORT ?? 5173), proxy: { '/api': { target: server, changeOrigin: false } } },
});
