// Codes as text: 16-bit little-endian numbers in base 64, and the material that a record carries (distill.codes.material).

const AT_ONCE = 0x8000; // characters fromCharCode takes as arguments
const LONGEST_BLOCK = 0xffff; // bytes in one stored block of deflate
const LARGEST_CODE = 2 ** 15 - 1;
const WORTH_DEFLATING = 4096; // characters

export function toBase64(bytes) {
  let text = '';
  for (let n = 0; n < bytes.length; n += AT_ONCE) text += String.fromCharCode.apply(null, bytes.subarray(n, n + AT_ONCE));
  return btoa(text);
}

export function fromBase64(text) {
  const read = atob(text);
  const bytes = new Uint8Array(read.length);
  for (let n = 0; n < read.length; n++) bytes[n] = read.charCodeAt(n);
  return bytes;
}

// Codes of an answer of the server; by DataView, so that it holds on any machine.
export function codesOf(text) {
  return numbersIn(fromBase64(text));
}

function numbersIn(bytes) {
  const codes = new Uint16Array(bytes.length >> 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, codes.length * 2);
  for (let n = 0; n < codes.length; n++) codes[n] = view.getUint16(2 * n, true);
  return codes;
}

function bytesOf(codes) {
  const bytes = new Uint8Array(codes.length * 2);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < codes.length; n++) view.setUint16(2 * n, codes[n], true);
  return bytes;
}

// A block of codes [channels, levels, steps] as material. It is put into zlib's frame as it is: a compressor of the browser
// answers later, which edits that follow each other must not wait for. It is deflated on its way to the server.
export function material(shape, codes, { source = '', fingerprint = '' } = {}) {
  const made = { shape, packed: toBase64(stored(bytesOf(codes))) };
  if (source) made.source = source.slice(0, 1024);
  if (fingerprint) made.fingerprint = fingerprint;
  return made;
}

// The same edits with large material deflated.
export const deflated = (edits) => Promise.all(edits.map(async (edit) => {
  const given = edit.arguments.material, bytes = given?.packed.length > WORTH_DEFLATING ? unstored(fromBase64(given.packed)) : null;
  if (!bytes) return edit;
  const zlib = new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate')));
  const packed = toBase64(new Uint8Array(await zlib.arrayBuffer()));
  return { ...edit, arguments: { ...edit.arguments, material: { ...given, packed } } };
}));

// The codes of a material, or null if it was really deflated (as Python does): whoever asks leaves it to Python then.
export function unpacked({ shape, packed }) {
  const bytes = unstored(fromBase64(packed));
  if (bytes === null || bytes.length !== 2 * shape[0] * shape[1] * shape[2]) return null;
  const codes = numbersIn(bytes);
  return codes.every((code) => code <= LARGEST_CODE) ? codes : null;
}

// RFC 1950 around stored blocks of RFC 1951.
function stored(bytes) {
  const blocks = Math.max(1, Math.ceil(bytes.length / LONGEST_BLOCK));
  const framed = new Uint8Array(2 + 5 * blocks + bytes.length + 4);
  framed.set([0x78, 0x01]);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * LONGEST_BLOCK, (block + 1) * LONGEST_BLOCK);
    const size = part.length, not = ~size & 0xffff;
    framed.set([block === blocks - 1 ? 1 : 0, size & 0xff, size >> 8, not & 0xff, not >> 8], at);
    framed.set(part, at + 5);
    at += 5 + size;
  }
  new DataView(framed.buffer).setUint32(at, adler32(bytes));
  return framed;
}

function unstored(framed) {
  const parts = [];
  let at = 2, length = 0;
  for (let last = false; !last;) {
    if (at + 5 > framed.length || framed[at] > 1) return null;
    last = framed[at] === 1;
    const size = framed[at + 1] | (framed[at + 2] << 8);
    parts.push(framed.subarray(at + 5, at + 5 + size));
    at += 5 + size;
    length += size;
  }
  const bytes = new Uint8Array(length);
  let into = 0;
  for (const part of parts) { bytes.set(part, into); into += part.length; }
  return bytes;
}

function adler32(bytes) {
  let a = 1, b = 0;
  for (let n = 0; n < bytes.length;) {
    const end = Math.min(n + 3800, bytes.length); // so many sums stay below 2^32
    for (; n < end; n++) { a += bytes[n]; b += a; }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
