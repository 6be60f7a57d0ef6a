import { gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Scripts and styles once more, as gzip, so that the server sends less than half of the bytes without compressing anything itself. */
const gzipped: Plugin = {
  name: 'gzipped',
  generateBundle(_options, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      if (!/\.(js|css|svg)$/.test(fileName)) continue;
      const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
      this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source });
    }
  },
};

export default defineConfig({
  root: 'client',
  base: './',
  plugins: [react(), tailwindcss(), gzipped],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 600,
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7676' } },
});
