/** Keys of accounts, read from a file that stays in this page: nothing of it is sent or kept. */

/** The keys of a `keys.toml`: `{ name, account, keyId, seed }` each, the seed in base64. */
export function parseKeys(text) {
  const blocks = text.split(/^\[\[key\]\]\s*$/m).slice(1);
  return blocks.map((block) => {
    const value = (name) => new RegExp(`^${name}\\s*=\\s*"?([^"\\n]*)"?\\s*$`, 'm').exec(block)?.[1];
    return { name: value('name'), account: value('account'), keyId: value('key_id'), seed: value('seed') };
  }).filter((key) => key.name && key.keyId && key.seed);
}

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/** A seed of 32 bytes in the frame of PKCS #8 (RFC 8410), the form in which a browser takes it. */
const FRAME = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/** What signs with a seed. The key cannot be read out of it again. */
export async function signer(seed) {
  const framed = new Uint8Array([...FRAME, ...bytes(seed)]);
  const key = await crypto.subtle.importKey('pkcs8', framed, { name: 'Ed25519' }, false, ['sign']);
  return async (text) => base64(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(text)));
}

/** The six lines that a login signs. */
export function loginMessage(host, keyId, nonce, clientNonce, timeNs) {
  return ['gigahour-login-v1', host, keyId, nonce, clientNonce, timeNs].join('\n');
}
