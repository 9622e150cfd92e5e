/**
 * Puts text into the clipboard. Pages over plain HTTP, as inside a company, have no `navigator.clipboard`, so
 * the old way stands in there.
 */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext && navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'parts-unseen';
  area.setAttribute('aria-hidden', 'true');
  // Inside an open dialog: it keeps the focus from everything outside.
  (document.querySelector('[role=dialog]') ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isDone) throw new Error('The browser does not let this page copy.');
}
