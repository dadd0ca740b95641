// The QR decoder, loaded only where scanning begins and the browser has none of its own.
import { decodeQR } from 'qr/decode.js';

// ImageData → text, or null.
export function decode(image, timeLimit) {
  try {
    return decodeQR({ width: image.width, height: image.height, data: image.data }, { timeLimit, effort: Infinity });
  } catch (fault) {
    return null;
  }
}
