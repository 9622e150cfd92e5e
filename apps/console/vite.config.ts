import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server of `npm run dev:console` passes on all that is not the console's to a running Baton. */
const server = process.env['BATON_URL'] ?? 'http://127.0.0.1:8080';
const PASSED_ON =
  '^/(?:[^/]+/){0,2}(?:odata|api|identity|swagger|portal_|orchestrator_|hub_|identity_)(?:/|$)';

export default defineConfig({
  plugins: [react()],
  // Addresses of files are relative to the `<base>` that the server writes into the page.
  base: './',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { [PASSED_ON]: { target: server, changeOrigin: false } } },
});
