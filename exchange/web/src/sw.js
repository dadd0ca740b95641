// Keeps the page, the issuer's keys and its status lists on this device, so that printed cards can be checked without a
// line. Facts about people and sessions are never kept: only what is named here.

const version = '@version@';
const shell = `mlango-verify-${version}`;
const trusted = 'mlango-verify-trust';
const patience = 3000; // ms, where something is kept
const assets = ['verify.css', 'verify.js', 'qr.js', 'icon.svg'].map((name) => `/verify/assets/${version}/${name}`);

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(shell)
      .then((cache) => cache.addAll(['/verify', '/verify/verify.webmanifest', ...assets]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) =>
        Promise.all(names
          .filter((name) => name.startsWith('mlango-verify-') && name !== shell && name !== trusted)
          .map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What a portal of a foreign network answers in place of the server must not take the place of what is good.
function isWhatWasAsked(response, type) {
  return response.status === 200 && (response.headers.get('Content-Type') || '').startsWith(type);
}

async function fetchAndKeep(request, path, type) {
  const response = await fetch(request);
  if (!isWhatWasAsked(response, type)) throw new Error('not what was asked');
  const body = await response.clone().arrayBuffer();
  const headers = { 'Content-Type': type, 'X-Mlango-Kept': String(Math.floor(Date.now() / 1000)) };
  await (await caches.open(trusted)).put(path, new Response(body, { headers }));
  return response;
}

// The server's answer where it comes soon; a later one is still kept for the next time.
async function freshOrKept(event, path, type) {
  const coming = fetchAndKeep(event.request, path, type);
  event.waitUntil(coming.catch(() => {}));
  const kept = await (await caches.open(trusted)).match(path);
  if (!kept) return coming.catch(() => Response.error());
  return Promise.race([coming, after(patience).then(() => kept)]).catch(() => kept);
}

async function pageOrKept(request) {
  const kept = await caches.match('/verify');
  const coming = fetch(request).then((response) => {
    if (!isWhatWasAsked(response, 'text/html')) throw new Error('not the page');
    return response;
  });
  if (!kept) return coming.catch(() => Response.error());
  return Promise.race([coming, after(patience).then(() => kept)]).catch(() => kept);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === '/verify/trust.json') event.respondWith(freshOrKept(event, url.pathname, 'application/json'));
  else if (/\/credentials\/status\/[^/]+$/.test(url.pathname)) {
    event.respondWith(freshOrKept(event, url.pathname, 'application/statuslist+jwt'));
  } else if (request.mode === 'navigate' && (url.pathname === '/verify' || url.pathname === '/verify/')) {
    event.respondWith(pageOrKept(request));
  } else if (url.pathname.startsWith('/verify/assets/') || url.pathname === '/verify/verify.webmanifest') {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(request)));
  }
});
