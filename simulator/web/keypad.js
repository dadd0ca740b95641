// The twelve keys and how they write: digits at once, or letters by pressing a key several times.

export const keys = [
  ['1', '.,?!'], ['2', 'abc'], ['3', 'def'],
  ['4', 'ghi'], ['5', 'jkl'], ['6', 'mno'],
  ['7', 'pqrs'], ['8', 'tuv'], ['9', 'wxyz'],
  ['*', '*'], ['0', ' '], ['#', '#'],
];

const cycle = new Map(keys.map(([key, letters]) => [key, letters === key ? key : letters + key]));
const pause = 900; // ms after which the same key begins a new letter

export class Multitap {
  #key = '';
  #index = 0;
  #at = -Infinity;

  // What the press writes, and whether it takes the place of the character before it.
  press(key, now) {
    const letters = cycle.get(key);
    const again = key === this.#key && letters.length > 1 && now - this.#at < pause;
    this.#index = again ? (this.#index + 1) % letters.length : 0;
    this.#key = key;
    this.#at = now;
    return { character: letters[this.#index], replaces: again };
  }

  rest() {
    this.#key = '';
  }
}

export function drawKeys(into, pressed) {
  for (const [key, letters] of keys) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'key digit';
    button.dataset.key = key;
    const shown = key === '0' ? '␣' : key === '*' || key === '#' ? '' : key === '1' ? '.,?' : letters;
    const digit = document.createElement('b');
    digit.textContent = key;
    const small = document.createElement('small');
    small.textContent = shown;
    button.append(digit, small);
    const spoken = { '*': 'star', '#': 'hash', 0: '0, space', 1: '1, punctuation' }[key];
    button.setAttribute('aria-label', spoken ?? `${key}, ${[...letters].join(' ')}`);
    button.addEventListener('click', () => pressed(key));
    into.append(button);
  }
}
