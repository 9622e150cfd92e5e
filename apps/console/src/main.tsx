import '@mantine/core/styles.css';
import './app/theme.css';
import './parts/parts.css';
import './app/frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { nonce, whereToBe } from './api/page.ts';
import { comeBack } from './api/session.ts';
import { App } from './app/app.tsx';

// The name by which a library of Mantine's (get-nonce) asks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const place = whereToBe();
if (place instanceof URL) location.replace(place);
else {
  comeBack();
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
