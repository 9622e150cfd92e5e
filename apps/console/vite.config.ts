import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What is not the console's goes to a running server (`npm run dev:console`). */
const server = process.env['BATON_URL'] ?? 'http://127.0.0.1:8080';
const PASSED_ON = '^/(?:[^/]*/){0,2}(?:odata|api|identity_?|swagger|portal_|orchestrator_)(?:[/(?]|$)';

export default defineConfig({
  plugins: [react()],
  // Addresses of files are relative to the page's `<base>`.
  base: './',
  build: {
    target: 'es2022',
    // The policy of the page allows no script but files of the server.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Small letters and digits only: the server reads addresses in any case.
    rolldownOptions: { output: { hashCharacters: 'hex' } },
  },
  // The address that the sign-in of a server on this machine takes, at any port.
  server: { host: '127.0.0.1', proxy: { [PASSED_ON]: { target: server, changeOrigin: false } } },
});
