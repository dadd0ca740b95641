// Codes that people read aloud: digits in any script, grouped as they are spoken, ending in a check digit (Damm).

const rows = [
  '0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
  '3674209581', '5869720134', '8945362017', '9438617205', '2581436790',
];

// ASCII digits of what was typed; Arabic-Indic ones are understood. Everything else is left out.
export function digitsOf(typed) {
  let digits = '';
  for (const character of typed) {
    const code = character.codePointAt(0);
    if (code >= 0x30 && code <= 0x39) digits += character;
    else if (code >= 0x660 && code <= 0x669) digits += String(code - 0x660);
    else if (code >= 0x6f0 && code <= 0x6f9) digits += String(code - 0x6f0);
  }
  return digits;
}

// True when the last digit is the check digit of those before it: a typing error shows before anybody is asked.
export function isRight(digits) {
  let interim = 0;
  for (const digit of digits) interim = Number(rows[interim][Number(digit)]);
  return interim === 0;
}

// 482 913 7706
export const grouped = (digits) =>
  [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)].filter((part) => part !== '').join(' ');

export const isShareCode = (digits) => (digits.length === 10 || digits.length === 11) && isRight(digits);
export const isReceiptNumber = (digits) => digits.length === 10 && isRight(digits);
