// The camera as a reader of QR codes: the browser's own detector where there is one, else ours. Nothing leaves the device.

const frameLimit = 120; // ms of work a frame
const photoLimit = 2500; // ms for one photograph
const mostPixels = 2200; // of a side; larger photographs are made smaller

let decoder = null;
const ours = (assets) => (decoder = decoder || import(`${assets}/qr.js`));

let detector; // undefined: not asked yet; null: there is none
async function browsersOwn() {
  if (detector !== undefined) return detector;
  detector = null;
  try {
    if ('BarcodeDetector' in window && (await window.BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
      detector = new window.BarcodeDetector({ formats: ['qr_code'] });
    }
  } catch (fault) {
    detector = null;
  }
  return detector;
}

export const hasCamera = () =>
  window.isSecureContext !== false && !!(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

function imageOf(canvas, source, width, height) {
  const scale = Math.min(1, mostPixels / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function read(assets, canvas, source, width, height, limit) {
  const own = await browsersOwn();
  if (own) {
    try {
      const [found] = await own.detect(source);
      if (found && found.rawValue) return found.rawValue;
    } catch (fault) {
      detector = null; // it is named but does not work, as on some desktops
    }
  }
  return (await ours(assets)).decode(imageOf(canvas, source, width, height), limit);
}

export class Scanner {
  #assets;
  #video;
  #canvas = document.createElement('canvas');
  #stream = null;
  #turn = 0;

  constructor(assets, video) {
    this.#assets = assets;
    this.#video = video;
  }

  // Calls `found` once with the text. Rejects with the browser's error when there is no camera to be had.
  async start(found) {
    const turn = ++this.#turn;
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    if (turn !== this.#turn) return stream.getTracks().forEach((track) => track.stop());
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
    while (turn === this.#turn) {
      const { videoWidth: width, videoHeight: height } = this.#video;
      const text = width > 0 ? await read(this.#assets, this.#canvas, this.#video, width, height, frameLimit) : null;
      if (turn !== this.#turn) return undefined;
      if (text) {
        this.stop();
        return found(text);
      }
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return undefined;
  }

  stop() {
    this.#turn += 1;
    if (this.#stream) this.#stream.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  // Of a photograph: the text or null.
  async photograph(file) {
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = reject;
        image.src = address;
      });
      return await read(this.#assets, this.#canvas, image, image.naturalWidth, image.naturalHeight, photoLimit);
    } catch (fault) {
      return null;
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}
