/**
 * Whether the reference of a stored order is the one that was sent, perhaps cut short by Unit4. A reference is the
 * workorder's key, a space and a description; what is left of it must hold the whole key and that space, since
 * `WB-2026-0019` alone is also the beginning of another workorder's `WB-2026-00190`.
 * @param stored as Unit4 shows it @param sent as it was sent; the key and a space alone where the description is erased (rule A13)
 */
export function isStoredReference(stored: string, sent: string): boolean {
  if (stored.trim() === sent.trim()) return true;
  const keyEnd = sent.indexOf(" ");
  if (keyEnd !== -1 && keyEnd === sent.length - 1) return stored.startsWith(sent);
  return keyEnd !== -1 && stored.length > keyEnd && sent.startsWith(stored);
}
