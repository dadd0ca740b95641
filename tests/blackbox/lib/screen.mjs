// How much of a screen a text takes, computed apart from the server: 3GPP TS 23.038 §6.2.1 (default alphabet and its
// extension), else UCS-2.

const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const extension = new Set('\f^{}\\[~]|€');

export function sizeOf(text) {
  let septets = 0;
  for (const character of text) {
    if (basic.has(character)) septets += 1;
    else if (extension.has(character)) septets += 2;
    else return { alphabet: 'ucs2', units: text.length };  // UTF-16 units
  }
  return { alphabet: 'gsm7', units: septets };
}

export function excessOf(text, { septets, ucs2 }) {
  const { alphabet, units } = sizeOf(text);
  return units - (alphabet === 'gsm7' ? septets : ucs2);
}

// [{ key, text }] of the lines that begin with a key, the navigation line's keys apart.
export function optionsOf(text) {
  return text.split('\n').map((line) => /^([1-9]) (.*)$/.exec(line)).filter(Boolean)
    .map(([, key, label]) => ({ key, label }));
}
