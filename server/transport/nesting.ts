const [quote, backslash, openList, closeList, openMap, closeMap] = Buffer.from('"\\[]{}');

/** Whether a JSON text in UTF-8 nests lists and maps deeper than this; looks at each byte once, where parsing would build it all. */
export function nestsDeeper(json: Uint8Array, depthMax: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === backslash) i += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) {
      inText = true;
    } else if (byte === openList || byte === openMap) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === closeList || byte === closeMap) {
      depth -= 1;
    }
  }
  return false;
}
